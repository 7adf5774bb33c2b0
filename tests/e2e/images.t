#!/bin/bash
# The demo service's images by themselves: files, and what goes wrong with them on a test's wish.
. tests/e2e/lib.sh
service_start
FILES=$HOST/files
fits() { python3 tests/e2e/fits.py "$@"; }
get() { curl -s --compressed --max-time 30 "$@"; }
status() { curl -s --max-time 30 -o "$D/body" -D "$D/headers" -w '%{http_code}' "$@"; }
header() { sed -n "s/^$1: \([^\r]*\).*/\1/ip" "$D/headers"; }
sum() { sha256sum "$1" | cut -c 1-64; }
fault() { curl -s -o "$D/none" "$HOST/demo/faults" "$@"; }
no_faults() { curl -s -o "$D/none" -X DELETE "$HOST/demo/faults"; }
rows() { get "$URL/sync" -d LANG=ADQL -d RESPONSEFORMAT=csv --data-urlencode "QUERY=$1" | tr -d '\r' | tail -n +2; }

# The files.
is "an image" "$(status "$FILES/images/m45.fits") $(header Content-Type)" "200 application/fits"
cp "$D/body" "$D/m45.fits"
is "has the length that was told" "$(header Content-Length)" "$(stat -c %s "$D/m45.fits")"
is "its header tells what it is" \
	"$(fits "$D/m45.fits" keys OBJECT NAXIS1 NAXIS2 CTYPE1 CTYPE2 RADESYS OBS-ID)" "M45
512
512
RA---TAN
DEC--TAN
ICRS
m45"
stars=0
while IFS=, read -r name ra dec; do
	stars=$((stars + 1))
	like "$name is where the catalogue says" "$(fits "$D/m45.fits" star "$ra" "$dec")" '^0\.[0-7]$'
done < <(rows "SELECT TOP 5 s.name, s.ra, s.dec FROM demo.bright_stars AS s, demo.messier AS m
	WHERE m.name = 'M45' AND 1 = CONTAINS(POINT(s.ra, s.dec), CIRCLE(m.ra, m.dec, 1)) ORDER BY s.mag")
is "all five of them" "$stars" 5
get "$FILES/images/m44.fits" -o "$D/m44.fits"
get "$FILES/images/m42.fits" -o "$D/m42.fits"
like "so are those of an image that has floats" \
	"$(rows "SELECT TOP 1 s.ra, s.dec FROM demo.bright_stars AS s, demo.messier AS m
	WHERE m.name = 'M44' AND 1 = CONTAINS(POINT(s.ra, s.dec), CIRCLE(m.ra, m.dec, 0.7)) ORDER BY s.mag" |
		{ IFS=, read -r ra dec; fits "$D/m44.fits" star "$ra" "$dec"; })" '^0\.[0-7]$'
is "there are floats and integers, turned ones and straight ones" \
	"$(for m in m42 m44 m45; do fits "$D/$m.fits" keys BITPIX CD1_2; done | sed 's/E-*[0-9]*//' | paste -sd' ' | sed 's/-\?0\.00[0-9]*[1-9][0-9]*/turned/g')" \
	"16 0. -32 0. 16 turned"
status "$FILES/weights/m45.fits" >"$D/none"
is "a weight map is of the same place" "$(fits "$D/body" keys NAXIS1 CRVAL1 CRPIX1 BITPIX)" \
	"$(fits "$D/m45.fits" keys NAXIS1 CRVAL1 CRPIX1; echo 8)"
is "a preview" "$(status "$FILES/previews/m45.png") $(header Content-Type) $(head -c 4 "$D/body" | tail -c 3)" "200 image/png PNG"
is "a note" "$(status "$FILES/notes/m45.txt") $(head -1 "$D/body")" "200 M45, Pleiades"
is "a mosaic has four chips" "$(get "$FILES/images/mosaic.fits" -o "$D/mosaic.fits"; fits "$D/mosaic.fits" hdus | paste -sd,)" \
	"none,1536 1536,1536 1536,1536 1536,1536 1536"
