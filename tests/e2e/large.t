#!/bin/bash
# Memory never grows with the result.
. tests/e2e/lib.sh
service_start --rows 1000000
mount_tapfs "$URL" "$SKY" -o maxrec=2000000
Q=$SKY/queries
echo "SELECT * FROM bench.stars" >"$Q/million.adql"
is "a result of 1,000,000 rows passes" "$(($(grep -c . <"$Q/million.csv") > 1000000))" 1
is "its rows were counted" "$(sed -n 's/.* \([0-9]*\) rows.*/\1/p' "$Q/million.log")" 1000000
peak=$(awk '/VmHWM/ { print $2 }' "/proc/$(tapfs_pid)/status")
ok "with tapfs below $((MEMORY_LIMIT_KIB / 1024)) MiB ($((peak / 1024)) MiB at most)" "$([ "$peak" -lt "$MEMORY_LIMIT_KIB" ] && echo true || echo false)"
like "and ends as it should" "$(tail -c 200 "$Q/million.vot" | tr '\n' ' ')" '</VOTABLE>'
finish
