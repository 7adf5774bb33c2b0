#!/bin/sh
# Installs the Debian packages that are missing.
# usage: deps.sh SUDO kind:name=package …   kind: pkg (pkg-config), cmd, file
set -eu
sudo=$1
shift
need=
command -v pkg-config >/dev/null || need=pkg-config
for d; do
	test=${d%%=*} package=${d##*=}
	case $test in
	pkg:*) command -v pkg-config >/dev/null && pkg-config --exists "${test#pkg:}" 2>/dev/null && continue ;;
	cmd:*) command -v "${test#cmd:}" >/dev/null && continue ;;
	file:*) [ -e "${test#file:}" ] && continue ;;
	esac
	need="$need $package"
done
[ -z "$need" ] && exit 0
command -v apt-get >/dev/null || { echo "missing, and no apt-get to install it:$need" >&2; exit 1; }
echo "installing:$need"
export DEBIAN_FRONTEND=noninteractive
install() { $sudo apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends $need >/dev/null; }
install 2>/dev/null || { $sudo apt-get -o DPkg::Lock::Timeout=600 update >/dev/null && install; }
