#!/bin/bash
# The demo service takes tables along with queries (TAP 1.1 §2.5): by curl, and once through the mount.
. tests/e2e/lib.sh
export TMPDIR=$D/tmp; mkdir "$TMPDIR" # of the service: what it leaves there
service_start --rows 1000

head='<VOTABLE version="1.4"><RESOURCE><TABLE>'
tail='</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>'
cat >"$D/mine.vot" <<V
$head<DESCRIPTION>Mine</DESCRIPTION>
<FIELD name="name" datatype="char" arraysize="4" ucd="meta.id" utype="my:name"><DESCRIPTION>Who &amp; what</DESCRIPTION></FIELD>
<FIELD name="n" datatype="int" unit="m/s"><VALUES null="-1"/></FIELD>
<FIELD name="big" datatype="long"/><FIELD name="x" datatype="double"/><FIELD name="f" datatype="float"/>
<FIELD name="far" datatype="boolean"/><FIELD name="N" datatype="unicodeChar" arraysize="*"/>
<FIELD name="place" datatype="double" arraysize="2" xtype="point" unit="deg"/><FIELD name="v" datatype="float" arraysize="*"/>
<FIELD name="range" datatype="double" arraysize="2" xtype="interval"/>
<DATA><TABLEDATA>
<TR><TD>M31</TD><TD>5</TD><TD>9007199254740993</TD><TD>0.1</TD><TD>0.1</TD><TD>T</TD><TD>größer</TD><TD>10.68 41.27</TD><TD>1 2.5</TD><TD>1 2</TD></TR>
<TR><TD>M33</TD><TD>-1</TD><TD/><TD>NaN</TD><TD/><TD>?</TD><TD/><TD/><TD/><TD/></TR>
$tail
V
status() { curl -s -o "$D/body" -w '%{http_code}' "$@"; }
error() { sed -n 's/.*value="ERROR">\([^<]*\)<.*/\1/p' "$D/body" | sed 's/&quot;/"/g'; }
ask() { # QUERY CURL-OPTIONS
	local query=$1; shift
	status "$URL/sync" -F LANG=ADQL -F RESPONSEFORMAT=csv --form-string "QUERY=$query" "$@"
}
answer() { ask "$@" >"$D/status"; tr -d '\r' <"$D/body"; }
refused() { ask "$@"; echo ":$(error)"; }
mine=(-F UPLOAD=mine,param:part -F "part=@$D/mine.vot")
all="name,n,big,x,f,far,N_2,place,v,range
M31,5,9007199254740993,0.1,0.1,true,größer,10.68 41.27,1 2.5,1 2
M33,,,,,,,,,"

is "a table goes along" "$(answer 'SELECT * FROM TAP_UPLOAD.mine' "${mine[@]}")" "$all"
is "its name is in any case" "$(answer 'SELECT tap_upload.MINE.name FROM Tap_Upload.Mine' "${mine[@]}")" "name
M31
M33"
is "a part need be no file" "$(answer 'SELECT * FROM TAP_UPLOAD.mine' -F UPLOAD=mine,param:part -F "part=<$D/mine.vot")" "$all"
iconv -t UTF-16 "$D/mine.vot" >"$D/mine16.vot"
is "nor UTF-8" "$(answer 'SELECT * FROM TAP_UPLOAD.mine' -F UPLOAD=mine,param:part -F "part=<$D/mine16.vot")" "$all"
is "nor a form of parts" "$(status "$URL/sync" -d LANG=ADQL -d RESPONSEFORMAT=csv --data-urlencode 'QUERY=SELECT * FROM TAP_UPLOAD.mine' \
	-d UPLOAD=mine,param:part --data-urlencode "part@$D/mine.vot"; tr -d '\r' <"$D/body")" "200$all"
is "it joins the service's tables" \
	"$(answer 'SELECT m.name, m.mag, t.n FROM demo.messier AS m JOIN TAP_UPLOAD.mine AS t ON t.name = m.name ORDER BY m.mag' "${mine[@]}")" "name,mag,n
M31,3.5,5
M33,5.7,"
is "positions are positions" \
	"$(answer "SELECT name FROM TAP_UPLOAD.mine WHERE 1 = CONTAINS(place, CIRCLE('ICRS', 10, 41, 3))" "${mine[@]}")" "name
M31"
is "an interval is none" "$(refused "SELECT name FROM TAP_UPLOAD.mine WHERE 1 = CONTAINS(range, CIRCLE('ICRS', 10, 41, 3))" "${mine[@]}")" \
	"400:Line 1, column 44: a position or region is needed here"
