#!/usr/bin/env python3
"""A selective scan that is not fused (Gu & Dao 2023, arXiv 2312.00752, algorithm 2, as mamba.py writes it in PyTorch), as a trial
program by its path: every unit has N = 16 states, and exp(ΔA), ΔB, ΔB u and the states are tensors of T·B·H·N numbers.

    PATH=.venv-engines/bin:$PATH unroll run experiments/engines/selective-scan.yaml

At A = -1, B = 1 and C = 1/N, where its parameters begin, all states of a unit are the same and the network is a minGRU (theorem 1
there; the input is held over a step, B̄ = (1 - exp(-Δ))/Δ ΔB): so cell=mingru is what it is asked for, and unroll has its loss.
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

from protocol import Trial, answer, fail

import torch
from problem import Problem
from strategies import step_of
from torch.nn import functional

STATES = 16


class Scan(torch.autograd.Function):
    """h_t = a_t h_{t-1} + x_t over the first dimension, all steps at once in ⌈log₂ T⌉ passes (Hillis & Steele 1986, doi
    10.1145/7902.7903). It keeps a and h."""

    @staticmethod
    def forward(context, a, x):
        h = scanned(a.clone(), x.clone())
        context.save_for_backward(a, h)
        return h

    @staticmethod
    def backward(context, gradient):
        a, h = context.saved_tensors
        # From the last step to the first, and with the a of the step after.
        after = torch.cat([a[1:], torch.zeros_like(a[:1])]).flip(0)
        dx = scanned(after, gradient.flip(0)).flip(0)
        da = torch.zeros_like(a)
        torch.mul(dx[1:], h[:-1], out=da[1:])
        return da, dx


def scanned(a, x):
    """The scan in place of x; a is written over."""
    distance = 1
    while distance < len(x):
        x[distance:] += a[distance:] * x[:-distance]
        a[distance:] = a[distance:] * a[:-distance]
        distance *= 2
    return x


class SelectiveScan:
    def __init__(self, trial, values, lengths):
        self.initial, self.layers = None, []
        dtype = values["head.bias"].dtype
        for layer in range(trial.layers):
            extra = {
                "A_log": torch.zeros(trial.hidden, STATES, dtype=dtype),
                "B.weight": torch.zeros(STATES, trial.width(layer), dtype=dtype), "B.bias": torch.ones(STATES, dtype=dtype),
                "C.weight": torch.zeros(STATES, trial.width(layer), dtype=dtype),
                "C.bias": torch.full((STATES,), 1 / STATES, dtype=dtype),
            }
            extra = {f"{name}_l{layer}": torch.nn.Parameter(value) for name, value in extra.items()}
            for value in extra.values():
                value.grad = torch.zeros_like(value)
            values |= extra
            self.layers.append([values[f"weight_ih_l{layer}"], values[f"bias_ih_l{layer}"], *extra.values()])

    def __call__(self, x, state):
        for w, bias, a_log, b_weight, b_bias, c_weight, c_bias in self.layers:
            k, v = functional.linear(x, w, bias).chunk(2, 2)
            b, c = functional.linear(x, b_weight, b_bias), functional.linear(x, c_weight, c_bias)
            delta = functional.softplus(k)
            u = torch.where(v >= 0, v + 0.5, torch.sigmoid(v)) * -torch.expm1(-delta) / delta
            decay = torch.exp(delta[..., None] * -torch.exp(a_log))
            h = Scan.apply(decay, delta[..., None] * b[:, :, None] * u[..., None])
            x = (h @ c[..., None])[..., 0]
        return x, None


def main():
    trial = Trial(sys.argv[1:])
    trial.allow("cell", ["mingru"])
    trial.allow("strategy", ["full"])
    trial.allow("variant", ["plain"])
    torch.set_num_threads(trial.processors)
    problem = Problem(trial, SelectiveScan)
    if trial.bidirectional or problem.task.loss == "ctc":
        fail("the scan has one direction and a loss at every step")
    answer(trial, step_of(problem), problem.figures)


if __name__ == "__main__":
    main()
