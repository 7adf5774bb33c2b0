#!/bin/bash
# Services that are not there, or are silent, hold up nobody. Credentials go where they belong.
. tests/e2e/lib.sh
service_start
silent_port=$((20000 + RANDOM % 10000))
perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Listen => 50, LocalAddr => "127.0.0.1",
	LocalPort => shift) or die; while ($c = $s->accept) { push @c, $c }' "$silent_port" &
SILENT=$!
cat >"$XDG_CONFIG_HOME/tapfs/tapfs.ini" <<I
[service here]
url = $URL
[service nowhere]
url = http://no-such-host.invalid/tap
[service silent]
url = http://127.0.0.1:$silent_port/tap
I
succeeds "an all mount comes up" mount_tapfs all "$SKY"
like "it has a folder a service" "$(ls "$SKY")" 'silent'
like "and README.txt" "$(cat "$SKY/README.txt")" 'gaia .*ESA'
is "listing it asks nobody" "$(wc -l <"$D/requests")" 0
is "a service in it can be entered" "$(ls "$SKY/here/schemas")" "TAP_SCHEMA
demo
ivoa"
timeout 30 ls "$SKY/silent/schemas" >/dev/null 2>&1 & p1=$!
timeout 30 ls "$SKY/nowhere/schemas" >/dev/null 2>&1 & p2=$!
sleep 0.5
ms() { local a b; a=$(date +%s%N); "$@" >/dev/null; b=$(date +%s%N); echo $(((b - a) / 1000000)); }
best=1000
for i in 1 2 3 4 5; do
	t=$(ms ls -l "$SKY" "$SKY/here" "$SKY/here/schemas/demo" "$SKY/silent" "$SKY/nowhere")
	[ "$t" -lt "$best" ] && best=$t
done
ok "ls of the rest takes less than 50 ms ($best ms)" "$([ "$best" -lt 50 ] && echo true || echo false)"
succeeds "the waiting ls waits" kill -0 $p1
kill -INT $p1 2>/dev/null; pkill -INT -f "ls $SKY/silent"; sleep 0.3
fails "and can be ended" pgrep -f "^ls $SKY/silent"
echo "SELECT TOP 1 name FROM demo.messier ORDER BY name" >"$SKY/here/queries/a.adql"
is "queries run meanwhile" "$(tail -1 "$SKY/here/queries/a.csv")" M1
wait $p2 2>/dev/null
eventually 20 sh -c "cat $SKY/.tapfs/errors | grep -q nowhere"
like "a name that does not resolve is told" "$(cat "$SKY/nowhere/status" "$SKY/.tapfs/errors")" 'resolve'
like "the silent one is being asked, says status" "$(cat "$SKY/silent/status")" 'not asked yet|DOWN'
unmount
kill $SILENT