ask 'SELECT * FROM TAP_UPLOAD.mine' "${mine[@]}" -F RESPONSEFORMAT=votable >"$D/none"
is "types, units, UCDs, utypes stay" "$(grep -E 'FIELD name="(name|n|f|far|place|v)"' "$D/body")" \
	'<FIELD name="name" datatype="char" arraysize="*" ucd="meta.id" utype="my:name">
<FIELD name="n" datatype="int" unit="m/s"/>
<FIELD name="f" datatype="float"/>
<FIELD name="far" datatype="boolean"/>
<FIELD name="place" datatype="double" arraysize="2" xtype="point" unit="deg"/>
<FIELD name="v" datatype="float" arraysize="*"/>'
like "so do descriptions" "$(cat "$D/body")" '<DESCRIPTION>Who &amp; what</DESCRIPTION>'
for form in votable/td votable/b votable/b2; do
	ask 'SELECT * FROM TAP_UPLOAD.mine' "${mine[@]}" -F RESPONSEFORMAT=$form >"$D/none"
	mv "$D/body" "$D/again.vot"
	is "what came back as $form goes along again" \
		"$(answer 'SELECT * FROM TAP_UPLOAD.t' -F UPLOAD=t,param:p -F "p=@$D/again.vot")" "$all"
done
two='SELECT COUNT(*) AS n FROM TAP_UPLOAD.a AS a JOIN TAP_UPLOAD.b AS b ON a.name = b.name'
is "two tables in one UPLOAD" "$(answer "$two" --form-string 'UPLOAD=a,param:p;b,param:q' -F "p=@$D/mine.vot" -F "q=@$D/again.vot")" "n
2"
is "in two" "$(answer "$two" -F UPLOAD=a,param:p -F UPLOAD=b,param:p -F "p=@$D/mine.vot")" "n
2"
is "MAXREC=0 tells the columns" "$(answer 'SELECT n FROM TAP_UPLOAD.mine' "${mine[@]}" -F MAXREC=0)" n
is "the next query has no such table" "$(refused 'SELECT * FROM TAP_UPLOAD.mine')" \
	'400:Line 1, column 15: no table "mine" came along as an UPLOAD'

# What is no UPLOAD.
q='SELECT * FROM TAP_UPLOAD.mine'
bad() { refused "$q" --form-string "UPLOAD=$1" -F "part=@$D/mine.vot"; }
is "a name must be one" "$(bad '1a,param:part')" '400:UsageFault: UPLOAD: "1a" is no name of a table: a letter, then letters, digits and _.'
is "without a schema" "$(bad 'TAP_UPLOAD.a,param:part' | cut -d: -f1-4)" '400:UsageFault: UPLOAD: "TAP_UPLOAD.a" is no name of a table'
is "no word of ADQL" "$(bad 'Order,param:part')" '400:UsageFault: UPLOAD: "Order" is a word of ADQL: name the table otherwise.'
is "and one table's only" "$(bad 'a,param:part;A,param:part')" '400:UsageFault: UPLOAD: two tables are named "A".'
is "the part must be there" "$(bad 'a,param:nix')" '400:UsageFault: UPLOAD: this request has no part "nix".'
is "nothing but parts and http" "$(bad 'a,file:///etc/passwd')" '400:UsageFault: UPLOAD: "file:///etc/passwd" is none of param:, http: and https:.'
is "a name alone is none" "$(bad a)" '400:UsageFault: UPLOAD must be NAME,param:PART or NAME,URL, not "a".'

# Tables that are none.
table() { # its UPLOAD's error
	cat >"$D/bad.vot"
	refused 'SELECT * FROM TAP_UPLOAD.t' -F UPLOAD=t,param:p -F "p=@$D/bad.vot"
}
field() { table <<<"$head<FIELD name=\"a\" $1/><DATA><TABLEDATA>$tail"; }
is "a wrong value is told with its row" "$(sed 's/<TD>5</<TD>five</' "$D/mine.vot" | table)" \
	'400:UsageFault: TAP_UPLOAD.t: column "n": 1 value is not a valid int: "five" in row 1'
