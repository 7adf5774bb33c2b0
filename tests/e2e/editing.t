#!/bin/bash
# Saving, renaming and removing in awkward moments: the text that was saved last is what runs.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
one() { echo "SELECT name FROM demo.messier WHERE name='$1'"; }

one M1 >"$Q/l.adql"; cat "$Q/l.csv" >/dev/null
one M2 >"$Q/l.adql"; unmount; mount_tapfs "$URL" "$SKY"
is "a new text saved right before unmount runs at the next mount" "$(tail -1 "$Q/l.csv")" M2
one M3 >"$Q/l.adql"; kill -9 "$(tapfs_pid)"; eventually 2 not_mounted "$SKY"; mount_tapfs "$URL" "$SKY"
is "or right before kill -9" "$(tail -1 "$Q/l.csv")" M3

mkdir "$Q/sub"; touch "$Q/sub/y.adql"; one M4 >"$Q/y.adql"; cat "$Q/y.csv" >/dev/null
unmount; mount_tapfs "$URL" "$SKY"
one M5 >"$Q/sub/y.adql"
is "an empty query of a folder, filled after a new mount, is itself" "$(tail -1 "$Q/sub/y.csv")" M5

one M6 >"$Q/a.adql"; cat "$Q/a.csv" >/dev/null
one M7 >"$Q/a.adql"; mv "$Q/a.adql" "$Q/a.bak"; rm "$Q/a.bak"; sleep 0.4
is "renamed away while a launch is due: its old results stay for a while" "$(tail -1 "$Q/a.csv")" M6
one M8 >"$Q/b.adql"; cat "$Q/b.csv" >/dev/null
one M9 >"$Q/b.adql"; mv "$Q/b.adql" "$Q/c.adql"
is "renamed to another query while a launch is due: the new text runs" "$(tail -1 "$Q/c.csv")" M9

one M13 >"$Q/half.adql"; cat "$Q/half.csv" >/dev/null; unmount
one M14 >"$(echo "$D"/state/tapfs/*/queries)/half.adql"; mount_tapfs "$URL" "$SKY"
is "a text of the same length that was not acknowledged is not run either" "$(tail -1 "$Q/half.csv")" M13
like "and the log says so" "$(cat "$Q/half.log")" 'not run'
touch "$Q/half.adql"
is "touch runs it" "$(tail -1 "$Q/half.csv")" M14

mkdir "$Q/p1"
for i in 1 2 3; do one "M$i" >"$Q/p1/q$i.adql"; cat "$Q/p1/q$i.csv" >/dev/null; done
echo "SELECT nam FROM demo.messier" >"$Q/p1/bad.adql"; cat "$Q/p1/bad.csv" 2>/dev/null
before=$(jobs_created)
succeeds "cp -r of a folder of queries with its results, inside queries/" cp -r "$Q/p1" "$Q/p2"
is "the queries run there" "$(tail -qn1 "$Q"/p2/q{1,2,3}.csv | tr '\n' ' ')" "M1 M2 M3 "
eventually 5 test -e "$Q/p2/bad.error.txt"; sleep 0.3
is "each once" "$(($(jobs_created) - before))" 4
is "no copy of a result is left in the way of a result" "$(cd "$D"/state/tapfs/*/queries/p2 && ls | tr '\n' ' ')" \
	"bad.adql q1.adql q2.adql q3.adql "
is "quietly" "$(grep -c p2 "$SKY/.tapfs/errors")" 1
cp "$Q/p1/q1.csv" "$Q/p2/.q1.csv.x"
succeeds "a copy of a result, renamed to that result's name (rsync), gives way" mv "$Q/p2/.q1.csv.x" "$Q/p2/q1.csv"
echo mine >"$Q/p2/.q1.csv.x"
fails "another file is refused, and is not lost" mv "$Q/p2/.q1.csv.x" "$Q/p2/q1.csv"
is "it is where it was" "$(cat "$Q/p2/.q1.csv.x")" mine
echo mine >"$Q/p2/own.csv"; one M4 >"$Q/p2/own.adql"; sleep 0.5
is "a file of the user's own keeps its name" "$(cat "$Q/p2/own.csv")" mine

jobs=$(jobs_created)
one M13 >"$Q/w.adql"; cat "$Q/w.csv" >/dev/null
mv "$Q/w.adql" "$Q/w.bak"
one M14 >"$Q/v.adql"; cat "$Q/v.csv" >/dev/null; mv "$Q/v.adql" "$Q/w.adql"
is "a query moved to where another waits for its file takes that one's place" "$(tail -1 "$Q/w.csv")" M14
is "each name is there once" "$(ls "$Q" | grep '^w' | tr '\n' ' ')" "w.adql w.bak w.csv w.log w.vot "
mv "$Q/w.adql" "$Q/w2.bak"
is "renamed away itself, too" "$(ls "$Q" | grep '^w\.' | tr '\n' ' ')" "w.bak w.csv w.log w.vot "
is "which took two jobs" "$(jobs_created)" $((jobs + 2))

one M15 >"$Q/x.adql"; cat "$Q/x.csv" >/dev/null
rm "$Q/x.adql"; one M15 >"$Q/x.adql"; cat "$Q/x.csv" >/dev/null
is "removed by one program and written by another: a new query" "$(jobs_created)" $((jobs + 4))
rm "$Q/x.adql"; unmount; mount_tapfs "$URL" "$SKY"
fails "removed right before unmount it stays so" ls "$Q/x.csv"
ok "and its job goes" "$(eventually 5 sh -c "! curl -s '$URL/async' | grep -q '<uws:runId>x<'" && echo true || echo false)"

one M11 >"$Q/cut.adql"; cat "$Q/cut.csv" >/dev/null
truncate -s 29 "$Q/cut.adql"
is "cut off by its path: what is left runs" "$(head -1 "$Q/cut.csv"):$(($(wc -l <"$Q/cut.csv") - 1))" "name:110"
unmount; one M12 >"$D"/raw
cp "$D/raw" "$(echo "$D"/state/tapfs/*/queries)/raw.adql"; mount_tapfs "$URL" "$SKY"
fails "a text whose close was never acknowledged is not run by itself" cat "$Q/raw.csv"
like "the log says so" "$(cat "$Q/raw.log")" 'touch'
touch "$Q/raw.adql"
is "and touch runs it" "$(tail -1 "$Q/raw.csv")" M12

for i in $(seq 40); do one "M$i" >"$Q/many$i.adql"; done
for i in $(seq 40); do cat "$Q/many$i.csv" >/dev/null; done
pid=$(tapfs_pid)
rm -f "$Q"/many*.adql 2>/dev/null &
sleep 0.03; kill -TERM "$pid"; wait $! 2>/dev/null
eventually 10 sh -c "! kill -0 $pid"
succeeds "ended while queries are removed, it mounts again" mount_tapfs "$URL" "$SKY"
curl -s -X POST "$HOST/demo/faults" -d path=/tap/async -d method=POST -d next_status=502 -d skip=1 -d count=1 >/dev/null
one M10 >"$Q/bad.adql"
is "a 502 at PHASE=RUN is got over" "$(tail -1 "$Q/bad.csv")" M10
finish
