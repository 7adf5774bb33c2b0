#!/bin/bash
# Between the POST that makes a job and the commit of its URL, on a service that others wrote.
. tests/interop/dachs.sh
one() { query "$1" "SELECT TOP 1 source_id FROM demo_cat.stars ORDER BY source_id"; }
phases() { # of this test's jobs with that word
	local job
	for job in $(dachs_jobs "$1"); do dachs_get "$job/phase"; echo; done
}
mount_with() { # WHAT HAPPENS to an answer 303
	TAPFS_TEST_ANSWER=303:$1 LD_PRELOAD=$B/tests/preload/crash.so timeout 60 "$B/tapfs" "$DACHS" "$SKY"
}

mount_with kill
one crash >"$Q/crash.adql"
eventually 10 not_mounted "$SKY"
is "killed when the answer to the POST comes: a job waits at DaCHS" "$(phases crash)" PENDING
timeout 60 "$B/tapfs" "$DACHS" "$SKY"
is "the next mount has the result" "$(last "$Q/crash.csv" | grep -c '^[0-9]')" 1
is "of that job, and there is no other" "$(phases crash)" COMPLETED
like "the log says so" "$(cat "$Q/crash.log")" 'made before, is taken up'
unmount

mount_with kill
one gone >"$Q/gone.adql"
eventually 10 not_mounted "$SKY"
rm "$D"/state/tapfs/*/queries/gone.adql
timeout 60 "$B/tapfs" "$DACHS" "$SKY"
nothing_left() { [ -z "$(phases gone)" ]; }
ok "killed there, and the query removed before the next mount: its job goes, unrun" \
	"$(eventually 20 nothing_left && echo true || echo false)"
unmount

mount_with reset
one reset >"$Q/reset.adql"
is "a lost answer to the POST: the result comes" "$(last "$Q/reset.csv" | grep -c '^[0-9]')" 1
is "of one job" "$(phases reset)" COMPLETED
unmount

# Killed at random, queries in flight.
dropped=0
for round in 1 2 3; do
	timeout 60 "$B/tapfs" "$DACHS" "$SKY"
	for i in 1 2 3 4 5; do
		one "k${round}x$i." >"$D/saved" && cp "$D/saved" "$Q/k${round}x$i.adql" && dropped=$((dropped + 1))
	done
	sleep "0.$((RANDOM % 7))"
	kill -9 "$(tapfs_pid)"
	eventually 5 not_mounted "$SKY"
done
timeout 60 "$B/tapfs" "$DACHS" "$SKY"
right=0
for f in "$Q"/k*.adql; do [ "$(last "${f%.adql}.csv" | grep -c '^[0-9]')" = 1 ] && right=$((right + 1)); done
is "3 kills, $dropped queries in flight: all have their result" "$right" "$dropped"
settled() { ! phases k | grep -q PENDING; }
eventually 20 settled
is "each from one job, and no job is left over" "$(phases k | sort | uniq -c | sed 's/^ *//')" "$dropped COMPLETED"
unmount
finish
