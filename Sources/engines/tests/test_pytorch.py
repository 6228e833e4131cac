"""PyTorch's training steps, in this process: the numbers of the seed bit for bit, and loss and gradients of every cell, task,
strategy and variant against unroll's.

    UNROLL=…/unroll python tests/test_pytorch.py
"""

import itertools
import os
import sys
import unittest

import numpy as np
from programs import ENGINES, exported, loss, words
from same_work import SameWork

sys.path += [ENGINES, os.path.join(ENGINES, "pytorch")]

import torch
from networks import Loop, ParallelScan, network_of
from problem import Problem
from protocol import Trial
from selective_scan import SelectiveScan
from strategies import step_of

# As a trial has it. Threads that wait for each other at every small product took ten times as long.
torch.set_num_threads(1)

STRATEGIES = [
    "full", "segmented:length=4", "truncated:window=4", "truncated:window=4,stride=2", "bisection", "binomial:slots=2",
    "internal:slots=3", "online:slots=3", "multistage:memory=1,disk=2",
]


def problem_of(words):
    trial = Trial(["measure", *words])
    return Problem(trial, network_of(trial))


class PyTorchTests(SameWork, unittest.TestCase):
    inputs = "streamed"

    def step(self, words):
        problem = problem_of(words)
        step = step_of(problem)
        # The second is what is measured.
        step()
        return step(), {"grad." + name: value.grad.numpy() for name, value in problem.values.items()}

    def test_products_of_bfloat16(self):
        # By autocast, in the program itself: another loss than Float's, and near it.
        factors = {"cell": "lstm", "hidden": 64, "input": 32, "length": 20, "batch": 4}
        plain, rounded = (loss("pytorch", words(**factors, scalar=scalar))[0] for scalar in ("float", "bfloat16"))
        self.assertNotEqual(plain, rounded)
        self.assertLessEqual(abs(plain - rounded), 2**-6 * plain)

    def test_the_seed_makes_the_same_bits(self):
        tasks = [("noise", "lstm"), ("adding", "peephole"), ("copy:delay=3", "gru"), ("labelling", "elman")]
        for (task, cell), scalar in itertools.product(tasks, ("float", "double")):
            with self.subTest(task=task, cell=cell, scalar=scalar):
                factors = {"task": task, "cell": cell, "scalar": scalar, "layers": 2, "length": 20}
                tensors, _ = exported(**factors)
                found = problem_of(words(**factors, inputs="resident"))
                np.testing.assert_array_equal(found.resident.numpy(), tensors["inputs"])
                for name, value in found.values.items():
                    np.testing.assert_array_equal(value.detach().numpy(), tensors[name])
                if task == "labelling":
                    self.assertEqual(found.task.lengths, tensors["lengths"].tolist())
                    np.testing.assert_array_equal(found.labels.numpy(), tensors["targets"])
                else:
                    counted = tensors["targets"][found.task.counted.start :]
                    np.testing.assert_array_equal(found.targets.numpy(), counted)

    def test_gradients_of_strategies_and_variants(self):
        for strategy in STRATEGIES:
            self.holds_gradient(strategy=strategy, cell="lstm", layers=2)
            self.holds_gradient(strategy=strategy, cell="gru", variant="schedules")
        for cell in ("elman", "gru", "peephole"):
            self.holds_gradient(strategy="segmented:length=4", cell=cell, layers=2)
            self.holds_gradient(strategy="truncated:window=4", cell=cell, variant="loop")
        self.holds_gradient(strategy="full", cell="gru", variant="compiled")
        self.holds_gradient(strategy="segmented:length=7", task="labelling", length=39)
        self.holds_gradient(strategy="binomial:slots=2", task="copy:delay=3", variant="schedules")
        self.holds_gradient(strategy="segmented:length=4", task="adding")

    def test_scan_and_loops_of_a_cell_without_u(self):
        for variant in ("plain", "hoisted", "loop", "compiled"):
            self.holds_gradient(strategy="full", cell="mingru", layers=2, variant=variant)
            self.holds(cell="mingru", length=400, variant=variant)
        for strategy in STRATEGIES:
            self.holds_gradient(strategy=strategy, cell="mingru", layers=2)

    def test_streamed_inputs_are_made_again(self):
        for strategy, variant in (("segmented:length=5", "plain"), ("binomial:slots=2", "schedules"), ("inference", "loop")):
            self.holds(strategy=strategy, variant=variant, layers=2)

    def test_forward_mode_has_the_gradient_of_going_back(self):
        """Williams & Zipser's, against unroll's full unrolling; at one step too, and where the loss enters at the end alone."""
        for task, length in (("noise", 13), ("noise", 1), ("adding", 13), ("copy:delay=3", 13)):
            with self.subTest(task=task, length=length):
                factors = {"cell": "elman", "task": task, "length": length, "scalar": "double"}
                tensors, _ = exported(**factors)
                self.assertIs(network_of(Trial(["measure", *words(**factors, strategy="forward")])), Loop)
                loss, gradients = self.step(words(**factors, strategy="forward"))
                self.assertAlmostEqual(loss, float(tensors["loss"]), delta=1e-12)
                for name, value in gradients.items():
                    scale = np.abs(tensors[name]).max() or 1
                    self.assertLessEqual(np.abs(value - tensors[name]).max() / scale, 1e-10, name)

    def test_scans_have_the_loss_of_a_loop_and_one_gradient(self):
        """minGRU by cumulative sums of logarithms, and as a selective scan of 16 states a unit, against the equations step by
        step."""
        for length, layers in ((13, 2), (1, 1), (64, 3)):
            with self.subTest(length=length, layers=layers):
                trial = Trial(["measure", *words(cell="mingru", length=length, layers=layers, scalar="double")])
                found = []
                for network in (ParallelScan, SelectiveScan):
                    problem = Problem(trial, network)
                    found.append((step_of(problem)(), problem.values))
                (loss, values), (selective, others) = found
                h, outputs = [torch.zeros(3, 17, dtype=torch.float64)] * layers, []
                for step in range(length):
                    x = torch.from_numpy(problem.task.input(step))
                    for layer in range(layers):
                        z, v = (x @ values[f"weight_ih_l{layer}"].T + values[f"bias_ih_l{layer}"]).chunk(2, 1)
                        z = z.sigmoid()
                        x = h[layer] = (1 - z) * h[layer] + z * torch.where(v >= 0, v + 0.5, v.sigmoid())
                    outputs.append(x)
                wanted = problem.loss(range(length), torch.stack(outputs)).item()
                self.assertLessEqual(abs(loss - wanted), 1e-12 * wanted)
                self.assertLessEqual(abs(selective - wanted), 1e-12 * wanted)
                for name, value in values.items():
                    scale = value.grad.abs().max().item()
                    self.assertLessEqual((value.grad - others[name].grad).abs().max().item() / scale, 1e-12, name)


if __name__ == "__main__":
    unittest.main()
