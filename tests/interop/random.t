#!/bin/bash
# Random tables and texts, RANDOM_TABLES (40) and RANDOM_TEXTS (100) of them, as astropy and Python write them: each value
# comes back as it was. The seed is printed.
PYTHON=/usr/bin/python3 # Debian's, which has astropy
n=0
judge() { # WHAT COMMAND...
	local what=$1; shift
	n=$((n + 1))
	if "$@" >"$log" 2>&1; then echo "ok $n - $what: $(tail -1 "$log") ($(head -1 "$log"))"; else
		echo "not ok $n - $what"; sed 's/^/# /' "$log" | head -40
	fi
}
log=$(mktemp)
judge "tables there and back" $PYTHON tests/interop/random_tables.py "$B/tests/bench/convert" "${RANDOM_TABLES:-40}" $SEED
judge "texts as programs write them" $PYTHON tests/interop/random_texts.py "$B/tests/bench/convert" "${RANDOM_TEXTS:-100}" $SEED
rm "$log"
echo "1..$n"
