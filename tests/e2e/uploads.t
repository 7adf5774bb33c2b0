#!/bin/bash
# uploads/: tables of one's own, checked when they are closed, that go along with the queries which name them.
. tests/e2e/lib.sh
service_start --upload-limit 1000000000
Q=$SKY/queries U=$SKY/uploads
mount_tapfs "$URL" "$SKY"
join() { echo "SELECT m.name FROM demo.messier AS m JOIN TAP_UPLOAD.$1 AS t ON m.name = t.$2 ORDER BY m.name"; }
rows() { tail -n +2 "$1" | tr '\n' ' '; }
errors() { cat "$SKY/.tapfs/errors"; }

is "the folder is there, with what to do" "$(ls "$U")" README.txt
eventually 5 grep -q 'This service' "$U/README.txt"
like "the README tells what the service takes" "$(cat "$U/README.txt")" 'takes tables of up to'

# A table, and a query that names it.
printf 'name,weight\r\nM31,1.5\r\nM33,\r\n' >"$U/targets.csv"
join TARGETS name >"$Q/joined.adql"
is "a query that names it has it" "$(timeout 20 tail -n +2 "$Q/joined.csv" | tr -d '\r' | tr '\n' ' ')" "M31 M33 "
like "the log tells what went along" "$(cat "$Q/joined.log")" 'with uploads/targets.csv \(2 rows\) as TAP_UPLOAD.TARGETS'
like "the README tells what is here" "$(cat "$U/README.txt")" 'TAP_UPLOAD.targets +targets.csv: 2 columns, 2 rows'
is "nothing else has come" "$(ls "$U" | tr '\n' ' ')" "README.txt targets.csv "
echo "SELECT AVG(weight) AS w FROM tap_upload.targets WHERE name <> 'TAP_UPLOAD.none' -- TAP_UPLOAD.nor" >"$Q/typed.adql"
is "what is in strings and comments names nothing; empty is null" "$(tail -1 "$Q/typed.csv" | tr -d '\r')" 1.5
printf 'name\nM1\n' >"$U/targets.csv"
touch "$Q/joined.adql"
is "changed, and run again by touch" "$(timeout 20 tail -n +2 "$Q/joined.csv" | tr -d '\r' | tr '\n' ' ')" "M1 "

# Every format, and by other names.
echo "SELECT name, ra, dec FROM demo.messier WHERE name IN ('M3', 'M5')" >"$Q/few.adql"
cat "$Q/few.csv" >/dev/null
cp "$Q/few.csv" "$D/few.csv"
for e in vot tsv ecsv fits; do
	cp "$Q/few.$e" "$U/as_$e.$e"
	join "as_$e" name >"$Q/as_$e.adql"
	is "a table as .$e" "$(timeout 20 tail -n +2 "$Q/as_$e.csv" | tr -d '\r' | tr '\n' ' ')" "M3 M5 "
done
mv "$U/as_tsv.tsv" "$U/Few.TSV"
join few name >"$Q/renamed.adql"
is "renamed, by its new name" "$(timeout 20 tail -1 "$Q/renamed.csv" | tr -d '\r')" M5
cp "$U/Few.TSV" "$U/few.csv.part" && mv "$U/few.csv.part" "$U/few2.csv"
renamed_is_read() { grep -q 'few2.csv: 3 columns' "$U/README.txt"; } # by a worker, in a moment
eventually 10 renamed_is_read
like "what was renamed to a table is read" "$(cat "$U/README.txt")" 'few2.csv: 3 columns, 2 rows'
like "with tabs as well, which is told" "$(cat "$U/README.txt")" 'columns are separated by tabs'
rm "$U/few2.csv"

# Links, to results and to tables here.
ln -s ../queries/few.vot "$U/linked"
ln -s "$SKY/queries/few.vot" "$U/rooted.vot"
ln -s Few.TSV "$U/beside"
is "a link is read through" "$(md5sum <"$U/linked")" "$(md5sum <"$Q/few.vot")"
is "one that was made from / as well" "$(readlink "$U/rooted.vot")" ../queries/few.vot
for l in linked rooted beside; do
	join $l name >"$Q/$l.adql"
	is "a query that names the link $l" "$(timeout 20 tail -1 "$Q/$l.csv" | tr -d '\r')" M5
