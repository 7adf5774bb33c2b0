#!/bin/sh
# What a machine can check of CONTRIBUTING.md's rules. Prints what falls short; exits 1 then.
# usage: lint.sh [OBJECTS]   OBJECTS: where the sources were compiled to, for the call circles
set -u
fail=0
bad() { echo "lint: $*" >&2; fail=1; }

# The folders from the lowest to the highest. Each may include itself and what is named before it.
order='base base/text cache
	table table/votable table/plot table/links table/read table/write
	http
	tap/vosi tap/service tap/metadata tap/uws tap/remote tap/query tap/datalink tap/position tap
	fs/program fs/core fs/fuse fs/queries fs/jobs fs/datalink fs/service fs'
floors='base cache table http tap fs'

files=$(find $floors tests -name '*.[ch]' | sort)
code=$(find $floors tests/service -name '*.[ch]' | sort)

# Includes: only of the own folder and of those below it.
out=$(grep -HnE '^#include "' $(find $floors -name '*.[ch]') | awk -v order="$order" '
	function folder(path) { sub(/\/[^\/]*$/, "", path); return path }
	BEGIN { n = split(order, o); for (i = 1; i <= n; i++) rank[o[i]] = i }
	{
		split($0, part, ":")
		split($0, quoted, "\"")
		from = folder(part[1]); to = folder(quoted[2])
		if (!(from in rank)) print part[1] ": its folder is not in the list of etc/lint.sh"
		else if (!(to in rank)) print part[1] ":" part[2] ": includes " quoted[2]
		else if (rank[to] > rank[from]) print part[1] ":" part[2] ": includes " quoted[2]
	}')
[ -z "$out" ] || bad "includes that climb the order of the folders:
$out"
# A front's types stay in the front.
out=$(grep -nE '#include <fuse' $(find $floors -name '*.[ch]' ! -path 'fs/fuse/*')) && bad "FUSE outside fs/fuse:
$out"
# A struct tag says what it is wherever it is met.
out=$(awk '/^(struct|enum|union) [a-z_0-9]+ \{/ { if ($2 in at && at[$2] != FILENAME) print $1 " " $2 ": " at[$2] ", " FILENAME; at[$2] = FILENAME }' $(find $floors -name '*.[ch]'))
[ -z "$out" ] || bad "struct tags defined in two files:
$out"

for f in $files; do
	n=$(wc -l <"$f")
	[ "$n" -le 1000 ] || bad "$f has $n lines; split it by meaning"
	case $(head -c 2 "$f") in '/*') ;; *) bad "$f does not open with a comment that says what it is" ;; esac
done
out=$(grep -nE '(^|[^a-z_>.])(strcpy|strcat|sprintf|vsprintf|gets|system|popen|strtok|atoi|atol|atof|tmpnam|mktemp|alloca)\(' $code) &&
	bad "banned calls:
$out"
out=$(grep -nwE 'TODO|FIXME|XXX' $code) && bad "unfinished marks:
$out"
# A function fits a screen: 60 lines.
out=$(awk 'FNR == 1 { in_fn = 0 }
	/^{/ { start = FNR; in_fn = 1 }
	/^}/ { if (in_fn && FNR - start > 60) print FILENAME ":" start ": " FNR - start " lines"; in_fn = 0 }' $code)
[ -z "$out" ] || bad "functions longer than a screen:
$out"
# Calls, as the objects have them: no circle between folders, none of more than three files.
if [ -n "${1:-}" ]; then
	out=$(python3 etc/circles.py "$1" $floors) || bad "calls in a circle:
$out"
fi
[ $fail -eq 0 ] && echo "lint: clean"
exit $fail
