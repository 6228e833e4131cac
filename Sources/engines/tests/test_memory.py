"""What PyTorch takes under a schedule is what the schedule says: states and records that live at its peak, and a constant. Under
`unroll gauge`, exactly. One more step takes a record of autograd's under full unrolling, and from there all else follows.

    UNROLL=…/unroll python tests/test_memory.py
"""

import json
import os
import subprocess
import sys
import tempfile
import unittest

from programs import ENGINES, UNROLL, command, words

sys.path += [ENGINES, os.path.join(ENGINES, "pytorch")]

from strategies import printed

# One step before what is measured, whatever a step takes: Python keeps what each has needed.
SHAPE = {"input": 64, "hidden": 64, "batch": 32, "inputs": "resident", "cell": "lstm", "warmup": 1}
# h and c, [B, H] in Float each.
STATE = 2 * 32 * 64 * 4
# Beside saved states and records a run has the state where it stands, the last one, the adjoint, and one that is being made.
STANDING = 4 * STATE
# What Python and PyTorch have for a saved state besides its numbers, and for each step's loss.
OBJECTS, NUMBERS = 2048, 16


def step_bytes(**factors):
    """The peak of a training step above what lives between two of them."""
    path = os.path.join(tempfile.mkdtemp(prefix="unroll-engines-"), "gauge.json")
    subprocess.run(
        [UNROLL, "gauge", "--exact", "--format", "json", "--output", path, "--", *command("pytorch"), "measure",
         *words(**SHAPE | factors)],
        input="go\n", text=True, check=True, stdout=subprocess.DEVNULL)
    with open(path) as file:
        peaks = {phase["name"]: phase["peak_bytes"] for phase in json.load(file)["phases"]}
    return peaks["step"] - peaks["ready"]


def predicted(strategy, length, record):
    """The most that the saved states and records of a schedule take at once, and how many states these are."""
    most, saved, recorded = (0, 0), 0, 0
    for action in printed(strategy, length).actions:
        if action.name == "save":
            saved += action.tier == "memory"
        elif action.name == "discard":
            saved -= action.tier == "memory"
        elif action.name == "advance" and action.recording:
            recorded += len(action.steps)
        elif action.name == "release":
            recorded -= len(action.steps)
        most = max(most, (saved * STATE + recorded * record, saved))
    return most


class MemoryTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        short, long = (step_bytes(variant="schedules", length=length) for length in (64, 128))
        cls.record = (long - short) / 64
        cls.constant = short - 64 * cls.record

    def test_a_record_is_what_autograd_keeps_of_a_step(self):
        """At least the products of the gates, c, tanh c, and a copy of each state: 4 + 1 + 1 of [B, H] in Float."""
        self.assertGreater(self.record, 6 * 32 * 64 * 4)

    def test_a_step_takes_what_its_schedule_says(self):
        for strategy in ("segmented:length=8", "binomial:slots=6"):
            found = [step_bytes(variant="schedules", strategy=strategy, length=length) for length in (64, 128)]
            wanted = [predicted(strategy, length, self.record) for length in (64, 128)]
            for peak, (bytes, states) in zip(found, wanted):
                with self.subTest(strategy=strategy):
                    self.assertLessEqual(peak, bytes + self.constant + STANDING + states * OBJECTS)
            with self.subTest(strategy=strategy, of="slope in T"):
                more = (found[1] - found[0]) - (wanted[1][0] - wanted[0][0])
                self.assertLessEqual(abs(more), (wanted[1][1] - wanted[0][1]) * OBJECTS + 64 * NUMBERS)

    def test_checkpoints_of_a_schedule_take_no_more_than_those_of_torch(self):
        ours = step_bytes(variant="schedules", strategy="segmented:length=8", length=128)
        theirs = step_bytes(variant="loop", strategy="segmented:length=8", length=128)
        full = step_bytes(variant="loop", length=128)
        self.assertLess(ours, theirs)
        self.assertLess(theirs, full / 3)


if __name__ == "__main__":
    unittest.main()
