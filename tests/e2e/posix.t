#!/bin/bash
# What POSIX says of files and names, in queries/ and in a folder there; and, to judge the checks
# themselves, on an ordinary disk.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
mkdir "$Q/sub" "$D/plain"
checks() { # WHERE PROGRAM DIR [plain]
	local where=$1 line n=0 bad=0
	shift
	while read -r line; do
		n=$((n + 1))
		case $line in "not ok "*) bad=$((bad + 1)); ok "$where: ${line#not ok }" false ;; esac
	done < <(timeout 60 "$B/tests/e2e/$@" 2>&1; echo "$?" >"$D/status")
	is "$where: $1: the checks ran to their end" "$(cat "$D/status")" 0
	is "$where: $1: all of $n checks" "$bad" 0
}
for program in posix_files posix_names; do
	checks "on a disk" $program "$D/plain" plain
	checks "in queries/" $program "$Q"
	checks "in a folder" $program "$Q/sub"
done
is "nothing is left" "$(ls -A "$Q" "$Q/sub")" "$Q:
sub

$Q/sub:"
finish
