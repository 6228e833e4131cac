"""Schedules: the actions that `unroll schedule --format json` prints, read and checked."""

import json
import os
from dataclasses import dataclass
from functools import cached_property

TIERS = ("memory", "disk")


@dataclass(frozen=True)
class Action:
    """One thing a schedule asks for. Steps count from 0, and ranges end before their last number."""

    name: str
    steps: range = range(0)
    recording: bool = False
    tier: str = "memory"
    injecting: range = range(0)
    factor: float = 1.0

    @property
    def step(self):
        """The step of an action that has one."""
        return self.steps.start

    def __str__(self):
        if self.name in ("save", "restore", "discard"):
            return f"{self.name} {self.step}" + (" on disk" if self.tier == "disk" else "")
        if self.name == "truncate":
            return "truncate"
        if self.name == "compensate":
            return f"compensate by {self.factor}"
        text = f"{self.name} {self.steps.start}..<{self.steps.stop}"
        if self.name == "backward":
            return f"{text} injecting {self.injecting.start}..<{self.injecting.stop}"
        return text + (" recording" if self.recording else "")

    @classmethod
    def of(cls, number, fields):
        """The action of one object in JSON."""
        try:
            name = fields["action"]
            if name == "advance":
                return cls(name, range(fields["from"], fields["to"]), recording=fields["recording"])
            if name in ("save", "restore", "discard"):
                tier = fields.get("tier", "memory")
                if tier not in TIERS:
                    raise ValueError(f"action {number}: {tier!r} is no tier; there are {', '.join(TIERS)}")
                return cls(name, range(fields["step"], fields["step"] + 1), tier=tier)
            if name == "backward":
                injecting = range(fields["injecting_from"], fields["injecting_to"])
                return cls(name, range(fields["from"], fields["to"]), injecting=injecting)
            if name == "release":
                return cls(name, range(fields["from"], fields["to"]))
            if name == "truncate":
                return cls(name)
            if name == "compensate":
                return cls(name, factor=fields["factor"])
        except (KeyError, TypeError) as error:
            raise ValueError(f"action {number}: {fields} lacks {error}") from None
        raise ValueError(
            f"action {number}: {name!r} is no action that PyTorch runs; there are advance, save, restore, discard, "
            "backward, release, truncate and compensate"
        )


class Schedule:
    """The actions of one training step over a number of time steps.

    Reading one checks it: whatever it reads from is there, and each step's loss enters the gradient once. An action that
    does not fit raises ValueError with its number and why.

    length: T, the steps.
    actions: in order.
    passes: for each step how many `backward` go over it.
    """

    def __init__(self, length, actions):
        self.length = length
        self.actions = tuple(actions)
        self.passes = [0] * length
        self._check()

    @classmethod
    def read(cls, source):
        """A schedule from a dict, from JSON text, from the path of a file that has it, or as it is.

        Raises ValueError when it is none, OSError when the file cannot be read.
        """
        if isinstance(source, cls):
            return source
        if isinstance(source, os.PathLike) or isinstance(source, str) and not source.lstrip().startswith("{"):
            with open(source, encoding="utf-8") as file:
                source = file.read()
        if isinstance(source, (str, bytes)):
            source = json.loads(source)
        try:
            length, actions = source["length"], source["actions"]
        except (KeyError, TypeError):
            raise ValueError("a schedule is an object with `length` and `actions`: `unroll schedule --format json`") from None
        return cls(length, (Action.of(number, fields) for number, fields in enumerate(actions)))

    @cached_property
    def injected(self):
        """The steps whose loss enters the gradient."""
        return {step for action in self.actions for step in action.injecting}

    def _check(self):
        position, adjoint, furthest = 0, None, 0
        saved, recorded, injected = set(), set(), set()
        for number, action in enumerate(self.actions):

            def need(condition, why):
                if not condition:
                    raise ValueError(f"action {number}, {action}: {why}")

            steps = action.steps
            need(0 <= steps.start <= steps.stop <= max(self.length, steps.start + 1), f"there are {self.length} steps")
            if action.name == "advance":
                need(steps.start == position, f"the state stands at step {position}")
                need(steps.stop <= self.length, f"there are {self.length} steps")
                if action.recording:
                    twice = recorded.intersection(steps)
                    need(not twice, f"step {min(twice, default=0)} has a record")
                    recorded.update(steps)
                position = steps.stop
                furthest = max(furthest, position)
            elif action.name == "save":
                need(action.step == position, f"the state stands at step {position}")
                need((action.step, action.tier) not in saved, "it is saved there")
                saved.add((action.step, action.tier))
            elif action.name == "restore":
                found = (action.step, action.tier) in saved
                found = found or action.tier == "memory" and action.step - 1 in recorded
                need(found, "no such state is saved, nor is there a record of the step before")
                position = action.step
            elif action.name == "discard":
                need((action.step, action.tier) in saved, "no such state is saved")
                saved.remove((action.step, action.tier))
            elif action.name == "backward":
                missing = set(steps) - recorded
                need(not missing, f"there is no record of step {min(missing, default=0)}")
                need(adjoint in (None, steps.stop), f"the gradient stands at step {adjoint}")
                twice = injected.intersection(action.injecting)
                need(not twice, f"the loss of step {min(twice, default=0)} has entered before")
                need(set(action.injecting) <= set(steps), "the loss enters outside of its steps")
                injected.update(action.injecting)
                adjoint = steps.start
                for step in steps:
                    self.passes[step] += 1
            elif action.name == "release":
                missing = set(steps) - recorded
                need(not missing, f"there is no record of step {min(missing, default=0)}")
                recorded.difference_update(steps)
            elif action.name == "truncate":
                adjoint = None
        if furthest != self.length:
            raise ValueError(f"the schedule ends at step {furthest} of {self.length}")
        if injected and len(injected) != self.length:
            missing = min(set(range(self.length)) - injected)
            raise ValueError(f"the loss of step {missing} never enters the gradient")
