#!/bin/bash
# make bench: a linked file of 1 GiB read from end to end: tapfs, curl, rclone and httpdirfs in turn from one nginx, medians and
# ratios; then from the cache beside cat of a plain file. Installs what is missing. RUNS (5).
. tests/e2e/lib.sh
RUNS=${RUNS:-5}
for p in rclone httpdirfs nginx; do
	command -v $p >/dev/null && continue
	sudo=$([ "$(id -u)" = 0 ] || echo sudo)
	[ $p = nginx ] && p=nginx-light
	DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y --no-install-recommends $p >/dev/null
done
service_start
PORT=$((20000 + RANDOM % 10000))
mkdir -p "$D/www" "$D/peer" "$D/t" "$D/httpdirfs"
curl -s "$HOST/files/images/giant.fits" | cp /dev/stdin "$D/www/giant.fits"
cat >"$D/nginx.conf" <<N
$([ "$(id -u)" = 0 ] && echo 'user root;')
worker_processes 1; pid $D/nginx.pid; error_log $D/nginx.err;
events { worker_connections 256; }
http { access_log off; sendfile on; default_type application/octet-stream;
	client_body_temp_path $D/t; proxy_temp_path $D/t; fastcgi_temp_path $D/t; uwsgi_temp_path $D/t; scgi_temp_path $D/t;
	server { listen 127.0.0.1:$PORT; root $D/www; autoindex on; } }
N
nginx -c "$D/nginx.conf" 2>/dev/null
trap 'kill "$(cat "$D/nginx.pid")"; cleanup' EXIT
WWW=http://localhost:$PORT # not the service's own name, whose port it would get
mount_tapfs "$URL" "$SKY"
echo "SELECT TOP 1 'g' AS obs_id, '$WWW/giant.fits' AS access_url FROM demo.messier" >"$SKY/queries/q.adql"
timeout 20 cat "$SKY/queries/q.csv" >/dev/null
gone() { eventually 20 fusermount3 -u "$1"; wait_gone; }
gone "$SKY"
SUM=$(md5sum <"$D/www/giant.fits")
# What who was before has left to be written is not paid for by who comes next.
settle() { sync; sleep 0.1; }
ms() { local a b; a=$(date +%s%N); "$@"; b=$(date +%s%N); echo $(((b - a) / 1000000)); }
read_file() { timeout 120 cat "$1" >/dev/null; }
took() { settle; ms "${@:2}" >>"$D/times.$1"; }
median() { sort -n "$D/times.$1" | sed -n "$(($(wc -l <"$D/times.$1") / 2 + 1))p"; }

cold_tapfs() {
	rm -rf "$D/cache/tapfs/files" "$D/cache/tapfs/files.db"*
	mount_tapfs "$URL" "$SKY"; took tapfs read_file "$SKY/datalink/q/g/this.fits"
	[ "$(md5sum <"$SKY/datalink/q/g/this.fits")" = "$SUM" ] || echo "tapfs read wrong bytes"
	gone "$SKY"
}
cold_curl() { rm -f "$D/out"; took curl curl -s -o "$D/out" "$WWW/giant.fits"; rm -f "$D/out"; }
cold_rclone() {
	rclone mount :http: "$D/peer" --http-url "$WWW" --vfs-cache-mode full --cache-dir "$D/rclone" --config /dev/null --daemon 2>/dev/null
	eventually 10 test -e "$D/peer/giant.fits"; took rclone read_file "$D/peer/giant.fits"
	gone "$D/peer"; rm -rf "$D/rclone"
}
cold_httpdirfs() {
	httpdirfs --no-range-check --cache --cache-location "$D/httpdirfs" "$WWW" "$D/peer" >/dev/null 2>&1
	eventually 10 test -e "$D/peer/giant.fits"; took httpdirfs read_file "$D/peer/giant.fits"
	gone "$D/peer"; rm -rf "$D/httpdirfs"/*
}
for i in $(seq "$RUNS"); do
	cold_curl; cold_tapfs; cold_rclone; cold_httpdirfs
done
ours=$(median tapfs)
row() { awk -v w="$1" -v o="$2" -v p="$3" -v n="$4" -v m="$5" \
	'BEGIN { printf "| %-30s | %6d ms | %-30s | %6d ms | %5.2f | %s |\n", w, o, n, p, o / (p ? p : 1), m }'; }
echo "| what | tapfs | peer | its time | tapfs / peer | target |"
echo "| --- | --- | --- | --- | --- | --- |"
row "1 GiB cold" "$ours" "$(median curl)" "curl -o" "at most 1.25"
row "1 GiB cold" "$ours" "$(median rclone)" "rclone --vfs-cache-mode full" "below 1"
row "1 GiB cold" "$ours" "$(median httpdirfs)" "httpdirfs --cache" "below 1"

# Warm: what is kept, and the same bytes as a plain file beside it, first both from the disk, then both from memory.
mount_tapfs "$URL" "$SKY"; read_file "$SKY/datalink/q/g/this.fits"; sync
cp --sparse=never "$D/www/giant.fits" "$D/plain"
cold_pages() { sync; [ -w /proc/sys/vm/drop_caches ] && echo 3 >/proc/sys/vm/drop_caches; }
for i in $(seq "$RUNS"); do
	cold_pages; took plain_disk read_file "$D/plain"
	cold_pages; took kept_disk read_file "$SKY/datalink/q/g/this.fits"
	took kept_memory read_file "$SKY/datalink/q/g/this.fits"
	read_file "$D/plain"; took plain_memory read_file "$D/plain"
done
row "1 GiB warm, from the disk" "$(median kept_disk)" "$(median plain_disk)" "cat of a plain file" "at most 1.25"
row "1 GiB warm, from memory" "$(median kept_memory)" "$(median plain_memory)" "cat of a plain file" "at most 1.25"
