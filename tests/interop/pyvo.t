#!/bin/bash
# pyvo and astropy on the demo service.
. tests/e2e/lib.sh
service_start --rows 1000 --tables 10
timeout 200 /usr/bin/python3 -W ignore tests/interop/demo_pyvo.py "$URL" "$D/requests"
