#!/bin/bash
# make interop: tapfs and its demo service against programs that others wrote: stilts, pyvo, astropy,
# astroquery, vim, Emacs, PCManFM and GAVO DaCHS, which is installed where it is not, and started. T=pattern: some of the tests.
set -u
: "${B:?run me by make interop}"
cd "$(dirname "$0")/../.." || exit 1
sudo=$([ "$(id -u)" = 0 ] || echo sudo)

etc/deps.sh "$sudo" cmd:stilts=stilts cmd:fitsverify=fitsverify cmd:chromium=chromium cmd:curl=curl cmd:prove=perl cmd:fusermount3=fuse3 \
	cmd:vim=vim cmd:emacs=emacs-nox cmd:Xvfb=xvfb cmd:pcmanfm=pcmanfm cmd:xdotool=xdotool \
	cmd:import=imagemagick cmd:tesseract=tesseract-ocr cmd:thunar=thunar file:/usr/share/dbus-1/services/org.xfce.Tumbler.Thumbnailer1.service=tumbler \
	cmd:gio=libglib2.0-bin cmd:dbus-run-session=dbus-daemon \
	file:/usr/share/fonts/truetype/dejavu=fonts-dejavu-core \
	file:/usr/lib/python3/dist-packages/pyvo=python3-pyvo \
	file:/usr/lib/python3/dist-packages/astropy=python3-astropy \
	file:/usr/lib/python3/dist-packages/healpy=python3-healpy \
	file:/usr/lib/python3/dist-packages/PIL=python3-pil \
	file:/usr/lib/python3/dist-packages/astroquery=python3-astroquery \
	file:/usr/lib/python3/dist-packages/requests=python3-requests || exit 1
tests=$(ls tests/interop/${T:-*}.t)
if [ ! -r /dev/fuse ] || [ ! -w /dev/fuse ]; then
	echo "skipped, as FUSE is forbidden on this machine (/dev/fuse): what mounts"
	tests=$(grep -L 'dachs\.sh\|mount_tapfs' $tests)
	[ "$tests" ] || exit 0
	exec prove --timer --exec 'timeout -k 9 600 bash' $tests
fi
# Who is not root needs sudo only for a DaCHS that is not up yet.
dachs=$([ -z "$sudo" ] || tests/interop/dachs/up.sh 2>/dev/null)
[ "$dachs" ] || dachs=$($sudo tests/interop/dachs/up.sh) || exit 1
echo "DaCHS: $dachs"
judge() { prove --timer --exec 'timeout -k 9 600 bash' "$@"; }
with=$(grep -l 'dachs\.sh' $tests) without=$(grep -L 'dachs\.sh' $tests)
[ "$with" ] && [ "$without" ] || { judge $tests; exit; }
# Much of DaCHS's time is waiting: those that do without it run beside.
other=$(mktemp)
judge $without >"$other" 2>&1 &
judge $with
failed=$?
wait $! || failed=$?
cat "$other"
rm "$other"
exit $failed
