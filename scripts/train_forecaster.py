#!/usr/bin/env python3
"""Train a forecaster on normal data and write it as a model directory: model.pt, model.json, golden.json, loss.svg, and beside the network
the ensemble of detectors that `tickwatch train` learns, ensemble.bin (it needs Java; --no-ensemble leaves it out).

Options, defaults and files are those of `tickwatch train`, which also reads the files and says what is wrong with them (its --print-rows):
a time column, numeric channels, perhaps a column `split` (train, test; without one all rows are normal, or the first --train ROWS) and,
for the report, a `label` column (1 = anomalous). With --no-ensemble nothing of Java is needed, and a file must be plainer: commas, ISO 8601 times
that rise, numbers or nothing in each channel.
One file is one sensor, named after the file, unless --sym names a column that tells sensors apart. All sensors share one network;
scaling, residual statistics and threshold are found for each (docs/model-format.md says what each number means).

The last quarter of the normal rows is held out: it stops the training and sets the residual
scales, the quantiles and the threshold. The other rows are looked at only for the report.

Needs PyTorch 1.13 or newer and numpy (Debian: apt-get install python3-torch; run it with /usr/bin/python3).
The same data, options, seed, PyTorch and --created-at give the same files. Without Python: scripts/tickwatch train.

Examples
  scripts/train_forecaster.py data/servers/omi-*.csv.gz --out models/servers
  scripts/train_forecaster.py data/plant/plant.csv.gz --out models/plant --window 60 --unit temperature=degC
  scripts/train_forecaster.py mine.csv --out models/mine --arch gru --window 48 --channels cpu,memory --false-alarms 0.5
  scripts/train_forecaster.py --evaluate models/servers data/servers/omi-*.csv.gz --scores /tmp/scores
"""
import argparse
import csv
import datetime as dt
import gzip
import hashlib
import html
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import warnings

if __name__ == "__main__" and os.environ.get("PYTHONHASHSEED") != "0":
    # TorchScript writes a class's constants in the order of a set of strings: fixed, so that the same training gives the same bytes
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable, *sys.argv])

try:
    import numpy as np
    import torch
except ImportError as missing:
    sys.exit(
        f"train_forecaster: {missing}. It needs numpy and PyTorch 1.13 or newer.\n"
        "Debian and Ubuntu: apt-get install python3-torch, then run this script with /usr/bin/python3"
    )

TIME_NAMES = ("ts", "time", "timestamp", "date", "datetime")
LABELS = set(
    "label labels groundtruth anomaly anomalies anomalous abnormal anomalylabel fault faults faulty failure outlier outliers attack changepoint".split()
)
MARKS = {"", "0", "1", "0.0", "1.0", "true", "false"}
BATCH_SIZES = [1, 8, 32, 128]
TICKWATCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tickwatch")


def fail(message):
    print(f"train_forecaster: {message}", file=sys.stderr)
    sys.exit(2)


# ---------------------------------------------------------------------------------------------------------------- data
class Series:
    """The rows of one sensor: times (text), x (rows x channels, NaN where missing), train and label (booleans)."""

    def __init__(self, sym, path, channels, times, x, train, label, step):
        self.sym, self.path, self.channels = sym, path, channels
        self.times, self.x, self.train, self.label, self.step = times, x, train, label, step


def seconds(text):
    try:
        t = dt.datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text.strip()).replace("Z", "+00:00"))
    except ValueError:
        return None
    return (t if t.tzinfo else t.replace(tzinfo=dt.timezone.utc)).timestamp()


def is_label(name, at, rows):
    """Whether a column only says what was wrong, by the rule of tickwatch schema."""
    word = re.sub("[^a-z0-9]", "", name.lower())
    if not {word, re.sub("^is", "", word)} & LABELS:
        return False
    return all(row[at].strip().lower() in MARKS for row in rows if at < len(row))


def column_flags(args, channels):
    flags = [("--time", args.time), ("--sym", args.sym), ("--split", args.split), ("--label", args.label), ("--train", args.train)]
    words = [str(word) for flag, value in flags if value is not None for word in (flag, value)]
    if args.keep:
        words += ["--keep", *args.keep]
    return words + (["--channels", ",".join(channels)] if channels else [])


