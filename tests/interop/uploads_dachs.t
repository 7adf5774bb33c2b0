#!/bin/bash
# Tables that go along with a query, on DaCHS: results of other queries, and a VOTable of one's own; joined as pyvo's uploads are.
. tests/interop/dachs.sh
timeout 60 "$B/tapfs" "$DACHS" "$SKY"
query few "SELECT TOP 50 source_id AS id, ra, dec FROM demo_cat.stars WHERE phot_g_mean_mag < 18 ORDER BY source_id" >"$Q/few.adql"
{ echo "-- UPLOAD = mine = few.vot"; query joined "SELECT s.source_id, s.phot_g_mean_mag FROM demo_cat.stars AS s JOIN TAP_UPLOAD.mine AS m ON s.source_id = m.id ORDER BY s.source_id"; } >"$Q/joined.adql"
is "the query waits for the one whose result goes along, and has its rows" "$(timeout 90 tail -n +2 "$Q/joined.csv" | wc -l)" 50
is "they are the right ones" "$(timeout 60 tail -n +2 "$Q/joined.csv" | cut -d, -f1 | md5sum)" "$(tail -n +2 "$Q/few.csv" | cut -d, -f1 | sort -n | md5sum)"
like "the log tells what went along" "$(cat "$Q/joined.log")" 'with queries/few.vot \(50 rows\) as TAP_UPLOAD.mine'
cp "$Q/few.vot" "$D/few.vot"
python - "$DACHS" "$D/few.vot" >"$D/pyvo.csv" <<'P'
import sys
import pyvo
t = pyvo.dal.TAPService(sys.argv[1]).run_async("SELECT s.source_id, s.phot_g_mean_mag FROM demo_cat.stars AS s JOIN TAP_UPLOAD.mine AS m ON s.source_id = m.id ORDER BY s.source_id", uploads={"mine": sys.argv[2]}).to_table()
for row in t:
    print("%d,%s" % (row["source_id"], repr(float(row["phot_g_mean_mag"]))))
P
is "pyvo's upload of the same table gives the same" "$(timeout 60 tail -n +2 "$Q/joined.csv" | awk -F, '{ printf "%s,%.4f\n", $1, $2 }' | md5sum)" \
	"$(awk -F, '{ printf "%s,%.4f\n", $1, $2 }' "$D/pyvo.csv" | md5sum)"
mkdir "$Q/sub"
cp "$D/few.vot" "$Q/sub/own.vot"
{ echo "-- UPLOAD = mine = sub/own.vot"; echo "-- MODE = sync"; query sync "SELECT COUNT(*) AS n FROM TAP_UPLOAD.mine"; } >"$Q/count.adql"
is "a VOTable of one's own goes along, in one request as well" "$(last "$Q/count.csv")" 50
{ echo "-- UPLOAD = a = few.vot"; echo "-- UPLOAD = b = sub/own.vot"; query two "SELECT COUNT(*) AS n FROM TAP_UPLOAD.a AS a JOIN TAP_UPLOAD.b AS b ON a.id = b.id"; } >"$Q/two.adql"
is "two tables" "$(last "$Q/two.csv")" 50

# Tables in other formats become VOTables.
sed 's/^id,ra,dec/id,ra (deg),dec [deg]/' "$Q/few.csv" >"$Q/own.csv"
tr , '\t' <"$Q/few.csv" >"$Q/own.tsv"
cat "$Q/few.ecsv" >"$Q/own.ecsv"; cat "$Q/few.fits" >"$Q/own.fits"
for e in csv tsv ecsv fits; do
	{ echo "-- UPLOAD = m = own.$e"; query "as$e" "SELECT COUNT(*) AS n, MAX(s.ra - m.ra) AS d FROM demo_cat.stars AS s JOIN TAP_UPLOAD.m AS m ON s.source_id = m.id"; } >"$Q/as$e.adql"
	like "a table as .$e" "$(last "$Q/as$e.csv")" '^50,(-?0|0\.0|-?[0-9.]+e-1[0-9])$'
done
{ echo "-- MAXREC = 70000"; query large "SELECT TOP 70000 * FROM demo_cat.stars"; } >"$Q/large.adql"
timeout 90 tail -1 "$Q/large.csv" >/dev/null
{ echo "-- UPLOAD = big = large.vot"; query count "SELECT COUNT(*) AS n FROM TAP_UPLOAD.big"; } >"$Q/counted.adql"
is "a table of $(($(stat -c %s "$Q/large.vot") / 1000000)) MB, whole" "$(last "$Q/counted.csv")" 70000
rss=$(awk '/VmHWM/ { print $2 }' "/proc/$(tapfs_pid)/status")
ok "which takes no memory ($((rss / 1024)) MiB)" "$([ "$rss" -lt "$MEMORY_LIMIT_KIB" ] && echo true || echo false)"

# What cannot go along is told before anything is sent.
refused() { # NAME DIRECTIVE SENTENCE
	{ echo "-- UPLOAD = $2"; query "$1" "SELECT COUNT(*) FROM TAP_UPLOAD.a"; } >"$Q/$1.adql"
	fails "$1 fails" timeout 60 cat "$Q/$1.csv"
	like "and is told why" "$(cat "$Q/$1.error.txt")" "$3"
	is "nothing was sent" "$(dachs_job_count "$1")" 0
}
{ echo "-- MAXREC = 100000"; query large "SELECT TOP 100000 * FROM demo_cat.stars"; } >"$Q/larger.adql"
refused toolarge "a = larger.vot" 'the table has 2[0-9].* MB, and this service takes 20.* MB at most'
refused outside "a = ../../../../etc/passwd.vot" 'only what is below queries/ and uploads/'
refused absolute "a = /etc/passwd.vot" 'only what is below queries/ and uploads/'
refused missing "a = none.vot" 'no such table'
refused selfish "a = selfish.vot" 'wait for one another'
printf 'a,b\n1,2\n3\n' >"$Q/cut.csv"
refused short "a = cut.csv" 'line 3'
refused text "a = few.txt" 'what goes along is a table'
refused badname "1a = few.vot" 'letters, digits and _'
echo "<VOTABLE><RESOURCE><TABLE><FIELD name='a' datatype='int'/><DATA><TABLEDATA><TR><TD>x</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>" >"$Q/bad.vot"
refused broken "a = bad.vot" 'column "a": 1 value is not a valid int: "x" in row 1'
unmount
finish
