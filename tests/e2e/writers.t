#!/bin/bash
# Several writers and waiting readers at one query: what runs is a text that was closed.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
one() { echo "SELECT name FROM demo.messier WHERE name='$1'"; }

# Another writer opens the query within the moment after a save, and writes slowly.
one M1 >"$Q/a.adql"; cat "$Q/a.csv" >/dev/null
one M2 >"$Q/a.adql"
exec 3>"$Q/a.adql"
before=$(jobs_run)
printf 'SELECT name FROM demo.messier' >&3; sleep 0.5
is "a text that a second writer has begun is not run" "$(jobs_run)" "$before"
printf " WHERE name='M3'\n" >&3; exec 3>&-
is "but the whole of it, when it is closed" "$(timeout 10 tail -1 "$Q/a.csv")" M3
is "as one job" "$(($(jobs_run) - before))" 1

one M4 >"$Q/a.adql"
exec 3>"$Q/a.adql"
timeout 20 cat "$Q/a.csv" >"$D/hurried" 2>&1 3>&- & p=$!
sleep 0.3; printf 'SELECT name FROM demo.messier' >&3; sleep 0.3
succeeds "a reader in a hurry waits for the writer" kill -0 $p
printf " WHERE name='M5'\n" >&3; exec 3>&-
wait $p
is "and gets the rows of the text that was closed" "$(tail -1 "$D/hurried")" M5

one M6 >"$Q/a.adql"
exec 3>"$Q/a.adql"; sleep 0.4; exec 3>&-
sleep 0.5
is "a query that is emptied before it was launched starts nothing" "$(timeout 5 tail -1 "$Q/a.csv")" M5

# Cut off by its path while a launch is due.
one M7 >"$Q/t.adql"; cat "$Q/t.csv" >/dev/null
one M8 >"$Q/t.adql"; truncate -s 29 "$Q/t.adql"
is "cut off by its path while a launch is due: what is left runs" "$(($(timeout 10 cat "$Q/t.csv" | wc -l) - 1))" 110

# A reader that waits while the text is corrected, more than once.
slow() { echo "SELECT TOP 1 name, demo_sleep(600) AS s FROM demo.messier"; }
slow >"$Q/w.adql"
eventually 5 grep -q EXECUTING "$Q/w.log"
timeout 30 cat "$Q/w.csv" >"$D/waited" 2>"$D/said" & p=$!
timeout 30 cat "$Q/w.tsv" >"$D/waited.tsv" 2>>"$D/said" & p2=$!
for i in 1 2 3; do
	sleep 0.3
	{ slow; echo "-- $i"; } >"$Q/w.adql"
	eventually 3 sh -c "curl -s '$URL/async?PHASE=EXECUTING' | grep -q jobref"
done
sleep 0.5
one M9 >"$Q/w.adql"; wait $p $p2
is "a reader waits for the newest result, however often the text is corrected" \
	"$(tail -1 "$D/waited")$(cat "$D/said")" M9
is "of a format that is made when it is opened, too" "$(tail -1 "$D/waited.tsv")" M9
is "its size is exact then" "$(stat -c %s "$Q/w.csv")" "$(wc -c <"$D/waited")"
finish
