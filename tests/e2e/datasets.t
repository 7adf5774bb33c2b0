#!/bin/bash
# datalink/: what leads from a row to files: columns, LINKs, service descriptors, other documents; many rows at once.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries L=$SKY/datalink
asked() { grep -c "$1" "$D/requests"; }
files() { (cd "$1" && ls | tr '\n' ' '); }

# Columns of addresses, a LINK with the row's values, a path without a server.
echo "SELECT name, url, preview, file_path, note FROM demo.images WHERE name IN ('m31', 'm42')" >"$Q/own.adql"
cat "$Q/own.csv" >/dev/null
is "each column that links is a file" "$(files "$L/own/m31")" "file.error.txt links.csv note.txt preview.png this.fits "
is "the row's own is its image" "$(sha256sum <"$L/own/m31/this.fits")" "$(curl -s "$HOST/files/images/m31.fits" | sha256sum)"
is "another column is what it says" "$(sha256sum <"$L/own/m31/preview.png")" "$(curl -s "$HOST/files/previews/m31.png" | sha256sum)"
is "a LINK is filled with the row's value" "$(cat "$L/own/m42/note.txt")" "$(curl -s "$HOST/files/notes/m42.txt")"
like "a path without a server says what to do" "$(cat "$L/own/m31/file.error.txt")" 'images/m31.fits.*set files_base'
unmount; mount_tapfs "$URL" "$SKY" -o "files_base=$HOST/files/"
is "with a server it is the file, once" "$(files "$L/own/m31")" "links.csv note.txt preview.png this.fits "
echo "SELECT name, file_path FROM demo.images WHERE name = 'm45'" >"$Q/path.adql"
cat "$Q/path.csv" >/dev/null
is "a path alone is the row's own" "$(sha256sum <"$L/path/m45/this.fits")" "$(curl -s "$HOST/files/images/m45.fits" | sha256sum)"

# A service that the result describes behind its rows.
echo "SELECT obs_publisher_did, ra FROM demo.images WHERE name = 'm31'" >"$Q/did.adql"
cat "$Q/did.csv" >/dev/null
DID=$(tail -1 "$Q/did.csv" | cut -d, -f1)
ROW=$(printf %s "$DID" | sed 's,%,%25,g; s,/,%2F,g')
is "rows that only a service links are folders" "$(ls "$L/did")" "$ROW"
like "with what the service has for them" "$(files "$L/did/$ROW")" 'auxiliary.csv .*links.csv .*preview.png .*this.fits'
is "by-id/ has the same" "$(files "$L/by-id/$ROW")" "$(files "$L/did/$ROW")"
is "and the same file" "$(sha256sum <"$L/by-id/$ROW/this.fits")" "$(curl -s "$HOST/files/images/m31.fits" | sha256sum)"
is "by-id/ lists none" "$(files "$L/by-id")" "README.txt "
like "an unknown identifier is told by the service" "$(cat "$L/by-id/none/this.error.txt")" 'no such dataset'
n=$(asked /datalink/links)
fails "a name with %00 is none" ls "$L/by-id/%00"
is "and asks nobody" "$(asked /datalink/links)" "$n"
echo "SELECT 'a' AS obs_id, '$HOST/files/notes/m42.txt' AS access_url, 'application/x-votable+xml;content=datalink' AS access_format FROM demo.messier WHERE name = 'M1'" >"$Q/none.adql"
cat "$Q/none.csv" >/dev/null
fails "what is no list of links is told" ls "$L/none/a"
like "with what it should have been" "$(tail -1 "$SKY/.tapfs/errors")" 'none/a: the service sent no list of links, but '

# Documents within documents.
echo "SELECT obs_publisher_did AS obs_id, url AS access_url FROM demo.images WHERE name = 'mosaic'" >"$Q/mosaic.adql"
cat "$Q/mosaic.csv" >/dev/null
M=$L/mosaic/$(ls "$L/mosaic")
like "another document is a folder" "$(files "$M")" 'progenitor progenitor.error.txt progenitor~2 this.fits'
is "with that one's files" "$(sha256sum <"$M/progenitor/this.fits")" "$(curl -s "$HOST/files/images/m42.fits" | sha256sum)"
like "links.csv names it" "$(cat "$M/links.csv")" '^progenitor~2,#progenitor,'

# Files on another server of the same machine: its port stays, also in files_base.
mkdir "$D/www"; echo elsewhere >"$D/www/a b.txt"; mkfifo "$D/port"
/usr/bin/python3 -u -c '
import http.server, functools, sys
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1]))
print(s.server_port, flush=True); s.serve_forever()' "$D/www" >"$D/port" 2>"$D/www.log" &
WWW=$!
read -r PORT <"$D/port"
echo "SELECT 'a' AS obs_id, 'http://127.0.0.1:$PORT/a b.txt' AS access_url, 'text/plain' AS access_format FROM demo.messier WHERE name = 'M1'" >"$Q/port.adql"
echo "SELECT 'a' AS obs_id, 'a b.txt' AS access_url, 'text/plain' AS access_format FROM demo.messier WHERE name = 'M1'" >"$Q/base.adql"
echo "SELECT 'a' AS obs_id, 'ftp://127.0.0.1/a.txt' AS access_url, 'text/plain' AS access_format FROM demo.messier WHERE name = 'M1'" >"$Q/ftp.adql"
cat "$Q/port.csv" "$Q/base.csv" "$Q/ftp.csv" >/dev/null
is "a link to another port is read there" "$(timeout 20 cat "$L/port/a/this.txt" 2>&1)" elsewhere
unmount; mount_tapfs "$URL" "$SKY" -o "files_base=http://127.0.0.1:$PORT/"
is "files_base may be there, too" "$(timeout 20 cat "$L/base/a/this.txt" 2>&1)" elsewhere
fails "what is no http cannot be read" timeout 20 cat "$L/ftp/a/this.txt"
like "and that is told" "$(tail -1 "$SKY/.tapfs/errors")" 'ftp/a/this.txt: "ftp://127.0.0.1/a.txt" is no http address'
unmount; kill "$WWW"; mount_tapfs "$URL" "$SKY" -o "files_base=$HOST/files/"

