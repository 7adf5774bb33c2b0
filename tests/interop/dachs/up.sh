#!/bin/bash
# Brings up GAVO DaCHS with the content of this folder, on 127.0.0.1 only; its last line is the TAP
# URL. May be run again at any time: what is there already is left alone. Debian 12, as root.
#   DACHS_PORT (18080), DACHS_PGPORT (5499): others, should these be taken
#
# DaCHS has one configuration a machine (/etc/gavo.rc, /var/gavo); PostgreSQL is a cluster of our
# own, "dachs". down.sh stops both, `down.sh --purge` removes them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
port=${DACHS_PORT:-18080}
pgport=${DACHS_PGPORT:-5499}
url=http://127.0.0.1:$port
started=$SECONDS
say() { echo "dachs: $* ($((SECONDS - started)) s)" >&2; }

fetch() { curl --noproxy '*' --silent --max-time 60 "$@"; }
available() { fetch --max-time 5 "$url/tap/availability" | grep -q 'available>true'; }
count() { # TABLE
	fetch "$url/tap/sync" -d REQUEST=doQuery -d LANG=ADQL -d FORMAT=csv \
		--data-urlencode "QUERY=SELECT COUNT(*) AS n FROM $1" | tail -1 | tr -d '\r'
}
has_our_content() {
	[ "$(count demo_cat.stars)" = 200000 ] && [ "$(count demo_cat.lightcurve)" = 150000 ] &&
		[ "$(count ivoa.obscore)" = 12 ] &&
		[ "$(fetch -o /dev/null -w '%{http_code}' -u demo:demopass "$url/demo_cat/q/tapauth/tables")" = 200 ]
}
if command -v curl >/dev/null && available && has_our_content; then
	say "is up"
	echo "$url/tap"
	exit 0
fi

