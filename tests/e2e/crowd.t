#!/bin/bash
# Eight programs use one mount at a time, for CROWD_SECONDS (10): each query's own number comes back,
# no call fails, and descriptors and memory stay as they are.
. tests/e2e/lib.sh
SECONDS_OF_IT=${CROWD_SECONDS:-10}
service_start
mount_tapfs "$URL" "$SKY"
pid=$(tapfs_pid)
python3 tests/e2e/crowd.py "$SKY" "$SECONDS_OF_IT" "$pid" >"$D/crowd" 2>&1
rc=$?
sed 's/^/# /' "$D/crowd"
is "nothing went wrong" "$(grep '^wrong' "$D/crowd")" ""
is "and all of it came to its end" "$rc" 0
field() { sed -n "s/^$1 //p" "$D/crowd" | cut -d' ' -f"$2"; }
succeeds "there were calls ($(field calls 1))" [ "$(field calls 1)" -gt 50 ]
succeeds "descriptors stay ($(field descriptors 1), then $(field descriptors 2))" \
	[ "$(field descriptors 2)" -le "$(($(field descriptors 1) + 20))" ]
growth=$([ "$SANITIZED" ] && echo 262144 || echo 8192) # a sanitizer keeps what was freed for a while
succeeds "memory stays ($(field memory 1) KiB, then $(field memory 2))" \
	[ "$(field memory 2)" -le "$(($(field memory 1) + growth))" ]
no_jobs() { ! curl -s "$URL/async" | grep -q '<uws:jobref'; }
succeeds "no job of it stays on the service" eventually 15 no_jobs
finish
