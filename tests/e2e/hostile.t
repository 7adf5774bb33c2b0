#!/bin/bash
# Documents that mean no good: each ends in a sentence, with the memory of any other table.
. tests/e2e/lib.sh
service_start
U=$SKY/uploads
mount_tapfs "$URL" "$SKY"
refused() { # NAME SENTENCE
	python3 tests/e2e/hostile.py "$1" | cat >"$U/$1.vot"
	like "$1" "$(timeout 60 cat "$U/$1.vot.error.txt" 2>&1 | head -1)" "^$1.vot: .*$2"
	rm "$U/$1.vot"
}
refused laughs 'the document declares entities, which are not accepted'
refused entity 'the document declares entities, which are not accepted'
refused text 'line 1: a row or a text is longer than 32 MiB'
refused description 'line 1: a row or a text is longer than 32 MiB'
refused attribute 'line 1: a tag, comment or CDATA section is longer than 24 MiB'
refused comment 'line 1: a tag, comment or CDATA section is longer than 24 MiB'
refused columns 'line 1: the table has more than 100000 columns'
refused cells 'line 1: a row has more cells than there are columns'
refused deep 'line 1: elements are nested too deeply'
refused negative 'row 1: column "a" has a value of absurd length: the data are damaged'
refused huge 'row 1: column "a" has a value of absurd length: the data are damaged'
refused minus 'column "a" has an absurd arraysize, -5'
refused overflow 'column "a" has an absurd arraysize'
refused bits 'column "a" has an absurd arraysize'
refused cut 'line 1: the document ends too early'
python3 tests/e2e/hostile.py parameters | cat >"$U/parameters.vot"
fails "millions of parameters are no harm" timeout 60 cat "$U/parameters.vot.error.txt"
rss=$(awk '/VmHWM/ { print $2 }' "/proc/$(tapfs_pid)/status")
ok "all that took little memory ($((rss / 1024)) MiB)" "$([ "$rss" -lt $((MEMORY_LIMIT_KIB * 2)) ] && echo true || echo false)"
is "and the mount answers" "$(echo "SELECT name FROM demo.messier WHERE name = 'M1'" >"$SKY/queries/a.adql"; tail -1 "$SKY/queries/a.csv")" M1
unmount
finish
