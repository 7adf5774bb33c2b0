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

# A file that becomes a query, or is renamed or touched, while a program has it open.
before=$(jobs_run)
exec 3>"$Q/n.tmp"; printf 'SELECT name FROM demo.messier' >&3; mv "$Q/n.tmp" "$Q/n.adql"
timeout 20 cat "$Q/n.csv" >"$D/named" 2>&1 3>&- & p=$!
sleep 0.5
is "half a text that is renamed to a query is not run" "$(jobs_run)" "$before"
printf " WHERE name='M10'\n" >&3; exec 3>&-
wait $p
is "a reader waits for the whole of it" "$(tail -1 "$D/named")" M10
is "which is one job" "$(($(jobs_run) - before))" 1

one M11 >"$Q/o.tmp"; exec 3>>"$Q/o.tmp"; mv "$Q/o.tmp" "$Q/o.adql"; sleep 0.3
fails "nor is a whole text that a program still has open" timeout 1 cat "$Q/o.csv"
exec 3>&-
is "it runs when that closes it, although nothing was written" "$(timeout 10 tail -1 "$Q/o.csv")" M11

one M12 >"$Q/r.adql"; cat "$Q/r.csv" >/dev/null
before=$(jobs_run)
one M13 >"$Q/r.tmp"; exec 3>>"$Q/r.tmp"; printf -- '-- half' >&3; mv "$Q/r.tmp" "$Q/r.adql"; sleep 0.4
is "half a text that replaces a query is not run" "$(jobs_run)" "$before"
printf ' a comment\n' >&3; exec 3>&-
is "but the whole" "$(timeout 10 tail -1 "$Q/r.csv")$(($(jobs_run) - before))" M131

one M14 >"$Q/m.adql"; exec 3>"$Q/m.adql"; mv "$Q/m.adql" "$Q/m2.adql"
sleep 0.4
fails "renamed while a launch is due and another writer has emptied it: not run" test -e "$Q/m2.error.txt"
one M15 >&3; exec 3>&-
is "what that writer closes runs" "$(timeout 10 tail -1 "$Q/m2.csv")" M15

before=$(jobs_run)
exec 3>>"$Q/m2.adql"; printf -- '-- ha' >&3; touch "$Q/m2.adql"; truncate -s 46 "$Q/m2.adql"; sleep 0.5
is "touched or cut off while a writer has it open: not run" "$(jobs_run)" "$before"
exec 3>&-
is "when it is closed, once" "$(timeout 10 tail -1 "$Q/m2.csv")$(($(jobs_run) - before))" M151
exec 3>>"$Q/m2.adql"; touch "$Q/m2.adql"; sleep 0.3; exec 3>&-
timeout 10 cat "$Q/m2.csv" >/dev/null
is "touched while a program has it open that writes nothing: run again when that closes it" \
	"$(($(jobs_run) - before))" 2
touch "$Q/m2.adql"; timeout 10 cat "$Q/m2.csv" >/dev/null
is "who opens a result after a touch waits for the new run" "$(($(jobs_run) - before))" 3

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
