#!/bin/bash
# A result that is read, and one that is mapped, keep their bytes while the query is run anew or goes.
. tests/e2e/lib.sh
service_start --rows 100000
mount_tapfs "$URL" "$SKY"
Q=$SKY/queries
stars() { printf -- '-- MAXREC = 200000\nSELECT * FROM bench.stars ORDER BY %s' "$1"; }

# Opens the result, reads a little of it and maps all; the rest when it is told to go on.
hold() { # FILE
	rm -f "$D/go" "$D/held"; mkfifo "$D/go"
	python3 - "$1" "$D/go" >"$D/held" 2>&1 <<-'E' &
		import hashlib, mmap, os, sys
		f = open(sys.argv[1], "rb", buffering=0)
		read = f.read(100)
		m = mmap.mmap(os.open(sys.argv[1], os.O_RDONLY), 0, prot=mmap.PROT_READ)
		touched = m[len(m) // 2]
		print("holds", flush=True)
		open(sys.argv[2]).read()
		while part := f.read(100000):
		    read += part
		size = os.fstat(f.fileno()).st_size
		print(hashlib.md5(read).hexdigest(), hashlib.md5(m).hexdigest(), size == len(read))
	E
	HOLDER=$!
	eventually 20 grep -q holds "$D/held"
}
kept() { # NAME SUM: what the holder read
	echo >"$D/go"
	wait $HOLDER
	is "$1" "$(tail -1 "$D/held")" "$2 $2 True"
}
sum() { md5sum <"$1" | cut -d' ' -f1; }

stars id >"$Q/a.adql"; by_id=$(sum "$Q/a.csv")
ok "the result is large: $(stat -c %s "$Q/a.csv") bytes" "$([ "$(stat -c %s "$Q/a.csv")" -gt 3000000 ] && echo true)"
hold "$Q/a.csv"
stars ra >"$Q/a.adql"; by_ra=$(sum "$Q/a.csv")
ok "run anew with another text it has other bytes" "$([ "$by_ra" != "$by_id" ] && echo true)"
kept "who read and mapped the old one has the old bytes" "$by_id"

hold "$Q/a.csv"
touch "$Q/a.adql"; eventually 20 test -s "$Q/a.csv"
kept "touched" "$by_ra"
hold "$Q/a.vot"; vot=$(sum "$Q/a.vot")
rm "$Q/a.vot"
kept "the result removed" "$vot"
hold "$Q/a.csv"
stars id >"$Q/.new"; mv "$Q/.new" "$Q/a.adql"; cat "$Q/a.csv" >/dev/null
kept "a new text renamed over the query" "$by_ra"
hold "$Q/a.csv"
rm "$Q/a.adql"; eventually 5 sh -c "! ls '$D'/state/tapfs/*/results/*/*.csv"
kept "the query removed, and the file gone from the disk" "$by_id"

mkdir "$Q/f"; stars ra >"$Q/f/b.adql"; cat "$Q/f/b.csv" >/dev/null
hold "$Q/f/b.csv"
rm -r "$Q/f"
kept "the folder removed" "$by_ra"
stars ra >"$Q/c.adql"; cat "$Q/c.csv" >/dev/null
hold "$Q/c.csv"
mkdir "$Q/g"; mv "$Q/c.adql" "$Q/g/d.sql"
kept "the query moved" "$by_ra"
finish
