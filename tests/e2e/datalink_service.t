#!/bin/bash
# The demo service's DataLink and SODA by themselves.
. tests/e2e/lib.sh
service_start
LINKS=$HOST/datalink/links
SODA=$HOST/soda
DID='ivo://tapfs.demo/images?'
fits() { python3 tests/e2e/fits.py "$@"; }
get() { curl -s --compressed --max-time 30 "$@"; }
status() { curl -s --max-time 30 -o "$D/body" -D "$D/headers" -w '%{http_code}' "$@"; }
header() { sed -n "s/^$1: \([^\r]*\).*/\1/ip" "$D/headers"; }
links() { # NAME…: the document
	local n; for n; do printf -- '--data-urlencode\nID=%s%s\n' "$DID" "$n"; done |
		{ mapfile -t ids; get "$LINKS" "${ids[@]}" "${more[@]}"; }
}
more=()
# Cells of a document's rows, by number, with "|" between them.
cells() { # NUMBER…
	python3 -c 'import sys, xml.etree.ElementTree as e
v = "{http://www.ivoa.net/xml/VOTable/v1.3}"
for row in e.parse(sys.stdin).iter(v + "TR"):
    cells = [c.text or "" for c in row.iter(v + "TD")]
    print("|".join(cells[int(i)] for i in sys.argv[1:]))' "$@"
}
semantics() { cells 5 | paste -sd' '; }

# DataLink.
is "what an image has" "$(links m31 | semantics)" "#this #preview #weight #documentation #auxiliary #cutout #cutout"
is "the image itself" "$(links m31 | cells 0 1 6 7 | head -1)" "${DID}m31|$HOST/files/images/m31.fits|application/fits|1056960"
is "has that length" "$(get "$HOST/files/images/m31.fits" | wc -c)" 1056960
is "so has its weight map" "$(get "$HOST/files/weights/m31.fits" | wc -c)" "$(links m31 | cells 7 | sed -n 3p)"
is "some tell no length" "$(links m17 m27 m28 | cells 5 7 | grep '#this')" "#this|
#this|
#this|1056960"
is "every link leads somewhere" "$(for url in $(links m31 m17 | cells 1); do status "$url"; echo; done | sort | uniq -c | tr -s ' ')" " 10 200"
is "but for those that are lost" "$(url=$(links m18 | cells 1 5 | sed -n 's/|#progenitor//p'); status "$url")" 404
is "and those that are told to be" "$(links m17 | cells 3 5 | grep progenitor)" "NotFoundFault: the raw frame was not kept|#progenitor"
like "one has links to links" "$(links mosaic | cells 5 6 1 | grep progenitor.*datalink)" 'content=datalink.*links\?ID=ivo%3A%2F%2Ftapfs.demo%2Fimages%3Fm42'
like "one is private" "$(links m110 | cells 1 10 11 | head -1)" 'm110.fits\|true\|false'
like "not for who signed in" "$(get -u demo:demopass "$HOST/auth/basic/datalink/links?ID=ivo://tapfs.demo/images%3fm110" | cells 1 10 11 | head -1)" \
	'/auth/basic/files/images/m110.fits\|true\|true'
is "an unknown ID is a row with an error" "$(get "$LINKS?ID=nonsense" | cells 0 1 3 5)" \
	"nonsense||NotFoundFault: there is no such dataset|#this"
