# tools.sh: the ways that people save and copy with; sourced by tools.t and by tests/interop/tools*.t.
#
# by_TOOL FILE writes the text of $D/text to FILE in queries/, new or over what is there. A row of the
# matrix saves a text, another one, and that again: one job, one more, none. $Q is queries/,
# jobs_created what the service saw.

# A query whose one row is the word: both services have this table.
words() { echo "SELECT TOP 1 '$1' AS tag FROM tap_schema.tables"; }
last_row() { timeout 60 tail -1 "$1" 2>&1; }

BEGAN=$(jobs_created) EXPECTED=0
row() { # TOOL [FILE]
	local tool=$1 file=${2:-$1.adql} stem before got= i
	stem=${file%.*} before=$(jobs_created)
	for i in 1 2 2; do
		words "$tool $i" >"$D/text"
		"by_$tool" "$Q/$file" >>"$D/out" 2>&1
		got="$got$(last_row "$Q/$stem.csv"): $(($(jobs_created) - before)) jobs
"
	done
	EXPECTED=$((EXPECTED + 2))
	is "$tool: a new query is one job, a changed text one more, the same again none" \
		"$got$(cat "$D/out" "$Q/$file")" "$tool 1: 1 jobs
$tool 2: 2 jobs
$tool 2: 2 jobs
$(words "$tool 2")"
	: >"$D/out"
}
# No launch is due any more, and no row started more jobs than were seen then.
none_more() {
	sleep 0.5
	is "after all rows no more jobs came" "$(($(jobs_created) - BEGAN))" "$EXPECTED"
}

by_redirection() { cat "$D/text" >"$1"; }
by_heredoc() { bash -c "cat >'$1' <<E
$(cat "$D/text")
E"; }
by_tee() { tee "$1" <"$D/text" >/dev/null; }
by_dd() { dd if="$D/text" of="$1" bs=7 status=none; }
by_dd_in_place() { # conv=notrunc: over what is there, as long as that
	[ -e "$1" ] && dd if="$D/text" of="$1" conv=notrunc,fsync status=none || cp "$D/text" "$1"
}
by_cp() { cp "$D/text" "$1"; }
by_cp_p() { touch -d 2001-02-03 "$D/text"; cp -p "$D/text" "$1"; }
by_cp_force() { cp --remove-destination "$D/text" "$1"; }
by_install() { install -m 640 "$D/text" "$1"; }
by_mv() { mv "$D/text" "$1"; }
by_rename() { cp "$D/text" "$Q/.new"; mv "$Q/.new" "$1"; }
by_tar() { (cd "$D" && cp text "${1##*/}" && tar c "${1##*/}" | tar x -C "$Q"); }
by_rsync() { rsync -c "$D/text" "$1"; }
by_rsync_a() { touch "$D/text"; rsync -ac "$D/text" "$1"; }
by_rsync_inplace() { rsync -c --inplace "$D/text" "$1"; }
by_sed_w() { sed -n "w $1" "$D/text"; }
by_sed_i() { [ -e "$1" ] && sed -i "1c $(cat "$D/text")" "$1" || cp "$D/text" "$1"; }
by_perl_i() { [ -e "$1" ] && NEW=$(cat "$D/text") perl -pi -e 's/.*/$ENV{NEW}/' "$1" || cp "$D/text" "$1"; }
by_gio_copy() { gio copy "$D/text" "$1"; }
by_gio_copy_preserve() { gio copy --preserve "$D/text" "$1"; }
by_gio_save() { gio save "$1" <"$D/text"; }
by_gio_save_backup() { gio save -b "$1" <"$D/text"; }
by_python_open() { python3 -c 'import sys; open(sys.argv[2], "w").write(open(sys.argv[1]).read())' "$D/text" "$1"; }
by_python_pieces() { python3 -c 'if 1:
	import sys
	with open(sys.argv[2], "w") as f:
		for c in open(sys.argv[1]).read(): f.write(c); f.flush()' "$D/text" "$1"; }
by_python_replace() { python3 -c 'if 1:
	import os, sys, tempfile
	d, name = os.path.split(sys.argv[2])
	f = tempfile.NamedTemporaryFile("w", dir=d, delete=False)
	f.write(open(sys.argv[1]).read()); f.flush(); os.fsync(f.fileno()); f.close()
	os.replace(f.name, sys.argv[2])' "$D/text" "$1"; }
by_copy2() { python3 -c 'import shutil, sys; shutil.copy2(sys.argv[1], sys.argv[2])' "$D/text" "$1"; }

# Types the keys (of tmux) into a program that has a terminal of its own, and waits for its end.
typed() { # KEYS… -- COMMAND…
	local keys=() k t="tmux -S $D/tmux"
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
has_ended() { [ "$(tmux -S "$D/tmux" display -p -t t '#{pane_dead}')" = 1 ]; }
drawn() { tmux -S "$D/tmux" capture-pane -p -t t | grep -q .; }

by_nano() { typed C-k "$(cat "$D/text")" C-o Enter C-x -- nano --ignorercfiles "$1"; }
by_nano_backup() { typed C-k "$(cat "$D/text")" C-o Enter C-x -- nano --ignorercfiles -B "$1"; }

# --- editors: large packages ---

ex() { vim -u NONE -N -es -c "set $1" -c "%d" -c "0r $D/text" -c '$d' -c wq "$2"; }
by_vim_nobackup() { ex 'nobackup nowritebackup' "$1"; }
by_vim_writebackup() { ex 'nobackup writebackup backupcopy=auto' "$1"; }
by_vim_rename() { ex 'nobackup writebackup backupcopy=no' "$1"; }
by_vim_copy() { ex 'nobackup writebackup backupcopy=yes' "$1"; }
by_vim_backup() { ex 'backup backupcopy=no' "$1"; }
by_vim_backup_copy() { ex 'backup backupcopy=yes' "$1"; }
by_vim_undofile() { ex 'undofile' "$1"; }
by_vim_terminal() { typed :%d Enter i "$(cat "$D/text")" Escape :wq Enter -- vim -u NONE -N "$1"; }
lisp() { emacs -Q --batch --eval "(setq $1)" "$2" --eval "(progn (erase-buffer) (insert-file-contents \"$D/text\") (save-buffer))"; }
by_emacs() { lisp 'make-backup-files t' "$1"; }
by_emacs_nobackup() { lisp 'make-backup-files nil' "$1"; }
by_emacs_copy() { lisp 'backup-by-copying t' "$1"; }
by_emacs_versions() { lisp 'version-control t' "$1"; }
by_emacs_precious() { lisp 'file-precious-flag t' "$1"; }
by_emacs_terminal() { typed C-x h C-w "$(cat "$D/text")" C-x C-s C-x C-c -- emacs -Q -nw "$1"; }

light_rows="redirection heredoc tee dd dd_in_place cp cp_p cp_force install mv rename tar rsync rsync_a
	rsync_inplace sed_w sed_i perl_i gio_copy gio_copy_preserve gio_save gio_save_backup python_open
	python_pieces python_replace copy2 nano nano_backup"
editor_rows="vim_nobackup vim_writebackup vim_rename vim_copy vim_backup vim_backup_copy vim_undofile
	vim_terminal emacs emacs_nobackup emacs_copy emacs_versions emacs_precious emacs_terminal"
