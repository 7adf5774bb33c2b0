#!/bin/bash
# The independent judge of TAP services, stilts taplint, on the demo service: all its stages.
. tests/e2e/lib.sh
service_start --rows 1000 --tables 50
report=$D/taplint
succeeds "taplint runs" sh -c "timeout 240 stilts taplint tapurl=$URL report=EWSFI >$report 2>&1"

# Codes of warnings that are right and stay, one a line, each with its reason behind a tab.
explained=''
while read -r code why; do
	[ -z "$code" ] || echo "# explained: $code: $why"
done <<<"$explained"

is "no errors" "$(grep '^E-' "$report")" ""
is "no warning that is not explained" \
	"$(grep '^W-' "$report" | grep -vE "^($(cut -f1 <<<"${explained:-none}" | paste -sd'|'))-")" ""
# A stage that could not be run is a failure: those of what the service does not offer.
is "the stage that could not run is that for ObsLocTAP, which it has not" \
	"$(sed -n 's/^F-\([A-Z]*-[A-Z]*\)-.*/\1/p' "$report")" "LOC-NOTP"
is "two tables were uploaded" "$(grep -c '^I-UPL-QJOB' "$report")" 2
like "queries ran in GET, POST and async" "$(cat "$report")" '^S-QAS-QNUM-1 .*: ([0-9]+)/\1$'
like "ObsCore has all of its columns" "$(cat "$report")" '^S-OBS-COLS-1 .*: ([0-9]+)/\1 required'
like "the examples ran" "$(cat "$report")" '^S-EXA-XVAL-1 .*Execution success/attempt: ([0-9]+)/\1$'
sed -n 's/^Totals/# taplint: &/p; s/^S-/# S-/p' "$report"
like "taplint's totals" "$(cat "$report")" '^Totals: Errors: 0; '
finish
