#!/bin/bash
# The demo service by itself, where the other tests do not see it.
. tests/e2e/lib.sh
service_start --rows 100

rows() { curl -s "$URL/sync" -d LANG=ADQL -d RESPONSEFORMAT=csv --data-urlencode "QUERY=$1" | tr -d '\r'; }
says() { # QUERY: its error
	rows "$1" | sed -n 's/.*value="ERROR">\([^<]*\)<.*/\1/p' | sed 's/&quot;/"/g; s/&apos;/'"'"'/g; s/&#39;/'"'"'/g'
}
is "LIKE takes ESCAPE" "$(rows "SELECT TOP 1 1 AS x FROM demo.messier WHERE '50%' LIKE '50!%' ESCAPE '!'")" "x
1"
is "what is escaped stands for itself" \
	"$(rows "SELECT COUNT(*) AS n FROM demo.messier WHERE name LIKE 'M!_' ESCAPE '!'")" "n
0"
is "ILIKE too" "$(rows "SELECT COUNT(*) AS n FROM demo.messier WHERE name || '_' ILIKE 'm1~_' ESCAPE '~'")" "n
1"
is "ESCAPE needs one character" "$(says "SELECT 1 FROM demo.messier WHERE name LIKE 'M' ESCAPE 'ab'")" \
	"Line 1, column 55: ESCAPE needs a text of one character, as in ESCAPE '!'"

# Groups.
is "a column beside an aggregate must be grouped by" "$(says "SELECT name, COUNT(*) FROM demo.messier")" \
	'Line 1, column 8: the column "name" is neither in GROUP BY nor in an aggregate'
is "also one in ORDER BY" "$(says "SELECT name FROM demo.messier GROUP BY name ORDER BY ra")" \
	'Line 1, column 54: the column "ra" is neither in GROUP BY nor in an aggregate'
is "also those of *" "$(says "SELECT m.* FROM demo.messier AS m GROUP BY name")" \
	'Line 1, column 8: the column "ra" is neither in GROUP BY nor in an aggregate'
is "an expression that is grouped by may stand in others" \
	"$(rows "SELECT TOP 1 FLOOR(mag) + 1 AS x, COUNT(*) AS n FROM demo.messier GROUP BY FLOOR(mag) HAVING FLOOR(mag) > 3 ORDER BY x")" "x,n
5,7"
is "so may one that is grouped by its alias" \
	"$(rows "SELECT TOP 1 FLOOR(mag) AS x, COUNT(*) AS n FROM demo.messier GROUP BY x ORDER BY FLOOR(mag)")" "x,n
1,1"
is "an inner query may name what the outer one groups by" \
	"$(rows "SELECT TOP 1 a.mag, (SELECT COUNT(*) FROM demo.messier AS b WHERE b.mag <= a.mag) AS n FROM demo.messier AS a GROUP BY a.mag ORDER BY a.mag")" "mag,n
1.6,1"
is "no aggregate in WHERE" "$(says "SELECT name FROM demo.messier WHERE MAX(ra) > 1")" \
	"Line 1, column 37: the aggregate MAX cannot stand in WHERE"
is "none in another" "$(says "SELECT SUM(MAX(ra)) FROM demo.messier")" \
	"Line 1, column 12: the aggregate MAX cannot stand in another one"
is "none in GROUP BY" "$(says "SELECT COUNT(*) AS n FROM demo.messier GROUP BY n")" \
	"Line 1, column 49: GROUP BY cannot take an aggregate"
is "HAVING needs groups" "$(says "SELECT name FROM demo.messier HAVING ra > 1")" \
	"Line 1, column 41: HAVING needs GROUP BY or an aggregate"
is "a negative constant in ORDER BY is no column" "$(rows "SELECT TOP 1 1 AS x FROM demo.messier ORDER BY -1")" "x
1"

# What goes wrong while a query runs.
is "an impossible circle is told with its place" \
	"$(says "SELECT name FROM demo.messier
WHERE 1 = CONTAINS(POINT(ra, dec), CIRCLE(ra, dec, -1))")" \
	"Line 2, column 36: a position or region is impossible: latitudes go from -90 to 90, a radius is not negative"
is "the same geometry at two places is the same to GROUP BY" \
	"$(rows "SELECT TOP 1 FLOOR(DISTANCE(POINT(ra, dec), POINT(0, 0)) / 45) AS d, COUNT(*) AS n FROM demo.messier GROUP BY FLOOR(DISTANCE(POINT(ra, dec), POINT(0, 0)) / 45) ORDER BY d")" "d,n
0,9"

# One parameter of a job.
job=$(curl -s "$URL/async" -d LANG=ADQL -d RUNID=mine --data-urlencode 'QUERY=SELECT 1 AS x FROM demo.messier' -o "$D/none" -w '%{redirect_url}')
is "a job's parameter can be read alone" "$(curl -s "$job/parameters/query")" "SELECT 1 AS x FROM demo.messier"
is "one that it has not is not there" "$(curl -s -o "$D/none" -w '%{http_code}' "$job/parameters/nothing")" 404
finish
