#!/bin/bash
# Random things done to files in queries/ leave in them what they should, FSX_SECONDS long (10).
# FSX_SEED does the same again.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
mkdir "$D/plain"
succeeds "the checker agrees with an ordinary disk" "$B/tests/e2e/fsx" "$D/plain" 1 ${FSX_SEED:-}
"$B/tests/e2e/fsx" "$Q" "${FSX_SECONDS:-10}" ${FSX_SEED:-} >"$D/out"
is "and with queries/" "$?" 0
sed 's/^/# /' "$D/out"
empty() { [ -z "$(ls -A "$Q")" ]; }
eventually 13 empty # a query whose file was renamed away last keeps its notes for 10 s
is "nothing is left" "$(ls -A "$Q")" ""
no_query() { [ "$(awk '$1 == "queries" { print $2 }' "$SKY/.tapfs/stats")" = 0 ]; }
succeeds "tapfs remembers none either: what waited for a file is over" eventually 13 no_query
finish
