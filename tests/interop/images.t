#!/bin/bash
# The demo service's images, links and cut-outs as pyvo, astropy and stilts see them.
. tests/e2e/lib.sh
service_start
timeout 200 /usr/bin/python3 -W ignore tests/interop/demo_images.py "$HOST"
