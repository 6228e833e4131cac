"""Executes a schedule: forward, saving states, recording and going backward over time, one step a graph."""

import os
import tempfile

import torch
from torch.utils import _pytree as nest

from .random import Generators
from .schedule import Schedule


def run(step, inputs, state, loss, schedule):
    """One training step over a sequence, with the gradient that the schedule defines.

    step(x_t, state) -> (output_t, state): any module or function; it may not write into the tensors of its state.
    inputs: a tensor [T, ...], or a nest of such.
    state: before the first step, any nest of tensors.
    loss(t, output_t) -> a scalar, or None where no loss enters at a step; summed over t.
    schedule: what `unroll schedule --format json` prints: a dict, text or a path.

    Returns the loss, without a graph, and the state after the last step. Gradients are added to `.grad` of every parameter
    that step and loss use, and go to the inputs and the initial state where these require them, as by `backward()`.

    Random numbers, those of dropout among them, are drawn again as they were when steps run again. A loss that draws does
    so from where its step ended, and the next step from there as well: no draw depends on the schedule.

    Raises ValueError with the action when the schedule does not fit, RuntimeError when a step wrote into a saved state.
    """
    schedule = Schedule.read(schedule)
    with tempfile.TemporaryDirectory(prefix="unroll-") as folder:
        return _Run(step, inputs, state, loss, schedule, folder).result()


class _Record:
    """One step's graph, from leaves to what the step returned."""

    def __init__(self, number, inputs, entering, output, after, random, passes):
        self.number, self.inputs, self.entering = number, inputs, entering
        self.output, self.after, self.random = output, after, random
        self.passes = passes

    @property
    def state(self):
        """The state after the step, without its graph."""
        return [value.detach() for value in self.after]