done
ln -s ../queries/later.vot "$U/later"
fault=$(curl -s -X POST "$HOST/demo/faults" -d path=/tap/async -d method=POST -d delay=0 2>&1)
echo "SELECT name FROM demo.messier WHERE name='M7'" >"$Q/later.adql"
join later name >"$Q/waits.adql"
is "a result that is still to come is waited for" "$(timeout 20 tail -1 "$Q/waits.csv" | tr -d '\r')" M7
ln -s two "$U/one"; ln -s one "$U/two"
fails "no link leads out" ln -s /etc/passwd "$U/passwd.csv"
fails "nor up" ln -s ../../home/t.vot "$U/home.vot"
like "which is told" "$(errors)" 'uploads/home.vot: a link here leads to queries/ or uploads/'

# What is wrong is told, with its place.
printf 'a,b\n1,2\n3\n' >"$U/cut.csv"
is "a row that is too short" "$(head -1 "$U/cut.csv.error.txt")" 'cut.csv: line 3 has 1 cell, and the header has 2: column 2, "b", is missing'
printf 'a,b\n1,"2"x\n' >"$U/quote.csv"
like "a quote in the wrong place" "$(head -1 "$U/quote.csv.error.txt")" 'line 2, column 2'
printf 'a,b\n1,\xff\n2,\xc3\xa9\n' >"$U/latin.csv"
like "two encodings" "$(head -1 "$U/latin.csv.error.txt")" 'line 3, column 2 \(b\): letters are in two encodings'
printf 'a,b\n1,\xe9\n' >"$U/latin.csv"
succeeds "one that is not UTF-8 is read" eventually 5 grep -q 'latin.csv: 2 columns, 1 row' "$U/README.txt"
rm "$U/latin.csv"
head -c 3000 /dev/urandom >"$U/noise.fits"
like "no FITS" "$(cat "$U/noise.fits.error.txt")" 'FITS'
head -c 200 "$Q/few.vot" >"$U/half.vot"
like "half a VOTable" "$(cat "$U/half.vot.error.txt")" 'half.vot: line [0-9]+'
echo "hello" >"$U/notes.doc"
like "no table by its name" "$(cat "$U/notes.doc.error.txt")" 'a table: .vot, .csv'
like "and is in .tapfs/errors" "$(errors)" 'uploads/cut.csv: line 3 has 1 cell'
like "ls tells" "$(ls "$U")" 'cut.csv.error.txt'
n=$(jobs_created)
join cut a >"$Q/cut.adql"
fails "a query that names it fails" timeout 20 cat "$Q/cut.csv"
like "and tells why" "$(cat "$Q/cut.error.txt")" 'TAP_UPLOAD.cut: uploads/cut.csv: line 3 has 1 cell'
refused() { # NAME SENTENCE
	join "$1" name >"$Q/no.adql"
	fails "$1: the query fails" timeout 20 cat "$Q/no.csv"
	like "$1: is told why" "$(cat "$Q/no.error.txt")" "$2"
}
refused target 'TAP_UPLOAD.target: there is no such table in uploads/; do you mean TAP_UPLOAD.targets\?'
refused nowhere 'copy it there, as nowhere.csv'
refused one 'the links lead in a circle'
ln -s ../queries/never.vot "$U/never.vot"
refused never 'TAP_UPLOAD.never: queries/never.vot: there is no such table, where its link leads to'
refused größe 'TAP_UPLOAD.größe: a table is named by letters'
cp "$U/targets.csv" "$U/twice.csv"; cp "$Q/few.vot" "$U/twice.vot"
refused twice 'uploads/ has both twice\.[a-z]+ and twice\.[a-z]+'
cp "$U/targets.csv" "$U/my-table.csv"
refused '"my-table"' 'named by letters, digits and _'
is "nothing was sent of all these" "$(jobs_created)" "$n"
printf 'a,b\n1,2\n3,4\n' >"$U/cut.csv"
fails "corrected, the error goes" cat "$U/cut.csv.error.txt"
cp "$U/cut.csv" "$U/sum.csv"
succeeds "a table and its error are removed in one" bash -c "rm '$U'/quote.csv*"
rm "$U/noise.fits.error.txt"
fails "an error can be removed" test -e "$U/noise.fits.error.txt"