def read(args):
    """all sensors of all files"""
    if args.no_ensemble or (args.evaluate and not shutil.which("java")):
        return [s for path in args.csv for s in read_csv(path, args)]
    # One reader, one set of messages. Its text is some times the file's size.
    command = [TICKWATCH, "train", "--print-rows", *column_flags(args, args.channels and args.channels.split(",")), "--csv", *args.csv]
    read = subprocess.run(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    if read.returncode:
        sys.exit(read.returncode)
    rows = csv.reader(read.stdout.splitlines())
    channels = next(rows)[5:]
    groups = {}
    for row in rows:
        groups.setdefault((row[0], row[1]), []).append(row)
    out = []
    for (path, sym), rows in groups.items():
        times = [row[2] for row in rows]
        x = np.array([[float(v) if v else math.nan for v in row[5:]] for row in rows])
        train = np.array([row[3] == "train" for row in rows])
        label = np.array([row[4] == "1" for row in rows])
        steps = np.diff([seconds(t) for t in times[: max(2, train.sum())]])
        step = float(np.median(steps)) if len(steps) else 60.0
        out.append(Series(sym, path, channels, times, x, train, label if label.any() else None, step if step > 0 else 60.0))
    return out


def read_csv(path, args):
    """without Java"""
    opener = gzip.open if path.endswith(".gz") else open
    try:
        with opener(path, "rt", newline="", encoding="utf-8") as source:
            rows = csv.reader(source)
            header = next(rows, [])
            rows = list(rows)
    except FileNotFoundError:
        fail(f"there is no file {path}")
    except (OSError, UnicodeDecodeError, csv.Error) as e:
        fail(f"{path} cannot be read: {e}")
    column = {name: i for i, name in enumerate(header)}
    when = args.time or next((n for n in TIME_NAMES if n in column), None)
    if when not in column:
        fail(f"{path}: no time column (columns: {', '.join(header)}); name it with --time")
    if args.split and args.split not in column:
        fail(f"{path}: no column {args.split} with train and test (columns: {', '.join(header)})")
    split = args.split or ("split" if "split" in column else None)
    label = args.label or "label"
    if args.sym and args.sym not in column:
        fail(f"{path}: no sym column {args.sym} (columns: {', '.join(header)})")
    special = {when, "split", "label", split, label, args.sym} - set(args.keep)
    if args.channels:
        channels = args.channels.split(",")
    else:
        channels = [n for n in header if n not in special and (n in args.keep or not is_label(n, column[n], rows))]
    for name in channels:
        if name not in column:
            fail(f"{path}: no channel {name} (columns: {', '.join(header)})")
        if not re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name):
            fail(f'{path}: q takes no column "{name}" (expected: letters, digits and underscores): rename it, or leave out --no-ensemble: tickwatch, which then reads the file, does')
    if not channels:
        fail(f"{path}: no channels beside {', '.join(sorted(n for n in special if n))}")
    stem = os.path.basename(path)
    for ending in (".gz", ".csv", ".tsv", ".txt"):
        stem = stem[: -len(ending)] if stem.lower().endswith(ending) and len(stem) > len(ending) else stem
    groups = {}
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            fail(f"{path}:{number}: {len(row)} fields (expected: {len(header)})")
        groups.setdefault(row[column[args.sym]] if args.sym else stem, []).append((number, row))
    out = []
    for sym, numbered in groups.items():
        x = np.empty((len(numbered), len(channels)))
        for i, (number, row) in enumerate(numbered):
            for c, name in enumerate(channels):
                text = row[column[name]]
                try:
                    x[i, c] = float(text) if text.strip() else math.nan
                except ValueError:
                    fail(f'{path}:{number}: {name} "{text}" (expected: a number or nothing); choose columns with --channels')
        x[~np.isfinite(x)] = math.nan
        times = [row[column[when]] for _, row in numbered]
        stamps = [seconds(t) for t in times]
        if None in stamps:
            fail(f'{path}: {when} "{times[stamps.index(None)]}" (expected: a time as 2026-01-31T12:00:00Z)')
        steps = np.diff(stamps)
        if len(steps) and steps.min() <= 0:
            fail(f"{path}: the rows of {sym} are not in the order of {when}; sort them and drop duplicates")
        if args.train is not None:
            if args.train > len(numbered):
                fail(f"{path}: --train {args.train} of {len(numbered)} rows of {sym}")
            train = np.arange(len(numbered)) < args.train
        else:
            train = np.array([not split or row[column[split]] == "train" for _, row in numbered])
        if (~train[: train.sum()]).any():
            fail(f"{path}: the train rows of {sym} must come before its other rows")
        labels = np.array([row[column[label]] == "1" for _, row in numbered]) if label in column else None
        out.append(Series(sym, path, channels, times, x, train, labels, float(np.median(steps)) if len(steps) else 60.0))
    return out


# ------------------------------------------------------------------------------------------------------------ networks
# The same files that `tickwatch train` trains; scripts/make_templates.py makes them and says what is in them.
TEMPLATES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "detector", "src", "main", "resources", "tickwatch", "detector", "model")
LAYERS = {"cnn": 2, "dlinear": 1, "gru": 1, "transformer": 1, "autoencoder": 1}
MOST_SOLVED = 20_000  # windows that the linear part and the units of errors come from
MOST_IN_EPOCH = 200_000


def network(args, channels):
    net = torch.jit.load(os.path.join(TEMPLATES, args.arch + ".pt"))
    try:
        net.configure(torch.tensor([args.window, channels, args.hidden, args.layers, args.seed]))
    except RuntimeError as e:
        fail(f"--window {args.window} --layers {args.layers}: {str(e).strip().splitlines()[-1]}")
    return net


def last_row(out):
    """a network that gives a window back is judged by its last row"""
    return out if out.dim() == 2 else out[:, -1]


