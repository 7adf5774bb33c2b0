#!/bin/bash
# Parts of files on a server: right bytes or a clear error, kept, fetched once.
. tests/e2e/lib.sh
service_start --rows 20000
job=$(curl -s -o /dev/null -w '%{redirect_url}' -d 'REQUEST=doQuery&LANG=ADQL&MAXREC=20000&PHASE=RUN' \
	--data-urlencode 'QUERY=SELECT * FROM bench.stars' "$URL/async")
finished() { [ "$(curl -s "$job/phase")" = COMPLETED ]; }
eventually 30 finished
FILE=$job/results/result
curl -s "$FILE" -o "$D/whole"
SIZE=$(stat -c %s "$D/whole")
part() { tail -c "+$(($1 + 1))" "$D/whole" | head -c "$2"; } # OFFSET BYTES
rd() { timeout 60 "$B/tests/e2e/remote" "$D/kept" "$FILE" "$@" 2>"$D/said"; }
received() { sed -n 's/^received //p' "$D/said"; }
fault() { curl -s -X POST "$HOST/demo/faults" -d path=/tap/async -d method=GET "$@" >/dev/null; }
forget() { rm -rf "$D/kept"; }
same() { cmp -s - "$1" && echo same; }

rd size
like "a size is told" "$(cat "$D/said")" "^size $SIZE$"
is "for one byte" "$(received)" 1
rd 0+2880 >"$D/got"
is "the first bytes are right" "$(part 0 2880 | same "$D/got")" same
is "for one block" "$(received)" 65536
rd 1000000+100 3000000+100 50+10 >"$D/got"
is "jumping about is right" "$( (part 1000000 100; part 3000000 100; part 50 10) | same "$D/got")" same
ok "and stays small ($(received) bytes)" "$([ "$(received)" -le 131073 ] && echo true || echo false)"
reads=$(seq -f '%.0f+100000' 0 100000 "$SIZE")
rd $reads >"$D/got"
is "read from end to end it is whole" "$(cmp "$D/got" "$D/whole" && echo same)" same
ok "and what was there already is not fetched again" \
	"$([ "$(received)" -le $((SIZE - 3 * 65536 + 1)) ] && echo true || echo false)" "$(received) of $SIZE"
rd $reads >"$D/got"
is "read again, it is only asked whether it is still the same" "$(received):$(cmp "$D/got" "$D/whole" && echo same)" 1:same
rd "$((SIZE + 5))+10" "$((SIZE - 5))+10" >"$D/got"
is "there is nothing behind the end" "$(part $((SIZE - 5)) 5 | same "$D/got")" same

forget; fault -d cut_after=1000000 -d count=3
rd $reads >"$D/got"
is "broken off again and again: it goes on where it broke" "$(cmp "$D/got" "$D/whole" && echo same)" same
ok "without starting anew" "$([ "$(received)" -le $((SIZE + 200000)) ] && echo true || echo false)" "$(received)"
forget; fault -d next_status=503 -d retry_after=1 -d count=1
rd 0+10 >"$D/got"
is "a busy server is waited for" "$(part 0 10 | same "$D/got")" same
forget; fault -d next_status=404 -d count=1
rd 0+10 >"$D/got"
like "a file that is not there is an error" "$(cat "$D/said")" '^0\+10: .*404'

# A kept part that is of another file by now.
rd 0+10 >/dev/null
sqlite_like() { sed -i "s/\"[0-9a-f]\{16\}\"/\"0000000000000000\"/" "$D/kept/files.db"; }
rm -f "$D/kept/files.db-wal" "$D/kept/files.db-shm"; sqlite_like
rd 0+10 2000000+10 >"$D/got"
like "what is kept of another version of the file is told" "$(cat "$D/said")" '^0\+10: the file was changed'
is "and not served" "$(cat "$D/got")" ""
rd 0+10 2000000+10 >"$D/got"
is "who opens it anew has the new one" "$( (part 0 10; part 2000000 10) | same "$D/got")" same

# Servers that do not do as they should: right bytes or a clear error, never wrong bytes.
FILE=$HOST/files/images/m45.fits
curl -s "$FILE" -o "$D/whole"; SIZE=$(stat -c %s "$D/whole")
reads="100000+10 $(seq -f '%.0f+50000' 0 50000 "$SIZE" | tr '\n' ' ')"
(part 100000 10; cat "$D/whole") >"$D/wanted"
with() { # WHAT IT IS, FAULTS…: the outcome in $outcome
	forget; curl -s -X DELETE "$HOST/demo/faults" >/dev/null
	curl -s -X POST "$HOST/demo/faults" -d path=/files -d method=GET "${@:2}" >/dev/null
	rd $reads >"$D/got"
	outcome=$(cmp -s "$D/got" "$D/wanted" && echo right || cat "$D/said")
}
right() { with "$@"; is "$1: every byte is right" "$outcome" right; }
told() { with "${@:2}"; like "$2: that is told, and no byte taken" "$outcome" "$1"; }
right "a server without ranges" -d no_ranges=1 -d count=-1
right "one that tells no length" -d no_length=1 -d count=-1
right "neither" -d no_ranges=1 -d no_length=1 -d count=-1
right "one that packs what it was not asked to pack" -d gzip=1 -d count=-1
right "one without an ETag" -d no_etag=1 -d count=-1
right "without any validator" -d no_etag=1 -d no_modified=1 -d count=-1
right "with a weak ETag" -d weak_etag=1 -d count=-1
right "one that breaks off" -d cut_after=30000 -d count=4
right "one without ranges that breaks off" -d no_ranges=1 -d cut_after=100000 -d count=2
right "a slow one" -d bytes_per_s=800000 -d count=-1
told 'another part of the file' "another part than was asked for" -d wrong_range=100 -d count=-1
told 'another part of the file' "a part that does not say which" -d no_content_range=1 -d count=-1
told 'was changed' "a part of a file of another size" -d wrong_total=100 -d count=1
with "" -d changed=1 -d count=-1 -d skip=2
like "a file that is changed while it is read: what was read is of one, the rest is told" "$outcome" \
	'was changed on the server'
is "and nothing of the new is in it" "$(head -c "$(stat -c %s "$D/got")" "$D/wanted" | same "$D/got")" same
curl -s -X DELETE "$HOST/demo/faults" >/dev/null

forget
rd 0+10 >/dev/null; service_stop
rd 0+10 >"$D/got"
is "without the server what is kept is read" "$(part 0 10 | same "$D/got")" same
forget; rd 0+10 >/dev/null
like "a server that is away is told" "$(cat "$D/said")" '^0\+10: .*(connect|reach)'
finish
