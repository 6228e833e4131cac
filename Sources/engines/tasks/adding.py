import numpy as np

from seeded import noise, noise_key

from .task import Task


class Adding(Task):
    """A number and a marker at every step; after the last the sum of the two numbers that were marked."""

    outputs, least_input = 1, 2

    def __init__(self, trial):
        super().__init__(trial)
        steps, half = trial.length, max(1, trial.length // 2)
        self.counted = range(steps - 1, steps)
        first = [noise_key(self.key, 0x6D61726B, row) % half for row in range(trial.batch)]
        second = [half + noise_key(self.key, 0x4D41524B, row) % max(1, steps - half) for row in range(trial.batch)]
        self.marks = np.array([first, [min(step, steps - 1) for step in second]])

    def numbers(self, step):
        key = noise_key(self.key, 0x72696768, step)
        return (noise(self.trial.batch, key, self.dtype) + self.dtype(1)) / self.dtype(2)

    def input(self, step):
        x = np.zeros((self.trial.batch, self.trial.input), self.dtype)
        x[:, 0], x[:, 1] = self.numbers(step), (self.marks == step).any(0)
        return x

    def target(self, step):
        return np.array([[sum(self.numbers(mark)[row] for mark in self.marks[:, row].tolist())] for row in range(self.trial.batch)])
