#!/usr/bin/env python3
"""Write a labelled sample set as this repository keeps it: gzip CSV `ts,split,<channels>,label`.

The same input always gives the same bytes (no file name and no time in the gzip header), so a model's provenance can
name the SHA-256 of the data it was made from. Needs Python 3.8 and nothing else.

Examples
  # one's own CSV: the first 70 % are for training, nothing is labelled
  scripts/prepare_data.py boiler.csv --out data/boiler/boiler.csv.gz --train 0.7

  # the time column has another name, two columns are left out, the training part ends at a date
  scripts/prepare_data.py boiler.csv --out b.csv.gz --time when --drop comment --drop operator --train-until 2026-03-01

  # a file that already has split and label is only checked and packed again
  scripts/prepare_data.py omi-1.csv.gz --out data/servers/omi-1.csv.gz
"""
import argparse
import csv
import datetime as dt
import gzip
import hashlib
import io
import os
import sys

TIME_NAMES = ("ts", "time", "timestamp", "date")


def fail(message):
    sys.exit(f"prepare_data: {message}")


def read_rows(path):
    opener = gzip.open if path.endswith(".gz") else open
    try:
        with opener(path, "rt", newline="", encoding="utf-8") as source:
            rows = list(csv.reader(source))
    except OSError as e:
        fail(f"{path}: cannot be read ({e})")
    if len(rows) < 2:
        fail(f"{path}: no rows (expected: a header and at least one row)")
    return rows[0], rows[1:]


def instant(text, where):
    """ISO-8601 UTC with a Z, to the second where that is enough"""
    try:
        t = dt.datetime.fromisoformat(text.strip().replace("Z", "+00:00"))
    except ValueError:
        fail(f'{where}: "{text}" (expected: a time as 2026-01-31T12:00:00Z)')
    t = t.replace(tzinfo=dt.timezone.utc) if t.tzinfo is None else t.astimezone(dt.timezone.utc)
    return t, t.replace(tzinfo=None).isoformat() + "Z"


def write_gzip(path, text):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        packed.write(text.encode("utf-8"))
    with open(path, "rb") as done:
        return hashlib.sha256(done.read()).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("csv", help="input, .csv or .csv.gz")
    parser.add_argument("--out", required=True, metavar="FILE.csv.gz")
    parser.add_argument("--time", metavar="COL", help=f"the time column (default: the first of {', '.join(TIME_NAMES)})")
    parser.add_argument("--label", default="label", metavar="COL", help="0/1 column, 1 = anomalous (default: label; absent: all 0)")
    parser.add_argument("--drop", action="append", default=[], metavar="COL", help="leave a column out; may be repeated")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--train", type=float, metavar="SHARE", help="share of the rows, from the start, for training (default: 0.7)")
    part.add_argument("--train-until", metavar="TIME", help="rows before this time are for training")
    args = parser.parse_args()

    header, rows = read_rows(args.csv)
    column = {name: i for i, name in enumerate(header)}
    time = args.time or next((n for n in TIME_NAMES if n in column), None)
    if time not in column:
        fail(f"{args.csv}: no time column {time or 'found'} (columns: {', '.join(header)}); name it with --time")
    for name in args.drop:
        if name not in column:
            fail(f"--drop {name}: no such column (columns: {', '.join(header)})")
    channels = [n for n in header if n not in (time, "split", args.label, *args.drop)]
    if not channels:
        fail(f"{args.csv}: no channel left")
    share = 0.7 if args.train is None else args.train
    if not 0 < share < 1:
        fail(f"--train {share} (expected: above 0 and below 1)")
    until = instant(args.train_until, "--train-until")[0] if args.train_until else None
    keep_split = "split" in column and args.train is None and until is None

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["ts", "split", *channels, "label"])
    before = None
    counts = {"train": 0, "test": 0, "labelled": 0, "missing": 0}
    for number, row in enumerate(rows, start=2):
        if len(row) != len(header):
            fail(f"{args.csv}:{number}: {len(row)} fields (expected: {len(header)})")
        at, stamp = instant(row[column[time]], f"{args.csv}:{number}")
        if before is not None and at <= before:
            fail(f"{args.csv}:{number}: {stamp} is not after the row before it; sort the rows and drop duplicates")
        before = at
        if keep_split:
            split = row[column["split"]]
            if split not in ("train", "test"):
                fail(f'{args.csv}:{number}: split "{split}" (expected: train or test)')
        else:
            split = "train" if (at < until if until else number - 2 < share * len(rows)) else "test"
        values = [row[column[c]].strip() for c in channels]
        for c, v in zip(channels, values):
            try:
                float(v or "nan")
            except ValueError:
                fail(f'{args.csv}:{number}: {c} "{v}" (expected: a number or nothing); leave a text column out with --drop {c}')
        label = row[column[args.label]].strip() if args.label in column else "0"
        if label not in ("0", "1"):
            fail(f'{args.csv}:{number}: {args.label} "{label}" (expected: 0 or 1)')
        writer.writerow([stamp, split, *values, label])
        counts[split] += 1
        counts["labelled"] += label == "1"
        counts["missing"] += sum(not v for v in values)
    digest = write_gzip(args.out, out.getvalue())
    print(f"{args.out}: {len(channels)} channels, " + ", ".join(f"{v} {k}" for k, v in counts.items()) + f", sha256 {digest}", file=sys.stderr)


if __name__ == "__main__":
    main()
