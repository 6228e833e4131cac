"""Backpropagation through time in PyTorch, under any schedule that `unroll schedule --format json` prints.

    from unroll_schedules import run
    loss, state = run(step, inputs, state, loss, schedule)
"""

from .run import run
from .schedule import Action, Schedule

__all__ = ["Action", "Schedule", "run"]
