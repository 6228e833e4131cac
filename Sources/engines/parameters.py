"""The parameters that unroll draws of a seed, by PyTorch's names (Network.initialize in Sources/Networks), or those of a file."""

import numpy as np

from protocol import DATA, INPUT_OUTPUT, fail
from seeded import DTYPES, noise, noise_key

# Of each cell its gates, whether they see h through U, and what has a number for each unit.
CELLS = {
    "elman": (1, True, ()), "linear": (1, True, ()), "gru": (3, True, ()), "lstm": (4, True, ()),
    "peephole": (4, True, ("weight_pi", "weight_pf", "weight_po")), "mingru": (2, False, ()),
}


def shapes(trial, outputs):
    """Every parameter's name and shape, PyTorch's, in unroll's order."""
    gates, seesHidden, units = CELLS[trial.cell]
    columns = gates * trial.hidden
    all = []
    for layer in range(trial.layers):
        for suffix in (f"l{layer}", f"l{layer}_reverse")[: trial.directions]:
            own = [("weight_ih", (columns, trial.width(layer))), ("weight_hh", (columns, trial.hidden)), ("bias_ih", (columns,)),
                   ("bias_hh", (columns,)), *((name, (trial.hidden,)) for name in units)]
            all += [(f"{name}_{suffix}", shape) for name, shape in own if seesHidden or not name.endswith("_hh")]
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
    from safetensors.numpy import load as parsed

    try:
        with open(path, "rb") as file:
            return parsed(file.read())
    except OSError as error:
        fail(f"cannot read '{path}': {error.strerror}", INPUT_OUTPUT)
    except SafetensorError as error:
        fail(f"{path} is no safetensors file: {error}", DATA)