# Many rows.
echo "SELECT * FROM ivoa.obscore" >"$Q/all.adql"
cat "$Q/all.csv" >/dev/null
n=$(asked /datalink/links) f=$(asked ' /files/')
ls -l "$L/all" >"$D/listed"; gio list "$L/all" >/dev/null 2>&1
is "113 rows are listed" "$(grep -c ^d "$D/listed")" 113
is "which asks the service nothing" "$(asked /datalink/links) $(asked ' /files/')" "$n $f"
find "$L/all" -mindepth 2 -maxdepth 2 -name 'this*' >"$D/found"
n=$(($(asked /datalink/links) - n))
is "find comes to each row's file" "$(grep -c this.fits "$D/found")" 113
ok "and asks for many rows at a time ($n requests)" "$([ "$n" -le 12 ] && echo true || echo false)"
is "and for no image" "$(asked ' /files/')" "$f"
is "what it found is right" "$(sha256sum <"$L/all/m101/this.fits")" "$(curl -s "$HOST/files/images/m101.fits" | sha256sum)"
aux=$(sed -n 's/^auxiliary.csv,.*\(http[^,]*\),.*/\1/p' "$L/all/m31/links.csv")
ls -l "$L/all/m31" >"$D/none"
is "an answer that is made anew each time, with another ETag, is read" "$(timeout 20 cat "$L/all/m31/auxiliary.csv")" "$(curl -s "$aux")"
cat "$L/all/m3/this.fits" >"$D/none"
unmount; mount_tapfs "$URL" "$SKY"
timeout 60 grep -rl NAXIS "$L/all/m3" >"$D/found" 2>"$D/said" # opens with O_NONBLOCK
is "grep -r reads what is kept, too" "$(grep -c this.fits "$D/found") $(cat "$D/said")" "1 "
n=$(asked /datalink/links)
for d in "$L"/all/m*; do cat "$d/links.csv"; done >"$D/by_name"
n=$(($(asked /datalink/links) - n))
ok "in the order of names, too ($n requests)" "$([ "$n" -le 16 ] && echo true || echo false)"
for d in "$L"/all/m1*; do echo "${d##*/}" "$(sed -n 's,^this.fits.*images/\([a-z0-9]*\).fits.*,\1,p' "$d/links.csv")"; done >"$D/which"
is "each row has its own" "$(awk '$1 != $2' "$D/which")" ""

# Addresses that are signed anew each time are the same file.
sign() { echo "SELECT '$1' AS obs_id, '$HOST/files/images/m57.fits?X-Amz-Date=$2&X-Amz-Signature=secret$2' AS access_url FROM demo.messier WHERE name = 'M57'"; }
sign a 1 >"$Q/signed.adql"; cat "$Q/signed.csv" >/dev/null; sha256sum <"$L/signed/a/this.fits" >"$D/signed"
n=$(asked ' /files/.* 206 [0-9][0-9]')
sign a 2 >"$Q/signed.adql"; cat "$Q/signed.csv" >/dev/null; sha256sum <"$L/signed/a/this.fits" >>"$D/signed"
# One byte may be asked for, to see whether it is the same file.
is "a file whose address was signed anew is read from what is kept" "$(($(asked ' /files/.* 206 [0-9][0-9]') - n)) $(sort -u "$D/signed" | wc -l)" "0 1"
is "and no signature is kept" "$(grep -ral secret "$D" --include='files.db*')" ""

# ls -l of a row's folder costs a byte a file at most.
unmount; mount_tapfs "$URL" "$SKY"
counter() { sed -n "s/^$1 *\([0-9]*\).*/\1/p" "$SKY/.tapfs/stats"; }
ls "$L/all/m13" >/dev/null
n=$(counter http_bytes_in)
ls -l "$L/all/m13" >"$D/listed"
n=$(($(counter http_bytes_in) - n))
ok "ls -l of a row's folder asks for a byte a file at most ($n bytes)" "$([ "$n" -le "$(grep -c '^-' "$D/listed")" ] && echo true || echo false)"

# A service that cannot be reached: what it said is there.
unmount; mount_tapfs "$URL" "$SKY"
cat "$L/all/m31/this.fits" >/dev/null
unmount; mount_tapfs "$URL" "$SKY"
service_stop
like "without a network the links are there" "$(files "$L/all/m31")" 'this.fits'
is "and the file that was read" "$(sha256sum <"$L/all/m31/this.fits" | wc -c)" 68
finish
