"""The peer of NetworkBenchmark: PyTorch in Python, one thread. Reads commands from standard input, answers each with a line.

  forward MODEL.pt WINDOW CHANNELS BATCH CALLS    CPU microseconds a window
  train SCRIPTS DATA.f4 ROWS WINDOW CHANNELS HIDDEN EPOCHS   CPU seconds to train a cnn on rows of float32 z-scores
"""
import argparse
import contextlib
import io
import sys
import time

import torch

torch.set_num_threads(1)
networks = {}


def forward(path, window, channels, batch, calls):
    net = networks.setdefault(path, torch.jit.load(path).eval())
    windows = torch.randn(batch, window, channels, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        for _ in range(10):
            net(windows)
        start = time.process_time()
        for _ in range(calls):
            net(windows)
        return (time.process_time() - start) / (calls * batch) * 1e6


def train(scripts, data, rows, window, channels, hidden, epochs):
    sys.path.insert(0, scripts)
    import train_forecaster as trainer

    z = torch.frombuffer(bytearray(open(data, "rb").read()), dtype=torch.float32).reshape(rows, channels)
    fitted = int(rows * 0.75)
    windows = z.unfold(0, window, 1).transpose(1, 2)[: rows - window]
    targets = z[window:]
    cut = fitted - window
    args = argparse.Namespace(arch="cnn", window=window, hidden=hidden, layers=2, seed=1, epochs=epochs, patience=epochs, batch=256, learning_rate=1e-3, weight_decay=0.01)
    net = trainer.network(args, channels)
    start = time.process_time()
    with contextlib.redirect_stderr(io.StringIO()):
        trainer.fit(net, windows[:cut], targets[:cut], (windows[cut:], targets[cut:]), args)
    return time.process_time() - start


print(torch.__version__, flush=True)
for line in sys.stdin:
    command, *words = line.split()
    if command == "forward":
        print(forward(words[0], *map(int, words[1:])), flush=True)
    else:
        print(train(words[0], words[1], *map(int, words[2:])), flush=True)
