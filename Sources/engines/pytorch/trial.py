#!/usr/bin/env python3
"""A training step in PyTorch, as a trial program: see ../README.md.

    trial.py measure key=value…

variant=plain uses what is fastest of the framework: torch.nn.LSTM, GRU and RNN with their time loop inside, or a loop of cells
where there is none. variant=loop is a loop of torch's cells; variant=compiled the same loop with each step compiled by
torch.compile; variant=schedules executes any schedule of unroll, a step at a time, by unroll_schedules.

scalar=bfloat16 is torch.autocast over a training step: parameters and their gradients stay Float's.
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

from protocol import MISSING, Trial, answer, fail


def main():
    # What no engine takes is refused before PyTorch is loaded, which takes seconds.
    trial = Trial(sys.argv[1:], scalars=("float", "double", "bfloat16"))
    import torch
    from networks import network_of
    from problem import Problem
    from strategies import step_of

    network = network_of(trial)
    torch.set_num_threads(trial.processors)
    if torch.get_num_threads() != trial.processors:
        fail(f"PyTorch runs {torch.get_num_threads()} threads and not {trial.processors}", MISSING)
    problem = Problem(trial, network)
    answer(trial, step_of(problem), problem.figures)


if __name__ == "__main__":
    main()
