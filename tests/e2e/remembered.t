#!/bin/bash
# Names that the kernel remembers hold neither descriptors nor disk.
. tests/e2e/lib.sh
service_start --rows 300000
"$B/tapfs" "$URL" "$SKY" -d -o maxrec=2000000 2>"$D/log" & # its descriptors may be seen with -d only
eventually 10 test -d "$SKY/queries"
Q=$SKY/queries L=$SKY/datalink
pid=$(tapfs_pid)
open_files() { find "/proc/$pid/fd" -lname "$D/*" 2>/dev/null | wc -l; }
deleted() { find "/proc/$pid/fd" -lname '* (deleted)' 2>/dev/null | wc -l; }
none_deleted() { [ "$(deleted)" = 0 ]; }
few_open() { [ "$(open_files)" -le $((before + 2)) ]; }

# Queries that were looked into, and removed.
link() { echo "SELECT TOP 1 '$1' AS obs_id, '$HOST/files/images/m42.fits?$1' AS access_url FROM demo.messier"; }
link n0 >"$Q/n0.adql"; timeout 20 cat "$Q/n0.csv" >"$D/none"
before=$(open_files)
for i in $(seq 60); do link "n$i" >"$Q/n$i.adql"; done
for i in $(seq 60); do timeout 20 cat "$Q/n$i.csv"; done >"$D/none"
is "60 queries are looked into" "$(ls "$L"/n*/ | grep -c '^n')" 61
ok "of which a few databases are open ($(open_files))" "$([ "$(open_files)" -le $((before + 20)) ] && echo true || echo false)"
succeeds "and none when nobody looks any more" eventually 10 few_open
is "they can be looked into again" "$(ls "$L/n7" "$L/n8" | grep -c n)" 4
rm "$Q"/n?*.adql
succeeds "what was removed is not open" eventually 10 none_deleted
succeeds "nor anything else" eventually 10 few_open

# A result that arrives, looked at and removed.
curl -s -o "$D/none" "$HOST/demo/faults" -d path=/tap/async -d bytes_per_s=20000000 -d count=-1
echo "SELECT * FROM bench.stars" >"$Q/big.adql"
succeeds "a result arrives" eventually 20 test -s "$Q/big.csv.part"
stat "$Q/big.csv.part" "$Q/big.vot.part" >"$D/none"
curl -s -o "$D/none" -X DELETE "$HOST/demo/faults"
timeout 60 cat "$Q/big.csv" >"$D/none"
rm "$Q/big.adql"
succeeds "its bytes go with it, though somebody had looked at its .part" eventually 10 none_deleted

# Who has one open keeps it.
echo "SELECT * FROM demo.messier" >"$Q/kept.adql"; timeout 20 cat "$Q/kept.csv" >"$D/kept"
exec 3<"$Q/kept.csv"; rm "$Q/kept.adql"; sleep 0.5
is "who has a result open reads it after rm" "$(cat <&3 | cmp - "$D/kept" && echo same)" same
exec 3<&-
succeeds "and then it is closed" eventually 10 none_deleted

# At the limit of descriptors.
echo "SELECT * FROM demo.messier" >"$Q/limit.adql"; timeout 20 cat "$Q/limit.csv" >"$D/none"
limits=$(awk '/open files/ { print $4 ":" $5 }' "/proc/$pid/limits")
prlimit --pid "$pid" --nofile=3:"${limits#*:}"
fails "without a descriptor to be had a result cannot be opened" cat "$Q/limit.csv"
prlimit --pid "$pid" --nofile="$limits"
like "and the reason is told" "$(cat "$SKY/.tapfs/errors")" 'limit.csv: cannot open the result: tapfs has as many files open as it may'
is "with descriptors again it can" "$(cat "$Q/limit.csv" | wc -l)" 111
finish
