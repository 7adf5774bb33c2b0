#!/usr/bin/python3
"""compare.py: do two programs that share no code say the same?

compare.py csv OURS STILTS        two CSV files, value by value
compare.py columns TAPURL SCHEMAS every table's columns.csv against pyvo's reading of /tables

Prints what differs, and nothing if nothing does.
"""
import csv
import os
import re
import sys

csv.field_size_limit(10**9)
found = 0


def differs(*what):
    global found
    found += 1
    if found <= 20:
        print(*[w if isinstance(w, str) else repr(w) for w in what])


def number(text):
    try:
        return float(text)
    except ValueError:
        return None


def elements(text):
    """stilts writes an array as (1.0, 2.0), tapfs as 1 2."""
    return re.sub(r"^\(|\)$", "", text).replace(",", " ").split()


def same(ours, theirs):
    if ours == theirs:
        return True
    # One value, written with more or fewer zeros; the bits are the same.
    a, b = number(ours), number(theirs)
    if a is not None and b is not None:
        integers = re.fullmatch(r"-?\d+", ours) and re.fullmatch(r"-?\d+", theirs)
        return not integers and (a == b or (a != a and b != b))
    if theirs.startswith("(") and theirs.endswith(")"):
        a, b = [number(x) for x in elements(ours)], [number(x) for x in elements(theirs)]
        return len(a) == len(b) and None not in a and None not in b and \
            all(x == y or (x != x and y != y) for x, y in zip(a, b))
    return False


def compare_csv(ours, theirs):
    with open(ours, newline="", encoding="utf-8") as f, open(theirs, newline="", encoding="utf-8") as g:
        a, b = list(csv.reader(f)), list(csv.reader(g))
    if a[0] != b[0]:
        differs("names:", a[0], b[0])
    if len(a) != len(b):
        differs("rows:", len(a), len(b))
    for i, (x, y) in enumerate(zip(a, b)):
        if len(x) != len(y):
            differs("row", i, "has cells:", len(x), len(y))
        for name, u, v in zip(a[0], x, y):
            if not same(u, v):
                differs("row", i, name + ":", u[:200], v[:200])


def words(text):
    return " ".join((text or "").split())


def compare_columns(url, schemas):
    import pyvo
    seen = 0
    for table in pyvo.dal.TAPService(url).tables.values():
        schema, _, name = table.name.partition(".")
        path = os.path.join(schemas, schema, name, "columns.csv")
        if not os.path.exists(path):
            differs(table.name, "is not there:", path)
            continue
        seen += 1
        with open(path, newline="", encoding="utf-8") as f:
            ours = list(csv.DictReader(f))
        theirs = {c.name: c for c in table.columns}
        if sorted(c["name"] for c in ours) != sorted(theirs):
            differs(table.name, "columns:", sorted(c["name"] for c in ours), sorted(theirs))
        for c in ours:
            t = theirs.get(c["name"])
            if t is None:
                continue
            wanted = {"datatype": t.datatype.content, "arraysize": t.datatype.arraysize, "unit": t.unit,
                      "ucd": t.ucd, "description": t.description}
            if wanted["arraysize"] == "1":
                wanted["arraysize"] = ""
            for key, value in wanted.items():
                if words(c[key]) != words(value):
                    differs("%s.%s %s:" % (table.name, c["name"], key), c[key], value)
    if seen < 5:
        differs("tables compared:", seen)


{"csv": compare_csv, "columns": compare_columns}[sys.argv[1]](*sys.argv[2:])
if found > 20:
    print("and", found - 20, "more")
