"""What the peers share: a trial's words, its numbers, the gauges, and the conversation with `unroll`.

A peer is a program that is asked as `unroll-trial` is: `measure key=value…`. It prints `ready` when everything is made and
compiled, then a line of figures for every line it reads, and ends with its input. Its parameters, inputs and targets are
those that unroll-trial makes of the same seed, so that equal losses say that equal work was done.
"""

import ctypes
import os
import sys
import time

import numpy as np

GATES = {"elman": 1, "lstm": 4, "gru": 3}


class Trial:
    """The words of a trial."""

    def __init__(self, words):
        self.given = given = dict(word.split("=", 1) for word in words)
        self.cell = given["cell"]
        self.layers, self.input, self.hidden, self.batch, self.length = (
            int(given[key]) for key in ("layers", "input", "hidden", "batch", "length")
        )
        self.task, self.seed, self.threads = given["task"], int(given["seed"]), int(given["threads"])
        self.warmup = int(given.get("warmup", 1))
        name, _, rest = given["strategy"].partition(":")
        self.strategy = name
        self.parameters = {key: int(value) for key, value in (pair.split("=") for pair in rest.split(",") if pair)}
        self.gates = GATES[self.cell]
        if self.task != "noise" or given["scalar"] != "float" or given["inputs"] != "resident":
            refuse("a peer is measured with task=noise, scalar=float and inputs=resident")
        self.outputs = 8

    def width(self, layer):
        return self.input if layer == 0 else self.hidden

    @property
    def flops(self):
        """Of forward and backward, counted as for unroll: products alone, nothing for the bottom layer's inputs."""
        columns = self.gates * self.hidden
        forward = sum(2 * self.batch * columns * (self.width(layer) + self.hidden) for layer in range(self.layers))
        backward = 2 * forward - 2 * self.batch * columns * self.input
        head = 3 * 2 * self.batch * self.hidden * self.outputs
        return forward, backward, head

    def parameters_of_network(self):
        """By PyTorch's names and in its shapes, drawn as `Network.initialize(seed:)` does."""
        shapes = []
        for layer in range(self.layers):
            columns = self.gates * self.hidden
            shapes += [
                (f"weight_ih_l{layer}", (columns, self.width(layer))),
                (f"weight_hh_l{layer}", (columns, self.hidden)),
                (f"bias_ih_l{layer}", (columns,)),
                (f"bias_hh_l{layer}", (columns,)),
            ]
        shapes += [("head.weight", (self.outputs, self.hidden)), ("head.bias", (self.outputs,))]
        bound = np.float32(1) / np.sqrt(np.float32(self.hidden))
        values = {}
        for index, (name, shape) in enumerate(shapes):
            flat = noise(int(np.prod(shape)), key(self.seed, 0x70617261, index)) * bound
            values[name] = np.ascontiguousarray(flat.reshape(shape[::-1]).T)
        return values

    def inputs_and_targets(self):
        """[T, B, D] and [T, B, O]."""
        inputs = np.empty((self.length, self.batch, self.input), np.float32)
        targets = np.empty((self.length, self.batch, self.outputs), np.float32)
        for step in range(self.length):
            inputs[step].flat = noise(inputs[step].size, key(self.seed, 0x72696768, step))
            targets[step].flat = noise(targets[step].size, key(self.seed, 0x676F616C, step))
        return inputs, targets


def key(*words):
    """SplitMix64's finaliser over each word in turn, as `noiseKey`."""
    mask, value = (1 << 64) - 1, 0
    for word in words:
        value = ((value ^ word) + 0x9E3779B97F4A7C15) & mask
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & mask
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & mask
        value ^= value >> 31
    return value


def noise(count, key):
    """Uniform in [-1, 1], as `Scalar.fillNoise`."""
    value = np.arange(count, dtype=np.uint32) + np.uint32(key & 0xFFFFFFFF)
    value ^= value >> np.uint32(16)
    value = value * np.uint32(0x7FEB352D) ^ np.uint32(key >> 32)
    value ^= value >> np.uint32(15)
    value = value * np.uint32(0x846CA68B)
    value ^= value >> np.uint32(16)
    return value.view(np.int32).astype(np.float32) * np.float32(2**-31)


class ThreadPeak:
    """jemalloc's thread.peak: the most that this thread held above what it held at the last reset."""

    def __init__(self):
        library = ctypes.CDLL(None)
        if not hasattr(library, "mallctl"):
            refuse("jemalloc is not preloaded; set LD_PRELOAD=libjemalloc.so.2")
        self.mallctl = library.mallctl

    def reset(self):
        if self.mallctl(b"thread.peak.reset", None, None, None, ctypes.c_size_t(0)) != 0:
            refuse("this jemalloc knows no thread.peak")

    @property
    def bytes(self):
        value, size = ctypes.c_uint64(), ctypes.c_size_t(8)
        self.mallctl(b"thread.peak.read", ctypes.byref(value), ctypes.byref(size), None, ctypes.c_size_t(0))
        return value.value


def restart_resident_peak():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def resident_peak():
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))


def refuse(message):
    print(message, file=sys.stderr)
    sys.exit(64)


def use_processors(count):
    """Keeps the process to as many processors as the trial has threads: what counts them counts these."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:count])


def converse(trial, step, figures):
    """Answers each line with a training step.

    step: one training step; returns its loss when everything it began is done.
    figures: what to say besides time and loss, called after the step.
    """
    for _ in range(trial.warmup):
        step()
    print("ready", flush=True)
    for _ in sys.stdin:
        restart_resident_peak()
        start = time.perf_counter()
        loss = step()
        seconds = time.perf_counter() - start
        line = {"peak_rss_bytes": resident_peak(), "wall_seconds": seconds, "loss": loss} | figures()
        print(" ".join(f"{name}={value}" for name, value in line.items()), flush=True)
