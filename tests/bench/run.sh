#!/bin/bash
# make bench: tapfs beside its peers, in one run, medians and ratios. Installs stilts where it is missing.
# $B is the build folder; ROWS (1000000) the size of the large table.
. tests/e2e/lib.sh
ROWS=${ROWS:-1000000}
RUNS=${RUNS:-3}
command -v stilts >/dev/null || {
	sudo=$([ "$(id -u)" = 0 ] || echo sudo)
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y --no-install-recommends stilts >/dev/null
}

# Median of RUNS times in ms.
median() {
	local i a b
	for i in $(seq "$RUNS"); do
		a=$(date +%s%N)
		"$@" >/dev/null 2>&1 || { echo "failed: $*" >&2; exit 1; }
		b=$(date +%s%N)
		echo $(((b - a) / 1000000))
	done | sort -n | sed -n "$(((RUNS + 1) / 2))p"
}
row() { # WHAT OURS PEER PEER_NAME
	awk -v w="$1" -v o="$2" -v p="$3" -v n="$4" \
		'BEGIN { printf "| %-44s | %8d ms | %-24s | %8d ms | %6.1f |\n", w, o, n, p, p / (o ? o : 1) }'
}

"$B/tests/bench/numbers" "${NUMBERS:-10000000}" || exit 1 # NUMBERS=100000000 takes minutes

service_start --rows "$ROWS"
for f in tabledata b2; do
	format=votable/$f; [ $f = tabledata ] && format=votable/td
	curl -s "$URL/sync" -d LANG=ADQL -d RESPONSEFORMAT=$format -d MAXREC="$ROWS" \
		--data-urlencode "QUERY=SELECT * FROM bench.stars" >"$D/$f.vot"
done
echo "| what | tapfs | peer | its time | times faster |"
echo "| --- | --- | --- | --- | --- |"
for f in b2 tabledata; do
	row "$f to CSV, $ROWS rows × 13" "$(median "$B/tests/bench/convert" "$D/$f.vot" "$D/out.csv")" \
		"$(RUNS=1 median stilts tpipe in="$D/$f.vot" ofmt=csv out="$D/peer.csv")" "stilts tpipe"
done

mount_tapfs "$URL" "$SKY" -o maxrec=$ROWS
query="SELECT TOP 10 name, ra, dec FROM demo.messier ORDER BY mag"
drop() { echo "$query -- $RANDOM$RANDOM" >"$SKY/queries/small.adql"; cat "$SKY/queries/small.csv"; }
ours=$(RUNS=7 median drop)
rm "$SKY/queries/small.adql"
row "a small query to CSV" "$ours" "$(median stilts tapquery tapurl="$URL" adql="$query" ofmt=csv out="$D/peer.csv")" "stilts tapquery"
row "a small query to CSV" "$ours" "$(RUNS=7 median curl -s "$URL/sync" -d LANG=ADQL -d FORMAT=csv --data-urlencode "QUERY=$query")" "curl, sync"
large() { echo "SELECT * FROM bench.stars -- $RANDOM$RANDOM" >"$SKY/queries/large.adql"; cat "$SKY/queries/large.csv"; }
row "$ROWS rows, dropped to CSV" "$(median large)" \
	"$(median curl -s -o "$D/peer.vot" "$URL/sync" -d LANG=ADQL -d RESPONSEFORMAT=votable/b2 -d MAXREC="$ROWS" --data-urlencode "QUERY=SELECT * FROM bench.stars")" \
	"curl -o, VOTable only"
awk '/VmHWM/ { printf "\ntapfs had %.1f MiB of memory at most.\n", $2 / 1024 }' "/proc/$(tapfs_pid)/status"
