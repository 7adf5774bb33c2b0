# Cells that cannot be read, and tables that are damaged.
. tests/e2e/lib.sh
mkfifo "$D/url"
python3 tests/e2e/small_service.py "$D/seen" "$D/result" >"$D/url" &
PYTHON=$!
trap 'kill $PYTHON; cleanup' EXIT
read -r URL <"$D/url"
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
result() { # ROWS
	printf '<VOTABLE><RESOURCE type="results"><TABLE><FIELD name="k" datatype="short"/><FIELD name="ra" datatype="double"/><DATA><TABLEDATA>%s</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>' "$1" >"$D/result"
}
result '<TR><TD>3403340</TD><TD>10.5</TD></TR><TR><TD>7</TD><TD>00 42 44.3</TD></TR>'
echo "SELECT k, ra FROM s.t" >"$Q/odd.adql"
is "a cell that cannot be read is empty" "$(timeout 30 cat "$Q/odd.csv" | tr -d '\r' | tr '\n' ' ')" "k,ra 3403340,10.5 7, "
like "which is told beside the result" "$(cat "$Q/odd.warning.txt")" 'column "ra": 1 value is not a valid double: "00 42 44.3" in row 2'
like "and in the log" "$(cat "$Q/odd.log")" 'not a valid double: "00 42 44.3" in row 2'
is "the VOTable is as it was sent" "$(cmp "$Q/odd.vot" "$D/result" && echo same)" same
like "it is listed" "$(ls "$Q")" 'odd.warning.txt'
like "the ECSV has a type that holds the values" "$(cat "$Q/odd.ecsv")" '\{name: "k", datatype: int32\}'
fails "it cannot be written" sh -c "echo x >'$Q/odd.warning.txt'"
succeeds "but removed" rm "$Q/odd.warning.txt"
fails "and is gone" test -e "$Q/odd.warning.txt"
result '<TR><TD>8</TD><TD>9</TD></TR><TR><TD>1</TD><TD>2</TD><TD>3</TD></TR>'
echo "SELECT k, ra FROM s.t -- damaged" >"$Q/bad.adql"
fails "a damaged table fails the query" timeout 30 cat "$Q/bad.csv"
like "whose reason is told" "$(cat "$Q/bad.error.txt")" 'a row has more cells than there are columns'
is "the VOTable is there, as it was sent" "$(cmp "$Q/bad.vot" "$D/result" && echo same)" same
is "and the rows before the damage" "$(tr -d '\r' <"$Q/bad.csv.part" | tr '\n' ' ')" "k,ra 8,9 "
like "they are listed" "$(ls "$Q")" 'bad.csv.part'
fails "other formats are not" timeout 30 cat "$Q/bad.fits"
unmount
mount_tapfs "$URL" "$SKY"
is "also after the next mount" "$(cmp "$Q/bad.vot" "$D/result" && echo same)" same
is "those rows, too" "$(wc -l <"$Q/bad.csv.part")" 2
succeeds "rm removes all of it" sh -c "rm '$Q'/bad.* && rm '$Q'/odd.*"
unmount
finish
