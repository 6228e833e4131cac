from protocol import DATA, fail
from parameters import load

from .task import Task


class File(Task):
    """`file:path=F.safetensors[,loss=squared|cross-entropy|ctc]`: `inputs` [T, B, D]; `targets` [T, B, O], or classes [T, B] with
    -1 for what does not count, or labels [B, most] with 0 after the last; `lengths` [B] of sequences that end before T."""

    def __init__(self, trial):
        path = trial.task_parameters.get("path") or fail("task 'file' is given as file:path=F.safetensors")
        tensors = load(path)
        missing = {"inputs", "targets"} - tensors.keys()
        if missing:
            fail(f"{path} has no tensor '{min(missing)}'; inputs and targets are there", DATA)
        self.tensors, targets = tensors, tensors["targets"]
        found, wanted = tensors["inputs"].shape, (trial.length, trial.batch, trial.input)
        if found != wanted:
            fail(f"{path}: 'inputs' is of shape {list(found)}, and the trial of {list(wanted)}", DATA)
        usual = "squared" if targets.dtype.kind == "f" else "ctc" if "sequences" in tensors else "cross-entropy"
        self.loss = trial.task_parameters.get("loss", usual)
        if self.loss not in ("squared", "cross-entropy", "ctc"):
            fail(f"'task' is '{trial.task}'; allowed losses: squared, cross-entropy, ctc")
        head = tensors["head.bias"].shape[0] if "head.bias" in tensors else int(targets.max()) + 1
        self.outputs = targets.shape[2] if self.loss == "squared" else head
        super().__init__(trial)
        self.lengths = tensors["lengths"].tolist() if "lengths" in tensors else None
        if self.loss == "ctc":
            self.lengths = self.lengths or [trial.length] * trial.batch
            self.labels = [[int(label) for label in row if label > 0] for row in targets]

    @property
    def elements(self):
        targets = self.tensors["targets"]
        return int((targets >= 0).sum()) if self.loss == "cross-entropy" else targets.size

    def input(self, step):
        return self.tensors["inputs"][step].astype(self.dtype)

    def target(self, step):
        target = self.tensors["targets"][step]
        return target if self.loss == "cross-entropy" else target.astype(self.dtype)