is "a table that is cut off" "$(head -c 900 "$D/mine.vot" | table | sed 's/line [0-9]*:.*/line/')" '400:UsageFault: TAP_UPLOAD.t: line'
is "no XML" "$(table <<<'name,n' | sed 's/line 1:.*/line 1/')" '400:UsageFault: TAP_UPLOAD.t: line 1'
is "nothing" "$(table </dev/null | cut -d: -f1-3)" '400:UsageFault: TAP_UPLOAD.t'
is "a VOTable without a table" "$(table <<<'<VOTABLE><RESOURCE/></VOTABLE>')" '400:UsageFault: TAP_UPLOAD.t: the VOTable holds no table'
ask 'SELECT nix FROM demo.messier' >"$D/none"
is "a service's error is no table" "$(cp "$D/body" "$D/said.vot"; table <"$D/said.vot")" \
	'400:UsageFault: TAP_UPLOAD.t: Line 1, column 8: unknown column "nix"'
is "complex numbers are not taken" "$(field 'datatype="floatComplex"')" \
	'400:UsageFault: TAP_UPLOAD.t: column "a": this service has no complex numbers'
is "nor arrays of integers" "$(field 'datatype="int" arraysize="3"')" \
	'400:UsageFault: TAP_UPLOAD.t: column "a" is an array of int, arraysize 3: this service has arrays of float and double only, of one dimension'
like "nor those of two dimensions" "$(field 'datatype="double" arraysize="3x2"')" 'arraysize 3x2: this service has arrays'
like "nor lists of texts" "$(field 'datatype="char" arraysize="3x*"')" 'an array of char, arraysize 3x\*'
is "nor too many columns" \
	"$({ echo "$head"; seq -f '<FIELD name="c%.0f" datatype="int"/>' 2000; echo "<DATA><TABLEDATA>$tail"; } | table)" \
	'400:UsageFault: TAP_UPLOAD.t: it has 2000 columns: this service takes 1 to 1999'
is "names that ADQL would not take are quoted" "$({ cat <<V
$head<FIELD name='a "b" c' datatype="int"/><FIELD name="é" datatype="int"/><DATA><TABLEDATA><TR><TD>1</TD><TD>2</TD></TR>$tail
V
} >"$D/odd.vot"; answer 'SELECT "é", "a ""b"" c" AS b FROM TAP_UPLOAD.t' -F UPLOAD=t,param:p -F "p=@$D/odd.vot")" "é,b
2,1"

# Jobs.
create() { curl -s -o "$D/none" -w '%{redirect_url}' "$URL/async" -F LANG=ADQL -F RESPONSEFORMAT=csv "$@"; }
ended() { curl -s "$1?WAIT=20&PHASE=QUEUED" -o "$D/none"; curl -s "$1?WAIT=30&PHASE=EXECUTING" -o "$D/none"; curl -s "$1/phase"; }
run() { curl -s -o "$D/none" -d PHASE=RUN "$1/phase"; ended "$1"; }
result() { curl -s "$1/results/result" | tr -d '\r'; }
files() { ls -l "/proc/$SERVICE_PID/fd" | grep -c "$TMPDIR"; } # that it holds
is "nothing is held of what is over" "$(files)" 0
job=$(create --form-string "QUERY=$two" -F UPLOAD=a,param:p -F "p=@$D/mine.vot")
is "a job may get more tables" "$(status "$job/parameters" -F UPLOAD=b,param:q -F "q=@$D/again.vot")" 303
is "not one of a name that it has" "$(status "$job/parameters" -F UPLOAD=A,param:q -F "q=@$D/again.vot"):$(error)" \
	'400:UsageFault: UPLOAD: two tables are named "A".'
is "nor without its part" "$(status "$job" -d UPLOAD=c,param:p):$(error)" '400:UsageFault: UPLOAD: this request has no part "p".'
is "nor by PUT" "$(status -X PUT --data-binary a,param:p "$job/parameters/UPLOAD"):$(error)" "403:UPLOADs add up: POST them to the job's parameters."
is "its document tells them" "$(curl -s "$job" | grep -o 'id="UPLOAD">[^<]*')" 'id="UPLOAD">a,param:p
id="UPLOAD">b,param:q'
is "they are kept" "$(files)" 2
is "until it has run" "$(run "$job"):$(result "$job"):$(files)" "COMPLETED:n
2:1"
curl -s -o "$D/none" -X DELETE "$job"
job=$(create --form-string "QUERY=$q" "${mine[@]}")
is "a job that is not run has them" "$(files)" 1
curl -s -o "$D/none" -d PHASE=ABORT "$job/phase"
is "until it is aborted" "$(files)" 0
job=$(create --form-string "QUERY=$q" "${mine[@]}")
curl -s -o "$D/none" -X DELETE "$job"
is "or deleted" "$(files)" 0
is "a job whose UPLOAD is bad is not made" "$(status "$URL/async" -F UPLOAD=1,param:p):$(curl -s "$URL/async" | grep -c "phase>PENDING")" 400:0
job=$(create --form-string "QUERY=$q" -F UPLOAD=mine,param:p -F "p=@$D/bad.vot" -F PHASE=RUN)
is "a bad table ends the job in ERROR" "$(ended "$job")" ERROR
like "and it says why" "$(curl -s "$job/error")" 'UsageFault: TAP_UPLOAD.mine: it has 2000 columns'
like "so does its document" "$(curl -s "$job")" 'errorSummary type="fatal"'
job=$(create --form-string 'QUERY=SELECT demo_sleep(0.2) AS s, t.n FROM TAP_UPLOAD.mine AS t, demo.messier' "${mine[@]}" -F PHASE=RUN)
other=$(create --form-string "QUERY=$q" -F UPLOAD=mine,param:p -F "p=@$D/odd.vot" -F PHASE=RUN)
is "two jobs do not see each other's" "$(ended "$other"):$(result "$other" | tail -1):$(curl -s "$job/phase")" COMPLETED:1,2:EXECUTING
is "nothing is left on disk meanwhile" "$(ls "$TMPDIR")" ""
curl -s -o "$D/none" -d PHASE=ABORT "$job/phase"

