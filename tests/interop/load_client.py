#!/usr/bin/python3
"""load_client.py: 500 jobs at once, and 50 sync queries at once; tells in TAP.

Then 3000 clients wait for one job.

usage: load_client.py TAPURL PID
"""
import concurrent.futures as futures
import re
import resource
import socket
import sys
import time

import requests

from checks import ok, plan

JOBS, SYNCS, THREADS, CLIENTS = 500, 50, 100, 3000
url, pid = sys.argv[1], int(sys.argv[2])


def post(path, **data):
    return requests.post(url + path, data=data, allow_redirects=False, timeout=120)


def query(i):
    """One whose answer tells which it was, so that none can get another's. IDs begin with 1."""
    i += 1
    return ("SELECT TOP 20 id + %d AS x, ra, dec, note FROM bench.stars WHERE id >= %d ORDER BY id" % (1000000 * i, i),
            [str(1000000 * i + k) for k in range(i, i + 20)])


def first_column(csv):
    return [line.split(",")[0] for line in csv.splitlines()[1:] if re.match(r"\d+,", line)]


def create(i):
    r = post("/async", REQUEST="doQuery", LANG="ADQL", RESPONSEFORMAT="csv", QUERY=query(i)[0])
    return r.headers["Location"]


def run(job):
    return requests.post(job + "/phase", data={"PHASE": "RUN"}, allow_redirects=False, timeout=120).status_code


def finish(i, job):
    for _ in range(60):
        r = requests.get(job, params={"WAIT": "20"}, timeout=60)
        phase = re.search(r"phase>(\w+)<", r.text).group(1)
        if phase in ("COMPLETED", "ERROR", "ABORTED"):
            break
    got = first_column(requests.get(job + "/results/result", timeout=60).text)
    return phase == "COMPLETED" and got == query(i)[1]


def sync(i):
    r = post("/sync", REQUEST="doQuery", LANG="ADQL", RESPONSEFORMAT="csv", QUERY=query(i)[0])
    return r.status_code == 200 and first_column(r.text) == query(i)[1]


def peak_kib():
    with open("/proc/%d/status" % pid) as f:
        return int(re.search(r"VmHWM:\s*(\d+)", f.read()).group(1))


t = time.time()
with futures.ThreadPoolExecutor(THREADS) as pool:
    jobs = list(pool.map(create, range(JOBS)))
    ok("%d jobs are made" % JOBS, len(set(jobs)) == JOBS)
    ran = list(pool.map(run, jobs))
    ok("all are told to run", ran == [303] * JOBS, ran)
    right = list(pool.map(finish, range(JOBS), jobs))
    made = time.time() - t
    ok("all give their own result (%.1f s)" % made, all(right), [i for i, r in enumerate(right) if not r])
    listed = requests.get(url + "/async", timeout=60).text.count("<uws:jobref ")
    ok("the list has them all", listed == JOBS, listed)
    gone = list(pool.map(lambda j: requests.delete(j, allow_redirects=False, timeout=60).status_code, jobs))
    ok("all are deleted", gone == [303] * JOBS, gone)
    ok("the list is empty", "<uws:jobref " not in requests.get(url + "/async", timeout=60).text)
t = time.time()
with futures.ThreadPoolExecutor(SYNCS) as pool:
    right = list(pool.map(sync, range(SYNCS)))
    ok("%d sync queries at once are answered right (%.1f s)" % (SYNCS, time.time() - t), all(right), right)
    # Each of these rows lets its query last as long as all the others'.
    slow = list(pool.map(lambda i: post("/sync", LANG="ADQL", RESPONSEFORMAT="csv",
                                        QUERY="SELECT a.id, b.ra FROM bench.stars AS a, bench.stars AS b",
                                        MAXREC="200000").text.count("\n"), range(10)))
    ok("so are ten large ones", slow == [200001] * 10, slow)

# Each holds its connection until the job has ended.
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
host, port = re.match(r"http://([^:/]+):(\d+)", url).groups()
job = create(0)
t = time.time()
clients = [socket.create_connection((host, int(port)), timeout=60) for _ in range(CLIENTS)]
for c in clients:
    c.sendall(("GET %s?WAIT=60&PHASE=PENDING HTTP/1.0\r\n\r\n" % job[job.index("/tap"):]).encode())
other = requests.get(url + "/availability", timeout=10).status_code
run(job)
phases = [re.search(rb"phase>(\w+)<", c.makefile("rb").read()).group(1) for c in clients]
ok("%d clients wait for one job, and hear of it (%.1f s)" % (CLIENTS, time.time() - t),
   len(phases) == CLIENTS and b"PENDING" not in phases, set(phases))
ok("meanwhile others are answered", other == 200, other)
peak = peak_kib() / 1024
ok("the service never had more than 200 MiB in memory (%.0f MiB)" % peak, peak < 200, peak)
print("# %d jobs in %.1f s; peak %.0f MiB" % (JOBS, made, peak))
plan()
