"""Writes keras-pairs.json: what Keras's losses and metrics make of fixed numbers, with every argument.

    pip install keras jax numpy && KERAS_BACKEND=jax python test/metrics/keras-pairs.py
"""

import json
import os
import re

os.environ.setdefault("KERAS_BACKEND", "jax")
import jax
import keras
import numpy as np

random = np.random.default_rng(7)


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def rounded(array):
    return [float(f"{x:.7g}") for x in np.asarray(array, "float64").ravel()]


LOGITS = random.normal(size=(5, 4)).astype("float32") * 2
DEEP = random.normal(size=(3, 2, 4)).astype("float32") * 2
TABLES = {
    "numbers": (random.normal(size=(5, 4)), random.normal(size=(5, 4))),
    "positive": (random.uniform(0.1, 3, (5, 4)), random.uniform(0.1, 3, (5, 4))),
    "yesNo": (random.integers(0, 2, (5, 4)), 1 / (1 + np.exp(-LOGITS))),
    "yesNoLogits": (random.integers(0, 2, (5, 4)), LOGITS),
    "oneHot": (np.eye(4)[[0, 2, 1, 3, 2]], softmax(LOGITS)),
    "oneHotLogits": (np.eye(4)[[0, 2, 1, 3, 2]], LOGITS),
    "soft": (softmax(random.normal(size=(5, 4))), softmax(LOGITS)),
    "class": (np.array([0, 2, 1, 3, 2]), softmax(LOGITS)),
    "classLogits": (np.array([0, 2, 1, 3, 2]), LOGITS),
    "deepOneHot": (np.eye(4)[[[0, 2], [1, 3], [2, 2]]], softmax(DEEP)),
    "deepClass": (np.array([[0, 2], [1, 3], [2, 2]]), softmax(DEEP)),
    "deepYesNo": (random.integers(0, 2, (3, 2, 4)), 1 / (1 + np.exp(-DEEP))),
    "labels": (np.array([0, 1, 0, 2, 1]), LOGITS / np.linalg.norm(LOGITS, axis=-1, keepdims=True)),
    "sequence": (np.array([[1, 2, 2], [3, 0, 0], [1, 3, 0]]), random.normal(size=(3, 6, 4)) * 2),
    "ids": (np.array([0, 0, 1, 2, 2, 1]), np.array([0, 1, 1, 2, 0, 2])),
    "one": (random.integers(0, 2, (8,)), random.uniform(0, 1, (8,))),
}
TABLES = {name: (np.asarray(t, "int32" if name in ("class", "classLogits", "deepClass", "labels", "sequence") else "float32"), np.asarray(y, "float32")) for name, (t, y) in TABLES.items()}

LOSSES = [
    *[(name, "numbers", {}) for name in ("meanSquaredError", "meanAbsoluteError", "logCosh", "huber", "cosineSimilarity", "categoricalHinge")],
    *[(name, "positive", {}) for name in ("meanAbsolutePercentageError", "meanSquaredLogarithmicError", "poisson")],
    ("huber", "numbers", {"delta": 0.3}),
    ("cosineSimilarity", "deepYesNo", {"axis": 0}),
    ("klDivergence", "soft", {}),
    ("hinge", "yesNo", {}),
    ("squaredHinge", "numbers", {}),
    ("binaryCrossentropy", "yesNo", {}),
    ("binaryCrossentropy", "yesNo", {"labelSmoothing": 0.2}),
    ("binaryCrossentropy", "yesNoLogits", {"fromLogits": True, "labelSmoothing": 0.2}),
    ("binaryCrossentropy", "deepYesNo", {"axis": 0}),
    ("categoricalCrossentropy", "soft", {}),
    ("categoricalCrossentropy", "oneHot", {"labelSmoothing": 0.3}),
    ("categoricalCrossentropy", "oneHotLogits", {"fromLogits": True}),
    ("sparseCategoricalCrossentropy", "class", {}),
    ("sparseCategoricalCrossentropy", "classLogits", {"fromLogits": True}),
    ("binaryFocalCrossentropy", "yesNo", {}),
    ("binaryFocalCrossentropy", "yesNo", {"applyClassBalancing": True, "alpha": 0.4, "gamma": 1.5, "labelSmoothing": 0.1}),
    ("binaryFocalCrossentropy", "yesNoLogits", {"fromLogits": True, "gamma": 3}),
    ("binaryFocalCrossentropy", "deepYesNo", {"axis": 0}),
    ("categoricalFocalCrossentropy", "oneHot", {}),
    ("categoricalFocalCrossentropy", "deepOneHot", {"alpha": [0.1, 0.2, 0.3, 0.4], "gamma": 1.5, "labelSmoothing": 0.1}),
    ("categoricalFocalCrossentropy", "oneHotLogits", {"fromLogits": True, "alpha": 0.5, "gamma": 0}),
    ("categoricalGeneralizedCrossEntropy", "class", {"q": 0.7}),
    ("dice", "yesNo", {}),
    ("dice", "deepYesNo", {"axis": [1]}),
    ("tversky", "yesNo", {"alpha": 0.3, "beta": 0.6}),
    ("tversky", "deepYesNo", {"axis": [0, 1]}),
    ("circle", "labels", {"gamma": 5}),
    ("circle", "labels", {}),
    ("circle", "labels", {"gamma": 8, "margin": 0.25, "removeDiagonal": False}),
    ("ctc", "sequence", {}),
]
CLASSES = {"klDivergence": "KLDivergence", "logCosh": "LogCosh", "ctc": "CTC", "auc": "AUC", "iou": "IoU", "logCoshError": "LogCoshError", "fBetaScore": "FBetaScore"}


