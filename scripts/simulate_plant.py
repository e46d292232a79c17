#!/usr/bin/env python3
"""Simulate a small plant: temperature (degC), pressure (kPa), power (kW), one row a minute.

Power follows the working day and the week, with an auxiliary machine that switches on and off. Temperature follows power and
the weather with thermal inertia. Pressure follows power quickly and temperature slowly. Each sensor adds its own noise. The
first weeks (`train`) are normal operation, the rest (`test`) has labelled incidents of six kinds:

  spike              one to three rows far off
  levelShift         a channel is off by a constant for hours
  drift              a channel walks away slowly, then is repaired
  flatLine           a channel stops moving
  varianceChange     a channel becomes noisy
  brokenCorrelation  a channel goes on in its usual manner but no longer follows the others

Writes DIR/plant.csv.gz (ts,split,temperature,pressure,power,label) and DIR/incidents.csv (start,end,kind,channels; both ends
inclusive, the end five rows after the disturbance: the return to normal belongs to it). The same seed gives the same rows. Needs Python 3.8 and numpy.

Examples
  scripts/simulate_plant.py --out data/plant
  scripts/simulate_plant.py --out /tmp/plant --seed 7 --train-days 14 --test-days 28
"""
import argparse
import csv
import datetime as dt
import io
import os
import sys

import numpy as np

from prepare_data import write_gzip

CHANNELS = ("temperature", "pressure", "power")
DAY = 1440


def lagged(x, minutes, start):
    """first-order lag with the given time constant"""
    y = np.empty_like(x)
    k, last = 1.0 / minutes, start
    for i, v in enumerate(x):
        last += k * (v - last)
        y[i] = last
    return y


def wander(random, n, minutes, sd):
    """an AR(1) course with the given memory and standard deviation"""
    phi = np.exp(-1.0 / minutes)
    return lagged_noise(random.normal(0, sd * np.sqrt(1 - phi * phi), n), phi)


def lagged_noise(steps, phi):
    y = np.empty_like(steps)
    last = 0.0
    for i, v in enumerate(steps):
        last = phi * last + v
        y[i] = last
    return y


def normal_operation(random, n):
    minute = np.arange(n)
    hour = minute % DAY / 60.0
    # the working day: up at about 6, a dip at noon, down at about 20; less at the weekend, with no step at midnight
    def rise(at, width):
        return 1 / (1 + np.exp(-(hour - at) / width))

    work = rise(6, 0.5) - rise(20, 0.7) - 0.18 * np.exp(-(((hour - 12.5) / 0.7) ** 2))
    share = np.interp(minute / DAY % 7, [0, 0.2, 4.8, 5.2, 6.8, 7], [0.75, 1, 1, 0.55, 0.5, 0.75])
    # the auxiliary machine: on for about an hour, off for about two
    on = np.zeros(n)
    i, state = 0, False
    while i < n:
        j = i + int(random.exponential(60 if state else 120)) + 10
        on[i:j] = state
        i, state = j, not state
    power = 42 + 46 * work * share + 5.0 * lagged(on, 4, 0.0) + wander(random, n, 90, 0.8)
    weather = 4.0 * np.sin(2 * np.pi * (hour - 9) / 24) + wander(random, n, 2 * DAY, 2.0)
    temperature = lagged(22 + 0.42 * power + weather, 40, 45.0)
    pressure = 300 + 1.1 * lagged(power, 3, 45.0) + 0.8 * (temperature - 50) + wander(random, n, 15, 0.4)
    noise = random.normal(0, 1, (3, n)) * np.array([[0.08], [0.35], [0.30]])
    return np.stack([temperature, pressure, power]) + noise


