"""A notebook's work, with nothing but files: images of a place, one of them opened, a part of it, a light curve.

    notebook.py MOUNTPOINT RA DEC LIGHT_CURVE_QUERY

Each line of the output is a check that held; a failed one ends it with a traceback.
"""
import csv
import io
import os
import sys
import urllib.request

import numpy as np
from astropy.io import fits
from astropy.table import Table
from astropy.wcs import WCS

sky, ra, dec, light_curve = sys.argv[1], float(sys.argv[2]), float(sys.argv[3]), sys.argv[4]


def at(*path):
    return os.path.join(sky, *path)


def ask(name, query):
    """Drops a query, and waits for its table."""
    with open(at("queries", name + ".adql"), "w") as f:
        f.write(query)
    return Table.read(at("queries", name + ".csv"), format="ascii.csv")


def fetch(url):
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url) as r:
        return r.read()


images = ask(
    "images",
    "SELECT obs_id, access_url, s_ra, s_dec FROM ivoa.obscore WHERE dataproduct_type = 'image' "
    f"AND 1 = CONTAINS(POINT('ICRS', {ra}, {dec}), s_region)",
)
rows = sorted(os.listdir(at("datalink", "images")))
assert len(images) == len(rows) > 0, (images, rows)
print(f"each image of the place is a folder")

row = at("datalink", "images", rows[0])
with open(os.path.join(row, "links.csv"), newline="") as f:
    links = {link["file"]: link for link in csv.DictReader(f)}
this = os.path.join(row, "this.fits")
with fits.open(this) as here, fits.open(io.BytesIO(fetch(links["this.fits"]["access_url"]))) as there:
    assert here[0].header == there[0].header
    print("this.fits has the header of the image that is linked")
    wcs = WCS(here[0].header)
    x, y = (int(round(float(v))) for v in wcs.world_to_pixel_values(ra, dec))
    assert 0 <= x < here[0].header["NAXIS1"] and 0 <= y < here[0].header["NAXIS2"], (x, y)
    print("by its WCS the place lies in it")
    assert here[0].data[y, x] == there[0].data[y, x]
    print("and the pixel there is the image's")
    pixels = here[0].data[y - 3 : y + 4, x - 3 : x + 4].copy()
    whole = here[0].data.size

with fits.open(os.path.join(row, "cutout", f"{ra},{dec},0.01.fits")) as cut:
    data = cut[0].data
    i, j = (int(round(float(v))) for v in WCS(cut[0].header).world_to_pixel_values(ra, dec))
    assert data.size < whole and np.array_equal(data[j - 3 : j + 4, i - 3 : i + 4], pixels)
    print("a cut-out, opened by its name, is smaller, and has the same pixels at the place")

curve = ask("curve", light_curve)
assert len(curve) > 20 and np.all(np.diff(curve["mjd"]) >= 0) and np.ptp(curve["mag"]) > 0
print("the light curve's CSV has its points in time")
votable = Table.read(at("queries", "curve.vot"), format="votable")
assert len(votable) == len(curve) and np.array_equal(
    np.asarray(votable["mjd"], float), np.asarray(curve["mjd"], float)
)
print("and they are those of its VOTable")
