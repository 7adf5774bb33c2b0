#!/bin/bash
# jobs/ on DaCHS: jobs that another client made are seen, run, waited for, read, changed, deleted.
# DaCHS keeps no RUNID, and its jobs live at another path than the list.
. tests/interop/dachs.sh
J=$SKY/jobs
# A job that another client makes: its URL.
job() { # WORD TEXT
	dachs_get "$DACHS/async" -d LANG=ADQL --data-urlencode "QUERY=$(query "$1" "$2")" \
		-o "$D/none" -w '%{redirect_url}'
}
id() { echo "${1##*/}"; }
seen() { eventually 5 test -e "$J/$(id "$1")"; }
gone() { [ "$(dachs_get -o "$D/none" -w '%{http_code}' "$1")" = 404 ]; }

succeeds "DaCHS is mounted" timeout 60 "$B/tapfs" "$DACHS" "$SKY" -o delete_foreign_jobs
a=$(job few 'SELECT TOP 3 source_id FROM demo_cat.stars ORDER BY source_id')
A=$J/$(id "$a")
succeeds "a job of another client appears" seen "$a"
is "it is pending" "$(cat "$A/phase")" PENDING
like "its query is told" "$(cat "$A/query.adql")" "$TAG few"
like "so are its parameters" "$(cat "$A/parameters.csv")" '^lang,ADQL'
echo 120 >"$A/executionduration"
is "executionduration is set" "$(cat "$A/executionduration")" 120
soon=$(date -u -d '+1 day' +%Y-%m-%dT%H:%M:%SZ)
echo "$soon" >"$A/destruction"
is "destruction is set" "$(cat "$A/destruction")" "$soon"
timeout 60 cat "$A/wait" >"$D/wait" & p=$!
sleep 0.3; echo RUN >"$A/phase"; wait $p
like "RUN starts it, which ends a wait" "$(cat "$D/wait")" 'QUEUED|EXECUTING|COMPLETED'
until_end() { # a loop as a script has it
	while :; do
		case $(cat "$1/wait") in COMPLETED | ERROR | ABORTED) break ;; esac
	done
}
export -f until_end
succeeds "waiting leads to its end" timeout 60 bash -c "until_end $A"
is "its result is listed" "$(sleep 1.1; ls "$A/results")" result.vot
is "and is what DaCHS has" "$(md5sum <"$A/results/result.vot")" "$(dachs_get "$a/results/result" | md5sum)"
is "of that size" "$(stat -c %s "$A/results/result.vot")" "$(dachs_get "$a/results/result" | wc -c)"
cp "$A/query.adql" "$Q/again.adql"
is "its query is run again by cp" "$(timeout 60 cat "$Q/again.csv" | wc -l)" 4

b=$(job bad 'SELECT nonsuch FROM demo_cat.stars'); seen "$b"
echo RUN >"$J/$(id "$b")/phase"
timeout 60 bash -c "until_end $J/$(id "$b")"
like "error.txt has DaCHS's words" "$(cat "$J/$(id "$b")/error.txt")" nonsuch
c=$(job endless 'SELECT COUNT(*) AS n FROM demo_cat.lightcurve AS a, demo_cat.lightcurve AS b WHERE a.mag < b.mag')
seen "$c"; C=$J/$(id "$c")
echo RUN >"$C/phase"
runs() { [ "$(cat "$C/phase")" = EXECUTING ]; }
succeeds "an endless one runs" eventually 30 runs
echo ABORT >"$C/phase"
succeeds "until it is aborted" timeout 60 bash -c "until_end $C"
is "as can be read" "$(cat "$C/phase")" ABORTED

succeeds "rm -r of a job" rm -r "$A"
fails "takes it from the list" test -e "$A"
succeeds "and from DaCHS" eventually 20 gone "$a"
sleep 1.1
succeeds "rm of its link does as well" rm "$J/by-phase/ABORTED/$(id "$c")" "$J/by-phase/ERROR/$(id "$b")"
succeeds "for each" eventually 20 sh -c "$(declare -f dachs_get gone); D=$D; gone $b && gone $c"
echo 'SELECT COUNT(*) AS n FROM demo_cat.lightcurve AS a, demo_cat.lightcurve AS b WHERE a.mag < b.mag' >"$D/mine"
query mine "$(cat "$D/mine")" >"$Q/mine.adql"
succeeds "a query runs" eventually 60 grep -q EXECUTING "$Q/mine.log"
mine=$(sed -n 's|.*job .*/||p' "$Q/mine.log")
eventually 5 test -e "$J/$mine"
succeeds "its job is removed" rmdir "$J/$mine"
succeeds "so it fails" eventually 60 test -e "$Q/mine.error.txt"
like "and says why" "$(cat "$Q/mine.error.txt")" 'does not know this job|aborted'
rm "$Q"/*.adql

# Signed in, where only one's own are shown.
unmount
printf 'demopass\n' >"$D/secret"; chmod 600 "$D/secret"
a=$(dachs_get -u demo:demopass "$DACHS/async" -d LANG=ADQL --data-urlencode "QUERY=$(query own 'SELECT TOP 1 source_id FROM demo_cat.stars')" \
	-o "$D/none" -w '%{redirect_url}')
succeeds "signed in" timeout 60 "$B/tapfs" "$DACHS" "$SKY" -o "auth=basic,user=demo,token_file=$D/secret"
is "a job tells its owner" "$(cat "$J/$(id "$a")/owner")" demo
succeeds "and can be removed" rmdir "$J/$(id "$a")"
signed_gone() { [ "$(dachs_get -u demo:demopass -o "$D/none" -w '%{http_code}' "$a")" = 404 ]; }
succeeds "on DaCHS, too" eventually 20 signed_gone
unmount
finish
