#!/bin/bash
# The demo service's images as tables, and its searches by place.
. tests/e2e/lib.sh
service_start
get() { curl -s --compressed --max-time 30 "$@"; }
status() { curl -s --max-time 30 -o "$D/body" -D "$D/headers" -w '%{http_code}' "$@"; }
ask() { get "$URL/sync" -d LANG=ADQL -d "RESPONSEFORMAT=${format:-csv}" --data-urlencode "QUERY=$1" | tr -d '\r'; }
rows() { ask "$1" | tail -n +2; }
error() { ask "$1" | sed -n 's/.*value="ERROR">\([^<]*\)<.*/\1/p'; }

# ObsCore.
is "an image of each Messier object, and three large ones" "$(rows 'SELECT COUNT(*) AS n FROM ivoa.obscore')" 113
is "found by its middle" "$(rows "SELECT obs_id FROM ivoa.obscore
	WHERE 1 = CONTAINS(POINT('ICRS', s_ra, s_dec), CIRCLE('ICRS', 84, -5, 2)) ORDER BY obs_id" | paste -sd' ')" "m42 m43 mosaic"
is "by its outline" "$(rows "SELECT obs_id FROM ivoa.obscore
	WHERE 1 = INTERSECTS(CIRCLE('ICRS', 12.5, 45.5, 1), s_region) ORDER BY obs_id" | paste -sd' ')" "m31"
is "by a place in it" "$(rows "SELECT obs_id FROM ivoa.obscore WHERE 1 = CONTAINS(POINT(83.6, -5.2), s_region) ORDER BY 1" | paste -sd' ')" "m42 m43 mosaic"
is "the outline is a region" "$(rows "SELECT CONTAINS(POINT(s_ra, s_dec), s_region) AS x, COUNT(*) AS n FROM ivoa.obscore GROUP BY x")" 1,113
is "no other text is" "$(error "SELECT AREA(obs_id) FROM ivoa.obscore")" \
	"Line 1, column 13: AREA takes a position or region here, not a text"
is "most tell of links" "$(rows "SELECT access_format, COUNT(*) AS n FROM ivoa.obscore GROUP BY access_format ORDER BY n DESC")" \
	"application/x-votable+xml;content=datalink,102
application/fits,11"
is "at the address that the client knows" "$(rows "SELECT access_url FROM ivoa.obscore WHERE obs_id IN ('m31', 'm44') ORDER BY obs_id")" \
	"$HOST/datalink/links?ID=ivo%3A%2F%2Ftapfs.demo%2Fimages%3Fm31
$HOST/files/images/m44.fits"
url=$(curl -s -u demo:demopass "$HOST/auth/basic/tap/sync" -d LANG=ADQL -d RESPONSEFORMAT=csv \
	-d "QUERY=SELECT access_url FROM ivoa.obscore WHERE obs_id = 'm44'" | tr -d '\r' | tail -1)
is "also through a door" "$url" "$HOST/auth/basic/files/images/m44.fits"
job=$(curl -s "$URL/async" -d LANG=ADQL -d RESPONSEFORMAT=csv -d PHASE=RUN -o "$D/none" -w '%{redirect_url}' \
	-d "QUERY=SELECT access_url FROM ivoa.obscore WHERE obs_id = 'm44'")
get "$job?WAIT=20" -o "$D/none"
is "and in a job" "$(get "$job/results/result" | tr -d '\r' | tail -1)" "$HOST/files/images/m44.fits"
is "the size is about that" "$(rows "SELECT access_estsize FROM ivoa.obscore WHERE obs_id = 'm44'"):$(get "$HOST/files/images/m44.fits" | wc -c)" 1056:1056960
rows "SELECT access_url FROM ivoa.obscore" | sed "s|.*|url = \"&\"\noutput = \"$D/none\"|" |
	curl -s -g -K - -w '%{http_code}\n' --max-time 30 -r 0-0 >"$D/codes"
is "every one of them leads somewhere" "$(sort "$D/codes" | uniq -c | tr -s ' ')" " 102 200
 11 206"

# What a VOTable tells.
for format in votable/td votable/b2 votable/b; do
	ask 'SELECT TOP 5 s_ra, obs_publisher_did AS did FROM ivoa.obscore' >"$D/doc"
	is "$format has the service of links behind its rows" \
		"$(tr '\0' '\n' <"$D/doc" | grep -aoE 'ID="obs_publisher_did" name="did"|utype="adhoc:service"|value="[^"]*/datalink/links"|ref="[^"]*"|</TABLE>|</VOTABLE>' | paste -sd' ')" \
		"ID=\"obs_publisher_did\" name=\"did\" </TABLE> utype=\"adhoc:service\" value=\"$HOST/datalink/links\" ref=\"obs_publisher_did\" </VOTABLE>"
done
format=votable
is "only where there are identifiers" "$(ask 'SELECT TOP 5 s_ra FROM ivoa.obscore' | grep -c adhoc)" 0
is "one column of them is enough" "$(ask 'SELECT TOP 5 obs_publisher_did, obs_publisher_did AS again FROM ivoa.obscore' | grep -c ' ID=')" 1
like "a column can have a LINK" "$(ask 'SELECT TOP 1 note AS n FROM demo.images')" "<LINK [^>]*href=\"$HOST/files/notes/\\\$\{n\}.txt\"/>"
format=csv
is "there are URLs, previews and paths too" "$(rows "SELECT url, preview, file_path, note FROM demo.images WHERE name = 'm31'")" \
	"$HOST/files/images/m31.fits,$HOST/files/previews/m31.png,images/m31.fits,m31"

