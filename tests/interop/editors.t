#!/bin/bash
# vim and Emacs, with and without backups: the rows of tests/e2e/tools.t whose tools are large packages.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
. tests/e2e/tools.sh
for tool in $editor_rows; do row "$tool"; done
none_more "all rows"
finish
