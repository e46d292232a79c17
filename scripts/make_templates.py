#!/usr/bin/env python3
"""Write the networks that `tickwatch train` and scripts/train_forecaster.py train: one small TorchScript file a kind, without a shape.

A template's parameters are empty until its method `configure(tensor([window, channels, hidden, layers, seed]))` makes them, at random but
the same for the same seed; so one file serves every window, number of channels and size, and training needs no Python. All take
(batch, window, channels) of z-scores. cnn, dlinear, gru and transformer return (batch, channels), the row after the window; autoencoder
returns (batch, window, channels), the window again, through a narrow code.

cnn, gru and transformer have a method `start(recent, targets)` too: it solves their linear map of the last ten rows by ridge regression,
so that training begins where a vector autoregression ends. `recent` is (windows, min(10, window), channels), `targets` (windows, channels).

Needs PyTorch 1.13 (Debian: apt-get install python3-torch; run it with /usr/bin/python3). The same PyTorch writes the same bytes.

  scripts/make_templates.py                      writes detector/src/main/resources/tickwatch/detector/model/KIND.pt
"""
import math
import os
import sys
from typing import List

if __name__ == "__main__" and os.environ.get("PYTHONHASHSEED") != "0":
    os.environ["PYTHONHASHSEED"] = "0"  # TorchScript writes constants in the order of a set of strings
    os.execv(sys.executable, [sys.executable, *sys.argv])

import torch
import torch.nn.functional as F
from torch import nn


def recent_rows(window: int) -> int:
    return min(10, window)


def around_zero(shape: List[int], inputs: int) -> torch.Tensor:
    """uniform within 1 / sqrt(inputs), as PyTorch's own layers begin"""
    bound = math.sqrt(3.0) * (math.sqrt(2.0 / (1 + math.sqrt(5.0) ** 2)) / math.sqrt(float(inputs)))
    return torch.empty(shape).uniform_(-bound, bound)


def biases(shape: List[int], inputs: int) -> torch.Tensor:
    bound = 1 / math.sqrt(float(inputs))
    return torch.empty(shape).uniform_(-bound, bound)


def floored(scale: torch.Tensor, share: float) -> torch.Tensor:
    there = scale[scale > 0]
    median = 1.0
    if there.numel() > 0:
        ordered = torch.sort(there)[0]
        middle = ordered.numel() // 2
        median = float(ordered[middle]) if ordered.numel() % 2 == 1 else 0.5 * float(ordered[middle - 1] + ordered[middle])
    return torch.clamp(scale, min=share * median)


def autoregression(recent: torch.Tensor, targets: torch.Tensor, ridge: float = 1e-3):
    """Weight (channels, rows * channels) and bias of the ridge regression of the change on the last row and on the changes between rows, each
    brought to unit variance: so a smooth channel, whose changes are tiny, is shrunk no more than a noisy one."""
    rows, channels = recent.size(1), recent.size(2)
    x = recent.double()
    change = targets.double() - x[:, -1]
    features = torch.cat([x[:, -1:], x[:, 1:] - x[:, :-1]], 1).reshape(x.size(0), -1)
    spread = floored(features.std(0, unbiased=False), 1e-3)
    features = features / spread
    centre, offset = features.mean(0), change.mean(0)
    f = features - centre
    gram = torch.matmul(f.t(), f) + ridge * f.size(0) * torch.eye(f.size(1), dtype=torch.float64)
    weight = torch.linalg.solve(gram, torch.matmul(f.t(), change - offset)) / spread.unsqueeze(1)
    bias = offset - torch.matmul(centre * spread, weight)
    weight = weight.reshape(rows, channels, channels)  # the last row, then the changes, oldest first
    by_row = torch.zeros_like(weight)
    by_row[-1] = weight[0] + torch.eye(channels, dtype=torch.float64)
    by_row[1:] += weight[1:]
    by_row[:-1] -= weight[1:]
    return by_row.reshape(rows * channels, channels).t().contiguous().float(), bias.float()


