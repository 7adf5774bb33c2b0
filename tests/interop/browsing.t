#!/bin/bash
# File managers in datalink/: what looking at a folder of 10,000 rows, and at a row, asks of the service. SHOTS=DIR keeps the pictures.
. tests/e2e/lib.sh
service_start --images 9990
mount_tapfs "$URL" "$SKY" -o maxrec=20000
Q=$SKY/queries L=$SKY/datalink
SHOTS=${SHOTS:-$D/shots}
mkdir -p "$D/run" "$SHOTS"
chmod 700 "$D/run"
export XDG_RUNTIME_DIR=$D/run OMP_THREAD_LIMIT=1 GIO_USE_VFS=local
asked() { grep -c "$1" "$D/requests"; }
echo "SELECT * FROM ivoa.obscore" >"$Q/all.adql"
timeout 60 cat "$Q/all.csv" >/dev/null
rows=$(ls -f "$L/all" | grep -cv '^\.')
ok "a result of 10,000 rows is as many folders ($rows)" "$([ "$rows" -ge 9990 ] && echo true || echo false)"
before="$(asked /datalink/) $(asked ' /files/')"
is "ls -l" "$(timeout 60 ls -l "$L/all" | grep -c ^d)" "$rows"
is "gio list with attributes" "$(timeout 60 gio list -l "$L/all" | wc -l)" "$rows"

Xvfb -displayfd 3 -screen 0 1000x700x24 -nolisten tcp 3>"$D/display" >"$D/xvfb.log" 2>&1 &
SCREEN=$!
trap 'kill $SCREEN; cleanup' EXIT
eventually 60 test -s "$D/display"
DISPLAY=:$(cat "$D/display")
export DISPLAY
thunar() { # FOLDER: in a session of its own, with thumbnails for all
	dbus-run-session -- sh -c "xfconf-query -c thunar -p /misc-thumbnail-mode -n -t string -s THUNAR_THUMBNAIL_MODE_ALWAYS
		command thunar '$1'" >"$D/thunar.log" 2>&1 &
}
words() { import -silent -window root -resize 200% "$D/read.png" && tesseract "$D/read.png" - 2>/dev/null; }
shows() { words | grep -qE "$1"; }
thunar "$L/all"
ok "Thunar shows them" "$(eventually 90 shows '(10[., ]?0|9[., ]?9)[0-9]{2} (items|folders)|(f?0[01][0-9]{4} ){3}' && echo true || echo false)" "$(words)"
import -silent -window root "$SHOTS/thunar-rows.png"
sleep 3 # thumbnails come later than names
is "all of which asked the service nothing" "$(asked /datalink/) $(asked ' /files/')" "$before"
pkill -x -u "$(id -u)" Thunar; pkill -x thunar

n=$(asked ' /files/')
thunar "$L/all/m31"
ok "Thunar shows a row's files" "$(eventually 60 shows 'preview' && echo true || echo false)" "$(words)"
import -silent -window root "$SHOTS/thunar-row.png"
bytes() { awk '/GET \/files\/.*images.*fits/ && !/ 206 1$/' "$D/requests" | wc -l; }
is "and downloads no image for it" "$(bytes)" 0
finish
