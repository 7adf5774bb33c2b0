#!/bin/bash
# What is kept of linked files: listed, counted, bounded, thrown away; whole after a kill and a full disk; read offline.
. tests/e2e/lib.sh
service_start
Q=$SKY/queries L=$SKY/datalink
counter_at() { sed -n "s/^$2 *\([0-9]*\).*/\1/p" "$1/.tapfs/stats"; }
counter() { counter_at "$SKY" "$1"; }
links() { # NAME…: a query whose result links to these images
	local n; for n; do
		echo "SELECT TOP 1 '$n' AS obs_id, '$HOST/files/images/$n.fits?sig=geheim' AS access_url FROM demo.messier"
	done | sed '2,$s/^/UNION ALL /'
}
IMAGES="m1 m2 m3 m4 m5 m6 m7 m8"
for n in $IMAGES; do
	curl -s "$HOST/files/images/$n.fits" -o "$D/$n.fits"
	(cd "$D" && sha256sum "$n.fits") >>"$D/sums"
done
SIZE=$(stat -c %s "$D/m1.fits")
whole() { timeout 60 cat "$1/$2/this.fits" 2>"$D/why" | cmp -s - "$D/$2.fits" && echo same; } # FOLDER IMAGE
kept() { timeout 10 sed -n 's/^ *[0-9]* .*images\/\([a-z0-9]*\)\.fits.*/\1/p' "${1:-$SKY}/.tapfs/cache" | tr '\n' ' '; }
drop_queries() { for n in $IMAGES; do links $n >"$1/queries/$n.adql"; done; for n in $IMAGES; do timeout 60 cat "$1/queries/$n.csv"; done >/dev/null; }
here() { echo "$L/$1/$1"; }
forget() { rm -rf "$D/cache/tapfs/files" "$D/cache/tapfs/files.db"*; }
reads() { timeout 60 cat "$1" >/dev/null; }
row() { whole "$L/$1" "$1"; }

# The listing, and the counters.
mount_tapfs "$URL" "$SKY"
drop_queries "$SKY"
like "nothing is kept at first" "$(timeout 10 cat "$SKY/.tapfs/cache")" '^files +0 '
is "a file is read" "$(row m1)" same
is "and another" "$(row m2)" same
is "those used last are listed first" "$(kept)" "m2 m1 "
like "with their bytes, here and whole" "$(timeout 10 cat "$SKY/.tapfs/cache")" "^ +$SIZE +$SIZE  20..-"
fails "what signs a URL is not told" grep -q geheim "$SKY/.tapfs/cache"
like "totals come first" "$(timeout 10 head -3 "$SKY/.tapfs/cache" | tr -s ' ' | tr '\n' ' ')" \
	"files 2 that.* bytes $((2 * SIZE)) .* quota 10737418240 "
is "stats count them" "$(counter cache_files) $(counter cache_bytes) $(counter cache_miss_bytes)" "2 $((2 * SIZE)) $((2 * SIZE))"
like "status tells it in a line" "$(cat "$SKY/status")" '^cache +2\.. MB of 10.* GB, 2 files'
ok "reads that had to wait are misses" "$([ "$(counter cache_misses)" -gt 0 ] && echo true || echo false)"
unmount; mount_tapfs "$URL" "$SKY"
is "after a mount it is read from what is kept" "$(row m1)" same
is "which is a hit" "$(counter cache_misses):$(counter cache_hit_bytes)" "0:$SIZE"

# drop-cache.
exec 9<"$(here m1)/this.fits"; head -c 1 <&9 >/dev/null
echo drop-cache >"$SKY/.tapfs/ctl"
is "drop-cache throws away all but what is open" "$(kept)" "m1 "
is "stats count what went" "$(counter evicted_files) $(counter evicted_bytes)" "1 $SIZE"
is "who has it open reads on" "$(cat "$(here m1)/this.fits" | cmp - "$D/m1.fits" && echo same)" same
exec 9<&-
echo drop-cache >"$SKY/.tapfs/ctl"
is "closed, it goes too" "$(kept)" ""
is "and is fetched again" "$(row m1)" same
unmount; forget

