#!/bin/bash
# hips/: the tiles of a survey as files, by the names of its URL scheme.
. tests/e2e/lib.sh
service_start
mount_tapfs "$URL" "$SKY"
fails "without configuration there is none" ls "$SKY/hips"
unmount
mount_tapfs "$URL" "$SKY" -o "hips_url=$HOST/hips/sky/"
H=$SKY/hips
asked() { grep -c "GET /hips/sky/$1" "$D/requests"; }
same() { cmp "$H/$1" <(curl -s "$HOST/hips/sky/$1") && echo same; }

# Listings: what the properties tell, and what is sure to be there.
is "a survey has its orders" "$(ls "$H" | tr '\n' ' ')" "Norder0 Norder1 Norder2 Norder3 properties "
is "order 3 has the whole sky and a folder of tiles" "$(ls "$H/Norder3" | tr '\n' ' ')" "Allsky.png Dir0 "
is "in it all its tiles" "$(ls "$H/Norder3/Dir0" | wc -l)" $((768 * 2))
is "order 1 has 48" "$(ls "$H/Norder1/Dir0" | grep -c 'png$')" 48
n=$(asked .)
ls -l "$H/Norder3/Dir0" >"$D/none"; find "$H" >"$D/none"
is "that asks for no tile" "$(asked 'Norder./Dir')" 0
ok "and for next to nothing" "$([ $(($(asked .) - n)) -le 2 ] && echo true || echo false)"

# Files. healpy.ang2pix(8, 10.6847, 41.2689, nest=True, lonlat=True) is 42.
is "properties are as sent" "$(same properties)" same
is "a tile is" "$(same Norder3/Dir0/Npix42.png)" same
is "in each format" "$(same Norder3/Dir0/Npix42.fits)" same
is "and so is the whole sky" "$(same Norder3/Allsky.png)" same
is "its size is known once it was read" "$(stat -c %s "$H/Norder3/Dir0/Npix42.fits")" "$(curl -s "$HOST/hips/sky/Norder3/Dir0/Npix42.fits" | wc -c)"
n=$(asked Norder3/Dir0/Npix42)
cat "$H/Norder3/Dir0/Npix42.png" >"$D/none"
is "read again it is not asked for" "$(asked Norder3/Dir0/Npix42)" "$n"
is "M31 is in that tile, where it must be" "$(/usr/bin/python3 - "$H/Norder3/Dir0/Npix42.fits" <<'PY'
import struct, sys
data = open(sys.argv[1], 'rb').read()[2880:]
row = [struct.unpack('>128f', data[j * 512:j * 512 + 512]) for j in range(128)]
print(max((row[j][i], i, j) for j in range(5, 18) for i in range(0, 8))[1:])
PY
)" "(1, 11)"

# Names out of the scheme.
for bad in Norder4 Norder03 Norder3/Dir1 Norder3/Dir10000 Norder3/Dir0/Npix768.png Norder3/Dir0/Npix1.jpg \
	Norder3/Dir0/Npix01.png Norder3/Dir0/Npix1 Norder3/Allsky.fits Moc.fits tiles; do
	fails "there is no $bad" stat "$H/$bad"
done
like ".tapfs/errors tells why" "$(cat "$SKY/.tapfs/errors")" 'hips/Norder4: the survey has no such order'

# A survey of a part of the sky, deep; several; what is none.
unmount
mkdir -p "$D/www/deep/Norder11/Dir30000" "$D/www/bad"
printf 'hips_order=11\r\nhips_order_min = 3\r\nhips_tile_format = jpeg\r\n# moc_sky_fraction = 1\r\nmoc_sky_fraction = 0.01\r\n' >"$D/www/deep/properties"
printf '\377\330tile' >"$D/www/deep/Norder11/Dir30000/Npix31234.jpg" # begins as a JPEG does
echo '<html>no</html>' >"$D/www/bad/properties"
mkfifo "$D/port"
/usr/bin/python3 -u -c '
import http.server, functools, sys
s = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(http.server.SimpleHTTPRequestHandler, directory=sys.argv[1]))
print(s.server_port, flush=True); s.serve_forever()' "$D/www" >"$D/port" 2>"$D/www.log" &
WWW=$!
read -r PORT <"$D/port"
mount_tapfs "$URL" "$SKY" -o "hips_url=deep=http://127.0.0.1:$PORT/deep bad=http://127.0.0.1:$PORT/bad sky=$HOST/hips/sky"
is "several surveys have their names" "$(ls "$H" | tr '\n' ' ')" "bad deep sky "
is "orders begin where they begin" "$(ls "$H/deep" | sort -V | tr '\n' ' ')" \
	"Norder3 Norder4 Norder5 Norder6 Norder7 Norder8 Norder9 Norder10 Norder11 properties "
is "folders of tiles are listed" "$(ls "$H/deep/Norder9" | wc -l)" 315
is "but for those of deep orders" "$(ls "$H/deep/Norder11")" ""
is "tiles that may be missing are not" "$(ls "$H/deep/Norder3/Dir0")" ""
is "all can be named" "$(tail -c 4 "$H/deep/Norder11/Dir30000/Npix31234.jpg")" tile
fails "a tile that the survey lacks is not there" stat "$H/deep/Norder11/Dir30000/Npix31235.jpg"
fails "nor has it another format" stat "$H/deep/Norder11/Dir30000/Npix31234.png"
fails "what is no HiPS is an error" ls "$H/bad"
like "that says why" "$(cat "$SKY/.tapfs/errors")" 'hips/bad: .*no properties of a HiPS'
kill "$WWW"

# Without the service what was read is there.
sum=$(sha256sum <"$H/sky/Norder3/Dir0/Npix42.png")
unmount
service_stop
mount_tapfs "$URL" "$SKY" -o "hips_url=$HOST/hips/sky,retries=0"
is "without a network the survey is listed" "$(ls "$H" | grep -c Norder)" 4
is "and what was read can be read" "$(sha256sum <"$H/Norder3/Dir0/Npix42.png")" "$sum"
fails "what was not is an error" cat "$H/Norder3/Dir0/Npix43.png"
finish
