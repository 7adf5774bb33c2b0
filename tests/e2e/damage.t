#!/bin/bash
# Files of the cache that are damaged: they are made anew, and nothing is lost.
. tests/e2e/lib.sh
service_start
C=$D/cache/tapfs
noise() { # FILE: all but its first page, or all of it
	dd if=/dev/urandom of="$1" bs=4096 seek="${2:-1}" count="$(($(stat -c %s "$1") / 4096))" conv=notrunc 2>/dev/null
}
in_use() { # a linked file is read, and the catalog
	cat "$SKY"/datalink/img/m31/this.fits 2>/dev/null | sha256sum
	head -1 "$SKY/schemas/demo/messier/columns.csv"
}
mount_tapfs "$URL" "$SKY"
echo "SELECT obs_publisher_did, name AS obs_id, url AS access_url FROM demo.images" >"$SKY/queries/img.adql"
rows=$(wc -l <"$SKY/queries/img.csv")
right=$(in_use)
ok "the file is no empty one" "$([ "$(stat -c %s "$SKY/datalink/img/m31/this.fits")" -gt 2880 ] && echo true || echo false)"
like "a linked file and the catalog are there" "$right" '^name,'
unmount

for what in 'flipped header' noise zeroed 'cut off' 'none of it'; do
	for f in "$C/files.db" "$C"/http_*/catalog.db; do
		rm -f "$f"-wal "$f"-shm
		case $what in
		'flipped header') printf '\7' | dd of="$f" bs=1 seek=18 conv=notrunc 2>/dev/null ;;
		noise) noise "$f" ;;
		zeroed) truncate -s 0 "$f.0"; truncate -s "$(stat -c %s "$f")" "$f.0"; cat "$f.0" >"$f"; rm "$f.0" ;;
		'cut off') truncate -s 5000 "$f" ;;
		'none of it') noise "$f" 0 ;;
		esac
	done
	succeeds "$what: it mounts" mount_tapfs "$URL" "$SKY"
	in_use >/dev/null
	is "$what: at the second use all is there" "$(in_use)" "$right"
	is "$what: so are the results" "$(wc -l <"$SKY/queries/img.csv")" "$rows"
	unmount
done
finish
