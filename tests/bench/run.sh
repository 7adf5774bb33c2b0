#!/bin/bash
# make bench: tapfs beside its peers, in one run, medians and ratios. Installs stilts where it is missing.
# $B is the build folder; ROWS (1000000) the size of the large table.
. tests/e2e/lib.sh
ROWS=${ROWS:-1000000}
GIB_ROWS=${GIB_ROWS:-7600000} # a gigabyte of BINARY2
RUNS=${RUNS:-3}
sudo=$([ "$(id -u)" = 0 ] || echo sudo)
etc/deps.sh "$sudo" cmd:stilts=stilts file:/usr/lib/python3/dist-packages/pyvo=python3-pyvo \
	file:/usr/lib/python3/dist-packages/astropy=python3-astropy || exit 1

middle() { sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'; }
# Median of RUNS times in ms. What was written before is taken away: to cut off a file takes time, too.
median() {
	local i a b
	for i in $(seq "$RUNS"); do
		rm -f "$D"/out.* "$D"/peer.*
		a=$(date +%s%N)
		"$@" >/dev/null 2>&1 || { echo "failed: $*" >&2; exit 1; }
		b=$(date +%s%N)
		echo $(((b - a) / 1000000))
	done | middle
}
row() { # WHAT OURS [PEER PEER_NAME]
	awk -v w="$1" -v o="$2" -v p="${3:-}" -v n="${4:-}" 'BEGIN {
		printf "| %-44s | %8d ms | %-22s | %11s | %6s |\n", w, o, n,
			p == "" ? "" : p " ms", p == "" ? "" : sprintf("%.1f", p / (o ? o : 1)) }'
}

"$B/tests/bench/numbers" "${NUMBERS:-10000000}" || exit 1 # NUMBERS=100000000 takes minutes

service_start --rows "$ROWS"
for f in tabledata b2; do
	format=votable/$f; [ $f = tabledata ] && format=votable/td
	curl -s "$URL/sync" -d LANG=ADQL -d RESPONSEFORMAT=$format -d MAXREC="$ROWS" \
		--data-urlencode "QUERY=SELECT * FROM bench.stars" >"$D/$f.vot"
done
echo "| what | tapfs | peer | its time | its time / ours |"
echo "| --- | --- | --- | --- | --- |"
# Interleaved, as a machine is not equally fast all the time.
convert() { "$B/tests/bench/convert" "$D/$1.vot" "$D/out.$2"; }
stilts_to() { stilts tpipe in="$D/$1.vot" ofmt="$2" out="$D/peer.$2"; }
astropy_to() {
	/usr/bin/python3 -W ignore -c "
from astropy.table import Table
Table.read('$D/$1.vot').write('$D/peer.csv', format='ascii.csv', fast_writer=False)"
}
beside() { # FROM TO
	local i
	for i in $(seq "$RUNS"); do
		median convert "$@" >>"$D/ours"
		RUNS=1 median stilts_to "$@" >>"$D/theirs"
	done
	row "$1 to $2, $ROWS rows × 13" "$(middle <"$D/ours")" "$(middle <"$D/theirs")" "stilts tpipe"
	rm "$D/ours" "$D/theirs"
}
for f in b2 tabledata; do
	beside $f csv
	row "$f to csv, $ROWS rows × 13" "$(median convert $f csv)" "$(RUNS=1 median astropy_to $f)" "astropy"
done
beside b2 fits
for f in tsv ecsv jsonl png; do
	row "b2 to $f, $ROWS rows × 13" "$(median convert b2 $f)"
done

mount_tapfs "$URL" "$SKY" -o maxrec=$ROWS
query="SELECT TOP 10 name, ra, dec FROM demo.messier ORDER BY mag"
drop() { echo "$query -- $RANDOM$RANDOM" >"$SKY/queries/small.adql"; cat "$SKY/queries/small.csv"; }
ours=$(RUNS=7 median drop)
rm "$SKY/queries/small.adql"
row "a small query to CSV" "$ours" "$(median stilts tapquery tapurl="$URL" adql="$query" ofmt=csv out="$D/peer.csv")" "stilts tapquery"
row "a small query to CSV" "$ours" "$(median /usr/bin/python3 -W ignore -c "
import pyvo
pyvo.dal.TAPService('$URL').run_async('''$query''').to_table().write('$D/peer.csv', format='ascii.csv', overwrite=True)")" "pyvo"
row "a small query to CSV" "$ours" "$(RUNS=7 median curl -s "$URL/sync" -d LANG=ADQL -d FORMAT=csv --data-urlencode "QUERY=$query")" "curl, sync"
large() { echo "SELECT * FROM bench.stars -- $RANDOM$RANDOM" >"$SKY/queries/large.adql"; cat "$SKY/queries/large.csv"; }
row "$ROWS rows, dropped to CSV" "$(median large)" \
	"$(median curl -s -o "$D/peer.vot" "$URL/sync" -d LANG=ADQL -d RESPONSEFORMAT=votable/b2 -d MAXREC="$ROWS" --data-urlencode "QUERY=SELECT * FROM bench.stars")" \
	"curl -o, VOTable only"
unmount; service_stop

# A gigabyte, as the service sends it: it is made, sent, kept and converted at the same time.
service_start --rows "$GIB_ROWS"
mount_tapfs "$URL" "$SKY" -o maxrec="$GIB_ROWS"
last() { echo "SELECT * FROM bench.stars -- $RANDOM$RANDOM" >"$SKY/queries/large.adql"; tail -1 "$SKY/queries/large.csv"; }
peer() {
	curl -s -o "$D/peer.vot" "$URL/sync" -d LANG=ADQL -d RESPONSEFORMAT=votable/b2 -d MAXREC="$GIB_ROWS" \
		--data-urlencode "QUERY=SELECT * FROM bench.stars"
}
for i in $(seq "$RUNS"); do
	RUNS=1 median last >>"$D/ours"
	RUNS=1 median peer >>"$D/theirs"
done
row "$(($(stat -c %s "$D/peer.vot") >> 20)) MiB, dropped to CSV" "$(middle <"$D/ours")" "$(middle <"$D/theirs")" "curl -o, VOTable only"
awk '/VmHWM/ { printf "\ntapfs had %.1f MiB of memory at most.\n", $2 / 1024 }' "/proc/$(pgrep -o -f "^$B/tapfs .*$SKY")/status"
