#!/bin/bash
# Tables that go along with a query, sent by stilts to the demo service: all types of its test tables that the service takes.
. tests/e2e/lib.sh
service_start --rows 10000
ask() { timeout 60 stilts tapquery tapurl="$URL" "$@" >"$D/stdout" 2>"$D/said"; }
without_nan() { sed 's/"(NaN, NaN, NaN)"//g'; } # BINARY says so that an array is missing
columns="i_index b_* s_* f_float f_double v_float v_double"
for form in tabledata binary binary2; do
	stilts tpipe in=':test:300,ibsfv' cmd="keepcols '$columns'" out="$D/t.$form" ofmt="votable(format=${form^^})"
	stilts tpipe in="$D/t.$form" ofmt=csv | without_nan >"$D/sent"
	for sync in true false; do
		rm -f "$D/back"
		ask nupload=1 upload1="$D/t.$form" upname1=mine upvotformat=${form^^} sync=$sync adql="SELECT * FROM TAP_UPLOAD.mine ORDER BY i_index" \
			ofmt=csv out="$D/back"
		is "$form comes back as it went, sync=$sync" "$(without_nan <"$D/back" | diff "$D/sent" - && wc -l <"$D/back")" 301
	done
done
ask nupload=2 upload1="$D/t.binary2" upname1=a upload2="$D/t.tabledata" upname2=b ofmt=csv out="$D/joined" \
	adql="SELECT COUNT(*) AS n, SUM(s.id - a.i_index) AS d FROM TAP_UPLOAD.a AS a JOIN TAP_UPLOAD.b AS b ON a.i_index = b.i_index JOIN bench.stars AS s ON s.id = b.i_index"
is "two of them join a table of the service, whose first id is 1" "$(tr -d '\r' <"$D/joined")" "n,d
299,0"
ask nupload=1 upload1="$D/t.binary" upname1=mine adql="SELECT nix FROM TAP_UPLOAD.mine"
like "a mistake is told with its place" "$(cat "$D/said")" 'Line 1, column 8: unknown column "nix"'
finish
