#!/bin/bash
# Every way of saving: each starts one job for a text, and none for the same text again.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
. tests/e2e/tools.sh
for tool in ${ROWS:-$light_rows}; do row $tool; done
none_more
finish
