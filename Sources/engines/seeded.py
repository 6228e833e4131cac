"""unroll's random numbers: the same bits here as there (Sources/Noise)."""

import numpy as np

MASK = (1 << 64) - 1
# Of bfloat16 are products alone: parameters and data are Float's.
DTYPES = {"float": np.float32, "double": np.float64, "bfloat16": np.float32}


def noise_key(*words):
    """SplitMix64's finaliser over each word in turn."""
    value = 0
    for word in words:
        value = ((value ^ word) + 0x9E3779B97F4A7C15) & MASK
        value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
        value ^= value >> 31
    return value


def noise(count, key, dtype, first=0):
    """Uniform numbers in [-1, 1], [count], of the places from `first` on."""
    value = np.arange(first, first + count, dtype=np.uint32) + np.uint32(key & 0xFFFFFFFF)
    value ^= value >> np.uint32(16)
    value = value * np.uint32(0x7FEB352D) ^ np.uint32(key >> 32)
    value ^= value >> np.uint32(15)
    value = value * np.uint32(0x846CA68B)
    value ^= value >> np.uint32(16)
    return value.view(np.int32).astype(dtype) * dtype(2**-31)


def noise_at(place, key, dtype=np.float64):
    """The number that `noise` puts at one place."""
    return noise(1, key, dtype, first=place)[0]
