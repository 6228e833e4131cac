"""How a training step goes over time: a strategy is a function here, of the problem, that returns the training step.

full, inference, truncated, segmented by torch.utils.checkpoint and forward are PyTorch's own way; every other schedule, and
each with variant=schedules, is run by unroll_schedules as `unroll schedule` prints it: UNROLL names that program.
"""

import json
import os
import shutil
import subprocess

import torch
from forward import forward
from protocol import MISSING, fail
from torch.utils.checkpoint import checkpoint
from unroll_schedules import Schedule, run


def is_scheduled(trial):
    """Whether unroll_schedules runs it, a step at a time."""
    trial.allow("strategy", [*OWN, *SCHEDULED], of=trial.strategy_name)
    parameters = trial.strategy_parameters
    # Truncation by detaching the state has one stride: the window.
    isStrided = trial.strategy_name == "truncated" and parameters.get("stride", parameters.get("window")) != parameters.get("window")
    return trial.variant == "schedules" or trial.strategy_name not in OWN or isStrided


def step_of(problem):
    """The training step of the trial: gradients are made anew, the loss is returned."""
    trial, isScheduled = problem.trial, is_scheduled(problem.trial)
    if problem.task.loss == "ctc" and (isScheduled or trial.strategy_name not in ("full", "inference", "segmented")):
        fail("CTC's loss is of whole sequences: strategies full, inference and segmented by torch.utils.checkpoint")
    if trial.bidirectional and trial.strategy_name not in ("full", "inference"):
        fail("two directions go with strategies full and inference")
    body = (scheduled if isScheduled else OWN[trial.strategy_name])(problem)

    def step():
        for value in problem.values.values():
            value.grad.zero_()
        with torch.autocast("cpu", torch.bfloat16, enabled=trial.scalar == "bfloat16"):
            return body()

    return step


def full(problem):
    steps = range(problem.trial.length)

    def body():
        features, _ = problem.network(problem.inputs(steps), problem.initial)
        loss = problem.ctc(problem.outputs(features)) if problem.task.loss == "ctc" else problem.loss(steps, features)
        if loss.requires_grad:
            loss.backward()
        return loss.item()

    return body


def inference(problem):
    return torch.no_grad()(full(problem))


def truncated(problem):
    window = problem.trial.count("window")

    def body():
        total, state = 0, problem.initial
        for start in range(0, problem.trial.length, window):
            steps = range(start, min(start + window, problem.trial.length))
            features, state = problem.network(problem.inputs(steps), state)
            state = torch.utils._pytree.tree_map(torch.detach, state)
            loss = problem.loss(steps, features)
            if loss is not None:
                loss.backward()
                total += loss.item()
        return total

    return body


def segmented(problem):
    """The loss is inside each segment, so that no outputs are kept; those of CTC are, which looks at all of them."""
    length, isCTC = problem.trial.count("length"), problem.task.loss == "ctc"

    def segment(steps, state):
        features, state = problem.network(problem.inputs(steps), state)
        return problem.outputs(features) if isCTC else problem.loss(steps, features), state

    def body():
        parts, state = [], problem.initial
        for start in range(0, problem.trial.length, length):
            steps = range(start, min(start + length, problem.trial.length))
            part, state = checkpoint(segment, steps, state, use_reentrant=False)
            parts.append(part)
        loss = problem.ctc(torch.cat(parts)) if isCTC else sum(part for part in parts if part is not None)
        loss.backward()
        return loss.item()

    return body


def scheduled(problem):
    """A step at a time, by unroll_schedules."""
    trial = problem.trial
    schedule = printed(trial.strategy, trial.length)
    # Streamed inputs are made by the step, of its number.
    inputs = problem.resident if problem.resident is not None else torch.arange(trial.length)

    def step(x, state):
        if problem.resident is None:
            number = x.item()
            x = problem.inputs(range(number, number + 1))[0]
        return problem.network.step(x, state)

    def loss(number, h):
        return problem.loss(range(number, number + 1), h[None])

    def body():
        return run(step, inputs, problem.initial, loss, schedule)[0].item()

    return body


def printed(strategy, length):
    """The schedule that `unroll schedule` prints."""
    program = os.environ.get("UNROLL") or shutil.which("unroll")
    if program is None:
        fail(f"strategy '{strategy}' here is what `unroll schedule` prints: put unroll in PATH, or its path in UNROLL", MISSING)
    command = [program, "schedule", "--strategy", strategy, "--length", str(length), "--format", "json"]
    try:
        done = subprocess.run(command, capture_output=True, text=True)
    except OSError as error:
        fail(f"cannot run '{program}', which UNROLL names: {error.strerror}", MISSING)
    if done.returncode != 0:
        fail(done.stderr.partition("\n")[0].removeprefix("Error: "))
    return Schedule.read(json.loads(done.stdout))


OWN = {"full": full, "inference": inference, "truncated": truncated, "segmented": segmented, "forward": forward}
# `mixed` and `randomized` are not among them: the one counts bytes of unroll's own networks, the other draws.
SCHEDULED = ("bisection", "binomial", "internal", "online", "multistage")