def spread(windows, most):
    return windows if len(windows) <= most else windows[torch.arange(most) * len(windows) // most]


LOSS_CLIP = 10.0  # an error beyond this many units teaches nothing


def error_scale(forecast, targets):
    """standard deviation of the error of each channel, none far below the median one"""
    errors = (forecast - targets).reshape(-1, targets.shape[-1])
    return torch.from_numpy(floored(errors.std(0, unbiased=False).numpy(), RESIDUAL_FLOOR)).float()


def fit(net, inputs, targets, validation, args):
    """Minimises the mean squared error, each channel in units of the error that the untrained net makes; keeps the best epoch.

    Returns the loss of each epoch, the same on the held-out windows (that of the untrained net first), and the best epoch (0: untrained)."""
    some, wanted = spread(inputs, MOST_SOLVED), spread(targets, MOST_SOLVED)
    validation = [spread(v, MOST_SOLVED) for v in validation]
    solves = hasattr(net, "start")
    with torch.no_grad():
        if solves:
            net.start(some[:, -min(10, args.window) :].contiguous(), wanted)
        unit = error_scale(torch.cat([net(x) for x in some.split(1024)]), wanted)
    for parameter in net.parameters():
        parameter.requires_grad_(True)

    def loss_of(x, y):
        return ((net(x) - y) / unit).square().clamp(max=LOSS_CLIP**2).mean()

    def held_out_loss():
        net.eval()
        with torch.no_grad():
            return sum(loss_of(x, y).item() * len(x) for x, y in zip(validation[0].split(1024), validation[1].split(1024))) / len(validation[0])

    solved = [p for n, p in net.named_parameters() if n.startswith("linear_")]
    others = [p for p in net.parameters() if all(p is not q for q in solved)]
    rates = [args.learning_rate] + ([args.learning_rate * 0.02] if solved else [])  # what is solved already moves little
    optimiser = torch.optim.AdamW([{"params": others}] + ([{"params": solved, "weight_decay": 0.0}] if solved else []), lr=args.learning_rate, weight_decay=args.weight_decay)
    generator = torch.Generator().manual_seed(args.seed)
    in_epoch = min(len(inputs), MOST_IN_EPOCH)
    batches = (in_epoch + args.batch - 1) // args.batch
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, rates, total_steps=args.epochs * batches)
    losses, held_out = [], [held_out_loss()]
    best, best_epoch, best_state = held_out[0], 0, {k: v.clone() for k, v in net.state_dict().items()}
    print(f"epoch   0                held out {best:.5f}", file=sys.stderr)
    for epoch in range(1, args.epochs + 1):
        net.train()
        total = 0.0
        for rows in torch.randperm(len(inputs), generator=generator)[:in_epoch].split(args.batch):
            optimiser.zero_grad()
            loss = loss_of(inputs[rows], targets[rows])
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item() * len(rows)
        losses.append(total / in_epoch)
        held_out.append(held_out_loss())
        better = held_out[-1] < best
        if better:
            best, best_epoch = held_out[-1], epoch
            best_state = {k: v.clone() for k, v in net.state_dict().items()}
        print(f"epoch {epoch:3d}  loss {losses[-1]:.5f}  held out {held_out[-1]:.5f}{'  best' if better else ''}", file=sys.stderr, flush=True)
        if epoch - best_epoch >= args.patience:
            break
    net.load_state_dict(best_state)
    return losses, held_out, best_epoch


# ----------------------------------------------------------------------------------------- from rows to scores, in numpy
def carried_forward(z):
    """the last value of each channel where one is missing, 0 before the first"""
    there = np.isfinite(z)
    rows = np.where(there, np.arange(len(z))[:, None], -1)
    rows = np.maximum.accumulate(rows, axis=0)
    return np.where(rows >= 0, np.take_along_axis(np.nan_to_num(z), np.maximum(rows, 0), axis=0), 0.0)


def windows(z, window, horizon, clip):
    """(rows - window - horizon + 1, window, channels): the input for rows window + horizon - 1 and on"""
    v = carried_forward(z)
    if clip is not None:
        v = np.clip(v, -clip, clip)
    v = torch.from_numpy(v.astype(np.float32))
    return v.unfold(0, window, 1).transpose(1, 2)[: len(z) - window - horizon + 1]


def forecasts(net, z, window, horizon, clip):
    """rows x channels, NaN where there is no forecast"""
    out = np.full(z.shape, math.nan)
    with torch.no_grad():
        parts = [last_row(net(part.contiguous())) for part in windows(z, window, horizon, clip).split(128)]
    if parts:
        out[window + horizon - 1 :] = torch.cat(parts).double().numpy()
    return out


def residuals(z, f, scale, clip):
    r = (z - f) / scale
    return r if clip is None else np.clip(r, -clip, clip)


def row_scores(r, power):
    there = np.isfinite(r)
    n = there.sum(1)
    return np.where(n > 0, (np.where(there, np.abs(r), 0) ** power).sum(1) / np.maximum(n, 1), math.nan)


def smoothed(a, half_life, cap):
    if half_life == 0:
        return a.copy()
    a = np.where(a > cap, cap, a)  # NaN stays NaN
    alpha = 1 - 2 ** (-1 / half_life)
    out, s = np.full(len(a), math.nan), math.nan
    for i, v in enumerate(a):
        if v == v:
            s = v if s != s else s + alpha * (v - s)
            out[i] = s
    return out


class Judge:
    """What the detector does with one sensor's rows: the numbers of model.json, in the order of docs/model-format.md."""

    def __init__(self, model, sym, net):
        own = model.get("syms", {}).get(sym, {})
        source = model["input"]
        self.window, self.horizon, self.clip = source["window"], source.get("horizon", 1), source.get("clip")
        channels = own.get("channels", source["channels"])
        self.centre = np.array([c["centre"] for c in channels])
        self.scale = np.array([c["scale"] for c in channels])
        self.residual = own.get("residual", model["residual"])
        self.score = own.get("score", model["score"])
        self.threshold = own.get("threshold", model["threshold"])
        self.net = net

    def __call__(self, x):
        z = (x - self.centre) / self.scale
        f = forecasts(self.net, z, self.window, self.horizon, self.clip)
        return self.judged(z, f)

    def judged(self, z, f):
        residual_scale = np.array(self.residual["scale"])
        r = residuals(z, f, residual_scale, self.residual.get("clip"))
        power = self.residual.get("power", 1.0)
        a = row_scores(r, power)
        cap = self.score.get("cap", math.inf)
        speeds = np.stack([smoothed(a, s["halfLife"], cap) / s["q99"] for s in self.score["speeds"]], axis=1)
        score = np.where(np.isfinite(a), speeds.max(1), math.nan)
        value, normal = self.threshold["value"], self.threshold.get("normal", 0.0)
        with np.errstate(invalid="ignore"):
            flag = score > value
            grade = np.where(flag, 1 - np.exp2(-(score - value) / (value - normal)), 0.0)
        expected = self.centre + self.scale * f
        half = self.residual.get("band", 3.0) * residual_scale * self.scale
        share = np.nan_to_num(np.abs(r)) ** power
        total = share.sum(1, keepdims=True)
        return {
            "z": z, "forecast": f, "residual": r, "rowScore": a, "speeds": speeds, "score": score, "flag": flag, "grade": grade,
            "expected": expected, "lower": expected - half, "upper": expected + half,
            "contribution": np.divide(share, total, out=np.zeros_like(share), where=total > 0),
        }


