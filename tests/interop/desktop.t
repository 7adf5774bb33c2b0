#!/bin/bash
# PCManFM under a virtual screen: a query is dragged into the window of queries/ with the mouse, and the
# window shows its result arrive, with no more input. SHOTS=DIR keeps the pictures.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
SHOTS=${SHOTS:-$D/shots}
mkdir -p "$D/mine" "$D/run" "$SHOTS"
chmod 700 "$D/run"
echo "SELECT TOP 3 name, demo_sleep(5) AS s FROM demo.messier ORDER BY name" >"$D/mine/m31.adql"
export XDG_RUNTIME_DIR=$D/run OMP_THREAD_LIMIT=1

Xvfb -displayfd 3 -screen 0 1000x500x24 -nolisten tcp 3>"$D/display" >"$D/xvfb.log" 2>&1 &
SCREEN=$!
trap 'kill $SCREEN; cleanup' EXIT # whatever has a window ends with its screen
eventually 60 test -s "$D/display"
DISPLAY=:$(cat "$D/display")
export DISPLAY
window() { xdotool search --onlyvisible --name "^$1\$"; }
dbus-run-session -- sh -c "pcmanfm '$D/mine' & until xdotool search --onlyvisible --name '^mine\$'; do
	sleep 0.1; done; pcmanfm -n '$Q'; wait" >"$D/pcmanfm.log" 2>&1 &
eventually 60 window mine && eventually 60 window queries
succeeds "two windows are open" window queries
[ "$(window queries)" ] || finish # nothing can be seen
MINE=$(window mine) THERE=$(window queries)
xdotool windowsize "$MINE" 480 480 windowmove "$MINE" 0 0
xdotool windowsize "$THERE" 490 480 windowmove "$THERE" 490 0

shot() { import -silent -window "${2:-root}" "$SHOTS/$1.png"; }
# The words that one reads in a window.
words() { import -silent -window "$1" -resize 300% "$D/read.png" && tesseract "$D/read.png" - 2>/dev/null; }
shows() { words "$1" | grep -qE "$2"; }
seen() { ok "$1" "$(eventually 5 shows "$2" "$3" && echo true || echo false)" "$(words "$2")"; }
seen "the query is seen in its folder" "$MINE" 'm31' # what ends in q is read as g
seen "queries/ is empty" "$THERE" '[0OlI] items'
shot 1-before

drag() { # FROM-X FROM-Y TO-X TO-Y: as a hand does, in many small moves
	local i
	xdotool mousemove "$1" "$2" mousedown 1
	for i in 2 5 10 20 40 60 80 90 95 100 100; do
		xdotool mousemove $(($1 + ($3 - $1) * i / 100)) $(($2 + ($4 - $2) * i / 100))
		sleep 0.05
	done
	sleep 0.2
	xdotool mouseup 1
}
drag 205 100 850 350
xdotool mousemove 300 490 # out of the way
one_job() { [ "$(jobs_created)" = 1 ]; }
ok "dragged into the window of queries/ it is a job" "$(eventually 10 one_job && echo true || echo false)"
is "the text is what was dragged" "$(cat "$Q/m31.adql")" "$(cat "$D/mine/m31.adql")"
ok "and it is copied, not moved" "$([ -s "$D/mine/m31.adql" ] && echo true || echo false)"
seen "the window shows its log" "$THERE" 'm31\.log'
shot 2-runs
fails "but no result" shows "$THERE" 'm31\.csv'

fetched() { grep -q '/results/result 200' "$D/requests"; } # not asked of the mount: nobody is to look there
eventually 10 fetched
seen "the result arrives: the window shows it by itself" "$THERE" 'm31\.csv'
shot 3-arrived
is "it is all there" "$(wc -l <"$Q/m31.csv")" 4
is "of one job" "$(jobs_created)" 1
echo "SELECT nam FROM demo.messier" >"$Q/m31.adql"
seen "a text that fails: error.txt appears, the results go" "$THERE" '3 items'
fails "they are not shown any more" shows "$THERE" 'm31\.csv'
shot 4-failed

# A file manager asks before it deletes where there is no trash.
xdotool mousemove 695 100 click 1 key Delete
eventually 5 shows root 'to trash'
shot 5-trash
xdotool mousemove 908 275 click 1
seen "there is no trash here: it asks whether to delete" root '[Dd]elete'
shot 6-delete
is "and has not done so" "$(cat "$Q/m31.adql")" "SELECT nam FROM demo.messier"
finish
