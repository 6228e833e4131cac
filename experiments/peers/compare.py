#!/usr/bin/env python3
"""unroll, PyTorch and JAX side by side: the same cells, shapes, numbers and threads, measured in turn.

    compare.py [--trial UNROLL-TRIAL] [--results DIR] [--rounds N] [--only TEXT…]

Every system is a process that answers a line with a training step (forward, loss, backward, all weight gradients). In each
round every one answers once, the others stopped: an idle OpenMP thread spins for a while and would take a processor from
whoever comes next. Time is the median over rounds of the ratio within a round. The peak is what a step adds above weights,
gradients and inputs: of unroll the live bytes of all tensors, of PyTorch jemalloc's thread.peak, of JAX the compiled
program's temporary memory.

Writes DIR/peers.csv, a row for each repetition, DIR/comparison.md, DIR/ratios.md and DIR/peers.svg. Groups that peers.csv has already are
not measured again: run the same command to go on, or with --fresh to begin anew.
"""

import argparse
import csv
import math
import os
import re
import signal
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
COLUMNS = (
    "question,cell,layers,input,hidden,batch,length,threads,system,strategy,round,wall_seconds,step_bytes,"
    "peak_rss_bytes,weights_bytes,gradients_bytes,inputs_bytes,gflops,loss,ready_seconds"
).split(",")

# (T, B, D = H, layers), cells, what time and peak may be of the better peer's.
SHAPES = [
    ((512, 32, 512, 1), {"elman": (0.85, 0.30), "lstm": (0.85, 0.45), "gru": (0.85, 0.45)}),
    ((1000, 32, 256, 1), {"elman": (0.75, 0.30), "lstm": (0.75, 0.45), "gru": (0.75, 0.45)}),
    ((512, 32, 128, 1), {"elman": (0.75, 0.30), "lstm": (0.75, 0.45), "gru": (0.75, 0.45)}),
    ((2048, 1, 128, 1), {"elman": (0.70, 0.30), "lstm": (0.70, 0.45), "gru": (0.70, 0.45)}),
    ((100, 64, 512, 4), {"lstm": (0.85, 0.45)}),
]
FULL = [("unroll", "full"), ("pytorch", "full"), ("jax", "full"), ("jax-outside", "full")]
# Each at several lengths of a segment, and with as many saved states as Equinox's loop has.
CHECKPOINTED = [
    ("unroll", strategy) for strategy in ("segmented:length=20", "segmented:length=25", "binomial:slots=32")
] + [
    (system, f"segmented:length={length}") for system in ("pytorch", "jax") for length in (20, 25, 40, 50)
] + [("equinox", "binomial:slots=32")]
TRUNCATED = [(system, "truncated:window=50") for system in ("unroll", "pytorch", "jax")]


