#!/usr/bin/env python3
"""Finds circles of calls between folders, and between files, from undefined and defined symbols.

usage: circles.py OBJECTS FLOOR...     OBJECTS: build/obj

Prints each circle; exits 1 if one goes through two folders or more than three files. A module that
is several files behind one private header may be exempt: see ONE_MODULE.
"""
import os
import subprocess
import sys
from collections import defaultdict

MOST_FILES = 3
# One module in four files, behind http/transfer.h.
ONE_MODULE = {"http/http", "http/http_host", "http/http_reply", "http/http_request"}


def symbols(obj):
    defined, used = set(), set()
    for line in subprocess.check_output(["nm", obj], text=True).splitlines():
        kind, name = line[17:].split(" ", 1)
        (used if kind == "U" else defined).add(name) if kind in "UTDBRC" else None
    return defined, used


def components(graph):
    """Tarjan: the strongly connected components of more than one node."""
    index, low, stack, on, out = {}, {}, [], set(), []

    def visit(v):
        index[v] = low[v] = len(index)
        stack.append(v)
        on.add(v)
        for w in graph[v]:
            if w not in index:
                visit(w)
                low[v] = min(low[v], low[w])
            elif w in on:
                low[v] = min(low[v], index[w])
        if low[v] == index[v]:
            part = []
            while not part or part[-1] != v:
                part.append(stack.pop())
                on.discard(part[-1])
            if len(part) > 1:
                out.append(sorted(part))

    sys.setrecursionlimit(10000)
    for v in sorted(graph):
        if v not in index:
            visit(v)
    return out


def main():
    root, floors = sys.argv[1], sys.argv[2:]
    owner, uses = {}, {}
    for floor in floors:
        for folder, _, names in os.walk(os.path.join(root, floor)):
            for name in names:
                if not name.endswith(".o"):
                    continue
                path = os.path.relpath(os.path.join(folder, name), root)[:-2]
                if not os.path.exists(path + ".c"):
                    continue  # left over from an older layout
                defined, uses[path] = symbols(os.path.join(folder, name))
                for symbol in defined:
                    owner[symbol] = path
    if not uses:
        sys.exit(f"no objects below {root}: run make first")
    files, folders, names = defaultdict(set), defaultdict(set), defaultdict(set)
    for path, used in uses.items():
        files[path], folders[os.path.dirname(path)]
        for symbol in used:
            to = owner.get(symbol)
            if to and to != path:
                files[path].add(to)
                folders[os.path.dirname(path)].add(os.path.dirname(to))
                names[path, to].add(symbol)
    bad = False
    for part in components(folders):
        bad = True
        print("folders: " + " ".join(part))
        for (a, b), what in sorted(names.items()):
            da, db = os.path.dirname(a), os.path.dirname(b)
            if da != db and da in part and db in part and os.environ.get("WHY"):
                print(f"    {a} -> {b}: {' '.join(sorted(what))}")
    for part in components(files):
        one = ONE_MODULE.issuperset(part)
        over = len(part) > MOST_FILES and not one
        bad = bad or over
        if over or os.environ.get("WHY"):
            print(f"{len(part)} files: " + " ".join(part))
            for (a, b), what in sorted(names.items()):
                if a in part and b in part and os.environ.get("WHY"):
                    print(f"    {a} -> {b}: {' '.join(sorted(what))}")
    sys.exit(1 if bad else 0)


main()
