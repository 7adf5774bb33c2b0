"""Compares a result in every format, as astropy, json and csv read it, with its VOTable: formats.py STEM

What is missing is None in all of them: masked, NaN, and the empty text, which VOTable and ECSV do not
tell from none.
"""
import csv
import json
import math
import subprocess
import sys
import warnings

import numpy as np
from astropy.io.votable import parse_single_table
from astropy.table import Table

warnings.simplefilter("ignore")
stem = sys.argv[1]
count = 0


def ok(name, is_ok, why=""):
    global count
    count += 1
    print(("ok" if is_ok else "not ok"), count, "-", name)
    if not is_ok:
        print("#", str(why)[:500].replace("\n", "\n# "))


def plain(v):
    """A cell as Python has it: lists, numbers, texts, None."""
    if isinstance(v, (bytes, np.bytes_)):
        v = v.decode()
    if v is None or v is np.ma.masked or (isinstance(v, str) and v in ("", "null")):
        return None
    if isinstance(v, (np.ma.MaskedArray, np.ndarray, list, tuple)):
        if isinstance(v, np.ma.MaskedArray):
            v = v.tolist()
        cells = [plain(x) for x in v]
        return cells if any(c is not None for c in cells) else None
    if isinstance(v, np.generic):
        v = v.item()
    if isinstance(v, complex):
        v = [v.real, v.imag]
        return plain(v)
    if isinstance(v, float) and math.isnan(v):
        return None
    if v in ("Infinity", "-Infinity"):
        v = float(v)
    return v


def flat(v):
    """Without lists in lists: what a variable array of several dimensions is to some readers."""
    if not isinstance(v, list):
        return v
    cells = [x for part in v for x in (flat(part) if isinstance(part, list) else [part])]
    return cells if any(c is not None for c in cells) else None


def flags(v):
    """Astropy has no missing logicals in arrays of FITS, and those of any length as letters."""
    return v and [x in (True, ord("T")) for x in v] if isinstance(v, list) and any(
        x in (True, ord("T")) for x in v) else None


def differ(a, b):
    for i, (x, y) in enumerate(zip(a, b)):
        if x != y and not (x is False and y is None) and not (y is False and x is None):
            return f"row {i}: {x!r} and {y!r}"
    return None if len(a) == len(b) else f"{len(a)} and {len(b)} rows"


def single(c, v):
    """A text has the digits that tell a float from its neighbours, not those of the double."""
    if isinstance(v, list):
        return [single(c, x) for x in v]
    return float(np.float32(v)) if votable[c].dtype == np.float32 and v is not None else v


votable = parse_single_table(stem + ".vot").to_table()
names = votable.colnames
values = {c: [plain(v) for v in votable[c]] for c in names}


def compare(what, columns, exact=True):
    wrong = []
    for c in names:
        a, b = values[c], [single(c, plain(v)) for v in columns[c]]
        if what.startswith("fits") and any(isinstance(v, list) and isinstance(v[0], bool)
                                           for v in a):
            a, b = [flags(v) for v in a], [flags(v) for v in b]
        if not exact:
            a, b = [flat(v) for v in a], [flat(v) for v in b]
        why = differ(a, b)
        if why:
            wrong.append(f"{c}: {why}")
    ok(f"{what}: all {len(votable)} rows have the values of the VOTable", not wrong, wrong)


def text_of(unit):
    return None if unit is None else str(unit)


for ext, read in (("ecsv", "ascii.ecsv"), ("fits", "fits")):
    table = Table.read(f"{stem}.{ext}", format=read)
    compare(f"{ext}, by astropy", table, exact=ext == "fits")
    ok(f"{ext}: the columns", table.colnames == names, table.colnames)
    units = [(c, table[c].unit, votable[c].unit) for c in names
             if text_of(table[c].unit) != text_of(votable[c].unit)]
    ok(f"{ext}: the units", not units, units)
    if ext == "ecsv":
        about = [c for c in names if table[c].description != votable[c].description]
        ok("ecsv: the descriptions", not about, about)
        kinds = [(c, table[c].dtype, votable[c].dtype) for c in names
                 if votable[c].dtype != object and table[c].dtype != votable[c].dtype]
        ok("ecsv: the types", not kinds, kinds)

with open(stem + ".json") as f:
    whole = json.load(f)
ok("json: the columns", [c["name"] for c in whole["metadata"]] == names)
compare("json", {c: [row[c] for row in whole["data"]] for c in names})
with open(stem + ".jsonl") as f:
    rows = [json.loads(line) for line in f]
compare("jsonl", {c: [row[c] for row in rows] for c in names})

with open(stem + ".csv", newline="") as f:
    as_csv = list(csv.reader(f))
with open(stem + ".tsv", newline="") as f:
    as_tsv = list(csv.reader(f, delimiter="\t"))
ok("tsv: the cells are those of the csv", as_csv == as_tsv)
tsv = Table.read(stem + ".tsv", format="ascii.tab", guess=False, fast_reader=False)
scalars = [c for c in names if votable[c].ndim == 1 and votable[c].dtype.kind in "if"]
wrong = [c for c in scalars if differ(values[c], [single(c, plain(v)) for v in tsv[c]])]
ok("tsv, by astropy: numbers are the same", not wrong, wrong)


def number(text):
    try:
        return plain(float(text))
    except ValueError:
        return plain({"true": True, "false": False}.get(text, text))


# stilts has no missing values in arrays of FITS, and none of arrays in CSV.
flat_names = [c for c in names if votable[c].ndim == 1
              and not any(isinstance(v, list) for v in values[c])]
for ext in ("fits", "csv"):
    out = subprocess.run(
        ["stilts", "tpipe", f"in={stem}.{ext}", f"ifmt={ext}", "ofmt=csv", "out=-",
         "cmd=keepcols '" + " ".join(flat_names) + "'"], stdout=subprocess.PIPE, text=True)
    got = list(csv.reader(out.stdout.splitlines()))
    wrong = [c for i, c in enumerate(flat_names) if out.returncode or differ(
        [v if not isinstance(v, (int, float)) or isinstance(v, bool) else float(v)
         for v in values[c]],
        [single(c, number(row[i])) if votable[c].dtype != object else plain(row[i]) for row in got[1:]])]
    ok(f"{ext}, by stilts: the same values", not wrong, wrong)

print(f"1..{count}")
