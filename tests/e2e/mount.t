#!/bin/bash
# Mounting and unmounting, and what is said when it cannot be done.
. tests/e2e/lib.sh
service_start

succeeds "tapfs demo mounts with nothing else" mount_tapfs demo "$SKY"
succeeds "and answers at once" test -d "$SKY/queries"
like "mountinfo names it" "$(grep " $SKY " /proc/self/mountinfo)" 'fuse.tapfs demo'
demo=$(pgrep -f "^$B/tapfs-demo --until-eof" -n)
unmount
eventually 5 sh -c "! kill -0 $demo"
fails "the demo service ends with its mount" kill -0 "$demo"

like "a mountpoint that is not there: what to do" "$(mount_tapfs "$URL" "$D/none" 2>&1)" 'mkdir -p'
like "an unknown service: where names are" "$(mount_tapfs nonesuch "$SKY" 2>&1)" 'tapfs --services'
like "no arguments: the usage" "$("$B/tapfs" 2>&1)" '^tapfs: usage: '
fails "and a failure" "$B/tapfs"
like "--services lists names" "$("$B/tapfs" --services)" '^gaia .*https://'
like "--version" "$("$B/tapfs" --version)" '^tapfs [0-9]+\.[0-9]'
like "--help tells every option" "$("$B/tapfs" --help)" 'connect_timeout'
like "an unknown option: which there are" "$(mount_tapfs "$URL" "$SKY" -o colour=red 2>&1)" 'no option "colour".*connect_timeout'
like "a bad value: what is allowed" "$(mount_tapfs "$URL" "$SKY" -o retries=many 2>&1)" 'whole number'
printf '[tapfs]\n\nretries = 2\nlog_level = loud\n' >"$XDG_CONFIG_HOME/tapfs/tapfs.ini"
like "a bad line in tapfs.ini: file, line, what is allowed" "$(mount_tapfs "$URL" "$SKY" 2>&1)" \
	'tapfs.ini:4: log_level must be one of error\|warn\|info\|debug'
rm "$XDG_CONFIG_HOME/tapfs/tapfs.ini"

secret=$(mount_tapfs "http://jane:hush@127.0.0.1:1/tap" "$SKY" 2>&1)
like "a URL with a password in it is refused" "$secret" 'must not hold a user name or password'
fails "and the password not repeated" grep -q hush <<<"$secret"
succeeds "options of fstab are passed over" mount_tapfs "$URL" "$SKY" -o rw,noauto,_netdev,x-systemd.automount,nosuid,retries=1
like ".tapfs/config has what is in force" "$(cat "$SKY/.tapfs/config")" '^retries = 1$'
mkdir "$D/sky2"
like "a second mount of one service names the holder" "$(mount_tapfs "$URL" "$D/sky2" 2>&1)" \
	"mounted already \(host .*, pid [0-9]+, mountpoint $SKY\)"
pid=$(tapfs_pid)
kill -TERM "$pid"; eventually 5 not_mounted "$SKY"
ok "SIGTERM unmounts" "$(not_mounted "$SKY" && echo true || echo false)"
eventually 5 sh -c "! kill -0 $pid"
fails "and ends the process" kill -0 "$pid"
mount_tapfs "$URL" "$SKY"; pid=$(tapfs_pid)
kill -INT "$pid"; eventually 5 not_mounted "$SKY"
ok "SIGINT unmounts" "$(not_mounted "$SKY" && echo true || echo false)"
wait_gone

mount_tapfs "$URL" "$SKY"; pid=$(tapfs_pid)
kill -9 "$pid"
eventually 1 not_mounted "$SKY"
ok "after kill -9 the mount is gone within a second" "$(not_mounted "$SKY" && echo true || echo false)"
succeeds "and can be mounted again" mount_tapfs "$URL" "$SKY"

# Both killed: a dead mount is left.
pid=$(tapfs_pid)
kill -9 $(pgrep -f "^$B/tapfs .*$SKY" | grep -v "^$pid\$") # the watchdog first
kill -9 "$pid"
dead() { ls "$SKY" 2>&1 | grep -q 'not connected'; }
eventually 2 dead
like "without the watchdog a dead mount answers ENOTCONN" "$(ls "$SKY" 2>&1)" 'not connected'
like "the next mount says so, and what to do" "$(mount_tapfs "$URL" "$SKY" 2>&1)" "fusermount3 -u $SKY.*auto_recover"
succeeds "-o auto_recover takes it away" mount_tapfs "$URL" "$SKY" -o auto_recover
succeeds "and mounts" test -d "$SKY/queries"
unmount

mount_tapfs "$URL" "$SKY" -o ro
fails "-o ro takes no queries" sh -c "echo SELECT > $SKY/queries/a.adql"
like "with the error of a read-only filesystem" "$(touch "$SKY/queries/a.adql" 2>&1)" 'Read-only'
unmount
mount_tapfs "$URL" "$SKY" -o xattr
echo "SELECT TOP 2 name FROM demo.messier" >"$SKY/queries/x.adql"; cat "$SKY/queries/x.csv" >/dev/null
like "-o xattr tells the rows" "$(getfattr -d "$SKY/queries/x.csv" 2>&1)" 'user.tapfs.rows="2"'
like "and the table's name" "$(getfattr --only-values -n user.tapfs.adql_name "$SKY/schemas/demo/messier" 2>&1)" '^demo.messier$'
unmount
mount_tapfs "$URL" "$SKY"
like "without it there are none" "$(getfattr -d "$SKY/queries/x.csv" 2>&1; getfattr -n user.tapfs.rows "$SKY/queries/x.csv" 2>&1)" 'not supported|upported'
like "stat -f tells the disk's room" "$(stat -f -c %b "$SKY/queries")" '^[1-9]'

like ".tapfs/stats counts" "$(cat "$SKY/.tapfs/stats")" 'http_requests +[1-9]'
like ".tapfs/log tells the mount" "$(cat "$SKY/.tapfs/log")" 'mounted at'
n=$(grep -c capabilities "$D/requests")
echo refresh >"$SKY/.tapfs/ctl"; eventually 5 sh -c "[ \$(grep -c capabilities $D/requests) -gt $n ]"
ok "ctl: refresh asks the service anew" "$([ "$(grep -c capabilities "$D/requests")" -gt "$n" ] && echo true || echo false)"
echo "log debug" >"$SKY/.tapfs/ctl"; ls "$SKY/schemas" >/dev/null
# a refresh that is just ending is not begun anew
eventually 5 sh -c "echo refresh >'$SKY/.tapfs/ctl'; grep -q debug '$SKY/.tapfs/log'"
like "ctl: log debug" "$(cat "$SKY/.tapfs/log")" ' debug '
fails "ctl: an unknown command is an error" sh -c "echo dance > $SKY/.tapfs/ctl"
like "and .tapfs/errors tells which there are" "$(cat "$SKY/.tapfs/errors")" 'no command "dance"'
finish
