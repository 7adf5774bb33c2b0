#!/bin/bash
# What other users of the machine see of a mount with -o allow_other: the catalog, and nothing of the user's own.
. tests/e2e/lib.sh
[ "$(id -u)" = 0 ] || { skip "other users see the catalog alone" "only root can be another user"; finish; }
service_start
chmod 711 "$D"
other() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }

mount_tapfs "$URL" "$SKY"
fails "without it they see nothing" other ls "$SKY"
unmount

mount_tapfs "$URL" "$SKY" -o allow_other
echo "SELECT 42 AS answer FROM demo.messier WHERE name = 'M1'" >"$SKY/queries/mine.adql"
is "a query has its result" "$(tail -1 "$SKY/queries/mine.csv")" 42
job=$(ls "$SKY/jobs" | grep -v '^by-' | head -1)
succeeds "its job is there" grep -q 42 "$SKY/jobs/$job/query.adql"
succeeds "others list the mount" other ls "$SKY"
like "and read the catalog" "$(other head -1 "$SKY/schemas/demo/messier/columns.csv")" '^name,'
for path in queries queries/mine.adql queries/mine.csv uploads jobs "jobs/$job/query.adql" "jobs/$job/results" \
	datalink datalink/by-id .tapfs .tapfs/log .tapfs/errors .tapfs/config .tapfs/ctl status; do
	fails "but not $path" other sh -c "if [ -d '$SKY/$path' ]; then ls '$SKY/$path'; else cat '$SKY/$path'; fi"
done
fails "nor do they drop a query" other sh -c "echo SELECT 1 >'$SKY/queries/theirs.adql'"
fails "or tell tapfs what to do" other sh -c "echo offline >'$SKY/.tapfs/ctl'"
is "nobody but the user owns anything there" "$(other find "$SKY" -maxdepth 1 ! -user root)" ''
unmount
finish
