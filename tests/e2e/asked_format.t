# -- FORMAT: a serialization of VOTable is read as always, another format is kept as it comes.
. tests/e2e/lib.sh
mkfifo "$D/url"
python3 tests/e2e/asked_service.py >"$D/url" &
PYTHON=$!
trap 'kill $PYTHON; cleanup' EXIT
read -r URL <"$D/url"
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
ask() { # NAME FORMAT QUERY
	printf -- '-- FORMAT = %s\n-- MAXREC = 5\n%s\n' "$2" "$3" >"$Q/$1.adql"
}

ask p parquet "SELECT a FROM s.t"
is "the name opens at once, and waits" "$(timeout 30 cat "$Q/p.parquet" | tr -d '\0-\3')" PAR1PAR1
is "there are the file and the log" "$(ls "$Q" | tr '\n' ' ')" "p.adql p.log p.parquet "
is "with its size" "$(stat -c %s "$Q/p.parquet")" 12
like "the log says what cannot be seen" "$(cat "$Q/p.log")" 'an overflow\) cannot be seen'
fails "no CSV is made of it" cat "$Q/p.csv"
fails "nor a VOTable" test -e "$Q/p.vot"
fails "the name is read-only" sh -c "echo x >'$Q/p.parquet'"
fails "a name without such a query is nothing" test -e "$Q/q.parquet"
succeeds "and the user's own, who may use it" sh -c "echo x >'$Q/q.parquet' && rm '$Q/q.parquet'"

J=$(ls "$SKY/jobs" | grep -v by- | head -1)
is "jobs/ID/query.adql has the directives" "$(cat "$SKY/jobs/$J/query.adql")" "$(cat "$Q/p.adql")"
cp "$SKY/jobs/$J/query.adql" "$Q/again.adql"
is "so that a copy is sent the same" "$(timeout 30 cat "$Q/again.parquet" | tr -d '\0-\3')" PAR1PAR1

ask e parquet "SELECT broken FROM s.t"
fails "an error document fails the query" timeout 30 cat "$Q/e.parquet"
like "with its message" "$(cat "$Q/e.error.txt")" '^no such luck'
fails "and is no file" test -s "$Q/e.parquet"
ask h parquet "SELECT page FROM s.t"
fails "a page fails it" timeout 30 cat "$Q/h.parquet"
like "and is said to be one" "$(cat "$Q/h.error.txt")" 'no parquet, but a web page, "Log in"'

ask p votable/td "SELECT a FROM s.t"
is "a text that asks for a VOTable has all formats" "$(timeout 30 cat "$Q/p.csv" | tail -1)" 7
fails "and no longer the other" test -e "$Q/p.parquet"
ask p parquet "SELECT a, a FROM s.t"
is "and back" "$(timeout 30 cat "$Q/p.parquet" | tr -d '\0-\3')" PAR1PAR1
unmount
mount_tapfs "$URL" "$SKY"
is "it is there after the next mount" "$(stat -c %s "$Q/p.parquet")" 12
succeeds "rm of all names of a query" sh -c "rm '$Q'/p.*"
succeeds "and of the folder's" sh -c "rm '$Q'/*"
is "leaves nothing" "$(ls "$Q")" ""

# A table's texts, which the service takes for arrays.
printf 'n,s\n1,x\n2,y\n' >"$SKY/uploads/t.csv"
echo "SELECT a FROM TAP_UPLOAD.t" >"$Q/up.adql"
is "a table is sent again with the length of its texts" "$(timeout 30 cat "$Q/up.csv" | tail -1)" 7
like "as the log says" "$(cat "$Q/up.log")" 'sent again, with their greatest length'
first=$(sed -n 's|.*job http.*/async/||p' "$Q/up.log" | head -1)
like "the first job goes" "$(curl -s "$URL/async/$first")" 'ARCHIVED'
unmount
mount_tapfs "$URL" "$SKY"
echo "SELECT a, a FROM TAP_UPLOAD.t" >"$Q/next.adql"
is "and the next query" "$(timeout 30 cat "$Q/next.csv" | tail -1)" 7
is "is sent so at once, also after a mount" "$(grep -c 'job http' "$Q/next.log")" 1
unmount
finish
