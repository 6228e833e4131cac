#!/usr/bin/env python3
"""A training step of torch.nn.RNN, LSTM or GRU with a linear head and squared error, measured for `unroll`.

    LD_PRELOAD=libjemalloc.so.2 pytorch_trial.py measure key=value…

Strategies: full; truncated:window=K by detaching the state; segmented:length=S by torch.utils.checkpoint, the loss
inside each segment so that no outputs are kept.
"""

import sys

from trial import ThreadPeak, Trial, converse, refuse, use_processors

import torch
from torch.utils.checkpoint import checkpoint

CELLS = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}


def training_step(trial, network, head, inputs, targets):
    count = targets.numel()

    def loss_of(steps, state):
        outputs, state = network(inputs[steps], state)
        return (head(outputs) - targets[steps]).square().sum() / count, state

    def full():
        loss, _ = loss_of(slice(0, trial.length), None)
        loss.backward()
        return loss.item()

    def truncated():
        window, total, state = trial.parameters["window"], 0, None
        if trial.parameters.get("stride", window) != window:
            refuse("truncation by detaching the state has one stride: the window")
        for start in range(0, trial.length, window):
            loss, state = loss_of(slice(start, start + window), state)
            loss.backward()
            state = tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()
            total += loss.item()
        return total

    def segmented():
        segment, total = trial.parameters["length"], 0
        zeros = torch.zeros(trial.layers, trial.batch, trial.hidden)
        state = (zeros, zeros) if trial.cell == "lstm" else zeros
        for start in range(0, trial.length, segment):
            loss, state = checkpoint(loss_of, slice(start, start + segment), state, use_reentrant=False)
            total = total + loss
        total.backward()
        return total.item()

    strategies = {"full": full, "truncated": truncated, "segmented": segmented}
    if trial.strategy not in strategies:
        refuse(f"PyTorch has no strategy '{trial.strategy}'; allowed: {', '.join(strategies)}")
    run = strategies[trial.strategy]

    def step():
        network.zero_grad(set_to_none=False)
        head.zero_grad(set_to_none=False)
        return run()

    return step


def main():
    trial = Trial(sys.argv[2:])
    use_processors(trial.threads)
    torch.set_num_threads(trial.threads)
    values = {name: torch.from_numpy(value) for name, value in trial.parameters_of_network().items()}
    network = CELLS[trial.cell](trial.input, trial.hidden, trial.layers)
    head = torch.nn.Linear(trial.hidden, trial.outputs)
    network.load_state_dict({name: values[name] for name in network.state_dict()})
    head.load_state_dict({name: values["head." + name] for name in head.state_dict()})
    inputs, targets = (torch.from_numpy(array) for array in trial.inputs_and_targets())

    peak = ThreadPeak()
    step = training_step(trial, network, head, inputs, targets)
    parameters = sum(4 * parameter.numel() for parameter in [*network.parameters(), *head.parameters()])
    steps = trial.length
    recomputed = steps if trial.strategy == "segmented" else 0
    forward, backward, head_flops = trial.flops
    flops = (steps + recomputed) * forward + steps * (backward + head_flops)

    def measured_step():
        peak.reset()
        return step()

    def figures():
        above = peak.bytes
        return {
            "peak_bytes": 2 * parameters + 4 * inputs.numel() + above,
            "thread_peak_bytes": above,
            "weights_bytes": parameters,
            "gradients_bytes": parameters,
            "inputs_bytes": 4 * inputs.numel(),
            "forward_steps": steps + recomputed,
            "recomputed_steps": recomputed,
            "backward_steps": steps,
            "flops": flops,
        }

    converse(trial, measured_step, figures)


if __name__ == "__main__":
    main()