# Names.
fails "no query is dropped here" touch "$U/x.adql"
like "and where is told" "$(errors)" 'x.adql is a query: drop it into queries/'
fails "there are no folders" mkdir "$U/folder"
fails "a result's name is not taken" bash -c "echo x > '$U/cut.csv.error.txt'; test -e '$U/cut.csv.error.txt'"
echo x >"$U/.x.swp"; echo x >"$U/x.csv~"
fails "scratch files are nobody's tables" test -e "$U/x.csv~.error.txt"
mv "$U/targets.csv" "$Q/moved.csv"
is "mv to queries/ copies" "$(cat "$Q/moved.csv")" "$(printf 'name\nM1')"
{ echo "-- UPLOAD = t = moved.csv"; join t name; } >"$Q/own.adql"
is "a table there goes by the directive" "$(timeout 20 tail -1 "$Q/own.csv" | tr -d '\r')" M1
for p in sum.csv uploads/sum.csv ../uploads/sum.csv; do
	{ echo "-- UPLOAD = t = $p"; echo "SELECT SUM(a) AS s FROM TAP_UPLOAD.t"; } >"$Q/said.adql"
	is "and one here by the path $p" "$(timeout 20 tail -1 "$Q/said.csv" | tr -d '\r')" 4
	rm "$Q/said.adql"
done

# A table that is being written is waited for.
exec 7>"$U/slow.csv"
printf 'name\nM10\n' >&7
join slow name >"$Q/slow.adql"
eventually 5 grep -q 'waits for uploads/slow.csv' "$Q/slow.log"
like "who waits says so" "$(cat "$Q/slow.log")" 'waits for uploads/slow.csv, which is being written'
printf 'M11\n' >&7
exec 7>&-
is "a table that is being written is waited for" "$(timeout 20 tail -n +2 "$Q/slow.csv" | tr -d '\r' | tr '\n' ' ')" "M10 M11 "

exec 7>"$Q/slowly.csv"
printf 'name\nM10\n' >&7
{ echo "-- UPLOAD = t = slowly.csv"; join t name; } >"$Q/said.adql"
eventually 5 grep -q 'waits for queries/slowly.csv' "$Q/said.log"
printf 'M11\n' >&7
exec 7>&-
is "also one in queries/" "$(timeout 20 tail -n +2 "$Q/said.csv" | tr -d '\r' | tr '\n' ' ')" "M10 M11 "

# What a query waits for is removed, or replaced, while it is being written.
exec 7>"$U/goes.csv"; echo name >&7
join goes name >"$Q/goes.adql"
eventually 5 grep -q 'waits for uploads/goes.csv' "$Q/goes.log"
rm "$U/goes.csv"
fails "removed: the query does not wait for ever" timeout 20 cat "$Q/goes.csv"
like "and says why" "$(cat "$Q/goes.error.txt")" 'TAP_UPLOAD.goes: uploads/goes.csv: there is no such table'
exec 7>&-
exec 7>"$U/other.csv"; echo name >&7
join other name >"$Q/other.adql"
eventually 5 grep -q 'waits for uploads/other.csv' "$Q/other.log"
printf 'name\nM12\n' >"$U/.new"; mv "$U/.new" "$U/other.csv"
is "replaced: it has the new one" "$(timeout 20 tail -1 "$Q/other.csv" | tr -d '\r')" M12
exec 7>&-
rm "$Q/goes.adql" "$Q/other.adql"

# A table that is written over while a query reads or sends it: the one or the other, whole.
rows_of() { awk -v v="$1" 'BEGIN { print "a,b"; for (i = 0; i < 300000; i++) print v ",some text to fill the line" }' >"$D/$1.csv"; }
rows_of 1; rows_of 2
for delay in 0.02 0.1 0.3 0.6; do
	cp "$D/1.csv" "$U/over.csv"
	echo "SELECT a, COUNT(*) AS n FROM TAP_UPLOAD.over GROUP BY a -- $delay" >"$Q/over.adql"
	sleep $delay
	cp "$D/2.csv" "$U/over.csv"
	like "written over after $delay s: never a mixture" "$(timeout 60 tail -n +2 "$Q/over.csv" | tr -d '\r')" '^[12],300000$'
