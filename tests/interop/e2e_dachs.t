#!/bin/bash
# What tests/e2e/ shows with the demo service, on a service that was not written for tapfs.
. tests/interop/dachs.sh
mount_dachs() { timeout 60 "$B/tapfs" "$DACHS" "$SKY" "$@"; }
succeeds "DaCHS is mounted" mount_dachs
brightest='SELECT TOP 3 source_id, phot_g_mean_mag FROM demo_cat.stars
WHERE phot_g_mean_mag IS NOT NULL ORDER BY phot_g_mean_mag'

# Browsing.
is "the root lists what the tree says" "$(ls "$SKY")" "README.txt
datalink
jobs
queries
schemas
service
status
uploads"
is "the schemas are there" "$(ls "$SKY/schemas")" "demo_cat
demo_img
ivoa
tap_schema"
is "a schema's tables too" "$(ls "$SKY/schemas/demo_cat")" "description.txt
lightcurve
stars"
is "byte for byte: capabilities.xml" "$(md5sum <"$SKY/service/capabilities.xml")" "$(dachs_get "$DACHS/capabilities" | md5sum)"
like "limits.txt tells default and hard" "$(cat "$SKY/service/limits.txt")" 'result +20000 +20000000'
like "functions.txt tells DaCHS's own functions" "$(cat "$SKY/service/functions.txt")" '(gavo|ivo)_[a-z_]+\('
like "keys.csv tells where a column points" "$(cat "$SKY/schemas/demo_cat/lightcurve/keys.csv")" \
	'source_id,demo_cat.stars,source_id'
wrong=
while read -r f; do
	[ "$(stat -c %s "$f")" = "$(cat "$f" | wc -c)" ] || wrong="$wrong $f"
done < <(find "$SKY/schemas" -type f)
is "all sizes are exact" "$wrong" ""
is "browsing starts no job" "$(dachs_job_count)" 0

# A query's life.
query bright "$brightest" >"$D/bright.adql"
cp "$D/bright.adql" "$Q/"
is "cp a query, cat its csv: the rows, after a wait" "$(timeout 60 cat "$Q/bright.csv" | wc -l)" 4
timeout 60 cat "$Q/bright.csv" >"$D/first.csv"
is "the query is kept byte for byte" "$(cat "$Q/bright.adql")" "$(cat "$D/bright.adql")"
is "beside it are results and log" "$(ls "$Q")" "bright.adql
bright.csv
bright.log
bright.vot"
is "one job was created" "$(dachs_job_count)" 1
for f in bright.csv bright.vot bright.log; do
	is "the size of $f is exact" "$(stat -c %s "$Q/$f")" "$(cat "$Q/$f" | wc -c)"
done
job=$(dachs_jobs)
like "the log tells the job" "$(cat "$Q/bright.log")" "/${job##*/}"
cp "$D/bright.adql" "$Q/"; sleep 1
is "saving the same text again starts nothing" "$(dachs_job_count)" 1
query bright "${brightest/TOP 3/TOP 5}" >"$Q/bright.adql"
is "a changed text runs anew" "$(timeout 60 cat "$Q/bright.csv" | wc -l)" 6
touch "$Q/bright.adql"
is "touch runs it again" "$(timeout 60 cat "$Q/bright.csv" | wc -l)" 6
is "what was run before is gone from DaCHS or is kept, but nothing more was made" \
	"$([ "$(dachs_job_count)" -le 3 ] && echo yes)" yes

query bad 'SELECT nonsuch FROM demo_cat.stars' >"$Q/bad.adql"
fails "a failed query gives an error at open" timeout 60 cat "$Q/bad.csv"
like "error.txt has DaCHS's words" "$(cat "$Q/bad.error.txt")" nonsuch
query bad "$brightest" >"$Q/bad.adql"
is "corrected, it runs" "$(timeout 60 cat "$Q/bad.csv")" "$(cat "$D/first.csv")"
fails "and error.txt is gone" test -e "$Q/bad.error.txt"

