#!/bin/bash
# tapfs is killed again and again, 20 queries in flight: each is done, and is run once.
#
# KILLS rounds (default 8): every other one at a chosen commit point (see tests/preload/crash.c),
# the rest at a random moment. What a writer was refused, since tapfs was gone, is dropped again.
. tests/e2e/lib.sh
KILLS=${KILLS:-8} QUERIES=20
RANDOM=${SEED:-$$}
service_start
Q=$SKY/queries
lost=0 twice=0 wrong=0 dropped=0
drop() { # NAME: by the ways that people save
	local text="SELECT TOP 1 '$1' AS tag, name, demo_sleep(0.0$((RANDOM % 10))) AS s FROM demo.messier ORDER BY name"
	case $((RANDOM % 4)) in
	0) /bin/echo "$text" >"$Q/$1.adql" ;; # unlike the shell's own, it looks at what close() says
	1) echo "$text" >"$D/saved" && cp "$D/saved" "$Q/$1.adql" ;;
	2) echo "$text" >"$Q/.$1.new" && mv "$Q/.$1.new" "$Q/$1.adql" ;;
	3) /bin/echo "$text" >>"$Q/$1.adql" ;;
	esac
} 2>/dev/null
is_whole() { [ "$(sed -n '2s/,.*//p' "$Q/$1.csv" 2>/dev/null)" = "$1" ]; }

for round in $(seq "$KILLS"); do
	killer=
	if [ $((round % 2)) = 1 ]; then # half a query's commits later each time, before or after
		point=$((20 + (round / 2 * 9 + RANDOM % 9) % 500))
		TAPFS_TEST_CRASH=$point LD_PRELOAD=$B/tests/preload/crash.so \
			mount_tapfs "$URL" "$SKY" 2>/dev/null || true
	else
		mount_tapfs "$URL" "$SKY"
		pid=$(tapfs_pid)
		(sleep "0.$((RANDOM % 80 + 10))"; kill -9 "$pid") &
		killer=$!
	fi
	missing=
	for i in $(seq "$QUERIES"); do
		drop "r${round}q$i" || missing="$missing r${round}q$i"
	done
	[ -z "$killer" ] || wait "$killer"
	eventually 3 not_mounted "$SKY" || { kill -9 "$(tapfs_pid)"; eventually 3 not_mounted "$SKY"; }
	mount_tapfs "$URL" "$SKY" || { ok "round $round: it mounts again" false; finish; }
	for name in $missing; do # it may have been taken all the same: only the answer was lost
		[ -s "$Q/$name.adql" ] && ! grep -q 'not run' "$Q/$name.log" 2>/dev/null && continue
		rm -f "$Q/$name.adql" "$Q/.$name.new"
		drop "$name"
	done
	for i in $(seq "$QUERIES"); do
		dropped=$((dropped + 1))
		[ -s "$Q/r${round}q$i.adql" ] || lost=$((lost + 1))
		is_whole "r${round}q$i" || { wrong=$((wrong + 1)); echo "# r${round}q$i: $(cat "$Q/r${round}q$i.error.txt" 2>&1)"; }
	done
	unmount
done
twice=$(($(jobs_run) - dropped))
echo "# kills $KILLS, queries $dropped, lost $lost, without result $wrong, run twice $twice"
is "$KILLS kills, $dropped queries: none lost" "$lost" 0
is "none without its result" "$wrong" 0
is "none run twice" "$twice" 0
is "no job waits at the service" "$(curl -s "$URL/async?PHASE=PENDING" | grep -c '<uws:jobref')" 0
finish
