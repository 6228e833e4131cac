"""CTC's loss (Graves, Fernández, Gomez & Schmidhuber 2006, doi 10.1145/1143844.1143891), by forward variables in log space."""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

# The logarithm of a probability of 0, without the NaN that an infinity brings into derivatives.
NEVER = -1e30


def ctc(outputs, labels, lengths):
    """The mean over the sequences of -ln p a label.

    outputs: [T, B, K], before their softmax; class 0 is the blank.
    labels: of each sequence.
    lengths: its steps."""
    batch, most = len(labels), max(map(len, labels))
    extended = np.zeros((batch, 2 * most + 1), np.int32)
    for row, one in enumerate(labels):
        extended[row, 1 : 2 * len(one) : 2] = one
    # A blank between two labels may be left out where they differ.
    skips = np.zeros(extended.shape, bool)
    skips[:, 2:] = (extended[:, 2:] != 0) & (extended[:, 2:] != extended[:, :-2])
    log_y = jax.nn.log_softmax(outputs)
    counts, lengths = np.array([len(one) for one in labels]), np.array(lengths)

    def emitted(frame):
        return jnp.take_along_axis(frame, jnp.asarray(extended), axis=1)

    def before(alpha, steps):
        return jnp.pad(alpha, ((0, 0), (steps, 0)), constant_values=NEVER)[:, : alpha.shape[1]]

    def body(alpha, one):
        frame, number = one
        ways = jnp.stack([alpha, before(alpha, 1), jnp.where(skips, before(alpha, 2), NEVER)])
        after = jax.nn.logsumexp(ways, axis=0) + emitted(frame)
        return jnp.where((number < lengths)[:, None], after, alpha), None

    alpha = jnp.where(np.arange(extended.shape[1]) < 2, emitted(log_y[0]), NEVER)
    alpha, _ = lax.scan(body, alpha, (log_y[1:], jnp.arange(1, len(outputs))))
    rows = np.arange(batch)
    last = jnp.where(counts > 0, alpha[rows, np.maximum(2 * counts - 1, 0)], NEVER)
    return jnp.mean(-jnp.logaddexp(alpha[rows, 2 * counts], last) / np.maximum(counts, 1))
