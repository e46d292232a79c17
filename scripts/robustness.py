#!/usr/bin/env python3
"""How much detection suffers from what is wrong or odd in real files.

  scripts/robustness.py                                   data/servers: about a minute
  scripts/robustness.py FILE... [--keep DIR] [EVALUATE'S OPTIONS]

Makes variants of labelled CSV files (time first; split, label), each with one flaw in train and test part alike, seeded, judges all of
them with `tickwatch evaluate` and prints VUS-PR and F1 of each as a Markdown table. Needs Python 3.8 or newer and nothing else.
"""

import csv
import datetime as dt
import glob
import gzip
import os
import random
import subprocess
import sys
import tempfile

PROJECT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ABOUT = ("split", "label")


def channels(header):
    return [i for i, name in enumerate(header) if i > 0 and name not in ABOUT]


def livelier(header, rows):
    """The channels by how many different values they have, the most first."""
    return sorted(channels(header), key=lambda i: -len({row[i] for row in rows[:2000]}))


def as_it_is(header, rows, rng):
    return header, rows


def missing(header, rows, rng):
    some = channels(header)
    out = [list(row) for row in rows]
    for row in out:
        for i in some:
            if rng.random() < 0.05:
                row[i] = ""
    return header, out


def constant(header, rows, rng):
    return header + ["constant"], [row + ["42"] for row in rows]


def twin(header, rows, rng):
    i = livelier(header, rows)[0]
    return header + ["twin"], [row + [row[i]] for row in rows]


def huge(header, rows, rng):
    i = livelier(header, rows)[0]
    return header, [row[:i] + [repr(5e11 + 1e9 * float(row[i])) if row[i] else ""] + row[i + 1 :] for row in rows]


def switch(header, rows, rng):
    state, out = 0, []
    for row in rows:
        state = 1 - state if rng.random() < 0.01 else state
        out.append(row + [str(state)])
    return header + ["switch"], out


def repeated(header, rows, rng):
    return header, [row for row in rows for _ in range(2 if rng.random() < 0.05 else 1)]


def irregular(header, rows, rng):
    """Times off by up to two fifths of a step; one row in fifty is not there."""
    times = [dt.datetime.fromisoformat(row[0].replace("Z", "+00:00")) for row in rows]
    step = sorted(b - a for a, b in zip(times, times[1:]))[len(rows) // 2]
    out = []
    for time, row in zip(times, rows):
        moved = time + step * rng.uniform(-0.4, 0.4)
        if rng.random() >= 0.02:
            out.append([moved.isoformat()] + row[1:])
    return header, out


VARIANTS = [
    ("as it is", as_it_is),
    ("5 % of the values missing", missing),
    ("a channel that never moves, added", constant),
    ("a channel twice", twin),
    ("a channel times 1e9, plus 5e11", huge),
    ("a random switch (0, 1), added", switch),
    ("5 % of the rows twice", repeated),
    ("times off by up to 0.4 steps, 2 % of the rows gone", irregular),
]


def main():
    args = sys.argv[1:]
    if args and args[0] in ("-h", "--help"):
        print(__doc__.strip())
        return 0
    folder = None
    if "--keep" in args:
        at = args.index("--keep")
        folder = args[at + 1]
        del args[at : at + 2]
    first = next((i for i, arg in enumerate(args) if arg.startswith("--")), len(args))
    files, options = args[:first], args[first:]
    files = files or sorted(glob.glob(os.path.join(PROJECT, "data", "servers", "*.csv.gz")))
    with tempfile.TemporaryDirectory() as temporary:
        folder = folder or temporary
        names = []
        for path in files:
            name = os.path.basename(path).split(".")[0]
            names.append(name)
            opener = gzip.open if path.endswith(".gz") else open
            with opener(path, "rt", newline="", encoding="utf-8") as source:
                header, *rows = csv.reader(source)
            for number, (_, change) in enumerate(VARIANTS):
                os.makedirs(os.path.join(folder, f"v{number}"), exist_ok=True)
                head, changed = change(list(header), rows, random.Random(number + 1))
                with open(os.path.join(folder, f"v{number}", name + ".csv"), "w", newline="", encoding="utf-8") as out:
                    csv.writer(out).writerows([head] + changed)
        command = [os.path.join(PROJECT, "scripts", "tickwatch"), "evaluate", "--suite", folder] + options
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        if run.returncode != 0:
            sys.stderr.write(run.stderr)
            return run.returncode
    found = {name: [] for name in names}
    for line in run.stdout.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if len(fields) > 10 and fields[1] in found:
            found[fields[1]].append((fields[2], fields[5]))
    print("| VUS-PR, F1 | " + " | ".join(names) + " | mean |")
    print("| --- |" + " --- |" * (len(names) + 1))
    for number, (text, _) in enumerate(VARIANTS):
        cells = [found[name][number] for name in names]
        means = [sum(float(cell[k]) for cell in cells) / len(cells) for k in (0, 1)]
        print(f"| {text} | " + " | ".join(", ".join(cell) for cell in cells) + f" | {means[0]:.3f}, {means[1]:.3f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
