#!/bin/bash
# Where queries and results may live: held by another mount, read-only, full, on a network disk.
. tests/e2e/lib.sh
service_start
Q=$SKY/queries
one() { echo "SELECT name FROM demo.messier WHERE name='$1'"; }
mount_tapfs "$URL" "$SKY"
one M1 >"$Q/a.adql"; cat "$Q/a.csv" >/dev/null
mkdir "$Q/paper"; one M2 >"$Q/paper/b.adql"; cat "$Q/paper/b.csv" >/dev/null

# A second mount.
mkdir "$D/second"
like "a second mount is told to use -o ro" "$(mount_tapfs "$URL" "$D/second" 2>&1)" 'mounted already.*-o ro'
succeeds "-o ro beside the mount that holds the folder" mount_tapfs "$URL" "$D/second" -o ro
is "its results are there" "$(tail -1 "$D/second/queries/a.csv"):$(tail -1 "$D/second/queries/paper/b.csv")" M1:M2
like "logs too" "$(cat "$D/second/queries/a.log")" 'COMPLETED'
fails "nothing can be dropped there" sh -c "echo x >'$D/second/queries/x.adql'"
fails "or removed" rm -f "$D/second/queries/a.csv"
fails "or touched" touch "$D/second/queries/a.adql"
one M3 >"$Q/c.adql"
is "the first goes on" "$(tail -1 "$Q/c.csv")" M3
jobs=$(jobs_created)
fusermount3 -u "$D/second"; eventually 5 not_mounted "$D/second"
is "and the second asked for no job" "$(jobs_created)" "$jobs"
unmount

# A read-only disk.
mkdir "$D/frozen"
bindfs --no-allow-other -r "$D/state" "$D/frozen"
like "a read-only state folder: the message names it" \
	"$(mount_tapfs "$URL" "$SKY" -o state_dir="$D/frozen/tapfs" 2>&1)" "$D/frozen.*[Rr]ead-only"
succeeds "with -o ro it mounts" mount_tapfs "$URL" "$SKY" -o ro,state_dir="$D/frozen/tapfs"
is "and shows what is there" "$(tail -1 "$Q/a.csv")" M1
unmount
fusermount3 -u "$D/frozen"
mkdir "$D/nothing"
succeeds "-o ro where nothing was ever dropped" mount_tapfs "$URL" "$SKY" -o ro,state_dir="$D/nothing"
is "is an empty folder" "$(ls "$Q")" ""
unmount

# A full disk.
TAPFS_TEST_FULL=$D/full LD_PRELOAD=$B/tests/preload/full.so mount_tapfs "$URL" "$SKY"
touch "$D/full"
fails "a query is not taken when the disk is full" sh -c "echo 'SELECT 1' | dd of='$Q/f.adql' status=none"
rm "$D/full"
one M4 >"$Q/f.adql"
is "it is taken when there is room again" "$(tail -1 "$Q/f.csv")" M4
echo "SELECT TOP 1 name, demo_sleep(1) AS s FROM demo.messier WHERE name='M5'" >"$Q/g.adql"
eventually 5 grep -q EXECUTING "$Q/g.log"; touch "$D/full"
fails "a result that finds no room fails its query" cat "$Q/g.csv"
like "error.txt says what to do" "$(cat "$Q/g.error.txt")" 'full.*touch'
rm "$D/full"; touch "$Q/g.adql"
is "and touch runs it when there is room" "$(sed -n '2s/,.*//p' "$Q/g.csv")" M5
unmount
succeeds "it mounts after all that" mount_tapfs "$URL" "$SKY"
is "with what was there" "$(tail -1 "$Q/a.csv"):$(tail -1 "$Q/f.csv")" M1:M4
unmount

# A network disk: no shared memory, locks of its own. (FUSE is treated as one.)
mkdir "$D/far" "$D/far.disk"
bindfs --no-allow-other "$D/far.disk" "$D/far"
mount_tapfs "$URL" "$SKY" -o state_dir="$D/far"
one M6 >"$Q/n.adql"
is "a state folder on a network disk" "$(tail -1 "$Q/n.csv")" M6
is "has no write-ahead log" "$(find "$D/far" -name '*-wal' -o -name '*-shm')" ""
like "a second mount is refused there too" \
	"$(mount_tapfs "$URL" "$D/second" -o state_dir="$D/far" 2>&1)" "mountpoint $SKY"
succeeds "-o ro reads it" mount_tapfs "$URL" "$D/second" -o ro,state_dir="$D/far"
is "with the result" "$(tail -1 "$D/second/queries/n.csv")" M6
fusermount3 -u "$D/second"; eventually 5 not_mounted "$D/second"
echo "SELECT TOP 1 name, demo_sleep(1) AS s FROM demo.messier WHERE name='M7'" >"$Q/k.adql"
eventually 5 grep -q EXECUTING "$Q/k.log"
kill -9 "$(tapfs_pid_at "$D/far")"; eventually 2 not_mounted "$SKY"
mount_tapfs "$URL" "$SKY" -o state_dir="$D/far"
is "killed there, it is taken up" "$(sed -n '2s/,.*//p' "$Q/k.csv")" M7
unmount
fusermount3 -u "$D/far"
finish
