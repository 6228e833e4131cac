#!/usr/bin/env python3
"""Hold exported training steps against PyTorch.

    check_export.py FILE.safetensors...

Loads the parameters of each file into torch.nn.RNN, LSTM, also with proj_size, or GRU as they are, or of other cells into their
equations (cells.py), runs the same forward, loss and backward, truncated where the file's strategy is, and compares outputs, loss and every gradient. Targets that are whole numbers are
classes of a cross-entropy, -1 for what does not count, or CTC's labels, where there are sequences; others are of a squared
error. PyTorch runs in Double, whatever the file's numbers are, so that what is off is unroll's rounding and not its own: of one
CTC gradient in Float that was 1.1e-5, and unroll's 1e-6. Where a tensor in Float is off all the same, as a normalised state near 0 is,
it may be off by twice what the network makes of rounding alone: of the file's numbers moved by up to a unit in Float's last place, in Double. Under two directions sequences of unequal length are packed, and outputs compared within them. The error of a tensor is
its largest difference over the largest magnitude PyTorch has in it. One line a file; exits 1 when any is off.
"""

import sys

import cells
import ctc
import torch
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from safetensors import safe_open

CELLS = {"elman": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}
# What a state has besides h, in the order of the cells' steps.
MEMORY = ["initial_cell", "initial_normalizer", "initial_stabilizer", "initial_imaginary"]
TOLERANCES = {"float": 1e-5, "double": 1e-10}


def read(path):
    with safe_open(path, framework="pt") as file:
        return file.metadata(), {name: file.get_tensor(name) for name in file.keys()}


def strides(strategy, length):
    """(first, middle, last): run from the state entering `first` up to `last`; the loss of `middle` on counts."""
    name, _, rest = strategy.partition(":")
    if name != "truncated":
        return [(0, 0, length)]  # every other strategy has full unrolling's gradient
    parameters = dict(pair.split("=") for pair in rest.split(","))
    window = int(parameters["window"])
    stride = int(parameters.get("stride", window))
    return [
        (0 if window >= length else max(0, start + stride - window), start, min(start + stride, length))
        for start in range(0, length, stride)
    ]