# Sign-in.
signin() { # AUTH PATH SECRET
	printf '%s\n' "$3" >"$D/secret"; chmod 600 "$D/secret"
	mount_tapfs "$HOST$2" "$SKY" -o "auth=$1,user=demo,token_file=$D/secret"
}
for row in basic:demopass bearer:demo-token token:demo-token; do
	auth=${row%%:*} secret=${row#*:}
	succeeds "auth = $auth" signin "$auth" "/auth/$auth/tap" "$secret"
	echo "SELECT TOP 1 name FROM demo.messier ORDER BY name" >"$SKY/queries/s.adql"
	is "runs a query" "$(tail -1 "$SKY/queries/s.csv")" M1
	like "status tells who I am" "$(cat "$SKY/status")" 'signed in as demo; accepted'
	out=$(cat "$SKY/.tapfs/config" "$SKY/.tapfs/log" "$SKY/.tapfs/errors" "$SKY/queries/s.log" \
		"/proc/$(tapfs_pid)/cmdline" 2>/dev/null | tr '\0' ' ')
	fails "the secret is nowhere to be read" grep -qe "$secret" <<<"$out"
	rm "$SKY/queries/s.adql"
	unmount
	rm -r "$D/state/tapfs"
done
succeeds "a wrong secret mounts, too" signin basic /auth/basic/tap wrong
eventually 10 grep -q 401 "$SKY/.tapfs/errors"
like "but says what is wrong" "$(ls "$SKY/schemas" 2>&1; cat "$SKY/.tapfs/errors")" '401'
like "and status says that it is refused" "$(cat "$SKY/status")" 'REFUSED .HTTP 401, 20.*check the user'
echo "SELECT TOP 1 name FROM demo.messier" >"$SKY/queries/r.adql"
eventually 10 test -e "$SKY/queries/r.error.txt"
like "a query is not to be corrected then" "$(cat "$SKY/queries/r.error.txt")" 'does not accept this mount.s sign-in'
is "but to be run again" "$(grep -c 'Correct the query' "$SKY/queries/r.error.txt")" 0
unmount; rm -r "$D/state/tapfs"
chmod 644 "$D/secret"
like "a token file that others can read is refused, with the mend" \
	"$(mount_tapfs "$HOST/auth/basic/tap" "$SKY" -o "auth=basic,user=demo,token_file=$D/secret" 2>&1)" \
	"chmod 600 '$D/secret'"
chmod 600 "$D/secret"; ln -s secret "$D/link"
like "so is a symbolic link" \
	"$(mount_tapfs "$HOST/auth/basic/tap" "$SKY" -o "auth=basic,user=demo,token_file=$D/link" 2>&1)" 'symbolic link'

# Redirects: followed to http, the secret stays at home.
echo demopass >"$D/secret"
succeeds "a service that redirects elsewhere" mount_tapfs "$HOST/redirect/tap" "$SKY" -o "auth=basic,user=demo,token_file=$D/secret"
is "can be browsed" "$(ls "$SKY/schemas")" "TAP_SCHEMA
demo
ivoa"
unmount

# A proxy that wants to know who asks, and one that is not there.
python3 -c 'if True:
	import socketserver, sys
	class Refuse(socketserver.StreamRequestHandler):
		def handle(self):
			while self.rfile.readline().strip(): pass
			self.wfile.write(b"HTTP/1.1 407 Who?\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	s = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refuse)
	print(s.server_address[1], flush=True)
	s.serve_forever()' >"$D/proxy" & proxy=$!
eventually 5 test -s "$D/proxy"
https_proxy=http://127.0.0.1:$(cat "$D/proxy") mount_tapfs https://tap.test/tap "$SKY"
echo "SELECT 1" >"$SKY/queries/p.adql"
eventually 20 test -e "$SKY/queries/p.error.txt"
like "a proxy that refuses is told as such" "$(head -1 "$SKY/queries/p.error.txt")" '^HTTP 407: the proxy wants a user and a password'
like "with what to do" "$(cat "$SKY/queries/p.error.txt")" 'https_proxy=http://USER:PASSWORD@HOST:PORT'
unmount; kill $proxy
https_proxy=http://127.0.0.1:9 mount_tapfs https://tap2.test/tap "$SKY"
echo "SELECT 1" >"$SKY/queries/p.adql"
eventually 20 grep -q 'names' "$SKY/queries/p.log"
like "one that is not there is told to be the environment's" "$(cat "$SKY/queries/p.log")" 'Failed to connect.*the proxy is the one that https_proxy'
unmount

# Results packed on the way, or not.
for c in yes no auto; do
	mount_tapfs "$URL" "$SKY" -o compress=$c
	echo "SELECT * FROM demo.ngc_ic -- $c" >"$SKY/queries/packed.adql"
	md5sum <"$SKY/queries/packed.csv" >"$D/packed.$c"
	ls -l "$SKY/queries/packed.csv" | awk '{ print $5 }' >>"$D/packed.$c"
	unmount
done
ok "a result is the same, packed or not" "$(cmp "$D/packed.yes" "$D/packed.no" && cmp "$D/packed.yes" "$D/packed.auto" && [ "$(tail -1 "$D/packed.no")" -gt 500000 ] && echo true)"
mount_tapfs "$URL" "$SKY" -o compress=no
curl -s -X POST "$HOST/demo/faults" -d path=/tap/async -d gzip=1 -d count=-1 >/dev/null
echo "SELECT * FROM demo.ngc_ic -- unasked" >"$SKY/queries/packed.adql"
is "what comes packed unasked is unpacked" "$(md5sum <"$SKY/queries/packed.csv")" "$(head -1 "$D/packed.no")"
curl -s -X DELETE "$HOST/demo/faults" >/dev/null
unmount
fails "another word for it is told" mount_tapfs "$URL" "$SKY" -o compress=maybe
finish
