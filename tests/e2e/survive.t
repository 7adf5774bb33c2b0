#!/bin/bash
# What a crash, an unmount or a bad network leaves: nothing lost, no job twice.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
slow() { echo "SELECT TOP 2 name, demo_sleep($1) AS s FROM demo.messier ORDER BY name"; }
running() { grep -q EXECUTING "$Q/$1.log"; }

slow 1.5 >"$Q/night.adql"
eventually 5 running night
for i in 1 2 3; do cat "$Q/night.csv" >/dev/null 2>&1 & done
sleep 0.3
pid=$(tapfs_pid)
kill -9 "$pid"
eventually 1 not_mounted "$SKY"
ok "kill -9 with a job running and readers waiting: the mount is gone within a second" \
	"$(not_mounted "$SKY" && echo true || echo false)"
eventually 2 sh -c "! pgrep -f 'cat $Q/night.csv'"
fails "and its readers have ended" pgrep -f "cat $Q/night.csv"
fails "no process of tapfs is left, no zombie waits" sh -c "ps -o stat=,pid= -p $pid | grep -v Z"
succeeds "it mounts again" mount_tapfs "$URL" "$SKY"
is "the result comes" "$(sed -n 2p "$Q/night.csv" | cut -d, -f1)" "M1"
is "and the service saw one job" "$(jobs_created)" 1
like "the log tells that it was taken up again" "$(cat "$Q/night.log")" 'taken up again'

slow 1 >"$Q/day.adql"; eventually 5 running day
unmount
mount_tapfs "$URL" "$SKY"
is "unmounted in between: the result comes" "$(sed -n 2p "$Q/day.csv" | cut -d, -f1)" "M1"
is "from the same job" "$(jobs_created)" 2

# Killed while results stream in.
for n in 1 2 3; do
	echo "SELECT a.name, a.ra, b.dec FROM demo.ngc_ic AS a, demo.messier AS b" >"$Q/big$n.adql"
done
sleep 0.2; kill -9 "$(tapfs_pid)"; eventually 2 not_mounted "$SKY"
mount_tapfs "$URL" "$SKY"
for n in 1 2 3; do
	is "killed while results arrive: big$n is whole" "$(($(wc -l <"$Q/big$n.csv") - 1))" 20000
done

# A power cut: what close() or rename() acknowledged is on the disk, not only in the kernel.
unmount
TAPFS_TEST_SYNCS=$D/syncs LD_PRELOAD=$B/tests/preload/crash.so mount_tapfs "$URL" "$SKY"
synced() { # NAME WHAT: among what was synced by now
	ok "$1" "$(grep -qE "$2" "$D/syncs" && echo true || echo false)" "$(cat "$D/syncs")"
}
slow 0 >"$D/one.adql"
: >"$D/syncs"; cp "$D/one.adql" "$Q/p.adql"
synced "when close() returns, the text is on the disk" '/queries/p\.adql$'
synced "and its name" '/queries$'
synced "and the order to run it" '/state\.db-wal$'
cat "$Q/p.csv" >/dev/null
synced "when a result is there, so are its bytes" '/results/[0-9]+/[0-9]+\.csv(\.part)?$'
synced "and its name" '/results/[0-9]+$'
cp "$D/one.adql" "$Q/.p2"; : >"$D/syncs"; mv "$Q/.p2" "$Q/p2.adql"
synced "when a rename to a query returns, its text is on the disk" '/queries/\.p2$'
synced "with the new name" '/queries$'
synced "and the order" '/state\.db-wal$'
: >"$D/syncs"; mkdir "$Q/folder"
synced "a folder as well" '/queries$'
unmount; mount_tapfs "$URL" "$SKY"

# A service that forgets its jobs.
slow 5 >"$Q/lost.adql"; eventually 5 running lost
curl -s -X POST "$HOST/demo/forget" >/dev/null
fails "a job that the service forgot fails its query" cat "$Q/lost.csv"
like "and error.txt says what to do" "$(cat "$Q/lost.error.txt")" 'touch'

# A service that is away for a while.
port=${URL##*:}; port=${port%/tap}
slow 1 >"$Q/away.adql"; eventually 5 running away
service_stop
sleep 1
echo "SELECT TOP 1 name FROM demo.messier WHERE name='M3'" >"$Q/later.adql"
eventually 8 grep -q 'cannot be reached' "$Q/later.log"
like "dropped while the service is away: the log says that it waits" "$(cat "$Q/later.log")" 'cannot be reached'
"$B/tapfs-demo" --port "$port" --log "$D/requests" >/dev/null 2>&1 &
SERVICE_PID=$!
is "and it runs when the service is back" "$(tail -1 "$Q/later.csv")" "M3"

# Faults on the way.
fault() { curl -s -X POST "$HOST/demo/faults" "$@" >/dev/null; }
fault -d path=/tap/async -d method=POST -d next_status=503 -d retry_after=1 -d count=2
echo "SELECT name FROM demo.messier WHERE name='M4'" >"$Q/busy.adql"
is "a 503 with Retry-After is waited for" "$(tail -1 "$Q/busy.csv")" "M4"
fault -d path=/tap/async -d cut_after=300 -d count=1
echo "SELECT * FROM demo.messier" >"$Q/cut.adql"
is "a result that breaks off is fetched anew" "$(($(wc -l <"$Q/cut.csv") - 1))" 110
fault -d path=/tap/async -d method=POST -d drop_answer=1 -d count=1
echo "SELECT name FROM demo.messier WHERE name='M5'" >"$Q/dropped.adql"
is "a lost answer to the POST: the query still runs" "$(tail -1 "$Q/dropped.csv")" "M5"
unmount

# Limits of the shell that mounted.
(ulimit -f 200; mount_tapfs "$URL" "$SKY")
echo "SELECT a.name, a.ra, b.dec FROM demo.ngc_ic AS a, demo.messier AS b" >"$Q/limit.adql"
fails "a result that is larger than ulimit -f allows fails" cat "$Q/limit.csv"
like "which error.txt tells" "$(cat "$Q/limit.error.txt")" 'File too large'
like "and .tapfs/errors, by its path" "$(cat "$SKY/.tapfs/errors")" ' queries/limit\.adql: .*EFBIG'
is "nothing is left of it" "$(find "$D"/state/tapfs/*/results -name '*.part')" ""
finish