def pytorch(metadata, tensors):
    """Outputs, loss and gradients as PyTorch has them, by the names of the export."""
    inputs, targets, state = tensors["inputs"], tensors["targets"], tensors["initial_state"]
    length = len(inputs)
    states, _, hidden = state.shape
    bidirectional = metadata["bidirectional"] == "true"
    directions = 2 if bidirectional else 1
    cell, _, width = metadata["cell"].partition(":width=")
    if cell in cells.STEPS:
        network = cells.Recurrent(cell, tensors)
    elif cell == "projected":
        network = torch.nn.LSTM(
            inputs.shape[2], tensors["weight_hr_l0"].shape[1], states // directions, bidirectional=bidirectional,
            proj_size=int(width),
        ).to(inputs.dtype)  # fmt: skip
    else:
        network = CELLS[cell](inputs.shape[2], hidden, states // directions, bidirectional=bidirectional).to(inputs.dtype)
    head = torch.nn.Linear(directions * hidden, len(tensors["head.bias"])).to(inputs.dtype)
    network.load_state_dict({name: tensors[name] for name in network.state_dict()})
    head.load_state_dict({name: tensors["head." + name] for name in head.state_dict()})
    memory = [tensors[name] for name in MEMORY if name in tensors]
    if memory:
        state = (state, *memory)

    # The loss is the mean over the elements that count: of the last step alone, of every step, or of those with a class.
    counted = length - 1 if metadata["task"] == "adding" else 0
    if targets.is_floating_point():
        elements = targets[counted:].numel()

        def criterion(outputs, targets, **reduction):
            return functional.mse_loss(outputs, targets, **reduction)

    else:
        elements = (targets >= 0).sum()

        def criterion(outputs, targets, **reduction):
            return functional.cross_entropy(outputs.flatten(0, 1), targets.flatten(), ignore_index=-1, **reduction)

    def forward(first, last, state):
        if not (bidirectional and "lengths" in tensors):
            return head(network(inputs[first:last], state)[0])
        # No window: the reverse direction begins at the end of each sequence.
        packed = pack_padded_sequence(inputs, tensors["lengths"], enforce_sorted=False)
        return head(pad_packed_sequence(network(packed, state)[0], total_length=length)[0])

    windows = strides(metadata["strategy"], length)
    with torch.no_grad():
        outputs = forward(0, length, state)
        entering = {0: state}
        for first in sorted({first for first, _, _ in windows} - {0}):
            entering[first] = network(inputs[:first], state)[1]

    def run(first, last):
        return forward(first, last, entering[first])

    if "sequences" in tensors:
        # A loss that looks ahead enters on the steps that the next window does not reach.
        due = [first for first, _, _ in windows[1:]] + [length]
        windows = [(first, end, last) for (first, _, last), end in zip(windows, due)]
        loss = ctc.backward(metadata, tensors, windows, outputs, run)
    else:
        with torch.no_grad():
            loss = criterion(outputs[counted:], targets[counted:])
        for first, middle, last in windows:
            middle = max(middle, counted)
            if middle < last:
                part = criterion(run(first, last)[middle - first :], targets[middle:last], reduction="sum") / elements
                part.backward()

    if bidirectional and "lengths" in tensors:
        # What is after a sequence's end says nothing.
        counts = torch.arange(length)[:, None, None] < tensors["lengths"][:, None]
        outputs = torch.where(counts, outputs, tensors["outputs"])
    found = {"outputs": outputs, "loss": loss}
    found |= {"grad." + name: value.grad for name, value in network.named_parameters()}
    found |= {"grad.head." + name: value.grad for name, value in head.named_parameters()}
    return found


def error(ours, theirs):
    if ours.numel() != theirs.numel() or (ours.dim() > 1 and ours.shape != theirs.shape):
        return float("inf")
    difference = (ours.reshape(theirs.shape) - theirs).abs().max().item()
    scale = theirs.abs().max().item()
    return difference / scale if scale > 0 else difference


def condition(metadata, exact, expected):
    """How far each tensor moves, at most over 32 draws, when all numbers of the file move by up to a unit in Float's last
    place, as sums of some twenty products do at least: what the network makes of rounding, in Double, whatever computes it."""
    generator = torch.Generator().manual_seed(1)
    worst = {}
    for _ in range(32):
        def rounded(tensor):
            if not tensor.is_floating_point(): return tensor
            return tensor * (1 + (torch.rand(tensor.shape, generator=generator, dtype=torch.double) - 0.5) * 2**-22)
        moved = pytorch(metadata, {name: rounded(tensor) for name, tensor in exact.items()})
        for name, theirs in expected.items():
            worst[name] = max(worst.get(name, 0), error(moved[name], theirs))
    return worst


def check(path):
    metadata, tensors = read(path)
    tolerance = TOLERANCES[metadata["scalar"]]
    exact = {name: tensor.double() if tensor.is_floating_point() else tensor for name, tensor in tensors.items()}
    expected = pytorch(metadata, exact)
    missing = [name for name in expected if name not in tensors]
    errors = {name: error(tensors[name], theirs) for name, theirs in expected.items() if name in tensors}
    # Not `>`: a NaN is off too.
    beyond = {name: value for name, value in errors.items() if not value <= tolerance}
    if beyond and metadata["scalar"] == "float":
        # Twice is no fault: a sequence rounds at every step.
        own = condition(metadata, exact, expected)
        beyond = {name: value for name, value in beyond.items() if not value <= 2 * own.get(name, 0)}
    off = [f"{name} by {value:.1e}" for name, value in beyond.items()]
    off += [f"{name} is missing" for name in missing]
    cell = ("bidirectional " if metadata["bidirectional"] == "true" else "") + metadata["cell"]
    what = f"{path}: {cell}, {metadata['strategy']}, {metadata['task']}, {metadata['scalar']}"
    if off:
        print(f"off  {what}: {', '.join(off)} (allowed: {tolerance:.0e})")
    else:
        worst = max(errors, key=errors.get)
        print(f"ok   {what}: {len(errors)} tensors, {worst} the furthest at {errors[worst]:.1e}")
    return not off


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    torch.set_default_dtype(torch.float64)
    results = [check(path) for path in sys.argv[1:]]
    sys.exit(0 if all(results) else 1)
