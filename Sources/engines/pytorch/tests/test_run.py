"""unroll_schedules against PyTorch's own autograd. Schedules come from the program itself: UNROLL is its path.

    cd Sources/engines/pytorch && UNROLL=../../../.build/release/unroll python -m unittest tests/test_run.py
"""

import json
import os
import subprocess
import unittest
import weakref

import torch

from unroll_schedules import Schedule, run

UNROLL = os.environ["UNROLL"]
EXACT = [
    "full", "segmented", "segmented:length=3", "bisection", "binomial:slots=1", "binomial:slots=3", "internal:slots=6",
    "mixed:memory=2KiB", "online:slots=3", "multistage:memory=1,disk=2",
]
LENGTHS = [1, 2, 7, 17]


def schedule(strategy, length):
    command = [UNROLL, "schedule", "--strategy", strategy, "--length", str(length), "--format", "json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


class Cell(torch.nn.Module):
    """A recurrent layer, with a linear head after dropout; its state is a nest with a counter in it."""

    def __init__(self, kind, dropout=0.0):
        super().__init__()
        self.cell = {"rnn": torch.nn.RNNCell, "lstm": torch.nn.LSTMCell, "gru": torch.nn.GRUCell}[kind](3, 5)
        self.head = torch.nn.Linear(5, 2)
        self.dropout = torch.nn.Dropout(dropout)

    def state(self):
        h = torch.zeros(4, 5)
        values = (h, h.clone()) if isinstance(self.cell, torch.nn.LSTMCell) else h
        return {"cell": values, "steps": torch.zeros((), dtype=torch.long)}

    def forward(self, x, state):
        values = self.cell(x, state["cell"])
        h = values[0] if isinstance(values, tuple) else values
        return self.head(self.dropout(h)), {"cell": values, "steps": state["steps"] + 1}


def plain(cell, inputs, state, loss, windows=None):
    """Full unrolling by autograd; or, with (first, middle, last) each, from the state entering `first` the losses from `middle` on."""
    length = len(inputs)
    states, total, outputs = [state], 0.0, []
    for t in range(length):
        output, state = cell(inputs[t], state)
        states.append(state)
        outputs.append(output)
    if windows is None:
        value = sum(loss(t, output) for t, output in enumerate(outputs))
        value.backward()
        return value.detach(), state
    for first, middle, last in windows:
        state = torch.utils._pytree.tree_map(lambda one: one if first == 0 else one.detach(), states[first])
        value = 0.0
        for t in range(first, last):
            output, state = cell(inputs[t], state)
            if t >= middle:
                value = value + loss(t, output)
        value.backward(retain_graph=True)
        total = total + value.detach()
    return total, state


def gradients(cell, *others):
    found = {name: parameter.grad.clone() for name, parameter in cell.named_parameters()}
    found.update({str(number): other.grad.clone() for number, other in enumerate(others)})
    cell.zero_grad()
    for other in others:
        other.grad = None
    return found


def distance(one, other):
    return max(((one[name] - other[name]).norm() / other[name].norm().clamp_min(1e-300)).item() for name in other)


class RunTests(unittest.TestCase):
    def setUp(self):
        torch.set_default_dtype(torch.float64)
        torch.set_num_threads(1)
        torch.manual_seed(1)

    def problem(self, kind, length, dropout=0.0):
        cell = Cell(kind, dropout)
        inputs = torch.randn(length, 4, 3, requires_grad=True)
        targets = torch.randn(length, 4, 2)
        return cell, inputs, lambda t, y: ((y - targets[t]) ** 2).mean() / length

    def test_exact_schedules_have_the_gradient_of_autograd(self):
        for kind in ("rnn", "lstm", "gru"):
            for length in LENGTHS:
                cell, inputs, loss = self.problem(kind, length)
                state = cell.state()
                first = state["cell"][0] if kind == "lstm" else state["cell"]
                first.requires_grad_()
                value, after = plain(cell, inputs, state, loss)
                wanted = gradients(cell, inputs, first)
                same = None
                for strategy in EXACT:
                    with self.subTest(kind=kind, length=length, strategy=strategy):
                        found_value, found_after = run(cell, inputs, state, loss, schedule(strategy, length))
                        found = gradients(cell, inputs, first)
                        # A bias gets W's and U's part of each step together here, one after the other there.
                        self.assertLessEqual(distance(found, wanted), 1e-14)
                        same = same or found
                        self.assertTrue(all(torch.equal(found[name], same[name]) for name in same))
                        self.assertAlmostEqual(found_value.item(), value.item(), delta=1e-14)
                        self.assertEqual(found_after["steps"], length)

    def test_truncated_schedules_are_truncated(self):
        length = 17
        for kind in ("rnn", "lstm", "gru"):
            for window, stride in ((1, 1), (4, 4), (6, 2), (5, 3), (17, 17)):
                cell, inputs, loss = self.problem(kind, length)
                windows = [
                    (max(0, start + stride - window), start, min(start + stride, length))
                    for start in range(0, length, stride)
                ]
                plain(cell, inputs, cell.state(), loss, windows)
                wanted = gradients(cell, inputs)
                strategy = f"truncated:window={window},stride={stride}"
                with self.subTest(kind=kind, strategy=strategy):
                    run(cell, inputs, cell.state(), loss, schedule(strategy, length))
                    self.assertLessEqual(distance(gradients(cell, inputs), wanted), 1e-13)

    def test_what_is_drawn_is_drawn_again(self):
        length = 11
        cell, inputs, loss = self.problem("lstm", length, dropout=0.5)

        def noisy(t, y):
            return loss(t, torch.nn.functional.dropout(y, 0.25))

        results = []
        for strategy in EXACT:
            torch.manual_seed(7)
            value, _ = run(cell, inputs, cell.state(), noisy, schedule(strategy, length))
            results.append((gradients(cell, inputs), value, torch.rand(())))
        for strategy, (found, value, drawn) in zip(EXACT, results):
            with self.subTest(strategy=strategy):
                self.assertTrue(all(torch.equal(found[name], results[0][0][name]) for name in found))
                self.assertEqual(value, results[0][1])
                self.assertEqual(drawn, results[0][2])

    def test_without_draws_of_the_loss_random_numbers_are_those_of_a_plain_loop(self):
        cell, inputs, loss = self.problem("gru", 9, dropout=0.5)
        torch.manual_seed(3)
        plain(cell, inputs, cell.state(), loss)
        wanted, drawn = gradients(cell, inputs), torch.rand(())
        torch.manual_seed(3)
        run(cell, inputs, cell.state(), loss, schedule("binomial:slots=2", 9))
        self.assertLessEqual(distance(gradients(cell, inputs), wanted), 1e-14)
        self.assertEqual(torch.rand(()), drawn)

    def test_inputs_made_by_another_module_pass_their_gradient_on(self):
        cell, _, loss = self.problem("gru", 8)
        table = torch.nn.Embedding(6, 3)
        words = torch.randint(6, (8, 4))
        plain(cell, table(words), cell.state(), loss)
        wanted = gradients(cell, table.weight)
        run(cell, table(words), cell.state(), loss, schedule("segmented", 8))
        self.assertLessEqual(distance(gradients(cell, table.weight), wanted), 1e-14)

    def test_gradients_are_added(self):
        cell, inputs, loss = self.problem("rnn", 6)
        run(cell, inputs, cell.state(), loss, schedule("full", 6))
        once = gradients(cell, inputs)
        for _ in range(2):
            run(cell, inputs, cell.state(), loss, schedule("segmented", 6))
        twice = gradients(cell, inputs)
        for name in once:
            torch.testing.assert_close(twice[name], 2 * once[name], rtol=1e-14, atol=1e-16)

    def test_a_loss_at_the_end_alone(self):
        cell, inputs, loss = self.problem("lstm", 10)

        def last(t, y):
            return loss(t, y) if t == 9 else None

        output, state = None, cell.state()
        for t in range(10):
            output, state = cell(inputs[t], state)
        loss(9, output).backward()
        wanted = gradients(cell, inputs)
        run(cell, inputs, cell.state(), last, schedule("binomial:slots=2", 10))
        self.assertLessEqual(distance(gradients(cell, inputs), wanted), 1e-14)

    def test_inference_has_the_loss_and_no_gradient(self):
        cell, inputs, loss = self.problem("lstm", 10)
        value, _ = plain(cell, inputs, cell.state(), loss)
        gradients(cell, inputs)
        found, _ = run(cell, inputs, cell.state(), loss, schedule("inference", 10))
        self.assertAlmostEqual(found.item(), value.item(), delta=1e-14)
        self.assertTrue(all(parameter.grad is None for parameter in cell.parameters()))

    def test_autocast_is_kept(self):
        torch.set_default_dtype(torch.float32)
        cell, inputs, loss = self.problem("gru", 9)
        found = []
        for strategy in ("full", "segmented:length=4", "binomial:slots=2"):
            with torch.autocast("cpu", torch.bfloat16):
                run(cell, inputs, cell.state(), loss, schedule(strategy, 9))
            found.append(gradients(cell, inputs))
        run(cell, inputs, cell.state(), loss, schedule("full", 9))
        native = gradients(cell, inputs)
        for one in found[1:]:
            self.assertTrue(all(torch.equal(one[name], found[0][name]) for name in one))
        self.assertGreater(distance(found[0], native), 1e-5)
        self.assertLess(distance(found[0], native), 0.1)

    def test_as_many_records_are_alive_as_the_schedule_says(self):
        class Packed:
            def __init__(self, tensor):
                self.tensor = tensor.detach()

        for strategy in EXACT + ["truncated:window=4", "truncated:window=4,stride=2"]:
            length, now, most, made = 16, set(), 0, 0
            cell, inputs, loss = self.problem("rnn", length)

            def pack(tensor):
                nonlocal most, made
                packed, number = Packed(tensor), made
                made += 1
                now.add(number)
                weakref.finalize(packed, now.discard, number)
                most = max(most, len(now))
                return packed

            plan = schedule(strategy, length)
            with torch.autograd.graph.saved_tensors_hooks(pack, lambda packed: packed.tensor):
                state = cell.state()
                state["cell"].requires_grad_()
                output, state = cell(inputs[0].detach().requires_grad_(), state)
                a_record = len(now)
                with_loss = loss(0, output)
                a_loss = len(now) - a_record
                del output, state, with_loss
                most = 0
                run(cell, inputs, cell.state(), loss, plan)
            with self.subTest(strategy=strategy):
                self.assertEqual(len(now), 0)
                self.assertLessEqual(most, plan["peak_records"] * a_record + a_loss)
                self.assertGreaterEqual(most, plan["peak_records"] * a_record)

    def test_a_step_may_not_write_into_its_state(self):
        def step(x, h):
            after = torch.tanh(x + h)
            if not torch.is_grad_enabled():
                h.add_(1)
            return after, after

        weight = torch.ones(8, 2, requires_grad=True)
        with self.assertRaisesRegex(RuntimeError, "restore 0: a step has written into the state"):
            run(step, weight, torch.zeros(2), lambda t, y: y.sum(), schedule("segmented:length=4", 8))

    def test_schedules_that_do_not_fit(self):
        advance = {"action": "advance", "from": 0, "to": 2, "recording": True}
        backward = {"action": "backward", "from": 0, "to": 2, "injecting_from": 0, "injecting_to": 2}
        cases = [
            ([{"action": "advance", "from": 1, "to": 2, "recording": True}], "action 0, advance 1..<2 recording: the state stands at step 0"),
            ([{"action": "restore", "step": 1, "tier": "memory"}], "action 0, restore 1: no such state is saved"),
            ([advance, {**advance, "action": "release"}, backward], "action 2, backward 0..<2 injecting 0..<2: there is no record of step 0"),
            ([advance, backward, backward], "action 2, backward 0..<2 injecting 0..<2: the gradient stands at step 0"),
            ([advance, backward, {"action": "truncate"}, backward], "action 3, .*: the loss of step 0 has entered before"),
            ([advance, {**backward, "injecting_from": 1}], "the loss of step 0 never enters"),
            ([{**advance, "to": 1}], "the schedule ends at step 1 of 2"),
            ([{**advance, "to": 3}], "action 0, advance 0..<3 recording: there are 2 steps"),
            ([{"action": "accumulate"}], "'accumulate' is no action that PyTorch runs"),
            ([{"action": "advance", "from": 0}], "action 0: .* lacks 'to'"),
            ([{"action": "save", "step": 0, "tier": "tape"}], "action 0: 'tape' is no tier"),
        ]
        for actions, message in cases:
            with self.subTest(message=message), self.assertRaisesRegex(ValueError, message):
                Schedule.read({"length": 2, "actions": actions})
        for source in ({}, {"length": 2}, "{\"length\": 1}"):
            with self.assertRaisesRegex(ValueError, "a schedule is an object with"):
                Schedule.read(source)
        with self.assertRaisesRegex(ValueError, "inputs have 5 steps, the schedule 4"):
            run(None, torch.zeros(5), torch.zeros(()), None, schedule("full", 4))


if __name__ == "__main__":
    unittest.main()
