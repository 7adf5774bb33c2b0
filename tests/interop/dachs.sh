# dachs.sh: for the tests that run against DaCHS; sourced instead of tests/e2e/lib.sh.
#
# DaCHS is not ours alone: which jobs are a test's is told by a tag in its queries' comments.
. tests/e2e/lib.sh
DACHS_HOST=http://127.0.0.1:${DACHS_PORT:-18080}
DACHS=$DACHS_HOST/tap
TAG=tapfs-test-$$-$RANDOM
Q=$SKY/queries
python() { /usr/bin/python3 -W ignore "$@"; } # Debian's, which has pyvo

dachs_get() { curl --noproxy '*' --silent --max-time 30 "$@"; }
dachs_get "$DACHS/availability" | grep -q 'available>true' || {
	echo "Bail out! DaCHS does not answer at $DACHS: run tests/interop/run.sh"
	exit 1
}
# The URLs of this test's jobs on DaCHS whose query has the tag and, if given, the word.
dachs_jobs() { # [WORD]
	local job
	for job in $(dachs_get "$DACHS/async" | grep -o 'href="[^"]*/async/[^"]*"' | cut -d'"' -f2); do
		dachs_get "$job/parameters" | grep -q -- "$TAG ${1:-}" && echo "$job"
	done
}
dachs_job_count() { dachs_jobs "$@" | wc -l; }
# A query for queries/: its text with the tag and a word to count it by.
query() { # WORD TEXT
	printf '%s\n-- %s %s\n' "$2" "$TAG" "$1"
}
# The last line of a result, waited for not longer than a test may take.
last() { timeout 60 tail -1 "$1"; }
# What a test leaves on DaCHS is taken away, also when it failed.
dachs_cleanup() {
	local job
	cleanup
	for job in $(dachs_jobs); do dachs_get -o /dev/null -X DELETE "$job"; done
}
trap dachs_cleanup EXIT