done
rm "$U/over.csv"

# It survives.
exec 7>"$U/cutoff.csv"; printf 'name\nM1\nM' >&7
before=$(ls "$U" | grep -v 'x.csv~\|cutoff')
kill -9 "$(tapfs_pid)"; eventually 5 not_mounted "$SKY"
exec 7>&-
mount_tapfs "$URL" "$SKY"
like "what was being written may not be whole" "$(cat "$U/cutoff.csv.error.txt")" 'tapfs ended while this table was being written'
refused cutoff 'TAP_UPLOAD.cutoff: uploads/cutoff.csv: tapfs ended while this table was being written'
touch "$U/cutoff.csv"
join cutoff name >"$Q/cutoff.adql"
is "touch says that it is" "$(timeout 20 tail -1 "$Q/cutoff.csv" | tr -d '\r')" M1
errors_there() { [ -e "$U/notes.doc.error.txt" ] && [ -e "$U/half.vot.error.txt" ] && [ -e "$U/noise.fits.error.txt" ]; }
ok "killed and mounted again, what is wrong is told again" "$(eventually 5 errors_there && echo true || echo false)"
is "and all is there" "$(ls "$U" | grep -v 'x.csv~\|noise.fits.error\|cutoff' )" "$(printf '%s' "$before")"
touch "$Q/linked.adql"
is "links lead where they led" "$(timeout 20 tail -1 "$Q/linked.csv" | tr -d '\r')" M5

# A hundred million bytes, and no memory for them.
awk 'BEGIN { print "id,ra,dec,mag,name,note"; for (i = 0; i < 1000000; i++)
	printf "%d,%.8f,%.8f,%.4f,Source %d,a note of a length that fills the line very well\n", i, i % 360 + i / 1e6, i % 180 - 90 + i / 1e6, 10 + i % 1000 / 100, i }' >"$D/big.csv"
ok "a table of $(($(stat -c %s "$D/big.csv") / 1000000)) MB" "$([ "$(stat -c %s "$D/big.csv")" -gt 100000000 ] && echo true || echo false)"
succeeds "is copied" cp "$D/big.csv" "$U/big.csv"
fails "and is in order" timeout 60 cat "$U/big.csv.error.txt"
like "as README.txt says" "$(cat "$U/README.txt")" 'big.csv: 6 columns, 1000000 rows'
echo "SELECT COUNT(*) AS n, MAX(id) AS m FROM TAP_UPLOAD.big" >"$Q/big.adql"
is "it goes along, whole" "$(timeout 200 tail -1 "$Q/big.csv" | tr -d '\r')" 1000000,999999
rss=$(awk '/VmHWM/ { print $2 }' "/proc/$(tapfs_pid)/status")
ok "which takes no memory ($((rss / 1024)) MiB)" "$([ "$rss" -lt "$MEMORY_LIMIT_KIB" ] && echo true || echo false)"
touch "$U/big.csv" && printf '\n' >>"$U/big.csv"
unmount
mount_tapfs "$URL" "$SKY"
is "who removes all removes all" "$(rm -rf "$U"/* 2>&1; ls "$U")" ""
unmount

mount_tapfs "$URL" "$SKY"
printf 'a,b\n1\n' >"$U/bad.csv"; cat "$U/bad.csv.error.txt" >"$D/none"
unmount
mount_tapfs "$URL" "$SKY" -o ro
like "a mount that is read-only tells what is wrong" "$(timeout 5 cat "$U/bad.csv.error.txt")" 'bad.csv: line 2 has 1 cell'
fails "a mount that is read-only takes none" cp "$D/url" "$U/x.csv"
like "and lists what is there" "$(ls "$U")" README.txt
unmount

# Where the disk has no files without a name.
mkdir "$D/disk" "$D/bound"
if bindfs --no-allow-other "$D/disk" "$D/bound"; then
	mount_tapfs "$URL" "$SKY" -o state_dir="$D/bound"
	cp "$D/few.csv" "$U/few.csv"
	join few name >"$Q/few.adql"
	is "a table goes along there, too" "$(timeout 20 tail -1 "$Q/few.csv" | tr -d '\r')" M5
	unmount
	fusermount3 -u "$D/bound"
else
	ok "bindfs mounts" false
fi
finish
