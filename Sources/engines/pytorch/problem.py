"""What a training step is made of: a network, a head, data, and the loss of some steps."""

import torch
from parameters import parameters
from tasks import task_of
from torch.nn import functional

TYPES = {"float": torch.float32, "double": torch.float64, "bfloat16": torch.float32}


class Problem:
    """values: the parameters, by PyTorch's names.
    initial: the state before the first step."""

    def __init__(self, trial, network):
        self.trial, self.task = trial, task_of(trial)
        values = parameters(trial, self.task.outputs)
        self.values = {name: torch.nn.Parameter(torch.from_numpy(value)) for name, value in values.items()}
        for value in self.values.values():
            value.grad = torch.zeros_like(value)
        self.network = network(trial, self.values, self.task.lengths)
        self.initial = self.network.initial
        self.resident = self._made(range(trial.length)) if trial.inputs == "resident" else None
        if self.task.loss == "ctc":
            labels = self.task.labels
            most = max(map(len, labels))
            self.labels = torch.tensor([one + [0] * (most - len(one)) for one in labels], dtype=torch.long)
            self.label_lengths = torch.tensor([len(one) for one in labels])
            self.frames = torch.tensor(self.task.lengths)
        else:
            self.targets = torch.from_numpy(self.task.targets())

    def _made(self, steps):
        x = torch.empty(len(steps), self.trial.batch, self.trial.input, dtype=TYPES[self.trial.scalar])
        for index, step in enumerate(steps):
            x[index] = torch.from_numpy(self.task.input(step))
        return x

    def inputs(self, steps):
        """[steps, B, D]; made now where they are streamed."""
        return self._made(steps) if self.resident is None else self.resident[steps.start : steps.stop]

    def outputs(self, features):
        """The head's, of the top layer's."""
        return functional.linear(features, self.values["head.weight"], self.values["head.bias"])

    def loss(self, steps, features):
        """The part of some steps in the loss, or None where it does not enter; not of CTC."""
        counted = range(max(steps.start, self.task.counted.start), min(steps.stop, self.task.counted.stop))
        if not counted:
            return None
        first = self.task.counted.start
        outputs = self.outputs(features[counted.start - steps.start : counted.stop - steps.start])
        targets = self.targets[counted.start - first : counted.stop - first]
        if self.task.loss == "squared":
            return functional.mse_loss(outputs, targets, reduction="sum") / self.task.elements
        outputs, targets = outputs.flatten(0, 1), targets.flatten()
        return functional.cross_entropy(outputs, targets, ignore_index=-1, reduction="sum") / self.task.elements

    def ctc(self, outputs):
        """CTC's loss of the head's outputs at all steps."""
        return functional.ctc_loss(functional.log_softmax(outputs, 2), self.labels, self.frames, self.label_lengths)

    @property
    def figures(self):
        size = sum(value.nbytes for value in self.values.values())
        inputs = 0 if self.resident is None else self.resident.nbytes
        return {"weights_bytes": size, "gradients_bytes": size, "inputs_bytes": inputs}