# The quota: the oldest first; an open file stays.
QUOTA=$((3 * SIZE + 200000))
mount_tapfs "$URL" "$SKY" -o cache_size=$QUOTA
exec 9<"$(here m1)/this.fits"; cat <&9 >/dev/null
for n in m2 m3 m4 m5; do is "$n is right under a quota" "$(row $n)" same; done
is "the oldest go first, an open file stays" "$(kept)" "m5 m4 m1 "
ok "what is kept is within the quota ($(counter cache_bytes))" "$([ "$(counter cache_bytes)" -le $QUOTA ] && echo true || echo false)"
bytes_on_disk() { du -s -B1 "$D/cache/tapfs/files" | cut -f1; }
ok "so is the disk" "$([ "$(bytes_on_disk)" -le $((QUOTA + 65536)) ] && echo true || echo false)" "$(bytes_on_disk)"
exec 9<&-
unmount; forget
mount_tapfs "$URL" "$SKY" -o cache_size=$QUOTA
exec 9<"$(here m6)/this.fits" 8<"$(here m7)/this.fits" 7<"$(here m8)/this.fits" 6<"$(here m1)/this.fits"
cat <&9 >/dev/null; cat <&8 >/dev/null; cat <&7 >/dev/null
out=$(cat <&6 2>&1 >/dev/null)
like "when all that is kept is open there is no room" "$out" "No space left"
like "which .tapfs/errors explains" "$(tail -1 "$SKY/.tapfs/errors")" 'this.fits: the cache has no room .*cache_size.*ENOSPC'
exec 9<&- 8<&- 7<&- 6<&-
sleep 1.1 # a failure is told to who asks again within a second
is "with one closed there is" "$(row m1)" same
unmount

# A file larger than what fits, of a server that tells no length.
forget
curl -s -X POST "$HOST/demo/faults" -d path=/files -d no_length=1 -d no_ranges=1 -d count=-1 >/dev/null
mount_tapfs "$URL" "$SKY" -o cache_size=12000000
echo "SELECT TOP 1 'deep' AS obs_id, '$HOST/files/images/deep.fits' AS access_url FROM demo.messier" >"$Q/deep.adql"
timeout 20 cat "$Q/deep.csv" >/dev/null
fails "a stream that tells no length ends at the quota" reads "$L/deep/deep/this.fits"
like "which is told" "$(tail -1 "$SKY/.tapfs/errors")" 'no room'
ok "long before its end ($(bytes_on_disk))" "$([ "$(bytes_on_disk)" -le 30000000 ] && echo true || echo false)"
rm "$Q/deep.adql"; unmount
curl -s -X DELETE "$HOST/demo/faults" >/dev/null

# A disk that is nearly full.
if small_disk "a disk that is nearly full" "$D/small" 4m; then
	mount_tapfs "$URL" "$SKY" -o cache_dir="$D/small",cache_free=20
	for n in m1 m2 m3 m4; do is "$n is right on a small disk" "$(row $n)" same; done
	free() { df -B1 --output=avail "$D/small" | tail -1; }
	ok "which keeps its free part ($(free))" "$([ "$(free)" -ge $((4194304 / 5 - 65536)) ] && echo true || echo false)"
	echo drop-cache >"$SKY/.tapfs/ctl"
	head -c $(($(free) - 500000)) /dev/zero >"$D/small/theirs"
	fails "when others fill it, there is no room" reads "$(here m5)/this.fits"
	like "which is told in words" "$(tail -1 "$SKY/.tapfs/errors")" 'the disk of the cache has no room .*cache_free.*ENOSPC'
	rm "$D/small/theirs"; sleep 1.1
	is "with room again it is read" "$(row m5)" same
	unmount; umount "$D/small"
fi

# Full all at once, in the middle of a file.
forget
LD_PRELOAD=$B/tests/preload/full.so TAPFS_TEST_FULL=$D/full mount_tapfs "$URL" "$SKY"
exec 9<"$(here m1)/this.fits"
head -c 100000 <&9 >"$D/first"
touch "$D/full"
out=$(timeout 20 head -c 1000 "$(here m2)/this.fits" 2>&1 >/dev/null)
like "a full disk is ENOSPC" "$out" "No space left"
is "what was there before is read" "$(head -c 100000 "$(here m1)/this.fits" | cmp -n 100000 - "$D/m1.fits" && echo same)" same
exec 9<&-
rm "$D/full"; sleep 1.1
is "with room again all is right" "$(row m1)" same
unmount; mount_tapfs "$URL" "$SKY"
is "also at the next mount" "$(row m1)" same
is "and nothing else is told to be kept" "$(kept)" "m1 "
unmount

# kill -9 in the middle.
forget
for cut in 1 2 3 4; do
	curl -s -X POST "$HOST/demo/faults" -d path=/files -d bytes_per_s=$((cut * 1000000)) -d count=-1 >/dev/null
	mount_tapfs "$URL" "$SKY"
	timeout 20 cat "$(here m$cut)/this.fits" >/dev/null 2>&1 &
	half() { [ "$(du -s -B1 "$D/cache/tapfs/files" | cut -f1)" -gt $((cut * 200000)) ]; }
	eventually 10 half
	kill -9 "$(tapfs_pid)"; wait $! 2>/dev/null
	eventually 10 not_mounted "$SKY"
	curl -s -X DELETE "$HOST/demo/faults" >/dev/null
	mount_tapfs "$URL" "$SKY"
	is "killed in the middle of a file, the next mount reads it right ($cut)" "$(row m$cut)" same
	unmount
