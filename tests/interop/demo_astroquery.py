#!/usr/bin/python3
"""demo_astroquery.py: astroquery's TAP client, written by others, on the demo service; tells in TAP.

usage: demo_astroquery.py TAPURL

Beside standard TAP it speaks Gaia's TAP+ (/jobs/async, /deletejobs), which is not asked for here.
"""
import sys
from xml.sax.xmlreader import AttributesImpl

import requests
from astropy.table import Table
from astroquery.utils.tap.core import TapPlus
from astroquery.utils.tap.xmlparser.tableSaxParser import TableSaxParser

from checks import ok, run

url = sys.argv[1]
tap = TapPlus(url=url)


def with_flags(parser, name, attrs, start=TableSaxParser.startElement):
    """Version 0.4.6 reads no table without an attribute that only ESA's services have."""
    if name == "column" and "esatapplus:flags" not in attrs:
        attrs = AttributesImpl({**dict(attrs.items()), "esatapplus:flags": ""})
    start(parser, name, attrs)


TableSaxParser.startElement = with_flags


def metadata():
    tables = {t.name: t for t in tap.load_tables()}
    ok("load_tables has them all", len(tables) == 5 + 7 + 1 + 10 and
       {"demo.messier", "TAP_SCHEMA.columns", '"J/A+AS/100/1/table1"'} <= tables.keys(), list(tables))
    ra = [c for c in tables["demo.messier"].columns if c.name == "ra"][0]
    ok("columns have unit and UCD", (ra.unit, ra.ucd) == ("deg", "pos.eq.ra;meta.main"), str(ra))
    ok("and are as many as TAP_SCHEMA has",
       len(tables["bench.stars"].columns) == tap.launch_job(
           "SELECT COUNT(*) AS n FROM TAP_SCHEMA.columns WHERE table_name = 'bench.stars'").get_results()["n"][0])


def sync():
    r = tap.launch_job("SELECT TOP 3 name, ra FROM demo.messier ORDER BY ra").get_results()
    ok("a sync query gives its rows", list(r["name"]) == ["M110", "M32", "M31"], r)
    ok("with units", str(r["ra"].unit) == "deg", r["ra"].unit)
    r = tap.launch_job("SELECT TOP 3 name FROM demo.messier", output_format="csv").get_results()
    ok("as CSV, too", len(r) == 3, r)
    try:
        tap.launch_job("SELECT nix FROM demo.messier")
        said = None
    except requests.exceptions.HTTPError as e:
        said = str(e)
    ok("an error comes in words, with its place", said and "Line 1, column" in said and "nix" in said, said)


def asynchronous():
    r = tap.launch_job_async("SELECT COUNT(*) AS n FROM demo.ngc_ic").get_results()
    ok("an async job gives its result", r["n"][0] == 13957, r)
    job = tap.launch_job_async("SELECT TOP 1 demo_sleep(1) AS s, name FROM demo.messier", background=True)
    ok("one in the background runs", job.get_phase(update=True) in ("QUEUED", "EXECUTING"), job.get_phase())
    ok("until it has completed", job.wait_for_job_end()[1] == "COMPLETED", job.get_phase())
    ok("the job list has it", job.jobid in [j.jobid for j in tap.list_async_jobs()])
    again = tap.load_async_job(job.jobid)
    ok("it can be loaded again by its number", again.get_phase(update=True) == "COMPLETED" and
       list(again.get_results()["name"]) == ["M1"], again)
    job = tap.launch_job_async("SELECT 1 AS x FROM demo.messier", autorun=False)
    ok("a job that is not run is PENDING", job.get_phase(update=True) == "PENDING", job.get_phase())
    try:
        job.send_parameter("QUERY", "SELECT TOP 2 name FROM demo.messier ORDER BY name")
    except requests.exceptions.HTTPError as e:  # it takes the standard's own answer for an error
        ok("to send a parameter is answered with 303", "303" in str(e), e)
    job.start()
    ok("its parameters can be sent, and it be started", list(job.get_results()["name"]) == ["M1", "M10"])
    try:
        tap.launch_job_async("SELECT nix FROM demo.messier")
        said = None
    except SystemError as e:
        said = str(e)
    ok("an async error comes in words, with its place", said and "Line 1, column 8" in said and "nix" in said, said)


def uploads():
    mine = Table({"name": ["M31", "M33"], "n": [5, 7]})
    query = "SELECT t.n, m.name FROM TAP_UPLOAD.mine AS t JOIN demo.messier AS m ON m.name = t.name ORDER BY t.n"
    for how, ask in (("sync", tap.launch_job), ("async", tap.launch_job_async)):
        r = ask(query, upload_resource=mine, upload_table_name="mine").get_results()
        ok("a table goes along with a %s query" % how,
           list(r["n"]) == [5, 7] and list(r["name"]) == ["M31", "M33"], r)


run(metadata, sync, asynchronous, uploads)
