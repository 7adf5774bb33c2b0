#!/bin/bash
# Every format of a result, made through a mount, as astropy, stilts, json and fitsverify read it.
. tests/e2e/lib.sh
n=0
# Makes all formats of one query and compares them; numbers its lines on.
judge() { # STEM
	local f
	for f in ecsv fits json jsonl tsv txt html; do cat "$SKY/queries/$1.$f" >"$D/$1.$f"; done
	cp "$SKY/queries/$1.csv" "$SKY/queries/$1.vot" "$D/"
	/usr/bin/python3 tests/interop/formats.py "$D/$1" >"$D/judged" 2>&1 || echo "not ok - formats.py" >>"$D/judged"
	while read -r line; do
		case $line in
		"ok "*) ok "$1: ${line#*- }" ;;
		"not ok "*) ok "$1: ${line#*- }" false "$(cat "$D/judged")" ;;
		esac
	done <"$D/judged"
	like "$1: fitsverify" "$(fitsverify -q "$D/$1.fits" 2>&1)" '^verification OK'
}

# The test table of stilts: every type, as scalars, arrays and arrays of any length, with what is missing.
for s in BINARY2 TABLEDATA; do
	stilts tpipe in=:test:1000,ibsfvm cmd='addcol -ucd pos.eq.ra -units deg -desc "It'"'"'s, \"quoted\"" x 0.1*i_index' \
		"ofmt=votable(format=$s)" out="$D/in.vot" 2>/dev/null
	mkfifo "$D/url"
	/usr/bin/python3 tests/interop/one_table.py "$D/in.vot" >"$D/url" 2>/dev/null & SERVICE_PID=$!
	read -r URL <"$D/url"; rm "$D/url"
	mount_tapfs "$URL" "$SKY"
	printf -- '-- MODE = sync\nSELECT 1' >"$SKY/queries/$s.adql"
	judge $s
	unmount; service_stop
done
is "from both the same is made" "$(for f in csv tsv txt html; do cmp "$D/BINARY2.$f" "$D/TABLEDATA.$f"; done)" ""

service_start
mount_tapfs "$URL" "$SKY"
echo "SELECT TOP 500 * FROM ivoa.obscore" >"$SKY/queries/obscore.adql"
echo "SELECT * FROM demo.ngc_ic" >"$SKY/queries/ngc.adql"
judge obscore
judge ngc
finish
