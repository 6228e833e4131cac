#!/usr/bin/env python3
"""A training step of the same cells written for JAX as its users do, measured for `unroll`.

    jax_trial.py measure key=value… [form=inside|outside]

Two forms, for each is the better somewhere: `inside` multiplies inputs and takes the loss at every step, inside the scan;
`outside` multiplies all inputs before the scan and takes the loss of all outputs after it.

Strategies: full by lax.scan; truncated:window=K by lax.stop_gradient; segmented:length=S by a scan over
jax.checkpoint of a scan; binomial:slots=N by Equinox's checkpointed loop.
The peak is what the compiled program says it needs beside its arguments and results, which are weights, inputs and
gradients.
"""

import sys
from functools import partial

from trial import Trial, converse, refuse, use_processors

trial = Trial(sys.argv[2:])
outside = trial.given.get("form", "inside") == "outside"
use_processors(trial.threads)  # before JAX counts them

import jax
import jax.numpy as jnp
from jax import lax


def project(weights, x):
    """W x and its bias, for one step or many; the GRU's other bias is inside its reset gate's reach."""
    w, _, b, d = weights
    return x @ w + (b if trial.cell == "gru" else b + d)


def elman(weights, state, projected):
    h = jnp.tanh(projected + state @ weights[1])
    return h, h


def lstm(weights, state, projected):
    h, c = state
    i, f, g, o = jnp.split(projected + h @ weights[1], 4, axis=-1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    h = jax.nn.sigmoid(o) * jnp.tanh(c)
    return (h, c), h


def gru(weights, h, projected):
    xr, xz, xn = jnp.split(projected, 3, axis=-1)
    hr, hz, hn = jnp.split(h @ weights[1] + weights[3], 3, axis=-1)
    r, z = jax.nn.sigmoid(xr + hr), jax.nn.sigmoid(xz + hz)
    n = jnp.tanh(xn + r * hn)
    h = (1 - z) * n + z * h
    return h, h


CELL = {"elman": elman, "lstm": lstm, "gru": gru}[trial.cell]


def step(parameters, states, element):
    """One time step of all layers, with its loss."""
    x, target = element
    entered = []
    for weights, state in zip(parameters["layers"], states):
        state, x = CELL(weights, state, project(weights, x))
        entered.append(state)
    v, e = parameters["head"]
    return tuple(entered), jnp.sum((x @ v + e - target) ** 2)


def initial():
    zeros = jnp.zeros((trial.batch, trial.hidden), jnp.float32)
    return tuple((zeros, zeros) if trial.cell == "lstm" else zeros for _ in range(trial.layers))


def run(parameters, states, elements):
    if not outside:
        states, losses = lax.scan(partial(step, parameters), states, elements)
        return states, jnp.sum(losses)
    outputs, targets = elements
    ends = []
    for weights, state in zip(parameters["layers"], states):
        state, outputs = lax.scan(partial(CELL, weights), state, project(weights, outputs))
        ends.append(state)
    v, e = parameters["head"]
    return tuple(ends), jnp.sum((outputs @ v + e - targets) ** 2)


def in_pieces(elements, length):
    if trial.length % length:
        refuse(f"JAX's pieces are of one length: {trial.length} steps are no multiple of {length}")
    return jax.tree.map(lambda array: array.reshape(-1, length, *array.shape[1:]), elements)


def loss(parameters, inputs, targets):
    elements = (inputs, targets)
    if trial.strategy == "full":
        total = run(parameters, initial(), elements)[1]
    elif trial.strategy == "truncated":
        window = trial.parameters["window"]
        if trial.parameters.get("stride", window) != window:
            refuse("truncation by stopping the gradient has one stride: the window")

        def piece(states, elements):
            return run(parameters, lax.stop_gradient(states), elements)

        total = jnp.sum(lax.scan(piece, initial(), in_pieces(elements, window))[1])
    elif trial.strategy == "segmented":
        piece = jax.checkpoint(partial(run, parameters))
        total = jnp.sum(lax.scan(piece, initial(), in_pieces(elements, trial.parameters["length"]))[1])
    elif trial.strategy == "binomial":
        import equinox.internal as eqxi

        def body(carry, element):
            states, total = carry
            states, error = step(parameters, states, element)
            return (states, total + error), None

        carry = (initial(), jnp.zeros((), jnp.float32))
        (_, total), _ = eqxi.scan(body, carry, elements, kind="checkpointed", checkpoints=trial.parameters["slots"])
    else:
        refuse(f"JAX has no strategy '{trial.strategy}'; allowed: full, truncated, segmented, binomial (Equinox)")
    return total / targets.size


def main():
    values = trial.parameters_of_network()
    parameters = {
        "layers": [
            tuple(
                jnp.asarray(values[f"{name}_l{layer}"].T)
                for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
            )
            for layer in range(trial.layers)
        ],
        "head": (jnp.asarray(values["head.weight"].T), jnp.asarray(values["head.bias"])),
    }
    inputs, targets = (jnp.asarray(array) for array in trial.inputs_and_targets())
    compiled = jax.jit(jax.value_and_grad(loss)).lower(parameters, inputs, targets).compile()
    above = compiled.memory_analysis().temp_size_in_bytes
    size = sum(value.nbytes for value in jax.tree.leaves(parameters))
    forward, backward, head_flops = trial.flops

    def training_step():
        value, gradients = jax.block_until_ready(compiled(parameters, inputs, targets))
        return float(value)

    figures = {
        "peak_bytes": 2 * size + inputs.nbytes + above,
        "weights_bytes": size,
        "gradients_bytes": size,
        "inputs_bytes": inputs.nbytes,
        "flops": trial.length * (forward + backward + head_flops),
    }
    converse(trial, training_step, lambda: figures)


if __name__ == "__main__":
    main()
