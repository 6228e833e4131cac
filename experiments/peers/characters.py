#!/usr/bin/env python3
"""The character model beside min-char-rnn's architecture in PyTorch: the same text, the same steps.

    characters.py [--unroll UNROLL] [--text FILE] [--results DIR] [--updates N] [--seeds N...] [--cells CELL...]

min-char-rnn (Karpathy 2015, https://gist.github.com/karpathy/d4dee566867f8291f086) has one recurrent layer of 100 units over
one-hot characters, a linear head and softmax. An update is of 25 characters; the next goes on where they end, and so does
the state, which is 0 where the text begins (again). Here the cell is Elman's, as there, and the LSTM.

unroll and PyTorch begin with the same parameters, those that unroll draws and exports, read the same windows in the same
order, and change the parameters alike: Adam, the norm of the gradient limited. Nothing but rounding is left between them:
tens of units in a loss, which is a mean of 25 terms of some 5 bits, and what training makes of it. So in the first 2000
updates, which go through the text once and begin it again, every window's bits per character may be 4096 units of rounding
apart, whichever the type. By the end training has multiplied that. In Double the last tenth may still be no more than
0.01 % apart. In Float the two may have become different trainings of the same model, and PyTorch's own Float and Double
too (on the bytes of the same text, over 256 channels, an LSTM's were 0.5 % apart): 1 % is allowed.

min-char-rnn itself, with its own start and its Adagrad, is trained for as many updates; unroll is to reach what it reaches.

Writes DIR/characters.csv, twenty parts of every curve, and DIR/characters.md. Exits 1 when anything is off.
"""

import argparse
import csv
import hashlib
import itertools
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
TYPES = {"float": torch.float32, "double": torch.float64}
# At first, in units of rounding, and at the end, as a share of the bits.
FIRST, FIRST_UNITS, END_SHARES = 2000, 4096, {"float": 0.01, "double": 0.0001}
PARTS = 20
COLUMNS = (
    "text,sha256,symbols,cell,scalar,seed,from_update,to_update,unroll_bits,pytorch_bits,furthest_apart_bits,"
    "min_char_rnn_bits"
).split(",")


class Text:
    """A file's characters, each as its place among those that it has, by value."""

    def __init__(self, path):
        try:
            with open(path, "rb") as file:
                content = file.read()
            text = content.decode("utf-8")
        except OSError as error:
            sys.exit(f"{path}: {error.strerror}; --text names another text")
        except UnicodeDecodeError as error:
            sys.exit(f"{path} is not UTF-8: no character begins at byte {error.start}; --text names another text")
        alphabet = sorted(set(text))
        places = {character: place for place, character in enumerate(alphabet)}
        self.path, self.symbols = path, len(alphabet)
        self.sha256 = hashlib.sha256(content).hexdigest()[:16]
        self.values = torch.tensor([places[character] for character in text])
        self.windows = (len(text) - 1) // LENGTH
        if self.windows == 0:
            sys.exit(f"{path} has {len(text)} characters; a window and the character after take {LENGTH + 1}")

    def window(self, update):
        """Inputs, targets, and whether the text begins there."""
        window = update % self.windows
        values = self.values[window * LENGTH : (window + 1) * LENGTH + 1]
        return values[:-1], values[1:], window == 0


