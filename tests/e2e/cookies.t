# Cookies that a service sets are sent back to it, and stand in no log.
. tests/e2e/lib.sh
mkfifo "$D/url"
python3 tests/e2e/small_service.py "$D/seen" >"$D/url" &
PYTHON=$!
trap 'kill $PYTHON $OTHERS; cleanup' EXIT
OTHERS=
read -r URL <"$D/url"
mount_tapfs "$URL" "$SKY"
echo "SELECT a FROM s.t" >"$SKY/queries/q.adql"
is "a job behind a load balancer is found again" "$(timeout 30 cat "$SKY/queries/q.csv" | tail -1)" 7
like "the cookie goes back" "$(cat "$D/seen")" '^GET /tap/async/1 SERVER=b$'
fails "and stands in no log" grep -q "SERVER=b" "$SKY/.tapfs/log" "$SKY/queries/q.log"
unmount
mount_tapfs "$URL" "$SKY"
ls "$SKY/schemas" >/dev/null
fails "another mount begins without it" sh -c "tail -1 '$D/seen' | grep -q SERVER"
unmount

# another port of the same host is another server
python3 tests/e2e/small_service.py "$D/other" >"$D/url" &
OTHERS=$!
read -r OTHER <"$D/url"
python3 tests/e2e/small_service.py "$D/seen" "" "$OTHER/r.vot" >"$D/url" &
OTHERS="$OTHERS $!"
read -r URL <"$D/url"
mount_tapfs "$URL" "$SKY"
echo "SELECT a FROM s.t" >"$SKY/queries/other.adql"
is "a result may be on another port" "$(timeout 30 cat "$SKY/queries/other.csv" | tail -1)" 7
like "which is asked for it" "$(cat "$D/other")" '^GET /tap/r.vot -$'
fails "and gets no cookie of the service's" grep -q "SERVER=b" "$D/other"
unmount
finish
