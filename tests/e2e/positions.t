#!/bin/bash
# sia/ and scs/: what is at a position of the sky, asked for when somebody looks.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
SCS=$SKY/scs SIA=$SKY/sia
asked() { grep -cE "GET /(scs|sia2)/[^ ]*$1" "$D/requests"; }
fault() { curl -s -o "$D/none" "$HOST/demo/faults" "$@"; }
csv() { tail -n +2 "$1" | sort; }

# Names, without asking.
is "the service's cone searches are folders" "$(ls "$SCS" | tr '\n' ' ')" "bright_stars messier ngc_ic "
is "its image search has no positions before somebody made one" "$(ls "$SIA")" ""
succeeds "a position is a folder" test -d "$SCS/messier/10.68,41.27,2"
is "a result's size is not known before" "$(stat -c %s "$SCS/messier/10.68,41.27,2/result.csv")" 0
find "$SCS" "$SIA" >/dev/null
is "that asks for nothing" "$(asked .)" 0
is "and is not listed" "$(ls "$SCS/messier")" ""
for bad in x 10 10,41 361,0,1 10,91,1 10,41,0 10,41,1,2 10,41,nan; do
	fails "$bad is no position" stat "$SIA/$bad"
done
like ".tapfs/errors says how it must be" "$(cat "$SKY/.tapfs/errors")" 'sia/10,91,1: a position is RA,DEC,SIZE in degrees'
fails "nor is there another search" ls "$SCS/abell"

# Cones.
P=$SCS/messier/10.68,41.27,2
csv "$P/result.csv" >"$D/cone"
echo "SELECT * FROM demo.messier WHERE 1 = CONTAINS(POINT(ra, dec), CIRCLE(10.68, 41.27, 2))" >"$SKY/queries/m.adql"
csv "$SKY/queries/m.csv" >"$D/adql"
is "the rows are those of the same cone in ADQL" "$(cat "$D/cone")" "$(cat "$D/adql")"
is "which are three" "$(wc -l <"$D/cone")" 3
is "result.vot is what was sent" "$(grep -v -e INFO -e DESCRIPTION "$P/result.vot")" \
	"$(curl -s "$HOST/scs/messier?RA=10.68&DEC=41.27&SR=2" | grep -v -e INFO -e DESCRIPTION)"
n=$(asked 10.68)
is "the folder is listed now" "$(ls "$SCS/messier")" 10.68,41.27,2
is "with the files in it" "$(ls "$P" | tr '\n' ' ')" "result.csv result.vot "
cat "$P/result.csv" "$P/result.vot" >/dev/null
is "read again nothing is asked" "$(asked 10.68)" "$n"
is "another format is made when its name is opened" "$(head -1 "$P/result.tsv" | cut -f1-3)" "$(printf 'name\tra\tdec')"
is "and is listed from then on" "$(ls "$P" | tr '\n' ' ')" "result.csv result.tsv result.vot "
is "with its size" "$(stat -c %s "$P/result.tsv")" "$(wc -c <"$P/result.tsv")"
is "which asks for nothing" "$(asked 10.68)" "$n"
is "before a position was looked at it works as well" "$(head -c 1 "$SCS/messier/83.6,22,1/result.json")" "{"
rmdir "$SCS/messier/83.6,22,1"
is "sizes are exact" "$(stat -c %s "$P/result.csv")" "$(wc -c <"$P/result.csv")"
ok "mtime is when it came" "$([ $(($(date +%s) - $(stat -c %Y "$P/result.csv"))) -lt 60 ] && echo true || echo false)"
fault -d path=/scs/ -d delay_ms=700
for i in 1 2 3 4 5; do cat "$SCS/ngc_ic/83.8,-5.4,1/result.csv" >>"$D/five" & p="${p:-} $!"; done
wait $p
is "five who open at once ask once" "$(asked 83.8)" 1
is "and read the same" "$(sort "$D/five" | uniq -c | awk '{ print $1 }' | sort -u)" 5

# Images.
R=$SIA/56.8,24.1,1
is "an image search has its files, and its rows" "$(ls "$R" | tr '\n' ' ')" "m45 result.csv result.vot "
is "a row's folder has its links" "$(ls "$R/m45" | grep -c 'this.fits\|links.csv')" 2
is "which are files" "$(sha256sum <"$R/m45/this.fits")" "$(curl -s "$HOST/files/images/m45.fits" | sha256sum)"
fails "what is no row is not there" stat "$R/m31"
is "the whole sky has rows page by page" \
	"$(ls "$SIA/0,0,180" | grep -vc result)" "$(($(curl -s "$HOST/sia2/query?RESPONSEFORMAT=csv&POS=CIRCLE+0+0+180" | wc -l) - 1))"