def unroll(program, text, cell, scalar, seed, updates):
    """The export of the first training step, with the parameters at the start, and bits per character of every update."""
    model = ["--task", f"text:file={os.path.abspath(text.path)},encoding=utf8", "--strategy", "full"]
    model += ["--cell", cell, "--scalar", scalar, "--seed", str(seed), "--input", str(text.symbols)]
    model += ["--hidden", str(HIDDEN), "--batch", "1", "--length", str(LENGTH)]
    rule = ["--optimizer", "adam", "--learning-rate", str(RATE), "--clip", str(CLIP), "--updates", str(updates)]
    with tempfile.TemporaryDirectory() as directory:
        start, curve = f"{directory}/start.safetensors", f"{directory}/curve.csv"
        for command in (
            [program, "measure", *model, "--repetitions", "1", "--export", start],
            [program, "train", *model, *rule, "--quiet", "--output", curve],
        ):
            if subprocess.run(command, stdout=subprocess.DEVNULL).returncode != 0:
                sys.exit(f"this failed: {' '.join(command)}")
        with open(curve, newline="") as file:
            bits = [float(row["quality"]) for row in csv.DictReader(file)]
        return load_file(start), bits


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
    """From unroll's parameters, by unroll's update rule."""
    inputs, targets, _ = text.window(0)
    # [T, B, D] and [T, B], of one stream.
    ours = start["inputs"].squeeze(1).argmax(1), start["targets"].squeeze(1)
    if not torch.equal(ours[0], inputs) or not torch.equal(ours[1], targets):
        sys.exit(f"unroll reads another window of {text.path}")
    network = CELLS[cell](text.symbols, HIDDEN).to(TYPES[scalar])
    head = torch.nn.Linear(HIDDEN, text.symbols).to(TYPES[scalar])
    network.load_state_dict({name: start[name] for name in network.state_dict()})
    head.load_state_dict({name: start["head." + name] for name in head.state_dict()})
    parameters = [*network.parameters(), *head.parameters()]

    def clip():
        torch.nn.utils.clip_grad_norm_(parameters, CLIP)

    return train(text, network, head, torch.optim.Adam(parameters, RATE), clip, updates)


def min_char_rnn(text, seed, updates):
    """As the original has it: weights of N(0, 0.01²), biases of 0, one a layer; Adagrad at 0.1 on the sum over the window,
    each element of the gradient between -5 and 5."""
    torch.manual_seed(seed)
    network, head = torch.nn.RNN(text.symbols, HIDDEN), torch.nn.Linear(HIDDEN, text.symbols)
    for name, values in [*network.named_parameters(), *head.named_parameters()]:
        torch.nn.init.zeros_(values) if "bias" in name else torch.nn.init.normal_(values, std=0.01)
    # PyTorch's layer has two biases.
    network.bias_ih_l0.requires_grad_(False)
    parameters = [values for values in [*network.parameters(), *head.parameters()] if values.requires_grad]
    # It divides by √(m + 1e-8): PyTorch adds ε outside the root.
    optimizer = torch.optim.Adagrad(parameters, 0.1, initial_accumulator_value=1e-8, eps=0)

    def clip():
        for values in parameters:
            values.grad.mul_(LENGTH).clamp_(-5, 5)

    return train(text, network, head, optimizer, clip, updates)


