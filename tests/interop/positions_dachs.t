#!/bin/bash
# sia/ and scs/ on DaCHS, whose TAP does not declare them: by configuration.
. tests/interop/dachs.sh
timeout 60 "$B/tapfs" "$DACHS" "$SKY" -o "scs_url=$DACHS_HOST/demo_cat/q/cone/scs.xml?,sia_url=$DACHS_HOST/demo_img/q/siap2/siap2.xml"
P=$SKY/scs/83.8,-5.4,0.5
query cone "SELECT source_id FROM demo_cat.stars WHERE 1 = CONTAINS(POINT('ICRS', ra, dec), CIRCLE('ICRS', 83.8, -5.4, 0.5))" >"$Q/cone.adql"
ids() { timeout 60 /usr/bin/python3 -c '
import csv, sys
for row in csv.DictReader(open(sys.argv[1])): print(row["source_id"])' "$1" | sort; }
ids "$P/result.csv" >"$D/cone"; ids "$Q/cone.csv" >"$D/adql"
is "the rows are those of the same cone in ADQL" "$(md5sum <"$D/cone")" "$(md5sum <"$D/adql")"
ok "which are some ($(wc -l <"$D/cone"))" "$([ -s "$D/cone" ] && echo true || echo false)"
is "astropy reads the VOTable" "$(timeout 60 /usr/bin/python3 -W ignore -c '
import sys
from astropy.io.votable import parse_single_table
print(len(parse_single_table(sys.argv[1]).to_table()))' "$P/result.vot")" "$(wc -l <"$D/cone")"
R=$SKY/sia/83.8,-5.4,1
is "an image search has the image, as a folder" "$(timeout 60 ls "$R" | grep -vc '^result\.')" 1
row=$R/$(ls "$R" | grep -v '^result\.')
like "with its links" "$(timeout 60 ls "$row" | tr '\n' ' ')" 'links.csv .*this.fits'
url=$(grep '^this.fits' "$row/links.csv" | grep -o 'http[^,]*')
is "and its bytes" "$(timeout 30 md5sum <"$row/this.fits")" "$(dachs_get "$url" | md5sum)"
unmount
timeout 60 "$B/tapfs" "$DACHS" "$SKY" -o "scs_url=$DACHS_HOST/demo_cat/q/cone/scs.xml?MAXREC=abc"
fails "an error of the service is an error" timeout 60 ls "$SKY/scs/1,1,1"
like "in its own words" "$(cat "$SKY/.tapfs/errors")" "scs/1,1,1: .*'abc' is not a valid literal"
unmount
finish
