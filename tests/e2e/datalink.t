#!/bin/bash
# datalink/: from an ObsCore query to the bytes of its images, and no more than those.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries L=$SKY/datalink
counter() { sed -n "s/^$1 *\([0-9]*\).*/\1/p" "$SKY/.tapfs/stats"; }
# Runs the rest, and tells how many bytes came over the network meanwhile, in $came.
counted() { local a; a=$(counter http_bytes_in); "$@"; came=$(($(counter http_bytes_in) - a)); }
asked() { grep -c "$1" "$D/requests"; }
is "without a result there is only by-id/" "$(ls "$L")" by-id

echo "SELECT * FROM ivoa.obscore WHERE 1 = CONTAINS(POINT('ICRS', s_ra, s_dec), CIRCLE('ICRS', 56.8, 24.1, 1))" >"$Q/m45.adql"
cat "$Q/m45.csv" >/dev/null
is "a query whose result links has a folder" "$(ls "$L" | tr '\n' ' ')" "by-id m45 "
like "with a folder for each row, named by its obs_id" "$(ls "$L/m45")" '^m45$'
n=$(asked /datalink/links)
ls "$L/m45" >/dev/null; find "$L" -maxdepth 2 >/dev/null
is "listing the rows asks the service nothing" "$(asked /datalink/links)" "$n"
R=$L/m45/m45
like "a row's folder has its links" "$(ls "$R" | tr '\n' ' ')" 'links.csv .*this.fits'
like "links.csv tells what they are" "$(cat "$R/links.csv")" '^this.fits,(http[^,]*)?#this,.*http'
n=$(asked ' /files/')
ls "$R" >/dev/null
is "listing them asks for no file" "$(asked ' /files/')" "$n"
curl -s "$HOST/files/images/m45.fits" -o "$D/m45.fits"
SIZE=$(stat -c %s "$D/m45.fits")
counted stat "$R/this.fits" >/dev/null
is "stat of one asks for one byte" "$came" 1
is "and tells its size" "$(stat -c %s "$R/this.fits")" "$SIZE"
head_of() { head -c 2880 "$1" >"$D/got"; }
counted head_of "$R/this.fits"
is "the first bytes are right" "$(head -c 2880 "$D/m45.fits" | cmp - "$D/got" && echo same)" same
ok "and little more came ($came bytes)" "$([ "$came" -le 262144 ] && echo true || echo false)"
is "the whole is right" "$(sha256sum <"$R/this.fits")" "$(sha256sum <"$D/m45.fits")"
again() { cat "$R/this.fits" >"$D/got"; }
counted again
is "read again nothing comes" "$came" 0
cp -r "$R" "$D/copied" 2>/dev/null
is "cp takes it along" "$(cmp "$D/copied/this.fits" "$D/m45.fits" && echo same)" same

# Links by a column of one's own; twenty readers; a giant.
link() { echo "SELECT TOP 1 '$1' AS obs_id, '$HOST/files/images/$1.fits' AS access_url, 'image/fits' AS access_format FROM demo.messier"; }
mkdir "$Q/big"; link giant >"$Q/big/g.adql"; link m42 >"$Q/big/m.adql"
cat "$Q/big/g.csv" "$Q/big/m.csv" >/dev/null
is "folders are as in queries/" "$(cd "$L" && find big | sort | tr '\n' ' ')" \
	"big big/g big/g/giant big/g/giant/links.csv big/g/giant/this.fits big/m big/m/m42 big/m/m42/links.csv big/m/m42/this.fits "
counted head_of "$L/big/g/giant/this.fits"
is "of 1 GiB the first bytes are right" \
	"$(curl -s -r 0-2879 "$HOST/files/images/giant.fits" | cmp - "$D/got" && echo same)" same
ok "and at most 256 KiB came ($came)" "$([ "$came" -le 262144 ] && echo true || echo false)"
corner() { dd if="$L/big/g/giant/this.fits" of="$D/got" bs=4096 skip=200000 count=1 status=none; }
counted corner
is "far inside, too" "$(curl -s -r $((4096 * 200000))-$((4096 * 200001 - 1)) "$HOST/files/images/giant.fits" | cmp - "$D/got" && echo same)" same
ok "for little more ($came)" "$([ "$came" -le 262144 ] && echo true || echo false)"
twenty() { local p=; for i in $(seq 20); do sha256sum <"$L/big/m/m42/this.fits" >>"$D/sums" & p="$p $!"; done; wait $p; }
counted twenty
is "twenty readers read the same" "$(sort -u "$D/sums" | wc -l)" 1
M42=$(curl -s "$HOST/files/images/m42.fits" | wc -c)
ok "and it comes once ($came of $M42)" "$([ "$came" -le $((M42 * 105 / 100)) ] && echo true || echo false)"
rss=$(awk '/VmHWM/ { print $2 }' "/proc/$(tapfs_pid)/status")
ok "memory stays flat ($((rss / 1024)) MiB)" "$([ "$rss" -lt "$MEMORY_LIMIT_KIB" ] && echo true || echo false)"

# A result of many rows, names that come again.
echo "SELECT a.name AS obs_id, '$HOST/files/images/m45.fits' AS access_url FROM demo.ngc_ic AS a" >"$Q/many.adql"
echo "SELECT TOP 3 'same' AS obs_id, '$HOST/files/images/m41.fits' AS access_url FROM demo.messier" >"$Q/same.adql"
cat "$Q/many.csv" "$Q/same.csv" >/dev/null
is "13,957 rows are as many folders" "$(ls -f "$L/many" | grep -cv '^\.')" 13957
is "all of different names" "$(ls "$L/many" | sort -u | wc -l)" 13957
is "names that come again are numbered" "$(ls "$L/same" | tr '\n' ' ')" "same same~2 same~3 "

# The folder is that of the newest result: nothing of an older one is remembered.
link m42 >"$Q/now.adql"; timeout 10 cat "$Q/now.csv" >/dev/null
is "a query's folder is looked into" "$(ls "$L/now")" m42
link m45 >"$Q/now.adql"; timeout 10 cat "$Q/now.csv" >/dev/null
is "after the query was changed it has the new links at once" "$(ls "$L/now")" m45
mv "$Q/now.adql" "$Q/then.adql"; link m31 >"$Q/now.adql"; timeout 10 cat "$Q/now.csv" >/dev/null
is "after it was moved its new name has them" "$(ls "$L/then")" m45
is "and its old name those of who has that name" "$(ls "$L/now")" m31
rm "$Q/now.adql"
fails "after it was removed there are none" ls "$L/now"

# Without the service what was read is there; an error is told.
unmount; mount_tapfs "$URL" "$SKY"
cat "$L/big/m/m42/this.fits" >/dev/null
service_stop
is "what was read is there without a network" "$(sha256sum <"$L/big/m/m42/this.fits")" "$(head -1 "$D/sums")"
fails "what was not is an error" sh -c "cat '$L/same/same/this.fits' >/dev/null"
like "that .tapfs/errors explains" "$(cat "$SKY/.tapfs/errors")" 'this.fits: .*connect'
rm "$Q/m45.adql"; eventually 5 sh -c "! ls '$L' | grep -q m45"
fails "with its query the folder goes" ls "$L/m45"
finish
