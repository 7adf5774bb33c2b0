#!/bin/bash
# Formats of a result that are made when their names are opened.
. tests/e2e/lib.sh
service_start --rows 200000
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
STATE=$(echo "$D"/state/tapfs/*)
on_disk() { find "$STATE/results" -name "*.$1*" | wc -l; }
# Until the conversion is under way, without a pause in which it could end.
until_begun() { local n=0; until [ "$(on_disk "$1.part")" = 1 ] || [ $((n += 1)) -gt 3000 ]; do :; done; }
made() { grep -c " \.$2 made" "$Q/$1.log"; }

echo "SELECT name, ra, dec, mag FROM demo.messier WHERE name IN ('M1', 'M31') ORDER BY name" >"$Q/m.adql"
is "opened before the result is there it waits" "$(cat "$Q/m.tsv")" \
	"$(printf 'name\tra\tdec\tmag\nM1\t83.63322\t22.014467\t8.4\nM31\t10.684575\t41.268903\t3.5')"
is "it is listed from then on" "$(ls "$Q" | tr '\n' ' ')" "m.adql m.csv m.log m.tsv m.vot "
is "and its size is exact" "$(stat -c %s "$Q/m.tsv")" "$(cat "$Q/m.tsv" | wc -c)"
is "it is as old as the result" "$(stat -c %Y "$Q/m.tsv")" "$(stat -c %Y "$Q/m.vot")"
is "another has size 0 before it is opened" "$(stat -c %s "$Q/m.jsonl")" 0
is "and is not made by that" "$(on_disk jsonl)" 0
fails "its name cannot be taken" sh -c "touch '$D/x' && mv '$D/x' '$Q/m.txt'"
fails "nor by making a file" sh -c "set -C; echo x >'$Q/m.json'"
fails "nor by a folder" mkdir "$Q/m.html"
for f in tsv ecsv fits json jsonl txt html; do
	succeeds "$f is made" sh -c "cat '$Q/m.$f' >'$D/m.$f' && test -s '$D/m.$f'"
	is "$f has the size that is told" "$(stat -c %s "$Q/m.$f")" "$(stat -c %s "$D/m.$f")"
done
is "all are listed" "$(ls "$Q" | grep -c .)" 11
is "each was made once" "$(grep -c ' made, ' "$Q/m.log")" 7
fails "they cannot be written" sh -c "echo x >'$Q/m.tsv'"
echo "SELECT TOP 1 name FROM demo.messier" >"$Q/n.adql"; cat "$Q/n.csv" >/dev/null
mv "$Q/n.adql" "$Q/o.adql"
is "after a rename the name is free" "$(echo mine >"$Q/n.txt"; cat "$Q/n.txt")" mine
mv "$Q/m.adql" "$Q/p.adql"
is "and what was made goes along" "$(ls "$Q" | grep -c '^p\.')" 11

mkdir "$Q/one"; echo "SELECT name FROM demo.messier WHERE name = 'M3'" >"$Q/one/c.adql"; cat "$Q/one/c.txt" >"$D/c.txt"
cp -r "$Q/one" "$Q/two"; cat "$Q/two/c.csv" >/dev/null
gone() { [ "$(ls "$Q/two" | tr '\n' ' ')" = "c.adql c.csv c.log c.vot " ]; }
succeeds "what is copied along with a query gives way to its own" eventually 5 gone
is "which is made when it is opened" "$(cat "$Q/two/c.txt")" "$(cat "$D/c.txt")"
rm -r "$Q/one" "$Q/two"

rm "$Q/p.tsv"
is_off_disk() { [ "$(on_disk "$1")" = 0 ]; }
succeeds "rm frees the disk" eventually 5 is_off_disk tsv
fails "it is not listed then" sh -c "ls '$Q' | grep -q p.tsv"
is "opened again it is made again" "$(tail -1 "$Q/p.tsv" | cut -f1)" M31
unmount; mount_tapfs "$URL" "$SKY"
is "after a new mount all are there" "$(ls "$Q" | grep -c '^p\.')" 11
is "with their bytes" "$(cmp "$Q/p.fits" "$D/m.fits" && echo same)" same
rm "$Q/p.html"; unmount
mount_tapfs "$URL" "$D/sky" -o ro
is "a read-only mount shows what is there" "$(tail -1 "$Q/p.tsv" | cut -f1)" M31
fails "and makes nothing" cat "$Q/p.html"
unmount; mount_tapfs "$URL" "$SKY"
exec 5<"$Q/p.tsv"
echo "SELECT name FROM demo.messier WHERE name = 'M2'" >"$Q/p.adql"
is "a new text: what there was is made of the new result" "$(cat "$Q/p.tsv")" "$(printf 'name\nM2')"
is "who holds the old one reads its bytes" "$(tail -1 <&5 | cut -f1)" M31
exec 5<&-
is "the others are gone" "$(ls "$Q" | grep '^p\.' | tr '\n' ' ')" "p.adql p.csv p.log p.tsv p.vot "
touch "$Q/p.adql"; cat "$Q/p.csv" >/dev/null
is "touch drops them as well" "$(ls "$Q" | grep -c 'p.tsv')" 0
rm "$Q/p.vot"
fails "without the VOTable nothing can be made" cat "$Q/p.json"
echo "SELECT nothing FROM demo.messier" >"$Q/bad.adql"
fails "a failed query has no format at all" cat "$Q/bad.ecsv"
like "and its own error" "$(cat "$Q/bad.error.txt")" 'nothing'
is "a directory walk makes nothing" "$(grep -r . "$Q" >/dev/null; find "$Q" -type f | grep -cE 'json|html')" 0

# A long one: many who wait, one that gives up, and what ends in between.
printf -- '-- MAXREC = 200000\nSELECT * FROM bench.stars' >"$Q/big.adql"; cat "$Q/big.csv" >/dev/null
is "O_NONBLOCK waits for what no job is needed for: archivers always set it" \
	"$(dd if="$Q/big.json" iflag=nonblock count=1 2>/dev/null | head -c 1)" '{'
for i in 1 2 3 4 5; do md5sum <"$Q/big.json" >>"$D/sums" & p="${p:-} $!"; done; wait $p
is "five who wait read the same" "$(sort -u "$D/sums" | wc -l)" 1
is "of one conversion" "$(made big json)" 1
set -m; cat "$Q/big.fits" >/dev/null 2>&1 & c=$!; set +m
until_begun fits
kill -INT $c; wait $c
is "Ctrl-C ends a wait" $? 130
succeeds "and not the conversion" eventually 60 grep -q ' \.fits made' "$Q/big.log"
rss=$(awk '/VmHWM/ { print $2 }' "/proc/$(tapfs_pid)/status")
ok "memory stays flat ($((rss / 1024)) MiB)" "$([ "$rss" -lt "$MEMORY_LIMIT_KIB" ] && echo true || echo false)"
pid=$(tapfs_pid)
cat "$Q/big.txt" >/dev/null 2>&1 & c=$!
until_begun txt
kill -9 "$pid"; wait $c; eventually 10 not_mounted "$SKY"
mount_tapfs "$URL" "$SKY"
is "after kill -9 no half file is there" "$(ls "$Q" | grep -c big.txt)$(on_disk txt)" 00
like "and it can be made" "$(tail -2 "$Q/big.txt")" '^200000 rows'
pid=$(tapfs_pid)
cat "$Q/big.ecsv" >/dev/null 2>&1 & c=$!
until_begun ecsv
kill "$pid"; wait $c; eventually 10 not_mounted "$SKY"; wait_gone
is "an end in between leaves nothing" "$(on_disk ecsv)" 0
mount_tapfs "$URL" "$SKY"
cat "$Q/big.ecsv" >/dev/null 2>&1 & c=$!
until_begun ecsv
n=$(ls "$STATE/results" | wc -l)
rm "$Q/big.adql"; wait $c
one_less() { [ "$(ls "$STATE/results" | wc -l)" = $((n - 1)) ]; }
succeeds "with the query all of it goes" eventually 10 one_less
unmount

# A full disk: an error, nothing left over, and room again means that it is made.
if small_disk "a full disk" "$D/small" 16m; then
	mount_tapfs "$URL" "$SKY" -o "state_dir=$D/small"
	printf -- '-- MAXREC = 20000\nSELECT * FROM bench.stars' >"$Q/full.adql"; cat "$Q/full.csv" >/dev/null
	dd if=/dev/zero of="$D/small/filler" bs=4k count=8192 status=none 2>/dev/null
	truncate -s -65536 "$D/small/filler" # so that each begins
	for f in tsv ecsv json jsonl txt fits; do
		like "$f on a full disk" "$(cat "$Q/full.$f" 2>&1 >/dev/null)" 'No space left'
		is "$f leaves nothing" "$(find "$D/small" -name "*.$f*" | wc -l)" 0
	done
	like ".tapfs/errors says so" "$(cat "$SKY/.tapfs/errors")" 'full.fits: the disk is full'
	like "and the log" "$(cat "$Q/full.log")" 'fits could not be made: the disk is full'
	rm "$D/small/filler"
	succeeds "with room again it is made" sh -c "cat '$Q/full.tsv' >/dev/null"
	unmount; umount "$D/small"
fi
finish