# kind, channels, minutes, size in units of the channel
INCIDENTS = (
    ("spike", ("temperature",), 2, 4.0),
    ("levelShift", ("pressure",), 150, -16.0),
    ("flatLine", ("power",), 170, 0.0),
    ("varianceChange", ("pressure",), 100, 6.0),
    ("spike", ("pressure",), 1, 22.0),
    ("drift", ("temperature",), 200, 12.0),
    ("brokenCorrelation", ("pressure",), 240, 0.0),
    ("spike", ("power", "pressure"), 3, -14.0),
    ("levelShift", ("temperature",), 180, 5.0),
    ("varianceChange", ("temperature",), 120, 1.2),
    ("drift", ("pressure",), 260, -28.0),
    ("flatLine", ("temperature",), 240, 0.0),
    ("levelShift", ("power", "pressure"), 120, 15.0),
    ("brokenCorrelation", ("power",), 200, 0.0),
    ("varianceChange", ("power",), 90, 4.0),
    ("spike", ("temperature",), 3, -3.0),
)
RECOVERY = 5  # rows after a disturbance that are labelled with it: the sensor's return is part of the incident
FIRST_INCIDENT = 240  # minutes into the test part, so that a demo shows something soon


def disturb(random, x, start, kind, channels, minutes, size):
    """Changes x in place over the rows start .. start + minutes - 1."""
    rows = slice(start, start + minutes)
    for name in channels:
        c = CHANNELS.index(name)
        y = x[c]
        if kind in ("spike", "levelShift"):
            y[rows] += size
        elif kind == "drift":
            y[rows] += np.linspace(0, size, minutes)
        elif kind == "flatLine":
            y[rows] = y[start - 1]
        elif kind == "varianceChange":
            y[rows] += random.normal(0, size, minutes)
        elif kind == "brokenCorrelation":
            # plays its own past backwards: the right level and texture, unrelated to what the others do
            past = y[start - minutes : start][::-1].copy()
            y[rows] = past + (y[start - 1] - past[0])
        else:
            raise AssertionError(kind)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True, metavar="DIR")
    parser.add_argument("--seed", type=int, default=20260105)
    parser.add_argument("--train-days", type=int, default=42)
    parser.add_argument("--test-days", type=int, default=14)
    args = parser.parse_args()
    if args.train_days < 1 or args.test_days < 1:
        sys.exit(f"simulate_plant: {args.train_days} train and {args.test_days} test days (expected: at least 1 of each)")

    random = np.random.default_rng(args.seed)
    train, test = args.train_days * DAY, args.test_days * DAY
    x = normal_operation(random, train + test)
    label = np.zeros(train + test, int)
    begin = dt.datetime(2026, 1, 5)  # a Monday
    stamp = lambda i: (begin + dt.timedelta(minutes=int(i))).isoformat() + "Z"

    # incidents are spread evenly with some jitter; as many as fit
    room = test // len(INCIDENTS)
    if room < 600:
        sys.exit(f"simulate_plant: --test-days {args.test_days} leaves {room} minutes an incident (expected: at least 600, 7 days)")
    incidents = []
    for k, (kind, channels, minutes, size) in enumerate(INCIDENTS):
        slack = room - minutes - 200
        start = train + (FIRST_INCIDENT if k == 0 else k * room + int(random.integers(0, slack)))
        disturb(random, x, start, kind, channels, minutes, size)
        label[start : start + minutes + RECOVERY] = 1
        incidents.append((stamp(start), stamp(start + minutes + RECOVERY - 1), kind, " ".join(channels)))

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["ts", "split", *CHANNELS, "label"])
    for i in range(train + test):
        writer.writerow([stamp(i), "train" if i < train else "test", *(f"{v:.{d}f}" for v, d in zip(x[:, i], (2, 1, 2))), label[i]])
    path = os.path.join(args.out, "plant.csv.gz")
    digest = write_gzip(path, text.getvalue())
    with open(os.path.join(args.out, "incidents.csv"), "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["start", "end", "kind", "channels"])
        writer.writerows(incidents)
    print(f"{path}: {train} train and {test} test rows, {len(incidents)} incidents, {label.sum()} labelled rows, sha256 {digest}", file=sys.stderr)


if __name__ == "__main__":
    main()