def end(bits):
    """The mean of the last tenth of the updates."""
    return statistics.fmean(bits[-max(1, len(bits) // 10) :])


class Comparison:
    """The curves of one training by both."""

    def __init__(self, cell, scalar, seed, ours, theirs):
        self.cell, self.scalar, self.seed, self.ours, self.theirs = cell, scalar, seed, ours, theirs
        self.apart = [abs(a - b) for a, b in zip(ours, theirs, strict=True)]
        self.first_apart = max(self.apart[:FIRST])
        self.first_allowed = FIRST_UNITS * torch.finfo(TYPES[scalar]).eps / 2
        self.end, self.their_end = end(ours), end(theirs)
        self.end_apart = abs(self.end - self.their_end)
        self.end_allowed = END_SHARES[scalar] * self.their_end

    def offences(self, original):
        """What is off; `original` is the curve of min-char-rnn, of the same cell."""
        # Not `>`: a NaN is off too.
        if not self.first_apart <= self.first_allowed:
            yield f"{self.first_apart:.1e} bits apart in the first {FIRST} updates, allowed {self.first_allowed:.1e}"
        if not self.end_apart <= self.end_allowed:
            yield f"{self.end_apart:.1e} bits apart at the end, allowed {self.end_allowed:.1e}"
        if original and not self.end <= end(original):
            yield f"{self.end:.3f} bits at the end, and min-char-rnn has {end(original):.3f}"

    def rows(self, text, original):
        borders = [len(self.ours) * part // PARTS for part in range(PARTS + 1)]
        for first, last in itertools.pairwise(borders):
            if first < last:
                yield {
                    "text": text.path, "sha256": text.sha256, "symbols": text.symbols, "cell": self.cell,
                    "scalar": self.scalar, "seed": self.seed, "from_update": first, "to_update": last,
                    "unroll_bits": f"{statistics.fmean(self.ours[first:last]):.6f}",
                    "pytorch_bits": f"{statistics.fmean(self.theirs[first:last]):.6f}",
                    "furthest_apart_bits": f"{max(self.apart[first:last]):.2e}",
                    "min_char_rnn_bits": f"{statistics.fmean(original[first:last]):.6f}" if original else "",
                }


def percent(share):
    return f"{100 * share:.1g} %"


def table(comparisons, originals):
    """A line for each cell and type: means over the seeds, and the furthest of them."""
    lines = [
        f"| cell | type | unroll | PyTorch | min-char-rnn | apart, first {FIRST} updates | allowed | apart at the end | "
        "allowed | PyTorch from its Double |",
        "| :--- | :----- | -----: | ------: | -----------: | -----------: | ------: | --------: | ------: | --------: |",
    ]
    doubles = {(one.cell, one.seed): one.their_end for one in comparisons if one.scalar == "double"}
    for (cell, scalar), group in itertools.groupby(comparisons, lambda one: (one.cell, one.scalar)):
        group = list(group)
        rounding = [abs(one.their_end - doubles[cell, one.seed]) / doubles[cell, one.seed] for one in group]
        original = f"{statistics.fmean(map(end, originals.values())):.3f}" if cell == "elman" else ""
        lines.append(
            f"| {cell} | {scalar.title()} | {statistics.fmean(one.end for one in group):.3f} "
            f"| {statistics.fmean(one.their_end for one in group):.3f} | {original} "
            f"| {max(one.first_apart for one in group):.1e} | {group[0].first_allowed:.1e} "
            f"| {percent(max(one.end_apart / one.their_end for one in group))} | {percent(END_SHARES[scalar])} "
            f"| {percent(max(rounding)) if scalar == 'float' else ''} |"
        )
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unroll", default=".build/release/unroll", help="the program")
    parser.add_argument("--text", default="/usr/share/common-licenses/GPL-3", help="a file in UTF-8")
    parser.add_argument("--results", default="results/peers", help="where to write")
    parser.add_argument("--updates", type=int, default=10000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--cells", nargs="+", choices=CELLS, default=list(CELLS))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    text = Text(arguments.text)
    print(f"{text.path}: {len(text.values)} characters, {text.symbols} different, SHA-256 {text.sha256}…", flush=True)
    originals = {seed: min_char_rnn(text, seed, arguments.updates) for seed in arguments.seeds}
    comparisons, isGood = [], True
    for cell, scalar, seed in itertools.product(arguments.cells, TYPES, arguments.seeds):
        start, ours = unroll(arguments.unroll, text, cell, scalar, seed, arguments.updates)
        one = Comparison(cell, scalar, seed, ours, pytorch(text, cell, scalar, start, arguments.updates))
        comparisons.append(one)
        offences = list(one.offences(originals[seed] if cell == "elman" else None))
        isGood = isGood and not offences
        what = f"{cell}, {scalar}, seed {seed}: {one.end:.6f} bits per character at the end, PyTorch {one.their_end:.6f}"
        print(f"off  {what}: {'; '.join(offences)}" if offences else f"ok   {what}", flush=True)
    os.makedirs(arguments.results, exist_ok=True)
    with open(f"{arguments.results}/characters.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for one in comparisons:
            writer.writerows(one.rows(text, originals[one.seed] if one.cell == "elman" else None))
    lines = table(comparisons, originals)
    with open(f"{arguments.results}/characters.md", "w") as file:
        file.write(lines)
    print("\n" + lines, end="")
    sys.exit(0 if isGood else 1)


if __name__ == "__main__":
    main()