done
touch "$D/cache/tapfs/files/4711"
mount_tapfs "$URL" "$SKY"; kept >/dev/null
fails "a file without a row is swept away" test -e "$D/cache/tapfs/files/4711"

# Offline.
is "what is kept" "$(row m1)" same
echo offline >"$SKY/.tapfs/ctl"
n=$(wc -l <"$D/requests") jobs=$(jobs_created)
like "status says offline" "$(cat "$SKY/status")" '^OFFLINE '
is "offline what is kept is read" "$(row m1)" same
out=$(timeout 10 cat "$(here m8)/this.fits" 2>&1 >/dev/null)
like "what is not is an error at once" "$out" 'No route to host'
like "that tells what to do" "$(tail -1 "$SKY/.tapfs/errors")" 'm8/this.fits: .*told to stay offline.*echo online.*EHOSTUNREACH'
echo "SELECT TOP 1 name FROM demo.messier ORDER BY name" >"$Q/later.adql"
waits() { grep -q 'trying again' "$Q/later.log"; }
succeeds "a query that is dropped waits" eventually 10 waits
fails "a list that was never asked for is none" timeout 10 ls "$SKY/jobs"
is "nothing was sent" "$(wc -l <"$D/requests")" "$n"
echo online >"$SKY/.tapfs/ctl"
is "online it is submitted" "$(timeout 10 tail -1 "$Q/later.csv")" M1
is "once" "$(jobs_created)" $((jobs + 1))
is "and files are fetched at once" "$(row m8)" same
fails "status does not say offline any more" grep -q OFFLINE "$SKY/status"

# Offline while a job runs, and while a result arrives.
curl -s -X POST "$HOST/demo/faults" -d path=/tap/async -d method=POST -d suspend_ms=3000 >/dev/null
echo "SELECT TOP 1 name FROM demo.messier WHERE name = 'M2'" >"$Q/held.adql"
created() { grep -q ' job http' "$Q/held.log"; }
succeeds "a job runs" eventually 10 created
echo offline >"$SKY/.tapfs/ctl"
waits() { grep -q 'trying again' "$Q/held.log"; }
succeeds "offline it waits" eventually 10 waits
is "its waiting has ended, too" "$(counter http_open)" 0
jobs=$(jobs_created)
echo online >"$SKY/.tapfs/ctl"
is "online it is taken up again" "$(timeout 20 tail -1 "$Q/held.csv")" M2
is "not run anew" "$(jobs_created)" "$jobs"
unmount

# Two mounts, one folder of kept files.
forget
mkdir "$D/sky2"
: >"$D/failed"
for quota in 1000000000 $((2 * SIZE + 100000)); do
	forget
	mount_tapfs "$URL" "$SKY" -o cache_size=$quota & p=$!
	mount_tapfs "$URL" "$D/sky2" -o cache_size=$quota,state_dir="$D/state2" || ok "a second mount" false
	wait $p || ok "a first mount" false
	[ -e "$D/sky2/queries/m1.csv" ] || drop_queries "$D/sky2"
	for round in 1 2 3; do
		: >"$D/seen"
		pids=
		for n in $IMAGES; do
			for s in "$SKY" "$D/sky2"; do
				(timeout 60 cat "$s/datalink/$n/$n/this.fits" 2>>"$D/failed" >"$D/got.$n.${s##*/}") &
				pids="$pids $!"
			done
			[ $quota = 1000000000 ] || wait $pids
		done
		wait $pids
		for n in $IMAGES; do cat "$D/got.$n.sky" | cmp -s - "$D/$n.fits" && cmp -s "$D/got.$n.sky2" "$D/$n.fits" && echo $n; done >>"$D/seen"
		is "two mounts read the same and different files right (quota $quota, $round)" "$(tr '\n' ' ' <"$D/seen")" "$IMAGES "
	done
	is "without a failure" "$(cat "$D/failed" "$SKY/.tapfs/errors" "$D/sky2/.tapfs/errors" 2>/dev/null)" ""
	is "both list the same" "$(kept)" "$(kept "$D/sky2")"
	bytes=$(timeout 10 sed -n 's/^bytes *\([0-9]*\) .*/\1/p' "$SKY/.tapfs/cache")
	ok "within the quota ($bytes)" "$([ "$bytes" -le "$quota" ] && echo true || echo false)"
	[ $quota = 1000000000 ] && is "each is there once, whole" "$bytes" "$(cat "$D"/m?.fits | wc -c)"
	unmount "$D/sky2" & p=$!
	unmount; wait $p
done
finish
