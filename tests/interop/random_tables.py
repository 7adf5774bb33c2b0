"""Random tables, written by astropy in VOTable (each serialization), FITS, ECSV and CSV, converted by tapfs
and read back by astropy and stilts: each value must be what it was. random_tables.py CONVERT COUNT [SEED]

Prints the seed, a line for each difference (with the number of its table, so that
`random_tables.py CONVERT 1 SEED+NUMBER` makes that one again), and how many tables were compared.
Exits with 1 if there was a difference. What is missing is None: masked, NaN, the empty text."""
import csv
import io
import json
import math
import os
import random
import subprocess
import sys
import tempfile
import warnings

import numpy as np
from astropy.io.votable import from_table, parse, writeto
from astropy.table import MaskedColumn, Table

warnings.simplefilter("ignore")
csv.field_size_limit(10**9)
CONVERT, COUNT = sys.argv[1], int(sys.argv[2])
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(10**9)
INTEGERS = {"uint8": (0, 255), "int16": (-2**15, 2**15 - 1), "int32": (-2**31, 2**31 - 1),
            "int64": (-2**63, 2**63 - 1)}
LETTERS = "abc XYZ019_-.,;:'\"<>&|/\\()[]{}#%"
AT_ONCE = 20    # tables that stilts reads by one process
WIDE = "äöüßéłŽ中文☉αμ°"
UNITS = [None, "deg", "mag", "km / s", "mas / yr", "Jy", "K"]


# ---- making one ------------------------------------------------------------------------------------------

def an_integer(r, low, high):
    return r.choice([low, low + 1, high, high - 1, 0, 1, r.randint(low, high), r.randint(0, min(high, 99))])


def a_real(r, single):
    v = r.choice([0.0, -0.0, 1.0, r.random(), r.uniform(-1e3, 1e3), r.gauss(0, 1) * 10.0**r.randint(-30, 30),
                  math.inf, -math.inf, math.nan])
    return float(np.float32(v)) if single else v


def a_text(r, wide):
    letters = LETTERS + (WIDE if wide else "")
    text = "".join(r.choice(letters) for _ in range(r.randrange(12))).strip()
    return "#" + text if r.random() < 0.05 else text


def cells(r, kind, shape):
    """One cell's value, or a list of them in that shape."""
    if shape:
        return [cells(r, kind, shape[1:]) for _ in range(shape[0])]
    if kind in INTEGERS:
        return an_integer(r, *INTEGERS[kind])
    if kind == "bool":
        return r.random() < 0.5
    if kind in ("float32", "float64"):
        return a_real(r, kind == "float32")
    return a_text(r, kind == "wide")


def a_table(r):
    t, rows = Table(), r.choice([0, 1, 2, 7, 40])
    for i in range(r.randint(1, 8)):
        kind = r.choice(list(INTEGERS) + ["bool", "float32", "float64", "text", "wide"])
        shape = r.choice([(), (), (), (2,), (3,)]) if kind not in ("text", "wide", "bool") else ()
        values = [cells(r, kind, shape) for _ in range(rows)]
        dtype = {"text": str, "wide": str}.get(kind, kind)
        data = np.array(values, dtype=dtype) if rows else np.zeros((0,) + shape, dtype=dtype if dtype is not str else "U1")
        mask = [not shape and kind not in ("text", "wide") and r.random() < 0.15 for _ in range(rows)]
        if any(mask):
            data = np.ma.MaskedArray(data, mask=mask)
        unit = r.choice(UNITS) if kind.startswith("float") else None
        t.add_column(MaskedColumn(data, name=f"c{i}_{r.choice(['ra', 'Mag', 'x', 'flux'])}", unit=unit))
    return t


# ---- what it says ----------------------------------------------------------------------------------------

def plain(v):
    if isinstance(v, (bytes, np.bytes_)):
        v = v.decode("utf-8")
    if v is None or v is np.ma.masked:
        return None
    if isinstance(v, (np.ndarray, list, tuple)):
        v = [plain(x) for x in (v.tolist() if isinstance(v, np.ndarray) else v)]
        return v if any(x is not None for x in v) else None
    if isinstance(v, np.generic):
        v = v.item()
    if isinstance(v, float) and math.isnan(v):
        return None
    return None if v == "" else v


def rows_of(t):
    return [[plain(row[name]) for name in t.colnames] for row in t]


