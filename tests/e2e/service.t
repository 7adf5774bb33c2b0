#!/bin/bash
# The demo service by itself, where the other tests do not see it.
. tests/e2e/lib.sh
service_start --rows 100

rows() { curl -s "$URL/sync" -d LANG=ADQL -d RESPONSEFORMAT=csv --data-urlencode "QUERY=$1" | tr -d '\r'; }
says() { # QUERY: its error
	rows "$1" | sed -n 's/.*value="ERROR">\([^<]*\)<.*/\1/p' | sed 's/&quot;/"/g; s/&apos;/'"'"'/g; s/&#39;/'"'"'/g'
}
is "LIKE takes ESCAPE" "$(rows "SELECT TOP 1 1 AS x FROM demo.messier WHERE '50%' LIKE '50!%' ESCAPE '!'")" "x
1"
is "what is escaped stands for itself" \
	"$(rows "SELECT COUNT(*) AS n FROM demo.messier WHERE name LIKE 'M!_' ESCAPE '!'")" "n
0"
is "ILIKE too" "$(rows "SELECT COUNT(*) AS n FROM demo.messier WHERE name || '_' ILIKE 'm1~_' ESCAPE '~'")" "n
1"
is "ESCAPE needs one character" "$(says "SELECT 1 FROM demo.messier WHERE name LIKE 'M' ESCAPE 'ab'")" \
	"Line 1, column 55: ESCAPE needs a text of one character, as in ESCAPE '!'"

# Groups.
is "a column beside an aggregate must be grouped by" "$(says "SELECT name, COUNT(*) FROM demo.messier")" \
	'Line 1, column 8: the column "name" is neither in GROUP BY nor in an aggregate'
is "also one in ORDER BY" "$(says "SELECT name FROM demo.messier GROUP BY name ORDER BY ra")" \
	'Line 1, column 54: the column "ra" is neither in GROUP BY nor in an aggregate'
is "also those of *" "$(says "SELECT m.* FROM demo.messier AS m GROUP BY name")" \
	'Line 1, column 8: the column "ra" is neither in GROUP BY nor in an aggregate'
is "an expression that is grouped by may stand in others" \
	"$(rows "SELECT TOP 1 FLOOR(mag) + 1 AS x, COUNT(*) AS n FROM demo.messier GROUP BY FLOOR(mag) HAVING FLOOR(mag) > 3 ORDER BY x")" "x,n
5,7"
is "so may one that is grouped by its alias" \
	"$(rows "SELECT TOP 1 FLOOR(mag) AS x, COUNT(*) AS n FROM demo.messier GROUP BY x ORDER BY FLOOR(mag)")" "x,n
1,1"
is "an inner query may name what the outer one groups by" \
	"$(rows "SELECT TOP 1 a.mag, (SELECT COUNT(*) FROM demo.messier AS b WHERE b.mag <= a.mag) AS n FROM demo.messier AS a GROUP BY a.mag ORDER BY a.mag")" "mag,n
1.6,1"
is "no aggregate in WHERE" "$(says "SELECT name FROM demo.messier WHERE MAX(ra) > 1")" \
	"Line 1, column 37: the aggregate MAX cannot stand in WHERE"
is "none in another" "$(says "SELECT SUM(MAX(ra)) FROM demo.messier")" \
	"Line 1, column 12: the aggregate MAX cannot stand in another one"
is "none in GROUP BY" "$(says "SELECT COUNT(*) AS n FROM demo.messier GROUP BY n")" \
	"Line 1, column 49: GROUP BY cannot take an aggregate"
is "HAVING needs groups" "$(says "SELECT name FROM demo.messier HAVING ra > 1")" \
	"Line 1, column 41: HAVING needs GROUP BY or an aggregate"
is "a negative constant in ORDER BY is no column" "$(rows "SELECT TOP 1 1 AS x FROM demo.messier ORDER BY -1")" "x
1"

# What goes wrong while a query runs.
is "an impossible circle is told with its place" \
	"$(says "SELECT name FROM demo.messier
