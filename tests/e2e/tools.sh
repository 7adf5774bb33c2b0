# tools.sh: the ways that people save and copy with; sourced by tools.t and by tests/interop/tools*.t.
#
# by_TOOL FILE writes the text of $T/text to FILE in queries/, new or over what is there. A row of the
# matrix saves a text, another one, and that again: one job, one more, none. $Q is queries/,
# jobs_created what the service saw, `long WORD` a query that would run for a minute.

# A query whose one row is the word: all services have this table. $REMARK marks a test's jobs.
words() { echo "SELECT TOP 1 '$1' AS tag FROM tap_schema.tables${REMARK:-}"; }
last_row() { timeout 60 tail -1 "$1" 2>&1; }

BEGAN=$(jobs_created) EXPECTED=0 T=$D # T: a row has a folder of its own
# The jobs of queries of that name that the service saw; where it cannot tell, of all.
jobs_of() { jobs_created; }

row() { # TOOL
	row_do "$1"
	row_tell "$1"
}
row_do() (
	tool=$1 file=$Q/$1.adql before=$(jobs_of "$1")
	T=$D/$tool
	mkdir "$T"
	for i in 1 2 2; do
		words "$tool $i" >"$T/text"
		"by_$tool" "$file" 2>&1
		echo "$(last_row "${file%.adql}.csv"): $(($(jobs_of "$tool") - before)) jobs"
	done >"$T/got"
	cat "$file" >>"$T/got"
)
row_tell() {
	EXPECTED=$((EXPECTED + 2))
	is "$1: a new query is one job, a changed text one more, the same again none" \
		"$(cat "$D/$1/got")" "$1 1: 1 jobs
$1 2: 2 jobs
$1 2: 2 jobs
$(words "$1 2")"
}
# No launch is due any more, and no more jobs were started than were expected.
none_more() { # AFTER WHAT
	sleep 0.5
	is "after $1 no more jobs came" "$(($(jobs_created) - BEGAN))" "$EXPECTED"
}

