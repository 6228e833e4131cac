"""What a network is trained on: inputs and targets of any step, the numbers that unroll makes of the same seed (Sources/Trials/
Tasks), or those of a file. A task is a file here and a word in the list.

noise, adding, copy:delay=N and labelling are made of the seed. Reber strings and texts come by way of a file: `unroll measure
--task reber --export F`, then `task=file:path=F`. Streams of sequences are unroll's own.
"""

from .adding import Adding
from .copy import Copy
from .file import File
from .labelling import Labelling
from .noise import Noise

TASKS = {"noise": Noise, "adding": Adding, "copy": Copy, "labelling": Labelling, "file": File}


def task_of(trial):
    """The task of a trial."""
    trial.allow("task", TASKS, of=trial.task_name)
    return TASKS[trial.task_name](trial)
