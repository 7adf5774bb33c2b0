#!/bin/bash
# astropy reads headers and corners of images through the mount: how many bytes that costs.
. tests/e2e/lib.sh
service_start
for n in mosaic deep giant; do
	mkdir -p "$D/queries"
	echo "SELECT TOP 1 '$n' AS obs_id, '$HOST/files/images/$n.fits' AS access_url FROM demo.messier" >"$D/queries/$n.adql"
done
mount_tapfs "$URL" "$SKY"
cp "$D"/queries/* "$SKY/queries/"
timeout 60 cat "$SKY"/queries/{mosaic,deep,giant}.csv >/dev/null
timeout 200 /usr/bin/python3 -W ignore tests/interop/sections.py "$SKY"
