#!/bin/bash
# A waiting reader costs nothing and blocks nobody.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
ls -l "$SKY/schemas/demo" "$SKY/schemas/demo/messier" >/dev/null
echo "SELECT TOP 1 name, demo_sleep(600) AS s FROM demo.messier" >"$Q/slow.adql"
eventually 5 grep -q EXECUTING "$Q/slow.log"
parked() { sed -n 's/^fuse_parked *\([0-9]*\).*/\1/p' "$SKY/.tapfs/stats"; }

for i in $(seq 1000); do cat "$Q/slow.csv" >/dev/null 2>&1 & done
all_parked() { [ "$(parked)" -ge 1000 ]; }
eventually 30 all_parked
is "1,000 processes wait" "$(parked)" 1000
ms() { local a b; a=$(date +%s%N); "$@" >/dev/null; b=$(date +%s%N); echo $(((b - a) / 1000000)); }
best=1000
for i in 1 2 3 4 5; do t=$(ms ls -l "$SKY/schemas/"); [ "$t" -lt "$best" ] && best=$t; done
ok "ls -l schemas/ beside them takes less than 50 ms ($best ms)" "$([ "$best" -lt 50 ] && echo true || echo false)"
rss=$(awk '/VmRSS/ { print $2 }' "/proc/$(tapfs_pid)/status")
ok "tapfs stays below $((MEMORY_LIMIT_KIB / 1024)) MiB ($((rss / 1024)) MiB)" "$([ "$rss" -lt "$MEMORY_LIMIT_KIB" ] && echo true || echo false)"

# Ten thousand more, in two processes.
rss() { awk '/VmRSS/ { print $2 }' "/proc/$(tapfs_pid)/status"; }
before=$(rss)
"$B/tests/e2e/park" "$Q/slow.csv" 5000 >/dev/null & park=$!
"$B/tests/e2e/park" "$Q/slow.csv" 5000 >/dev/null & park="$park $!"
all_parked() { [ "$(parked)" -ge 11000 ]; }
ok "10,000 opens more wait" "$(eventually 60 all_parked && echo true || echo false)"
more=$(($(rss) - before))
ok "for less than 20 MiB more memory ($((more / 1024)) MiB)" \
	"$([ "$more" -lt $((MEMORY_LIMIT_KIB * 20 / 64)) ] && echo true || echo false)"
t=$(ms ls -l "$SKY/schemas/")
ok "ls beside them answers ($t ms)" "$([ "$t" -lt 200 ] && echo true || echo false)"
kill -TERM $park; wait $park 2>/dev/null
few_parked() { [ "$(parked)" -le 1000 ]; }
ok "and all of them end with their process" "$(eventually 10 few_parked && echo true || echo false)"

# Signals: a wait ends when the process does, or when the signal is handled.
set -m
cat "$Q/slow.csv" >/dev/null 2>&1 & p=$!
set +m
sleep 0.2; a=$(date +%s%N); kill -INT $p; wait $p; b=$(date +%s%N)
ok "Ctrl-C on one ends it within 100 ms ($(((b - a) / 1000000)) ms)" \
	"$([ $(((b - a) / 1000000)) -lt 100 ] && echo true || echo false)"
cat "$Q/slow.csv" >/dev/null 2>&1 & p=$!
sleep 0.2; kill -KILL $p; sleep 0.2
fails "so does kill -9" kill -0 $p
bash -c 'trap : WINCH CHLD; cat "$0" >/dev/null 2>&1' "$Q/slow.csv" & p=$!
sleep 0.3; c=$(pgrep -P $p cat || echo $p)
kill -WINCH "$c"; sleep 0.3
succeeds "SIGWINCH does not" kill -0 "$c"
kill -TSTP "$c"; sleep 0.2; kill -CONT "$c"; sleep 0.3
succeeds "nor Ctrl-Z and fg" kill -0 "$c"
kill -TERM "$c"; sleep 0.3
fails "after that SIGTERM still does" kill -0 "$c"
is "a non-blocking open says to try again" \
	"$(dd if="$Q/slow.csv" iflag=nonblock count=1 2>&1 | head -1 | grep -o 'Resource temporarily unavailable')" \
	"Resource temporarily unavailable"

rm "$Q/slow.adql"
eventually 10 sh -c "! pgrep -f 'cat $Q/slow.csv'"
fails "rm of the query ends all waits" pgrep -f "cat $Q/slow.csv"
is "nobody waits any more" "$(parked)" 0
finish
