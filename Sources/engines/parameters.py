"""The parameters that unroll draws of a seed, by PyTorch's names (Network.initialize in Sources/Networks), or those of a file."""

import numpy as np

from protocol import DATA, INPUT_OUTPUT, fail
from seeded import DTYPES, noise, noise_key

# Rows of a matrix, in multiples of H, and whether there is W, U and both biases; then what has a number for each unit.
CELLS = {
    "elman": (1, ()), "linear": (1, ()), "gru": (3, ()), "lstm": (4, ()),
    "peephole": (4, ("weight_pi", "weight_pf", "weight_po")),
}


def shapes(trial, outputs):
    """Every parameter's name and shape, PyTorch's, in unroll's order."""
    gates, units = CELLS[trial.cell]
    columns = gates * trial.hidden
    all = []
    for layer in range(trial.layers):
        for suffix in (f"l{layer}", f"l{layer}_reverse")[: trial.directions]:
            all += [
                (f"weight_ih_{suffix}", (columns, trial.width(layer))), (f"weight_hh_{suffix}", (columns, trial.hidden)),
                (f"bias_ih_{suffix}", (columns,)), (f"bias_hh_{suffix}", (columns,)),
            ]
            all += [(f"{name}_{suffix}", (trial.hidden,)) for name in units]
    return all + [("head.weight", (outputs, trial.directions * trial.hidden)), ("head.bias", (outputs,))]


def parameters(trial, outputs):
    """All parameters by name: those of `weights=FILE`, or uniform in ±1/√H, column by column.

    outputs: O, the width of the head."""
    dtype = DTYPES[trial.scalar]
    if trial.weights:
        return read(trial.weights, shapes(trial, outputs), dtype)
    bound = dtype(1) / np.sqrt(dtype(trial.hidden))
    values = {}
    for index, (name, shape) in enumerate(shapes(trial, outputs)):
        flat = noise(int(np.prod(shape)), noise_key(trial.seed, 0x70617261, index), dtype) * bound
        values[name] = np.ascontiguousarray(flat.reshape(shape[::-1]).T)
    return values


def read(path, shapes, dtype):
    """The tensors of these names and shapes from a safetensors file."""
    tensors = load(path)
    for name, shape in shapes:
        found = tensors[name].shape if name in tensors else None
        if found != shape:
            what = "none" if found is None else f"{list(found)}"
            fail(f"{path}: '{name}' should be of shape {list(shape)}, and there is {what}", DATA)
    return {name: np.ascontiguousarray(tensors[name], dtype) for name, _ in shapes}


def load(path):
    """The tensors of a safetensors file, by name."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        return load_file(path)
    except OSError as error:
        fail(f"cannot read '{path}': {error.strerror or error}", INPUT_OUTPUT)
    except SafetensorError as error:
        fail(f"{path} is no safetensors file: {error}", DATA)