class _Run:
    def __init__(self, step, inputs, state, loss, schedule, folder):
        self.step, self.loss, self.schedule, self.folder = step, loss, schedule, folder
        self.inputs, self.inputs_spec = nest.tree_flatten(inputs)
        for tensor in self.inputs:
            if len(tensor) != schedule.length:
                raise ValueError(f"inputs have {len(tensor)} steps, the schedule {schedule.length}")
        self.initial, self.state_spec = nest.tree_flatten(state)
        self.generators = Generators(self.inputs + self.initial)

        self.state = [value.detach() for value in self.initial]
        self.adjoint = None
        self.records, self.saved = {}, {}
        # Of each step, in one tensor: T tensors of a number would take as much as a small state each.
        self.losses = None
        self.injected = schedule.injected
        self.furthest, self.last = 0, (self.state, self.generators.state)
        self.input_gradients = [torch.zeros_like(x) if _needs_gradient(x) else None for x in self.inputs]
        self.initial_gradients = [torch.zeros_like(x) if _needs_gradient(x) else None for x in self.initial]

    def result(self):
        for action in self.schedule.actions:
            getattr(self, action.name)(action)
        self.records.clear()
        self.saved.clear()
        state, random = self.last
        self.generators.set(random)
        # What the inputs and the initial state were made of gets its gradient too.
        wanted = [
            (tensor, gradient)
            for tensor, gradient in zip(self.inputs + self.initial, self.input_gradients + self.initial_gradients)
            if gradient is not None
        ]
        if wanted and self.injected:
            torch.autograd.backward(*map(list, zip(*wanted)))
        total = torch.zeros(()) if self.losses is None else self.losses.sum()
        return total, nest.tree_unflatten(state, self.state_spec)

    # The actions.

    def advance(self, action):
        # Autocast keeps weights that it has cast: without gradients when they were cast where none were wanted.
        torch.clear_autocast_cache()
        for number in action.steps:
            with torch.set_grad_enabled(action.recording):
                self._forward(number, action.recording)
        if not action.recording:
            torch.clear_autocast_cache()

    def _forward(self, number, recording):
        x = [tensor[number] for tensor in self.inputs]
        entering = self.state
        if recording:
            x = [_leaf(value, gradient is not None) for value, gradient in zip(x, self.input_gradients)]
            entering = [_leaf(value, True) for value in entering]
        output, state = self.step(
            nest.tree_unflatten(x, self.inputs_spec), nest.tree_unflatten(entering, self.state_spec)
        )
        after, spec = nest.tree_flatten(state)
        if spec != self.state_spec:
            raise ValueError(f"step {number} returned a state of another structure: {spec}, not {self.state_spec}")
        self.state = [value.detach() for value in after]
        random = self.generators.state
        if recording:
            self.records[number] = _Record(
                number, x, entering, output, after, random, self.schedule.passes[number]
            )
        if number >= self.furthest:
            self.furthest = number + 1
            self.last = (self.state, random)
            if number not in self.injected:
                self._note(number, self.loss(number, output))
                self.generators.set(random)

    def save(self, action):
        if action.tier == "disk":
            torch.save((self.state, self.generators.state), self._path(action.step))
        else:
            versions = [value._version for value in self.state]
            self.saved[action.step] = (self.state, versions, self.generators.state)

    def restore(self, action):
        if action.tier == "disk":
            self.state, random = torch.load(self._path(action.step), weights_only=True)
        elif action.step in self.saved:
            self.state, versions, random = self.saved[action.step]
            if versions != [value._version for value in self.state]:
                raise RuntimeError(f"{action}: a step has written into the state, which may not change once it is returned")
        else:
            record = self.records[action.step - 1]
            self.state, random = record.state, record.random
        self.generators.set(random)

    def discard(self, action):
        if action.tier == "disk":
            os.remove(self._path(action.step))
        else:
            del self.saved[action.step]

    def backward(self, action):
        random = self.generators.state
        for number in reversed(action.steps):
            self._backward(self.records[number], number in action.injecting)
        if action.steps.start == 0 and len(action.steps) > 0 and self.adjoint is not None:
            for total, gradient in zip(self.initial_gradients, self.adjoint):
                if total is not None and gradient is not None:
                    total += gradient
        self.generators.set(random)

    def _backward(self, record, injects):
        """Takes the adjoint of the state after a step to that of the state before it."""
        tensors, gradients = [], []
        if injects:
            self.generators.set(record.random)
            with torch.enable_grad():
                value = self.loss(record.number, record.output)
            self._note(record.number, value)
            if value is not None and value.requires_grad:
                tensors.append(value)
                gradients.append(None)
        for value, gradient in zip(record.after, self.adjoint or ()):
            if gradient is not None and value.requires_grad:
                tensors.append(value)
                gradients.append(gradient)
        record.passes -= 1
        if tensors:
            torch.autograd.backward(tensors, gradients, retain_graph=record.passes > 0)
        self.adjoint = [_taken(leaf) for leaf in record.entering]
        for total, leaf in zip(self.input_gradients, record.inputs):
            if total is not None and leaf.grad is not None:
                total[record.number] += _taken(leaf)
        if record.passes == 0:
            # No more is read of it than the state it ends with.
            record.after, record.output, record.entering, record.inputs = record.state, None, None, None

    def release(self, action):
        for number in action.steps:
            del self.records[number]

    def truncate(self, action):
        self.adjoint = None

    def compensate(self, action):
        if self.adjoint is not None:
            self.adjoint = [gradient if gradient is None else gradient * action.factor for gradient in self.adjoint]

    def _note(self, number, loss):
        """Keeps the loss of a step, None where none enters there."""
        if loss is None:
            return
        if self.losses is None:
            self.losses = torch.zeros(self.schedule.length, dtype=loss.dtype, device=loss.device)
        self.losses[number] = loss.detach()

    def _path(self, number):
        return os.path.join(self.folder, str(number))


def _needs_gradient(tensor):
    return tensor.requires_grad


def _leaf(tensor, wanted):
    """The same values, from which a graph may begin."""
    leaf = tensor.detach()
    return leaf.requires_grad_() if wanted and (leaf.is_floating_point() or leaf.is_complex()) else leaf


def _taken(leaf):
    """A leaf's gradient, which leaves it."""
    gradient, leaf.grad = leaf.grad, None
    return gradient
