#!/bin/bash
# jobs/: the service's own list of jobs: seen, waited for, changed, removed.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY" -o delete_foreign_jobs
J=$SKY/jobs
Q=$SKY/queries

# A job that another client makes: its URL.
job() { # RUNID QUERY [RUN]
	curl -s "$URL/async" -d LANG=ADQL --data-urlencode "RUNID=$1" --data-urlencode "QUERY=$2" \
		${3:+-d PHASE="$3"} -o "$D/none" -w '%{redirect_url}'
}
id() { echo "${1##*/}"; }
phase() { curl -s "$1/phase"; }
in_phase() { [ "$(phase "$1")" = "$2" ]; }
well() { curl -s -o "$D/none" -X DELETE "$HOST/demo/faults"; }
fault() { curl -s -o "$D/none" "$HOST/demo/faults" "$@"; }
# Requests since the last mark, by a pattern of method and path.
mark() { wc -l <"$D/requests" >"$D/mark"; }
asked() { tail -n +$(($(cat "$D/mark") + 1)) "$D/requests" | grep -cE "Z $1"; }
ms() { local a b; a=$(date +%s%N); "$@" >"$D/out" 2>&1; b=$(date +%s%N); echo $(((b - a) / 1000000)); }
below() { # NAME LIMIT VALUE
	ok "$1 ($3 ms)" "$([ "$3" -lt "$2" ] && echo true || echo false)"
}
aged() { sleep 1.1; } # until the list in memory is old
gone() { [ "$(curl -s -o "$D/none" -w '%{http_code}' "$1")" = 404 ]; }
seen() { eventually 3 test -e "$J/$(id "$1")"; }
one='SELECT TOP 2 name FROM demo.messier ORDER BY name'

# The list.
is "without jobs there are only the two folders" "$(ls "$J")" "by-phase
by-runid"
a=$(job 'paper/one 100%' "$one" RUN); b=$(job bad 'SELECT nam FROM demo.messier' RUN); c=$(job later "$one")
eventually 5 in_phase "$a" COMPLETED; eventually 5 in_phase "$b" ERROR
aged
is "jobs that another client made appear" "$(ls "$J" | sort)" "$(for j in $a $b $c by-phase by-runid; do id "$j"; done | sort)"
d=$(job just "$one" RUN); eventually 5 in_phase "$d" COMPLETED
is "one that was made just now is found by its name" "$(aged; cat "$J/$(id "$d")/phase")" COMPLETED
fails "one that the service does not have is not" test -e "$J/0123456789abcdef"
A=$J/$(id "$a") C=$J/$(id "$c")
is "a job is a folder" "$(ls "$A")" "destruction
endtime
executionduration
job.xml
owner
parameters.csv
phase
query.adql
quote
results
runid
starttime"
is "one that failed has an error.txt as well" "$(ls "$J/$(id "$b")" | grep error)" error.txt
is "with the service's words" "$(cat "$J/$(id "$b")/error.txt")" 'Line 1, column 8: unknown column "nam"'
fails "one that did not fail has none" test -e "$A/error.txt"
is "phase" "$(cat "$A/phase")$(cat "$C/phase")" COMPLETEDPENDING
is "query.adql is the query" "$(cat "$A/query.adql")" "$one"
is "parameters.csv tells all parameters" "$(cat "$A/parameters.csv")" "name,value
LANG,ADQL
QUERY,$one"
is "runid" "$(cat "$A/runid")" 'paper/one 100%'
is "owner and quote, which nobody told, are empty" "$(cat "$A/owner" "$A/quote" | wc -c)" 0
like "starttime" "$(cat "$A/starttime")" '^20[0-9-]{8}T[0-9:]{8}Z$'
is "endtime of what has not ended is empty" "$(cat "$C/endtime")" ""
is "executionduration" "$(cat "$A/executionduration")" 3600
is "job.xml is the document, byte for byte" "$(md5sum <"$A/job.xml")" "$(curl -s "$a" | md5sum)"
is "a text that was read has its exact size" "$(stat -c %s "$A/job.xml")" "$(curl -s "$a" | wc -c)"
is "before that stat asks for nothing" "$(stat -c %s "$J/$(id "$d")/job.xml")" 0

