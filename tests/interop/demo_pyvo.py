#!/usr/bin/python3
"""demo_pyvo.py: pyvo and astropy, written by others, on the demo service; tells in TAP.

usage: demo_pyvo.py TAPURL REQUESTLOG
"""
import io
import sys
import time
import warnings

import numpy as np
import pyvo
import requests
from astropy.io import votable
from astropy.table import MaskedColumn, Table
from pyvo.dal import DALQueryError

from checks import ok, run

url, log = sys.argv[1:]
service = pyvo.dal.TAPService(url)


def requests_logged(text):
    with open(log) as f:
        return [line for line in f if text in line]


def sync():
    r = service.run_sync("SELECT name, ra, mag, ngc FROM demo.messier ORDER BY ra")
    ok("a sync query gives all rows", len(r) == 110, len(r))
    ok("with units and UCDs", r.getdesc("ra").unit == "deg" and r.getdesc("ra").ucd == "pos.eq.ra;meta.main",
       r.getdesc("ra"))
    ra = r.to_table()["ra"]
    ok("in the order asked for", (np.diff(ra) >= 0).all())
    ok("of the catalogue's own values", abs([x["ra"] for x in r if x["name"] == "M31"][0] - 10.684575) < 1e-9)


def query_status(result):
    """All that the document says, in its order (pyvo looks at the first only)."""
    return [i.value for i in result.votable.resources[0].infos if i.name == "QUERY_STATUS"]


def overflow():
    r = service.run_sync("SELECT * FROM demo.ngc_ic", maxrec=7)
    ok("MAXREC cuts a result", len(r) == 7, len(r))
    ok("and the result says so, behind its rows", query_status(r) == ["OK", "OVERFLOW"], query_status(r))
    r = service.run_sync("SELECT * FROM demo.messier", maxrec=110)
    ok("a result of just that many rows is whole", len(r) == 110 and query_status(r) == ["OK"],
       query_status(r))
    r = service.run_sync("SELECT TOP 3 * FROM demo.ngc_ic")
    ok("TOP gives so many", len(r) == 3)


def errors():
    try:
        service.run_sync("SELECT nam FROM demo.messier")
        said = None
    except DALQueryError as e:
        said = str(e)
    ok("an error comes in words, with its place", said and "Line 1, column 8" in said and "nam" in said, said)
    job = service.submit_job("SELECT * FROM demo.nothing")
    job.run().wait(timeout=20)
    ok("a failed job is in phase ERROR", job.phase == "ERROR", job.phase)
    try:
        job.raise_if_error()
        raised = False
    except DALQueryError:
        raised = True
    ok("which pyvo raises", raised)
    said = requests.get(job.url + "/error").text
    ok("and /error tells why", "demo.nothing" in said, said)
    job.delete()


def asynchronous():
    job = service.submit_job("SELECT TOP 2 name, demo_sleep(1) AS s FROM demo.messier ORDER BY name")
    ok("a job begins as PENDING", job.phase == "PENDING", job.phase)
    query = requests.get(job.url + "/parameters").text
    ok("its query can be read", "demo_sleep" in query, query)
    job.execution_duration = 120
    ok("executionduration can be set", abs(job.execution_duration.sec - 120) < 1e-6, job.execution_duration)
    before = len(requests_logged("/tap/async/" + job.job_id))
    t = time.time()
    job.run()
    job.wait(timeout=30)
    seconds = time.time() - t
    polls = len([x for x in requests_logged("/tap/async/" + job.job_id)[before:] if " GET " in x])
    ok("it completes", job.phase == "COMPLETED", job.phase)
    ok("WAIT is honoured: %d requests in %.1f s" % (polls, seconds), seconds >= 1 and polls <= 6,
       polls, seconds)
    r = job.fetch_result()
    ok("its result has the rows", [x["name"] for x in r] == ["M1", "M10"], list(r))
    listed = [j.jobid for j in service.get_job_list()]
    ok("the job list has it", job.job_id in listed, listed)
    ok("also by phase", job.job_id in [j.jobid for j in service.get_job_list(phases=["COMPLETED"])])
    ok("and not by another", job.job_id not in [j.jobid for j in service.get_job_list(phases=["PENDING"])])
    ok("LAST=1 has one", len(service.get_job_list(last=1)) == 1)
    job.delete()
    ok("a deleted job is gone", requests.get(url + "/async/" + job.job_id).status_code == 404)
    ok("from the list too", job.job_id not in [j.jobid for j in service.get_job_list()])

    job = service.submit_job("SELECT TOP 20 demo_sleep(1) FROM demo.messier")
    job.run()
    t = time.time()
    job.abort()
    ok("ABORT ends a running job", job.phase == "ABORTED" and time.time() - t < 5, job.phase)
    job.delete()

    r = service.run_async("SELECT COUNT(*) AS n FROM demo.ngc_ic")
    ok("run_async does all in one go", r[0]["n"] == 13957, r[0]["n"])


def metadata():
    ok("availability", service.available and service.up_since is not None)
    ok("limits", service.maxrec == 20000 and service.hardlimit == 20000000, service.maxrec, service.hardlimit)
    tables = service.tables
    ok("tables", {"demo.messier", "demo.ngc_ic", "TAP_SCHEMA.columns"} <= {t.name for t in tables.values()},
       list(tables.keys()))
    vosi = {c.name: (str(c.datatype.content), c.unit or None, c.ucd or None)
            for c in tables["demo.messier"].columns}
    rows = service.run_sync("SELECT column_name, datatype, unit, ucd FROM TAP_SCHEMA.columns "
                            "WHERE table_name = 'demo.messier'")
    schema = {r["column_name"]: (r["datatype"], r["unit"] or None, r["ucd"] or None) for r in rows}
    ok("VOSI and TAP_SCHEMA agree", vosi == schema, vosi, schema)
    examples = service.examples
    ok("there are examples", len(examples) >= 5, len(examples))
    for i, e in enumerate(examples):
        ok("example %d runs" % (i + 1), len(e.execute()) > 0)


