"""unroll's labelling task: label sequences of patterns under noise, of unequal length, for CTC (LabelledSequences in
Sources/Trials/Tasks, where its numbers are explained)."""

import math

import numpy as np

from seeded import noise, noise_at, noise_key

from .task import Task

CLASSES, SPREAD = 9, 0.48


class Labelling(Task):
    loss, outputs = "ctc", CLASSES

    def __init__(self, trial):
        super().__init__(trial)
        self.patterns = noise_key(trial.seed, 0x70617474)
        shares = [_share(noise_key(self.key, 0x6C656E67, row)) for row in range(trial.batch)]
        longest = max(shares)
        self.lengths = [max(1, _rounded(share / longest * trial.length)) for share in shares]
        self.labels = []
        for row, frames in enumerate(self.lengths):
            key = noise_key(self.key, 0x6C616265, row, 0)
            self.labels.append([1 + noise_key(key, index) % (CLASSES - 1) for index in range((frames + 4) // 8)])

    def input(self, step):
        batch, width = self.trial.batch, self.trial.input
        x = noise(batch * width, noise_key(self.key, 0x6672616D, step), self.dtype).reshape(batch, width)
        x /= self.dtype(2)
        for row, frames in enumerate(self.lengths):
            if step >= frames:
                x[row] = 0
            elif shown := self._shown(step, row):
                x[row] += noise(width, self.patterns, self.dtype, first=shown * width)
        return x

    def _shown(self, frame, row):
        """The class that a frame shows, 0 for silence."""
        labels = self.labels[row]
        if not labels:
            return 0
        borders = [self._border(label, row) for label in range(len(labels) + 1)]
        label = max(label for label in range(len(labels)) if borders[label] <= frame)
        first, end = borders[label], borders[label + 1]
        return labels[label] if frame - first < max(1, 3 * (end - first) // 4) else 0

    def _border(self, label, row):
        """The frame at which a label begins."""
        count, frames = len(self.labels[row]), self.lengths[row]
        if label == 0 or label >= count:
            return 0 if label == 0 else frames
        shift = noise_at(label, noise_key(self.key, 0x626F7264, row, 0))
        return int((label + shift / 4) * frames / count)


def _share(key):
    """A length over the median: a log-normal number."""
    first, second = (((noise_key(key, word) >> 11) + 1) * 2**-53 for word in (0, 1))
    return math.exp(SPREAD * math.sqrt(-2 * math.log(first)) * math.cos(2 * math.pi * second))


def _rounded(value):
    """To the nearest whole number, a half up."""
    return int(value) + (value - int(value) >= 0.5)
