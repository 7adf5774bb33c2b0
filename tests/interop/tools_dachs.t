#!/bin/bash
# Every way of saving, with vim and Emacs: what tests/e2e/tools.t shows, on DaCHS. A proxy counts the jobs.
. tests/interop/dachs.sh
mkfifo "$D/url"
# The program itself, no function: its number is that to kill, and it must hold nothing of ours open.
/usr/bin/python3 -W ignore tests/interop/proxy.py "$D/requests" >"$D/url" 2>"$D/proxy.err" </dev/null &
PROXY=$!
trap 'kill $PROXY; dachs_cleanup' EXIT
read -r proxy <"$D/url"
http_proxy=$proxy no_proxy='' timeout 60 "$B/tapfs" "$DACHS" "$SKY"
REMARK=" -- $TAG"
long() {
	query "$1" "SELECT '$1' AS tag, COUNT(*) AS n FROM demo_cat.lightcurve AS a, demo_cat.lightcurve AS b
WHERE a.mag < b.mag GROUP BY tag"
}
. tests/e2e/tools.sh
jobs_of() { grep -c " POST /tap/async 303 [0-9]* $1-[0-9a-z]\{6\}\$" "$D/requests"; } # RUNID: NAME-xxxxxx
pids=()
for tool in $light_rows $editor_rows; do # 8 at a time: a job takes DaCHS a second or two
	row_do "$tool" &
	pids+=($!)
	[ ${#pids[@]} -lt 8 ] || { wait "${pids[0]}"; pids=("${pids[@]:1}"); }
done
wait "${pids[@]}"
for tool in $light_rows $editor_rows; do row_tell "$tool"; done
none_more "all rows"
handling
succeeds "rm of all" sh -c "rm -r $Q/*"
none() { [ "$(dachs_job_count)" = 0 ]; }
succeeds "leaves no job on DaCHS" eventually 30 none
unmount
finish
