"""The programs under test, run as `unroll` runs them. UNROLL names unroll; unroll-trial is next to it."""

import os
import subprocess
import sys
import tempfile

ENGINES = os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir)
UNROLL = os.path.abspath(os.environ["UNROLL"])
os.environ["UNROLL"] = UNROLL
TOLERANCES = {"float": 1e-5, "double": 1e-12}


def command(engine):
    """How an engine is called: one of this folder, unroll itself, or another program."""
    if engine == "unroll":
        return [os.path.join(os.path.dirname(UNROLL), "unroll-trial")]
    return [sys.executable, os.path.join(ENGINES, engine, "trial.py")]


def asked(engine, words, lines="go\n"):
    """The process after its input has ended."""
    return subprocess.run(
        [*command(engine), "measure", *words], input=lines, capture_output=True, text=True, timeout=300
    )


def figures(engine, words, lines="go\n"):
    """The figures of each line that is asked for."""
    done = asked(engine, words, lines)
    if done.returncode != 0:
        raise AssertionError(f"{engine} {' '.join(words)}: exit code {done.returncode}: {done.stderr[-2000:]}")
    ready, *answers = done.stdout.splitlines()
    # unroll's own program says behind the word what it did before.
    assert ready.split(" ")[0] == "ready", ready
    return [dict(word.split("=") for word in line.split()) for line in answers]


def loss(engine, words, lines="go\n"):
    """The loss of each line that is asked for."""
    return [float(line["loss"]) for line in figures(engine, words, lines)]


def words(**factors):
    """`key=value` words of a small network."""
    return [f"{key}={value}" for key, value in ({"input": 5, "hidden": 17, "batch": 3, "length": 13} | factors).items()]


def exported(**factors):
    """unroll's tensors of a trial, and the path of the file that has them, which stays."""
    folder = tempfile.mkdtemp(prefix="unroll-engines-")
    path, flags = os.path.join(folder, "trial.safetensors"), []
    if factors.get("strategy", "").startswith("multistage"):
        flags += ["--disk", folder]
    for key, value in ({"input": 5, "hidden": 17, "batch": 3, "length": 13, "strategy": "full"} | factors).items():
        flags += [f"--{key.replace('_', '-')}"] + ([] if value is True else [str(value)])
    done = subprocess.run(
        [UNROLL, "measure", *flags, "--repetitions", "1", "--export", path], capture_output=True, text=True
    )
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    from safetensors.numpy import load_file

    return load_file(path), path