# ------------------------------------------------------------------------------------------------------------ threshold
def pareto_tail(excess):
    """Shape and spread of the generalised Pareto distribution of the excesses, by maximum likelihood over a grid of theta = shape / spread
    (Grimshaw's reduction to one unknown)."""
    excess = excess[excess > 0]
    mean, top = excess.mean(), excess.max()
    theta = np.r_[np.linspace(-0.95 / top, -1e-3 / top, 400), np.geomspace(1e-4 / mean, 20 / mean, 800)]
    inside = np.log1p(theta[:, None] * excess[None, :])
    shape = inside.mean(1)
    spread = shape / theta
    with np.errstate(invalid="ignore", divide="ignore"):
        likelihood = np.where(spread > 0, -np.log(spread) - (1 + shape), -np.inf)
    exponential = -math.log(mean) - 1
    best = int(np.argmax(likelihood))
    if likelihood[best] <= exponential + 1e-9:
        return 0.0, mean
    # a tail from a few hundred rows is badly known: keep the shape where the moments exist and no end is claimed too near
    bounded = min(max(shape[best], -0.2), 0.4)
    return (bounded, spread[best]) if bounded == shape[best] else (bounded, mean * (1 - bounded))


def pot(score, rows_per_day, per_day, level=0.98):
    score = score[np.isfinite(score)]
    initial = float(np.quantile(score, level))
    excess = score[score > initial] - initial
    q = per_day / rows_per_day
    if len(excess) < 10 or q >= 1 - level:
        return {"method": "fixed", "value": float(np.quantile(score, max(0.0, 1 - q))), "normal": float(np.median(score)), "rows": len(score)}
    shape, spread = pareto_tail(excess)
    ratio = q / (1 - level)
    value = initial + (-spread * math.log(ratio) if abs(shape) < 1e-9 else spread / shape * (ratio**-shape - 1))
    return {
        "method": "pot", "value": float(value), "normal": float(np.median(score)), "perDay": per_day, "rowsPerDay": rows_per_day,
        "level": level, "initial": initial, "shape": float(shape), "spread": float(spread), "rows": len(score),
    }


# ----------------------------------------------------------------------------------------------------------- the model
CLIP, RESIDUAL_CLIP, POWER, BAND = 5.0, 20.0, 1.5, 3.0
HALF_LIVES = (0, 3, 12)  # rows
CAP = 10.0  # of the row score's 99 % quantile
RESIDUAL_FLOOR = 0.25  # of the median channel's
OF_CONSTANT, ROUNDING = 0.1, 1e-13  # shares of a channel's own value


def floored(scale, share):
    """an error that hardly ever was must not own the score; errors are in each channel's own deviations"""
    scale = np.nan_to_num(scale)
    median = np.median(scale[scale > 0]) if (scale > 0).any() else 1.0
    return np.maximum(scale, share * median)


def scaler(x):
    """centre and scale of each channel, as the file has them: in its own unit, whatever the others' are"""
    there = np.isfinite(x)
    first = np.where(there.any(0), x[there.argmax(0), np.arange(x.shape[1])], 0.0)  # the mean of a channel that never moved is its value
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a channel with no value at all: centre 0
        centre = first + np.nan_to_num(np.nanmean(x - first, 0))
        scale = np.nan_to_num(np.sqrt(np.nanmean((x - centre) ** 2, 0)))
    size = np.abs(centre)
    of_constants = np.where(size > 0, OF_CONSTANT * size, OF_CONSTANT)
    scale = np.array(rounded(np.where(scale > ROUNDING * size, scale, of_constants)))
    # a centre to the last place of its scale, however large it is beside it
    places = [6 - int(f"{s:.6e}".split("e")[1]) for s in scale]
    return np.array([round(float(c), p) + 0.0 for c, p in zip(centre, places)]), scale


def rounded(values):
    """seven significant digits: what the file says is what is used"""
    return [float(f"{v:.7g}") for v in values]


def channel_list(names, units, centre, scale):
    return [{"name": n, "unit": units.get(n, ""), "centre": c, "scale": s} for n, c, s in zip(names, centre.tolist(), scale.tolist())]


def calibration(stretches, rows_per_day, per_day):
    """residual, score and threshold members from held-out stretches of (z, forecast)"""
    errors = np.concatenate([z - f for z, f in stretches])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a channel with no value at all
        scale = rounded(floored(np.nanstd(errors, axis=0), RESIDUAL_FLOOR))
    rows = [row_scores(residuals(z, f, np.array(scale), RESIDUAL_CLIP), POWER) for z, f in stretches]
    cap = float(f"{CAP * np.nanquantile(np.concatenate(rows), 0.99):.7g}")
    speeds, parts = [], []
    for half_life in HALF_LIVES:
        smooth = [smoothed(a, half_life, cap) for a in rows]
        q99 = float(f"{np.nanquantile(np.concatenate(smooth), 0.99):.7g}")
        if not q99 > 0:
            fail("the held-out rows have no error at all (expected: data that moves; a threshold cannot be set from constant data)")
        speeds.append({"halfLife": half_life, "q99": q99})
        parts.append(np.concatenate(smooth) / q99)
    threshold = pot(np.max(parts, axis=0), rows_per_day, per_day)
    threshold = {k: float(f"{v:.7g}") if isinstance(v, float) else v for k, v in threshold.items()}
    return {"scale": scale, "clip": RESIDUAL_CLIP, "power": POWER, "band": BAND}, {"cap": cap, "speeds": speeds}, threshold