def snake(name):
    known = {"topK": "top_k", "fromLogits": "from_logits"}
    return known.get(name) or re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), name)


def spelt(value):
    return re.sub(r"[A-Z]", lambda m: "_" + m[0].lower(), value) if isinstance(value, str) and value not in ("ROC", "PR") else value


def given(arguments):
    found = {snake(key): spelt(value) for key, value in arguments.items()}
    # Axes of one example here, of a batch there; the last is the last.
    if isinstance(found.get("axis"), list):
        found["axis"] = tuple(axis + 1 for axis in found["axis"])
    elif found.get("axis", -1) >= 0:
        found["axis"] += 1
    return found


def loss(name, table, arguments):
    target, output = TABLES[table]
    capital = CLASSES.get(name, name[0].upper() + name[1:])
    mean = getattr(keras.losses, capital)(**given(arguments))

    def total(y):
        return mean(target, y)

    gradient = jax.grad(total)(output)
    return {"name": name, "table": table, "arguments": arguments, "mean": float(total(output)), "gradient": rounded(gradient)}


WEIGHTS = {5: [1, 0.5, 0, 2, 3], 6: [1, 0.5, 0, 2, 3, 1], 8: [1, 0.5, 0, 2, 3, 1, 1, 0.25], 3: [2, 0.5, 1]}
METRICS = [
    *[(name, "numbers", {}) for name in ("meanSquaredError", "meanAbsoluteError", "rootMeanSquaredError", "logCoshError", "cosineSimilarity", "categoricalHinge", "squaredHinge", "r2Score", "pearsonCorrelation", "concordanceCorrelation")],
    *[(name, "positive", {}) for name in ("meanAbsolutePercentageError", "meanSquaredLogarithmicError", "poisson")],
    ("cosineSimilarity", "deepYesNo", {"axis": 0}),
    ("r2Score", "numbers", {"classAggregation": "varianceWeightedAverage"}),
    ("r2Score", "numbers", {"numRegressors": 2}),
    ("klDivergence", "soft", {}),
    ("hinge", "yesNo", {}),
    ("binaryCrossentropy", "yesNo", {"labelSmoothing": 0.2}),
    ("binaryCrossentropy", "yesNoLogits", {"fromLogits": True}),
    ("categoricalCrossentropy", "oneHot", {"labelSmoothing": 0.2}),
    ("sparseCategoricalCrossentropy", "class", {}),
    ("binaryAccuracy", "yesNo", {}),
    ("binaryAccuracy", "yesNo", {"threshold": 0.3}),
    ("categoricalAccuracy", "oneHot", {}),
    ("categoricalAccuracy", "deepOneHot", {}),
    ("sparseCategoricalAccuracy", "class", {}),
    ("sparseCategoricalAccuracy", "deepClass", {}),
    ("topKCategoricalAccuracy", "oneHot", {"k": 2}),
    ("sparseTopKCategoricalAccuracy", "class", {"k": 2}),
    ("precision", "yesNo", {}),
    ("precision", "yesNo", {"thresholds": 0.3}),
    ("precision", "yesNo", {"topK": 2}),
    ("precision", "yesNo", {"topK": 2, "classId": 1}),
    ("precision", "yesNo", {"classId": 2}),
    ("recall", "yesNo", {}),
    ("recall", "yesNo", {"topK": 2, "thresholds": 0.6}),
    ("recall", "yesNo", {"classId": 3}),
    ("truePositives", "yesNo", {}),
    ("falsePositives", "yesNo", {"thresholds": 0.7}),
    ("trueNegatives", "yesNo", {"thresholds": 0.7}),
    ("falseNegatives", "yesNo", {}),
    ("auc", "yesNo", {}),
    ("auc", "one", {"numThresholds": 7}),
    ("auc", "one", {"curve": "PR"}),
    ("auc", "one", {"curve": "PR", "summationMethod": "majoring"}),
    ("auc", "one", {"summationMethod": "minoring", "numThresholds": 5}),
    ("auc", "one", {"thresholds": [0.2, 0.45, 0.8]}),
    ("auc", "yesNoLogits", {"fromLogits": True}),
    ("auc", "yesNo", {"multiLabel": True, "numThresholds": 20}),
    ("auc", "yesNo", {"multiLabel": True, "labelWeights": [1, 2, 0.5, 0]}),
    ("precisionAtRecall", "one", {"recall": 0.6}),
    ("recallAtPrecision", "one", {"precision": 0.5}),
    ("sensitivityAtSpecificity", "one", {"specificity": 0.5, "numThresholds": 20}),
    ("specificityAtSensitivity", "one", {"sensitivity": 0.4}),
    ("sensitivityAtSpecificity", "yesNo", {"specificity": 0.4, "classId": 1}),
    ("binaryIoU", "yesNo", {}),
    ("binaryIoU", "yesNo", {"targetClassIds": [1], "threshold": 0.3}),
    ("iou", "ids", {"numClasses": 3, "targetClassIds": [0, 2]}),
    ("meanIoU", "ids", {"numClasses": 3}),
    ("meanIoU", "ids", {"numClasses": 3, "ignoreClass": 1}),
    ("oneHotIoU", "oneHot", {"numClasses": 4, "targetClassIds": [0, 2]}),
    ("oneHotMeanIoU", "oneHot", {"numClasses": 4}),
    ("f1Score", "yesNo", {"average": "macro"}),
    ("f1Score", "yesNo", {"average": "micro", "threshold": 0.4}),
    ("f1Score", "yesNo", {"average": "weighted", "threshold": 0.4}),
    ("fBetaScore", "yesNo", {"average": "macro", "beta": 2.0, "threshold": 0.4}),
]


