#!/bin/bash
# A service of more tables than tapfs keeps the columns of: grep -r, which opens with O_NONBLOCK.
. tests/e2e/lib.sh
service_start --tables 700
mount_tapfs "$URL" "$SKY"
S=$SKY/schemas/viz
found() { grep -rl 'description' "$S" 2>"$D/said" --include=columns.csv | wc -l; }
tables=$(find "$S" -name columns.csv | wc -l)
ok "there are more tables than are kept ($tables)" "$([ "$tables" -ge 600 ] && echo true || echo false)"
is "grep -r finds what there is in each" "$(found)" "$tables"
is "and again" "$(found)" "$tables"
is "and says nothing else" "$(cat "$D/said")" ""
finish
