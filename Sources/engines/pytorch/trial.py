#!/usr/bin/env python3
"""A training step in PyTorch, as a trial program: see ../README.md.

    trial.py measure key=value…

variant=plain uses what is fastest of the framework: torch.nn.LSTM, GRU and RNN with their time loop inside, or a loop of cells
where there is none. variant=loop is a loop of torch's cells; variant=compiled the same loop with each step compiled by
torch.compile; variant=schedules executes any schedule of unroll, a step at a time, by unroll_schedules.
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

from protocol import MISSING, Trial, answer, fail

import torch
from networks import CELLS, Fused, Loop, ParallelScan
from strategies import is_scheduled, step_of
from problem import Problem

VARIANTS = ("plain", "loop", "compiled", "schedules")


def network_of(trial):
    """The kind of network that a trial asks for."""
    if trial.cell in ParallelScan.CELLS:
        return ParallelScan
    isByStep = is_scheduled(trial) or trial.variant != "plain" or trial.strategy_name == "forward"
    network = Loop if isByStep or trial.cell not in Fused.CELLS else Fused
    if trial.bidirectional and network is not Fused:
        fail(f"a loop of cells has one direction; two go with {', '.join(Fused.CELLS)}, full unrolling and variant plain")
    return network


def main():
    trial = Trial(sys.argv[1:])
    trial.allow("cell", [*CELLS, *ParallelScan.CELLS])
    trial.allow("variant", VARIANTS)
    torch.set_num_threads(trial.processors)
    if torch.get_num_threads() != trial.processors:
        fail(f"PyTorch runs {torch.get_num_threads()} threads and not {trial.processors}", MISSING)
    problem = Problem(trial, network_of(trial))
    answer(trial, step_of(problem), problem.figures)


if __name__ == "__main__":
    main()
