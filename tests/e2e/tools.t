#!/bin/bash
# Every way of saving: each starts one job for a text, and none for the same text again.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
long() { echo "SELECT TOP 1 '$1' AS tag, demo_sleep(60) AS s FROM demo.messier"; }
. tests/e2e/tools.sh
for tool in $light_rows; do row "$tool"; done
none_more "all rows"
handling
finish
