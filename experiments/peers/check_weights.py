#!/usr/bin/env python3
"""Hold networks and data that PyTorch writes against PyTorch.

    check_weights.py UNROLL

For each cell, in one direction and two, in both types: a network of two layers and a head, as its state_dict() is, and sequences of
its own, go into `unroll measure` and `unroll train` as files. Compared are the loss, the bits of the parameters that come back by
--export, and the parameters after 50 updates of SGD on both sides: sequences of unequal length that continue from update to update,
classes and numbers, of every step or of the last one; CTC with labels that do not fit; half precision; no biases. A relative
error is over the largest magnitude. Then `unroll advise` is asked how far back networks must look that PyTorch has trained to copy
what came 3 and 20 steps before. One line a comparison; exits 1 when any is off.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

CELLS = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
TYPES = {"float": torch.float32, "double": torch.float64}
TOLERANCES = {"float": 1e-5, "double": 1e-10}
STEPS, BATCH, INPUT, HIDDEN, OUTPUTS, UPDATES, RATE = 24, 6, 5, 17, 7, 50, 0.1
SYMBOLS = 4


class Network(torch.nn.Module):
    def __init__(self, cell, **options):
        super().__init__()
        self.rnn = CELLS[cell](INPUT, HIDDEN, 2, **options)
        self.fc = torch.nn.Linear((2 if self.rnn.bidirectional else 1) * HIDDEN, OUTPUTS)

    def forward(self, inputs, state=None):
        outputs, state = self.rnn(inputs, state)
        return self.fc(outputs), state


def error(ours, theirs):
    scale = theirs.abs().max().item()
    difference = (ours.reshape(theirs.shape).to(theirs.dtype) - theirs).abs().max().item()
    return difference / scale if scale > 0 else difference


class Check:
    def __init__(self, unroll, folder):
        self.unroll, self.folder, self.good, self.count = unroll, Path(folder), True, 0

    def run(self, *words):
        ending = subprocess.run([self.unroll, *map(str, words)], capture_output=True, text=True)
        if ending.returncode:
            sys.exit(f"unroll {' '.join(map(str, words))}: {ending.returncode}: {ending.stderr}")
        return ending.stdout

    def files(self, network, data):
        self.weights, self.data = self.folder / "weights.safetensors", self.folder / "data.safetensors"
        save_file({name: value.contiguous() for name, value in network.state_dict().items()}, self.weights)
        save_file({name: value.contiguous() for name, value in data.items()}, self.data)

    def words(self, scalar, task, length):
        return [
            "--weights", self.weights, "--task", f"file:path={self.data}{task}", "--strategy", "full", "--scalar", scalar,
            "--batch", BATCH, "--length", length,
        ]  # fmt: skip

    def loss(self, scalar, task="", length=STEPS, *more):
        output = self.run("measure", *self.words(scalar, task, length), "--repetitions", 1, "--format", "json", *more)
        row = json.loads(output)[0]
        if row["prediction_gap_bytes"] != 0:
            self.report("a gap of 0 bytes", row["prediction_gap_bytes"], 0)
        return torch.tensor(row["loss"], dtype=torch.float64)

    def trained(self, scalar, task="", length=STEPS, updates=UPDATES):
        checkpoint = self.folder / "checkpoint.safetensors"
        self.run(
            "train", *self.words(scalar, task, length), "--updates", updates, "--optimizer", "sgd", "--learning-rate",
            RATE, "--clip", 0, "--quiet", "--checkpoint", checkpoint,
        )  # fmt: skip
        return load_file(checkpoint)

    def report(self, what, found, allowed):
        good = found <= allowed  # Not `>`: a NaN is off too.
        self.good, self.count = self.good and good, self.count + 1
        print(f"{'ok  ' if good else 'off '} {what}: {found:.1e}" + ("" if good else f" (allowed: {allowed:.0e})"))

    def parameters(self, what, network, found, allowed):
        errors = []
        for name, value in network.state_dict().items():
            errors.append(error(found[name.removeprefix("rnn.").replace("fc.", "head.")], value))
        self.report(what, max(errors), allowed)


def sequences(dtype, generator):
    """Inputs, classes of every step, lengths, of which one is T and one a step."""
    inputs = torch.randn(STEPS, BATCH, INPUT, generator=generator, dtype=torch.float64).to(dtype)
    lengths = torch.randint(1, STEPS + 1, (BATCH,), generator=generator)
    lengths[0], lengths[-1] = STEPS, 1
    classes = torch.randint(0, OUTPUTS, (STEPS, BATCH), generator=generator)
    classes[0, 0] = OUTPUTS - 1
    classes[3:5] = -100
    return inputs, classes, lengths


def exists(lengths):
    return torch.arange(STEPS)[:, None] < lengths


def one_direction(check, cell, scalar):
    dtype, allowed = TYPES[scalar], TOLERANCES[scalar]
    generator = torch.Generator().manual_seed(7)
    torch.manual_seed(7)
    inputs, classes, lengths = sequences(dtype, generator)
    network = Network(cell).to(dtype)
    counted = torch.where(exists(lengths), classes, -100)

    def cross_entropy(outputs, targets):
        return functional.cross_entropy(outputs.flatten(0, 1), targets.flatten())

    check.files(network, {"inputs": inputs, "targets": classes, "lengths": lengths})
    name = f"{cell}, {scalar}"
    exported = check.folder / "exported.safetensors"
    ours = check.loss(scalar, "", STEPS, "--export", exported)
    check.report(f"{name}: loss", error(ours, cross_entropy(network(inputs)[0], counted).detach().double()), allowed)
    back = load_file(exported)
    same = all(
        torch.equal(back[n.removeprefix("rnn.").replace("fc.", "head.")], v) for n, v in network.state_dict().items()
    )
    check.report(f"{name}: bits of parameters that come back", 0 if same else 1, 0)
    again = torch.nn.ModuleDict({"rnn": CELLS[cell](INPUT, HIDDEN, 2).to(dtype)})
    again["rnn"].load_state_dict({n: back[n] for n in again["rnn"].state_dict()})

    # T of 10: each sequence of 24 steps continues twice, its state carried and its gradient not.
    window = 10
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE)
    state, firsts = None, range(0, STEPS, window)
    for update in range(UPDATES):
        first = firsts[update % len(firsts)]
        part = counted[first : first + window]
        # State 0 for what begins; after the data's last step there are 0 in unroll's T steps, which no loss sees.
        state = None if first == 0 else state
        outputs, state = network(inputs[first : first + window], state)
        state = tuple(s.detach() for s in state) if cell == "lstm" else state.detach()
        optimizer.zero_grad()
        if (part >= 0).any():
            cross_entropy(outputs, part).backward()
            optimizer.step()
    check.parameters(f"{name}: {UPDATES} updates", network, check.trained(scalar, "", window), allowed)

    # Numbers: of every step, sequences first; and of the last step.
    targets = torch.randn(STEPS, BATCH, OUTPUTS, generator=generator, dtype=torch.float64).to(dtype)
    check.files(
        network,
        {"inputs": inputs.transpose(0, 1), "targets": targets.transpose(0, 1), "lengths": lengths},
    )
    outputs = network(inputs)[0].detach()
    theirs = functional.mse_loss(outputs[exists(lengths)], targets[exists(lengths)])
    check.report(f"{name}: squared error, sequences first", error(check.loss(scalar, ",batch_first=true"), theirs), allowed)
    last = (lengths - 1, torch.arange(BATCH))
    check.files(network, {"inputs": inputs, "targets": targets[last], "lengths": lengths})
    theirs = functional.mse_loss(outputs[last], targets[last])
    check.report(f"{name}: squared error of the last step", error(check.loss(scalar), theirs), allowed)
    check.files(network, {"inputs": inputs, "targets": classes[0], "lengths": lengths})
    network_outputs = network(inputs)[0]
    theirs = functional.cross_entropy(network_outputs[last], classes[0]).detach()
    check.report(f"{name}: class of the last step", error(check.loss(scalar), theirs), allowed)


def two_directions(check, cell, scalar):
    dtype, allowed = TYPES[scalar], TOLERANCES[scalar]
    generator = torch.Generator().manual_seed(8)
    torch.manual_seed(8)
    inputs, classes, lengths = sequences(dtype, generator)
    network = Network(cell, bidirectional=True).to(dtype)
    check.files(network, {"inputs": inputs, "targets": classes, "lengths": lengths})
    counted = torch.where(exists(lengths), classes, -100)
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE)
    pack = torch.nn.utils.rnn.pack_padded_sequence
    unpack = torch.nn.utils.rnn.pad_packed_sequence
    for update in range(UPDATES):
        outputs = network.fc(unpack(network.rnn(pack(inputs, lengths, enforce_sorted=False))[0])[0])
        loss = functional.cross_entropy(outputs.flatten(0, 1), counted.flatten())
        if update == 0:
            check.report(f"{cell}, two directions, {scalar}: loss", error(check.loss(scalar), loss.detach().double()), allowed)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    check.parameters(f"{cell}, two directions, {scalar}: {UPDATES} updates", network, check.trained(scalar), allowed)


def connectionist(check, scalar):
    """CTC, with labels of one sequence that do not fit in its frames."""
    dtype, allowed = TYPES[scalar], TOLERANCES[scalar]
    generator = torch.Generator().manual_seed(9)
    torch.manual_seed(9)
    inputs, _, lengths = sequences(dtype, generator)
    lengths = lengths.clamp(min=13)
    lengths[2] = 3
    labels = torch.randint(1, OUTPUTS, (BATCH, 6), generator=generator)
    labels[0, 2:], labels[1, 5:] = 0, 0
    network = Network("lstm").to(dtype)
    check.files(network, {"inputs": inputs, "targets": labels, "lengths": lengths})
    criterion = torch.nn.CTCLoss(blank=0, zero_infinity=True)
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE)
    for update in range(UPDATES):
        outputs = network(inputs)[0].log_softmax(2)
        loss = criterion(outputs, labels, lengths, (labels > 0).sum(1))
        if update == 0:
            ours = check.loss(scalar, ",loss=ctc,zero_infinity=true")
            check.report(f"CTC, {scalar}: loss", error(ours, loss.detach().double()), allowed)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    found = check.trained(scalar, ",loss=ctc,zero_infinity=true")
    check.parameters(f"CTC, {scalar}: {UPDATES} updates", network, found, allowed)


def half(check, dtype, **options):
    """Parameters of fewer bits, or without biases, are read as they are."""
    generator = torch.Generator().manual_seed(10)
    torch.manual_seed(10)
    inputs, classes, lengths = sequences(torch.float64, generator)
    network = Network("gru", **options).to(dtype)
    check.files(network, {"inputs": inputs.to(dtype), "targets": classes, "lengths": lengths})
    counted = torch.where(exists(lengths), classes, -100)
    outputs = network.double()(inputs.to(dtype).double())[0]
    theirs = functional.cross_entropy(outputs.flatten(0, 1), counted.flatten()).detach()
    what = ", ".join([str(dtype).removeprefix("torch."), *options])
    check.report(f"gru of {what}: loss in double", error(check.loss("double"), theirs), TOLERANCES["double"])


def copies(lag, steps, count, generator):
    """One-hot symbols, and those of `lag` steps before as classes: the task copy."""
    symbols = torch.randint(0, SYMBOLS, (steps, count), generator=generator)
    classes = torch.full_like(symbols, -100)
    classes[lag:] = symbols[:-lag]
    return functional.one_hot(symbols, SYMBOLS).float(), classes


def advice(check, cell, lag, steps, rate, least, most):
    """Train a network to copy over a lag, and ask for the window that its gradient needs: from `least` to `most`.

    The cell matters: over 3 steps a GRU of this size needs 9, an LSTM and an Elman network 11, at a gradient error of 0.05.
    """
    generator = torch.Generator().manual_seed(11)
    torch.manual_seed(11)
    hidden = 6 * lag + 14
    rnn, fc = CELLS[cell](SYMBOLS, hidden), torch.nn.Linear(hidden, SYMBOLS)
    if cell == "elman":
        # A state that holds symbols for a while, though it does not know which ones are asked for.
        torch.nn.init.orthogonal_(rnn.weight_hh_l0)
        torch.nn.init.normal_(rnn.weight_ih_l0, 0, 0.1)
    network = torch.nn.ModuleDict({"rnn": rnn, "fc": fc})
    optimizer = torch.optim.Adam(network.parameters(), lr=rate)
    wrong, updates = 1.0, 0
    while wrong > 0.005 and updates < 1000:
        inputs, classes = copies(lag, steps, 32, generator)
        outputs = fc(rnn(inputs)[0])
        wrong = (outputs.argmax(2) != classes)[lag:].double().mean().item()
        optimizer.zero_grad()
        functional.cross_entropy(outputs.flatten(0, 1), classes.flatten()).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1)
        optimizer.step()
        updates += 1
    check.report(f"{cell} copies over {lag} steps after {updates} updates: symbols that are wrong", wrong, 0.005)
    inputs, classes = copies(lag, steps, 64, generator)
    check.files(network, {"inputs": inputs, "targets": classes})
    answer = check.run(
        "advise", "--weights", check.weights, "--data", check.data, "--batch", 8, "--batches", 8, "--offline", "--quiet",
        "--windows", ",".join(map(str, range(2, steps // 2, max(1, steps // 25)))), "--format", "json",
    )  # fmt: skip
    window = json.loads(answer)["recommendation"]["window"]
    outside = max(least - window, window - most, 0)
    check.report(f"{cell} that copies over {lag} steps: window {window}, steps outside {least} to {most}", outside, 0)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        check = Check(sys.argv[1], folder)
        for scalar in TYPES:
            for cell in CELLS:
                one_direction(check, cell, scalar)
                two_directions(check, cell, scalar)
            connectionist(check, scalar)
        for dtype in (torch.float16, torch.bfloat16, torch.float32):
            half(check, dtype)
        half(check, torch.float64, bias=False)
        advice(check, "gru", 3, 40, 1e-2, 3, 10)
        advice(check, "elman", 20, 100, 1e-3, 20, 50)
    print(f"{check.count} comparisons")
    sys.exit(0 if check.good else 1)
