"""How a training step goes over time: a strategy is a function here, of the network, that returns a function of parameters and
data to loss and gradients.

segmented is jax.checkpoint of each segment, in a scan over segments; binomial is Equinox's checkpointed loop (Kidger & Garcia
2021, arXiv 2111.00254), whose checkpoints are of Griewank & Walther's kind.
"""

import jax
import jax.numpy as jnp
from jax import lax
from protocol import fail


def full(network):
    def loss(values, data):
        return network.loss(network.run(values, network.initial, data)[1])

    return jax.value_and_grad(loss)


def inference(network):
    def evaluate(values, data):
        loss = network.loss(network.run(values, network.initial, data)[1])
        return loss, jax.tree.map(jnp.zeros_like, values)

    return evaluate


def pieces(data, length):
    """The data in pieces of a length, [pieces, length, …], and what is left over, or None."""
    steps = len(data["inputs"])
    whole = steps // length * length
    parts = jax.tree.map(lambda array: array[:whole].reshape(-1, length, *array.shape[1:]), data)
    rest = jax.tree.map(lambda array: array[whole:], data) if whole < steps else None
    return parts, rest


def segmented(network):
    length = network.trial.count("length")
    if network.trial.bidirectional:
        fail("two directions go with strategies full and inference")

    def loss(values, data):
        segment = jax.checkpoint(lambda states, given: network.run(values, states, given))
        parts, rest = pieces(data, length)
        states, scores = lax.scan(segment, network.initial, parts)
        isCTC = network.task.loss == "ctc"
        scores = scores.reshape(-1, *scores.shape[2:]) if isCTC else jnp.sum(scores)
        if rest is not None:
            _, last = segment(states, rest)
            scores = jnp.concatenate([scores, last]) if isCTC else scores + last
        return network.loss(scores)

    return jax.value_and_grad(loss)


def truncated(network):
    """Forward and backward of one window after the other: records of one are alive, and the gradients are summed."""
    window = network.trial.count("window")
    if network.trial.strategy_parameters.get("stride", str(window)) != str(window):
        fail("truncation by stopping the gradient has one stride: the window")
    if network.trial.bidirectional or network.task.loss == "ctc":
        fail("truncation is of one direction, and not of CTC, whose loss is of whole sequences")

    def evaluate(values, data):
        def loss(values, states, given):
            states, score = network.run(values, states, given)
            return score, states

        def body(carried, given):
            states, total, gradients = carried
            (score, states), more = jax.value_and_grad(loss, has_aux=True)(values, states, given)
            return (states, total + score, jax.tree.map(jnp.add, gradients, more)), None

        parts, rest = pieces(data, window)
        zero = jnp.zeros((), network.dtype)
        carried, _ = lax.scan(body, (network.initial, zero, jax.tree.map(jnp.zeros_like, values)), parts)
        if rest is not None:
            carried, _ = body(carried, rest)
        return carried[1:]

    return evaluate


def binomial(network):
    import equinox.internal

    slots = network.trial.count("slots")
    if network.isByLayer or network.task.loss == "ctc":
        fail("Equinox's checkpoints are of a loop over steps: variant plain of cells with U, one direction, and not CTC")

    def loss(values, data):
        def body(carried, given):
            states, total = carried
            states, score = network.step(values, states, given)
            return (states, total + score), None

        begin = (network.initial, jnp.zeros((), network.dtype))
        (_, total), _ = equinox.internal.scan(body, begin, data, kind="checkpointed", checkpoints=slots)
        return total

    return jax.value_and_grad(loss)


STRATEGIES = {
    "full": full, "inference": inference, "segmented": segmented, "truncated": truncated, "binomial": binomial,
}
