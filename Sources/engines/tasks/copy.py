import numpy as np

from protocol import fail
from seeded import noise, noise_key

from .task import Task

SYMBOLS = 4


class Copy(Task):
    """Random symbols in; out, the symbol of `delay` steps before."""

    loss, outputs, least_input = "cross-entropy", SYMBOLS, SYMBOLS

    def __init__(self, trial):
        super().__init__(trial)
        text = trial.task_parameters.get("delay", "")
        if not text.isdecimal() or not 1 <= int(text) < trial.length:
            fail(f"'task' is '{trial.task}'; allowed: copy:delay=NUMBER, from 1 to {trial.length - 1}, one less than T")
        self.delay = int(text)
        self.counted = range(self.delay, trial.length)

    @property
    def elements(self):
        return len(self.counted) * self.trial.batch

    def symbols(self, step):
        values = noise(self.trial.batch, noise_key(self.key, 0x636F7079, step), np.float64)
        return ((values + 1) / 2 * SYMBOLS).astype(np.int64)

    def input(self, step):
        return self.one_hot(self.symbols(step))

    def target(self, step):
        return self.symbols(step - self.delay)