def like(word, text):
    """A cell of CSV or TSV against the value it should be."""
    if word is None:
        return all(part.lower() == "nan" for part in text.split())
    if isinstance(word, list):
        parts = text.split(" ")
        return len(parts) == len(word) and all(like(w, "" if p.lower() in ("nan", "null") else p) for w, p in zip(word, parts))
    if isinstance(word, str):
        return word == text
    if isinstance(word, bool):      # astropy writes a bool as a bit
        return text.lower() in (str(word).lower(), str(int(word)))
    if isinstance(word, int):
        return text == str(word)
    try:
        return same_real(float(text), word)
    except ValueError:
        return False


def same_real(a, b):
    """Of 32 bits the shortest text is another double; which column has them is not asked here."""
    a = float(a)
    return a == b or (np.float32(b) == b and np.float32(a) == np.float32(b))


def equal(a, b):
    if isinstance(b, list) and len(b) == 1 and not isinstance(a, list):     # a bit in FITS
        b = b[0]
    if isinstance(a, bool) and isinstance(b, int) and a == b:
        return True                 # a bit in JSON
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(equal(x, y) for x, y in zip(a, b))
    if isinstance(a, bool) != isinstance(b, bool):
        return a is None and b is False     # a logical that is missing, as astropy reads FITS
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return same_real(b, a) if isinstance(a, float) else a == b
    return a == b


# ---- there and back --------------------------------------------------------------------------------------

def write(t, form, path):
    if form.startswith("vot"):
        writeto(from_table(t), path, tabledata_format={"votd": "tabledata", "votb": "binary", "votb2": "binary2"}[form])
    else:
        t.write(path, format={"fits": "fits", "ecsv": "ascii.ecsv", "csv": "ascii.csv"}[form], overwrite=True)


def read_back(path):
    ext = path.rsplit(".", 1)[1]
    if ext == "jsonl":
        return [[plain({"Infinity": math.inf, "-Infinity": -math.inf}.get(v, v) if isinstance(v, str) else v)
                 for v in json.loads(line).values()] for line in open(path, encoding="utf-8")]
    return rows_of(Table.read(path, format={"ecsv": "ascii.ecsv", "fits": "fits"}[ext], **({} if ext == "ecsv" else {"character_as_bytes": False})))


def infinities(v):
    if isinstance(v, list):
        return [infinities(x) for x in v]
    return {"Infinity": math.inf, "-Infinity": -math.inf}.get(v, v) if isinstance(v, str) else v


def separated(path, delimiter):
    with open(path, encoding="utf-8", newline="") as f:
        return list(csv.reader(f, delimiter=delimiter))[1:]


def by_fast_reader(want, path):
    """What astropy's fast reader of TSV finds otherwise; what it takes for a number or for missing is not asked here."""
    try:
        t = Table.read(path, format="ascii.tab", guess=False)
    except UnicodeDecodeError:      # it cannot read some texts that are not ASCII
        return None
    if len(t) != len(want):
        return f"{len(t)} rows by the fast reader, not {len(want)}"
    for i, (w, g) in enumerate(zip(want, t)):
        wrong = [(x, str(y)) for x, y in zip(w, g) if isinstance(x, str) and isinstance(y, str) and x != y]
        if wrong:
            return f"row {i}: {wrong[0][1]!r} by the fast reader, not {wrong[0][0]!r}"
    return None


def ascii_only(v):
    return v.isascii() if isinstance(v, str) else all(map(ascii_only, v)) if isinstance(v, list) else True


def differences(want, folder, outs):
    for path in outs:
        ext = path.rsplit(".", 1)[1]
        if ext in ("csv", "tsv"):
            got = separated(path, "," if ext == "csv" else "\t")
            wrong = [(i, w, g) for i, (w, g) in enumerate(zip(want, got)) if len(w) != len(g) or not all(map(like, w, g))]
        else:
            got = [[infinities(v) for v in row] for row in read_back(path)]
            wrong = [(i, w, g) for i, (w, g) in enumerate(zip(want, got))
                     if len(w) != len(g) or not all(equal(x, y) or (ext == "fits" and not ascii_only(x)) for x, y in zip(w, g))]
        if len(got) != len(want):
            yield f"{ext}: {len(got)} rows, not {len(want)}"
        fast = by_fast_reader(want, path) if ext == "tsv" else None
        if fast:
            yield f"tsv: {fast}"
        for i, w, g in wrong[:2]:
            yield f"{ext}: row {i}: {g!r}, not {w!r}"


def has_arrays(t):
    return any(t[n].ndim > 1 for n in t.colnames)


def astropy_can(t, form, path):
    """Whether it writes the table, and finds as many rows in what it wrote (a text that begins with # …)."""
    try:
        write(t, form, path)
        return form.startswith("vot") or len(Table.read(path, format={"fits": "fits", "ecsv": "ascii.ecsv", "csv": "ascii.csv"}[form])) == len(t)
    except Exception:
        return False