[ "$(id -u)" = 0 ] || { echo "dachs: $0 must be run as root to install and start DaCHS" >&2; exit 1; }
made=/var/cache/tapfs-dachs # the generated tables and images, and the log
mkdir -p "$made"
log=$made/up.log
exec 9>"$made/lock"
flock 9
: >"$log"
die() { say "cannot $*; the end of $log:"; tail -25 "$log" >&2; exit 1; }
cd /
umask 022
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PGPORT=$pgport
unset PGHOST PGUSER PGDATABASE PGPASSWORD PGCLUSTER GAVOSETTINGS GAVOCUSTOM
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
# Nothing here is to ask the network: whatever tries is refused at once.
offline=(env http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9 no_proxy=127.0.0.1,localhost)
as() { local user=$1; shift; runuser -u "$user" -- "$@"; }
dachs_as_owner() { as dachsroot "${offline[@]}" dachs "$@" >>"$log" 2>&1; }
sql() { as postgres psql -X -q -A -t -v ON_ERROR_STOP=1 -d gavo -c "$1"; }
installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
apt() { apt-get -o DPkg::Lock::Timeout=600 -y --no-install-recommends install "$@" >>"$log" 2>&1; }
install_packages() {
	local missing=() p
	for p; do installed "$p" || missing+=("$p"); done
	[ ${#missing[@]} -gt 0 ] || return 0
	say "installing ${missing[*]}"
	apt "${missing[@]}" || { apt-get update >>"$log" 2>&1 && apt "${missing[@]}"; }
}

start_postgresql() {
	local conf=/etc/postgresql/15/dachs
	if [ ! -f $conf/postgresql.conf ]; then
		rm -rf $conf
		pg_createcluster 15 dachs -p "$pgport" --locale C.UTF-8 -e UTF8 --start-conf manual \
			-- --auth-local=peer --auth-host=scram-sha-256 >>"$log" 2>&1 || return 1
	fi
	mkdir -p $conf/conf.d
	# A test's data may be lost when the power goes; JIT costs more than such queries take.
	cat >$conf/conf.d/tapfs.conf <<-C
		listen_addresses = '127.0.0.1'
		port = $pgport
		synchronous_commit = off
		jit = off
		shared_buffers = 256MB
		work_mem = 32MB
		maintenance_work_mem = 256MB
		max_connections = 50
	C
	pg_isready -q -h 127.0.0.1 || pg_ctlcluster 15 dachs start >>"$log" 2>&1 9>&- </dev/null || return 1
	for _ in $(seq 120); do
		pg_isready -q -h 127.0.0.1 && return 0
		sleep 0.25
	done
	return 1
}

# Debian 12's pgsphere script names MOC's operator @ the commutator of @>, which is taken: current
# PostgreSQL 15 refuses that. Where it does, a copy without the clause is installed beside it.
create_pg_sphere() {
	local dir=/usr/share/postgresql/15/extension
	sql 'CREATE EXTENSION IF NOT EXISTS pg_sphere' >>"$log" 2>&1 && return 0
	perl -0pe "s/(CREATE OPERATOR \@ \(\s*LEFTARG\s*=\s*\w+,\s*RIGHTARG\s*=\s*smoc,\s*PROCEDURE\s*=\s*\w+,\s*)COMMUTATOR\s*=\s*'\@>',\s*NEGATOR\s*=\s*'!<\@',\s*/\$1/g" \
		$dir/pg_sphere--1.2.0.sql >$dir/pg_sphere--1.2.0tapfs.sql
	sql "CREATE EXTENSION pg_sphere VERSION '1.2.0tapfs'" >>"$log" 2>&1
}

make_database() {
	as postgres psql -X -A -t -d postgres -c "SELECT 1 FROM pg_database WHERE datname = 'gavo'" | grep -q 1 ||
		as postgres createdb --encoding=UTF-8 --template template0 gavo >>"$log" 2>&1 || return 1
	create_pg_sphere || return 1
	sql 'CREATE EXTENSION IF NOT EXISTS q3c' >>"$log" 2>&1
}

# Before the package: its postinst asks for the database that dsn names.
make_accounts() {
	getent group gavo >/dev/null || groupadd --system gavo
	getent passwd gavo >/dev/null ||
		useradd --system --no-create-home --home-dir /nonexistent --gid gavo --shell /usr/sbin/nologin gavo
	getent passwd dachsroot >/dev/null ||
		useradd --create-home --gid gavo --shell /bin/bash dachsroot
	sql "SELECT 1 FROM pg_roles WHERE rolname = 'dachsroot'" | grep -q 1 ||
		as postgres createuser -s dachsroot >>"$log" 2>&1
}
configure() {
	sed "s#127.0.0.1:18080#127.0.0.1:$port#; s#^serverPort:.*#serverPort: $port#" \
		"$here/etc/gavo.rc" >/etc/gavo.rc
	install -d -o dachsroot -g gavo -m 2775 /var/gavo /var/gavo/etc /var/gavo/cache
	printf 'database = gavo\nhost = 127.0.0.1\nport = %s\n' "$pgport" >/var/gavo/etc/dsn
	for f in defaultmeta.txt userconfig.rd; do
		sed "s#127.0.0.1:18080#127.0.0.1:$port#g" "$here/etc/$f" >/var/gavo/etc/$f
		chown dachsroot:gavo /var/gavo/etc/$f
	done
	chown dachsroot:gavo /var/gavo/etc/dsn
	# DaCHS would fetch this vocabulary from ivoa.net.
	install -o dachsroot -g gavo -m 664 "$here/etc/uat.json" \
		"/var/gavo/cache/http:=2F=2Fwww.ivoa.net=2Frdf=2Fuat"
}
init_dachs() {
	[ -f /var/gavo/etc/feed ] &&
		sql "SELECT 1 FROM pg_tables WHERE schemaname = 'dc' AND tablename = 'products'" | grep -q 1 &&
		return 0
	say "dachs init"
	dachs_as_owner init
}

stop_server() {
	"${offline[@]}" dachs serve stop >>"$log" 2>&1 || true
	rm -f /var/gavo/state/web.pid
}
import_content() {
	# Aborted jobs may go on in the database and hold locks on the tables.
	sql "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = 'gavo' AND pid <> pg_backend_pid()" >>"$log" 2>&1 || true
	for d in demo_cat demo_img; do
		mkdir -p /var/gavo/inputs/$d
		cp -r "$made/inputs/$d/." /var/gavo/inputs/$d/
		chown -R dachsroot:gavo /var/gavo/inputs/$d
	done
	dachs_as_owner imp //obscore && dachs_as_owner imp demo_cat/q && dachs_as_owner imp demo_img/q &&
		sql ANALYZE >>"$log" 2>&1 || return 1
	dachs_as_owner limits demo_cat/q demo_img/q //obscore || say "no statistics: dachs limits failed"
	dachs_as_owner pub //services //tap //siap2 //products demo_cat/q demo_img/q ||
		say "not all published: dachs pub failed"
	as dachsroot "${offline[@]}" dachs adm listusers 2>>"$log" | grep -q '^demo ' ||
		dachs_as_owner adm adduser demo demopass demo_user
}
start_server() {
	# The daemon must not keep the lock.
	"${offline[@]}" dachs serve start >>"$log" 2>&1 9>&- </dev/null || return 1
	for _ in $(seq 240); do
		available && return 0
		sleep 0.25
	done
	tail -20 /var/gavo/logs/server.stderr >>"$log" 2>/dev/null
	return 1
}

install_packages curl perl postgresql-15 postgresql-15-pgsphere postgresql-15-q3c \
	python3-astropy python3-numpy || die "install PostgreSQL"
start_postgresql || die "start PostgreSQL on port $pgport"
make_database || die "make the database"
make_accounts || die "make the accounts gavo and dachsroot"
configure || die "configure DaCHS"
install_packages gavodachs2-server || dpkg --configure -a >>"$log" 2>&1 || die "install DaCHS"
init_dachs || die "set up DaCHS's own tables"
configure # once more: the package brings files of these names
mkdir -p "$made/inputs"
cp -r "$here/inputs/." "$made/inputs/"
/usr/bin/python3 "$here/gen.py" "$made/inputs" >>"$log" 2>&1 || die "generate the content"

wanted=$(cat "$here"/inputs/*/q.rd "$here/gen.py" "$here"/etc/* /etc/gavo.rc | sha256sum)
stamp=/var/gavo/state/tapfs.stamp
if [ "$(cat $stamp 2>/dev/null)" != "$wanted" ]; then
	say "importing the content"
	stop_server
	import_content || die "import the content"
	echo "$wanted" >$stamp
	start_server || die "start the server"
elif ! available; then
	stop_server
	say "starting the server"
	start_server || die "start the server"
fi
has_our_content || die "find the content that was imported"
if ss -ltnH 2>/dev/null | awk '{ print $4 }' | grep -E ":($port|$pgport)\$" | grep -qv '^127\.0\.0\.1:'; then
	die "leave it so: it listens to the network"
fi
say "is up"
echo "$url/tap"