class Cnn(nn.Module):
    """A linear map of the last ten rows plus convolutions over the whole window, each halving it."""

    def __init__(self):
        super().__init__()
        self.recent = 1
        self.layers = 1
        for name in ("linear_weight", "linear_bias", "first_weight", "first_bias", "more_weight", "more_bias", "head_weight"):
            self.register_parameter(name, nn.Parameter(torch.zeros(1)))
        self.register_buffer("step", torch.ones(1))

    def features(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.relu(F.conv1d(x.transpose(1, 2), self.first_weight, self.first_bias, stride=2))
        for layer in range(self.layers - 1):
            h = torch.relu(F.conv1d(h, self.more_weight[layer], self.more_bias[layer], stride=2))
        return F.linear(h.flatten(1), self.head_weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.linear(x[:, -self.recent :].flatten(1), self.linear_weight, self.linear_bias) + self.step * self.features(x)

    @torch.jit.export
    def configure(self, dims: torch.Tensor) -> torch.Tensor:
        window, channels, hidden, layers = int(dims[0]), int(dims[1]), int(dims[2]), int(dims[3])
        torch.manual_seed(int(dims[4]))
        steps = (window - 5) // 2 + 1
        for _ in range(layers - 1):
            steps = (steps - 3) // 2 + 1
        if window < 5 or steps < 1:
            raise ValueError("the window is too short for so many layers")
        self.recent = recent_rows(window)
        self.layers = layers
        around_zero([channels, self.recent * channels], self.recent * channels)  # what a linear layer would draw
        biases([channels], self.recent * channels)
        self.linear_weight = torch.zeros([channels, self.recent * channels])
        self.linear_weight[:, -channels:] = torch.eye(channels)
        self.linear_bias = torch.zeros([channels])
        self.first_weight = around_zero([hidden, channels, 5], channels * 5)
        self.first_bias = biases([hidden], channels * 5)
        weights = torch.zeros([layers - 1, hidden, hidden, 3])
        more = torch.zeros([layers - 1, hidden])
        for layer in range(layers - 1):
            weights[layer] = around_zero([hidden, hidden, 3], hidden * 3)
            more[layer] = biases([hidden], hidden * 3)
        self.more_weight = weights
        self.more_bias = more
        self.head_weight = torch.zeros([channels, hidden * steps])
        self.step = torch.ones([channels])
        return self.step

    @torch.jit.export
    def start(self, recent: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        weight, bias = autoregression(recent, targets)
        self.linear_weight = weight
        self.linear_bias = bias
        error = F.linear(recent.flatten(1), weight, bias) - targets
        self.step = floored(error.std(0, unbiased=False), 0.25)
        return self.step


class Gru(nn.Module):
    """A linear map of the last ten rows plus gated recurrent layers over the whole window."""

    def __init__(self):
        super().__init__()
        self.recent = 1
        self.layers = 1
        for name in ("linear_weight", "linear_bias", "in_weight", "in_bias", "gate_in", "gate_back", "gate_in_bias", "gate_back_bias", "head_weight"):
            self.register_parameter(name, nn.Parameter(torch.zeros(1)))
        self.register_buffer("step", torch.ones(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = F.linear(x, self.in_weight, self.in_bias)
        weights: List[torch.Tensor] = []
        for layer in range(self.layers):
            weights += [self.gate_in[layer], self.gate_back[layer], self.gate_in_bias[layer], self.gate_back_bias[layer]]
        zero = torch.zeros([self.layers, x.size(0), self.in_weight.size(0)], dtype=x.dtype, device=x.device)
        h, _ = torch.gru(h, zero, weights, True, self.layers, 0.0, self.training, False, True)
        return F.linear(x[:, -self.recent :].flatten(1), self.linear_weight, self.linear_bias) + self.step * F.linear(h[:, -1], self.head_weight)

    @torch.jit.export
    def configure(self, dims: torch.Tensor) -> torch.Tensor:
        window, channels, hidden, layers = int(dims[0]), int(dims[1]), int(dims[2]), int(dims[3])
        torch.manual_seed(int(dims[4]))
        self.recent = recent_rows(window)
        self.layers = layers
        self.linear_weight = torch.zeros([channels, self.recent * channels])
        self.linear_weight[:, -channels:] = torch.eye(channels)
        self.linear_bias = torch.zeros([channels])
        self.in_weight = around_zero([hidden, channels], channels)
        self.in_bias = biases([hidden], channels)
        self.gate_in = biases([layers, 3 * hidden, hidden], hidden)
        self.gate_back = biases([layers, 3 * hidden, hidden], hidden)
        self.gate_in_bias = biases([layers, 3 * hidden], hidden)
        self.gate_back_bias = biases([layers, 3 * hidden], hidden)
        self.head_weight = torch.zeros([channels, hidden])
        self.step = torch.ones([channels])
        return self.step

    @torch.jit.export
    def start(self, recent: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        weight, bias = autoregression(recent, targets)
        self.linear_weight = weight
        self.linear_bias = bias
        error = F.linear(recent.flatten(1), weight, bias) - targets
        self.step = floored(error.std(0, unbiased=False), 0.25)
        return self.step


class DLinear(nn.Module):
    """Moving average and remainder of each channel, a linear map of each (Zeng et al. 2023), anchored at the last row."""

    def __init__(self):
        super().__init__()
        self.width = 1
        for name in ("trend", "rest", "bias"):
            self.register_parameter(name, nn.Parameter(torch.zeros(1)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        last = x[:, -1]
        y = (x - last.unsqueeze(1)).transpose(1, 2)
        left = (self.width - 1) // 2
        padded = F.pad(y, [left, self.width - 1 - left], mode="replicate")
        trend = F.avg_pool1d(padded, [self.width], stride=[1])
        return last + (trend * self.trend + (y - trend) * self.rest).sum(2) + self.bias

    @torch.jit.export
    def configure(self, dims: torch.Tensor) -> torch.Tensor:
        window, channels = int(dims[0]), int(dims[1])
        self.width = min(25, window)
        self.trend = torch.zeros([channels, window])
        self.rest = torch.zeros([channels, window])
        self.bias = torch.zeros([channels])
        return self.bias


def attention(x: torch.Tensor, qkv: torch.Tensor, qkv_bias: torch.Tensor, out: torch.Tensor, heads: int) -> torch.Tensor:
    batch, rows, width = x.size(0), x.size(1), x.size(2)
    q, k, v = F.linear(x, qkv, qkv_bias).reshape([batch, rows, 3 * heads, width // heads]).transpose(1, 2).chunk(3, 1)
    weights = torch.softmax(torch.matmul(q, k.transpose(2, 3)) / math.sqrt(float(width // heads)), -1)
    return F.linear(torch.matmul(weights, v).transpose(1, 2).reshape([batch, rows, width]), out)


class Transformer(nn.Module):
    """A linear map of the last ten rows plus self-attention over the whole window (layers normalised first)."""

    def __init__(self):
        super().__init__()
        self.recent = 1
        self.layers = 1
        self.heads = 1
        for name in ("linear_weight", "linear_bias", "in_weight", "place", "norm", "qkv_weight", "qkv_bias", "out_weight", "up_weight", "up_bias", "down_weight", "down_bias", "head_weight"):
            self.register_parameter(name, nn.Parameter(torch.zeros(1)))
        self.register_buffer("step", torch.ones(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = F.linear(x, self.in_weight) + self.place
        width = [h.size(2)]
        for layer in range(self.layers):
            h = h + attention(F.layer_norm(h, width, self.norm[2 * layer]), self.qkv_weight[layer], self.qkv_bias[layer], self.out_weight[layer], self.heads)
            up = F.gelu(F.linear(F.layer_norm(h, width, self.norm[2 * layer + 1]), self.up_weight[layer], self.up_bias[layer]))
            h = h + F.linear(up, self.down_weight[layer], self.down_bias[layer])
        seen = F.layer_norm(h[:, -1], width, self.norm[2 * self.layers])
        return F.linear(x[:, -self.recent :].flatten(1), self.linear_weight, self.linear_bias) + self.step * F.linear(seen, self.head_weight)

    @torch.jit.export
    def configure(self, dims: torch.Tensor) -> torch.Tensor:
        window, channels, hidden, layers = int(dims[0]), int(dims[1]), int(dims[2]), int(dims[3])
        torch.manual_seed(int(dims[4]))
        self.recent = recent_rows(window)
        self.layers = layers
        self.heads = 4 if hidden % 4 == 0 else 1
        self.linear_weight = torch.zeros([channels, self.recent * channels])
        self.linear_weight[:, -channels:] = torch.eye(channels)
        self.linear_bias = torch.zeros([channels])
        self.in_weight = around_zero([hidden, channels], channels)
        self.place = 0.1 * torch.randn([window, hidden])
        self.norm = torch.ones([2 * layers + 1, hidden])
        self.qkv_weight = around_zero([layers, 3 * hidden, hidden], hidden)
        self.qkv_bias = torch.zeros([layers, 3 * hidden])
        self.out_weight = around_zero([layers, hidden, hidden], hidden)
        self.up_weight = around_zero([layers, 2 * hidden, hidden], hidden)
        self.up_bias = torch.zeros([layers, 2 * hidden])
        self.down_weight = around_zero([layers, hidden, 2 * hidden], 2 * hidden)
        self.down_bias = torch.zeros([layers, hidden])
        self.head_weight = torch.zeros([channels, hidden])
        self.step = torch.ones([channels])
        return self.step

    @torch.jit.export
    def start(self, recent: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        weight, bias = autoregression(recent, targets)
        self.linear_weight = weight
        self.linear_bias = bias
        error = F.linear(recent.flatten(1), weight, bias) - targets
        self.step = floored(error.std(0, unbiased=False), 0.25)
        return self.step


class Autoencoder(nn.Module):
    """Self-attention over the window, a code of a quarter of `hidden` numbers, and self-attention from the code back to the window's rows."""

    def __init__(self):
        super().__init__()
        self.layers = 1
        self.heads = 1
        for name in ("in_weight", "place", "norm", "qkv_weight", "qkv_bias", "out_weight", "up_weight", "up_bias", "down_weight", "down_bias", "code_weight", "code_bias", "wide_weight", "back_place", "head_weight", "head_bias"):
            self.register_parameter(name, nn.Parameter(torch.zeros(1)))

    def attend(self, h: torch.Tensor, first: int) -> torch.Tensor:
        width = [h.size(2)]
        for layer in range(first, first + self.layers):
            h = h + attention(F.layer_norm(h, width, self.norm[2 * layer]), self.qkv_weight[layer], self.qkv_bias[layer], self.out_weight[layer], self.heads)
            up = F.gelu(F.linear(F.layer_norm(h, width, self.norm[2 * layer + 1]), self.up_weight[layer], self.up_bias[layer]))
            h = h + F.linear(up, self.down_weight[layer], self.down_bias[layer])
        return h

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.attend(F.linear(x, self.in_weight) + self.place, 0)
        code = F.linear(h.flatten(1), self.code_weight, self.code_bias)
        h = F.linear(code, self.wide_weight).reshape(h.size()) + self.back_place
        return F.linear(self.attend(h, self.layers), self.head_weight, self.head_bias)

    @torch.jit.export
    def configure(self, dims: torch.Tensor) -> torch.Tensor:
        window, channels, hidden, layers = int(dims[0]), int(dims[1]), int(dims[2]), int(dims[3])
        torch.manual_seed(int(dims[4]))
        self.layers = layers
        self.heads = 4 if hidden % 4 == 0 else 1
        code = max(2, hidden // 4)
        self.in_weight = around_zero([hidden, channels], channels)
        self.place = 0.1 * torch.randn([window, hidden])
        self.norm = torch.ones([4 * layers, hidden])
        self.qkv_weight = around_zero([2 * layers, 3 * hidden, hidden], hidden)
        self.qkv_bias = torch.zeros([2 * layers, 3 * hidden])
        self.out_weight = around_zero([2 * layers, hidden, hidden], hidden)
        self.up_weight = around_zero([2 * layers, 2 * hidden, hidden], hidden)
        self.up_bias = torch.zeros([2 * layers, 2 * hidden])
        self.down_weight = around_zero([2 * layers, hidden, 2 * hidden], 2 * hidden)
        self.down_bias = torch.zeros([2 * layers, hidden])
        self.code_weight = around_zero([code, window * hidden], window * hidden)
        self.code_bias = torch.zeros([code])
        self.wide_weight = around_zero([window * hidden, code], code)
        self.back_place = 0.1 * torch.randn([window, hidden])
        self.head_weight = around_zero([channels, hidden], hidden)
        self.head_bias = torch.zeros([channels])
        return self.head_bias


TEMPLATES = {"cnn": Cnn, "dlinear": DLinear, "gru": Gru, "transformer": Transformer, "autoencoder": Autoencoder}
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "detector", "src", "main", "resources", "tickwatch", "detector", "model")


def main():
    if len(sys.argv) > 1:
        sys.exit(__doc__)
    for kind, module in TEMPLATES.items():
        path = os.path.normpath(os.path.join(FOLDER, kind + ".pt"))
        torch.jit.script(module().eval()).save(path)
        print(f"{path}: {os.path.getsize(path)} bytes")


if __name__ == "__main__":
    main()
