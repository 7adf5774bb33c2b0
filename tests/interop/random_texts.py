"""Random CSV and TSV files as programs write them (separators, quotes, line ends, encodings, words for what is
missing), converted to CSV by tapfs: each value must be what was written. random_texts.py CONVERT COUNT [SEED]"""
import csv
import io
import random
import subprocess
import sys
import tempfile

CONVERT, COUNT = sys.argv[1], int(sys.argv[2])
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.SystemRandom().randrange(10**9)
LATIN = "äöüßéñ"


def a_cell(r, kind, letters):
    if r.random() < 0.1:
        return None
    if kind == "int":
        return str(r.randint(-10**r.randint(1, 18), 10**r.randint(1, 18)))
    if kind == "real":
        return repr(r.choice([r.random(), r.uniform(-1e5, 1e5), r.gauss(0, 1) * 10.0**r.randint(-20, 20), 0.5]))
    return r.choice("abcdefgXYZ") + "".join(r.choice(letters) for _ in range(r.randrange(14))).rstrip()


def a_file(r):
    """The bytes, their extension, the rows with None for what is missing, and the kinds of the columns."""
    tsv = r.random() < 0.3
    delimiter = "\t" if tsv else r.choice([",", ",", ",", ";", "|", "\t"])
    encoding = r.choice(["utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"])
    letters = "abc XYZ019_-.:'/()" + LATIN + ("" if r.random() < 0.5 else ",\"" if delimiter != "," else ";\"")
    kinds = [r.choice(["int", "real", "text"]) for _ in range(r.randint(2, 7))]
    rows = [[a_cell(r, kind, letters) for kind in kinds] for _ in range(r.choice([1, 2, 5, 30, 200]))]
    for i, kind in enumerate(kinds):        # each column is what it is by one value at least
        if all(row[i] is None for row in rows):
            rows[0][i] = {"int": "7", "real": "0.5", "text": "abc"}[kind]
    missing = [r.choice(["", "", "NA", "null", "N/A", "nan"]) if kind != "text" else "" for kind in kinds]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=r.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
                        lineterminator=r.choice(["\n", "\r\n"]))
    writer.writerow([f"c{i}" for i in range(len(kinds))])
    for row in rows:
        writer.writerow([missing[i] if cell is None else cell for i, cell in enumerate(row)])
    return out.getvalue().encode(encoding), "tsv" if tsv else "csv", rows, kinds


def same(cell, kind, got):
    if cell is None:
        return got == ""
    if kind == "int":
        return got == str(int(cell))
    return float(got) == float(cell) if kind == "real" and got else got == cell


def try_one(number):
    r = random.Random(SEED + number)
    data, extension, rows, kinds = a_file(r)
    with tempfile.TemporaryDirectory(prefix="tapfs-random.") as folder:
        with open(f"{folder}/in.{extension}", "wb") as f:
            f.write(data)
        run = subprocess.run([CONVERT, f.name, f"{folder}/out.csv"], capture_output=True, text=True)
        if run.returncode:
            return f"{run.stderr.strip()}: {data[:300]!r}"
        with open(f"{folder}/out.csv", newline="", encoding="utf-8") as f:
            got = list(csv.reader(f))[1:]
    if len(got) != len(rows):
        return f"{len(got)} rows, not {len(rows)}: {data[:300]!r}"
    for i, (row, cells) in enumerate(zip(rows, got)):
        try:
            if len(cells) != len(row) or not all(map(same, row, kinds, cells)):
                return f"row {i} is {cells!r}, not {row!r}"
        except ValueError:
            return f"row {i} is {cells!r}, not {row!r}"


print("seed", SEED)
bad = 0
for i in range(COUNT):
    wrong = try_one(i)
    bad += bool(wrong)
    if wrong:
        print(f"file {i} (seed {SEED + i}): {wrong}"[:500])
print(f"{COUNT} files, {bad} with differences")
sys.exit(bad > 0)
