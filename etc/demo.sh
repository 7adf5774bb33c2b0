#!/bin/sh
# The tour of `make demo`: mounts the embedded service at ./sky and shows the main job.
set -eu
build=$1
dir=sky
say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
show() { printf '\033[36m$ %s\033[0m\n' "$*"; sh -c "$*"; }

if mountpoint -q $dir 2>/dev/null; then
	fusermount3 -u $dir
elif ! ls $dir >/dev/null 2>&1 && [ -e $dir ] || ! stat $dir >/dev/null 2>&1; then
	fusermount3 -u -z $dir 2>/dev/null || true
fi
mkdir -p $dir

say "1. Mount the embedded service"
show "$build/tapfs demo $dir"
show "ls $dir"
say "2. Its tables are folders"
show "ls $dir/schemas $dir/schemas/demo"
show "cat $dir/schemas/demo/messier/columns.txt"
say "3. A query dropped into queries/ becomes a job: the ten brightest objects near M31"
cat >near_m31.tmp <<'Q'
-- The ten brightest objects within ten degrees of the Andromeda galaxy
SELECT TOP 10 name, ra, dec, mag,
       DISTANCE(POINT('ICRS', ra, dec), POINT('ICRS', 10.684575, 41.268903)) AS separation
FROM demo.ngc_ic
WHERE 1 = CONTAINS(POINT('ICRS', ra, dec), CIRCLE('ICRS', 10.684575, 41.268903, 10))
  AND mag IS NOT NULL
ORDER BY mag
Q
show "cat near_m31.tmp"
show "mv near_m31.tmp $dir/queries/near_m31.adql"
say "4. Its result appears beside it; reading it waits until it is there"
show "cat $dir/queries/near_m31.csv"
show "ls -l $dir/queries"
show "cat $dir/queries/near_m31.log"
say "The mount is up at ./$dir. Go on as you like:"
cat <<T
  less $dir/README.txt                         how all of this works
  cp $dir/schemas/demo/bright_stars/select.adql $dir/queries/stars.adql
  cat $dir/queries/stars.csv
  cat $dir/status
Unmount with:
  fusermount3 -u $dir
Real services have names, too: $build/tapfs --services
T
