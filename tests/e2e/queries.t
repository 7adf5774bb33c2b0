#!/bin/bash
# A query dropped into queries/ becomes a job, and its results appear beside it.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
near_m31="SELECT name, ra, dec FROM demo.messier
WHERE 1=CONTAINS(POINT('ICRS', ra, dec), CIRCLE('ICRS', 10.684575, 41.268903, 2)) ORDER BY mag"

echo "$near_m31" >"$D/m31.adql"
cp "$D/m31.adql" "$Q/"
is "cp a query, cat its csv: the rows, after a wait" "$(cat "$Q/m31.csv")" "name,ra,dec
M31,10.684575,41.268903
M110,10.09233,41.685364
M32,10.67454,40.865056"
is "the query is kept byte for byte" "$(cat "$Q/m31.adql")" "$near_m31"
is "beside it are results and log" "$(ls "$Q")" "m31.adql
m31.csv
m31.log
m31.vot"
is "one job was created" "$(jobs_created)" 1
for f in m31.csv m31.vot m31.log; do
	is "the size of $f is exact" "$(stat -c %s "$Q/$f")" "$(cat "$Q/$f" | wc -c)"
done
like "the vot is the service's VOTable" "$(cat "$Q/m31.vot")" '<VOTABLE'
like "the log tells the job's URL" "$(cat "$Q/m31.log")" "job $URL/async/"
like "the log tells rows" "$(cat "$Q/m31.log")" '3 rows'

cp "$D/m31.adql" "$Q/"; sleep 0.5
is "saving the same text again starts nothing" "$(jobs_created)" 1
sed -i 's/ORDER BY mag/ORDER BY name/' "$D/m31.adql"; cp "$D/m31.adql" "$Q/"
is "a changed text runs anew" "$(sed -n 2p "$Q/m31.csv")" "M110,10.09233,41.685364"
is "as one more job" "$(jobs_created)" 2
touch "$Q/m31.adql"; eventually 5 test -s "$Q/m31.csv"
is "touch of a finished query runs it again" "$(jobs_created)" 3
cat "$Q/m31.csv" >/dev/null

echo "SELECT name FRM demo.messier" >"$Q/bad.adql"
fails "a failed query gives an error at open" cat "$Q/bad.csv"
like "error.txt has the service's words" "$(cat "$Q/bad.error.txt")" '[Ll]ine 1, column 17'
is "a failed query has no results" "$(ls "$Q" | grep ^bad)" "bad.adql
bad.error.txt
bad.log"
echo "SELECT name FROM demo.messier WHERE name='M1'" >"$Q/bad.adql"
is "corrected, it runs" "$(tail -1 "$Q/bad.csv")" "M1"
fails "and error.txt is gone" test -e "$Q/bad.error.txt"

echo "SELECT name FROM demo.messier WHERE name='M1' -- a long remark at the end" >"$Q/cut.adql"
is "a text" "$(tail -1 "$Q/cut.csv")" M1
echo "SELECT name FROM demo.messier WHERE name='M2'" >"$Q/cut.adql"
is "that is written over by a shorter one leaves nothing behind" "$(cat "$Q/cut.adql")" \
	"SELECT name FROM demo.messier WHERE name='M2'"
is "and the shorter one runs" "$(tail -1 "$Q/cut.csv")" M2
truncate -s 0 "$Q/cut.adql"
is "an emptied file is empty" "$(stat -c %s "$Q/cut.adql")$(cat "$Q/cut.adql")" 0
rm "$Q/cut.adql"

touch "$Q/new.adql"; : >"$Q/empty.adql"
printf 'SELECT 1 AS x FROM demo.messier' >"$Q/.hidden.adql"
printf 'SELECT 1 AS x FROM demo.messier' >"$Q/notes.txt"
n=$(jobs_created); sleep 0.5
is "empty files, hidden files and other files start nothing" "$(jobs_created)" "$n"
fails "a result of what never ran is not there" test -e "$Q/empty.csv"

printf 'SELECT TOP 1 name FROM demo.messier ORDER BY ra' >"$D/tmpname"
cp "$D/tmpname" "$Q/.x.tmp"; mv "$Q/.x.tmp" "$Q/renamed.adql"
is "a rename to *.adql starts the job" "$(cat "$Q/renamed.csv")" "name
M110"
fails "a stem has one query" cp "$D/tmpname" "$Q/renamed.sql"
fails "results cannot be written" sh -c "echo x > $Q/renamed.csv"
fails "nor created by rename" mv "$Q/notes.txt" "$Q/renamed.log"

mkdir "$Q/paper1"; mv "$Q/renamed.adql" "$Q/paper1/first.adql"
is "mv takes the results along" "$(ls "$Q/paper1")" "first.adql
first.csv
first.log
first.vot"
is "and they can be read" "$(tail -1 "$Q/paper1/first.csv")" "M110"
n=$(jobs_created)
mv "$Q/paper1" "$Q/paper2"
is "a folder can be renamed" "$(tail -1 "$Q/paper2/first.csv")" "M110"
is "no job was started by that" "$(jobs_created)" "$n"

exec 5<"$Q/paper2/first.csv"
echo "SELECT TOP 1 name FROM demo.messier ORDER BY dec" >"$Q/paper2/first.adql"
is "who holds an old result keeps the old bytes" "$(sleep 1; cat <&5)" "name
M110"
exec 5<&-
is "while the new result is read by its name" "$(tail -1 "$Q/paper2/first.csv")" "M7"

rm "$Q/m31.csv"
fails "a removed result is gone" cat "$Q/m31.csv"
succeeds "rm of a query and all its results in one go" rm "$Q"/bad.*
succeeds "rm -r of a folder of queries" rm -r "$Q/paper2"
succeeds "rm of a query" rm "$Q/m31.adql"
fails "takes its results away" ls "$Q/m31.vot"
eventually 5 grep -q ' DELETE ' "$D/requests"
like "and deletes the job on the service" "$(cat "$D/requests")" ' DELETE /tap/async/'

printf 'SELECT * FROM demo.ngc_ic' >"$Q/all.adql"
is "a large enough MAXREC: all rows" "$(($(wc -l <"$Q/all.csv") - 1))" 13957
fails "and nothing about overflow" test -e "$Q/all.overflow.txt"
printf 'SELECT a.name, b.name AS b FROM demo.ngc_ic AS a, demo.messier AS b' >"$Q/many.adql"
is "a result that the service cuts off has what came" "$(($(wc -l <"$Q/many.csv") - 1))" 20000
like "overflow.txt says so, and what to do" "$(cat "$Q/many.overflow.txt")" 'cut the result off after 20000 rows'
printf '\0\1binary' >"$Q/binary.adql"
fails "a binary file is no query" cat "$Q/binary.csv"
like "and error.txt says so" "$(cat "$Q/binary.error.txt")" 'no query'
is "without a job" "$(grep -c binary "$D/requests")" 0

echo "SELECT name FROM demo.messier WHERE name='M2'" >"$Q/nb.adql"
cat "$Q/nb.csv" >/dev/null
unmount
mount_tapfs "$URL" "$SKY"
is "finished results are there after a new mount" "$(tail -1 "$Q/nb.csv")" "M2"
fails "a removed result stays gone" test -e "$Q/m31.csv"
finish
