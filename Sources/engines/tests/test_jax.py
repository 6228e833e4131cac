"""JAX's training steps, in this process: loss and gradients of every cell, task, strategy and variant against unroll's.

    UNROLL=…/unroll python tests/test_jax.py
"""

import os
import sys
import unittest

import numpy as np
from programs import ENGINES, words
from same_work import SameWork

sys.path += [ENGINES, os.path.join(ENGINES, "jax")]

from program import Program
from protocol import Trial


def program_of(words):
    return Program(Trial(["measure", *words]))


class JAXTests(SameWork, unittest.TestCase):
    inputs = "resident"

    def step(self, words):
        program = program_of(words)
        loss, trial = program.step(), Trial(["measure", *words])
        gradients = {"head.weight": program.gradients["head"][0], "head.bias": program.gradients["head"][1]}
        names = ["weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_pi", "weight_pf", "weight_po"]
        if trial.cell == "mingru":
            names = ["weight_ih", "bias_ih"]
        for index, layer in enumerate(program.gradients["layers"]):
            suffix = f"l{index // trial.directions}" + ("_reverse" if index % trial.directions else "")
            gradients |= {f"{name}_{suffix}": value for name, value in zip(names, layer)}
        return loss, {f"grad.{name}": np.asarray(value).T for name, value in gradients.items()}

    def test_gradients_of_strategies_and_variants(self):
        for strategy in ("full", "segmented:length=4", "truncated:window=4", "binomial:slots=3"):
            self.holds_gradient(strategy=strategy, cell="lstm", layers=2)
        self.holds_gradient(strategy="truncated:window=20", cell="gru", variant="hoisted")
        for cell in ("elman", "peephole"):
            self.holds_gradient(strategy="segmented:length=13", cell=cell, layers=2, variant="hoisted")
        self.holds_gradient(strategy="segmented:length=7", task="labelling", length=39, variant="hoisted")
        self.holds_gradient(strategy="full", task="adding")
        self.holds_gradient(strategy="binomial:slots=2", task="copy:delay=3")

    def test_a_scan_has_the_gradient_of_a_loop(self):
        """minGRU by an associative scan, and by a scan over steps."""
        for variant in ("plain", "hoisted"):
            for length in (1, 13, 64):
                self.holds_gradient(strategy="full", cell="mingru", layers=2, length=length, variant=variant)
            self.holds_gradient(strategy="segmented:length=4", cell="mingru", variant=variant)
            self.holds_gradient(strategy="truncated:window=4", cell="mingru", layers=2, variant=variant)
            self.holds_gradient(1e-10, bidirectional="true", cell="mingru", task="labelling", length=39, variant=variant)
            self.holds(cell="mingru", length=400, variant=variant)

    def test_streamed_inputs_are_made_again(self):
        for strategy in ("segmented:length=5", "inference"):
            self.holds(strategy=strategy, layers=2)
            self.holds(strategy=strategy, variant="hoisted", cell="gru", scalar="double")

    def test_gradients_take_the_place_of_those_before(self):
        program = program_of(words(hidden=64))
        size = program.figures["gradients_bytes"]
        self.assertEqual(program.compiled.memory_analysis().alias_size_in_bytes, size)
        before = program.gradients
        program.step()
        self.assertTrue(before["head"][0].is_deleted())

    def test_checkpoints_need_less(self):
        def needed(**factors):
            return program_of(words(hidden=64, length=400, **factors)).compiled.memory_analysis().temp_size_in_bytes

        full, hoisted = needed(), needed(variant="hoisted")
        self.assertGreater(hoisted, full)
        for strategy in ("segmented:length=20", "truncated:window=20", "binomial:slots=20"):
            self.assertLess(needed(strategy=strategy), full / 3, strategy)


if __name__ == "__main__":
    unittest.main()
