#!/bin/bash
# What of jobs/ may be removed: ours, one by one; never all of it by `rm -r jobs`.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
J=$SKY/jobs
Q=$SKY/queries
one='SELECT TOP 2 name FROM demo.messier ORDER BY name'
job() { # RUNID: its URL
	curl -s "$URL/async" -d LANG=ADQL -d PHASE=RUN --data-urlencode "RUNID=$1" --data-urlencode "QUERY=$one" \
		-o "$D/none" -w '%{redirect_url}'
}
id() { echo "${1##*/}"; }
there() { [ "$(curl -s -o "$D/none" -w '%{http_code}' "$1")" = 200 ]; }
gone() { ! there "$1"; }
own() { # NAME: a query, and its job's URL
	echo "$one -- $1" >"$Q/$1.adql"
	timeout 20 cat "$Q/$1.csv" >"$D/none"
	sed -n 's/.*job \(http[^ ]*\).*/\1/p' "$Q/$1.log" | head -1
}
a=$(own a); b=$(own b); c=$(own c); d=$(own d)
theirs=$(job theirs); theirs2=$(job theirs2)
for i in $a $theirs; do eventually 5 test -e "$J/$(id "$i")"; done

# All of it.
fails "rm -r jobs fails" rm -r "$J"
like "and says what would do" "$(cat "$SKY/.tapfs/errors")" 'rm -r jobs/.*by-phase/COMPLETED/\*'
is "in one line" "$(grep -c 'lists jobs/ itself' "$SKY/.tapfs/errors")" 1
fails "so does rm -rf of all in the mount" rm -rf "$J"
fails "and a program that lists it in one thread and removes in another" python3 - "$J" <<'P'
import os, sys, shutil, threading
jobs, failed = sys.argv[1], []
names = os.listdir(jobs)
def remove(name):
    try: shutil.rmtree(os.path.join(jobs, name))
    except OSError: failed.append(name)
for n in names:
    t = threading.Thread(target=remove, args=(n,)); t.start(); t.join()
sys.exit(1 if len(failed) == len(names) else 0)
P
sleep 0.5
for i in $a $b $c $d $theirs $theirs2; do there "$i" || echo "$i"; done >"$D/missing"
is "every job is there" "$(cat "$D/missing")" ""

# One by one: ours.
succeeds "rm -r of a job of ours" rm -r "$J/$(id "$a")"
succeeds "deletes it" eventually 5 gone "$a"
eventually 5 test -e "$J/by-phase/COMPLETED/$(id "$b")"
succeeds "so does rm of its link" rm "$J/by-phase/COMPLETED/$(id "$b")"
succeeds "on the service as well" eventually 5 gone "$b"
ls "$J/by-phase/COMPLETED" >"$D/none"
succeeds "by a program that has listed that folder" find "$J/by-phase/COMPLETED" -name "$(id "$c")" -delete
succeeds "too" eventually 5 gone "$c"

# Of others.
fails "rm -r of a job that is not ours" rm -r "$J/$(id "$theirs")"
like "says whose it may be" "$(cat "$SKY/.tapfs/errors")" 'delete_foreign_jobs'
fails "rm of its link" rm "$J/by-runid/theirs2/$(id "$theirs2")"
rm "$J"/by-phase/COMPLETED/* 2>"$D/none"
succeeds "rm by-phase/COMPLETED/* deletes ours" eventually 5 gone "$d"
is "and leaves theirs" "$(there "$theirs" && there "$theirs2" && echo both)" both
unmount
mount_tapfs "$URL" "$SKY" -o delete_foreign_jobs
eventually 5 test -e "$J/$(id "$theirs")"
succeeds "with delete_foreign_jobs it is removed" rm -r "$J/$(id "$theirs")"
succeeds "and goes" eventually 5 gone "$theirs"
fails "rm -r jobs still is not what is meant" rm -r "$J"
is "and leaves all" "$(there "$theirs2" && echo there)" there
finish
