"""A training step as one compiled program."""

import jax
import jax.numpy as jnp
from networks import CELLS, Network
from parameters import parameters
from protocol import fail
from strategies import STRATEGIES
from tasks import task_of

VARIANTS = ("plain", "hoisted")


class Program:
    """gradients: of the last step, in the shape of the parameters; the next one writes over them."""

    def __init__(self, trial):
        trial.allow("cell", CELLS)
        trial.allow("variant", VARIANTS)
        trial.allow("strategy", STRATEGIES, of=trial.strategy_name)
        jax.config.update("jax_platforms", "cpu")
        jax.config.update("jax_enable_x64", trial.scalar == "double")
        task = task_of(trial)
        if trial.inputs == "streamed" and trial.task_name != "noise":
            fail("what JAX compiles makes the inputs of task noise alone; others go with inputs=resident")
        network = Network(trial, task)
        self.values, self.data = network.parameters(parameters(trial, task.outputs)), network.data()
        self.gradients = jax.tree.map(jnp.zeros_like, self.values)
        evaluate = STRATEGIES[trial.strategy_name](network)

        def program(values, donated, data):
            return evaluate(values, data)

        self.compiled = (
            jax.jit(program, donate_argnums=1, keep_unused=True).lower(self.values, self.gradients, self.data).compile()
        )
        size = sum(value.nbytes for value in jax.tree.leaves(self.values))
        inputs = self.data["inputs"].nbytes if trial.inputs == "resident" else 0
        self.figures = {"weights_bytes": size, "gradients_bytes": size, "inputs_bytes": inputs}

    def step(self):
        """Returns the loss."""
        loss, self.gradients = jax.block_until_ready(self.compiled(self.values, self.gradients, self.data))
        return float(loss)