def sha256(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def train(series, args):
    first = series[0]
    for s in series:
        if s.channels != first.channels:
            fail(f"{s.path}: channels {', '.join(s.channels)} (expected: as in {first.path}: {', '.join(first.channels)})")
        if sum(o.sym == s.sym for o in series) > 1:
            fail(f"{s.path}: two sensors are called {s.sym}; rename a file or name a column with --sym")
        fitted = int(s.train.sum() * 0.75)
        if fitted < 4 * (args.window + args.horizon) or s.train.sum() - fitted < 200:
            fail(
                f"{os.path.basename(s.path)}: {s.train.sum()} normal rows of {s.sym} (expected: at least {max(800, 6 * (args.window + args.horizon))}; "
                "fewer need a shorter --window, or --model ensemble, which takes 100)"
            )
    units = dict(u.split("=", 1) for u in args.unit)
    skip = args.window + args.horizon - 1
    scalers, z = {}, {}
    for s in series:
        scalers[s.sym] = scaler(s.x[s.train])
        z[s.sym] = (s.x - scalers[s.sym][0]) / scalers[s.sym][1]
    inputs, targets, held_inputs, held_targets = [], [], [], []
    for s in series:
        n, fitted = int(s.train.sum()), int(s.train.sum() * 0.75)
        every = windows(z[s.sym][:n], args.window, args.horizon, CLIP)
        aim = torch.from_numpy(np.clip(carried_forward(z[s.sym][:n]), -CLIP, CLIP).astype(np.float32))[skip:]
        cut = fitted - skip
        if args.horizon == 0:
            aim = every
        inputs.append(every[:cut])
        targets.append(aim[:cut])
        held_inputs.append(every[cut:])
        held_targets.append(aim[cut:])
    inputs, held_inputs = torch.cat(inputs), torch.cat(held_inputs)
    net = network(args, len(first.channels))
    parameters = sum(p.numel() for p in net.parameters())
    print(f"{args.arch}: {parameters} parameters, {len(inputs)} windows to fit, {len(held_inputs)} held out", file=sys.stderr)
    began = time.monotonic()
    losses, held_out, best_epoch = fit(net, inputs, torch.cat(targets), (held_inputs, torch.cat(held_targets)), args)
    print(f"trained in {time.monotonic() - began:.1f} s, best epoch {best_epoch}", file=sys.stderr)

    net.eval()
    with tempfile.TemporaryDirectory() as folder:
        saved = os.path.join(folder, "model.pt")  # its name is in the file
        torch.jit.save(net, saved)
        net = torch.jit.load(saved)
        with open(saved, "rb") as file:
            network_bytes = file.read()

    def calibrated(chosen, scaling):
        stretches = []
        for s in chosen:
            n, fitted = int(s.train.sum()), int(s.train.sum() * 0.75)
            zs = (s.x[fitted - skip : n] - scaling(s)[0]) / scaling(s)[1]
            stretches.append((zs[skip:], forecasts(net, zs, args.window, args.horizon, CLIP)[skip:]))
        return calibration(stretches, 86400.0 / np.median([s.step for s in chosen]), args.false_alarms)

    syms = {}
    for s in series:
        residual, score, threshold = calibrated([s], lambda s: scalers[s.sym])
        syms[s.sym] = {"channels": channel_list(s.channels, units, *scalers[s.sym]), "residual": residual, "score": score, "threshold": threshold}
    if len(series) == 1:
        own = syms.pop(first.sym)
    else:
        # the defaults, for a sensor that was not seen: pooled over all
        centre, scale = scaler(np.concatenate([s.x[s.train] for s in series]))
        residual, score, threshold = calibrated(series, lambda s: (centre, scale))
        own = {"channels": channel_list(first.channels, units, centre, scale), "residual": residual, "score": score, "threshold": threshold}
    model = {
        "formatVersion": 1,
        "name": args.name or os.path.basename(os.path.normpath(args.out)),
        "version": args.version,
        "createdAt": args.created_at or dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "file": "model.pt",
        "sha256": hashlib.sha256(network_bytes).hexdigest(),
        "framework": {"format": "torchscript", "torch": torch.__version__, "writer": "python"},
        "architecture": {"kind": args.arch, "hidden": args.hidden, "layers": args.layers, "parameters": parameters},
        "input": {"window": args.window, "horizon": args.horizon, "clip": CLIP, "channels": own.pop("channels")},
        **own,
    }
    if syms:
        model["syms"] = syms
    model["batchSizes"] = BATCH_SIZES
    span = lambda s: (s.times[0], s.times[int(s.train.sum()) - 1])
    model["training"] = {
        "data": [
            {"sym": s.sym, "file": os.path.basename(s.path), "sha256": sha256(s.path), "rows": int(s.train.sum()), "from": span(s)[0], "to": span(s)[1]}
            for s in series
        ],
        "rows": len(inputs), "validationRows": len(held_inputs),
        "from": min(span(s)[0] for s in series), "to": max(span(s)[1] for s in series),
        "epochs": len(losses), "bestEpoch": best_epoch, "loss": rounded(losses), "validationLoss": rounded(held_out),
        "seed": args.seed, "learningRate": args.learning_rate, "batch": args.batch,
    }
    # Only now: what fails before leaves nothing behind.
    os.makedirs(args.out, exist_ok=True)
    path = os.path.join(args.out, "model.pt")
    with open(path, "wb") as out:
        out.write(network_bytes)
    if os.path.exists(os.path.join(args.out, "ensemble.bin")):
        os.remove(os.path.join(args.out, "ensemble.bin"))
    write_json(os.path.join(args.out, "model.json"), model)
    write_json(os.path.join(args.out, "golden.json"), golden(series, model, net))
    with open(os.path.join(args.out, "loss.svg"), "w", encoding="utf-8") as out:
        out.write(loss_curve(f"{model['name']} ({args.arch})", losses, held_out, best_epoch))
    print(f"wrote {path}, model.json, golden.json, loss.svg", file=sys.stderr)
    return model, net


def write_json(path, value):
    """indented, but lists of plain values and small objects on one line"""

    def text(v, indent):
        flat = json.dumps(v, ensure_ascii=False, allow_nan=False)
        if not isinstance(v, (dict, list)) or not v or len(flat) <= 140 - indent:
            return flat
        inner = " " * (indent + 1)
        if isinstance(v, list):
            if not isinstance(v[0], (dict, list)):
                return flat
            return "[\n" + ",\n".join(inner + text(e, indent + 1) for e in v) + "\n" + " " * indent + "]"
        return "{\n" + ",\n".join(f"{inner}{json.dumps(k)}: {text(e, indent + 1)}" for k, e in v.items()) + "\n" + " " * indent + "}"

    with open(path, "w", encoding="utf-8") as out:
        out.write(text(value, 0) + "\n")


def loss_curve(title, losses, held_out, best):
    """as tickwatch train draws it: two lines over the epochs"""
    width, height, left, right, top, bottom = 640, 320, 64, 16, 40, 40
    low, high = min(losses + held_out), max(losses + held_out)
    high = high if high > low else low + 1
    epochs = len(held_out) - 1
    x = lambda epoch: left + (width - left - right) * epoch / max(1, epochs)
    y = lambda value: height - bottom - (height - top - bottom) * (value - low) / (high - low)
    words = lambda at, y, anchor, colour, text: f'<text x="{at:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{html.escape(text, False)}</text>'
    line = lambda values, first, colour: f'<polyline fill="none" stroke-width="2" stroke="{colour}" points="{"".join(f"{x(first + i):.1f},{y(v):.1f} " for i, v in enumerate(values))}"/>'
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-family="sans-serif" font-size="12">',
        f"<title>{html.escape(title, False)}</title>", '<rect width="100%" height="100%" fill="#fff"/>', words(left, 18, "start", "#222", title),
    ]
    for value in np.linspace(low, high, 5):
        svg += [f'<path d="M{left} {y(value):.1f}H{width - right}" stroke="#ddd"/>', words(left - 6, y(value) + 4, "end", "#555", f"{value:.4g}")]
    svg += [words(x(e), height - bottom + 18, "middle", "#555", str(e)) for e in range(0, epochs + 1, max(1, (epochs + 9) // 10))]
    svg += [
        words(width - right, height - 6, "end", "#555", "epoch"), f'<path d="M{x(best):.1f} {top}V{height - bottom}" stroke="#999" stroke-dasharray="4 4"/>',
        line(losses, 1, "#1f77b4"), line(held_out, 0, "#d62728"), words(width - right, 18, "end", "#1f77b4", "loss"),
        words(width - right - 40, 18, "end", "#d62728", "held out"), words(width - right - 104, 18, "end", "#777", f"kept: epoch {best}"), "</svg>",
    ]
    return "\n".join(svg) + "\n"


def plain(v, digits=7):
    """numpy to JSON: NaN becomes null"""
    if isinstance(v, np.ndarray):
        return [plain(e, digits) for e in v]
    if isinstance(v, (bool, np.bool_)):
        return bool(v)
    return float(f"{v:.{digits}g}") if np.isfinite(v) else None


def golden(series, model, net):
    """For each sensor a stretch of rows around its first flagged test row, once with values missing, and a few windows alone."""
    cases, alone = [], []
    window, horizon = model["input"]["window"], model["input"]["horizon"]
    after = 10
    for s in series:
        judge = Judge(model, s.sym, net)
        whole = judge(s.x)
        test = int(s.train.sum())
        flagged = np.flatnonzero(whole["flag"][test:]) + test
        start = (flagged[0] if len(flagged) else test + 100) - window - horizon - 6
        start = max(0, min(start, len(s.x) - window - horizon - after))
        for missing in (False, True) if s is series[0] else (False,):
            x = s.x[start : start + window + horizon + after].copy()
            if missing:
                x[3 : 3 + 4, 0] = math.nan  # in the input only
                x[0 : window + 4, -1] = math.nan  # absent from the start
                x[window + horizon + 1 : window + horizon + 4, 1 % x.shape[1]] = math.nan
                x[window + horizon + 8] = math.nan  # a whole row
            out = judge(x)
            scored = np.isfinite(out["score"])
            case = {"sym": s.sym, "from": s.times[start], "rows": [plain(r, 17) for r in x]}
            case["z"] = plain(out["z"])
            for key in ("forecast", "residual", "rowScore", "speeds", "score", "flag", "grade", "expected", "lower", "upper", "contribution"):
                case[key] = [plain(v) if ok else None for v, ok in zip(out[key], scored)]
            cases.append(case)
        for wanted in (window + horizon - 1, test, len(s.x) - 1):
            there = (k for k in range(min(wanted, len(s.x) - 1), window + horizon - 2, -1) if np.isfinite(s.x[k - window - horizon + 1 : k - horizon + 1]).all())
            k = next(there, None)
            if k is None:
                continue
            x = s.x[k - window - horizon + 1 : k - horizon + 1]
            alone.append({"sym": s.sym, "window": [plain(r, 17) for r in x], "forecast": plain(whole["forecast"][k])})
    return {"model": model["name"], "tolerance": {"forecast": 1e-4, "score": 1e-4}, "cases": cases, "windows": alone}


# ------------------------------------------------------------------------------------------------------------- the report
def runs(y):
    d = np.diff(np.r_[0, np.asarray(y, int), 0])
    return list(zip(np.flatnonzero(d == 1), np.flatnonzero(d == -1) - 1))  # both ends inclusive


def average_precision(y, score):
    order = np.argsort(-score, kind="stable")
    last = np.r_[np.flatnonzero(np.diff(score[order])), len(score) - 1]
    hits = np.cumsum(y[order])[last]
    return float(np.sum(np.diff(np.r_[0, hits / max(y.sum(), 1)]) * hits / (last + 1.0)))


def vus_pr(y, score, buffer=100, levels=250):
    """The volume under the precision-recall surface of Paparrizos et al. (2022) over buffers of 0 .. `buffer` rows round each event."""
    n, events = len(y), runs(y)
    if not events:
        return math.nan
    cut = np.sort(score)[::-1][np.linspace(0, n - 1, levels).astype(int)]
    above = lambda values: len(values) - np.searchsorted(np.sort(values), cut, "left")
    flagged, inside = above(score), above(score[y])
    volume = 0.0
    for w in range(buffer + 1):
        half, worth, merged = w // 2, np.zeros(n), []
        for a, b in events:
            for rows, distance in ((np.arange(b + 1, min(b + half + 1, n)), -b), (np.arange(max(a - half, 0), a), a)):
                if len(rows):
                    worth[rows] += np.sqrt(1 - (rows + distance if distance < 0 else distance - rows) / w)
            if merged and merged[-1][1] >= a - half:
                merged[-1][1] = b + half
            else:
                merged.append([max(a - half, 0), b + half])
        near = np.flatnonzero((worth > 0) & ~y)
        near = near[np.argsort(score[near], kind="stable")]
        sums = np.r_[0.0, np.cumsum(np.minimum(worth[near], 1.0))]
        soft = sums[-1] - sums[np.searchsorted(score[near], cut, "left")]
        touched = above(np.array([score[a : b + 1].max() for a, b in merged])) / len(merged)
        recall = np.minimum((inside + soft) / (y.sum() + soft / 2), 1) * touched
        volume += np.sum(np.diff(np.r_[0, recall]) * (inside + soft) / flagged)
    return float(volume / (buffer + 1))


def measures(y, score, flag, step, gap=10):
    """On test rows: y, flag booleans, score with NaN where there is none."""
    lowest = np.nanmin(score) if np.isfinite(score).any() else 0.0
    score = np.where(np.isfinite(score), score, lowest)
    events, alarms = runs(y), []
    for a, b in runs(flag):  # runs of flags fewer than `gap` rows apart are one alarm
        if alarms and a - alarms[-1][1] - 1 < gap:
            alarms[-1][1] = b
        else:
            alarms.append([a, b])
    hits = (y & flag).sum()
    delays = [int(np.argmax(flag[a : b + 1])) for a, b in events if flag[a : b + 1].any()]
    good = sum((y & flag)[a : b + 1].any() for a, b in alarms)
    days = (~y).sum() * step / 86400.0
    return {
        "VUS-PR": vus_pr(y, score), "AUC-PR": average_precision(y, score), "F1": 2 * hits / max(y.sum() + flag.sum(), 1),
        "event recall": len(delays) / len(events) if events else math.nan, "event precision": good / len(alarms) if alarms else math.nan,
        "false alarms/day": (len(alarms) - good) / days if days else math.nan, "delay (rows)": float(np.mean(delays)) if delays else math.nan,
    }


def report(series, model, net, args):
    table = []
    for s in series:
        out = Judge(model, s.sym, net)(s.x)
        if args.scores:
            os.makedirs(args.scores, exist_ok=True)
            with open(os.path.join(args.scores, s.sym + ".csv"), "w", newline="", encoding="utf-8") as f:
                writer = csv.writer(f, lineterminator="\n")
                writer.writerow(["ts", "score", "flag"])
                for t, v, flag in zip(s.times, out["score"], out["flag"]):
                    writer.writerow([t, "" if v != v else repr(float(v)), int(flag)])
        if s.label is not None and (s.label & ~s.train).any():
            test = ~s.train
            table.append((s.sym, measures(s.label[test], out["score"][test], out["flag"][test], s.step)))
    if not table:
        print("no labelled test rows: no report", file=sys.stderr)
        return
    if len(table) > 1:
        table.append(("mean", {k: float(np.nanmean([m[k] for _, m in table])) for k in table[0][1]}))
    wide = max(6, *(len(n) for n, _ in table))
    print(" " * wide + "  " + "  ".join(table[0][1]))
    for name, values in table:
        print(name.ljust(wide) + "  " + "  ".join(f"{v:{len(k)}.3f}" for k, v in values.items()))


def beside(args, channels):
    """the ensemble is Java's: it is learnt from the same columns, and the network stays as it is"""
    what = ["--model", "ensemble"] if args.arch == "ensemble" else ["--network", args.out]
    record = ["--seed", str(args.seed), "--false-alarms", str(args.false_alarms)]
    for flag, value in (("--created-at", args.created_at), ("--pipeline", args.pipeline), ("--name", args.name)):
        record += [flag, value] if value else []
    force = ["--force"] if args.force or args.arch != "ensemble" else []
    os.execv(TICKWATCH, [TICKWATCH, "train", *what, *column_flags(args, channels), *record, "--out", args.out, *force, "--csv", *args.csv])


def check_out(args):
    """before anything that takes time"""
    if os.path.isfile(args.out):
        fail(f"--out {args.out} is a file (expected: a directory to be made)")
    if os.path.isdir(args.out):
        if not os.path.isfile(os.path.join(args.out, "model.json")):
            if os.listdir(args.out):
                fail(f"--out {args.out} holds something else (expected: a new directory or a model's)")
        elif not args.force:
            fail(f"--out {args.out} holds a model already; --force takes its place")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE", help="CSV or CSV.gz, one a sensor (or several sensors in one, with --sym)")
    parser.add_argument("--csv", nargs="+", action="extend", default=[], metavar="FILE", help="the same, as tickwatch train has it")
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--out", metavar="DIR", help="train, write DIR, report on the labelled test rows")
    what.add_argument("--evaluate", metavar="DIR", help="no training: report on an existing model directory")
    parser.add_argument("--scores", metavar="DIR", help="also write ts,score,flag of every row as DIR/SYM.csv")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads (default 1; results are the same only for the same number)")
    data = parser.add_argument_group("data")
    data.add_argument("--train", type=int, metavar="ROWS", help="so many first rows of each sensor are normal, whatever a column says")
    data.add_argument("--time", metavar="COL", help=f"time column (default: the first of {', '.join(TIME_NAMES)})")
    data.add_argument("--split", metavar="COL", help="column with train and test (default: split, if there is one; else all rows are normal)")
    data.add_argument("--label", metavar="COL", help="column with 0 and 1, which is no channel (default: label)")
    data.add_argument("--keep", nargs="+", action="extend", default=[], metavar="COL", help="channels all the same, though they look like labels or counters")
    data.add_argument("--sym", metavar="COL", help="column with the sensor's name (default: sym, if there is one; else the file's name)")
    data.add_argument("--channels", metavar="A,B", help="the channels, in this order (default: all columns of numbers)")
    data.add_argument("--unit", action="append", default=[], metavar="CHANNEL=UNIT", help="for display; may be repeated")
    shape = parser.add_argument_group("network")
    shape.add_argument("--model", "--arch", dest="arch", metavar="KIND", choices=[*LAYERS, "ensemble"], default="cnn", help="cnn, dlinear, gru or transformer; autoencoder gives the window back; ensemble is made by tickwatch train (default cnn)")
    shape.add_argument("--window", type=int, default=32, metavar="ROWS", help="rows the forecast is made from (default 32)")
    shape.add_argument("--horizon", type=int, metavar="ROWS", help="rows ahead (default 1: the next row; 0 of autoencoder)")
    shape.add_argument("--hidden", type=int, default=24, metavar="N", help="width of the layers (default 24)")
    shape.add_argument("--layers", type=int, metavar="N", help="default: 2 of cnn, 1 of the others")
    shape.add_argument("--epochs", type=int, default=15, metavar="N", help="times through the rows, at most (default 15)")
    shape.add_argument("--patience", type=int, default=5, metavar="EPOCHS", help="stop after so many epochs without a better held-out loss (default 5)")
    shape.add_argument("--batch", type=int, default=256, metavar="N", help="windows in a step, 1 to 256 (default 256)")
    shape.add_argument("--learning-rate", type=float, default=1e-3, metavar="RATE", help="the largest learning rate (default 0.001)")
    shape.add_argument("--weight-decay", type=float, default=0.01, metavar="RATE", help="default 0.01")
    shape.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed and rows give the same model (default 1)")
    out = parser.add_argument_group("model")
    out.add_argument("--name", help="default: the name of the directory")
    out.add_argument("--force", action="store_true", help="take the place of a model that is there")
    out.add_argument("--no-ensemble", action="store_true", help="only the network; without Java")
    out.add_argument("--pipeline", metavar="FILE", help="a JSON file with the ensemble's detectors, weights and threshold")
    out.add_argument("--version", default="1")
    out.add_argument("--created-at", metavar="TIME", help="default: now; set it to get the same model.json again")
    out.add_argument("--false-alarms", type=float, default=1.0, metavar="ROWS", help="normal rows a day that may exceed the threshold (default 1; a false alarm is often several rows)")
    args = parser.parse_intermixed_args()
    args.csv += args.files
    if not args.csv:
        fail("no CSV file is named (expected: --csv FILE...)")
    if args.arch == "ensemble":
        if not args.out:
            fail("--model ensemble is evaluated by scripts/tickwatch evaluate")
        beside(args, args.channels and args.channels.split(","))
    if args.pipeline and args.no_ensemble:
        fail("--pipeline with --no-ensemble (expected: one or the other)")
    args.layers = args.layers or LAYERS[args.arch]
    if args.horizon is None:
        args.horizon = 0 if args.arch == "autoencoder" else 1
    if (args.horizon == 0) != (args.arch == "autoencoder"):
        fail(f"--horizon {args.horizon} of {args.arch} (expected: at least 1; 0 of autoencoder, which gives its window back)")
    for name in ("window", "hidden", "layers", "epochs", "batch", "threads"):
        if getattr(args, name) < 1:
            fail(f"--{name} {getattr(args, name)} (expected: at least 1)")
    if args.batch > 256:
        fail(f"--batch {args.batch} (expected: 1 to 256)")
    if args.out:
        check_out(args)
    if not args.false_alarms > 0:
        fail(f"--false-alarms {args.false_alarms} (expected: above 0)")
    if any("=" not in u for u in args.unit):
        fail(f"--unit {' '.join(args.unit)} (expected: CHANNEL=UNIT)")
    torch.set_num_threads(args.threads)
    torch.use_deterministic_algorithms(True)

    if args.evaluate:
        try:
            with open(os.path.join(args.evaluate, "model.json"), encoding="utf-8") as f:
                model = json.load(f)
            if model["threshold"]["method"] == "perChannel":
                fail(f"{args.evaluate}: a short model.json has no score to report on")
            path = os.path.join(args.evaluate, model.get("file", "model.pt"))
            if sha256(path) != model["sha256"]:
                fail(f"{path}: its SHA-256 is not the one in model.json")
            args.channels = ",".join(c["name"] for c in model["input"]["channels"])
            net = torch.jit.load(path)
        except (OSError, ValueError, KeyError) as e:
            fail(f"{args.evaluate}: not a model directory ({type(e).__name__}: {e})")
        series = read(args)
    else:
        series = read(args)
        model, net = train(series, args)
    report(series, model, net, args)
    if args.out and not args.no_ensemble:
        sys.stdout.flush()
        beside(args, series[0].channels)


if __name__ == "__main__":
    main()
