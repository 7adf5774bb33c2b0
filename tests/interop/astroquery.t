#!/bin/bash
# astroquery on the demo service.
. tests/e2e/lib.sh
service_start --rows 1000 --tables 10
# It tells of its doings on standard output, in lines of its own.
timeout 200 /usr/bin/python3 -W ignore tests/interop/demo_astroquery.py "$URL" 2>"$D/said" | grep -E '^(ok|not ok|#|1\.\.)'