# Throwing away.
rmdir "$P"
is "a removed folder is not listed" "$(ls "$SCS/messier")" ""
n=$(asked 10.68)
csv "$P/result.csv" >"$D/again"
is "and asked for anew" "$(asked 10.68)" $((n + 1))
is "with the same rows" "$(cat "$D/again")" "$(cat "$D/cone")"
exec 5<"$P/result.csv"
succeeds "rm -r takes it away, with its files" rm -r "$P"
is "who reads it goes on" "$(tail -n +2 <&5 | sort)" "$(cat "$D/cone")"; exec 5<&-
succeeds "and with its rows" rm -r "$R"
is "that is gone as well" "$(ls "$SIA")" 0,0,180
is "on the disk too" "$(cd "$D"/cache/tapfs/*/positions && eventually 5 test ! -e "sia/56.8,24.1,1" && ls sia)" 0,0,180

echo offline >"$SKY/.tapfs/ctl"
fails "offline none is asked for" ls "$SCS/messier/11,41,2"
echo online >"$SKY/.tapfs/ctl"
succeeds "online it is, at once" ls "$SCS/messier/11,41,2"
succeeds "and away with it" rmdir "$SCS/messier/11,41,2"

# The next mount has it, also when the service is away; what is old is asked for anew.
cat "$P/result.csv" "$R/m45/this.fits" >/dev/null
sum=$(sha256sum <"$R/m45/this.fits")
unmount; mount_tapfs "$URL" "$SKY"
is "what was made is listed at the next mount" "$(ls "$SCS/messier" "$SIA" | grep -c ,)" 3
n=$(asked .)
is "and as it was" "$(csv "$P/result.csv")" "$(cat "$D/cone")"
is "without being asked for" "$(asked .)" "$n"
unmount
touch -d '3 days ago' "$D"/cache/tapfs/*/positions/scs.messier/*/result.vot
mount_tapfs "$URL" "$SKY"
csv "$P/result.csv" >/dev/null
is "what is old is asked for anew" "$(asked .)" $((n + 1))
unmount
touch -d '3 days ago' "$D"/cache/tapfs/*/positions/scs.messier/*/result.vot
service_stop
mount_tapfs "$URL" "$SKY" -o retries=0
is "without the service what is old is there" "$(csv "$P/result.csv")" "$(cat "$D/cone")"
is "and the files of its rows" "$(sha256sum <"$R/m45/this.fits")" "$sum"
fails "what was never asked for is an error" cat "$SCS/messier/1,1,1/result.csv"
like "that .tapfs/errors explains" "$(cat "$SKY/.tapfs/errors")" 'scs/messier/1,1,1/result.csv: .*connect'
unmount
rm -r "$D/cache/tapfs"

# By configuration: one search, several, errors of the service, missing rows.
rm "$D/requests"; service_start
mount_tapfs "$URL" "$SKY" -o "sia_url=$HOST/sia2/query?BAND=blue,scs_url=$HOST/scs/messier?MAXREC=many" -o retries=0
fails "an error of the image search is an error" cat "$SIA/1,1,1/result.csv"
like "in its own words" "$(cat "$SKY/.tapfs/errors")" 'sia/1,1,1/result.csv: .*BAND takes one number or two'
fails "so is one of a cone search" ls "$SCS/1,1,1"
like "in its own words, too" "$(cat "$SKY/.tapfs/errors")" 'scs/1,1,1: .*MAXREC'
is "nothing is left of them" "$(ls "$SCS" "$SIA" | grep -c ,)" 0
unmount
mount_tapfs "$URL" "$SKY" -o "scs_url=a=$HOST/scs/ngc_ic?MAXREC=5 b-2=$HOST/scs/messier,maxrec=2"
is "several have the names that they were given" "$(ls "$SCS" | tr '\n' ' ')" "a b-2 "
is "rows that are missing are told" "$(ls "$SCS/a/10,41,10" | tr '\n' ' ')" "result.csv result.overflow.txt result.vot "
like "how many came, and what to do" "$(cat "$SCS/a/10,41,10/result.overflow.txt")" 'after 5 rows'
is "maxrec holds for images" "$(wc -l <"$SIA/0,0,180/result.csv")" 3
fails "where none is missing there is no such file" cat "$SCS/b-2/10,41,10/result.overflow.txt"
fault -d path=/scs/ -d cut_after=500
fails "an answer that breaks off is an error" cat "$SCS/b-2/20,20,20/result.csv"
fails "nothing can be created here" touch "$SCS/a/new"
finish
