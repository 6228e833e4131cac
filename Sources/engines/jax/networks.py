"""Recurrent layers, the head and the loss, written for JAX as its users do."""

import math

import jax
import jax.numpy as jnp
from ctc import ctc
from jax import lax
from seeded import noise_key


def elman(w, state, product):
    h = jnp.tanh(product + state[0] @ w[1])
    return (h,)


def linear(w, state, product):
    return (product + state[0] @ w[1],)


def lstm(w, state, product):
    h, c = state
    i, f, g, o = jnp.split(product + h @ w[1], 4, axis=-1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def peephole(w, state, product):
    (h, c), (pi, pf, po) = state, w[4:]
    i, f, g, o = jnp.split(product + h @ w[1], 4, axis=-1)
    after = jax.nn.sigmoid(f + pf * c) * c + jax.nn.sigmoid(i + pi * c) * jnp.tanh(g)
    return jax.nn.sigmoid(o + po * after) * jnp.tanh(after), after


def gru(w, state, product):
    (h,) = state
    xr, xz, xn = jnp.split(product, 3, axis=-1)
    hr, hz, hn = jnp.split(h @ w[1] + w[3], 3, axis=-1)
    r, z = jax.nn.sigmoid(xr + hr), jax.nn.sigmoid(xz + hz)
    n = jnp.tanh(xn + r * hn)
    return ((1 - z) * n + z * h,)


def mingru(w, state, product):
    rest, entering = minimal_gates(product)
    return (rest * state[0] + entering,)


def minimal_gates(product):
    """1 - z and z g(v), which do not see h, of one step or of all."""
    k, v = jnp.split(product, 2, axis=-1)
    z = jax.nn.sigmoid(k)
    return 1 - z, z * jnp.where(v >= 0, v + 0.5, jax.nn.sigmoid(v))


def scanned(a, b, h, isReverse):
    """h_t = a_t h_{t-1} + b_t for all steps at once, by an associative scan (Blelloch 1990)."""
    first = -1 if isReverse else 0
    b = b.at[first].add(a[first] * h)

    def combined(one, other):
        return other[0] * one[0], other[0] * one[1] + other[1]

    return lax.associative_scan(combined, (a, b), reverse=isReverse)[1]


# The step of each cell, from W x and its biases, and how many parts its state has.
CELLS = {"elman": (elman, 1), "lstm": (lstm, 2), "gru": (gru, 1), "linear": (linear, 1), "peephole": (peephole, 2), "mingru": (mingru, 1)}
# Those whose gates do not see h: plain, all steps at once.
SCANNED = ("mingru",)


class Network:
    def __init__(self, trial, task):
        self.trial, self.task = trial, task
        self.dtype = jnp.float64 if trial.scalar == "double" else jnp.float32
        self.cell, parts = CELLS[trial.cell]
        zeros = jnp.zeros((trial.batch, trial.hidden), self.dtype)
        self.initial = ((zeros,) * parts,) * (trial.layers * trial.directions)
        self.isScanned = trial.cell in SCANNED and trial.variant == "plain"
        self.isByLayer = trial.bidirectional or trial.variant == "hoisted" or self.isScanned

    def parameters(self, values):
        """Of each direction of each layer W and U, transposed, both biases and the rest; then the head's."""
        suffixes = [f"l{layer}{reverse}" for layer in range(self.trial.layers)
                    for reverse in ("", "_reverse")[: self.trial.directions]]
        layers = [
            tuple(jnp.asarray(value.T) for name, value in values.items() if name.endswith(f"_{suffix}"))
            for suffix in suffixes
        ]
        return {"layers": layers, "head": (jnp.asarray(values["head.weight"].T), jnp.asarray(values["head.bias"]))}

    def data(self):
        """What the steps are given, an array [T, …] each: `inputs`, or the keys of noise where they are streamed; `targets`, and
        `weights` where only some steps count; `mask`, [T, B, 1], where sequences end before T and a direction begins there."""
        trial, task = self.trial, self.task
        if trial.inputs == "resident":
            data = {"inputs": jnp.stack([jnp.asarray(task.input(step)) for step in range(trial.length)])}
        else:
            keys = [noise_key(task.key, 0x72696768, step) for step in range(trial.length)]
            data = {"inputs": jnp.array([(key & 0xFFFFFFFF, key >> 32) for key in keys], jnp.uint32)}
        if task.loss != "ctc":
            missing = task.counted.start
            targets = jnp.asarray(task.targets())
            data["targets"] = jnp.pad(targets, [(missing, 0)] + [(0, 0)] * (targets.ndim - 1))
            if missing:
                data["weights"] = (jnp.arange(trial.length) >= missing).astype(self.dtype)
        if task.lengths and trial.bidirectional:
            data["mask"] = (jnp.arange(trial.length)[:, None] < jnp.array(task.lengths))[:, :, None]
        return data

    def input(self, given):
        """x of a step, [B, D]."""
        if self.trial.inputs == "resident":
            return given
        shape = (self.trial.batch, self.trial.input)
        value = jnp.arange(math.prod(shape), dtype=jnp.uint32) + given[0]
        value ^= value >> 16
        value = value * jnp.uint32(0x7FEB352D) ^ given[1]
        value ^= value >> 15
        value *= jnp.uint32(0x846CA68B)
        value ^= value >> 16
        return (lax.bitcast_convert_type(value, jnp.int32).astype(self.dtype) * 2**-31).reshape(shape)

    def product(self, w, x):
        """W x and its biases, of one step or many; the GRU has the other bias within its reset gate's reach."""
        if self.trial.cell in SCANNED:
            return x @ w[0] + w[1]
        return x @ w[0] + (w[2] if self.trial.cell == "gru" else w[2] + w[3])

    def step(self, values, states, given):
        """One step of all layers; returns the states after it and its part in the loss, or its outputs."""
        x, entered = self.input(given["inputs"]), []
        for w, state in zip(values["layers"], states):
            state = self.cell(w, state, self.product(w, x))
            x = state[0]
            entered.append(state)
        return tuple(entered), self.scored(values, x, given)

    def run(self, values, states, given):
        """Some steps; returns the states after them and the sum of their parts in the loss, or, of CTC, their outputs."""
        if self.isByLayer:
            return self.by_layer(values, states, given)
        states, scores = lax.scan(lambda states, one: self.step(values, states, one), states, given)
        return states, scores if self.task.loss == "ctc" else jnp.sum(scores)

    def by_layer(self, values, states, given):
        x, ends = jax.vmap(self.input)(given["inputs"]), []
        directions = self.trial.directions
        for layer in range(self.trial.layers):
            outputs = []
            for direction in range(directions):
                w, state = values["layers"][directions * layer + direction], states[directions * layer + direction]
                state, h = self.over_time(w, state, x, direction == 1, given.get("mask"))
                outputs.append(h)
                ends.append(state)
            x = jnp.concatenate(outputs, axis=-1) if directions > 1 else outputs[0]
        return tuple(ends), self.scored(values, x, given)

    def over_time(self, w, state, x, isReverse, mask):
        if self.isScanned:
            a, b = minimal_gates(self.product(w, x))
            if isReverse and mask is not None:
                a, b = jnp.where(mask, a, 0), jnp.where(mask, b, 0)
            h = scanned(a, b, state[0], isReverse)
            return (h[0 if isReverse else -1],), h
        isHoisted = self.trial.variant == "hoisted"

        def body(state, one):
            x, mask = one
            after = self.cell(w, state, x if isHoisted else self.product(w, x))
            if isReverse and mask is not None:
                # It begins at the end of each sequence.
                after = tuple(jnp.where(mask, part, 0) for part in after)
            return after, after[0]

        return lax.scan(body, state, (self.product(w, x) if isHoisted else x, mask), reverse=isReverse)

    def scored(self, values, h, given):
        """The part in the loss of one step or many, from the top layer's h; of CTC the outputs."""
        v, e = values["head"]
        y, targets = h @ v + e, given.get("targets")
        if self.task.loss == "ctc":
            return y
        if self.task.loss == "squared":
            errors = jnp.sum((y - targets) ** 2, axis=(-2, -1))
        else:
            chosen = jnp.take_along_axis(jax.nn.log_softmax(y), jnp.maximum(targets, 0)[..., None], axis=-1)[..., 0]
            errors = -jnp.sum(jnp.where(targets >= 0, chosen, 0), axis=-1)
        return jnp.sum(errors * given["weights"] if "weights" in given else errors) / self.task.elements

    def loss(self, scores):
        """Of what all steps together have given."""
        return ctc(scores, self.task.labels, self.task.lengths) if self.task.loss == "ctc" else scores
