#!/bin/bash
# Between the POST that makes a job and the commit of its URL: one job runs, the other goes.
. tests/e2e/lib.sh
service_start
Q=$SKY/queries
one() { echo "SELECT name FROM demo.messier WHERE name='$1'"; }
fault() { curl -s -X POST "$HOST/demo/faults" "$@" >/dev/null; }
lose_answer() { fault -d path=/tap/async -d method=POST -d drop_answer=1 -d count=1; }
# Jobs that the service holds now, by phase.
held() { curl -s "$URL/async?PHASE=$1" | grep -c '<uws:jobref'; }
none_pending() { [ "$(held PENDING)" = 0 ]; }

mount_tapfs "$URL" "$SKY"
lose_answer
one M1 >"$Q/lost.adql"
is "a lost answer to the POST: the query runs" "$(tail -1 "$Q/lost.csv")" M1
is "in the job that was made: no other is" "$(jobs_created):$(jobs_run)" "0:1"
like "and the log says so" "$(cat "$Q/lost.log")" 'made before, is taken up'
ok "no job is left over" "$(eventually 5 none_pending && echo true || echo false)"

lose_answer
one M2 >"$Q/gone.adql"; eventually 5 grep -q 'cannot be reached' "$Q/gone.log"
rm "$Q/gone.adql"
ok "removed before its job was found: that goes too" \
	"$(eventually 8 none_pending && echo true || echo false)"
is "and was not run" "$(jobs_run)" 1

lose_answer
one M3 >"$Q/new.adql"; eventually 5 grep -q 'cannot be reached' "$Q/new.log"
one M4 >"$Q/new.adql"
is "written anew before its job was found: the new text runs" "$(tail -1 "$Q/new.csv")" M4
ok "and the job of the old one goes" "$(eventually 8 none_pending && echo true || echo false)"
is "without having run" "$(jobs_run)" 2

lose_answer
one M5 >"$Q/killed.adql"; eventually 5 grep -q 'cannot be reached' "$Q/killed.log"
kill -9 "$(tapfs_pid)"; eventually 2 not_mounted "$SKY"
mount_tapfs "$URL" "$SKY"
is "killed after a lost answer: the next mount runs it" "$(tail -1 "$Q/killed.csv")" M5
is "in the job that was made" "$(jobs_run):$(held PENDING)" "3:0"
unmount

# tapfs dies when the answer to the POST arrives, before it can be read.
TAPFS_TEST_ANSWER=303:kill LD_PRELOAD=$B/tests/preload/crash.so mount_tapfs "$URL" "$SKY"
one M6 >"$Q/crash.adql"
eventually 5 not_mounted "$SKY"
is "killed between the POST and the commit of its URL: a job waits at the service" "$(held PENDING)" 1
mount_tapfs "$URL" "$SKY"
is "the next mount takes it up" "$(tail -1 "$Q/crash.csv")" M6
is "one job ran, none is left" "$(jobs_run):$(held PENDING)" "4:0"
like "and the log tells" "$(cat "$Q/crash.log")" 'taken up again.*|made before, is taken up'
unmount

TAPFS_TEST_ANSWER=303:kill LD_PRELOAD=$B/tests/preload/crash.so mount_tapfs "$URL" "$SKY"
one M7 >"$Q/rm.adql"
eventually 5 not_mounted "$SKY"
rm "$D"/state/tapfs/*/queries/rm.adql
mount_tapfs "$URL" "$SKY"
ok "killed there, and the file removed before the next mount: the job goes" \
	"$(eventually 8 none_pending && echo true || echo false)"
is "unrun" "$(jobs_run)" 4

# The job of the last run, which the service does not delete yet, is not taken for the new one.
n=$(jobs_run) old=$(sed -n 's|.* job \(http[^,]*\).*|\1|p' "$Q/crash.log")
gone() { [ "$(curl -s -o "$D/none" -w '%{http_code}' "$1")" = 404 ]; }
fault -d path=/tap/async -d method=DELETE -d next_status=503 -d count=9
lose_answer
touch "$Q/crash.adql"; eventually 5 grep -q 'cannot be reached' "$Q/crash.log"
fails "the log tells nothing of curl's insides" grep -q callback "$Q/crash.log"
is "run again, with a lost answer, while the old job is still there" "$(tail -1 "$Q/crash.csv")" M6
is "it is a new job that runs" "$(jobs_run)" $((n + 1))
ok "the old one goes" "$(eventually 20 gone "$old" && echo true || echo false)"

# A service whose list cannot be asked.
fault -d path=/tap/async -d method=GET -d next_status=403 -d count=1
lose_answer
one M8 >"$Q/listless.adql"
is "where there is no list a new job is made" "$(tail -1 "$Q/listless.csv")" M8
like "and the log says what is left behind" "$(cat "$Q/listless.log")" 'stays PENDING and never runs'
is "one ran" "$(jobs_run)" $((n + 2))
finish
