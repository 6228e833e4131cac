#!/usr/bin/env python3
"""What results of any size take to read, compare and report: `make growth`.

    growth.py UNROLL ROWS…

Makes results of each number of rows in a scratch folder, out of the committed rows of results/sequence-length, so that bytes,
steps and names are what unroll would have written. "seeds": the same trials with other seeds, every time multiplied by seeded
noise. "lengths": one strategy over as many lengths, five repetitions each, for curves of thousands of points.
Prints the medians of three runs: seconds, processor seconds (which other work on the machine changes less), and peak resident
memory of `unroll compare` and `unroll report`; and the largest picture. Then one run of `unroll export` in each format it can
write here, at 100,000 rows and at 1,000,000: its memory may not grow with them. Ends with 1 where a target is missed.
"""
import csv
import os
import pathlib
import random
import shutil
import statistics
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).parent.parent / "results" / "sequence-length" / "measurements.csv"
# At 100,000 rows, and in proportion at more: seconds, and bytes of memory. A picture is bounded whatever the rows.
TARGETS = {"compare": 2, "report": 10}
TARGET_ROWS, TARGET_MEMORY, TARGET_PICTURE = 100_000, 500 * 10**6, 300 * 1024
# An export holds a block of rows, whatever their number. DuckDB, which writes Parquet, holds a row group of 122,880 rows.
EXPORT_ROWS, EXPORT_MEMORY = [100_000, 1_000_000], {"jsonl": 100 * 10**6, "sqlite": 100 * 10**6, "parquet": 1000 * 10**6}
RUNS = 3
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


def seeds(rows, count):
    """The same trials with other seeds."""
    for index in range(count):
        row = dict(rows[index % len(rows)])
        row["seed"] = str(1 + index // len(rows))
        yield row, 1.0


def lengths(rows, count):
    """Full unrolling over lengths from 1: its records grow with them, and so do times."""
    longest = max(int(row["length"]) for row in rows)
    chosen = [row for row in rows if (row["cell"], row["strategy"], row["length"]) == ("lstm", "full", str(longest))]
    for index in range(count):
        row = dict(chosen[index % len(chosen)])
        length = 1 + index // len(chosen)
        row["length"] = str(length)
        records = int(row["records_bytes"])
        grown = records // longest * length
        for name in ["predicted_peak_bytes", "peak_bytes"]:
            row[name] = str(int(row[name]) - records + grown)
        row["records_bytes"] = str(grown)
        yield row, length / longest


def make(kind, count, folder):
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
        for row, scale in kind(rows, count):
            row["trial"] = identifier(row, factors)
            factor = noise.lognormvariate(0, 0.03) * scale
            for name in times:
                if row[name]:
                    row[name] = repr(float(row[name]) * factor)
            writer.writerow(row)


def measure(words):
    """Seconds, processor seconds, and peak resident bytes of the command and what it starts."""
    start = time.monotonic()
    child = os.posix_spawn(
        words[0], words, os.environ,
        file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0), (os.POSIX_SPAWN_OPEN, 2, "/dev/null", os.O_WRONLY, 0)])
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - start
    if status != 0:
        sys.exit(f"{' '.join(words)}: exit {os.waitstatus_to_exitcode(status)}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def exports(program, counts):
    """How many exports take more memory than they may."""
    missed = 0
    for count in counts:
        with tempfile.TemporaryDirectory() as scratch:
            folder = pathlib.Path(scratch) / "sequence-length"
            make(seeds, count, folder)
            for form, target in EXPORT_MEMORY.items():
                if form == "parquet" and shutil.which("duckdb") is None:
                    print(f"{count:8} {'seeds':8} parquet   not measured: no duckdb here (pip install duckdb-cli)")
                    continue
                output = pathlib.Path(scratch) / f"out.{form}"
                wall, processor, peak = measure([program, "export", str(folder), "--format", form, "--output", str(output)])
                is_missed = peak > target
                missed += is_missed
                print(
                    f"{count:8} {'seeds':8} {form:8} {wall:8.2f} {'':7} {processor:9.2f} {peak / 10**6:7.0f} MB"
                    f"  {output.stat().st_size / 10**6:.0f} MB written{'  missed' if is_missed else ''}", flush=True)
    return missed


def main():
    program, counts = os.path.abspath(sys.argv[1]), [int(word) for word in sys.argv[2:]] or [1000, 10000, 100000]
    missed = 0
    print(f"{'rows':>8} {'of':8} {'command':8} {'seconds':>8} {'target':>7} {'processor':>9} {'peak RSS':>10}  largest picture")
    for kind in [seeds, lengths]:
        for count in counts:
            with tempfile.TemporaryDirectory() as scratch:
                folder = pathlib.Path(scratch) / "sequence-length"
                make(kind, count, folder)
                for command, seconds in TARGETS.items():
                    target = seconds * max(1, count / TARGET_ROWS)
                    runs = [measure([program, command, str(folder)]) for _ in range(RUNS)]
                    wall, processor, peak = (statistics.median(values) for values in zip(*runs))
                    pictures = [path.stat().st_size for path in folder.glob("*.svg")]
                    largest = max(pictures, default=0)
                    is_missed = (
                        wall > target or largest > TARGET_PICTURE
                        or peak > TARGET_MEMORY * max(1, count / TARGET_ROWS))
                    missed += is_missed
                    print(
                        f"{count:8} {kind.__name__:8} {command:8} {wall:8.2f} {target:7.1f} {processor:9.2f} "
                        f"{peak / 10**6:7.0f} MB  {f'{largest / 1024:.0f} KiB' if largest else ''}"
                        f"{'  missed' if is_missed else ''}", flush=True)
    missed += exports(program, EXPORT_ROWS if len(sys.argv) == 2 else counts)
    print(
        f"targets: seconds as above, {TARGET_MEMORY // 10**6} MB at {TARGET_ROWS:,} rows, "
        f"{TARGET_PICTURE // 1024} KiB a picture; {missed} missed")
    sys.exit(1 if missed else 0)


main()
