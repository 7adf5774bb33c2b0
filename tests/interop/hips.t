#!/bin/bash
# The demo's HiPS as healpy and astropy see it, through a mount.
. tests/e2e/lib.sh
service_start
timeout 60 "$B/tapfs" "$URL" "$SKY" -o "hips_url=$HOST/hips/sky"
timeout 200 /usr/bin/python3 -W ignore tests/interop/hips.py "$SKY/hips"
