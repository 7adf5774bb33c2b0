#!/bin/bash
# Servers that misbehave, seen through the mount: right bytes or a clear error, never wrong bytes, never a hang.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY" -o low_speed_time=3,low_speed_limit=1k,retries=2
IMAGE=m45
curl -s "$HOST/files/images/$IMAGE.fits" -o "$D/whole"
SIZE=$(stat -c %s "$D/whole")
echo "SELECT TOP 1 'f' AS obs_id, '$HOST/files/images/$IMAGE.fits' AS access_url FROM demo.messier" >"$SKY/queries/q.adql"
timeout 20 cat "$SKY/queries/q.csv" >/dev/null
F=$SKY/datalink/q/f/this.fits

# Each fault meets a file of which nothing is kept, read by a new mount: no failure of a moment ago, no page of the kernel's.
begin() { # FAULTS…
	unmount; rm -rf "$D/cache/tapfs/files" "$D/cache/tapfs/files.db"*
	curl -s -X DELETE "$HOST/demo/faults" >/dev/null
	[ $# = 0 ] || curl -s -X POST "$HOST/demo/faults" -d path=/files -d method=GET "$@" >/dev/null
	mount_tapfs "$URL" "$SKY" -o low_speed_time=3,low_speed_limit=1k,retries=2
}
# As a program reads FITS: a piece at the end, one inside, then all of it in order.
pieces() {
	timeout 60 python3 - "$F" <<-'E'
		import sys, os
		try:
		    f = os.open(sys.argv[1], os.O_RDONLY)
		    size = os.fstat(f).st_size
		    got = []
		    for at in (size - 5000, size // 2, 0):
		        got.append((at, os.pread(f, 2880, at)))
		    whole = b""
		    while piece := os.read(f, 100000):
		        whole += piece
		except OSError as e:
		    print(e.strerror)
		    sys.exit()
		good = all(whole[at:at + 2880] == bytes for at, bytes in got)
		import hashlib
		print("pieces differ" if not good else hashlib.sha256(whole).hexdigest())
	E
	[ $? != 124 ] || echo hangs
}
SUM=$(sha256sum <"$D/whole" | cut -d' ' -f1)
right() { # WHAT FAULTS…
	begin "${@:2}"
	is "$1: every byte is right" "$(pieces)" "$SUM"
	is "$1: and stays so" "$(pieces)" "$SUM"
}
wrong() { # WHAT ERRNO SENTENCE FAULTS…
	begin "${@:4}"
	is "$1: an error" "$(pieces)" "$2"
	like "$1: that is explained" "$(grep this.fits "$SKY/.tapfs/errors" | tail -1)" "$3"
	curl -s -X DELETE "$HOST/demo/faults" >/dev/null
	sleep 1.1 # a failure is told to who asks again within a second
	is "$1: all is right when it is over" "$(pieces)" "$SUM"
}
right "a good server"
right "without ranges" -d no_ranges=1 -d count=-1
right "without lengths" -d no_length=1 -d count=-1
right "without ranges and lengths" -d no_ranges=1 -d no_length=1 -d count=-1
right "without an ETag" -d no_etag=1 -d count=-1
right "without a date" -d no_modified=1 -d count=-1
right "without either" -d no_etag=1 -d no_modified=1 -d count=-1
right "with a weak ETag" -d weak_etag=1 -d count=-1
right "without If-Range" -d no_if_range=1 -d count=-1
right "packing what it sends" -d gzip=1 -d count=-1
right "slow" -d bytes_per_s=700000 -d count=-1
right "slow and without ranges" -d no_ranges=1 -d bytes_per_s=700000 -d count=-1
right "breaking off" -d cut_after=40000 -d count=5
right "breaking off without ranges" -d no_ranges=1 -d cut_after=300000 -d count=2
right "closing instead of answering" -d drop_answer=1 -d count=2
right "stalling once" -d stall_after=20000 -d count=1
right "busy for a moment" -d next_status=503 -d retry_after=1 -d count=2
right "asking for patience" -d next_status=429 -d retry_after=1 -d count=1
wrong "another part" "Protocol error" 'another part of the file' -d wrong_range=100 -d count=-1
wrong "parts that do not say which" "Protocol error" 'another part of the file' -d no_content_range=1 -d count=-1
wrong "403" "Operation not permitted" 'HTTP 403.*EPERM' -d next_status=403 -d count=-1
wrong "500" "Input/output error" 'HTTP 500.*EIO' -d next_status=500 -d count=-1
wrong "429 for good" "Resource temporarily unavailable" 'HTTP 429' -d next_status=429 -d retry_after=0 -d count=-1
wrong "503 for good" "Resource temporarily unavailable" 'HTTP 503' -d next_status=503 -d retry_after=0 -d count=-1
wrong "404" "No such file or directory" 'HTTP 404' -d next_status=404 -d count=-1
wrong "410" "No such file or directory" 'HTTP 410' -d next_status=410 -d count=-1
wrong "stalling for good" "Connection timed out" 'came to a halt.*ETIMEDOUT' -d stall_after=1 -d count=-1
right "stalling again and again" -d stall_after=400000 -d count=2
wrong "another size at each part" "Stale file handle" 'was changed' -d wrong_total=100 -d count=1

# A file that is changed while it is open, and the kernel has pages of it.
IMAGE=mosaic
begin
echo "SELECT TOP 1 'f' AS obs_id, '$HOST/files/images/$IMAGE.fits' AS access_url FROM demo.messier" >"$SKY/queries/big.adql"
timeout 20 cat "$SKY/queries/big.csv" >/dev/null
F=$SKY/datalink/big/f/this.fits
exec 9<"$F"; head -c 70000 <&9 >"$D/old"
curl -s -X POST "$HOST/demo/faults" -d path=/files -d method=GET -d changed=1 -d count=-1 >/dev/null
like "changed while it is open: who holds it is told" "$(timeout 60 cat <&9 2>&1 >/dev/null)" 'Stale'
like "in .tapfs/errors, too" "$(grep this.fits "$SKY/.tapfs/errors" | tail -1)" 'was changed on the server'
exec 9<&-
curl -s "$HOST/files/images/$IMAGE.fits" >"$D/new"
is "who opens it anew has the new bytes" "$(timeout 60 cat "$F" | cmp - "$D/new" && echo same)" same
fails "which are others" cmp -s -n 70000 "$D/old" "$D/new"
finish