# The same by phase and by RUNID.
is "by-phase/ has the phases" "$(ls "$J/by-phase")" "ABORTED
COMPLETED
ERROR
EXECUTING
PENDING
QUEUED"
is "with links to the jobs" "$(cd "$J/by-phase/ERROR" && echo *)" "$(id "$b")"
is "that lead into the mount" "$(readlink "$J/by-phase/ERROR/$(id "$b")")" "../../$(id "$b")"
is "and can be followed" "$(cat "$J/by-phase/PENDING"/*/query.adql)" "$one"
is "and have the time at which the job was made" "$(stat -c %Y "$J/by-phase/ERROR/$(id "$b")")" "$(stat -c %Y "$J/$(id "$b")")"
is "so that ls -t has the last one first" "$(ls -t "$J/by-phase/COMPLETED" | head -1)" "$(id "$d")"
fails "no job is in a phase that is not its own" test -e "$J/by-phase/COMPLETED/$(id "$b")"
fails "what is no phase is not there" test -e "$J/by-phase/completed"
is "by-runid/ has the names, slashes escaped" "$(ls "$J/by-runid")" "bad
just
later
paper%2Fone 100%25"
is "and leads to the jobs, too" "$(cat "$J/by-runid/paper%2Fone 100%25"/*/phase)" COMPLETED

# Results.
is "the results are listed by their true type" "$(ls -l "$A/results" | awk 'NR > 1 { print $5, $NF }')" "0 result.vot"
mark
cp "$A/results/result.vot" "$D/result.vot"
is "cp fetches one: it is what the service has" "$(md5sum <"$D/result.vot")" "$(curl -s "$a/results/result" | md5sum)"
is "then its size is exact" "$(stat -c %s "$A/results/result.vot")" "$(wc -c <"$D/result.vot")"
cat "$A/results/result.vot" >"$D/again"; tail -c 100 "$A/results/result.vot" >"$D/tail"
is "it was fetched once" "$(asked 'GET .*/results/')" 2 # and once by curl
cmp "$D/again" "$D/result.vot" && is "and is the same again" "$(cat "$D/tail")" "$(tail -c 100 "$D/result.vot")"
is "it can be mapped" "$(perl -e 'open F, shift or die; local $/; print length <F>' "$A/results/result.vot")" "$(wc -c <"$D/result.vot")"
succeeds "rm of it frees the disk" rm "$A/results/result.vot"
is "it is still listed, and fetched again when it is opened" \
	"$(ls "$A/results"; md5sum <"$A/results/result.vot")" "result.vot
