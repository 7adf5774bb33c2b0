#!/bin/bash
# Folders tell those who watch them of what no user did: results come, logs grow, results go.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
mkdir "$Q/paper"
inotifywait -m -q -r --format '%e %w%f' "$Q" "$SKY/uploads" >>"$D/events" &
WATCHER=$!
trap 'kill $WATCHER 2>/dev/null; cleanup' EXIT
eventually 5 sh -c "touch '$Q/.probe'; grep -q probe '$D/events'"
saw() { # EVENT NAME: within two seconds
	eventually 2 grep -qx "$1 $(realpath -sm "$Q/$2")" "$D/events"
}
seen() { ok "$1" "$(saw "$2" "$3" && echo true || echo false)" "$(grep -v probe "$D/events")"; }
forget() { sleep 0.2; : >"$D/events"; }

forget; echo "SELECT TOP 3 name, demo_sleep(0.2) AS s FROM demo.messier" >"$Q/a.adql"
seen "a log appears" CREATE a.log
seen "it grows" ATTRIB a.log
seen "a result appears, with nobody reading" CREATE a.csv
seen "and is said to be complete" CLOSE_WRITE,CLOSE a.csv
seen "so does the VOTable" CREATE a.vot
is "what was told of is there" "$(wc -l <"$Q/a.csv")" 4
forget; touch "$Q/a.adql"
seen "run again: the old result goes" DELETE a.csv
seen "and the new one appears" CREATE a.csv
forget; echo "SELECT nam FROM demo.messier" >"$Q/a.adql"
seen "a failure: error.txt appears" CREATE a.error.txt
seen "and the results go" DELETE a.vot
forget; echo "SELECT TOP 1 name FROM demo.messier" >"$Q/paper/b.adql"
seen "in a folder of the user's as well" CREATE paper/b.csv
forget; mv "$Q/paper/b.adql" "$Q/c.adql"
seen "moved: the results go there" CREATE c.csv
seen "and are gone here" DELETE paper/b.csv
forget; rm "$Q/c.adql"
seen "removed: the results go" DELETE c.csv
is "nothing of it is left" "$(ls "$Q/paper"; ls "$Q" | grep '^c')" ""
is "the user's own files are as they were" "$(cat "$Q/a.adql")" "SELECT nam FROM demo.messier"

forget; printf 'a,b\n1\n' >"$SKY/uploads/bad.csv"
seen "a table that is none: what is wrong appears" CREATE ../uploads/bad.csv.error.txt
forget; printf 'a,b\n1,2\n' >"$SKY/uploads/bad.csv"
seen "corrected: it goes" DELETE ../uploads/bad.csv.error.txt
printf 'a,b\n1\n' >"$SKY/uploads/bad.csv"
seen "wrong again: it appears" CREATE ../uploads/bad.csv.error.txt
forget; mv "$SKY/uploads/bad.csv" "$SKY/uploads/worse.csv"
seen "moved: it goes there" DELETE ../uploads/bad.csv.error.txt
seen "and appears here" CREATE ../uploads/worse.csv.error.txt
forget; rm "$SKY/uploads/worse.csv"
seen "removed: so is it" DELETE ../uploads/worse.csv.error.txt

# Many at a time, and the helper process killed: everything goes on without it.
forget
for i in $(seq 100); do echo "SELECT name FROM demo.messier WHERE name='M$i'" >"$Q/m$i.adql"; done
for i in $(seq 100); do cat "$Q/m$i.csv" >/dev/null; done
ok "100 results: all are told of" "$(eventually 5 \
	sh -c "[ \$(grep -c '^CREATE .*/m[0-9]*.csv$' '$D/events') = 100 ]" && echo true || echo false)"
kill -9 "$(pgrep -f "^$B/tapfs .*$SKY" | grep -v "^$(tapfs_pid)\$")"
echo "SELECT name FROM demo.messier WHERE name='M1'" >"$Q/alone.adql"
is "without the helper process queries run" "$(tail -1 "$Q/alone.csv")" M1
kill $WATCHER
finish
