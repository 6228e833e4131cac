#!/usr/bin/env python3
"""A training step in JAX, as a trial program: see ../README.md.

    trial.py measure key=value…

variant=plain is one jax.lax.scan over time, with all layers of a step, the head and the loss inside: it keeps least.
variant=hoisted goes layer by layer; inputs are multiplied before its scan, all at once, and the loss comes after: faster where
the batch is small. Two directions go layer by layer in both. All is one compiled program, into whose results the gradients of
the step before are donated.
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

from protocol import MISSING, Trial, answer, fail

# XLA's threads free what a program took after it has answered: hundreds of megabytes, in up to 30 ms.
SETTLING = 0.05


def threads():
    """Threads that XLA has for one program's loops, by the name that it gives them; they begin with the first program."""
    names = []
    for task in os.listdir("/proc/self/task"):
        with open(f"/proc/self/task/{task}/comm") as file:
            names.append(file.read())
    return sum(name.startswith("tf_XLAEigen") for name in names)


def main():
    # A trial keeps the process to its processors, before JAX counts them.
    trial = Trial(sys.argv[1:])
    from program import Program

    program = Program(trial)
    program.step()
    if threads() != trial.processors:
        fail(f"XLA runs {threads()} threads and not {trial.processors}", MISSING)
    answer(trial, program.step, program.figures, SETTLING)


if __name__ == "__main__":
    main()