def metric(name, table, arguments):
    target, output = TABLES[table]
    capital = CLASSES.get(name, name[0].upper() + name[1:])
    weights = np.array(WEIGHTS[len(target)], "float32")

    def made():
        return getattr(keras.metrics, capital)(**given(arguments))

    cut = (len(target) + 1) // 2

    def folded(weigh):
        state = made()
        for rows in (slice(0, cut), slice(cut, None)):
            state.update_state(target[rows], output[rows], **({"sample_weight": weights[rows]} if weigh else {}))
        return float(state.result())

    # Keras itself fails on some with weights.
    try:
        weighed = folded(True)
    except (ValueError, TypeError) as error:
        print(f"no weights for {name}{arguments}: {error}"[:150])
        weighed = None
    return {"name": name, "table": table, "arguments": arguments, "value": folded(False), "weighed": weighed}


if __name__ == "__main__":
    def tabled(array):
        return {"shape": list(array.shape), "data": rounded(array), "dtype": "int32" if array.dtype == np.int32 else "float32"}

    data = {
        "keras": keras.__version__,
        "tables": {name: {"target": tabled(t), "output": tabled(y)} for name, (t, y) in TABLES.items()},
        "weights": WEIGHTS,
        "losses": [loss(*case) for case in LOSSES],
        "metrics": [metric(*case) for case in METRICS],
    }
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras-pairs.json")
    with open(path, "w") as file:
        json.dump(data, file)
