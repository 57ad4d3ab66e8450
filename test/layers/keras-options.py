"""Writes keras-options.json: what options of Keras's layers give. Needs keras and numpy; not part of the tests."""

import json
import os
import sys

os.environ["KERAS_BACKEND"] = "numpy"
import numpy as np
import keras

L = keras.layers


def some_numbers(shape, seed):
    count = int(np.prod(shape))
    values = [np.float32(np.sin((i + 1) * 12.9898 * seed + seed) * 0.99) for i in range(count)]
    return np.array(values, "float32").reshape(shape)


def some_mask(shape):
    count = int(np.prod(shape))
    return np.array([(i * 7) % 3 != 0 for i in range(count)]).reshape(shape)


# name, ours, Keras's layer, shapes of inputs, call with masks by shape, training
CASES = [
    ("SpectralNormalization", {"layer": ["Dense", {"units": 3}]}, lambda: L.SpectralNormalization(L.Dense(3)), [[2, 4]], {}, True),
    ("SpectralNormalization", {"layer": ["Conv2D", {"filters": 2, "kernelSize": 2}], "powerIterations": 3}, lambda: L.SpectralNormalization(L.Conv2D(2, 2), power_iterations=3), [[2, 3, 4, 2]], {}, True),
    ("BatchNormalization", {}, lambda: L.BatchNormalization(), [[2, 5, 3]], {"mask": [2, 5]}, True),
    ("GlobalAveragePooling1D", {}, lambda: L.GlobalAveragePooling1D(), [[2, 5, 3]], {"mask": [2, 5]}, False),
    ("GlobalAveragePooling1D", {"keepDims": True}, lambda: L.GlobalAveragePooling1D(keepdims=True), [[2, 5, 3]], {"mask": [2, 5]}, False),
    ("UpSampling2D", {"size": [2, 3], "interpolation": "bicubic"}, lambda: L.UpSampling2D((2, 3), interpolation="bicubic"), [[2, 4, 3, 2]], {}, False),
    ("UpSampling2D", {"interpolation": "lanczos3"}, lambda: L.UpSampling2D(interpolation="lanczos3"), [[1, 4, 3, 2]], {}, False),
    ("MultiHeadAttention", {"numHeads": 2, "keyDim": 3, "slidingWindow": 2}, lambda: L.MultiHeadAttention(2, 3, sliding_window=2), [[2, 5, 4], [2, 5, 4]], {}, False),
    ("MultiHeadAttention", {"numHeads": 2, "keyDim": 3, "valueDim": 2, "useGate": True}, lambda: L.MultiHeadAttention(2, 3, value_dim=2, use_gate=True), [[2, 3, 4], [2, 5, 4]], {}, False),
    ("GroupQueryAttention", {"headDim": 3, "numQueryHeads": 4, "numKeyValueHeads": 2, "slidingWindow": 2, "useGate": True}, lambda: L.GroupQueryAttention(3, 4, 2, sliding_window=2, use_gate=True), [[2, 5, 4], [2, 5, 4]], {}, False),
    ("Bidirectional", {"layer": ["LSTM", {"units": 3}], "backwardLayer": ["GRU", {"units": 3, "goBackwards": True}]}, lambda: L.Bidirectional(L.LSTM(3), backward_layer=L.GRU(3, go_backwards=True)), [[2, 4, 2]], {}, False),
]

out = []
for name, args, make, shapes, masks, training in CASES:
    layer = make()
    inputs = [some_numbers(s, 2 + i) for i, s in enumerate(shapes)]
    call = {k: some_mask(s) for k, s in masks.items()}
    if name != "Bidirectional" and name not in ("UpSampling2D",):
        call["training"] = training
    layer(*inputs, **call)
    for i, w in enumerate(layer.weights):
        w.assign(np.abs(some_numbers(w.shape, 3 + i)) if "variance" in w.path else some_numbers(w.shape, 3 + i))
    y = np.array(layer(*inputs, **call))
    case = {"layer": name, "args": args, "inputs": shapes, "masks": masks, "training": training}
    case["weights"] = [list(w.shape) for w in layer.weights]
    case["shape"] = list(y.shape)
    case["output"] = [float("%.7g" % v) for v in y.reshape(-1)]
    if training:
        state = layer.weights[1] if name == "SpectralNormalization" else layer.weights[2]
        case["state"] = [float("%.7g" % v) for v in np.array(state).reshape(-1)]
    out.append(case)
about = f"Computed by Keras {keras.__version__} with the NumPy backend (keras-options.py). Weights in Keras's order are someNumbers of seeds 3, 4, …; inputs of seeds 2, 3, …."
json.dump({"about": about, "cases": out}, sys.stdout)
