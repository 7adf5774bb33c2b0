#!/bin/bash
# The process that serves a mount, however it was started: without descriptors, with few, with secrets.
. tests/e2e/lib.sh
service_start

standard() { # what descriptors 0 to 2 of tapfs are
	local fd
	for fd in 0 1 2; do readlink "/proc/$(tapfs_pid)/fd/$fd"; done | sort -u
}
answers() { # NAME
	succeeds "$1: it mounts, and answers" test -d "$SKY/queries"
	unmount
}
timeout 60 "$B/tapfs" "$URL" "$SKY" <&- >&-
answers "descriptors 0 and 1 are closed"
timeout 60 "$B/tapfs" "$URL" "$SKY" >&- 2>&-
answers "descriptors 1 and 2 are closed"
timeout 60 "$B/tapfs" "$URL" "$SKY" <&- >&- 2>&-
answers "all three are closed"
"$B/tapfs" "$URL" "$SKY" -d <&- >&- 2>&- &
eventually 10 test -d "$SKY/queries"
is "in the foreground none of them becomes a file of ours" "$(standard)" /dev/null
unmount

mount_tapfs "$URL" "$SKY"
is "no core is dumped" "$(awk '/core file/ { print $5 $6 }' "/proc/$(tapfs_pid)/limits")" 00
is "nor may others of the same user look into it: it is root's" "$(stat -c %U "/proc/$(tapfs_pid)/environ")" root
unmount

# Few descriptors.
(ulimit -n 64; timeout 60 "$B/tapfs" "$URL" "$SKY")
for i in $(seq 30); do echo "SELECT $i AS n FROM demo.messier WHERE name = 'M1'" >"$SKY/queries/n$i.adql"; done
right=0
for i in $(seq 30); do [ "$(tail -1 "$SKY/queries/n$i.csv")" = "$i" ] && right=$((right + 1)); done
is "30 queries at once with 64 descriptors all end right" "$right" 30
unmount
finish
