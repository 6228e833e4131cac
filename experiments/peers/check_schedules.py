"""Replays unroll's schedules through checkpoint_schedules' own checker.

    check_schedules.py UNROLL CHECKER

UNROLL is the program, CHECKER the file tests/test_validity.py of their source distribution. Every schedule is asked for as
JSON, its actions are put in their vocabulary, and their checker runs it: forward runs start where data is, the adjoint finds
what it needs, storage limits hold. Their vocabulary has no forward run that starts after a kept record, and their checker no
state that is dropped without being read: `internal`, `mixed` and `online` cannot be said in it.

Binomial schedules are also held against their own: as many forward steps, to the step.
"""

import contextlib
import importlib.util
import io
import itertools
import json
import subprocess
import sys

from checkpoint_schedules import (
    CheckpointSchedule, Copy, EndForward, EndReverse, Forward, Move, MultistageCheckpointSchedule, Reverse, StorageType)

TIERS = {"memory": StorageType.RAM, "disk": StorageType.DISK}


def translate(actions):
    """Their actions for ours. A state is saved by the forward run that starts there, and dropped by its last reading."""
    saved = None
    for index, action in enumerate(actions):
        name = action["action"]
        if name == "save":
            saved = action
        elif name == "discard":
            # What is dropped before any run started there was never needed.
            if saved is not None and saved["step"] == action["step"]:
                saved = None
        elif name == "restore":
            after = actions[index + 1]
            move = after["action"] == "discard" and after["step"] == action["step"]
            yield (Move if move else Copy)(action["step"], TIERS[action["tier"]], StorageType.WORK)
        elif name == "advance":
            begin, end = action["from"], action["to"]
            if action["recording"]:
                assert saved is None and not action.get("alone"), "their vocabulary has no words for it"
                yield Forward(begin, end, False, True, StorageType.WORK)
            elif saved is not None:
                yield Forward(begin, end, True, False, TIERS[saved["tier"]])
            else:
                yield Forward(begin, end, False, False, StorageType.NONE)
            saved = None
        elif name == "backward":
            yield Reverse(action["to"], action["from"], True)
        else:
            assert name == "release", name


class Replay(CheckpointSchedule):
    """A schedule of ours as one of theirs."""

    def __init__(self, schedule):
        super().__init__(schedule["length"])
        self._actions = list(translate(schedule["actions"]))
        self._done = False

    @property
    def is_exhausted(self):
        return self._done

    def uses_storage_type(self, storage_type):
        return True

    def _iterator(self):
        ended = False
        for action in self._actions:
            if isinstance(action, Forward):
                self._n = action.n1
            elif isinstance(action, Reverse):
                self._r += len(action)
            elif isinstance(action, (Copy, Move)):
                self._n = action.n
            yield action
            if not ended and self._n == self._max_n:
                ended = True
                yield EndForward()
        self._done = True
        yield EndReverse()


def forward_steps(schedule):
    steps = 0
    for action in schedule:
        if isinstance(action, Forward):
            steps += min(action.n1, schedule.max_n) - action.n0
        if isinstance(action, EndReverse):
            return steps


def check(validity, schedule, limits):
    """Their checker's assertions fail when something is wrong."""
    with contextlib.redirect_stdout(io.StringIO()):
        validity.test_validity(
            lambda n, s: (Replay(schedule), limits, max(1, schedule["peak_records"])), schedule["length"], (0,))


def expect_failures(validity, schedule, limits):
    """Without any one of its forward runs, readings or reversals, the checker refuses the schedule: it is not blind."""
    for index, action in enumerate(schedule["actions"]):
        if action["action"] in ("advance", "backward", "restore"):
            mutant = dict(schedule, actions=schedule["actions"][:index] + schedule["actions"][index + 1:])
            try:
                check(validity, mutant, limits)
            except (AssertionError, RuntimeError, KeyError):
                continue
            sys.exit(f"their checker accepts {schedule['strategy']} without action {index}, {action}")


def main(unroll, checker):
    specification = importlib.util.spec_from_file_location("test_validity", checker)
    validity = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(validity)

    def ours(strategy, length):
        words = [unroll, "schedule", "--strategy", strategy, "--length", str(length), "--format", "json"]
        return json.loads(subprocess.run(words, check=True, capture_output=True, text=True).stdout)

    lengths = [1, 2, 3, 4, 5, 7, 10, 24, 100, 250]
    strategies = ["full", "segmented", "segmented:length=3", "segmented:length=32", "bisection"]
    strategies += [f"binomial:slots={slots}" for slots in (1, 2, 3, 5, 10, 31, 300)]
    strategies += [f"multistage:memory={m},disk={d}" for m, d in itertools.product((1, 2, 8), (1, 3, 32))]
    replayed = 0
    for strategy, length in itertools.product(strategies, lengths):
        schedule = ours(strategy, length)
        tiers = [(a["action"], a["tier"]) for a in schedule["actions"] if "tier" in a]
        limits = {storage: 0 for storage in TIERS.values()}
        held = dict(limits)
        for name, tier in tiers:
            held[TIERS[tier]] += {"save": 1, "discard": -1, "restore": 0}[name]
            limits[TIERS[tier]] = max(limits[TIERS[tier]], held[TIERS[tier]])
        check(validity, schedule, limits)
        replayed += 1
        if strategy == "binomial:slots=3" and length == 10:
            expect_failures(validity, schedule, limits)
        if strategy.startswith("binomial") and length > 1:
            slots = int(strategy.split("=")[1])
            theirs = forward_steps(MultistageCheckpointSchedule(length, min(slots, length - 1), 0))
            # With a slot for every step theirs is clamped to one less, which is as many as are ever needed.
            assert schedule["forward_steps"] == theirs, (strategy, length, schedule["forward_steps"], theirs)
    print(f"{replayed} schedules replayed by checkpoint_schedules' checker")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
