"""PyTorch's side of the benchmarks: builds a network of the stages that it is told, then runs it as often as it is asked.

One JSON object a line on standard input, one on standard output. `pytorch.ts` speaks to it.
"""

import json
import math
import sys
import time

try:
    import numpy as np
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as error:
    print(json.dumps({"error": str(error)}), flush=True)
    sys.exit(0)

torch.set_num_threads(1)
torch.set_num_interop_threads(1)


def parameter(tensor):
    return nn.Parameter(tensor.contiguous())


class Convolution(nn.Module):
    """Kernels come as [height, width, in, out], depthwise ones as [height, width, channels, 1]."""

    def __init__(self, stage, weight):
        super().__init__()
        self.weight = parameter(weight(stage["kernel"]).permute(*((2, 3, 0, 1) if stage["depthwise"] else (3, 2, 0, 1))))
        self.bias = parameter(weight(stage["bias"])) if "bias" in stage else None
        self.strides = stage["strides"]
        self.groups = self.weight.shape[0] if stage["depthwise"] else 1
        self.same = stage["padding"] == "same"
        self.activation = stage.get("activation", "linear")

    def forward(self, x):
        padding = 0
        if self.same:
            sizes = zip(x.shape[2:], self.weight.shape[2:], self.strides)
            missing = [max((math.ceil(size / stride) - 1) * stride + kernel - size, 0) for size, kernel, stride in sizes]
            if all(one % 2 == 0 for one in missing):
                padding = [one // 2 for one in missing]
            else:
                top, left = missing[0] // 2, missing[1] // 2
                x = F.pad(x, (left, missing[1] - left, top, missing[0] - top))
        x = F.conv2d(x, self.weight, self.bias, self.strides, padding, 1, self.groups)
        return activated(x, self.activation)


class Dense(nn.Module):
    def __init__(self, stage, weight):
        super().__init__()
        self.weight = parameter(weight(stage["kernel"]).t())
        self.bias = parameter(weight(stage["bias"])) if "bias" in stage else None
        self.activation = stage.get("activation", "linear")

    def forward(self, x):
        return activated(F.linear(x, self.weight, self.bias), self.activation)


def activated(x, name):
    return F.relu(x) if name == "relu" else F.relu6(x) if name == "relu6" else x


class MaxPool(nn.Module):
    def __init__(self, stage, weight):
        super().__init__()
        self.size, self.strides, self.same = stage["size"], stage["strides"], stage["padding"] == "same"

    def forward(self, x):
        if self.same:
            sizes = zip(x.shape[2:], self.size, self.strides)
            high, wide = [max((math.ceil(size / stride) - 1) * stride + window - size, 0) for size, window, stride in sizes]
            x = F.pad(x, (wide // 2, wide - wide // 2, high // 2, high - high // 2), value=-math.inf)
        return F.max_pool2d(x, self.size, self.strides)


class Simple(nn.Module):
    def __init__(self, stage, weight):
        super().__init__()
        self.kind = stage["kind"]

    def forward(self, x, *others):
        if self.kind == "globalAverage":
            return x.mean((2, 3))
        if self.kind == "flatten":
            # In the order that the features have with channels last.
            return (x.permute(0, 2, 3, 1) if x.dim() == 4 else x).flatten(1)
        if self.kind == "softmax":
            return F.softmax(x, -1)
        if self.kind == "gelu":
            return F.gelu(x)
        if self.kind == "add":
            return x + others[0]
        return activated(x, self.kind)


class LayerNorm(nn.Module):
    def __init__(self, stage, weight):
        super().__init__()
        self.gamma, self.beta, self.epsilon = parameter(weight(stage["gamma"])), parameter(weight(stage["beta"])), stage["epsilon"]

    def forward(self, x):
        return F.layer_norm(x, self.gamma.shape, self.gamma, self.beta, self.epsilon)


class Attention(nn.Module):
    """One product for queries, keys and values, as nn.MultiheadAttention has it."""

    def __init__(self, stage, weight):
        super().__init__()
        parts = [Dense(stage[name], weight) for name in ("query", "key", "value")]
        self.weight = parameter(torch.cat([part.weight.detach() for part in parts]))
        self.bias = parameter(torch.cat([part.bias.detach() for part in parts]))
        self.output = Dense(stage["output"], weight)
        self.heads, self.size = stage["heads"], stage["size"]

    def forward(self, x):
        batch, positions, _ = x.shape
        joined = F.linear(x, self.weight, self.bias).view(batch, positions, 3, self.heads, self.size).permute(2, 0, 3, 1, 4)
        q, k, v = joined[0], joined[1], joined[2]
        scores = torch.softmax((q * (1 / math.sqrt(self.size))) @ k.transpose(-2, -1), -1)
        return self.output((scores @ v).transpose(1, 2).reshape(batch, positions, self.heads * self.size))


class Lstm(nn.Module):
    """Both order their gates as input, forget, cell, output. Keras has one bias where PyTorch has two."""

    def __init__(self, stage, weight):
        super().__init__()
        kernel, recurrent, bias = (weight(stage[name]) for name in ("kernel", "recurrentKernel", "bias"))
        self.lstm = nn.LSTM(kernel.shape[0], recurrent.shape[0], batch_first=True)
        with torch.no_grad():
            self.lstm.weight_ih_l0.copy_(kernel.t())
            self.lstm.weight_hh_l0.copy_(recurrent.t())
            self.lstm.bias_ih_l0.copy_(bias)
            self.lstm.bias_hh_l0.zero_()
        # A second bias would learn as fast again.
        self.lstm.bias_hh_l0.requires_grad_(False)

    def forward(self, x):
        return self.lstm(x)[1][0][0]


KINDS = {"conv2d": Convolution, "dense": Dense, "maxPool": MaxPool, "layerNorm": LayerNorm, "attention": Attention, "lstm": Lstm}


class Network(nn.Module):
    """Pictures are channels first inside; they are given channels last."""

    def __init__(self, stages, weight, is_picture):
        super().__init__()
        self.stages = nn.ModuleList(KINDS.get(stage["kind"], Simple)(stage, weight) for stage in stages)
        self.inputs = [stage["inputs"] for stage in stages]
        self.is_picture = is_picture

    def forward(self, x):
        values = [x.permute(0, 3, 1, 2).contiguous() if self.is_picture else x]
        for stage, inputs in zip(self.stages, self.inputs):
            values.append(stage(*(values[at] for at in inputs)))
        return values[-1]


def prediction(load, weight, x):
    network = Network(load["stages"], weight, len(load["shape"]) == 4).eval()
    with torch.no_grad():
        # Without Python between the operations.
        traced = torch.jit.freeze(torch.jit.trace(network, torch.from_numpy(x)))

    def run():
        with torch.inference_mode():
            return traced(torch.from_numpy(x)).numpy()

    return run


def training(load, weight, x, target):
    is_classifier = load["trains"]["loss"] == "sparseCategoricalCrossentropy"
    stages = load["stages"][:-1] if is_classifier else load["stages"]
    network = Network(stages, weight, len(load["shape"]) == 4).train()
    learning_rate = load["trains"]["optimizer"]["learningRate"]
    learning = [one for one in network.parameters() if one.requires_grad]
    if load["trains"]["optimizer"]["name"] == "adam":
        optimizer = torch.optim.Adam(learning, lr=learning_rate, eps=1e-7)
    else:
        optimizer = torch.optim.SGD(learning, lr=learning_rate)

    def run():
        optimizer.zero_grad(set_to_none=True)
        given = network(torch.from_numpy(x))
        wanted = torch.from_numpy(target)
        loss = F.cross_entropy(given, wanted.long()) if is_classifier else F.mse_loss(given, wanted.view_as(given))
        loss.backward()
        optimizer.step()
        return np.array([loss.item()])

    return run


def loaded(load):
    data = np.fromfile(load["file"], dtype=np.uint8)

    def array(place, size, dtype=np.float32):
        at = load["offsets"][place]
        return data[at : at + 4 * size].view(dtype).copy()

    def weight(one):
        return torch.from_numpy(array(one["array"], math.prod(one["shape"]))).view(*one["shape"])

    x = array(0, math.prod(load["shape"])).reshape(load["shape"])
    if load.get("trains") is None:
        return prediction(load, weight, x)
    is_classifier = load["trains"]["loss"] == "sparseCategoricalCrossentropy"
    ends = load["offsets"][2] if len(load["offsets"]) > 2 else len(data)
    target = array(1, (ends - load["offsets"][1]) // 4, np.int32 if is_classifier else np.float32)
    return training(load, weight, x, target)


def main():
    print(json.dumps({"values": [], "ms": 0, "version": torch.__version__}), flush=True)
    run = None
    for line in sys.stdin:
        question = json.loads(line)
        try:
            if "load" in question:
                run = loaded(question["load"])
                answer = {"values": [], "ms": 0}
            else:
                begun = time.perf_counter()
                for _ in range(question["run"]):
                    values = run()
                ms = (time.perf_counter() - begun) * 1000 / question["run"]
                answer = {"values": values.ravel().tolist(), "ms": ms}
        except Exception as error:  # Told on the other side, which stops.
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
