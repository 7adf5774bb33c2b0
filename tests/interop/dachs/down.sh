#!/bin/bash
# Stops what up.sh started. --purge: removes the database, the content and DaCHS's packages too.
set -u
export LC_ALL=C.UTF-8 PGPORT=${DACHS_PGPORT:-5499}
[ "$(id -u)" = 0 ] || { echo "$0 must be run as root" >&2; exit 1; }
cd /
pid=$(cat /var/gavo/state/web.pid 2>/dev/null)
if [ "$pid" ] && tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q dachs; then
	dachs serve stop || kill "$pid"
	for _ in $(seq 40); do
		[ -d "/proc/$pid" ] || break
		sleep 0.25
	done
	[ ! -d "/proc/$pid" ] || kill -9 "$pid"
fi
rm -f /var/gavo/state/web.pid
pg_lsclusters -h 2>/dev/null | grep -q '^15 *dachs .*online' && pg_ctlcluster 15 dachs stop -m fast
if [ "${1:-}" = --purge ]; then
	pg_dropcluster --stop 15 dachs 2>/dev/null
	DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -y purge \
		gavodachs2-server python3-gavo python3-gavo-utils python3-gavo-stc python3-gavo-votable
	rm -rf /var/gavo /etc/gavo.rc /var/cache/tapfs-dachs \
		/usr/share/postgresql/15/extension/pg_sphere--1.2.0tapfs.sql
fi
exit 0
