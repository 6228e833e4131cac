#!/usr/bin/env python3
"""Make data sets of what packages ship.

    datasets.py AEON_WHEEL FOLDER

japanese-vowels.safetensors: 640 utterances of two Japanese vowels by nine speakers, 7 to 29 frames of 12 LPC cepstrum
coefficients each, and who speaks (Kudo, Toyama & Shimbo, Multidimensional curve classification using passing-through regions, 1999, doi
10.1016/S0167-8655(99)00077-X). From the UCI Machine Learning Repository (doi 10.24432/C5NS47), licence CC BY 4.0, as aeon
1.6.0 ships it (BSD-3-Clause). The split of the repository is not kept: the 640 are shuffled, for `validation` to choose from.
"""

import sys
import zipfile
from pathlib import Path

import numpy
from safetensors.numpy import save_file

VOWELS = "aeon/datasets/data/JapaneseVowels/JapaneseVowels_{}.ts"


def series(text):
    """[steps, channels] and the class of each case of a .ts file: channels between colons, then the class."""
    for line in text[text.lower().index("@data") :].splitlines()[1:]:
        *channels, label = line.strip().split(":")
        yield numpy.array([channel.split(",") for channel in channels], dtype=numpy.float32).T, int(label)


def japanese_vowels(wheel):
    with zipfile.ZipFile(wheel) as files:
        texts = [files.read(VOWELS.format(part)).decode() for part in ("TRAIN", "TEST")]
    cases = [case for text in texts for case in series(text)]
    cases = [cases[index] for index in numpy.random.default_rng(1).permutation(len(cases))]
    lengths = numpy.array([len(values) for values, _ in cases])
    # [T, B, D], as PyTorch has it by default; what is after a sequence's end is not read.
    inputs = numpy.zeros((lengths.max(), len(cases), cases[0][0].shape[1]), dtype=numpy.float32)
    for row, (values, _) in enumerate(cases):
        inputs[: len(values), row] = values
    return {"inputs": inputs, "targets": numpy.array([label - 1 for _, label in cases]), "lengths": lengths}


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder = Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    tensors = japanese_vowels(sys.argv[1])
    save_file(tensors, folder / "japanese-vowels.safetensors")
    print(f"{folder / 'japanese-vowels.safetensors'}: " + ", ".join(f"{n} {list(t.shape)}" for n, t in tensors.items()))