is "no ID, no rows" "$(status "$LINKS"):$(cells 0 <"$D/body")" "200:"
is "several IDs by GET" "$(get "$LINKS?ID=ivo://tapfs.demo/images%3Fm1&ID=x&ID=ivo://tapfs.demo/images%3Fm2" | cells 0 | uniq | paste -sd' ')" "${DID}m1 x ${DID}m2"
overflow() { grep -c 'value="OVERFLOW"'; }
is "fifty IDs are answered at once" "$(links $(seq -f m%g 1 50) | tee "$D/doc" | cells 0 | uniq | wc -l):$(overflow <"$D/doc")" 50:0
is "no more" "$(links $(seq -f m%g 1 60) | tee "$D/doc" | cells 0 | uniq | tail -1):$(overflow <"$D/doc")" "${DID}m50:1"
more=(-d MAXREC=10)
is "MAXREC ends between IDs" "$(links m31 m32 m33 | tee "$D/doc" | cells 0 | uniq -c | tr -s ' '):$(overflow <"$D/doc")" " 7 ${DID}m31:1"
more=(-d MAXREC=3)
is "but not in front of the first" "$(links m31 m32 | tee "$D/doc" | cells 0 | uniq -c | tr -s ' '):$(overflow <"$D/doc")" " 7 ${DID}m31:1"
more=()
is "a format that is none" "$(status "$LINKS?ID=x&RESPONSEFORMAT=csv")" 400
is "a MAXREC that is none" "$(status "$LINKS?ID=x&MAXREC=many")" 400
is "the type" "$(status "$LINKS?ID=x"):$(header Content-Type)" "200:application/x-votable+xml;content=datalink"
like "the cut-out's descriptor tells the limits" "$(links m31 | tr -d '\n')" \
	'adhoc:service" ID="soda_sync_m31".*name="CIRCLE"[^/]*<DESCRIPTION>[^<]*</DESCRIPTION><VALUES><MAX value="10.6845750 41.2689030 5.[0-9]*"/></VALUES>.*<MIN value="5e-07"/><MAX value="6e-07"/>'

# SODA.
get "$HOST/files/images/m44.fits" -o "$D/m44.fits" # floats
get "$HOST/files/images/m42.fits" -o "$D/m42.fits" # integers
get "$HOST/files/images/m45.fits" -o "$D/m45.fits" # turned
cut() { # NAME PARAMETER…
	local p args=(); for p in "${@:2}"; do args+=(--data-urlencode "$p"); done
	status -G "$SODA/sync" --data-urlencode "ID=$DID$1" "${args[@]}"
}
check() { # TEST NAME PARAMETER SIZE
	is "$1" "$(cut "$2" "$3"):$(header Content-Type):$(fits "$D/body" keys NAXIS1 NAXIS2 | paste -sdx)" "200:application/fits:$4"
	is "it has the right pixels" "$(fits "$D/body" inside "$D/$2.fits")" same
}
check "a circle" m44 "CIRCLE=130.05 19.62 0.1" 27x26
check "the same as POS" m44 "POS=CIRCLE 130.05 19.62 0.1" 27x26
check "at an edge, what there is" m44 "CIRCLE=131.8 19.62 0.5" 114x130
check "a circle smaller than a pixel" m44 "CIRCLE=130.05 19.62 0.0001" 1x1
check "a polygon" m44 "POLYGON=130 19.5 130.2 19.5 130.2 19.7" 26x27
check "a range" m42 "POS=RANGE 83.5 84.0 -5.5 -5.0" 94x94
check "an open one" m42 "POS=RANGE 83.5 84.0 -Inf +Inf" 94x512
check "of a turned image" m45 "CIRCLE=56.6 24.1 0.3" 68x68
is "of an image that has all of its sky: all" "$(cut m42 "CIRCLE=83.8 -5.4 60"):$(fits "$D/body" inside "$D/m42.fits"):$(stat -c %s "$D/body")" \
	"200:same:$(stat -c %s "$D/m42.fits")"
is "without a region too" "$(cut m42):$(fits "$D/body" inside "$D/m42.fits")" "200:same"
is "of 1 GiB" "$(cut giant "CIRCLE=266.41683 -29.00781 0.005"):$(fits "$D/body" keys NAXIS1 NAXIS2 | paste -sdx)" 200:180x180
like "with its star" "$(fits "$D/body" star 266.41683 -29.00781)" '^0\.[0-7]'
is "of a mosaic, of each chip" "$(cut mosaic "CIRCLE=83.822083 -5.391111 0.05"):$(fits "$D/body" hdus | paste -sd,)" \
	"200:none,159 159,159 159,159 159,159 159"
