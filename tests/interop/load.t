#!/bin/bash
# The demo service under more clients than it will ever have: right answers, little memory.
. tests/e2e/lib.sh
service_start --rows 10000
timeout 280 /usr/bin/python3 -W ignore tests/interop/load_client.py "$URL" "$SERVICE_PID"
