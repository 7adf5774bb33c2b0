#!/bin/bash
# A mounted DaCHS: what tapfs shows against what stilts, pyvo and DaCHS itself say.
. tests/interop/dachs.sh
succeeds "DaCHS is mounted" timeout 60 "$B/tapfs" "$DACHS" "$SKY"

# Values.
query count 'SELECT COUNT(*) AS n FROM demo_cat.stars' >"$Q/count.adql"
is "the stars are 200000" "$(last "$Q/count.csv")" 200000
stars='SELECT TOP 2000 * FROM demo_cat.stars ORDER BY source_id'
query stars "$stars" >"$Q/stars.adql"
timeout 60 cat "$Q/stars.csv" >"$D/stars.csv"
timeout 60 stilts tapquery tapurl="$DACHS" sync=true adql="$stars" ofmt=csv out="$D/stilts.csv" 2>"$D/stilts.err"
is "2000 stars are value by value what stilts reads" \
	"$(python tests/interop/compare.py csv "$D/stars.csv" "$D/stilts.csv" 2>&1)" ""
succeeds "odd texts are among them" grep -qF ',"tab	here, comma, ""quote""' "$D/stars.csv"
timeout 60 stilts tpipe in="$Q/stars.vot" ofmt=csv out="$D/vot.csv" 2>"$D/stilts.err"
is "and stilts reads the same from stars.vot" \
	"$(python tests/interop/compare.py csv "$D/stars.csv" "$D/vot.csv" 2>&1)" ""
query obscore 'SELECT * FROM ivoa.obscore ORDER BY obs_publisher_did' >"$Q/obscore.adql"
timeout 60 cat "$Q/obscore.csv" >"$D/obscore.csv"
timeout 60 stilts tapquery tapurl="$DACHS" sync=true ofmt=csv out="$D/stilts.csv" \
	adql='SELECT * FROM ivoa.obscore ORDER BY obs_publisher_did' 2>"$D/stilts.err"
is "so it is with ObsCore" "$(python tests/interop/compare.py csv "$D/obscore.csv" "$D/stilts.csv" 2>&1)" ""

# Metadata, in either way.
is "every table's columns.csv says what pyvo reads" \
	"$(timeout 60 /usr/bin/python3 -W ignore tests/interop/compare.py columns "$DACHS" "$SKY/schemas" 2>&1)" ""
unmount
for way in vosi tap_schema; do
	export XDG_CACHE_HOME=$D/cache-$way
	timeout 60 "$B/tapfs" "$DACHS" "$SKY" -o "metadata=$way,state_dir=$D/state-$way"
	timeout 60 cp -r "$SKY/schemas" "$D/$way"
	unmount
done
export XDG_CACHE_HOME=$D/cache
is "metadata=vosi and metadata=tap_schema give the same folders and files" \
	"$(cd "$D/vosi" && find . | sort)" "$(cd "$D/tap_schema" && find . | sort)"
# What DaCHS says in one way only: numbers of rows (VOSI); which columns are principal or std, what
# is a view and, of one table asked for alone, foreign keys (TAP_SCHEMA).
sed -i '/^Rows: /d; s/^The name of this view/The name of this table/' "$D"/*/*/*/README.txt
python - "$D"/{vosi,tap_schema}/*/*/columns.csv <<'P'
import csv, sys
for name in sys.argv[1:]:
    with open(name, newline="") as f:
        rows = list(csv.reader(f))
    with open(name, "w", newline="") as f:
        csv.writer(f).writerows(r[:7] + [" ".join(x for x in r[7].split() if x not in ("principal", "std"))] + r[8:] for r in rows)
P
is "with the same content" "$(diff -r -x keys.csv "$D/vosi" "$D/tap_schema" | head -40)" ""
timeout 60 "$B/tapfs" "$DACHS" "$SKY"

# Errors, overflow.
query bad 'SELECT source_id, nonsuch FROM demo_cat.stars' >"$Q/bad.adql"
fails "a bad query fails" timeout 60 cat "$Q/bad.csv"
said=$(dachs_get "$DACHS/sync" -d LANG=ADQL -d REQUEST=doQuery -d 'QUERY=SELECT source_id, nonsuch FROM demo_cat.stars' |
	sed -n 's/.*value="ERROR"[^>]*>\([^<]*\)<.*/\1/p' | head -1)
