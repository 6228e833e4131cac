#!/usr/bin/env python3
"""A training step in JAX, as a trial program: see ../README.md.

    trial.py measure key=value…

variant=plain is one jax.lax.scan over time, with all layers of a step, the head and the loss inside: it keeps least.
variant=hoisted goes layer by layer; inputs are multiplied before its scan, all at once, and the loss comes after: faster where
the batch is small. Two directions go layer by layer in both. All is one compiled program, into whose results the gradients of
the step before are donated.
"""

import os
import sys

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))

from protocol import Trial, answer, fail

# Before JAX counts the processors.
TRIAL = Trial(sys.argv[1:])

import jax
import jax.numpy as jnp
from networks import CELLS, Network
from parameters import parameters
from strategies import STRATEGIES
from tasks import task_of

VARIANTS = ("plain", "hoisted")


def main(trial):
    trial.allow("cell", CELLS)
    trial.allow("variant", VARIANTS)
    trial.allow("strategy", STRATEGIES, of=trial.strategy_name)
    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_enable_x64", trial.scalar == "double")
    task = task_of(trial)
    if trial.inputs == "streamed" and trial.task_name != "noise":
        fail("what JAX compiles makes the inputs of task noise alone; others go with inputs=resident")
    network = Network(trial, task)
    data = network.data()
    values = network.parameters(parameters(trial, task.outputs))
    evaluate = STRATEGIES[trial.strategy_name](network)

    def program(values, donated, data):
        return evaluate(values, data)

    gradients = jax.tree.map(jnp.zeros_like, values)
    compiled = jax.jit(program, donate_argnums=1, keep_unused=True).lower(values, gradients, data).compile()

    def step():
        nonlocal gradients
        loss, gradients = jax.block_until_ready(compiled(values, gradients, data))
        return float(loss)

    size = sum(value.nbytes for value in jax.tree.leaves(values))
    inputs = data["inputs"].nbytes if trial.inputs == "resident" else 0
    answer(trial, step, {"weights_bytes": size, "gradients_bytes": size, "inputs_bytes": inputs})


if __name__ == "__main__":
    main(TRIAL)
