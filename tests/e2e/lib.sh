# lib.sh: the tests through a real mount. Each .t file sources this, mounts, and
# tells what it sees in TAP ("ok 1 - …"), to be run by prove. $B is the build folder.
#
# Everything lives in a folder of its own, $D, and goes at the end: mounts, services, files.

: "${B:?run me by make e2e}"
set -u
export LC_ALL=C.UTF-8
D=$(mktemp -d "${TMPDIR:-/tmp}/tapfs-e2e.XXXXXX")
export HOME=$D/home XDG_STATE_HOME=$D/state XDG_CACHE_HOME=$D/cache XDG_CONFIG_HOME=$D/config
export TAPFS_DEMO_DATA=$PWD/tests/service/data
mkdir -p "$HOME" "$XDG_CONFIG_HOME/tapfs" "$D/sky"
SKY=$D/sky
TESTS=0
SERVICE_PID=

# Sanitizers report to files: tapfs has no terminal. finish() tells of them.
case $B in */address*|*/thread*) SANITIZED=yes ;; *) SANITIZED= ;; esac
export ASAN_OPTIONS=log_path=$D/sanitizer:detect_leaks=1:quarantine_size_mb=8
[ -z "$SANITIZED" ] || ASAN_OPTIONS=$ASAN_OPTIONS:verify_asan_link_order=0 # tests preload
export UBSAN_OPTIONS=log_path=$D/sanitizer:print_stacktrace=1
export TSAN_OPTIONS=log_path=$D/sanitizer:second_deadlock_stack=1:suppressions=$PWD/tests/e2e/tsan.supp
# Bytes that tapfs may have in memory; sanitizers need shadow memory of their own.
MEMORY_LIMIT_KIB=$([ "$SANITIZED" ] && echo 524288 || echo 65536)

ok() { # NAME [false]
	TESTS=$((TESTS + 1))
	if [ "${2:-true}" = true ]; then echo "ok $TESTS - $1"; else
		echo "not ok $TESTS - $1"
		[ -n "${3:-}" ] && printf '%s\n' "$3" | sed 's/^/# /' | head -40
	fi
}
is() { # NAME GOT WANTED
	if [ "$2" = "$3" ]; then ok "$1"; else ok "$1" false "got:
$2
wanted:
$3"; fi
}
like() { # NAME GOT PATTERN (extended regular expression)
	if printf '%s\n' "$2" | grep -qE -- "$3"; then ok "$1"; else ok "$1" false "got:
$2
wanted something like: $3"; fi
}
succeeds() { # NAME COMMAND…
	local name=$1 out; shift
	if out=$("$@" 2>&1); then ok "$name"; else ok "$name" false "$* failed: $out"; fi
}
fails() { # NAME COMMAND…
	local name=$1 out; shift
	if out=$("$@" 2>&1); then ok "$name" false "$* succeeded: $out"; else ok "$name"; fi
}
skip() { # NAME WHY
	TESTS=$((TESTS + 1))
	echo "ok $TESTS # SKIP $1: $2"
}
# A disk of its own in a new folder. False, and told, where it cannot be made: whoever fills what is
# there instead fills the real disk.
small_disk() { # NAME DIR SIZE
	mkdir "$2"
	mount -t tmpfs -o "size=$3" tapfs-test "$2" 2>/dev/null && return
	skip "$1" "only root can mount a small disk"
	return 1
}
# Waits until the command succeeds, at most so many seconds.
eventually() { # SECONDS COMMAND…
	local end=$(($(date +%s) + $1)); shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -lt "$end" ] || return 1
		sleep 0.05
	done
}

service_start() { # OPTIONS of tapfs-demo
	mkfifo "$D/url"
	"$B/tapfs-demo" --log "$D/requests" "$@" >"$D/url" 2>"$D/service.err" &
	SERVICE_PID=$!
	read -r URL <"$D/url"
	rm "$D/url"
	HOST=${URL%/tap}
}
service_stop() {
	[ -z "$SERVICE_PID" ] || { kill "$SERVICE_PID" && wait "$SERVICE_PID"; } 2>/dev/null
	SERVICE_PID=
}
# Jobs that clients created, as the service saw it.
jobs_created() { grep -cE ' POST (/auth/[a-z]+)?/tap/async 303 ' "$D/requests" 2>/dev/null || true; }
# Jobs that were run: each counts once, however often it was asked to.
jobs_run() {
	sed -n 's|.* POST [^ ]*/async/\([^/]*\)/phase 303.*|\1|p' "$D/requests" | sort -u | wc -l
}

mount_tapfs() { "$B/tapfs" "$@"; } # SOURCE DIR OPTIONS
tapfs_pid_at() { sed 's/.*pid \([0-9]*\).*/\1/' "$1"/*http_*/lock | head -1; } # STATE_DIR
tapfs_pid() { tapfs_pid_at "$D/state/tapfs"; }
# A process that has just ended may still hold a file there for a moment.
unmount() { eventually 10 fusermount3 -q -u "${1:-$SKY}"; eventually 10 not_mounted "${1:-$SKY}"; wait_gone; }
not_mounted() { ! grep -q " $1 " /proc/self/mountinfo; }
wait_gone() { eventually 10 no_process; }
no_process() { ! pgrep -f "^$B/tapfs .*$D" >/dev/null; }

unmount_all() {
	local m
	for m in $(awk -v d="$D" 'index($5, d) == 1 { print $5 }' /proc/self/mountinfo); do
		fusermount3 -u -z "$m" 2>/dev/null || umount -l "$m"
	done
	wait_gone || pkill -9 -f "^$B/tapfs .*$D"
}
cleanup() {
	unmount_all
	service_stop
	[ -z "${KEEP:-}" ] || return
	chmod -R u+w "$D" 2>/dev/null # copies of folders in which nothing can be made
	rm -rf "$D"
}
finish() {
	if [ "$SANITIZED" ]; then
		unmount_all
		service_stop
		is "the sanitizers have nothing to report" "$(cat "$D"/sanitizer.* 2>/dev/null)" ""
	fi
	echo "1..$TESTS"
	exit 0
}
trap cleanup EXIT
trap 'exit 130' INT TERM