WHERE 1 = CONTAINS(POINT(ra, dec), CIRCLE(ra, dec, -1))")" \
	"Line 2, column 36: a position or region is impossible: latitudes go from -90 to 90, a radius is not negative"
is "the same geometry at two places is the same to GROUP BY" \
	"$(rows "SELECT TOP 1 FLOOR(DISTANCE(POINT(ra, dec), POINT(0, 0)) / 45) AS d, COUNT(*) AS n FROM demo.messier GROUP BY FLOOR(DISTANCE(POINT(ra, dec), POINT(0, 0)) / 45) ORDER BY d")" "d,n
0,9"

# Jobs (UWS 1.1).
make_job() { # URL QUERY CURL-OPTIONS: its own URL
	local at=$1 query=$2; shift 2
	curl -s "$at/async" -d LANG=ADQL --data-urlencode "QUERY=$query" -o "$D/none" -w '%{redirect_url}' "$@"
}
status() { curl -s -o "$D/body" -w '%{http_code}' "$@"; }
error() { sed -n 's/.*value="ERROR">\([^<]*\)<.*/\1/p' "$D/body" | sed 's/&quot;/"/g'; }
phase() { curl -s "$1/phase"; }
run() { curl -s -o "$D/none" -d PHASE=RUN "$1/phase"; }
jobs() { curl -s "$@" | grep -o 'jobref id="[^"]*"' | cut -d'"' -f2; }
fault() { curl -s -o "$D/none" "$HOST/demo/faults" "$@"; }
short='SELECT 1 AS x FROM demo.messier'

job=$(make_job "$URL" "$short" -d RUNID=mine)
is "a job's parameter can be read alone" "$(curl -s "$job/parameters/query")" "$short"
is "one that it has not is not there" "$(status "$job/parameters/nothing")" 404
is "PUT sets one" "$(status -X PUT --data-binary 'SELECT TOP 2 name FROM demo.messier' "$job/parameters/QUERY")" 303
is "so that it is that" "$(curl -s "$job/parameters/QUERY")" 'SELECT TOP 2 name FROM demo.messier'
is "POST to the job sets some" "$(status -d MAXREC=1 -d RESPONSEFORMAT=csv "$job")" 303
is "so does POST to /parameters" "$(status -d MAXREC=2 "$job/parameters"):$(curl -s "$job/parameters/MAXREC")" 303:2
is "what commands a job is no parameter" "$(status -X PUT --data-binary RUN "$job/parameters/PHASE")" 403
run "$job"
is "WAIT waits for its end" "$(curl -s "$job?WAIT=20&PHASE=PENDING" -o "$D/none"; curl -s "$job?WAIT=20" | grep -o 'phase>[A-Z]\+')" "phase>COMPLETED"
is "the result is of the parameters that were set" "$(curl -s "$job/results/result" | tr -d '\r')" "name
M1
M10"
is "then they are fixed" "$(status -X PUT --data-binary x "$job/parameters/QUERY"):$(error)" \
	"403:The job is COMPLETED: its parameters are fixed."
is "it cannot run again" "$(status -d PHASE=RUN "$job/phase")" 403
is "to abort it changes nothing" "$(status -d PHASE=ABORT "$job/phase"):$(phase "$job")" 303:COMPLETED
for bad in "$job?WAIT=soon" "$job?WAIT=-2" "$URL/async?LAST=0" "$URL/async?PHASE=DONE" "$URL/async?AFTER=noon"; do
	is "${bad##*\?} is refused" "$(status "$bad")" 400
done
is "so is a job that is to end at no time" "$(status -d DESTRUCTION=noon "$URL/async"):$(error)" \
	"400:DESTRUCTION must be a time like 2030-01-02T03:04:05Z."
is "and one that is to last no number" "$(status -d EXECUTIONDURATION=long "$URL/async")" 400
is "neither is made" "$(jobs "$URL/async")" "${job##*/}"