def cells(table, blanks):
    """All values; texts without the blanks around them unless those count."""
    out = []
    for name in table.colnames:
        c = table[name]
        for v in c:
            if v is np.ma.masked or (getattr(v, "mask", None) is not None and np.all(v.mask)):
                out.append((name, None))
            elif isinstance(v, (bytes, str)):
                v = v.decode() if isinstance(v, bytes) else v
                out.append((name, v if blanks else v.strip()))
            else:
                # astropy makes doubles of TABLEDATA's variable arrays of floats. An empty array
                # is NULL outside BINARY2.
                v = np.asarray(v, np.float32 if c.dtype.kind == "O" else None).tolist()
                out.append((name, None if v == [] else v))
    return out


def formats():
    query = "SELECT TOP 500 * FROM bench.stars ORDER BY id"
    read = []
    for name, form in (("tabledata", "application/x-votable+xml;serialization=tabledata"),
                       ("binary", "application/x-votable+xml;serialization=binary"),
                       ("binary2", "application/x-votable+xml;serialization=binary2")):
        r = requests.post(url + "/sync", data={"REQUEST": "doQuery", "LANG": "ADQL", "QUERY": query,
                                               "RESPONSEFORMAT": form})
        ok("%s is what was asked for" % name, ("<" + name.upper()).encode() in r.content, r.content[:300])
        with warnings.catch_warnings(record=True) as w:
            warnings.simplefilter("always")
            table = votable.parse(io.BytesIO(r.content), verify="warn").get_first_table()
        ok("astropy reads %s without a warning" % name, not w, [str(x.message) for x in w])
        read.append(table.to_table(use_names_over_ids=True))
    # Of TABLEDATA's texts astropy takes away the blanks around.
    for name, one, other, blanks in (("binary", 0, 1, False), ("binary2", 0, 2, False), ("binary2", 1, 2, True)):
        a, b = cells(read[one], blanks), cells(read[other], blanks)
        different = [(x, y) for x, y in zip(a, b) if repr(x) != repr(y)]
        ok("%s has the values of %s" % (name, ("tabledata", "binary")[one]),
           len(a) == len(b) and not different, different[:5])
    first = cells(read[1], True)
    ok("with NULLs among them", any(x[1] is None for x in first))


def uploads():
    limit = service.upload_methods
    ok("uploads are told, inline and by URL", {m.ivo_id.split("-")[-1] for m in limit} >= {"inline", "http"}, limit)
    mine = Table({"name": ["M31", "M33", "none"], "n": MaskedColumn([1, 2, 3], mask=[False, True, False]),
                  "x": [0.1, 1e-300, float("nan")], "far": [True, False, True], "v": [[1., 2.], [3., 4.], [5., 6.]]})
    mine["x"].unit = "Jy"
    mine["x"].description = "How bright"
    for how, ask in (("sync", service.run_sync), ("async", service.run_async)):
        r = ask("SELECT t.*, m.ra FROM TAP_UPLOAD.mine AS t LEFT JOIN demo.messier AS m ON m.name = t.name "
                "ORDER BY t.name", uploads={"mine": mine})
        t = r.to_table()
        ok("a table goes along with a %s query" % how, list(t["name"]) == ["M31", "M33", "none"], t)
        ok("and joins the service's", abs(t["ra"][0] - 10.684575) < 1e-9 and t["ra"].mask.tolist()[2], t["ra"])
        ok("its values are what they were", t["x"][0] == 0.1 and t["x"][1] == 1e-300 and not t["x"][2] == t["x"][2] and
           [bool(b) for b in t["far"]] == [True, False, True] and np.array_equal(np.asarray(t["v"][1]), [3, 4]), t)
        ok("with what is missing", np.ma.getmaskarray(t["n"]).tolist() == [False, True, False], t["n"])
        ok("and units and descriptions", (str(t["x"].unit), t["x"].description) == ("Jy", "How bright"), t["x"])
    r = service.run_sync("SELECT COUNT(*) AS n FROM TAP_UPLOAD.a AS a JOIN TAP_UPLOAD.b AS b ON a.name = b.name",
                         uploads={"a": mine, "b": mine[:2]})
    ok("two tables go along", r[0]["n"] == 2, r)
    said = url + "/sync?LANG=ADQL&QUERY=SELECT+name+FROM+demo.messier+WHERE+mag<5"
    r = service.run_async("SELECT COUNT(*) AS n FROM TAP_UPLOAD.t", uploads={"t": said})
    direct = service.run_sync("SELECT COUNT(*) AS n FROM demo.messier WHERE mag < 5")
    ok("a table at a URL", r[0]["n"] == direct[0]["n"] > 0, r, direct)
    try:
        service.run_sync("SELECT * FROM TAP_UPLOAD.t", uploads={"t": url + "/nothing"})
        said = None
    except DALQueryError as e:
        said = str(e)
    ok("one that is not there is an error in words", said and "answers 404" in said, said)


run(sync, overflow, errors, asynchronous, metadata, formats, uploads)
