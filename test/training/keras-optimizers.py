"""Writes keras-optimizers.json: what Keras's optimisers make of a matrix and a vector in 50 steps.

    pip install keras jax numpy && KERAS_BACKEND=jax python test/training/keras-optimizers.py
"""

import json
import math
import os
import re

os.environ.setdefault("KERAS_BACKEND", "jax")
import keras
import numpy as np

SCHEDULES = {
    "cosineDecay(initialLearningRate: 0.01, decaySteps: 20, alpha: 0.1, warmupTarget: 0.05, warmupSteps: 10)": lambda s: s.CosineDecay(0.01, 20, 0.1, warmup_target=0.05, warmup_steps=10),
    "piecewiseConstantDecay([10, 30], [0.05, 0.02, 0.01])": lambda s: s.PiecewiseConstantDecay([10, 30], [0.05, 0.02, 0.01]),
}
# Name in .nn, its arguments there.
CASES = [
    ("sgd", {}),
    ("sgd", {"learningRate": 0.05, "momentum": 0.9}),
    ("sgd", {"learningRate": 0.05, "momentum": 0.8, "nesterov": True, "weightDecay": 0.01}),
    ("sgd", {"clipNorm": 0.5}),
    ("sgd", {"clipValue": 0.3}),
    ("sgd", {"globalClipNorm": 0.7}),
    ("sgd", {"useEma": True, "emaMomentum": 0.9}),
    ("sgd", {"learningRate": 0.05, "useEma": True, "emaMomentum": 0.8, "emaOverwriteFrequency": 7}),
    ("sgd", {"learningRate": 0.05, "gradientAccumulationSteps": 3}),
    ("adam", {"learningRate": 0.02}),
    ("adam", {"learningRate": 0.02, "amsgrad": True, "beta1": 0.8, "beta2": 0.95, "epsilon": 0.001}),
    ("adam", {"learningRate": 0.02, "gradientAccumulationSteps": 4, "globalClipNorm": 1, "weightDecay": 0.05}),
    *[("adam", {"learningRate": text}) for text in SCHEDULES],
    ("adamW", {}),
    ("adamW", {"learningRate": 0.02, "weightDecay": 0.1, "amsgrad": True}),
    ("rmsprop", {}),
    ("rmsprop", {"learningRate": 0.01, "rho": 0.8, "momentum": 0.5, "centered": True, "epsilon": 0.01}),
    ("adagrad", {"learningRate": 0.1, "initialAccumulatorValue": 0.5, "weightDecay": 0.01}),
    ("adadelta", {"learningRate": 1, "rho": 0.9}),
    ("adamax", {"learningRate": 0.02}),
    ("nadam", {"learningRate": 0.02}),
    ("nadam", {"learningRate": 0.02, "gradientAccumulationSteps": 2}),
    ("lion", {"learningRate": 0.01, "weightDecay": 0.1}),
    ("lamb", {"learningRate": 0.02}),
    ("lamb", {"learningRate": 0.02, "weightDecay": 0.1}),
    ("ftrl", {"learningRate": 0.1}),
    ("ftrl", {"learningRate": 0.1, "learningRatePower": -0.8, "initialAccumulatorValue": 0.3, "l1RegularizationStrength": 0.2, "l2RegularizationStrength": 0.1, "l2ShrinkageRegularizationStrength": 0.05, "beta": 0.02}),
    ("adafactor", {"learningRate": 0.05}),
    ("adafactor", {"learningRate": 0.5, "beta2Decay": -0.5, "clipThreshold": 0.5, "epsilon2": 0.2, "relativeStep": False}),
    ("muon", {"learningRate": 0.02}),
    ("muon", {"learningRate": 0.02, "momentum": 0.8, "nesterov": False, "nsSteps": 3, "rmsRate": 0.4, "weightDecay": 0.1, "adamWeightDecay": 0.2}),
    ("muon", {"learningRate": 0.02, "excludeLayers": ["dense"], "adamLrRatio": 0.5}),
    ("scheduleFreeAdamW", {}),
    ("scheduleFreeAdamW", {"learningRate": 0.02, "beta1": 0.8, "warmupSteps": 20, "weightDecay": 0.05}),
]
CLASSES = {"sgd": "SGD", "adamW": "AdamW", "rmsprop": "RMSprop", "scheduleFreeAdamW": "ScheduleFreeAdamW"}
SPELT = {"clipNorm": "clipnorm", "clipValue": "clipvalue", "globalClipNorm": "global_clipnorm"}


