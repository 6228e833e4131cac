#!/usr/bin/env python3
"""The character model beside min-char-rnn's architecture in PyTorch: the same text, the same steps.

    characters.py [--unroll UNROLL] [--text FILE] [--results DIR] [--updates N] [--seeds N…] [--cells CELL…]

min-char-rnn (Karpathy 2015, https://gist.github.com/karpathy/d4dee566867f8291f086): one recurrent layer of 100 units over
one-hot characters, a linear head, softmax; 25 characters an update, which go on through the text, and so does the state;
where the text begins again the state is 0. Elman's cell as there, and the LSTM.

Both systems begin with the parameters that unroll draws, as it exports them, read the same windows in the same order, and
change the parameters alike: Adam, the gradient's norm clipped. What is left between them is how sums are rounded. In Double
the curves are the same to the end, update by update. In Float they are the same at first and then part, for training
multiplies every rounding: see `close` for how far they may.

min-char-rnn itself is trained beside them for as many updates, with its own start and update rule (Adagrad), and unroll is
to reach what it reaches.

Writes DIR/characters.csv, bits per character in twentieths of each training, and DIR/characters.md. Exits 1 when a curve is
off, or behind min-char-rnn.
"""

import argparse
import csv
import hashlib
import math
import os
import statistics
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file
from torch.nn import functional

HIDDEN, LENGTH, RATE, CLIP = 100, 25, 0.002, 5
CELLS = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM}
SCALARS = {"float": torch.float32, "double": torch.float64}
PARTS = 20
COLUMNS = "cell,scalar,seed,symbols,from_update,to_update,unroll_bits,pytorch_bits,min_char_rnn_bits".split(",")


class Text:
    """A file as numbers: its characters' places in the sorted list of all that it has."""

    def __init__(self, path):
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
        alphabet = sorted(set(text))
        self.path, self.symbols = path, len(alphabet)
        places = {character: place for place, character in enumerate(alphabet)}
        self.values = torch.tensor([places[character] for character in text])
        self.windows = (len(text) - 1) // LENGTH

    def window(self, update):
        """Inputs, targets, and whether the text begins (again)."""
        window = update % self.windows
        values = self.values[window * LENGTH : (window + 1) * LENGTH + 1]
        return values[:-1], values[1:], window == 0


class Unroll:
    """The same training by unroll: its parameters at the start, its first window, and its curve."""

    def __init__(self, program, text, cell, scalar, seed, updates):
        words = ["--task", f"text:file={os.path.abspath(text.path)},encoding=utf8", "--strategy", "full"]
        words += ["--cell", cell, "--scalar", scalar, "--seed", str(seed), "--input", str(text.symbols)]
        words += ["--hidden", str(HIDDEN), "--batch", "1", "--length", str(LENGTH)]
        rule = ["--optimizer", "adam", "--learning-rate", str(RATE), "--clip", str(CLIP), "--updates", str(updates)]
        with tempfile.TemporaryDirectory() as directory:
            start, curve = f"{directory}/start.safetensors", f"{directory}/curve.csv"
            self.run([program, "measure", "--repetitions", "1", "--export", start] + words)
            self.start = load_file(start)
            self.run([program, "train", "--quiet", "--output", curve] + rule + words)
            with open(curve, newline="") as file:
                self.bits = [float(row["quality"]) for row in csv.DictReader(file)]

    def run(self, command):
        if subprocess.run(command, stdout=subprocess.DEVNULL).returncode != 0:
            sys.exit(f"this failed: {' '.join(command)}")


def train(text, network, head, optimizer, clip, updates):
    """Bits per character of every update."""
    unit = torch.eye(text.symbols, dtype=head.weight.dtype)
    bits, state = [], None
    for update in range(updates):
        inputs, targets, begins = text.window(update)
        outputs, state = network(unit[inputs], None if begins else state)
        state = tuple(part.detach() for part in state) if isinstance(state, tuple) else state.detach()
        loss = functional.cross_entropy(head(outputs), targets)
        optimizer.zero_grad()
        loss.backward()
        clip()
        optimizer.step()
        bits.append(loss.item() / math.log(2))
    return bits


def pytorch(text, cell, scalar, start, updates):
    """From unroll's parameters, with unroll's update rule."""
    inputs, targets, _ = text.window(0)
    if not torch.equal(start["inputs"].flatten(0, 1).argmax(1), inputs) or not torch.equal(start["targets"].flatten(), targets):
        sys.exit(f"unroll's first window of '{text.path}' is another")
    network = CELLS[cell](text.symbols, HIDDEN).to(SCALARS[scalar])
    head = torch.nn.Linear(HIDDEN, text.symbols).to(SCALARS[scalar])
    network.load_state_dict({name: start[name] for name in network.state_dict()})
    head.load_state_dict({name: start["head." + name] for name in head.state_dict()})
    parameters = [*network.parameters(), *head.parameters()]
    optimizer = torch.optim.Adam(parameters, RATE)
    return train(text, network, head, optimizer, lambda: torch.nn.utils.clip_grad_norm_(parameters, CLIP), updates)


def min_char_rnn(text, seed, updates):
    """With its own start and update rule: weights of N(0, 0.01²), one bias a layer, Adagrad at 0.1 on the sum over the window,
    every element of the gradient clipped at 5."""
    torch.manual_seed(seed)
    network, head = torch.nn.RNN(text.symbols, HIDDEN), torch.nn.Linear(HIDDEN, text.symbols)
    for name, values in [*network.named_parameters(), *head.named_parameters()]:
        torch.nn.init.zeros_(values) if "bias" in name else torch.nn.init.normal_(values, std=0.01)
    # PyTorch has two biases where one is enough; one stays 0.
    network.bias_ih_l0.requires_grad_(False)
    parameters = [values for values in [*network.parameters(), *head.parameters()] if values.requires_grad]

    def clip():
        for values in parameters:
            values.grad.mul_(LENGTH).clamp_(-5, 5)

    return train(text, network, head, torch.optim.Adagrad(parameters, 0.1, eps=1e-8), clip, updates)


if __name__ == "__main__":
    pass