by_redirection() { cat "$T/text" >"$1"; }
by_heredoc() { bash -c "cat >'$1' <<E
$(cat "$T/text")
E"; }
by_tee() { tee "$1" <"$T/text" >/dev/null; }
by_dd() { dd if="$T/text" of="$1" bs=7 status=none; }
by_dd_in_place() { # conv=notrunc: over what is there, as long as that
	[ -e "$1" ] && dd if="$T/text" of="$1" conv=notrunc,fsync status=none || cp "$T/text" "$1"
}
by_cp() { cp "$T/text" "$1"; }
by_cp_p() { touch -d 2001-02-03 "$T/text"; cp -p "$T/text" "$1"; }
by_cp_force() { cp --remove-destination "$T/text" "$1"; }
by_install() { install -m 640 "$T/text" "$1"; }
by_mv() { mv "$T/text" "$1"; }
by_rename() { cp "$T/text" "$Q/.new"; mv "$Q/.new" "$1"; }
by_tar() { (cd "$T" && cp text "${1##*/}" && tar c "${1##*/}" | tar x -C "$Q"); }
by_rsync() { rsync -c "$T/text" "$1"; }
by_rsync_a() { touch "$T/text"; rsync -ac "$T/text" "$1"; }
by_rsync_inplace() { rsync -c --inplace "$T/text" "$1"; }
by_sed_w() { sed -n "w $1" "$T/text"; }
by_sed_i() { [ -e "$1" ] && sed -i "1c $(cat "$T/text")" "$1" || cp "$T/text" "$1"; }
by_perl_i() { [ -e "$1" ] && NEW=$(cat "$T/text") perl -pi -e 's/.*/$ENV{NEW}/' "$1" || cp "$T/text" "$1"; }
by_gio_copy() { gio copy "$T/text" "$1"; }
by_gio_copy_preserve() { gio copy --preserve "$T/text" "$1"; }
by_gio_save() { gio save "$1" <"$T/text"; }
by_gio_save_backup() { gio save -b "$1" <"$T/text"; }
by_python_open() { python3 -c 'import sys; open(sys.argv[2], "w").write(open(sys.argv[1]).read())' "$T/text" "$1"; }
by_python_pieces() { python3 -c 'if 1:
	import sys
	with open(sys.argv[2], "w") as f:
		for c in open(sys.argv[1]).read(): f.write(c); f.flush()' "$T/text" "$1"; }
by_python_replace() { python3 -c 'if 1:
	import os, sys, tempfile
	d, name = os.path.split(sys.argv[2])
	f = tempfile.NamedTemporaryFile("w", dir=d, delete=False)
	f.write(open(sys.argv[1]).read()); f.flush(); os.fsync(f.fileno()); f.close()
	os.replace(f.name, sys.argv[2])' "$T/text" "$1"; }
by_copy2() { python3 -c 'import shutil, sys; shutil.copy2(sys.argv[1], sys.argv[2])' "$T/text" "$1"; }

# Types the keys (of tmux) into a program that has a terminal of its own, and waits for its end.
typed() { # KEYS… -- COMMAND…
	local keys=() k t="tmux -S $T/tmux"
	while [ "$1" != -- ]; do keys+=("$1"); shift; done
	shift
	$t -f /dev/null new-session -d -s t -x 80 -y 24 "exec cat"
	$t set -g remain-on-exit on
	$t respawn-pane -k -t t "TERM=screen $*"
	eventually 5 drawn
	for k in "${keys[@]}"; do $t send-keys -t t "$k"; done
	eventually 5 has_ended || $t capture-pane -p -t t
	$t kill-server
}
has_ended() { [ "$(tmux -S "$T/tmux" display -p -t t '#{pane_dead}')" = 1 ]; }
drawn() { tmux -S "$T/tmux" capture-pane -p -t t | grep -q .; }

by_nano() { typed C-k "$(cat "$T/text")" C-o Enter C-x -- nano --ignorercfiles "$1"; }
by_nano_backup() { typed C-k "$(cat "$T/text")" C-o Enter C-x -- nano --ignorercfiles -B "$1"; }

# --- editors: large packages ---

# They make no backups below /tmp, unless they are told to.
vi() { # SETTINGS FILE
	vim -u NONE -N -es -c "set backupskip= $1" -c "call setline(1, readfile('$T/text'))" -c wq "$2"
}
by_vim_nobackup() { vi 'nobackup nowritebackup' "$1"; }
by_vim_auto() { vi 'nobackup writebackup backupcopy=auto' "$1"; }
by_vim_rename() { vi 'nobackup writebackup backupcopy=no' "$1"; }
by_vim_copy() { vi 'nobackup writebackup backupcopy=yes' "$1"; }
by_vim_backup() { keeps_old vi 'backup backupcopy=no' "$1"; }
by_vim_backup_copy() { keeps_old vi 'backup backupcopy=yes' "$1"; }
by_vim_undofile() { vi 'undofile' "$1"; }
by_vim_terminal() { typed :%d Enter i "$(cat "$T/text")" Escape :wq Enter -- vim -u NONE -N "$1"; }
lisp() { # SETTINGS FILE
	emacs -Q --batch --eval "(setq backup-enable-predicate (lambda (name) t) $1)" "$2" --eval "(progn
		(erase-buffer) (insert-file-contents \"$T/text\") (set-buffer-modified-p t) (save-buffer))" 2>&1 |
		grep -v '^Wrote\|^Saving'
}
by_emacs() { keeps_old lisp '' "$1"; }
by_emacs_nobackup() { lisp 'make-backup-files nil' "$1"; }
by_emacs_copy() { keeps_old lisp 'backup-by-copying t' "$1"; }
by_emacs_versions() { keeps_old lisp 'version-control t' "$1"; }
by_emacs_precious() { lisp 'file-precious-flag t' "$1"; }
by_emacs_terminal() { typed C-x h C-w "$(cat "$T/text")" C-x C-s C-x C-c -- emacs -Q -nw "$1"; }
keeps_old() { # COMMAND… FILE: what was there is in FILE~ or FILE.~1~ then
	local file=${!#} was=
	[ ! -e "$file" ] || was=$(cat "$file")
	"$@"
	[ ! "$was" ] || grep -qxF "$was" "$file"*~ || echo "no backup was made"
}

light_rows="redirection heredoc tee dd dd_in_place cp cp_p cp_force install mv rename tar rsync rsync_a
	rsync_inplace sed_w sed_i perl_i gio_copy gio_copy_preserve gio_save gio_save_backup python_open
	python_pieces python_replace copy2 nano nano_backup"
editor_rows="vim_nobackup vim_auto vim_rename vim_copy vim_backup vim_backup_copy vim_undofile
	vim_terminal emacs emacs_nobackup emacs_copy emacs_versions emacs_precious emacs_terminal"

# What is done with files beside saving them: the jobs that each step may start, and no others.
after() { # WHAT JOBS: so many more since the last call
	EXPECTED=$((EXPECTED + $2))
	is "$1: jobs started" "$(($(jobs_created) - BEGAN))" "$EXPECTED"
}
is_running() { grep -qE 'EXECUTING|is running' "$1"; }

handling() {
	local name
	for name in .x.adql x.adql~ .x.adql.swp x.part x.partial~ '#x.adql#' 4913 sedAbCdEf lu1234.tmp x.txt; do
		words scratch >"$Q/$name"
	done
	touch "$Q/touched.adql"
	: >"$Q/empty.sql"
	none_more "a touch, an empty file and scratch files"
	for name in .DS_Store ._x.adql .Trash-0 Thumbs.db; do
		fails "$name is refused" touch "$Q/$name"
	done
	words filled >"$Q/touched.adql"
	is "a touched file that is filled" "$(last_row "$Q/touched.csv")" filled
	after "it runs" 1

	words append >>"$Q/more.adql"
	is "a query that >> makes" "$(last_row "$Q/more.csv")" append
	after "runs" 1
	echo "WHERE table_name = 'none'" >>"$Q/more.adql"
	is "what >> adds to it" "$(last_row "$Q/more.csv")" tag
	after "is a new text" 1
	: >>"$Q/more.adql"
	none_more "nothing was added"

	long one >"$Q/run.adql"
	succeeds "a long query runs" eventually 30 is_running "$Q/run.log"
	words two >"$Q/run.adql"
	is "written over while it runs: the new text's result" "$(last_row "$Q/run.csv")" two
	after "the long one, and the new one" 2
	long three >"$Q/run2.adql"
	eventually 30 is_running "$Q/run2.log"
	words four >"$Q/new.txt"; mv "$Q/new.txt" "$Q/run2.adql"
	is "a file renamed over a running query is its new text" "$(last_row "$Q/run2.csv")" four
	after "again two" 2
	long five >"$Q/run3.adql"
	eventually 30 is_running "$Q/run3.log"
	mv "$Q/touched.adql" "$Q/run3.adql"
	is "a query renamed over a running one brings its result" "$(last_row "$Q/run3.csv")" filled
	after "which was not run anew" 1
	mv "$Q/run3.adql" "$Q/run.bak"; mv "$Q/run.bak" "$Q/run3.adql"
	is "renamed away and back: the result is there" "$(last_row "$Q/run3.csv")" filled
	mv "$Q/run3.adql" "$Q/walk.sql"
	is "and under another name, with the other extension" "$(last_row "$Q/walk.csv")" filled
	fails "no longer under the old one" test -e "$Q/run3.csv"
	none_more "renames"

	words six >"$T/text"
	exec 5>"$Q/two.adql" 6>>"$Q/two.adql"
	head -c 20 "$T/text" >&5; exec 5>&-
	sleep 0.4
	after "two have it open, one closed it" 0
	tail -c +21 "$T/text" >&6; exec 6>&-
	is "two writers: what both wrote is run" "$(last_row "$Q/two.csv")" six
	after "once, after the last close" 1
	cp "$Q/two.adql" "$T/seen" # an editor that saves by renaming, and one that had read it before
	words seven >"$T/text"; by_python_replace "$Q/two.adql"
	sed s/six/eight/ "$T/seen" >"$Q/two.adql"
	is "two editors: who saved last wins" "$(last_row "$Q/two.csv")" eight
	EXPECTED=$(($(jobs_created) - BEGAN)) # the first text may have started, or not

	mkdir -p "$D/papers/a/b/c/d/e"
	for name in a/one a/b/two a/b/c/d/e/three; do words "${name##*/}" >"$D/papers/$name.adql"; done
	echo notes >"$D/papers/a/notes.txt"
	succeeds "cp -r of a folder of queries" cp -r "$D/papers" "$Q/"
	is "to any depth they have results" \
		"$(for name in a/one a/b/two a/b/c/d/e/three; do last_row "$Q/papers/$name.csv"; done)" "one
two
three"
	after "of a job each" 3
	words inner >"$Q/papers/a/b/c/new.sql"
	is "one more in there" "$(last_row "$Q/papers/a/b/c/new.csv")" inner
	after "starts one" 1
	succeeds "mv of a folder" mv "$Q/papers/a" "$Q/moved"
	is "takes the results along" "$(last_row "$Q/moved/b/c/d/e/three.csv")" three
	succeeds "mv of a query into a folder" mv "$Q/moved/b/two.adql" "$Q/moved/b/c/d/"
	is "likewise" "$(last_row "$Q/moved/b/c/d/two.csv")$(ls "$Q/moved/b")" "twoc"
	succeeds "rm -r of it all, with results and notes" rm -r "$Q/moved" "$Q/papers"
	none_more "folders"

	fails "gio trash is refused" gio trash "$Q/two.adql"
	is "and loses nothing" "$(last_row "$Q/two.csv")$(cat "$Q/two.adql")" "eight$(words eight)"
	succeeds "gio remove removes" gio remove "$Q/two.adql"
	fails "results as well" test -e "$Q/two.csv"
	none_more "gio"
	long nine >"$Q/nine.sql"
	eventually 30 is_running "$Q/nine.log"
	succeeds "rm of a query that runs, with all that is beside it" rm "$Q"/nine.*
	EXPECTED=$((EXPECTED + 1))
	none_more "all"
}