def snake(name):
    apart = re.sub(r"(?<=[a-z]{2})(\d)", r"_\1", name)
    return SPELT.get(name) or re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), apart)


def optimizer(name, arguments):
    given = {snake(key): value for key, value in arguments.items()}
    if given.get("learning_rate") in SCHEDULES:
        given["learning_rate"] = SCHEDULES[given["learning_rate"]](keras.optimizers.schedules)
    elif "learning_rate" in given:
        given["learning_rate"] = float(given["learning_rate"])
    return getattr(keras.optimizers, CLASSES.get(name, name[0].upper() + name[1:]))(**given)


def start(shape, shift):
    size = int(np.prod(shape))
    return np.array([math.sin(1.3 * i + shift) for i in range(size)], "float32").reshape(shape)


def run(name, arguments):
    weights = [
        keras.Variable(start((3, 4), 0.5), name="kernel", trainable=True),
        keras.Variable(start((4,), 2.0), name="bias", trainable=True),
    ]
    for weight in weights:
        weight._path = f"dense/{weight.name}"
    used = optimizer(name, arguments)
    used.build(weights)
    snapshots = {}
    for step in range(1, 51):
        gradients = []
        for weight in weights:
            value = keras.ops.convert_to_numpy(weight)
            factors = np.array([(1, 0.1, 3)[i % 3] for i in range(value.size)], "float32").reshape(value.shape)
            gradients.append(keras.ops.convert_to_tensor(value * factors + np.float32(math.sin(step))))
        used.apply(gradients, weights)
        if step in (1, 10, 50):
            snapshots[step] = [[float(f"{x:.7g}") for x in keras.ops.convert_to_numpy(w).ravel()] for w in weights]
    result = {"name": name, "arguments": arguments, "weights": snapshots}
    if arguments.get("useEma"):
        used.finalize_variable_values(weights)
        result["final"] = [[float(f"{x:.7g}") for x in keras.ops.convert_to_numpy(w).ravel()] for w in weights]
    return result


DECAYS = [
    ("exponentialDecay", {"initialLearningRate": 0.1, "decaySteps": 13, "decayRate": 0.7}),
    ("exponentialDecay", {"initialLearningRate": 0.1, "decaySteps": 13, "decayRate": 0.7, "staircase": True}),
    ("inverseTimeDecay", {"initialLearningRate": 0.1, "decaySteps": 13, "decayRate": 0.7}),
    ("inverseTimeDecay", {"initialLearningRate": 0.1, "decaySteps": 13, "decayRate": 0.7, "staircase": True}),
    ("polynomialDecay", {"initialLearningRate": 0.1, "decaySteps": 17}),
    ("polynomialDecay", {"initialLearningRate": 0.1, "decaySteps": 17, "endLearningRate": 0.02, "power": 2.5, "cycle": True}),
    ("cosineDecay", {"initialLearningRate": 0.1, "decaySteps": 17}),
    ("cosineDecay", {"initialLearningRate": 0.1, "decaySteps": 17, "alpha": 0.2, "warmupSteps": 9}),
    ("cosineDecay", {"initialLearningRate": 0.01, "decaySteps": 17, "alpha": 0.2, "warmupTarget": 0.3, "warmupSteps": 9}),
    ("cosineDecayRestarts", {"initialLearningRate": 0.1, "firstDecaySteps": 7}),
    ("cosineDecayRestarts", {"initialLearningRate": 0.1, "firstDecaySteps": 7, "tMul": 1.0, "mMul": 0.8, "alpha": 0.1}),
    ("cosineDecayRestarts", {"initialLearningRate": 0.1, "firstDecaySteps": 7, "tMul": 1.5, "mMul": 0.9}),
    ("piecewiseConstantDecay", {"boundaries": [5, 20, 21], "values": [0.4, 0.3, 0.2, 0.1]}),
]


def decay(name, arguments):
    given = {snake(key).replace("tmul", "t_mul"): value for key, value in arguments.items()}
    schedule = getattr(keras.optimizers.schedules, name[0].upper() + name[1:])(**given)
    values = [float(f"{float(schedule(step)):.6g}") for step in range(60)]
    return {"name": name, "arguments": arguments, "values": values}


if __name__ == "__main__":
    cases = [run(*case) for case in CASES]
    path = os.path.join(os.path.dirname(__file__), "keras-optimizers.json")
    with open(path, "w") as file:
        json.dump({"keras": keras.__version__, "cases": cases, "schedules": [decay(*case) for case in DECAYS]}, file)