is "the deep field has 64 MiB" "$(curl -sI "$FILES/images/deep.fits" | sed -n 's/^Content-Length: \([^\r]*\).*/\1/ip')" 67115520
is "the giant one 1 GiB" "$(status -r 0-2879 "$FILES/images/giant.fits"):$(header Content-Range)" "206:bytes 0-2879/1073750400"
is "which it has not on disk" "$(($(du -sk "$D/cache/tapfs-demo" | cut -f1) < 300000))" 1
row() { status -r "$((5760 + ($1 - 1) * 65536))-$((5760 + ($1 - 1) * 65536 + 3))" "$FILES/images/giant.fits" >"$D/none"
	python3 -c 'import struct,sys; print("%g" % struct.unpack(">f", sys.stdin.buffer.read()))' <"$D/body"; }
is "its rows begin with their number" "$(row 1) $(row 8191) $(row 16383)" "1 8191 16383"
for no in images/m111.fits images/m45.png images/M45.fits images/../m45.fits images/m45 weights/ nothing; do
	is "there is no $no" "$(status --path-as-is "$FILES/$no")" 404
done
is "one is private" "$(status "$FILES/images/m110.fits")" 403
is "for who signed in" "$(status -u demo:demopass "$HOST/auth/basic/files/images/m110.fits")" 200

# Several services that begin at once make the same.
XDG_CACHE_HOME=$D/cache2
for i in 1 2 3 4; do
	mkfifo "$D/url$i"
	"$B/tapfs-demo" >"$D/url$i" 2>"$D/other$i.err" &
	others="${others:-} $!"
done
for i in 1 2 3 4; do
	read -r url <"$D/url$i"
	curl -s --parallel --parallel-immediate "${url%/tap}/files/images/m4[2-5].fits" -o "$D/other$i-#1" 2>"$D/none" &
	fetches="${fetches:-} $!"
done
wait $fetches
is "four services at once make the same files" "$(for i in 1 2 3 4; do sum "$D/other$i-5"; done | sort -u)" "$(sum "$D/m45.fits")"
is "and leave nothing half made" "$(ls "$XDG_CACHE_HOME"/tapfs-demo/*.files | grep -vc '\.fits$')" 0
kill $others
wait $others

# Parts.
whole=$(sum "$D/m45.fits")
size=$(stat -c %s "$D/m45.fits")
part() { status -H "Range: $1" "$FILES/images/m45.fits" "${@:2}"; echo ":$(stat -c %s "$D/body"):$(header Content-Range)"; }
is "a part" "$(part bytes=100-199)" "206:100:bytes 100-199/$size"
is "is that part" "$(sum "$D/body")" "$(tail -c +101 "$D/m45.fits" | head -c 100 | sha256sum | cut -c 1-64)"
etag=$(header ETag)
date=$(header Last-Modified)
is "of the same file" "$(part bytes=0-9 -H "If-Range: $etag")" "206:10:bytes 0-9/$size"
is "or of that date" "$(part bytes=0-9 -H "If-Range: $date")" "206:10:bytes 0-9/$size"
is "else all of it" "$(part bytes=0-9 -H 'If-Range: "other"')" "200:$size:"
is "nothing where nothing changed" "$(status -H "If-None-Match: $etag" "$FILES/images/m45.fits")" 304
is "never compressed" "$(status -H 'Accept-Encoding: gzip' "$FILES/images/m45.fits"):$(header Content-Encoding)" "200:"