$(md5sum <"$D/result.vot")"
csv=$(curl -s "$URL/async" -d LANG=ADQL -d PHASE=RUN -d RESPONSEFORMAT=csv --data-urlencode "QUERY=$one" -o "$D/none" -w '%{redirect_url}')
eventually 5 in_phase "$csv" COMPLETED; seen "$csv"
is "a result that was asked for as CSV is a .csv" "$(cat "$J/$(id "$csv")/results/result.csv" | tr -d '\r')" "name
M1
M10"
big=$(job big 'SELECT * FROM demo.ngc_ic' RUN); eventually 10 in_phase "$big" COMPLETED; seen "$big"
B1=$J/$(id "$big")/results/result.vot
mark
for i in 1 2 3 4 5 6 7 8; do md5sum <"$B1" >"$D/sum.$i" & sums="${sums:-} $!"; done; wait $sums
is "eight readers share one download" "$(sort -u "$D"/sum.* | wc -l) $(asked 'GET .*/results/')" "1 1"
rm "$B1"
fault -d path="/tap/async/$(id "$big")/results" -d cut_after=100000 -d count=2
is "one that breaks off is fetched anew" "$(md5sum <"$B1")" "$(cat "$D/sum.1")"
rm "$B1"
fault -d path="/tap/async/$(id "$big")/results" -d next_status=500 -d count=-1
fails "one that the service cannot give is an error" cat "$B1"
like "which is told" "$(cat "$SKY/.tapfs/errors")" "results/result.vot: the result cannot be fetched: HTTP 500"
well
is "and can be had when it is well again" "$(sleep 1; md5sum <"$B1")" "$(cat "$D/sum.1")"
fails "a result cannot be written" sh -c "echo x >$B1"
rm "$B1"
fault -d path="/tap/async/$(id "$big")/results" -d delay_ms=60000
cat "$B1" >"$D/none" 2>&1 & p=$!
sleep 0.5; kill -INT $p 2>/dev/null; kill $p; wait $p 2>/dev/null
well
fails "Ctrl-C ends the wait for a result" kill -0 $p

# A rerun.
cp "$A/query.adql" "$Q/again.adql"
is "cp of query.adql to queries/ is a rerun" "$(cat "$Q/again.csv")" "name
M1
M10"
aged
again=$(sed -n 's/.*job .*async\///p' "$Q/again.log")
is "its job is in the list, as any" "$(cat "$J/by-runid/again/$again/phase")" COMPLETED

# Waiting.
is "wait on a job that has ended returns at once" "$(timeout 5 cat "$A/wait")" COMPLETED
fails "it is not listed" sh -c "ls $A | grep wait"
s=$(job slow 'SELECT TOP 1 demo_sleep(2) AS s FROM demo.messier' RUN)
eventually 5 in_phase "$s" EXECUTING
seen "$s"
S=$J/$(id "$s")
mark
for i in 1 2 3 4 5; do timeout 20 cat "$S/wait" >"$D/wait.$i" & waits="${waits:-} $!"; done; wait $waits
is "wait on one that runs returns with its next phase" "$(sort -u "$D"/wait.*)" COMPLETED
ok "five who wait are one long request ($(asked "GET .*WAIT="))" "$([ "$(asked 'GET .*WAIT=')" -le 2 ] && echo true || echo false)"
timeout 20 cat "$C/wait" >"$D/wait.c" & p=$!
sleep 0.3; echo RUN >"$C/phase"; wait $p
like "RUN written to phase starts a job, which ends a wait" "$(cat "$D/wait.c")" 'QUEUED|EXECUTING|COMPLETED'
eventually 5 in_phase "$c" COMPLETED
is "its result is there" "$(aged; ls "$C/results")" result.vot
p1=$(job idle "$one"); seen "$p1"
cat "$J/$(id "$p1")/wait" >"$D/none" 2>&1 & p=$!
sleep 0.3; kill -INT $p 2>/dev/null; kill $p 2>/dev/null; sleep 0.2
fails "a wait can be interrupted" kill -0 $p
is "a non-blocking open of wait says to try again" \
	"$(dd if="$J/$(id "$p1")/wait" iflag=nonblock count=1 2>&1 | head -1 | grep -o 'Resource temporarily unavailable')" \
	"Resource temporarily unavailable"