n=$(dachs_job_count)
: >"$Q/empty.adql"; query hidden "$brightest" >"$Q/.hidden.adql"; query notes "$brightest" >"$Q/notes.txt"
sleep 1
is "empty files, hidden files and other files start nothing" "$(dachs_job_count)" "$n"
mv "$Q/.hidden.adql" "$Q/renamed.adql"
is "a rename to *.adql starts the job" "$(timeout 60 cat "$Q/renamed.csv")" "$(cat "$D/first.csv")"
mkdir "$Q/paper"; n=$(dachs_job_count)
mv "$Q/renamed.adql" "$Q/paper/first.adql"
is "mv takes the results along" "$(ls "$Q/paper")" "first.adql
first.csv
first.log
first.vot"
is "they can be read" "$(timeout 60 cat "$Q/paper/first.csv")" "$(cat "$D/first.csv")"
is "no job was started by that" "$(dachs_job_count)" "$n"
exec 5<"$Q/paper/first.csv"
query first "${brightest/TOP 3/TOP 1}" >"$Q/paper/first.adql"
is "the new result is read by its name" "$(timeout 60 cat "$Q/paper/first.csv" | wc -l)" 2
is "who holds an old result keeps the old bytes" "$(cat <&5)" "$(cat "$D/first.csv")"
exec 5<&-

# Every table's own query.
for t in "$SKY"/schemas/*/*/; do
	t=${t%/} s=${t%/*}
	query "${t##*/}" "$(cat "$t/select.adql")" >"$Q/t_${s##*/}_${t##*/}.adql"
done
wrong=
for f in "$Q"/t_*.adql; do
	timeout 60 cat "${f%.adql}.csv" >"$D/rows" || wrong="$wrong
$f: $(cat "${f%.adql}.error.txt")"
done
is "every table's select.adql runs" "$wrong" ""
is "there are ten of them" "$(ls "$Q"/t_*.adql | wc -l)" 10

# Unmounted in between.
pairs='(SELECT TOP 3000 ra, dec FROM demo_cat.stars)'
query slow "SELECT COUNT(*) AS n FROM $pairs AS a JOIN $pairs AS b
ON DISTANCE(POINT(a.ra, a.dec), POINT(b.ra, b.dec)) < 0.1" >"$Q/slow.adql"
succeeds "a slow query runs" eventually 20 grep -q EXECUTING "$Q/slow.log"
unmount
succeeds "unmounted and mounted again" mount_dachs
like "the result comes" "$(last "$Q/slow.csv")" '^[0-9]{4,}$'
is "from the same job" "$(dachs_job_count slow)" 1
is "finished results are there as before" "$(timeout 60 cat "$Q/bad.csv")" "$(cat "$D/first.csv")"

# More than DaCHS runs at a time, and one that is taken back.
for i in 1 2 3 4 5 6; do
	query "q$i" "SELECT COUNT(*) AS n FROM demo_cat.lightcurve WHERE band = 'G' AND mag < $((14 + i))" >"$Q/q$i.adql"
done
query endless "SELECT COUNT(*) AS n FROM demo_cat.lightcurve AS a, demo_cat.lightcurve AS b
WHERE a.mag < b.mag" >"$Q/endless.adql"
succeeds "an endless query runs" eventually 60 grep -q EXECUTING "$Q/endless.log"
timeout 60 cat "$Q/endless.csv" >/dev/null 2>&1 & reader=$!
sleep 0.5
rm "$Q/endless.adql"
ended() { ! kill -0 "$reader"; }
succeeds "rm of it while it runs ends who waits for it" eventually 10 ended
no_endless() { [ "$(dachs_job_count endless)" = 0 ]; }
succeeds "and takes the job from DaCHS" eventually 30 no_endless
more=0
for i in 1 2 3 4 5 6; do
	n=$(last "$Q/q$i.csv")
	[ "${n:-0}" -gt "$more" ] 2>/dev/null && more=$n || more=999999
done
ok "six queries at once all come, each with its own result" "$([ "$more" -lt 999999 ] && echo true || echo false)"

# A whole table. DaCHS gives 20000 rows unless it is asked for more.
unmount
mount_dachs -o maxrec=1000000
query all 'SELECT source_id, mjd, band, mag FROM demo_cat.lightcurve' >"$Q/all.adql"
is "a whole table arrives" "$(timeout 120 cat "$Q/all.csv" | wc -l)" 150001
fails "without overflow" test -e "$Q/all.overflow.txt"

succeeds "rm of all queries in one go" sh -c "rm -r $Q/*"
none() { [ "$(dachs_job_count)" = 0 ]; }
succeeds "leaves no job on DaCHS" eventually 30 none
unmount
finish
