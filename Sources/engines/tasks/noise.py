import math

from seeded import noise, noise_key

from .task import Task


class Noise(Task):
    """Uniform noise in and uniform noise as targets, at every step."""

    def input(self, step):
        shape = (self.trial.batch, self.trial.input)
        return noise(math.prod(shape), noise_key(self.key, 0x72696768, step), self.dtype).reshape(shape)

    def target(self, step):
        shape = (self.trial.batch, self.outputs)
        return noise(math.prod(shape), noise_key(self.key, 0x676F616C, step), self.dtype).reshape(shape)