# By URL.
at="$URL/sync?LANG=ADQL&MAXREC=5&QUERY=SELECT+name,mag+FROM+demo.messier"
count='SELECT COUNT(*) AS n FROM TAP_UPLOAD.t'
is "a table at a URL" "$(answer "$count" --form-string "UPLOAD=t,$at")" "n
5"
is "also from where that leads" "$(answer "$count" --form-string "UPLOAD=t,$HOST/redirect/tap/sync?${at#*\?}")" "n
5"
is "and in one URL" "$(curl -s "$URL/sync?LANG=ADQL&RESPONSEFORMAT=csv&QUERY=${count// /+}&UPLOAD=t,$(sed 's/&/%26/g; s/+/%2B/g' <<<"$at")" | tr -d '\r')" "n
5"
before=$(grep -c 'MAXREC=6' "$D/requests")
job=$(create --form-string "QUERY=$count" --form-string "UPLOAD=t,${at/MAXREC=5/MAXREC=6}")
is "it is not fetched before the job runs" "$((before + $(grep -c 'MAXREC=6' "$D/requests")))" 0
is "but then" "$(run "$job"):$(result "$job")" "COMPLETED:n
6"
is "what is not there" "$(refused "$count" --form-string "UPLOAD=t,$URL/nix")" \
	"400:UsageFault: TAP_UPLOAD.t: $URL/nix cannot be fetched: its server answers 404"
is "nor its server" "$(refused "$count" --form-string "UPLOAD=t,http://127.0.0.1:1/t")" \
	"400:UsageFault: TAP_UPLOAD.t: http://127.0.0.1:1/t cannot be fetched: Couldn't connect to server"
is "what is no table" "$(refused "$count" --form-string "UPLOAD=t,$URL/capabilities")" \
	"400:UsageFault: TAP_UPLOAD.t: line 7: this is no VOTable"
curl -s -o "$D/none" "$HOST/demo/faults" -d path=/tap/availability -d delay_ms=20000
job=$(create --form-string "QUERY=$count" -F "UPLOAD=t,$URL/availability" -F EXECUTIONDURATION=1 -F PHASE=RUN)
is "what takes too long ends the job" "$(ended "$job"):$(curl -s "$job/error" | grep -o 'longer than it was allowed')" "ERROR:longer than it was allowed"

# Large ones.
vot() { # ROWS BYTES of a text
	awk -v n="$1" -v w="$2" -v head="$head" -v tail="$tail" 'BEGIN {
		print head "<FIELD name=\"id\" datatype=\"int\"/><FIELD name=\"s\" datatype=\"char\" arraysize=\"*\"/><DATA><TABLEDATA>"
		for (i = 1; i <= n; i++) printf "<TR><TD>%d</TD><TD>%0*d</TD></TR>\n", i, w, i
		print tail }'
}
vot 800000 100 >"$D/large.vot"
ok "a table of $(($(stat -c %s "$D/large.vot") / 1000000)) MB" "$([ "$(stat -c %s "$D/large.vot")" -gt 100000000 ] && echo true)"
join='SELECT COUNT(*) AS n, SUM(s.id) AS i, COUNT(s.id) AS k FROM TAP_UPLOAD.t AS t LEFT JOIN bench.stars AS s ON s.id = t.id'
is "goes along in one request" "$(answer "$join" -F UPLOAD=t,param:p -F "p=@$D/large.vot")" "n,i,k
800000,500500,1000"
is "also as a part that is no file" "$(answer "$join" -F UPLOAD=t,param:p -F "p=<$D/large.vot")" "n,i,k
800000,500500,1000"
job=$(create --form-string "QUERY=$join" -F UPLOAD=t,param:p -F "p=@$D/large.vot")
is "and with a job" "$(run "$job"):$(result "$job" | tail -1)" "COMPLETED:800000,500500,1000"
limit=$([ "$SANITIZED" ] && echo 819200 || echo 204800)
memory=$(awk '/VmHWM/ { print $2 }' "/proc/$SERVICE_PID/status")
ok "which takes no memory ($((memory / 1024)) MiB)" "$([ "$memory" -lt "$limit" ] && echo true || echo false)"
curl -s -m 1 --limit-rate 1M -o "$D/none" "$URL/sync" -F UPLOAD=t,param:p -F "p=@$D/large.vot"
let_go() { [ "$(files)" = "$(curl -s "$URL/async" | grep -c 'phase>COMPLETED')" ]; }
succeeds "of what breaks off nothing is held" eventually 10 let_go
is "its files are gone" "$(ls "$TMPDIR"):$(files)" ":$(curl -s "$URL/async" | grep -c 'phase>COMPLETED')"
vot 1000001 1 >"$D/long.vot"
is "rows have a limit" "$(refused "$count" -F UPLOAD=t,param:p -F "p=@$D/long.vot")" \
	"400:UsageFault: TAP_UPLOAD.t: it has more than 1000000 rows"
sed '1000002d' "$D/long.vot" >"$D/just.vot"
is "up to it they are taken" "$(answer "$count" -F UPLOAD=t,param:p -F "p=@$D/just.vot")" "n
1000000"
rm "$D/long.vot" "$D/just.vot"

# A service that takes less.
service_stop
service_start --upload-limit 20000
like "capabilities tell the limit" "$(curl -s "$URL/capabilities" | tr -d '\n')" '<uploadLimit><default unit="byte">20000</default><hard unit="byte">20000</hard></uploadLimit>'
vot 100 120 >"$D/half.vot" # 15 kB
half=(-F UPLOAD=t,param:p -F "p=@$D/half.vot")
is "a table within it" "$(answer "$count" "${half[@]}")" "n
100"
more="413:UsageFault: the tables that come along have more than 20000 bytes."
is "two that are beyond it" "$(refused "$count" "${half[@]}" -F UPLOAD=u,param:q -F "q=@$D/half.vot")" "$more"
is "also as one part" "$(refused "$count" "${half[@]}" -F UPLOAD=u,param:p)" "$more"
is "a large one" "$(refused "$count" -F UPLOAD=t,param:p -F "p=@$D/large.vot")" "$more"
is "is told when it has come, for a job too" "$(status "$URL/async" -F UPLOAD=t,param:p -F "p=@$D/large.vot"):$(error)" "$more"
job=$(create --form-string "QUERY=$count" "${half[@]}")
is "they add up" "$(status "$job/parameters" -F UPLOAD=u,param:q -F "q=@$D/half.vot"):$(error)" "$more"
is "what was there before is still good" "$(run "$job"):$(result "$job" | tail -1)" COMPLETED:100
is "one at a URL" "$(refused "$count" --form-string "UPLOAD=t,$URL/sync?LANG=ADQL&QUERY=SELECT+*+FROM+demo.ngc_ic")" \
	"400:UsageFault: TAP_UPLOAD.t: it has more than the 20000 bytes that are left for it"
rm "$D/large.vot"

# Through the mount.
timeout 30 "$B/tapfs" "$URL" "$SKY"
Q=$SKY/queries
cp "$D/mine.vot" "$Q/mine.vot"
printf 'name,z\nM31,1\nM33,2\nM1,3\n' >"$Q/own.csv"
{ echo "-- UPLOAD = mine = mine.vot"; echo "-- UPLOAD = own = own.csv"
	echo "SELECT o.z, t.n, m.mag FROM TAP_UPLOAD.own AS o JOIN demo.messier AS m ON m.name = o.name LEFT JOIN TAP_UPLOAD.mine AS t ON t.name = o.name ORDER BY o.z"
} >"$Q/joined.adql"
is "tables go along with a query in the mount" "$(timeout 30 cat "$Q/joined.csv"; timeout 5 cat "$Q/joined.error.txt" 2>"$D/none")" "z,n,mag
1,5,3.5
2,,5.7
3,,8.4"
unmount
finish