# Writing.
s=$(job endless 'SELECT demo_sleep(600) AS s FROM demo.messier' RUN); S=$J/$(id "$s")
eventually 5 in_phase "$s" EXECUTING
is "a running job is listed as such" "$(seen "$s"; ls "$J/by-phase/EXECUTING")" "$(id "$s")"
echo ABORT >"$S/phase"
is "ABORT written to phase aborts it" "$(phase "$s")" ABORTED
is "as can be read back at once" "$(cat "$S/phase")" ABORTED
is "and seen by phase" "$(ls "$J/by-phase/ABORTED")" "$(id "$s")"
echo 'SELECT demo_sleep(600) AS s FROM demo.messier' >"$Q/mine.adql"
eventually 5 grep -q EXECUTING "$Q/mine.log"
own=$(sed -n 's|.*/async/\([^/ ]*\)$|\1|p' "$Q/mine.log" | head -1)
eventually 5 test -e "$J/$own"
echo ABORT >"$J/$own/phase"
eventually 5 test -e "$Q/mine.error.txt"
like "a query whose job is aborted here is not to be corrected" "$(cat "$Q/mine.error.txt")" 'You aborted the job in jobs/'
is "but may be run again" "$(grep -c 'Correct the query' "$Q/mine.error.txt") $(grep -c '`touch`' "$Q/mine.error.txt")" "0 1"
rm "$Q/mine.adql"
l=$(job lost "$one"); seen "$l"
fault -d path="/tap/async/$(id "$l")/phase" -d method=POST -d drop_answer=1
succeeds "a lost answer to ABORT does no harm" sh -c "echo ABORT >$J/$(id "$l")/phase"
is "it is aborted" "$(phase "$l")" ABORTED
rmdir "$J/$(id "$l")"
like "RUN on it is refused in the service's words" \
	"$(echo RUN 2>&1 >"$S/phase" | grep -o 'Operation not permitted'; cat "$SKY/.tapfs/errors")" \
	'HTTP 403: The job is ABORTED'
