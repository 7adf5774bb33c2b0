#!/bin/sh
# What a machine can check of CONTRIBUTING.md's rules. Prints what falls short; exits 1 then.
set -u
fail=0
bad() { echo "lint: $*" >&2; fail=1; }

climb() { # FLOOR FORBIDDEN
	out=$(grep -nE "#include \"($2)/" "$1"/*.[ch] 2>/dev/null) && bad "includes that climb the floors:
$out"
}
climb base 'cache|tap|fs|tests'
climb cache 'tap|fs|tests'
climb tap 'fs|tests'
climb fs 'tests'

files=$(ls base/*.[ch] cache/*.[ch] tap/*.[ch] fs/*.[ch] tests/*/*.[ch] 2>/dev/null)
for f in $files; do
	n=$(wc -l <"$f")
	[ "$n" -le 1000 ] || bad "$f has $n lines; split it by meaning"
	case $(head -c 2 "$f") in '/*') ;; *) bad "$f does not open with a comment that says what it is" ;; esac
done
code=$(ls base/*.[ch] cache/*.[ch] tap/*.[ch] fs/*.[ch] tests/service/*.[ch])
out=$(grep -nE '(^|[^a-z_>.])(strcpy|strcat|sprintf|vsprintf|gets|system|popen|strtok|atoi|atol|atof|tmpnam|mktemp|alloca)\(' $code) &&
	bad "banned calls:
$out"
out=$(grep -nwE 'TODO|FIXME|XXX' $code) && bad "unfinished marks:
$out"
# A function fits a screen: 70 lines.
out=$(awk 'FNR == 1 { in_fn = 0 }
	/^{/ { start = FNR; in_fn = 1 }
	/^}/ { if (in_fn && FNR - start > 70) print FILENAME ":" start ": " FNR - start " lines"; in_fn = 0 }' $code)
[ -z "$out" ] || bad "functions longer than a screen:
$out"
[ $fail -eq 0 ] && echo "lint: clean"
exit $fail
