#!/bin/bash
# make install puts everything where it is found again.
. tests/e2e/lib.sh
unset TAPFS_DEMO_DATA
P=$D/usr
case $B in */build) sanitize= ;; *) sanitize=SANITIZE=$(basename "$B" | tr - ,) ;; esac
succeeds "make install" make --no-print-directory install $sanitize DESTDIR="$D" PREFIX=/usr
for f in bin/tapfs libexec/tapfs/tapfs-demo share/tapfs/services.ini share/man/man1/tapfs.1 \
	share/man/man5/tapfs.ini.5 lib/systemd/user/tapfs@.service; do
	ok "$f is there" "$([ -e "$P/$f" ] && echo true || echo false)"
done
like "the demo service finds its catalogues there" \
	"$(sleep 2 | timeout 20 "$P/libexec/tapfs/tapfs-demo" --until-eof 2>&1)" '^http://127.0.0.1:[0-9]+/tap$'
finish
