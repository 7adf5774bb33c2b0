"""Whether a CSV of ours has the values that stilts finds in the same VOTable: values.py OURS STILTS

Both are compared as values: 4 is 4.0, (4, 5) is "4 5", and what is missing is NaN in numbers.
"""
import csv
import re
import sys

csv.field_size_limit(1 << 30)


def values(cell):
    words = [w for w in re.split(r"[(), ]+", cell) if w]
    try:
        numbers = [float(w) for w in words]
    except ValueError:
        return cell if "(" not in cell else " ".join(words)
    if all(n != n for n in numbers):
        return ""
    return ["NaN" if n != n else n for n in numbers]


def is_same(a, b):
    if a == b or values(a) == values(b):
        return True
    # BINARY says of an unknown boolean that it is unknown, and stilts reads it as false
    return not a and set(b) <= set("(false, )")


def main():
    with open(sys.argv[1], newline="") as f, open(sys.argv[2], newline="") as g:
        ours, theirs = list(csv.reader(f)), list(csv.reader(g))
    print(f"{len(theirs) - 1} rows, {len(theirs[0])} columns")
    bad = 0
    for i, (a, b) in enumerate(zip(ours, theirs)):
        for name, x, y in zip(theirs[0], a, b):
            if not is_same(x, y):
                bad += 1
                print(f"row {i}, {name}: {x!r}, and stilts {y!r}")
    if bad or len(ours) != len(theirs) or any(len(r) != len(theirs[0]) for r in ours):
        sys.exit(f"{bad} differ; {len(ours) - 1} rows")


main()
