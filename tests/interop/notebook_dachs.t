#!/bin/bash
# The same notebook's work (tests/e2e/notebook.py) on DaCHS.
. tests/interop/dachs.sh
timeout 60 "$B/tapfs" "$DACHS" "$SKY"
star=4000000000005000015
timeout 200 /usr/bin/python3 -W ignore tests/e2e/notebook.py "$SKY" 83.8211 -5.3912 \
	"$(query curve "SELECT mjd, mag, mag_err FROM demo_cat.lightcurve WHERE source_id = $star AND band = 'G' AND mag IS NOT NULL ORDER BY mjd")" >"$D/held" 2>"$D/failed"
while read -r line; do ok "$line"; done <"$D/held"
is "all of the notebook's checks held" "$(wc -l <"$D/held") $(tail -1 "$D/failed")" "7 "
rm "$Q/images.adql" "$Q/curve.adql"
unmount
finish
