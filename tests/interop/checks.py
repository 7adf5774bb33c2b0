"""checks.py: what the clients in this folder find, told in TAP ("ok 1 - …"), to be run by prove."""
import traceback

number = 0


def ok(name, good, *seen):
    """One check; what was seen is told where it failed."""
    global number
    number += 1
    print("%sok %d - %s" % ("" if good else "not ", number, name))
    if not good:
        for s in seen:
            print("# " + repr(s)[:2000])


def run(*parts):
    """All parts, whatever becomes of those before, and the plan."""
    for part in parts:
        try:
            part()
        except Exception:
            ok(part.__name__ + " runs to its end", False, traceback.format_exc())
    plan()


def plan():
    print("1..%d" % number)
