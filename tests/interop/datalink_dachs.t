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
	"auxiliary.csv cutout documentation.html links.csv preview.jpg progenitor.error.txt this.fits "
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
# Cut-outs, and the dataset by its identifier.
like "what can be cut out is told with its ranges" "$(cat "$R/cutout/README.txt")" 'from 83.7487042756813 to 83.89129572431868 deg'
is "a cut-out is what DaCHS cuts" "$(timeout 60 md5sum <"$R/cutout/83.82,-5.39,0.01.fits")" \
	"$(dachs_get -G "$DACHS_HOST/demo_img/q/dl/dlget" --data-urlencode "ID=ivo://org.example.demo/~?demo_img/data/img02.fits" --data-urlencode "CIRCLE=83.82 -5.39 0.01" | md5sum)"
like "one that lies elsewhere is told" "$(timeout 60 cat "$R/cutout/10.5,41,0.01.fits" 2>&1; tail -1 "$SKY/.tapfs/errors")" '10.5,41,0.01.fits: '
unmount
timeout 60 "$B/tapfs" "$DACHS" "$SKY" -o "datalink_url=$DACHS_HOST/demo_img/q/dl/dlmeta"
is "by-id/ opens a dataset" "$(cd "$SKY/datalink/by-id/ivo:%2F%2Forg.example.demo%2F~?demo_img%2Fdata%2Fimg02.fits" && ls | tr '\n' ' ')" \
	"auxiliary.csv cutout documentation.html links.csv preview.jpg progenitor.error.txt this.fits "
# Rows without a type, and many of them.
query many "SELECT obs_id, access_url FROM ivoa.obscore" >"$Q/many.adql"
n=$(timeout 60 tail -n +2 "$Q/many.csv" | wc -l)
is "an access_url without its type is seen to be a document" "$(find "$SKY/datalink/many" -name this.fits | wc -l)" "$n"
query none "SELECT TOP 3 source_id FROM demo_cat.stars" >"$Q/plain.adql"
timeout 60 cat "$Q/plain.csv" >/dev/null
is "a result without links has no folder" "$(ls "$SKY/datalink" | tr '\n' ' ')" "by-id many orion "
unmount
finish
