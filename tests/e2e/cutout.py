"""Whether a cut-out has the pixels of its image where its WCS says: "same", or what differs."""
import sys

import numpy as np
from astropy.io import fits
from astropy.wcs import WCS

image, part, ra, dec = sys.argv[1], sys.argv[2], float(sys.argv[3]), float(sys.argv[4])
with fits.open(image) as whole, fits.open(part) as cut:
    w, c = WCS(whole[0].header), WCS(cut[0].header)
    x, y = (int(round(float(v))) for v in w.world_to_pixel_values(ra, dec))
    i, j = (int(round(float(v))) for v in c.world_to_pixel_values(ra, dec))
    a = whole[0].data[y - 5 : y + 6, x - 5 : x + 6]
    b = cut[0].data[j - 5 : j + 6, i - 5 : i + 6]
    smaller = cut[0].data.size < whole[0].data.size
print("same" if smaller and a.shape == (11, 11) and np.array_equal(a, b) else f"differs: {a} {b}")
