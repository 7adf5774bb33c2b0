#!/bin/bash
# datalink/ on DaCHS: from an ObsCore query to the bytes of its images.
. tests/interop/dachs.sh
timeout 60 "$B/tapfs" "$DACHS" "$SKY"
query obs "SELECT * FROM ivoa.obscore WHERE 1 = CONTAINS(POINT('ICRS', s_ra, s_dec), CIRCLE('ICRS', 83.8, -5.4, 2))" >"$Q/orion.adql"
is "the query has its rows" "$(timeout 60 tail -n +2 "$Q/orion.csv" | grep -c .)" 1
is "and a folder in datalink/" "$(ls "$SKY/datalink" | tr '\n' ' ')" "by-id orion "
row=$(ls "$SKY/datalink/orion")
is "with a folder a row, named by its obs_id" "$row" "demo_img%2Fdata%2Fimg02.fits"
R=$SKY/datalink/orion/$row
is "in it are its links" "$(timeout 30 ls "$R" | tr '\n' ' ')" \
	"auxiliary.csv documentation.html links.csv preview.jpg progenitor.error.txt this.fits "
like "links.csv tells all of them" "$(cat "$R/links.csv")" '^this.fits,#this,The full dataset.,image/fits,1054080,http'
like "a link that fails says why" "$(cat "$R/progenitor.error.txt")" '^NotFoundFault: No file for linked item'
url=$(grep '^this.fits' "$R/links.csv" | grep -o 'http[^,]*')
dachs_get "$url" >"$D/this.fits"
is "the image has its true size" "$(timeout 30 stat -c %s "$R/this.fits")" "$(stat -c %s "$D/this.fits")"
is "and its bytes" "$(timeout 30 md5sum <"$R/this.fits")" "$(md5sum <"$D/this.fits")"
is "astropy reads it where it lies" "$(timeout 60 /usr/bin/python3 -W ignore -c '
import sys
from astropy.io import fits
from astropy.wcs import WCS
with fits.open(sys.argv[1]) as f, fits.open(sys.argv[2]) as g:
    w = WCS(f[0].header)
    print(f[0].data.shape == g[0].data.shape, bool((f[0].data[5, 7] == g[0].data[5, 7]).all()), w.axis_type_names[0])
' "$R/this.fits" "$D/this.fits")" "True True RA"
is "a file whose size the server does not tell is whole when it is open" \
	"$(timeout 60 head -1 "$R/auxiliary.csv" | tr -d '\r')" "source_id,ra,dec,phot_g_mean_mag"
query none "SELECT TOP 3 source_id FROM demo_cat.stars" >"$Q/plain.adql"
timeout 60 cat "$Q/plain.csv" >/dev/null
is "a result without links has no folder" "$(ls "$SKY/datalink" | tr '\n' ' ')" "by-id orion "
unmount
finish
