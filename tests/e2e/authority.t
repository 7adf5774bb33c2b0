#!/bin/bash
# A service on https whose certificate comes from a private authority. openssl is the service: it
# sends the files of a folder.
. tests/e2e/lib.sh
if ! command -v openssl >/dev/null; then
	echo "1..0 # SKIP openssl is not here"
	exit 0
fi
unset CURL_CA_BUNDLE SSL_CERT_FILE SSL_CERT_DIR
certificate() { # NAME, and its authority's
	openssl req -newkey rsa:2048 -nodes -subj "/CN=$1" -keyout "$D/$1.key" "${@:2}" 2>/dev/null
}
certificate authority -x509 -days 2 -out "$D/authority.crt" -addext basicConstraints=critical,CA:TRUE
certificate localhost -out "$D/localhost.csr"
echo "subjectAltName=DNS:localhost" >"$D/names"
openssl x509 -req -in "$D/localhost.csr" -CA "$D/authority.crt" -CAkey "$D/authority.key" \
	-CAcreateserial -days 2 -extfile "$D/names" -out "$D/localhost.crt" 2>/dev/null
mkdir -p "$D/www/tap"
cat >"$D/www/tap/tables?detail=min" <<X
<tableset xmlns="http://www.ivoa.net/xml/VODataService/v1.1"><schema><name>walled</name>
<table><name>walled.garden</name></table></schema></tableset>
X
port=$((20000 + RANDOM % 10000))
(cd "$D/www" && exec openssl s_server -quiet -accept "$port" -WWW -cert "$D/localhost.crt" \
	-key "$D/localhost.key" >/dev/null 2>&1) &
SERVICE_PID=$!
eventually 10 curl -s --cacert "$D/authority.crt" "https://localhost:$port/tap/tables?detail=min"
S=https://localhost:$port/tap
trusts() { # NAME OPTIONS, with the environment as it is
	succeeds "a mount comes up ($1)" mount_tapfs "$S" "$SKY" -o "metadata=vosi${2:+,$2}"
	is "and shows the tables ($1)" "$(ls "$SKY/schemas" 2>&1)" walled
	unmount
	rm -rf "$D/cache"
}
trusts "the option ca_file" "ca_file=$D/authority.crt"
CURL_CA_BUNDLE=$D/authority.crt trusts CURL_CA_BUNDLE
SSL_CERT_FILE=$D/authority.crt trusts SSL_CERT_FILE
CURL_CA_BUNDLE=$D/localhost.key trusts "the option before the environment" "ca_file=$D/authority.crt"

succeeds "a mount comes up without it" mount_tapfs "$S" "$SKY" -o metadata=vosi
fails "and shows no tables" ls "$SKY/schemas"
like "status tells how to name the authority" "$(cat "$SKY/status")" 'ca_file.*SSL_CERT_FILE'
echo "SELECT 1" >"$SKY/queries/q.adql"
fails "a query fails" timeout 20 cat "$SKY/queries/q.csv"
like "its error tells how, too" "$(cat "$SKY/queries/q.error.txt")" 'ca_file'
like "and does not blame the query" "$(cat "$SKY/queries/q.error.txt")" 'not at fault'
finish
