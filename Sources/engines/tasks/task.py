"""What a task says of itself."""

import numpy as np

from protocol import fail
from seeded import DTYPES


class Task:
    """What all tasks have.

    loss: squared, cross-entropy or ctc, a mean over what counts.
    outputs: O, the width of the head.
    counted: the steps where the loss enters.
    elements: what it is a mean over.
    lengths: of each sequence; None where all have T.
    labels: of each sequence, of CTC.
    """

    loss, outputs, least_input = "squared", 8, 1
    lengths = labels = None

    def __init__(self, trial):
        self.trial, self.dtype, self.key = trial, DTYPES[trial.scalar], trial.seed
        if trial.input < self.least_input:
            fail(f"'input' is {trial.input}, but task '{trial.task}' has at least {self.least_input} input channels")
        self.counted = range(trial.length)

    @property
    def elements(self):
        return len(self.counted) * self.trial.batch * self.outputs

    def input(self, step):
        """[B, D]"""
        raise NotImplementedError

    def target(self, step):
        """[B, O], or classes, [B]; of a step that counts."""
        raise NotImplementedError

    def inputs(self, steps):
        """[steps, B, D]"""
        return np.stack([self.input(step) for step in steps])

    def targets(self):
        """Of all steps that count, [counted, B, O] or [counted, B]."""
        return np.stack([self.target(step) for step in self.counted])

    def one_hot(self, symbols):
        """[B, D] of symbols, [B]."""
        x = np.zeros((self.trial.batch, self.trial.input), self.dtype)
        x[np.arange(self.trial.batch), symbols] = 1
        return x
