# hips.py: the demo's HiPS, read through a mount, against healpy and astropy: where things are.
import sys

import healpy
import numpy
from astropy.io import fits
from astropy.wcs import WCS
from PIL import Image

from checks import ok, plan

HIPS = sys.argv[1]
SIDE = 128
PLACES = {"M31": (10.684575, 41.268903), "M13": (250.4235, 36.4613), "Sirius": (101.287155, -16.716116),
          "Polaris": (37.95456, 89.264109), "Acrux": (186.6496, -63.0991), "Vega": (279.2347, 38.7837)}


def number(order, ra, dec):
    return healpy.ang2pix(2**order, ra, dec, nest=True, lonlat=True)


def unravel(n, bits=7):
    x = sum((n >> 2 * b & 1) << b for b in range(bits))
    y = sum((n >> 2 * b + 1 & 1) << b for b in range(bits))
    return x, y


for name, (ra, dec) in PLACES.items():
    for order in range(4):
        pixel = number(order, ra, dec)
        tile = f"{HIPS}/Norder{order}/Dir0/Npix{pixel}"
        with fits.open(tile + ".fits") as f:
            data, wcs = f[0].data, WCS(f[0].header)
        x, y = unravel(int(number(order + 7, ra, dec)) & 4**7 - 1)
        column, row = y, SIDE - 1 - x  # HiPS 1.0, 4.2.1
        ok(f"{name} is bright in tile {pixel} of order {order}", data[row, column] > 1000)
        picture = numpy.asarray(Image.open(tile + ".png"))
        ok(f"{name} is there in the picture as well", picture[SIDE - 1 - row, column] > 200)
        j, i = (a.ravel() for a in numpy.mgrid[0:SIDE:5, 0:SIDE:5])
        lon, lat = wcs.all_pix2world(i, j, 0)
        wanted = [unravel(int(n)) for n in number(order + 7, lon, lat) & 4**7 - 1]
        right = all(w == (SIDE - 1 - b, a) for w, a, b in zip(wanted, i, j))
        inside = (number(order, lon, lat) == pixel).all()
        ok(f"the WCS of tile {pixel} of order {order} agrees with healpy", right and inside)

sky = Image.open(f"{HIPS}/Norder3/Allsky.png")
ok("Allsky has 27 columns and 29 rows of 64 pixels", sky.size == (27 * 64, 29 * 64))
pixel = int(number(3, *PLACES["Sirius"]))
x, y = unravel(int(number(10, *PLACES["Sirius"])) & 4**7 - 1)
greys = numpy.asarray(sky)
ok("Sirius is in it", greys[pixel // 27 * 64 + x // 2, pixel % 27 * 64 + y // 2] > 200)
plan()
