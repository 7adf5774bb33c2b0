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
rd() { timeout 60 "$B/tests/e2e/remote" "$D/cache" "$FILE" "$@" 2>"$D/said"; }
received() { sed -n 's/^received //p' "$D/said"; }
fault() { curl -s -X POST "$HOST/demo/faults" -d path=/tap/async -d method=GET "$@" >/dev/null; }
forget() { rm -rf "$D/cache"; }
same() { cmp -s - "$1" && echo same; }

rd size
like "a size is told" "$(cat "$D/said")" "^size $SIZE$"
is "for one byte" "$(received)" 1
rd 0+2880 >"$D/got"
is "the first bytes are right" "$(part 0 2880 | same "$D/got")" same
is "for one block" "$(received)" 65536
rd 1000000+100 3000000+100 50+10 >"$D/got"
is "jumping about is right" "$( (part 1000000 100; part 3000000 100; part 50 10) | same "$D/got")" same
ok "and stays small ($(received) bytes)" "$([ "$(received)" -le 131072 ] && echo true || echo false)"
reads=$(seq -f '%.0f+100000' 0 100000 "$SIZE")
rd $reads >"$D/got"
is "read from end to end it is whole" "$(cmp "$D/got" "$D/whole" && echo same)" same
ok "and what was there already is not fetched again" \
	"$([ "$(received)" -le $((SIZE - 3 * 65536)) ] && echo true || echo false)" "$(received) of $SIZE"
rd $reads >"$D/got"
is "read again, nothing is fetched" "$(received):$(cmp "$D/got" "$D/whole" && echo same)" 0:same
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
sqlite_like() { sed -i "s/\"[0-9a-f]\{16\}\"/\"0000000000000000\"/" "$D/cache/files.db"; }
rm -f "$D/cache/files.db-wal" "$D/cache/files.db-shm"; sqlite_like
rd 0+10 2000000+10 >"$D/got"
is "what is kept is served" "$(head -c 10 "$D/got" | same <(part 0 10))" same
like "but where its validator differs from the server's, nothing is mixed" "$(cat "$D/said")" \
	'^2000000\+10: the file was changed'
rd 2000000+10 >"$D/got"
forget
service_stop
rd 0+10 >/dev/null
like "a server that is away is told" "$(cat "$D/said")" '^0\+10: .*(connect|reach)'
finish