for bad in 'phase STOP' 'phase PENDING' 'destruction tomorrow' 'executionduration soon' 'executionduration -5'; do
	like "\"${bad#* }\" is no ${bad% *}" "$(echo "${bad#* }" 2>&1 >"$S/${bad% *}")" 'Invalid argument'
done
like "what would be right is told" "$(cat "$SKY/.tapfs/errors")" 'destruction takes a time like 2030-01-02T03:04:05Z, not "tomorrow"'
echo 120 >"$C/executionduration"
is "executionduration can be set" "$(cat "$C/executionduration")" 120
echo 9999999 >"$C/executionduration"
is "and read back as the service made it" "$(cat "$C/executionduration")" 86400
like "a second time, where the service just keeps it, it is refused" \
	"$(echo 9999999 2>&1 >"$C/executionduration"; cat "$SKY/.tapfs/errors")" \
	'the service keeps the executionduration at 86400 s'
soon=$(date -u -d '+5 days' +%Y-%m-%dT%H:%M:%SZ)
echo "$soon" >"$C/destruction"
is "destruction can be set" "$(cat "$C/destruction")" "$soon"
is "in any form of a time" "$(date -u -d '+6 days' '+%Y-%m-%d' >"$C/destruction"; cut -c 1-10 "$C/destruction")" \
	"$(date -u -d '+6 days' +%Y-%m-%d)"
fails "what cannot be written is not" sh -c "echo me >$C/owner"
fails "nothing can be made in jobs/" mkdir "$J/mine"
fails "nor in a job" touch "$C/notes.txt"
fails "nor renamed" mv "$C" "$J/renamed"

# As tools take and remove whole folders.
cp -r "$A" "$D/copy"
is "cp -r of a job takes all" "$(cat "$D/copy/query.adql"; md5sum <"$D/copy/results/result.vot")" "$one
$(md5sum <"$D/result.vot")"
is "its texts in full" "$(md5sum <"$D/copy/job.xml")" "$(curl -s "$a" | md5sum)"
f=$(job found "$one"); seen "$f"
succeeds "find -delete" find "$J/$(id "$f")" -delete
succeeds "deletes a job" eventually 5 gone "$f"

# Removing.
succeeds "rmdir of a job" rmdir "$S"
fails "takes it from the list at once" test -e "$S"
succeeds "and deletes it on the service" eventually 5 gone "$s"
succeeds "rm of a file in a job does nothing" rm "$C/phase"
is "it is there as before" "$(cat "$C/phase")" COMPLETED
succeeds "rm -r of a job" rm -r "$C"
succeeds "deletes it" eventually 5 gone "$c"
fails "by-phase/ itself stays" rmdir "$J/by-phase"
is "its folders do, as long as there are jobs" "$(rmdir "$J/by-phase/ERROR" 2>&1 | grep -o 'not empty')" 'not empty'
succeeds "rm of a link" rm "$J/by-runid/just/$(id "$d")"
succeeds "deletes the job" eventually 5 gone "$d"
succeeds "rm -r by-runid/NAME" rm -r "$J/by-runid/bad"
succeeds "deletes all of that name" eventually 5 gone "$b"
is "and is gone itself" "$(ls "$J/by-runid" | grep -c '^bad$')" 0
n=$(ls "$J/by-phase/COMPLETED" | wc -l)
ok "there are some completed ones ($n)" "$([ "$n" -ge 3 ] && echo true || echo false)"
succeeds "rm by-phase/COMPLETED/*" rm "$J"/by-phase/COMPLETED/*
is "empties it" "$(ls "$J/by-phase/COMPLETED")" ""
succeeds "also on the service" eventually 5 sh -c "! curl -s $URL/async | grep -q COMPLETED"
is "others stay" "$(ls "$J/by-phase/PENDING")" "$(id "$p1")"
is "a finished query keeps its results without its job" "$(tail -1 "$Q/again.csv")" M10

# Deletions that do not go well.
fault -d path="/tap/async/$(id "$p1")" -d method=DELETE -d next_status=403 -d count=1
fault -d path="/tap/async/$(id "$p1")" -d method=POST -d next_status=403 -d count=1
rmdir "$J/$(id "$p1")"
succeeds "a job that the service does not delete is back" eventually 5 test -e "$J/$(id "$p1")"
like "which is told" "$(cat "$SKY/.tapfs/errors")" "jobs/$(id "$p1").*: the job is not deleted: HTTP 403"
fault -d path="/tap/async/$(id "$p1")" -d method=DELETE -d drop_answer=1 -d count=1
rmdir "$J/$(id "$p1")"
succeeds "a lost answer does no harm" eventually 10 gone "$p1"

# A service that archives what is deleted (Daiquiri).
z=$(job kept "$one" RUN); eventually 5 in_phase "$z" COMPLETED; seen "$z"
fails "without archived jobs there is no by-phase/ARCHIVED" test -e "$J/by-phase/ARCHIVED"
fault -d path="/tap/async/$(id "$z")" -d method=DELETE -d archive=1 -d count=1
rm "$J/by-phase/COMPLETED/$(id "$z")"
succeeds "rm archives the job" eventually 5 in_phase "$z" ARCHIVED
succeeds "it is in by-phase/ARCHIVED" eventually 8 sh -c "ls $J/by-phase/ARCHIVED/ | grep -q $(id "$z")"
is "and no more in jobs/" "$(ls "$J" | grep -c "$(id "$z")")" 0
is "it can be looked at" "$(cat "$J/by-phase/ARCHIVED/$(id "$z")/phase" "$J/$(id "$z")/query.adql")" "ARCHIVED
$one"
like "ARCHIVED is listed" "$(ls "$J/by-phase")" ARCHIVED
fault -d path="/tap/async/$(id "$z")" -d method=DELETE -d archive=1 -d count=1
succeeds "rm of an archived one" rm "$J/by-phase/ARCHIVED/$(id "$z")"
succeeds "that the service keeps: it is back" \
	eventually 8 sh -c "ls $J/by-phase/ARCHIVED/ | grep -q $(id "$z")"
like "which is told" "$(cat "$SKY/.tapfs/errors")" "jobs/$(id "$z").*ARCHIVED, and the service keeps it so"
like "and at once the next time" "$(rm "$J/by-phase/ARCHIVED/$(id "$z")" 2>&1)" 'not permitted'
unmount; mount_tapfs "$URL" "$SKY" -o delete_foreign_jobs; ls "$J" "$J/by-phase/ARCHIVED" >"$D/none"
succeeds "rm of an archived one that it does not keep" rm "$J/by-phase/ARCHIVED/$(id "$z")"
succeeds "deletes it" eventually 5 gone "$z"

# Phases that are rare.
h=$(job held "$one"); seen "$h"
fault -d path="/tap/async/$(id "$h")" -d method=POST -d hold=1
echo RUN >"$J/$(id "$h")/phase"
is "a HELD job is in by-phase/HELD" "$(cat "$J/$(id "$h")/phase"; ls "$J/by-phase/HELD")" "HELD
$(id "$h")"
timeout 20 cat "$J/$(id "$h")/wait" >"$D/wait.h" & p=$!
sleep 0.3; echo RUN >"$J/$(id "$h")/phase"; wait $p
like "RUN lets it go on" "$(cat "$D/wait.h")" 'QUEUED|EXECUTING|COMPLETED'
succeeds "to its end" eventually 5 in_phase "$h" COMPLETED
rmdir "$J/$(id "$h")"; eventually 5 gone "$h"

# Our own query's job.
echo 'SELECT demo_sleep(600) AS s FROM demo.messier' >"$Q/mine.adql"
eventually 10 grep -q EXECUTING "$Q/mine.log"
cat "$Q/mine.csv" >"$D/none" 2>&1 & p=$!
mine=$(sed -n 's/.*job .*async\///p' "$Q/mine.log")
seen "$mine"
succeeds "the job of a query that runs can be removed" rmdir "$J/$mine"
succeeds "then the query fails" eventually 10 test -e "$Q/mine.error.txt"
like "and says why" "$(cat "$Q/mine.error.txt")" 'was aborted|does not know this job any more'
wait $p 2>/dev/null
rm "$Q"/*.adql

# Many jobs, few requests.
for i in $(seq 300); do
	printf 'url = %s/async\ndata = LANG=ADQL&RUNID=r%s&PHASE=RUN&QUERY=SELECT+TOP+1+name+FROM+demo.messier\noutput = %s/none\nnext\n' \
		"$URL" $((i % 7)) "$D"
done | sed '$d' >"$D/curl"
curl -s -K "$D/curl"
eventually 10 sh -c "! curl -s $URL/async | grep -qE 'QUEUED|EXECUTING'"
aged; mark
is "300 jobs are listed" "$(ls "$J/by-phase/COMPLETED" | wc -l)" 300
ls -lR "$J" >"$D/listing" 2>&1
is "with a result each" "$(grep -cE ' result(\.vot)?$' "$D/listing")" 300
n=$(asked 'GET')
ok "ls -lR of them makes few requests ($n)" "$([ "$n" -le 30 ] && echo true || echo false)"
j=$(ls "$J/by-phase/COMPLETED" | tail -1)
is "a result without its type in the name can be read" "$(head -c 5 "$J/$j/results/result")" '<?xml'
is "and keeps the name that was listed" "$(ls "$J/$j/results")" result
succeeds "by the name with its type it can be read, too" sh -c "head -c 5 $J/$j/results/result.vot | grep -q xml"
aged; mark
for i in 1 2 3 4 5 6 7 8 9 10; do cat "$J/$j/phase" "$J/$j/job.xml" "$J/$j/destruction"; done >"$D/none"
n=$(asked "GET /tap/async/$j")
ok "30 reads of a job's files ask for its document once a second ($n)" "$([ "$n" -le 2 ] && echo true || echo false)"
mark
for i in 1 2 3 4 5 6 7 8 9 10; do ls "$J" >"$D/none"; done
n=$(asked 'GET /tap/async ')
ok "10 ls ask for the list once a second ($n)" "$([ "$n" -le 2 ] && echo true || echo false)"
mark; sleep 2
is "nobody looks: nothing is asked" "$(asked GET)" 0

# A service that is silent, or away.
kill -STOP "$SERVICE_PID"
aged
t=$(ms ls "$J")
is "a silent service: the list is the last one" "$(wc -l <"$D/out")" 302
below "within a bound" 3600 "$t"
like "and the reason is told" "$(cat "$SKY/.tapfs/errors")" 'jobs: the service has not sent its list of jobs within 3 s; the last one is shown'
below "the next ls does not wait as long" 1000 "$(ms ls "$J")"
below "a job can be removed meanwhile, without waiting" 1000 "$(ms rmdir "$J/$j")"
fails "and is gone from the list" test -e "$J/$j"
kill -CONT "$SERVICE_PID"
succeeds "the service hears of it when it answers again" eventually 20 gone "$URL/async/$j"
aged
is "and the list is told anew" "$(ls "$J" >"$D/none"; sleep 1; ls "$J/by-phase/COMPLETED" | wc -l)" 299
k=$(ls "$J/by-phase/COMPLETED" | tail -1)
cat "$J/$k/query.adql" >"$D/none"
service_stop
aged; ls "$J" >"$D/none"
below "a service that is gone: ls is quick" 1000 "$(ms ls "$J")"
is "the list is the last one" "$(wc -l <"$D/out")" 301
is "a query that was read is still known" "$(cat "$J/$k/query.adql")" "SELECT TOP 1 name FROM demo.messier"
unmount
mount_tapfs "$URL" "$SKY"
t=$(ms ls "$J")
like "a mount that never had a list says why there is none" "$(cat "$D/out")" \
	'No route to host|Connection timed out'
below "within a bound" 3600 "$t"
ok "the rest of the tree is there" "$(ls "$SKY/queries" >"$D/none" && echo true || echo false)"
unmount

# Read-only, and signed in.
rm -rf "$D/state/tapfs"
service_start
a=$(job ro "$one" RUN); p1=$(job idle "$one")
mount_tapfs "$URL" "$SKY"; unmount
mount_tapfs "$URL" "$SKY" -o ro
is "a read-only mount shows jobs" "$(ls "$J/by-runid")" "idle
ro"
like "rmdir there says why not" "$(rmdir "$J/$(id "$a")" 2>&1)" 'Read-only file system'
like "so does rm of a link" "$(rm "$J/by-runid/ro/$(id "$a")" 2>&1)" 'Read-only file system'
like "and a write" "$(sh -c "echo RUN >$J/$(id "$p1")/phase" 2>&1)" 'Read-only file system'
is "the job is as before" "$(cat "$J/$(id "$p1")/phase")" PENDING
is "results can be read" "$(head -c 5 "$J/$(id "$a")/results/result.vot")" '<?xml'
unmount
printf 'demo-token\n' >"$D/secret"; chmod 600 "$D/secret"
a=$(curl -s -H 'Authorization: Bearer demo-token' "$HOST/auth/bearer/tap/async" -d LANG=ADQL -d PHASE=RUN \
	--data-urlencode "QUERY=$one" -o "$D/none" -w '%{redirect_url}')
mount_tapfs "$HOST/auth/bearer/tap" "$SKY" -o "auth=bearer,token_file=$D/secret"
is "jobs/ is signed in as the rest is" "$(cat "$J/$(id "$a")/phase")" COMPLETED
is "and tells who owns a job" "$(cat "$J/$(id "$a")/owner")" demo
is "results too" "$(head -c 5 "$J/$(id "$a")/results/result.vot")" '<?xml'
unmount
printf 'wrong\n' >"$D/secret"
mount_tapfs "$HOST/auth/bearer/tap" "$SKY" -o "auth=bearer,token_file=$D/secret"
like "without the right secret ls jobs/ says so" "$(ls "$J" 2>&1)" 'Permission denied'
unmount
finish
