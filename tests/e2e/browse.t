#!/bin/bash
# Schemas, tables and columns can be read as files.
. tests/e2e/lib.sh
service_start --tables 300
cat >"$XDG_CONFIG_HOME/tapfs/tapfs.ini" <<I
[service local]
url = $URL
title = a service of this machine
I
succeeds "a service is mounted by its configured name" mount_tapfs local "$SKY"

succeeds "what the capabilities tell of is waited for" test -d "$SKY/sia"
is "the root lists what the tree says" "$(ls "$SKY")" "README.txt
datalink
jobs
queries
schemas
scs
service
sia
status
uploads"
like "README.txt is written for this service" "$(cat "$SKY/README.txt")" "a service of this machine"
like "README.txt tells its limits" "$(cat "$SKY/README.txt")" "rows of a result"
is "schemas/ has the service's schemas" "$(ls "$SKY/schemas")" "TAP_SCHEMA
demo
ivoa
viz"
is "a schema has its tables, without the schema's prefix" "$(ls "$SKY/schemas/demo")" "bright_stars
description.txt
images
light_curve_points
light_curves
messier
ngc_ic"
is "a table's folder has its files" "$(ls "$SKY/schemas/demo/messier")" "README.txt
columns.csv
columns.txt
description.txt
keys.csv
select.adql"
is "columns.csv has the header of the contract" "$(head -1 "$SKY/schemas/demo/messier/columns.csv")" \
	"name,datatype,arraysize,xtype,unit,ucd,utype,flags,description"
like "columns.csv tells unit and UCD" "$(cat "$SKY/schemas/demo/messier/columns.csv")" \
	'^ra,double,,,deg,pos.eq.ra;meta.main,,.*Right ascension'
like "columns.txt is aligned for reading" "$(cat "$SKY/schemas/demo/messier/columns.txt")" \
	'^ra +double +deg +pos.eq.ra'
like "keys.csv tells where a column points" "$(cat "$SKY/schemas/demo/messier/keys.csv")" \
	'ngc,demo.ngc_ic,name'
like "select.adql selects all columns" "$(cat "$SKY/schemas/demo/messier/select.adql")" 'FROM demo.messier$'

for f in README.txt columns.csv columns.txt keys.csv select.adql description.txt; do
	is "the size of $f is exact" "$(stat -c %s "$SKY/schemas/demo/messier/$f")" \
		"$(cat "$SKY/schemas/demo/messier/$f" | wc -c)"
done
fails "a name that is not there is not found" ls "$SKY/schemas/demo/nothing"
fails "nothing can be created in schemas/" touch "$SKY/schemas/demo/mine"
fails "nothing can be removed from schemas/" rm -f "$SKY/schemas/demo/messier/README.txt"

# Names with slashes are folders.
deep=$(find "$SKY/schemas/viz/J" -name columns.csv | head -1)
like "a table name with slashes becomes folders" "${deep#"$SKY"/schemas/viz/}" '^J/.*/.*/columns.csv$'
name=$(sed -n 's/^FROM //p' "$(dirname "$deep")/select.adql")
like "its exact name is in select.adql, quoted" "$name" '^([a-z]+\.)?"J/'
is "every table of the schema is there once" "$(find "$SKY/schemas/viz" -name columns.csv | wc -l)" 300
cp "$(dirname "$deep")/select.adql" "$SKY/queries/deep.adql"
succeeds "a table's select.adql is a query that runs" cat "$SKY/queries/deep.csv"
cat "$SKY/queries/deep.csv" >"$D/deep.csv"
like "and has its rows" "$(wc -l <"$D/deep.csv")" '^[0-9]{1,}$'

like "service/capabilities.xml is as sent" "$(cat "$SKY/service/capabilities.xml")" 'TAPRegExt|tableaccess|capability'
is "byte for byte" "$(md5sum <"$SKY/service/capabilities.xml")" "$(curl -s "$URL/capabilities" | md5sum)"
like "limits.txt tells default and hard" "$(cat "$SKY/service/limits.txt")" 'result +20000 +20000000'
like "functions.txt tells signatures" "$(cat "$SKY/service/functions.txt")" 'demo_sleep\('
like "languages.txt tells ADQL" "$(cat "$SKY/service/languages.txt")" '^ADQL'
like "status tells that the service is up" "$(cat "$SKY/status")" 'service +up'

before=$(wc -l <"$D/requests")
ls -lR "$SKY" >"$D/listing" 2>&1
grep -rl nothing "$SKY/schemas" >/dev/null 2>&1
is "listing and searching the tree start no job" "$(jobs_created)" 1
ok "and download no result" "$([ "$(grep -c results "$D/requests")" -le 1 ] && echo true || echo false)"

# The tables are listed, and their columns cannot be had.
fault() { curl -s -X POST "$HOST/demo/faults" "$@" >/dev/null; }
fault -d path=/tap/sync -d skip=3 -d next_status=400 -d count=-1
fault -d path=/tap/tables -d next_status=404 -d count=-1
mkdir "$D/other"
mount_tapfs "$URL" "$D/other" -o "cache_dir=$D/c2,state_dir=$D/s2"
like "a table whose columns cannot be had fails, and is not missing" \
	"$(cat "$D/other/schemas/demo/messier/columns.csv" 2>&1)" 'Input/output error'
ls -l "$D/other/schemas/demo/messier" >/dev/null 2>&1
is ".tapfs/errors tells why, once" "$(grep -c 'lists no columns of demo.messier (TAP_SCHEMA: HTTP 400.*HTTP 404' "$D/other/.tapfs/errors")" 1
fusermount3 -u "$D/other"
curl -s -X DELETE "$HOST/demo/faults" >/dev/null

unmount
# A second mount lists from the catalog at once, with the service gone.
service_stop
succeeds "without the service the mount comes up" mount_tapfs local "$SKY"
is "and lists from the catalog" "$(ls "$SKY/schemas/demo")" "bright_stars
description.txt
images
light_curve_points
light_curves
messier
ngc_ic"
like "columns too" "$(cat "$SKY/schemas/demo/messier/columns.csv")" '^mag,float'
like "the list of its jobs fails at once" "$(timeout 2 ls "$SKY/jobs" 2>&1)" 'No route to host'
eventually 10 grep -q DOWN "$SKY/status"
like "status says since when the service is down" "$(cat "$SKY/status")" 'service +DOWN since 20[0-9-]*T[0-9:]*Z: .*connect'
finish
