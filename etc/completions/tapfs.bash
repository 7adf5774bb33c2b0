# bash completion for tapfs: sources, mountpoints, and the options of -o.
# Names come from the program itself, so that they are those of the user's configuration.

_tapfs_options()
{
	tapfs --help 2>/dev/null | sed -n '/^Options/,$ s/^  \([a-z_]*\) .*/\1/p'
}

_tapfs()
{
	local line=${COMP_LINE:0:COMP_POINT} cur before word broken i
	local -a words reply
	cur=${line##*[[:space:]]}
	read -r -a words <<<"${line%"$cur"}"
	before=${words[${#words[@]} - 1]}
	local list="" nargs=0

	for ((i = 1; i < ${#words[@]}; i++)); do
		case ${words[i]} in
		-o) i=$((i + 1)) ;;
		-*) ;;
		*) nargs=$((nargs + 1)) ;;
		esac
	done
	if [[ $before == -o ]]; then
		[[ $cur == *,* ]] && list=${cur%,*},
		mapfile -t reply < <(compgen -P "$list" -W "$(_tapfs_options)" -- "${cur##*,}")
		compopt -o nospace
	elif [[ $cur == -* ]]; then
		mapfile -t reply < <(compgen -W "-o -f -d -h --help -V --version --services" -- "$cur")
	elif ((nargs == 0)); then
		mapfile -t reply < <(compgen -W "all $(tapfs --services 2>/dev/null | sed 's/ .*//')" -- "$cur")
	elif ((nargs == 1)); then
		compopt -o filenames
		mapfile -t reply < <(compgen -d -- "$cur")
	fi
	# bash has broken the word at = and : and puts the answer behind the last of them
	broken=${cur%"${cur##*[=:]}"}
	COMPREPLY=()
	for word in "${reply[@]}"; do
		COMPREPLY+=("${word#"$broken"}")
	done
}

complete -F _tapfs tapfs