like "DaCHS has words for it" "$said" 'nonsuch'
like "error.txt has them" "$(cat "$Q/bad.error.txt")" 'No such field known: nonsuch|nonsuch'
like "no HTML or XML in it" "$(tr '<' '@' <"$Q/bad.error.txt" | grep -c @)" '^0$'
query syntax 'SELECT source_id FROM demo_cat.stars WHERE WHERE' >"$Q/syntax.adql"
fails "a query that is no ADQL fails" timeout 60 cat "$Q/syntax.csv"
like "error.txt tells where" "$(cat "$Q/syntax.error.txt")" '(char|[Ee]xpected|WHERE)'

# rm deletes the job.
jobs=$(dachs_jobs count)
is "the query has its job on DaCHS" "$(wc -w <<<"$jobs")" 1
rm "$Q/count.adql"
gone() { [ "$(dachs_get -o /dev/null -w '%{http_code}' "$1")" = 404 ]; }
succeeds "rm of the query deletes it there" eventually 15 gone "$jobs"

# Killed while DaCHS computes.
pairs='(SELECT TOP 5000 ra, dec FROM demo_cat.stars)'
query pairs "SELECT COUNT(*) AS n FROM $pairs AS a JOIN $pairs AS b
ON DISTANCE(POINT(a.ra, a.dec), POINT(b.ra, b.dec)) < 0.1" >"$Q/pairs.adql"
succeeds "a long query runs" eventually 20 grep -q EXECUTING "$Q/pairs.log"
kill -9 "$(tapfs_pid)"
succeeds "after kill -9 the mount is gone" eventually 2 not_mounted "$SKY"
succeeds "it mounts again" timeout 60 "$B/tapfs" "$DACHS" "$SKY"
like "the result comes" "$(last "$Q/pairs.csv")" '^[0-9]{4,}$'
is "there is one job for it" "$(dachs_job_count pairs)" 1
like "the log tells that it was taken up again" "$(cat "$Q/pairs.log")" 'taken up again'
rm "$Q"/*.adql
succeeds "and after rm there is none at all" eventually 20 sh -c "! curl -s '$jobs' | grep -q phase"
unmount

timeout 60 "$B/tapfs" "$DACHS" "$SKY" -o maxrec=100
query cut 'SELECT source_id FROM demo_cat.stars' >"$Q/cut.adql"
is "maxrec=100: so many rows" "$(timeout 60 cat "$Q/cut.csv" | sed 1d | wc -l)" 100
like "overflow.txt says so" "$(cat "$Q/cut.overflow.txt")" '100 rows'
query whole 'SELECT TOP 100 source_id FROM demo_cat.stars' >"$Q/whole.adql"
is "a result of just that many" "$(timeout 60 cat "$Q/whole.csv" | sed 1d | wc -l)" 100
rm "$Q"/*.adql
unmount

# Behind HTTP Basic.
printf 'demopass\n' >"$D/secret"; chmod 600 "$D/secret"
succeeds "DaCHS behind HTTP Basic is mounted" timeout 60 "$B/tapfs" "$DACHS_HOST/demo_cat/q/tapauth" "$SKY" \
	-o "auth=basic,user=demo,token_file=$D/secret"
query basic 'SELECT COUNT(*) AS n FROM demo_cat.lightcurve' >"$Q/basic.adql"
is "a query runs there" "$(last "$Q/basic.csv")" 150000
like "with the job in the user's name" "$(cat "$Q/basic.log")" "job $DACHS_HOST/demo_cat/q/tapauth/"
like "its tables can be browsed" "$(ls "$SKY/schemas/demo_cat")" 'lightcurve'
like "status tells who I am" "$(cat "$SKY/status")" 'signed in as demo'
job=$(sed -n 's/.*job \(http[^ ]*\).*/\1/p' "$Q/basic.log" | head -1)
rm "$Q/basic.adql"
succeeds "rm deletes this job, too" eventually 15 sh -c \
	"curl -s -u demo:demopass -o /dev/null -w '%{http_code}' '$job' | grep -q 404"
unmount
printf 'wrong\n' >"$D/secret"
timeout 60 "$B/tapfs" "$DACHS_HOST/demo_cat/q/tapauth" "$SKY" -o "auth=basic,user=demo,token_file=$D/secret" >/dev/null 2>&1
succeeds "a wrong password is told" eventually 15 grep -q 401 "$SKY/.tapfs/errors"
unmount
finish