# Light curves.
is "a light curve's points are a query" "$(rows "SELECT COUNT(*) AS n FROM demo.light_curve_points WHERE name = 'v07'")" 100
curve=$(rows "SELECT url FROM demo.light_curves WHERE name = 'v07'")
is "and a file" "$curve $(status "$curve"):$(wc -l <"$D/body")" "$HOST/files/lightcurves/v07.csv 200:101"
is "which has the same" "$(tail -n +2 "$D/body" | sort)" \
	"$(rows "SELECT mjd, band, mag, mag_error FROM demo.light_curve_points WHERE name = 'v07'" |
		awk -F, '{ printf "%.6f,%s,%.4f,%.4f\n", $1, $2, $3, $4 }' | sort)"
is "of no star" "$(status "$HOST/files/lightcurves/v99.csv")" 404

# SIA.
sia() { get -G "$HOST/sia2/query" "$@" | grep -o '<TR><TD>image</TD><TD>2</TD><TD>DEMO</TD><TD>[a-z0-9]*' | sed 's/.*>//' | sort | paste -sd' '; }
is "SIA by a circle" "$(sia --data-urlencode 'POS=CIRCLE 12.5 45.5 1')" m31
is "by two" "$(sia --data-urlencode 'POS=CIRCLE 12.5 45.5 1' --data-urlencode 'POS=CIRCLE 83.8 -5.4 0.01')" "m31 m42 m43 mosaic"
is "by a range" "$(sia --data-urlencode 'POS=RANGE 83 84 -6 -5')" "m42 m43 mosaic"
is "by a polygon and a band" "$(sia --data-urlencode 'POS=POLYGON 83 -6 84 -6 84 -5' --data-urlencode 'BAND=4e-7 4.5e-7')" "m42"
is "by time" "$(sia --data-urlencode 'TIME=58031 58031.2')" m31
is "by name" "$(sia --data-urlencode TARGET=M1 --data-urlencode TARGET=M2)" "m1 m2"
is "by what it is not" "$(sia --data-urlencode POL=I)" ""
is "so many at most" "$(sia --data-urlencode MAXREC=3 | wc -w)" 3
is "with an error where it is wrong" "$(status -G "$HOST/sia2/query" -d POS=here):$(grep -c QUERY_STATUS.*ERROR "$D/body")" 400:1

# Cone search.
cone() { get -G "$HOST/scs/messier" "$@" | grep -o '<TR><TD>[^<]*' | cut -c 9- | sort | paste -sd' '; }
is "a cone" "$(cone -d RA=10 -d DEC=41 -d SR=2)" "M110 M31 M32"
is "of no radius" "$(cone -d RA=10 -d DEC=41 -d SR=0)" ""
is "with the UCDs of that time" "$(get "$HOST/scs/messier?RA=10&DEC=41&SR=0" | grep -oE 'ucd="[A-Z_]+"' | paste -sd' ')" \
	'ucd="ID_MAIN" ucd="POS_EQ_RA_MAIN" ucd="POS_EQ_DEC_MAIN"'
for bad in "RA=10&DEC=41" "RA=10&DEC=91&SR=1" "RA=x&DEC=41&SR=1" "RA=10&DEC=41&SR=-1"; do
	like "no cone: $bad" "$(get "$HOST/scs/messier?$bad")" '<INFO ID="Error" name="Error" value="RA \(0 to 360\)'
done
is "of another table" "$(status "$HOST/scs/bright_stars?RA=10&DEC=41&SR=2")" 200
is "of none" "$(status "$HOST/scs/nothing?RA=10&DEC=41&SR=2")" 404

# What they tell of themselves.
is "TAP's capabilities have all" "$(get "$URL/capabilities" | grep -oE 'std/(DataLink|SODA|SIA|ConeSearch|TAP)[^"R]*"' | sort -u | paste -sd' ')" \
	'std/ConeSearch" std/DataLink#links-1.1" std/SIA#query-2.0" std/SODA#async-1.0" std/SODA#sync-1.0" std/TAP"'
like "and the data model" "$(get "$URL/capabilities")" 'dataModel ivo-id="ivo://ivoa.net/std/ObsCore#core-1.1"'
is "others tell of themselves" "$(get "$HOST/soda/capabilities" | grep -o 'standardID="[^"]*"' | sed 's/.*std.//; s/"//' | paste -sd' ')" \
	"VOSI#capabilities VOSI#availability SODA#sync-1.0 SODA#async-1.0"

# More of them.
service_stop
service_start --images 10000
is "--images makes more" "$(rows 'SELECT COUNT(*) AS n FROM ivoa.obscore')" 10003
is "all over the sky" "$(rows 'SELECT FLOOR(s_dec / 45) AS d, COUNT(*) AS n FROM ivoa.obscore GROUP BY d ORDER BY d' | cut -d, -f2 | awk '$1 > 1000' | wc -l)" 4
is "with files" "$(status "$HOST/files/images/f001234.fits")" 200
finish
