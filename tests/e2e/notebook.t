#!/bin/bash
# A notebook's work with nothing but files: ObsCore, an image in astropy, a cut-out by name, a light curve.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
timeout 120 /usr/bin/python3 -W ignore tests/e2e/notebook.py "$SKY" 83.6332 22.0145 \
	"SELECT mjd, mag, mag_error FROM demo.light_curve_points WHERE name = 'v07' AND band = 'V' ORDER BY mjd" >"$D/held" 2>"$D/failed"
while read -r line; do ok "$line"; done <"$D/held"
is "all of the notebook's checks held" "$(wc -l <"$D/held") $(tail -1 "$D/failed")" "7 "
finish