is "but those that have nothing of it" "$(cut mosaic "CIRCLE=83.9 -5.45 0.01"):$(fits "$D/body" hdus | paste -sd,)" \
	"200:none,73 73"
is "no dates, no parts: it was made for this request" "$(header ETag)$(header Last-Modified)$(header Accept-Ranges)" ""
is "nothing there" "$(cut m44 "CIRCLE=10 10 0.1"):$(stat -c %s "$D/body")" 204:0
is "nor behind us" "$(cut m44 "CIRCLE=310 -19.6 0.1")" 204
is "nothing of that band" "$(cut m44 "BAND=1 2")" 204
is "of its own" "$(cut m44 "BAND=5e-7 7e-7" "CIRCLE=130.05 19.62 0.1"):$(fits "$D/body" keys NAXIS1)" 200:27
refused() { # PARAMETER STATUS TEXT
	is "$1 is refused" "$(cut m44 "$1"):$(cat "$D/body")" "$2:$3"
}
refused "CIRCLE=10 x 1" 400 'UsageFault: a circle is three numbers, RA DEC RADIUS in degrees, not "10 x 1".'
refused "POS=BOX 1 2 3 4" 400 'UsageFault: POS begins with CIRCLE, RANGE or POLYGON, not "BOX 1 2 3 4".'
refused "BAND=red" 400 'UsageFault: BAND is one or two wavelengths in metres, not "red".'
is "two regions are" "$(cut m44 "CIRCLE=1 1 1" "POS=CIRCLE 1 1 1")" 400
for bad in "CIRCLE=10 100 1" "CIRCLE=1 1 -1" "POLYGON=1 1 2 2" "POS=RANGE 1 2 5 4" "POS=RANGE -1 2 3 4" "BAND=2 1"; do
	is "$bad is impossible" "$(cut m44 "$bad")" 422
done
is "no ID" "$(status "$SODA/sync")" 400
is "two IDs" "$(status "$SODA/sync?ID=a&ID=b")" 400
is "an unknown one" "$(status "$SODA/sync?ID=a"):$(cat "$D/body")" '404:NotFoundFault: there is no dataset "a".'
is "a private one" "$(cut m110)" 403

# By jobs.
job() { curl -s "$SODA/async" --data-urlencode "ID=${DID}m44" "$@" -o "$D/none" -w '%{redirect_url}'; }
phase() { curl -s "$1/phase"; }
job=$(job --data-urlencode "CIRCLE=130.05 19.62 0.1")
is "a job waits" "$(phase "$job")" PENDING
is "in a list of its own" "$(get "$SODA/async" | grep -c jobref\ id):$(get "$URL/async" | grep -c jobref\ id)" 1:0
is "which TAP does not know" "$(status "$URL/async/${job##*/}")" 404
curl -s -d PHASE=RUN "$job/phase" -o "$D/none"
like "is done" "$(get "$job?WAIT=20" -o "$D/none"; get "$job")" 'phase>COMPLETED.*'
is "and has the cut-out" "$(status "$job/results/result"):$(fits "$D/body" inside "$D/m44.fits")" 200:same
job=$(job --data-urlencode "CIRCLE=10 10 0.1" -d PHASE=RUN)
is "where there is nothing it has no result" "$(get "$job?WAIT=20" >"$D/doc"; phase "$job"):$(grep -c 'uws:result id' "$D/doc")" COMPLETED:0
job=$(job --data-urlencode "CIRCLE=10 x 1" -d PHASE=RUN)
is "what is wrong is told" "$(get "$job?WAIT=20" | grep -c UsageFault):$(phase "$job")" 1:ERROR
job=$(job -d POS="CIRCLE 1 1 1" -d CIRCLE="1 1 1" -d PHASE=RUN)
is "also two regions" "$(get "$job?WAIT=20" | grep -c MultiValuedParamNotSupported)" 1
is "it can be deleted" "$(status -X DELETE "$job"):$(header Location):$(status "$job")" "303:$SODA/async:404"
finish