# The job list.
second=$(make_job "$URL" "$short")
is "LAST=1 is the newest" "$(jobs "$URL/async?LAST=1")" "${second##*/}"
is "AFTER leaves out the older" "$(jobs "$URL/async?AFTER=$(curl -s "$job" | sed -n 's/.*creationTime>\([^<]*\)<.*/\1/p')")" "${second##*/}"
is "PHASE may be given twice" "$(jobs "$URL/async?PHASE=PENDING&PHASE=COMPLETED" | wc -l)" 2

# A job's time.
is "executionduration is what the service makes of it" \
	"$(status -d EXECUTIONDURATION=0 "$second/executionduration"):$(curl -s "$second/executionduration")" 303:86400
slow=$(make_job "$URL" 'SELECT demo_sleep(60) FROM demo.messier' -d EXECUTIONDURATION=1 -d PHASE=RUN)
like "a job that takes longer ends in error" "$(curl -s "$slow?WAIT=20&PHASE=QUEUED" -o "$D/none"; curl -s "$slow?WAIT=20")" \
	'errorSummary type="transient"'
like "that tells why" "$(curl -s "$slow/error")" 'longer than it was allowed'
curl -s -o "$D/none" -d DESTRUCTION=2020-01-01T00:00:00Z "$slow/destruction"
gone() { [ "$(status "$1")" = 404 ]; }
succeeds "a job whose time has come is gone" eventually 5 gone "$slow"
is "to delete it again finds nothing" "$(status -X DELETE "$slow")" 404
is "POST ACTION=DELETE deletes too" "$(status -d ACTION=DELETE "$second"):$(status "$second")" 303:404

