#!/bin/bash
# make pairs OLD=DIR: this build beside an older one, in pairs: each task by the one and then by the other, PAIRS (11) times,
# medians, the ratio of each pair's two times, and how far those ratios lie apart (the quarter and three quarter points).
# OLD is the older one's build folder (with tapfs and tests/bench/convert); ROWS (1000000) the size of the large table.
: "${OLD:?the build folder of the version to compare with}"
. tests/e2e/lib.sh
ROWS=${ROWS:-1000000}
PAIRS=${PAIRS:-11}

time_of() { # FILE COMMAND…
	local a b file=$1; shift
	a=$(date +%s%N); "$@" >/dev/null 2>"$D/err" || { echo "failed: $*" >&2; cat "$D/err" >&2; exit 1; }; b=$(date +%s%N)
	echo $(((b - a) / 1000)) >>"$file"
}
report() { # WHAT
	paste "$D/old.us" "$D/new.us" | awk -v w="$1" '
		{ o[NR] = $1; n[NR] = $2; r[NR] = $2 / $1 }
		function sorted(a, m,   i, j, t) { for (i = 2; i <= m; i++) { t = a[i]; for (j = i - 1; j && a[j] > t; j--) a[j + 1] = a[j]; a[j + 1] = t } }
		END { sorted(o, NR); sorted(n, NR); sorted(r, NR); m = int((NR + 1) / 2); q = int((NR + 3) / 4)
			printf "| %-34s | %9.1f ms | %9.1f ms | %5.3f | %5.3f to %5.3f |\n", w, o[m] / 1000, n[m] / 1000, r[m], r[q], r[NR + 1 - q] }'
	rm "$D/old.us" "$D/new.us"
}
pairs() { # WHAT FUNCTION ARGUMENTS…: the function gets `old` or `new` first
	local i what=$1 f=$2; shift 2
	"$f" old "$@" >/dev/null; "$f" new "$@" >/dev/null # warm
	for i in $(seq "$PAIRS"); do
		if [ $((i % 2)) = 1 ]; then
			time_of "$D/old.us" "$f" old "$@"; time_of "$D/new.us" "$f" new "$@"
		else
			time_of "$D/new.us" "$f" new "$@"; time_of "$D/old.us" "$f" old "$@"
		fi
	done
	report "$what"
}
build_of() { [ "$1" = old ] && echo "$OLD" || echo "$B"; }

service_start --rows "$ROWS" --images 2000
for f in td b2; do
	curl -s "$URL/sync" -d LANG=ADQL -d RESPONSEFORMAT=votable/$f -d MAXREC="$ROWS" \
		--data-urlencode "QUERY=SELECT * FROM bench.stars" >"$D/$f.vot"
done
convert() { rm -f "$D/out.$3"; "$(build_of "$1")/tests/bench/convert" "$D/$2.vot" "$D/out.$3"; }

echo "| what | before | now | ratio | its quarters |"
echo "| --- | --- | --- | --- | --- |"
pairs "BINARY2 to csv, $ROWS rows" convert b2 csv
pairs "TABLEDATA to csv, $ROWS rows" convert td csv
pairs "BINARY2 to fits, $ROWS rows" convert b2 fits
pairs "BINARY2 to jsonl, $ROWS rows" convert b2 jsonl
pairs "BINARY2 to png, $ROWS rows" convert b2 png

for v in old new; do
	mkdir -p "$D/$v" "$D/$v.state" "$D/$v.cache"
	XDG_STATE_HOME=$D/$v.state XDG_CACHE_HOME=$D/$v.cache "$(build_of $v)/tapfs" "$URL" "$D/$v" -o maxrec="$ROWS"
done
trap 'fusermount3 -u "$D/old"; fusermount3 -u "$D/new"; sleep 1; cleanup' EXIT
drop() { # VERSION SQL
	echo "$2 -- $RANDOM$RANDOM" >"$D/$1/queries/q.adql"; cat "$D/$1/queries/q.csv"
}
small() { local i; for i in 1 2 3 4 5; do drop "$1" "SELECT TOP 10 name, ra, dec FROM demo.messier ORDER BY mag"; done; }
pairs "a small query to csv, five times" small
pairs "100,000 rows, dropped to csv" drop "SELECT TOP 100000 * FROM bench.stars"
many() {
	local i
	rm -rf "$D/many"; mkdir "$D/many"
	for i in $(seq 50); do echo "SELECT TOP $i name FROM demo.messier -- $RANDOM$RANDOM" >"$D/many/q$i.adql"; done
	cp "$D"/many/*.adql "$D/$1/queries/"; for i in $(seq 50); do cat "$D/$1/queries/q$i.csv"; done
}
pairs "fifty queries by one cp" many
names() { local i; for i in 1 2 3 4 5; do ls -lR "$D/$1/schemas"; done; }
pairs "ls -lR schemas, warm, five times" names
for v in old new; do drop $v "SELECT * FROM ivoa.obscore WHERE obs_collection IS NOT NULL" >/dev/null; done
walk() { find "$D/$1/datalink/q" -name links.csv | head -200; }
pairs "find in 200 rows of datalink, warm" walk
image() { echo drop-cache >"$D/$1/.tapfs/ctl"; cat "$D/$1"/datalink/by-id/"$ID"/this.fits; }
ID=$(head -2 "$D/new/queries/q.csv" | tail -1 | tr ',' '\n' | grep '^ivo://' | head -1 | sed 's|/|%2F|g')
[ -z "$ID" ] || pairs "a linked image, cold" image
