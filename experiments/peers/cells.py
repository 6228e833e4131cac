"""Cells that torch.nn has no module for: their equations, of which autograd makes the gradients.

A step takes the parameters of a layer by name, x [B, D] and the state, h first, each [B, H]; it answers the next state.
"""

import re

import torch
from torch.nn.functional import layer_norm, logsigmoid
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence


def sums(weights, x, h=None):
    """W x + b, with U h + d where h is given, gate by gate."""
    total = x @ weights["weight_ih"].T + weights["bias_ih"]
    if h is not None:
        total = total + h @ weights["weight_hh"].T + weights["bias_hh"]
    return total.chunk(weights["gates"], dim=1)


def linear(weights, x, h):
    return sums(weights, x, h)


def peephole(weights, x, h, c):
    i, f, g, o = sums(weights, x, h)
    i, f = torch.sigmoid(i + weights["weight_pi"] * c), torch.sigmoid(f + weights["weight_pf"] * c)
    c = f * c + i * torch.tanh(g)
    return torch.sigmoid(o + weights["weight_po"] * c) * torch.tanh(c), c


def elstm(weights, x, h):
    z, f = sums(weights, x)
    z, f = torch.tanh(z + weights["weight_cz"] * h), torch.sigmoid(f + weights["weight_cf"] * h)
    return (f * h + (1 - f) * z,)


def positive(v):
    return torch.where(v >= 0, v + 0.5, torch.sigmoid(v))


def mingru(weights, x, h):
    z, v = sums(weights, x)
    z = torch.sigmoid(z)
    return ((1 - z) * h + z * positive(v),)


def minlstm(weights, x, h):
    f, i, v = sums(weights, x)
    f, i = torch.sigmoid(f), torch.sigmoid(i)
    return (f / (f + i) * h + i / (f + i) * positive(v),)


def layernorm(weights, x, h, c):
    def gates(name):
        return torch.cat([weights[name + gate] for gate in "ifgo"])

    def normalized(a, gain, bias=None):
        return layer_norm(a, a.shape[1:], gain, bias)

    sums = normalized(x @ weights["weight_ih"].T, gates("gain_x"), gates("bias_"))
    i, f, g, o = (sums + normalized(h @ weights["weight_hh"].T, gates("gain_h"))).chunk(4, dim=1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(normalized(c, weights["gain_c"], weights["bias_c"])), c


def lru(weights, x, re, im):
    r, j = (x @ weights["weight_ih"].T).chunk(weights["gates"], dim=1)
    size, angle = torch.exp(-torch.exp(weights["nu_log"])), torch.exp(weights["theta_log"])
    a, b, gamma = size * torch.cos(angle), size * torch.sin(angle), torch.exp(weights["gamma_log"])
    return a * re - b * im + gamma * r, b * re + a * im + gamma * j


def slstm(weights, x, h, c, n, m):
    i, f, z, o = sums(weights, x, h)
    kept = logsigmoid(f) + m
    m = torch.maximum(kept, i)
    i, f = torch.exp(i - m), torch.exp(kept - m)
    c, n = f * c + i * torch.tanh(z), torch.clamp(f * n + i, min=1)
    return torch.sigmoid(o) * c / n, c, n, m


STEPS = {
    "linear": (linear, 1), "peephole": (peephole, 4), "elstm": (elstm, 2), "mingru": (mingru, 2),
    "minlstm": (minlstm, 3), "lru": (lru, 2), "slstm": (slstm, 4),
    "layernorm": (layernorm, 4),
}  # fmt: skip


class Recurrent(torch.nn.Module):
    """Stacked layers of a cell, called as torch.nn.LSTM is."""

    def __init__(self, cell, tensors):
        super().__init__()
        self.step, self.gates = STEPS[cell]
        # The layers' parameters as the file names them, in its order: `weight_ih_l0_reverse`.
        named = [(name, re.fullmatch(r"(\w+)_l(\d+)((?:_reverse)?)", name)) for name in tensors]
        self.lanes = {}
        for name, match in named:
            if match:
                self.register_parameter(name, torch.nn.Parameter(torch.zeros_like(tensors[name])))
                self.lanes.setdefault((int(match[2]), match[3]), []).append((match[1], name))

    def forward(self, inputs, state):
        packed = isinstance(inputs, PackedSequence)
        sequence, lengths = pad_packed_sequence(inputs) if packed else (inputs, None)
        if lengths is None:
            lengths = torch.full((sequence.shape[1],), len(sequence))
        # Where a row of the reverse direction is at a step: it begins at its own end, and what is after that comes last.
        time = torch.arange(len(sequence))[:, None]
        turned = torch.where(time < lengths, lengths - 1 - time, time)[:, :, None]
        states = state if isinstance(state, tuple) else (state,)
        after = []
        lanes = sorted(self.lanes)
        for layer in sorted({layer for layer, _ in lanes}):
            given = []
            for lane in [lane for lane in lanes if lane[0] == layer]:
                weights = {short: getattr(self, name) for short, name in self.lanes[lane]} | {"gates": self.gates}
                own = tuple(part[len(after)] for part in states)
                order = turned if lane[1] else time[:, :, None].expand_as(turned)
                outputs = []
                for x in sequence.gather(0, order.expand_as(sequence)):
                    own = self.step(weights, x, *own)
                    outputs.append(own[0])
                outputs = torch.stack(outputs)
                given.append(outputs.gather(0, order.expand_as(outputs)))
                after.append(own)
            sequence = torch.cat(given, dim=2)
        after = tuple(torch.stack(parts) for parts in zip(*after))
        if packed:
            sequence = pack_padded_sequence(sequence, lengths, enforce_sorted=False)
        return sequence, after if isinstance(state, tuple) else after[0]
