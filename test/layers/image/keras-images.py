"""Writes keras-images.json: what Keras's image layers give. Needs keras, numpy and scipy; not part of the tests."""

import importlib
import json
import os
import re
import sys

os.environ["KERAS_BACKEND"] = "numpy"
import numpy as np
import keras

backend = importlib.import_module("keras.src.backend.numpy")

# Draws are replaced: every uniform number of example b is DRAWS[b].
DRAWS = [0.3, 0.8]


def uniform(shape, minval=0.0, maxval=1.0, dtype=None, seed=None):
    u = np.zeros(tuple(shape), "float32")
    for b in range(len(u) if u.ndim else 0):
        u[b] = DRAWS[b % 2]
    return (minval + (maxval - minval) * u).astype("float32")


backend.random.uniform = uniform


def some_numbers(shape, seed):
    count = int(np.prod(shape))
    values = [np.float32(np.sin((i + 1) * 12.9898 * seed + seed) * 0.99) for i in range(count)]
    return np.array(values, "float32").reshape(shape)


def images(shape, low, high):
    unit = (some_numbers(shape, 2) * np.float32(0.5) + np.float32(0.5)).astype("float32")
    return (unit * np.float32(high - low) + np.float32(low)).astype("float32")


def snake(name):
    return re.sub(r"([A-Z0-9]+)", lambda m: "_" + m.group(1).lower() if m.group(1).isalpha() else m.group(1), name)


def python(value):
    if isinstance(value, list):
        return tuple(value)
    if value == "horizontalAndVertical":
        return "horizontal_and_vertical"
    return value


CASES = json.load(open(sys.argv[1]))
for case in CASES:
    args = {snake(k): python(v) for k, v in case["args"].items()}
    layer = getattr(keras.layers, case["layer"])(**args)
    x = images(case["input"], *case.get("range", [0, 1]))
    y = np.array(layer(x, training=True))
    case["shape"] = list(y.shape)
    case["output"] = [float("%.7g" % v) for v in y.reshape(-1)]
about = f"Computed by Keras {keras.__version__} with the NumPy backend (keras-images.py) while training; every uniform draw of the first example is {DRAWS[0]}, of the second {DRAWS[1]}."
json.dump({"about": about, "cases": CASES}, sys.stdout)
