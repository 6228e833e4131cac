"""Recurrent layers: PyTorch's own over time, and loops of its cells or of cells by hand.

All take x, [steps, B, D], and a state, and return the top layer's outputs, [steps, B, H], and the state after them.
"""

import os
import shutil

import torch
from protocol import MISSING, fail
from strategies import is_scheduled
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class Fused(torch.nn.Module):
    """torch.nn.RNN, LSTM or GRU, whose time loop is inside."""

    CELLS = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}

    def __init__(self, trial, values, lengths):
        super().__init__()
        self.lengths = lengths and torch.tensor(lengths)
        self.initial = None
        with torch.device("meta"):
            self.layers = self.CELLS[trial.cell](
                trial.input, trial.hidden, trial.layers, bidirectional=trial.bidirectional
            )
        self.layers.load_state_dict({name: values[name] for name in self.layers.state_dict()}, assign=True)

    def forward(self, x, state):
        if self.lengths is None or not self.layers.bidirectional:
            return self.layers(x, state)
        # The reverse direction begins at the end of each sequence.
        packed = pack_padded_sequence(x, self.lengths, enforce_sorted=False)
        y, state = self.layers(packed, state)
        return pad_packed_sequence(y, total_length=len(x))[0], state


def elman(x, state, w):
    return (torch.rnn_tanh_cell(x, state[0], *w),)


def lstm(x, state, w):
    return torch.lstm_cell(x, state, *w)


def gru(x, state, w):
    return (torch.gru_cell(x, state[0], *w),)


def linear(x, state, w):
    return (functional.linear(x, w[0], w[2]) + functional.linear(state[0], w[1], w[3]),)


def peephole(x, state, w):
    (h, c), (pi, pf, po) = state, w[4:]
    i, f, g, o = linear(x, state, w)[0].chunk(4, 1)
    after = torch.sigmoid(f + pf * c) * c + torch.sigmoid(i + pi * c) * torch.tanh(g)
    return torch.sigmoid(o + po * after) * torch.tanh(after), after


def mingru(x, state, w):
    rest, entering = minimal_gates(x, w)
    return (rest * state[0] + entering,)


def minimal_gates(x, w):
    """1 - z and z g(v), which do not see h, of one step or of all."""
    k, v = functional.linear(x, *w).chunk(2, -1)
    z = torch.sigmoid(k)
    return 1 - z, z * torch.where(v >= 0, v + 0.5, torch.sigmoid(v))


# The step of each cell, and how many parts its state has.
CELLS = {
    "elman": (elman, 1), "lstm": (lstm, 2), "gru": (gru, 1), "linear": (linear, 1), "peephole": (peephole, 2),
    "mingru": (mingru, 1),
}


class Loop:
    """A loop of cells: all layers of a step, then the next step."""

    def __init__(self, trial, values, lengths):
        self.cell, parts = CELLS[trial.cell]
        self.weights = [
            [value for name, value in values.items() if name.endswith(f"_l{layer}")] for layer in range(trial.layers)
        ]
        zeros = torch.zeros(trial.batch, trial.hidden, dtype=values["head.bias"].dtype)
        self.initial = tuple((zeros,) * parts for _ in range(trial.layers))
        if trial.variant == "compiled":
            self.step = compiled(self.step)

    def step(self, x, states):
        """One step of all layers: x is [B, D]; returns the top layer's h and all states."""
        entered = []
        for state, weights in zip(states, self.weights):
            state = self.cell(x, state, weights)
            x = state[0]
            entered.append(state)
        return x, tuple(entered)

    def __call__(self, x, state):
        outputs = []
        for x_t in x:
            h, state = self.step(x_t, state)
            outputs.append(h)
        return torch.stack(outputs), state


def compiled(step):
    """The step as torch.compile makes it, in this process: others that compile would stay beside it."""
    import torch._inductor.config

    compiler = os.environ.get("CXX", "g++")
    if shutil.which(compiler) is None:
        fail(f"variant 'compiled' needs a C++ compiler, and there is no '{compiler}': apt-get install g++", MISSING)
    torch._inductor.config.compile_threads = 1
    return torch.compile(step, dynamic=False)


class ParallelScan:
    """minGRU over all steps at once (Feng et al. 2024, arXiv 2410.01201, algorithm 8): its gates do not see h, so h is a linear
    recurrence, h_t = (1 - z_t) h_{t-1} + z_t g(v_t), which a scan solves. By cumulative sums of logarithms, which neither under-
    nor overflow (Heinsen 2023, arXiv 2311.06281)."""

    CELLS = ("mingru",)

    def __init__(self, trial, values, lengths):
        self.weights = [(values[f"weight_ih_l{layer}"], values[f"bias_ih_l{layer}"]) for layer in range(trial.layers)]
        self.initial = None

    def __call__(self, x, state):
        for weights in self.weights:
            k, v = functional.linear(x, *weights).chunk(2, 2)
            # ln z, ln(1 - z) and ln g(v); h is 0 at first, whose logarithm adds nothing.
            log_z, log_rest = -functional.softplus(-k), -functional.softplus(k)
            log_g = torch.where(v >= 0, (functional.relu(v) + 0.5).log(), -functional.softplus(-v))
            decay = log_rest.cumsum(0)
            x = (decay + torch.logcumsumexp(log_z + log_g - decay, 0)).exp()
        return x, None


class HoistedLoop(ParallelScan):
    """The same with the gates of all steps made at once, and a loop over steps that TorchScript compiles."""

    def __call__(self, x, state):
        for weights in self.weights:
            x = recurrence()(*minimal_gates(x, weights))
        return x, None


def recurrence():
    """h_t = a_t h_{t-1} + b_t from h = 0, compiled."""
    if not hasattr(recurrence, "compiled"):
        recurrence.compiled = torch.jit.script(over_steps)
    return recurrence.compiled


def over_steps(a, b):
    h, outputs = torch.zeros_like(b[0]), []
    # Slices one by one would each have a gradient of all steps' size.
    for a_t, b_t in zip(a.unbind(0), b.unbind(0)):
        h = a_t * h + b_t
        outputs.append(h)
    return torch.stack(outputs)


VARIANTS = ("plain", "loop", "compiled", "schedules", "hoisted")


def network_of(trial):
    """The kind of network that a trial asks for."""
    trial.allow("cell", CELLS)
    trial.allow("variant", VARIANTS)
    isAtOnce = trial.cell in ParallelScan.CELLS and trial.strategy_name in ("full", "inference")
    if trial.variant == "hoisted" and not isAtOnce:
        fail(f"variant 'hoisted' is of cells without U, under full and inference; allowed: {', '.join(ParallelScan.CELLS)}")
    if isAtOnce and trial.variant in ("plain", "hoisted") and not trial.bidirectional:
        return ParallelScan if trial.variant == "plain" else HoistedLoop
    isByStep = is_scheduled(trial) or trial.variant != "plain" or trial.strategy_name == "forward"
    network = Loop if isByStep or trial.cell not in Fused.CELLS else Fused
    if trial.bidirectional and network is not Fused:
        fail(f"a loop of cells has one direction; two go with {', '.join(Fused.CELLS)}, full unrolling and variant plain")
    return network
