"""The engines have unroll's loss, and its gradient: the same work. What tests of both hold, each in its own process."""

import itertools

import numpy as np
from programs import TOLERANCES, exported, loss, words

CELLS = ["elman", "lstm", "gru", "peephole", "linear"]


class SameWork:
    """Cases of a test of an engine, which says

    step(factors) -> loss and gradients of a training step by their names in the export
    inputs: what it can take of each task.
    """

    def holds(self, **factors):
        """Holds an engine's loss against unroll's."""
        if self.inputs != "streamed" and factors.get("task", "noise") != "noise":
            factors["inputs"] = self.inputs
        # `variant` speaks of unroll's own network there, and no loss depends on how a gradient is made.
        own = {key: value for key, value in factors.items() if key not in ("variant", "strategy")}
        with self.subTest(**factors):
            wanted = loss("unroll", words(**own))[0]
            found, _ = self.step(words(**factors))
            self.assertLessEqual(abs(found - wanted), TOLERANCES[factors.get("scalar", "float")] * wanted)

    def holds_gradient(self, tolerance=1e-12, **factors):
        """Holds loss and gradients in Double against what unroll exports of the same strategy; `variant` is the engine's."""
        own = {key: value for key, value in factors.items() if key != "variant"} | {"scalar": "double"}
        with self.subTest(**factors):
            tensors, _ = exported(**own | ({"bidirectional": True} if "bidirectional" in own else {}))
            found, gradients = self.step(words(**factors | {"scalar": "double", "inputs": "resident"}))
            self.assertLessEqual(abs(found - tensors["loss"]), 1e-12 * tensors["loss"])
            self.assertEqual({name for name in tensors if name.startswith("grad.")}, set(gradients))
            for name, value in gradients.items():
                scale = np.abs(tensors[name]).max() or 1
                self.assertLessEqual(np.abs(value - tensors[name]).max() / scale, tolerance, name)

    def test_cells_and_shapes(self):
        shapes = list(itertools.product((1, 13, 17), (17, 100), (1, 2, 3)))
        for number, (scalar, cell) in enumerate(itertools.product(TOLERANCES, CELLS)):
            # Every fifth of the 18 shapes: all lengths, widths and depths.
            length, hidden, layers = shapes[5 * number % len(shapes)]
            self.holds(cell=cell, layers=layers, scalar=scalar, hidden=hidden, length=length)

    def test_tasks(self):
        for task, scalar in itertools.product(("adding", "copy:delay=3", "labelling"), TOLERANCES):
            self.holds(task=task, scalar=scalar, batch=5, seed=7)
        self.holds(task="labelling", length=1)

    def test_two_directions(self):
        self.holds(bidirectional="true", layers=2)
        self.holds(bidirectional="true", cell="gru", layers=3, hidden=100)
        self.holds(bidirectional="true", task="copy:delay=3", strategy="inference")
        for task in ("labelling", "noise"):
            self.holds_gradient(1e-10, bidirectional="true", task=task, layers=2, length=39, cell="gru")

    def test_what_unroll_wrote_is_read(self):
        """Data of tasks that are not made here, and parameters."""
        for task in ("reber", "copy:delay=2", "labelling", "noise"):
            with self.subTest(task=task):
                factors = {"input": 7, "cell": "gru", "scalar": "double"}
                tensors, path = exported(task=task, seed=3, **factors)
                found, _ = self.step(words(task=f"file:path={path}", weights=path, inputs="resident", **factors))
                self.assertLessEqual(abs(found - tensors["loss"]), 1e-12 * tensors["loss"])
