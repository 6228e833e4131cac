#!/usr/bin/env python3
"""What gauging costs, beside heaptrack and memray: `make gauge-cost`.

    gauge_cost.py UNROLL PYTHON [ROUNDS]

Two programs, by themselves and under each tool: a PyTorch training on one thread (PYTHON has torch and memray), and a loop of
16-byte mallocs in C. The ways take turns, round by round, in an order that goes round too. Prints the median seconds, the
median of each round's ratio to the program alone, and the bytes that a run leaves on the disk.
"""
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

TRAINING = """
import torch
torch.manual_seed(0)
torch.set_num_threads(1)
model = torch.nn.LSTM(64, 256)
optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
inputs = torch.randn(128, 16, 64)
for _ in range(40):
    optimizer.zero_grad()
    model(inputs)[0].square().sum().backward()
    optimizer.step()
"""

# memray sees no program but Python: the loop is a library for it.
LOOP = """
#include <stdlib.h>
int loop(void) {
  for (long i = 0; i < 30000000; i++) { void *volatile block = malloc(16); free(block); }
  return 0;
}
int main(void) { return loop(); }
"""


def main():
    unroll, python = map(os.path.abspath, sys.argv[1:3])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 7
    heaptrack = shutil.which("heaptrack")
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        (base / "training.py").write_text(TRAINING)
        (base / "loop.c").write_text(LOOP)
        flags = ["-O1", "-fno-builtin"]
        subprocess.run(["cc", *flags, "-o", base / "loop", base / "loop.c"], check=True)
        subprocess.run(["cc", *flags, "-shared", "-fPIC", "-o", base / "loop.so", base / "loop.c"], check=True)
        (base / "loop.py").write_text(f"import ctypes\nctypes.CDLL({str(base / 'loop.so')!r}).loop()\n")
        print(f"{'program':10}{'under':14}{'seconds':>9}{'ratio':>8}{'bytes left':>14}")
        for name, program, script in [
            ("training", [python, str(base / "training.py")], str(base / "training.py")),
            ("loop", [str(base / "loop")], str(base / "loop.py")),
        ]:
            ways = {
                "alone": program,
                "gauge": [unroll, "gauge", "--output", "left", "--"] + program,
                "gauge --exact": [unroll, "gauge", "--exact", "--output", "left", "--"] + program,
                "memray": [python, "-m", "memray", "run", "--native", "-q", "-o", "left", script],
            }
            if heaptrack:
                ways["heaptrack"] = [heaptrack, "-o", "left"] + program
            measure(name, ways, rounds, base)
        if not heaptrack:
            print("heaptrack is not there: apt-get install heaptrack")


def measure(name, ways, rounds, base):
    seconds = {way: [] for way in ways}
    left = {}
    names = list(ways)
    for number in range(-1, rounds):
        start = number % len(names)
        for way in names[start:] + names[:start]:
            folder = base / "run"
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            began = time.monotonic()
            done = subprocess.run(ways[way], cwd=folder, capture_output=True, text=True)
            taken = time.monotonic() - began
            if done.returncode != 0:
                sys.exit(f"{name} under {way}: exit code {done.returncode}: {done.stderr[-500:]}")
            # The first round warms up.
            if number >= 0:
                seconds[way].append(taken)
            left[way] = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    for way in names:
        ratio = statistics.median(one / alone for one, alone in zip(seconds[way], seconds["alone"]))
        print(f"{name:10}{way:14}{statistics.median(seconds[way]):9.3f}{ratio:8.2f}{left[way]:14,}", flush=True)


if __name__ == "__main__":
    main()
