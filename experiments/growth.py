#!/usr/bin/env python3
"""What results of any size take to read, compare and report: `make growth`.

    growth.py UNROLL ROWS…

Makes results of each number of rows in a scratch folder, out of the committed rows of results/sequence-length: the same trials
with other seeds, every time multiplied by seeded noise, so that bytes, steps and names are what unroll would have written.
Prints seconds and peak resident memory of `unroll compare` and `unroll report`, and the largest picture.
"""
import csv
import os
import pathlib
import random
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).parent.parent / "results" / "sequence-length" / "measurements.csv"
DERIVED = {"window", "stride", "slots", "segment"}
# Factors that came later are part of a trial's name only where they have another value than this.
LATER = {
    "input_projection": "batched", "bidirectional": "false", "variant": "plain", "recurrent_weights": "uniform",
    "updates": "0", "update_each": "sequence", "optimizer": "sgd", "learning_rate": "0.001", "clip": "0",
}


def identifier(row, factors):
    """FNV-1a, 64 bits, of the factors that were chosen."""
    words = " ".join(f"{name}={row[name]}" for name in factors if row[name] != LATER.get(name))
    number = 0xCBF29CE484222325
    for byte in words.encode():
        number = (number ^ byte) * 0x100000001B3 % 2**64
    return f"{number:016x}"


def make(count, folder):
    with open(SOURCE, newline="") as file:
        rows = list(csv.DictReader(file))
    header = list(rows[0])
    factors = [name for name in header[header.index("cell"):header.index("clip") + 1] if name not in DERIVED]
    assert all(identifier(row, factors) == row["trial"] for row in rows), "another rule for the names of trials"
    times = [name for name in header if name.endswith("_seconds")]
    noise = random.Random(count)
    folder.mkdir(parents=True)
    with open(folder / "measurements.csv", "w", newline="") as file:
        writer = csv.DictWriter(file, header, lineterminator="\n")
        writer.writeheader()
        for index in range(count):
            row = dict(rows[index % len(rows)])
            row["seed"] = str(1 + index // len(rows))
            row["trial"] = identifier(row, factors)
            factor = noise.lognormvariate(0, 0.03)
            for name in times:
                if row[name]:
                    row[name] = repr(float(row[name]) * factor)
            writer.writerow(row)


def measure(words):
    """Seconds, and peak resident bytes of the command and what it starts."""
    start = time.monotonic()
    child = os.posix_spawn(
        words[0], words, os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - start
    if status != 0:
        sys.exit(f"{' '.join(words)}: exit {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_maxrss * 1024


def main():
    program, counts = os.path.abspath(sys.argv[1]), [int(word) for word in sys.argv[2:]] or [1000, 10000, 100000]
    print(f"{'rows':>8} {'command':8} {'seconds':>8} {'peak RSS':>10}  largest picture")
    for count in counts:
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch) / "sequence-length"
            make(count, folder)
            for command in ["compare", "report"]:
                seconds, peak = measure([program, command, str(folder)])
                pictures = [path.stat().st_size for path in folder.glob("*.svg")]
                largest = f"{max(pictures) / 1024:.0f} KiB" if pictures else ""
                print(f"{count:8} {command:8} {seconds:8.2f} {peak / 2**20:6.0f} MiB  {largest}", flush=True)


main()