# Phases that come by themselves elsewhere.
fault -d path=/tap/async -d hold=1
job=$(make_job "$URL" "$short" -d PHASE=RUN)
is "a job can be HELD" "$(phase "$job")" HELD
is "WAIT does not wait for that" "$(timeout 5 curl -s "$job?WAIT=30" | grep -o 'phase>[A-Z]\+')" "phase>HELD"
run "$job"
succeeds "until it is told again to run" eventually 5 sh -c "curl -s '$job/phase' | grep -q COMPLETED"
fault -d path=/tap/async -d suspend_ms=400 -d unknown_ms=400
job=$(make_job "$URL" "$short" -d PHASE=RUN)
succeeds "it can be SUSPENDED" eventually 5 sh -c "curl -s '$job/phase' | grep -q SUSPENDED"
succeeds "then UNKNOWN" eventually 5 sh -c "curl -s '$job/phase' | grep -q UNKNOWN"
succeeds "and goes on by itself" eventually 5 sh -c "curl -s '$job/phase' | grep -q COMPLETED"
fault -d path=/tap/async -d suspend_ms=60000
aborted=$(make_job "$URL" "$short" -d PHASE=RUN)
succeeds "one that is SUSPENDED" eventually 5 sh -c "curl -s '$aborted/phase' | grep -q SUSPENDED"
is "can be aborted" "$(status -d PHASE=ABORT "$aborted/phase"):$(phase "$aborted")" 303:ABORTED
fault -d path=/tap/async -d archive=1
curl -s -o "$D/none" -X DELETE "$job"
is "what is deleted can become ARCHIVED" "$(phase "$job")" ARCHIVED
is "without its result" "$(status "$job/results/result")" 404
is "with its parameters" "$(curl -s "$job/parameters/QUERY")" "$short"
is "in the list only if asked for" "$(jobs "$URL/async" | grep -c "${job##*/}"):$(jobs "$URL/async?PHASE=ARCHIVED")" "0:${job##*/}"
is "until it is deleted again" "$(status -X DELETE "$job"):$(status "$job")" 303:404

# Owners.
mine=$(make_job "$HOST/auth/basic/tap" "$short" -u demo:demopass)
is "who signs in owns the job" "$(curl -s -u demo:demopass "$mine/owner")" demo
like "it says so itself" "$(curl -s -u demo:demopass "$mine")" '<uws:ownerId>demo</uws:ownerId>'
is "others must not see it" "$(status "$URL/async/${mine##*/}"):$(error)" "403:The job is another user's."
is "nor find it in their list" "$(jobs "$URL/async" | grep -c "${mine##*/}")" 0
is "the owner does, and nothing else" "$(jobs -u demo:demopass "$HOST/auth/basic/tap/async")" "${mine##*/}"

# Parameters of queries.
ask() { status "$URL/sync" "$@"; }
is "no QUERY" "$(ask -d LANG=ADQL):$(error)" "400:The parameter QUERY is missing."
is "no LANG" "$(ask --data-urlencode "QUERY=$short"):$(error)" "400:The parameter LANG is missing: give LANG=ADQL."
is "an unknown LANG" "$(ask -d LANG=PQL -d QUERY=x):$(error)" \
	'400:Unknown LANG "PQL": this service knows ADQL, ADQL-2.0 and ADQL-2.1.'
is "an unknown REQUEST" "$(ask -d REQUEST=guess -d LANG=ADQL -d QUERY=x):$(error)" '400:Unknown REQUEST "guess": use doQuery.'
for bad in many -1 1.5 ' '; do
	is "MAXREC=$bad" "$(ask -d LANG=ADQL --data-urlencode "QUERY=$short" --data-urlencode "MAXREC=$bad"):$(error)" \
		"400:MAXREC must be a whole number, not \"$bad\"."
done
is "a MAXREC beyond all numbers is the largest there is" \
	"$(ask -d LANG=ADQL --data-urlencode "QUERY=$short" -d MAXREC=99999999999999999999999)" 200
is "multipart/form-data is as good as a form" "$(ask -F LANG=ADQL -F "QUERY=$short" -F RESPONSEFORMAT=csv -F MAXREC=1; tr -d '\r' <"$D/body")" "200x
1"
is "of two QUERYs the last one counts" "$(ask -d LANG=ADQL -d QUERY=nonsense --data-urlencode "query=$short")" 200
{ printf 'LANG=ADQL&QUERY='; head -c 70000000 /dev/zero | tr '\0' x; } >"$D/huge"
is "a huge query is refused" "$(ask --data-binary "@$D/huge"):$(error)" "413:The request has more than 64 MiB."
rm "$D/huge"
for odd in x%ff %ed%a0%80 %ef%bf%be a%00b %01; do
	status "$URL/sync?LANG=ADQL&MAXREC=1&QUERY=SELECT+'$odd'+AS+x+FROM+demo.messier" >"$D/none"
	succeeds "the answer to $odd in a text is XML" /usr/bin/perl -MEncode -e '
		local $/; my $s = Encode::decode("UTF-8", <STDIN>, Encode::FB_CROAK);
		exit($s =~ /[^\t\n\r\x20-\x{d7ff}\x{e000}-\x{fffd}\x{10000}-\x{10ffff}]/)' <"$D/body"
done

type_of() { curl -s -o "$D/none" -w '%{content_type}' "$URL/sync" -d LANG=ADQL --data-urlencode "QUERY=$short" --data-urlencode "RESPONSEFORMAT=$1"; }
is "a MIME type is answered as it is asked for" "$(type_of text/csv) $(type_of application/x-votable+xml)" \
	"text/csv application/x-votable+xml"
is "a short name with the whole type" "$(type_of csv) $(type_of votable/b2)" \
	"text/csv;header=present application/x-votable+xml;serialization=binary2"

# Results in parts.
job=$(make_job "$URL" 'SELECT * FROM bench.stars' -d RESPONSEFORMAT=csv -d PHASE=RUN)
succeeds "a job runs" eventually 10 sh -c "curl -s '$job/phase' | grep -q COMPLETED"
result=$job/results/result
curl -s "$result" -o "$D/whole"
size=$(stat -c %s "$D/whole")
part() { # RANGE: status and bytes
	local code; code=$(status -H "Range: $1" "$result" -D "$D/headers" "${@:2}")
	echo "$code $(stat -c %s "$D/body") $(sed -n 's/^Content-Range: \([^\r]*\).*/\1/ip' "$D/headers")"
}
is "the first bytes" "$(part bytes=0-9)" "206 10 bytes 0-9/$size"
is "are those" "$(cat "$D/body")" "$(head -c 10 "$D/whole")"
is "the last ones" "$(part bytes=-7)" "206 7 bytes $((size - 7))-$((size - 1))/$size"
is "to the end" "$(part "bytes=$((size - 3))-")" "206 3 bytes $((size - 3))-$((size - 1))/$size"
is "more than there are" "$(part "bytes=-$((size * 2))")" "206 $size bytes 0-$((size - 1))/$size"
is "behind the end" "$(part "bytes=$size-")" "416 0 bytes */$size"
is "none at all" "$(part bytes=-0)" "416 0 bytes */$size"
for odd in bytes=--5 bytes=9-1 bytes=a-b bytes=1-2,4-5 lines=1-2 'bytes= 1-2' bytes=1-+2; do
	is "$odd is the whole" "$(part "$odd")" "200 $size "
done
etag=$(curl -sI "$result" | sed -n 's/^ETag: \([^\r]*\).*/\1/ip')
is "If-Range with the ETag" "$(part bytes=0-9 -H "If-Range: $etag")" "206 10 bytes 0-9/$size"
is "If-Range with another is the whole" "$(part bytes=0-9 -H 'If-Range: "x"')" "200 $size "
is "If-None-Match" "$(status -H "If-None-Match: $etag" "$result")" 304
is "a Range is of GET only" "$(curl -sI -H 'Range: bytes=0-9' "$result" | head -1 | tr -d '\r')" "HTTP/1.1 200 OK"
is "compressed if wished" "$(curl -s -H 'Accept-Encoding: gzip' "$result" | gunzip | cmp - "$D/whole" && echo same)" same

# Tables.
etag=$(curl -sI "$URL/tables?detail=min" | sed -n 's/^ETag: \([^\r]*\).*/\1/ip')
is "the tables have an ETag" "$(status -H "If-None-Match: $etag" "$URL/tables?detail=min")" 304
is "another detail is another document" "$(status -H "If-None-Match: $etag" "$URL/tables")" 200
is "one table" "$(curl -s "$URL/tables/demo.messier" | grep -c '<column')" "$(rows "SELECT COUNT(*) FROM TAP_SCHEMA.columns WHERE table_name = 'demo.messier'" | tail -1)"
is "none of that name" "$(status "$URL/tables/demo.nothing")" 404

# Databases of earlier versions.
service_stop
cache=$XDG_CACHE_HOME/tapfs-demo
current=$(cd "$cache" && ls)
cp "$cache/$current" "$cache/v4-0123456789abcdef.db" # nobody's
cp "$cache/$current" "$cache/v4-1123456789abcdef.db" # in use
cp "$cache/$current" "$cache/v99999-0123456789abcdef.db"
cp "$cache/$current" "$cache/0123456789abcdef.db"    # without version, long not read
cp "$cache/$current" "$cache/1123456789abcdef.db"    # the same, read lately
touch -d '8 days ago' "$cache/0123456789abcdef.db"
touch "$cache/mine.db"
exec 8<"$cache/v4-1123456789abcdef.db"
flock -s 8
service_start --rows 101
like "the new one is there, and so is the one of this version" "$(ls "$cache" | grep -c "^${current%%-*}-")" '^2$'
is "of the others those that are newer, or in use" "$(ls "$cache" | grep -v "^${current%%-*}-")" "1123456789abcdef.db
mine.db
v4-1123456789abcdef.db
v99999-0123456789abcdef.db"
exec 8<&-

# Of those that build the same at once, one wins, and all use that one.
mkfifo "$D/end"
for i in 1 2 3 4; do "$B/tapfs-demo" --rows 20000 --until-eof <"$D/end" >"$D/url.$i" & done
exec 9>"$D/end"
for i in 1 2 3 4; do eventually 30 test -s "$D/url.$i"; done
of_four() { local f; for f in "$cache"/*; do grep -c ":$(stat -c %i "$f") " /proc/locks; done | sort -n | tail -1; }
is "four services that start at once hold one database" "$(of_four)" 4
exec 9>&-
finish