class System:
    """A process that trains a step for every line it reads."""

    def __init__(self, name, trial, words):
        environment = dict(os.environ)
        if name == "unroll":
            command = [trial]
        elif name == "pytorch":
            command = [sys.executable, f"{HERE}/pytorch_trial.py"]
            # The settings that unroll-trial gives itself: without, every step maps its pages anew.
            environment["LD_PRELOAD"] = "libjemalloc.so.2"
            environment["MALLOC_CONF"] = "thp:always,lg_extent_max_active_fit:30,dirty_decay_ms:-1,muzzy_decay_ms:-1"
        else:
            command = [sys.executable, f"{HERE}/jax_trial.py"]
            words = words + ["form=outside" if name == "jax-outside" else "form=inside"]
        begin = time.monotonic()
        self.process = subprocess.Popen(
            command + ["measure"] + words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        if self.process.stdout.readline() != "ready\n":
            sys.exit(f"{name} did not get ready: {' '.join(words)}")
        self.ready_seconds = time.monotonic() - begin
        self.stop()

    def step(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        self.stop()
        if not line:
            sys.exit(f"{self.process.args[0]} ended before it had answered")
        return dict(word.split("=", 1) for word in line.split())

    def stop(self):
        """Waits until it stands still: when JAX has answered it gives its memory back, hundreds of megabytes in one call of the
        kernel, which took a processor from whoever came next for up to 30 ms."""
        self.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def end(self):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.close()
        self.process.wait()


def measure(trial, question, shape, cell, threads, contestants, rounds):
    """Rows of all repetitions."""
    length, batch, hidden, layers = shape
    facts = {
        "cell": cell, "layers": layers, "input": hidden, "hidden": hidden, "batch": batch, "length": length,
        "threads": threads,
    }
    systems = {}
    for name, strategy in contestants:
        words = [f"{key}={value}" for key, value in facts.items()]
        words += [f"strategy={strategy}", "task=noise", "inputs=resident", "scalar=float", "seed=1", "warmup=2"]
        systems[name, strategy] = System(name, trial, words)
    rows, order = [], list(systems)
    for round in range(1, rounds + 1):
        for name, strategy in order:
            figures = systems[name, strategy].step()
            above = int(figures["peak_bytes"]) - sum(
                int(figures[key]) for key in ("weights_bytes", "gradients_bytes", "inputs_bytes"))
            rows.append(
                {"question": question, **facts, "system": name, "strategy": strategy, "round": round}
                | {key: figures[key] for key in COLUMNS if key in figures}
                | {"step_bytes": above, "ready_seconds": round_to(systems[name, strategy].ready_seconds)}
                | {"gflops": round_to(float(figures["flops"]) / float(figures["wall_seconds"]) / 1e9)}
            )
        order.append(order.pop(0))
    for system in systems.values():
        system.end()
    losses = {float(row["loss"]) for row in rows if row["question"] != "truncated"}
    if losses and max(losses) - min(losses) > 1e-4 * max(losses):
        sys.exit(f"the systems did not do the same work: losses from {min(losses)} to {max(losses)}")
    return rows


def title(row):
    return "{question} T={length} B={batch} H={hidden} L={layers} {cell} threads={threads}".format(**row)


def round_to(value):
    return float(f"{value:.4g}")


def times(rows, contestant):
    return [float(row["wall_seconds"]) for row in rows if (row["system"], row["strategy"]) == contestant]


def step_bytes(rows, contestant):
    return next(int(row["step_bytes"]) for row in rows if (row["system"], row["strategy"]) == contestant)


def ratio(ours, theirs):
    """Median of the ratios within rounds, and their range."""
    ratios = [a / b for a, b in zip(ours, theirs)]
    return statistics.median(ratios), min(ratios), max(ratios)


def contestants(rows, ours):
    return sorted({(row["system"], row["strategy"]) for row in rows if (row["system"] == "unroll") == ours})


def figure(value, low, high):
    return f"{value:.2f} [{low:.2f}, {high:.2f}]"


def milliseconds(seconds):
    return f"{1000 * statistics.median(seconds):.3g} ms"


def mib(value):
    return f"{value / 2**20:.3g} MiB"


def groups(rows, question):
    """Rows of each shape, cell and number of threads, in the order of the file."""
    found = {}
    for row in rows:
        if row["question"] == question:
            key = tuple(row[name] for name in ("length", "batch", "hidden", "layers", "cell", "threads"))
            found.setdefault(key, []).append(row)
    return found.items()


def full_table(rows):
    lines = [
        "| T, B, D=H, L | cell | threads | unroll | GFLOP/s | faster peer | time ratio | wanted | unroll's step | smaller "
        "peer | peak ratio | wanted |",
        "|---|---|--:|--:|--:|---|--:|--:|--:|---|--:|--:|",
    ]
    time_ratios, peak_ratios = [], []
    wanted = {(*map(str, shape), cell): figures for shape, cells in SHAPES for cell, figures in cells.items()}
    for (length, batch, hidden, layers, cell, threads), group in groups(rows, "full"):
        ours = ("unroll", "full")
        peers = contestants(group, ours=False)
        faster = min(peers, key=lambda peer: statistics.median(times(group, peer)))
        smaller = min(peers, key=lambda peer: step_bytes(group, peer))
        time_ratio = ratio(times(group, ours), times(group, faster))
        peak_ratio = step_bytes(group, ours) / step_bytes(group, smaller)
        time_ratios.append(time_ratio[0])
        peak_ratios.append(peak_ratio)
        time_wanted, peak_wanted = wanted[length, batch, hidden, layers, cell]
        rate = statistics.median(float(row["gflops"]) for row in group if row["system"] == "unroll")
        lines.append(
            f"| {length}, {batch}, {hidden}, {layers} | {cell} | {threads} | {milliseconds(times(group, ours))} "
            f"| {rate:.0f} | {faster[0]} {milliseconds(times(group, faster))} | {figure(*time_ratio)} "
            f"| {verdict(time_ratio[0], time_wanted)} | {mib(step_bytes(group, ours))} "
            f"| {smaller[0]} {mib(step_bytes(group, smaller))} | {peak_ratio:.2f} | {verdict(peak_ratio, peak_wanted)} |"
        )
    lines.append(
        f"| geometric mean | | | | | | {statistics.geometric_mean(time_ratios):.2f} | | | "
        f"| {statistics.geometric_mean(peak_ratios):.2f} | |"
    )
    return lines


def ratios_table(rows):
    """Full unrolling in few columns: time on each number of threads, and the peak."""
    cases, all_ratios = {}, {"2": [], "1": [], "peak": []}
    for (length, batch, hidden, layers, cell, threads), group in groups(rows, "full"):
        ours = ("unroll", "full")
        peers = contestants(group, ours=False)
        faster = min(peers, key=lambda peer: statistics.median(times(group, peer)))
        smaller = min(step_bytes(group, peer) for peer in peers)
        case = cases.setdefault((length, batch, hidden, layers, cell), {})
        time_ratio, peak_ratio = ratio(times(group, ours), times(group, faster)), step_bytes(group, ours) / smaller
        case[threads] = figure(*time_ratio) + f" of {faster[0].split('-')[0]}"
        case["peak"] = f"{peak_ratio:.2f}"
        all_ratios[threads].append(time_ratio[0])
        all_ratios["peak"].append(peak_ratio)
    lines = [
        "| T, B, D = H | layers | cell | time, 2 threads | time, 1 thread | peak |",
        "| :---------- | -----: | :--- | :-------------- | :------------- | ---: |",
    ]
    for (length, batch, hidden, layers, cell), case in cases.items():
        lines.append(
            f"| {length}, {batch}, {hidden} | {layers} | {cell} | {case.get('2', '')} | {case.get('1', '')} | {case['peak']} |"
        )
    means = [f"{statistics.geometric_mean(all_ratios[key]):.2f}" if all_ratios[key] else "" for key in ("2", "1", "peak")]
    lines.append("| geometric mean | | | " + " | ".join(means) + " |")
    return lines


def verdict(value, wanted):
    return f"≤ {wanted:.2f} {'yes' if value <= wanted else 'no'}"


def checkpointed_table(rows):
    lines = [
        "| T, B, D=H, L | cell | threads | system | strategy | time | peak of a step | unroll's time | unroll's peak |",
        "|---|---|--:|---|---|--:|--:|--:|--:|",
    ]
    for question in ("checkpointed", "truncated"):
        for (length, batch, hidden, layers, cell, threads), group in groups(rows, question):
            own = contestants(group, ours=True)
            for peer in contestants(group, ours=False):
                # The fastest of ours that needs no more memory than the peer.
                small = [mine for mine in own if step_bytes(group, mine) <= step_bytes(group, peer)]
                best = min(small or own, key=lambda mine: statistics.median(times(group, mine)))
                lines.append(
                    f"| {length}, {batch}, {hidden}, {layers} | {cell} | {threads} | {peer[0]} | {peer[1]} "
                    f"| {milliseconds(times(group, peer))} | {mib(step_bytes(group, peer))} "
                    f"| {figure(*ratio(times(group, best), times(group, peer)))} of it, {best[1]} "
                    f"| {step_bytes(group, best) / step_bytes(group, peer):.2f} of it |"
                )
    return lines


def preparation_table(rows):
    lines = ["| system | seconds until ready, median |", "|---|--:|"]
    for system in sorted({row["system"] for row in rows}):
        seconds = [float(row["ready_seconds"]) for row in rows if row["system"] == system and row["round"] in ("1", 1)]
        lines.append(f"| {system} | {statistics.median(seconds):.2g} |")
    return lines


def tables(rows):
    paragraphs = [
        "# unroll beside PyTorch and JAX",
        "One training step: forward, squared error at every step, backward, all weight gradients; Float, noise in and out, "
        "inputs in memory. Ratios are unroll's over the peer's: the median of the ratios within rounds, and their range in "
        "brackets. Below 1, unroll is faster or smaller. The peak is what the step adds above weights, gradients and inputs.",
        "## Full unrolling",
        "\n".join(full_table(rows)),
        "## Checkpointed and truncated",
        "\n".join(checkpointed_table(rows)),
        "## Getting ready",
        "Start, parameters and data, compilation and two warm-up steps; no part of the times above.",
        "\n".join(preparation_table(rows)),
    ]
    return "\n\n".join(paragraphs) + "\n"


# Of pictures on white and on a dark screen: those of Sources/Reports/Plots/Palette.swift.
COLOURS = {"elman": ("#cf7b26", "#f4c677"), "lstm": ("#3263b5", "#5dadfc"), "gru": ("#0da26b", "#33a182")}
GREYS = [("#222222", "#cbcbcb"), ("#999999", "#6c6c6c"), ("#dddddd", "#363636"), ("#ffffff", "#1a1a1a")]


def themed(svg, title):
    """A picture of gnuplot's with the rule for a dark screen, as wide as there is room for, and without gnuplot's name."""
    svg = re.sub(r"rgb\( *(\d+), *(\d+), *(\d+)\)", lambda m: "#%02x%02x%02x" % tuple(map(int, m.groups())), svg)
    svg = svg.replace('"black"', '"#222222"').replace('"#000000"', '"#222222"').replace("#FFFFFF", "#ffffff")
    rules = "\n".join(
        "".join(f'[{use}="{light}"]{{{use}:{dark}}}' for use in ("fill", "stroke", "color"))
        for light, dark in [*COLOURS.values(), *GREYS])
    style = f"<style>@media (prefers-color-scheme:dark){{{rules}}}</style>"
    svg = re.sub(r"<title>.*?</title>\s*<desc>.*?</desc>", f"<title>{title}</title>\n{style}", svg, count=1, flags=re.S)
    return re.sub(r'width="\d+" height="\d+"', 'width="600" height="638" style="max-width:100%;height:auto"', svg, count=1)


def plot(rows, path):
    """A point for each shape, cell and number of threads: time ratio against peak ratio."""
    points = []
    for (length, batch, hidden, layers, cell, threads), group in groups(rows, "full"):
        ours = ("unroll", "full")
        peers = contestants(group, ours=False)
        faster = min(peers, key=lambda peer: statistics.median(times(group, peer)))
        time_ratio = ratio(times(group, ours), times(group, faster))[0]
        peak_ratio = step_bytes(group, ours) / min(step_bytes(group, peer) for peer in peers)
        points.append((cell, int(threads), time_ratio, peak_ratio, f"T{length} B{batch} H{hidden}"))
    blocks = []
    for cell in ("elman", "lstm", "gru"):
        for threads in (1, 2):
            block = [point for point in points if point[:2] == (cell, threads)]
            if block:
                blocks.append("\n".join(f'{time} {peak} "{label}"' for _, _, time, peak, label in block) + "\ne\n")
    # Filled circles of one thread, hollow squares of two: told apart without colour.
    series = ", ".join(
        f"'-' using 1:2 with points pt {7 - 3 * (threads - 1)} ps 0.9 lw 1.5 lc rgb '{COLOURS[cell][0]}' "
        f"title '{cell}, {threads} thread{'s' if threads > 1 else ''}'"
        for cell in COLOURS for threads in (1, 2) if any(point[:2] == (cell, threads) for point in points)
    )
    script = f"""set terminal svg size 480,510 fixed font 'sans-serif,13' background '#ffffff'
set output '{path}'
set xlabel "time of unroll's training step over the faster peer's" offset 0,0.5 textcolor rgb '#222222'
set ylabel "peak of unroll's training step over the smaller peer's" textcolor rgb '#222222'
set xrange [0:1.2]
set yrange [0:1.2]
set xtics 0.2
set ytics 0.2
set border 3 lc rgb '#222222'
set tics nomirror textcolor rgb '#222222'
set arrow from 1,0 to 1,1.2 nohead lc rgb '#999999' dt 2
set arrow from 0,1 to 1.2,1 nohead lc rgb '#999999' dt 2
set bmargin at screen 0.26
set key at screen 0.5,0.01 bottom center horizontal maxcols 2 spacing 1.1 textcolor rgb '#222222'
set grid lc rgb '#dddddd'
plot {series}
{''.join(blocks)}"""
    subprocess.run(["gnuplot"], input=script, text=True, check=True)
    with open(path) as file:
        svg = file.read()
    with open(path, "w") as file:
        file.write(themed(svg, "Time and memory of full unrolling beside PyTorch and JAX"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trial", default=".build/release/unroll-trial", help="the measured process of unroll")
    parser.add_argument("--results", default="results/peers", help="where to write")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=[], help="only groups with all these words, as lstm or threads=2")
    parser.add_argument("--fresh", action="store_true", help="begin anew")
    parser.add_argument("--groups", type=int, help="measure at most so many groups")
    arguments = parser.parse_args()
    path = f"{arguments.results}/peers.csv"
    os.makedirs(arguments.results, exist_ok=True)
    if arguments.fresh or not os.path.exists(path):
        with open(path, "w") as file:
            file.write(",".join(COLUMNS) + "\n")
    with open(path, newline="") as file:
        done = {title(row) for row in csv.DictReader(file)}
    plans = [("full", shape, cell, FULL) for shape, cells in SHAPES for cell in cells]
    plans += [("checkpointed", (1000, 32, 256, 1), cell, CHECKPOINTED) for cell in ("elman", "lstm", "gru")]
    plans += [("truncated", (1000, 32, 256, 1), "lstm", TRUNCATED)]
    left = arguments.groups
    for threads in (2, 1):
        for question, shape, cell, systems in plans:
            length, batch, hidden, layers = shape
            name = title({
                "question": question, "length": length, "batch": batch, "hidden": hidden, "layers": layers,
                "cell": cell, "threads": threads})
            if name in done or left == 0 or not all(word in name.split() for word in arguments.only):
                continue
            print(name, file=sys.stderr, flush=True)
            rows = measure(arguments.trial, question, shape, cell, threads, systems, arguments.rounds)
            # All of a group or nothing.
            with open(path, "a", newline="") as file:
                csv.DictWriter(file, COLUMNS, lineterminator="\n").writerows(rows)
            left = left and left - 1
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    text = tables(rows)
    with open(f"{arguments.results}/comparison.md", "w") as file:
        file.write(text)
    with open(f"{arguments.results}/ratios.md", "w") as file:
        file.write("\n".join(ratios_table(rows)) + "\n")
    plot(rows, f"{arguments.results}/peers.svg")
    print(text)


if __name__ == "__main__":
    main()
