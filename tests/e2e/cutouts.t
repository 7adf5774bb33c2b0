#!/bin/bash
# datalink/…/cutout/: parts of an image by name: circles, ranges, polygons, by SODA at once and by a job.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries L=$SKY/datalink
asked() { grep -c "$1" "$D/requests"; }
echo "SELECT * FROM ivoa.obscore WHERE obs_id IN ('m1', 'deep')" >"$Q/a.adql"
cat "$Q/a.csv" >/dev/null
C=$L/a/m1/cutout
is "a dataset that the service cuts has cutout/" "$(cd "$L/a/m1" && ls -d cutout)" cutout
is "with a README" "$(ls "$C")" README.txt
like "that tells the names" "$(cat "$C/README.txt")" 'RA,DEC,RADIUS.fits'
like "the ranges with their units" "$(grep -A1 '^BAND (m)' "$C/README.txt" | tail -1)" '^    from [0-9.e-]+ to [0-9.e-]+ m$'
example=$(sed -n 's/^ *\([0-9.,-]*\.fits\)$/\1/p' "$C/README.txt")
like "and an example" "$example" '^[0-9.]+,[0-9.]+,[0-9.]+\.fits$'
ls -la "$C" >/dev/null; find "$L/a" >/dev/null; stat "$C/$example" >/dev/null
is "looking asks for none" "$(asked /soda/)" 0
is "before it is opened its size is 0" "$(stat -c %s "$C/$example")" 0

RA=${example%%,*} rest=${example#*,}; DEC=${rest%%,*}
RADIUS=${rest#*,} RADIUS=${RADIUS%.fits}
did=$(sed -n 's/^this.fits.*,\(ivo:[^,]*\)$/\1/p' "$L/a/m1/links.csv")
soda() { curl -sG "$HOST/soda/sync" --data-urlencode "ID=$did" --data-urlencode "$1"; }
is "opened it is what the service cuts" "$(timeout 60 sha256sum <"$C/$example")" \
	"$(soda "CIRCLE=$RA $DEC $RADIUS" | sha256sum)"
ok "and has its size" "$([ "$(stat -c %s "$C/$example")" -gt 2880 ] && echo true || echo false)"
like "it is listed now" "$(ls "$C" | tr '\n' ' ')" "$example README.txt"
n=$(asked /soda/)
cat "$C/$example" "$C/$example" >/dev/null
is "opened again it is not asked for" "$(asked /soda/)" "$n"

lo=$(awk "BEGIN { printf \"%.3f\", $RA - 0.02 }") hi=$(awk "BEGIN { printf \"%.3f\", $RA + 0.02 }")
dlo=$(awk "BEGIN { printf \"%.3f\", $DEC - 0.01 }") dhi=$(awk "BEGIN { printf \"%.3f\", $DEC + 0.01 }")
is "a range" "$(timeout 60 sha256sum <"$C/$lo..$hi,$dlo..$dhi.fits")" "$(soda "POS=RANGE $lo $hi $dlo $dhi" | sha256sum)"
is "a polygon" "$(timeout 60 sha256sum <"$C/poly_$lo,${dlo}_$hi,${dlo}_$RA,$dhi.fits")" \
	"$(soda "POLYGON=$lo $dlo $hi $dlo $RA $dhi" | sha256sum)"
is "the whole" "$(timeout 60 sha256sum <"$C/all.fits")" "$(soda "X=" | sha256sum)"
band=$(sed -n 's/^ *from \([0-9.e-]*\) to \([0-9.e-]*\) m$/\1..\2/p' "$C/README.txt")
ok "with a further parameter" "$(timeout 60 cmp "$C/$RA,$DEC,0.02,BAND=$band.fits" <(soda "CIRCLE=$RA $DEC 0.02") >/dev/null 2>&1 && echo true || echo false)"
is "by a job" "$(timeout 60 sha256sum <"$C/$RA,$DEC,0.03,MODE=async.fits")" "$(soda "CIRCLE=$RA $DEC 0.03" | sha256sum)"
eventually 5 sh -c "grep -q 'DELETE /soda/async/' '$D/requests'"
is "that is deleted afterwards" "$(asked 'DELETE /soda/async/')" 1

# What cannot be cut.
reason() { tail -1 "$SKY/.tapfs/errors"; }
fails "where nothing lies there is no such file" cat "$C/$RA,-$DEC,0.02.fits"
like "with ENOENT" "$(LC_ALL=C cat "$C/$RA,-$DEC,0.02.fits" 2>&1)" 'No such file'
like "and .tapfs/errors says why" "$(reason)" 'nothing of the image lies there'
fails "by a job as well" cat "$C/$RA,-$DEC,0.02,MODE=async.fits"
like "with the reason" "$(reason)" 'MODE=async.fits: nothing of the image lies there'
fails "a bad name is none" ls "$C/1,2.fits"
like "and how names are is told" "$(reason)" 'RA1..RA2,DEC1..DEC2'
fails "a parameter it does not take" ls "$C/$RA,$DEC,0.02,COLOUR=red.fits"
like "is named" "$(reason)" 'no parameter COLOUR'
fails "the service's own refusal" cat "$C/$RA,$DEC,0.02,BAND=x.fits"
like "is told in its words" "$(reason)" 'BAND'
echo offline >"$SKY/.tapfs/ctl"
fails "offline none is made" cat "$C/$RA,$DEC,0.05.fits"
echo online >"$SKY/.tapfs/ctl"
is "online it is, at once" "$(timeout 60 sha256sum <"$C/$RA,$DEC,0.05.fits")" "$(soda "CIRCLE=$RA $DEC 0.05" | sha256sum)"
n=$(asked /soda/)
for i in 1 2 3 4 5; do timeout 60 sha256sum <"$C/$RA,$DEC,0.04.fits" & done >"$D/five"; wait $(jobs -p | tail -5)
is "five who open one ask once" "$(($(asked /soda/) - n)) $(sort -u "$D/five" | wc -l)" "1 1"

# astropy on it, and without a network.
is "astropy reads its WCS and its pixels" "$(timeout 60 /usr/bin/python3 -W ignore tests/e2e/cutout.py "$L/a/m1/this.fits" "$C/$RA,$DEC,0.02.fits" "$RA" "$DEC")" same
unmount; mount_tapfs "$URL" "$SKY"
cat "$L/a/m1/links.csv" >/dev/null
like "after a remount those that were made are listed" "$(ls "$C" | tr '\n' ' ')" "$RA,$DEC,0.02.fits .*all.fits"
service_stop
ok "and are there without a network" "$([ "$(timeout 60 wc -c <"$C/all.fits")" -gt 2880 ] && echo true || echo false)"
finish
