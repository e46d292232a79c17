#!/usr/bin/env python3
"""Makes the test model beside this file: the plainest forecaster that somebody else might bring.

An LSTM over 15 rows of 3 channels, TorchScript, (batch, 15, 3) -> (batch, 3), with the short model.json and no hash. rows.csv has
raw rows, expected.csv what a detector must make of each: empty for the first 15 rows, then the score (largest |error| / value) and the
flag, computed row by row, one window at a time. No score lies within 0.1 % of the threshold, so rounding cannot turn a flag.

  /usr/bin/python3 make.py        (PyTorch 1.13 or newer and numpy)
"""
import csv
import datetime as dt
import json
import os

import numpy as np
import torch
from torch import nn

HERE = os.path.dirname(os.path.abspath(__file__))
WINDOW, NAMES, VALUES = 15, ("temperature", "pressure", "power"), (0.45, 0.6, 0.5)


class Lstm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(len(NAMES), 16, batch_first=True)
        self.out = nn.Linear(16, len(NAMES))

    def forward(self, x):
        return self.out(self.lstm(x)[0][:, -1])


def course(random, n):
    t = np.arange(n)
    x = np.stack([20 + 10 * np.sin(t / 12), 101 + np.cos(t / 17), 50 + 8 * np.sin(t / 12 + 1) + 3 * np.sin(t / 5)], axis=1)
    return x + random.normal(0, (0.5, 0.05, 0.5), x.shape)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(15)
    random = np.random.default_rng(15)
    train = course(random, 3000)
    centre, scale = [float(f"{v:.6g}") for v in train.mean(0)], [float(f"{v:.6g}") for v in train.std(0)]
    z = torch.from_numpy((train - centre) / scale).float()
    inputs, targets = z.unfold(0, WINDOW, 1).transpose(1, 2)[:-1], z[WINDOW:]
    net = Lstm()
    optimiser = torch.optim.Adam(net.parameters(), lr=5e-3)
    for _ in range(12):
        for rows in torch.randperm(len(inputs)).split(128):
            optimiser.zero_grad()
            nn.functional.mse_loss(net(inputs[rows]), targets[rows]).backward()
            optimiser.step()
    net.eval()
    torch.jit.save(torch.jit.script(net), os.path.join(HERE, "model.pt"))
    net = torch.jit.load(os.path.join(HERE, "model.pt"))
    with open(os.path.join(HERE, "model.json"), "w") as out:
        channels = ",\n   ".join(json.dumps({"name": n, "centre": c, "scale": s}) for n, c, s in zip(NAMES, centre, scale))
        out.write(
            f'{{"formatVersion": 1, "name": "lstm", "input": {{"window": {WINDOW}, "horizon": 1, "channels": [\n   {channels}]}},\n'
            f' "threshold": {{"method": "perChannel", "values": {json.dumps(VALUES)}}}}}\n'
        )

    rows = course(random, 400)
    for at, c, by in ((60, 0, 12), (61, 0, 12), (120, 1, -1.5), (180, 2, 9), (240, 0, -8), (240, 1, 0.9), (300, 2, -20), (360, 1, 2.0)):
        rows[at, c] += by
    rows[150:156, 1] += 0.8
    rows = np.round(rows, 3)
    z = (rows - np.array(centre)) / np.array(scale)
    begin, count, nearest = dt.datetime(2026, 1, 1), 0, 1.0
    with open(os.path.join(HERE, "rows.csv"), "w", newline="") as raw, open(os.path.join(HERE, "expected.csv"), "w", newline="") as wanted:
        raw, wanted = csv.writer(raw, lineterminator="\n"), csv.writer(wanted, lineterminator="\n")
        raw.writerow(["time", *NAMES])
        wanted.writerow(["time", "score", "flag"])
        for t in range(len(rows)):
            stamp = (begin + dt.timedelta(seconds=t)).isoformat() + "Z"
            raw.writerow([stamp, *rows[t]])
            if t < WINDOW:
                wanted.writerow([stamp, "", ""])
                continue
            with torch.no_grad():
                f = net(torch.from_numpy(z[t - WINDOW : t].astype(np.float32))[None])[0].double().numpy()
            error = np.abs(z[t] - f)
            flag = bool((error > np.array(VALUES)).any())
            score = float((error / np.array(VALUES)).max())
            count, nearest = count + flag, min(nearest, abs(score - 1))
            wanted.writerow([stamp, f"{score:.7g}", int(flag)])
    print(f"{count} of {len(rows) - WINDOW} scored rows are flagged; the nearest score is {nearest:.4f} from the threshold")
    assert nearest > 1e-3, "choose other thresholds or another seed"


if __name__ == "__main__":
    main()
