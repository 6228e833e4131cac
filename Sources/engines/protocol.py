"""How `unroll` speaks with a program that it measures, and what every such program in Python shares.

    PROGRAM measure key=value…

makes and compiles everything, warms up and prints `ready`; answers each line it reads, `go` or `bare`, with a line of
`figure=value` words; and ends with its input. What it cannot do it refuses by one sentence on standard error, exit code 64.

Words are the factors of a trial, as experiment files, flags and results name them; one that is absent has unroll's default.
Under `unroll gauge` the phase `ready` is what lives between two training steps, `step` a training step, and `answer` what is
given back after it.
"""

import ctypes
import os
import sys
import time

USAGE, DATA, MISSING, INPUT_OUTPUT = 64, 65, 69, 74

# Factors that are whole numbers, with unroll's defaults and the least they may be.
NUMBERS = {"layers": (1, 1), "input": (64, 1), "hidden": (128, 1), "batch": (32, 1), "length": (256, 1), "threads": (1, 1),
           "seed": (1, 0), "warmup": (0, 0)}
# Factors that are words, with their defaults.
WORDS = {"cell": "lstm", "strategy": "full", "task": "noise", "inputs": "streamed", "bidirectional": "false",
         "variant": "plain", "scalar": "float", "weights": ""}
# What speaks of unroll's own network, of trainings or of unroll-trial, and the one value of each that is no request for more.
FIXED = {"input_projection": "batched", "recurrent_weights": "uniform", "updates": "0", "update_each": "sequence",
         "optimizer": "sgd", "learning_rate": "0.001", "clip": "0", "records": "native", "rounding": "nearest",
         "states": "native"}
# What says nothing to a program like this: limits of unroll's own reference of the gradient, and what chose the program.
UNUSED = {"engine", "reference", "within", "task_content"}


def fail(message, code=USAGE):
    """Ends the program with a sentence on standard error."""
    print(message, file=sys.stderr)
    sys.exit(code)


class Trial:
    """The words of a trial. The process is kept to as many processors as the trial has threads: `processors` of them.

    scalars: what the engine takes of the factor."""

    def __init__(self, arguments, scalars=("float", "double")):
        if not arguments or arguments[0] != "measure":
            fail("a trial program is asked 'measure key=value…'")
        given = {}
        for word in arguments[1:]:
            key, equals, value = word.partition("=")
            known = [*NUMBERS, *WORDS, *FIXED]
            if key not in known and key not in UNUSED:
                fail(f"unknown key '{key}'; allowed: {', '.join(known)}")
            if not equals or key in given:
                fail(f"'{key}' is given twice" if key in given else f"'{key}' has no value; it is given as {key}=…")
            given[key] = value
        for key, value in FIXED.items():
            if given.get(key, value) != value:
                fail(f"'{key}' is '{given[key]}'; an engine has '{value}' alone")
        for key, (usual, least) in NUMBERS.items():
            text = given.get(key, str(usual))
            if not text.isdecimal() or int(text) < least:
                fail(f"'{key}' is '{text}'; allowed: a whole number from {least}")
            setattr(self, key, int(text))
        for key, usual in WORDS.items():
            setattr(self, key, given.get(key, usual))
        self.allow("inputs", ["streamed", "resident"])
        self.allow("bidirectional", ["false", "true"])
        self.allow("scalar", scalars)
        self.bidirectional = self.bidirectional == "true"
        self.directions = 2 if self.bidirectional else 1
        self.strategy_name, self.strategy_parameters = split(self.strategy)
        self.task_name, self.task_parameters = split(self.task)
        self.processors = use_processors(self.threads)
        self.warms_by_time = "warmup" not in given

    def allow(self, key, values, of=None):
        """Refuses a factor that is none of these.

        of: what stands for the factor's value, where that has parameters."""
        value = getattr(self, key) if of is None else of
        if value not in values:
            fail(f"'{key}' is '{getattr(self, key)}'; this engine has {', '.join(values)}")

    def count(self, parameter):
        """A parameter of the strategy that is a whole number from 1, and must be given."""
        text = self.strategy_parameters.get(parameter, "")
        if not text.isdecimal() or int(text) < 1:
            wanted = f"{self.strategy_name}:{parameter}=NUMBER"
            fail(f"'strategy' is '{self.strategy}'; an engine is told the whole number from 1: {wanted}")
        return int(text)

    def width(self, layer):
        """Columns of a layer's input."""
        return self.input if layer == 0 else self.directions * self.hidden


def split(text):
    """`name:key=value,…` as a name and a dictionary."""
    name, _, rest = text.partition(":")
    return name, dict(pair.partition("=")[::2] for pair in rest.split(",") if pair)


def use_processors(count):
    """Keeps the process to as many processors as the trial has threads, or to all that there are: a library that counts them
    counts these. Returns how many."""
    allowed = sorted(os.sched_getaffinity(0))[:count]
    os.sched_setaffinity(0, allowed)
    return len(allowed)


def mark(phase):
    """Begins a phase of `unroll gauge`, where this program runs under it."""
    library = ctypes.CDLL(None)
    if hasattr(library, "unroll_mark"):
        library.unroll_mark(phase.encode())


def restart_resident_peak():
    """Whether the kernel lets this process begin its peak of resident memory anew."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        return True
    except OSError:
        return False


def resident_peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))


# A step that takes less is made twice untimed before one that is timed, as unroll's own: other processes take turns with this one,
# and its caches are theirs. So long steps go on before the first that is timed, where no number of them is asked for.
BRIEF = 0.01


def answer(trial, step, figures, settling=0.0):
    """Warms up, then answers each line with a training step.

    step: forward and backward; returns the loss when all it began is done.
    figures: what else is known of each step, by name.
    settling: seconds in which a library's own threads give back what the step took, once it has returned.
    """
    # The first one compiles: its time says nothing of the others'.
    passes, spent = 0, 0.0
    while passes < max(1, trial.warmup) or trial.warms_by_time and spent < BRIEF:
        start = time.perf_counter()
        step()
        seconds = time.perf_counter() - start
        spent += seconds if passes > 0 else 0
        passes += 1
    time.sleep(settling)
    mark("ready")
    print("ready", flush=True)
    for line in sys.stdin:
        if seconds < BRIEF:
            step()
            step()
            time.sleep(settling)
        measures = line.strip() != "bare" and restart_resident_peak()
        mark("step")
        start = time.perf_counter()
        loss = step()
        seconds = time.perf_counter() - start
        mark("answer")
        time.sleep(settling)
        mark("ready")
        found = {"peak_rss_bytes": resident_peak()} if measures else {}
        found |= figures | {"workers": trial.processors, "wall_seconds": seconds, "loss": loss}
        print(" ".join(f"{name}={value}" for name, value in found.items()), flush=True)