def formats_for(t):
    """What astropy can write of it without a change of its own."""
    forms = ["votd", "votb", "votb2", "ecsv"]
    arrays = has_arrays(t)
    if len(t) and not any(t[n].dtype.kind == "U" for n in t.colnames) and not any(np.any(getattr(t[n], "mask", False)) for n in t.colnames):
        forms.append("fits")
    if not arrays and len(t):
        forms.append("csv")
    return forms


def kept_by(form, want, t):
    """BINARY cannot say that a single bit is missing: what astropy has behind the mask is what it writes."""
    if form != "votb":
        return want
    bits = {n: np.asarray(t[n].data.data if hasattr(t[n].data, "mask") else t[n].data).tolist()
            for n in t.colnames if t[n].dtype.kind == "b"}
    return [[bits[n][i] if n in bits else w for w, n in zip(row, t.colnames)] for i, row in enumerate(want)]


# ---- stilts ----------------------------------------------------------------------------------------------

STILTS_READS = ("ecsv", "fits")     # with types; in CSV and TSV it guesses them, as astropy does


def from_latin1(v):
    """stilts 3.4 reads ECSV as bytes."""
    if isinstance(v, list):
        return [from_latin1(x) for x in v]
    try:
        return v.encode("latin-1").decode("utf-8") if isinstance(v, str) else v
    except UnicodeError:
        return v


def by_stilts(files, folder):
    """What stilts finds in each of the files, in order: all of them by one of its processes."""
    out = f"{folder}/all.vot"
    args = [f"nin={len(files)}", f"out={out}", "ofmt=votable-tabledata"]
    for i, path in enumerate(files, 1):
        args += [f"in{i}={path}", f"ifmt{i}={path.rsplit('.', 1)[1]}"]
    subprocess.run(["stilts", "tmultin"] + args, check=True, capture_output=True, text=True)
    return [rows_of(t.to_table()) for t in parse(out).iter_tables()]


def stilts_differs(batch, folder):
    """batch: (number of the table, what it should be, file)"""
    for (number, want, path), got in zip(batch, by_stilts([p for _, _, p in batch], folder), strict=True):
        if path.endswith(".ecsv"):
            got = from_latin1(got)
        wrong = [(w, g) for w, g in zip(want, got)
                 if len(w) != len(g) or not all(equal(x, y) or (path.endswith(".fits") and not ascii_only(x)) for x, y in zip(w, g))]
        name = "/".join(path.split("/")[-2:])
        if len(got) != len(want):
            yield number, f"{name} in stilts: {len(got)} rows, not {len(want)}"
        for w, g in wrong[:2]:
            yield number, f"{name} in stilts: {g!r}, not {w!r}"


def try_one(number, folder, batch):
    r = random.Random(SEED + number)
    t = a_table(r)
    want, found = rows_of(t), []
    for form in formats_for(t):
        into = f"{folder}/in.{'vot' if form.startswith('vot') else form}"
        if not astropy_can(t, form, into):
            continue
        outs = [f"{folder}/{form}.{e}" for e in ("csv", "tsv", "ecsv", "fits", "jsonl")
                if e != "ecsv" or len(t) or not has_arrays(t)]  # which astropy cannot read
        run = subprocess.run([CONVERT, into] + outs, capture_output=True, text=True)
        if run.returncode:
            found.append(f"{form}: {run.stderr.strip()}")
            continue
        try:
            found += [f"{form} to {d}" for d in differences(kept_by(form, want, t), folder, outs)]
        except Exception as e:
            found.append(f"{form}: cannot be read back: {e!r}"[:300])
        batch += [(number, kept_by(form, want, t), p) for p in outs if p.rsplit(".", 1)[1] in STILTS_READS]
    return found


def try_many(numbers):
    """Differences by number."""
    found, batch = {}, []
    with tempfile.TemporaryDirectory(prefix="tapfs-random.") as folder:
        for i in numbers:
            os.mkdir(f"{folder}/{i}")
            found[i] = try_one(i, f"{folder}/{i}", batch)
        for number, line in stilts_differs(batch, folder):
            found[number].append(line)
    return found


print("seed", SEED)
bad = 0
for first in range(0, COUNT, AT_ONCE):
    for i, found in try_many(range(first, min(first + AT_ONCE, COUNT))).items():
        bad += bool(found)
        for line in found[:6]:
            print(f"table {i} (seed {SEED + i}): {line}"[:400])
print(f"{COUNT} tables, {bad} with differences")
sys.exit(bad > 0)