# What goes wrong.
M45=path=/files/images/m45.fits
fault -d $M45 -d no_ranges=1
is "no ranges: all of it" "$(part bytes=100-199):$(header Accept-Ranges)" "200:$size::"
is "once" "$(part bytes=0-9)" "206:10:bytes 0-9/$size"
fault -d $M45 -d no_length=1
is "no length: in chunks" "$(status "$FILES/images/m45.fits"):$(header Content-Length):$(header Transfer-Encoding)" "200::chunked"
is "all of it" "$(sum "$D/body")" "$whole"
fault -d $M45 -d wrong_range=100
is "another part than the one asked for" "$(part bytes=100-199)" "206:100:bytes 200-299/$size"
is "which it is" "$(sum "$D/body")" "$(tail -c +201 "$D/m45.fits" | head -c 100 | sha256sum | cut -c 1-64)"
fault -d $M45 -d wrong_total=5
is "a wrong size" "$(part bytes=100-199)" "206:100:bytes 100-199/$((size + 5))"
fault -d $M45 -d no_content_range=1
is "a part that does not say which" "$(part bytes=100-199)" "206:100:"
fault -d $M45 -d bytes_per_s=1000000
start=$(date +%s%N)
is "slow: all of it" "$(status "$FILES/images/m45.fits"):$(sum "$D/body")" "200:$whole"
took=$((($(date +%s%N) - start) / 1000000))
is "at that speed" "$((took > size / 1000 - 100 && took < size / 1000 + 1500))" 1
fault -d $M45 -d stall_after=5000
is "stalled" "$(curl -s --max-time 1 -o "$D/body" "$FILES/images/m45.fits"; echo $?)" 28
is "after so many bytes" "$(stat -c %s "$D/body")" 5000
fault -d $M45 -d cut_after=5000
is "broken off" "$(curl -s --max-time 9 -o "$D/body" "$FILES/images/m45.fits"; echo $?):$(stat -c %s "$D/body")" 18:5000
fault -d $M45 -d no_length=1 -d cut_after=5000
is "also in chunks" "$(curl -s --max-time 9 -o "$D/body" "$FILES/images/m45.fits"; echo $?):$(stat -c %s "$D/body")" 18:5000
fault -d $M45 -d no_etag=1
is "no ETag" "$(part bytes=0-9):$(header ETag):$(header Last-Modified)" "206:10:bytes 0-9/$size::$date"
fault -d $M45 -d no_modified=1
is "no date" "$(part bytes=0-9):$(header ETag):$(header Last-Modified)" "206:10:bytes 0-9/$size:$etag:"
fault -d $M45 -d weak_etag=1 -d count=2
is "a weak ETag" "$(part bytes=0-9):$(header ETag)" "206:10:bytes 0-9/$size:W/$etag"
is "is not good for parts" "$(part bytes=0-9 -H "If-Range: W/$etag")" "200:$size:"
fault -d $M45 -d gzip=1
is "compressed without being asked" "$(status "$FILES/images/m45.fits"):$(header Content-Encoding)" 200:gzip
is "which is all of it" "$(gunzip <"$D/body" | sha256sum | cut -c 1-64)" "$whole"
fault -d $M45 -d gzip=1
is "so is a part" "$(status -r 0-9 "$FILES/images/m45.fits"):$(header Content-Range):$(gunzip <"$D/body" | sha256sum | cut -c 1-64)" "200::$whole"
fault -d $M45 -d changed=1 -d count=-1
is "replaced: other bytes" "$(status "$FILES/images/m45.fits"):$(fits "$D/body" keys GENERATN)" 200:1
is "another length" "$(stat -c %s "$D/body")" $((size + 5760))
is "another ETag and date" "$(header ETag | grep -cF "$etag"):$(header Last-Modified | grep -cF "$date")" 0:0
is "in a part too" "$(part bytes=0-9)" "206:10:bytes 0-9/$((size + 5760))"
is "If-Range with the old ETag gets all" "$(part bytes=0-9 -H "If-Range: $etag")" "200:$((size + 5760)):"
fault -d $M45 -d no_if_range=1
is "unless it is not understood" "$(part bytes=0-9 -H "If-Range: $etag")" "206:10:bytes 0-9/$((size + 5760))"
no_faults
is "until the faults are taken away" "$(status "$FILES/images/m45.fits"):$(sum "$D/body")" "200:$whole"
fault -d path=/files/images/giant -d changed=3
is "the giant one can be replaced too" "$(status -r 5760-5763 "$FILES/images/giant.fits"):$(header Content-Range)" "206:bytes 5760-5763/1073756160"
finish
