#!/bin/bash
# What a query says at its head, a whole folder of queries, and results while they arrive.
. tests/e2e/lib.sh
service_start --rows 300000
mount_tapfs "$URL" "$SKY" -o running_jobs=3
Q=$SKY/queries
last_job() { sed -n 's|.* POST [^ ]*/async/\([^/]*\)/phase 303.*|\1|p' "$D/requests" | tail -1; }
job() { curl -s "$URL/async/$(last_job)${1:+/$1}"; }
# Jobs between PHASE=RUN and the fetch of their result, at most, as the service saw it since line N.
most_at_a_time() { # N
	awk -v from="$1" 'NR <= from { next } /POST .*\/phase 303/ { if (++n > most) most = n } /\/results\/result 200/ { n-- } END { print most }' "$D/requests"
}

printf -- '-- Stars near the pole, for paper 1\n-- maxrec = 7\n-- RUNID = my run\n-- DURATION = 77\n-- LANGUAGE = ADQL-2.0\n-- PARAM = COLOUR = a b\nSELECT name FROM demo.messier' >"$Q/head.adql"
is "MAXREC is obeyed" "$(($(wc -l <"$Q/head.csv") - 1))" 7
like "overflow.txt tells how to get the rest" "$(cat "$Q/head.overflow.txt")" 'Remove the line `-- MAXREC = 7`, or raise'
is "RUNID is sent" "$(job '' | grep -o '<uws:runId>[^<]*')" "<uws:runId>my run"
is "DURATION is set before it runs" "$(job executionduration)" 77
like "LANGUAGE and PARAM are sent" "$(job parameters)" 'COLOUR.*a b'
like "and LANGUAGE" "$(job parameters)" 'ADQL-2.0'
like "the log says what was asked" "$(cat "$Q/head.log")" 'LANG ADQL-2.0, MAXREC 7, COLOUR a b'
is "but directives are not sent as text" "$(job parameters | tr '\n' ' ' | grep -o 'id="QUERY">[^<]*')" 'id="QUERY">-- Stars near the pole, for paper 1 SELECT name FROM demo.messier'
like "and at what rate it came" "$(cat "$Q/head.log")" '7 rows, .*/s\)'

echo "-- QUEU = 5m
SELECT name FROM demo.messier WHERE name='M1'" >"$Q/typo.adql"
is "an unknown directive is a comment" "$(tail -1 "$Q/typo.csv")" M1
like "that the log remarks on" "$(cat "$Q/typo.log")" 'line 1: there is no directive QUEU'
echo "-- MODE = quick
SELECT name FROM demo.messier" >"$Q/bad.adql"
fails "a value that cannot be fails the query" cat "$Q/bad.csv"
like "with the line" "$(cat "$Q/bad.error.txt")" '^line 1: -- MODE = quick: MODE is sync or async'

printf 'SELECT name\nFROM demo.mesier' >"$Q/near.adql"; eventually 5 test -e "$Q/near.error.txt"
like "error.txt shows the place" "$(cat "$Q/near.error.txt")" '^    FROM demo.mesier$'
is "with a caret below it" "$(grep -A1 '^    FROM' "$Q/near.error.txt" | tail -1)" "         ^"
like "and the nearest names" "$(cat "$Q/near.error.txt")" 'nearest names: demo.messier'
printf 'SELECT nmae FROM demo.messier' >"$Q/column.adql"; eventually 5 test -e "$Q/column.error.txt"
like "of columns too" "$(cat "$Q/column.error.txt")" 'no column nmae here. The nearest names: name'
like "and where they stand" "$(cat "$Q/column.error.txt")" '^  schemas/demo/messier/columns.txt$'
like "and what to do" "$(cat "$Q/column.error.txt")" 'Correct the query and save it, or run it again as it is: touch column.adql'
before=$(jobs_created)
echo "-- MODE = sync
SELECT name FROM demo.messier WHERE name='M2'" >"$Q/sync.adql"
is "MODE = sync answers" "$(tail -1 "$Q/sync.csv")" M2
is "without a job" "$(jobs_created)" "$before"
echo "-- MODE = sync
SELECT nam FROM demo.messier" >"$Q/syncbad.adql"
fails "a wrong query fails in sync" cat "$Q/syncbad.csv"
like "with the service's words" "$(cat "$Q/syncbad.error.txt")" '[Ll]ine 1, column 8'
like "and the line of the file" "$(cat "$Q/syncbad.error.txt")" '^Line 2 of the file'


# 50 queries with one cp, a few at a time.
mkdir "$D/sql"
for i in $(seq 50); do
	printf -- '-- LANGUAGE = ADQL\n-- QUEUE = 30s\nSELECT name, demo_sleep(0.05) AS s FROM demo.messier WHERE name='"'M$i'" >"$D/sql/f$i.sql"
done
before=$(wc -l <"$D/requests")
cp "$D"/sql/*.sql "$Q/"
like "those that wait say so" "$(cat "$Q"/f*.log)" 'waits: 3 queries run already'
right=0
for i in $(seq 50); do [ "$(sed -n '2s/,.*//p' "$Q/f$i.csv")" = "M$i" ] && right=$((right + 1)); done
is "cp *.sql: all 50 results are right" "$right" 50
is "and never more than running_jobs ran at a time" "$(most_at_a_time "$before")" 3

# A result while it arrives.
printf -- '-- MAXREC = 400000\nSELECT * FROM bench.stars' >"$Q/big.adql"
if eventually 20 test -s "$Q/big.csv.part"; then
	ok "a result that arrives has a name of its own"
	bar=$(grep big.adql "$SKY/status")
	first=$(stat -c %s "$Q/big.csv.part")
	is "head reads it" "$(head -1 "$Q/big.csv.part" | cut -d, -f1)" "$(head -1 "$Q/big.csv" | cut -d, -f1)"
else
	ok "a result that arrives has a name of its own" false
fi
like "the whole is there" "$(cat "$Q/big.csv" >/dev/null; cat "$Q/big.log")" '300000 rows'
fails "and the name of the growing one is gone" test -e "$Q/big.csv.part"
like "status shows how far it was" "${bar:-}" 'big.adql +(\[[#-]{20}\] +[0-9]+ %  )?.*[kM]B.*/s'
ok "it grew" "$([ "${first:-0}" -gt 0 ] && [ "$first" -lt "$(stat -c %s "$Q/big.csv")" ] && echo true || echo false)"
succeeds "a user's own .part is a scratch file" sh -c "echo x >'$Q/own.csv.part' && rm '$Q/own.csv.part'"
finish
