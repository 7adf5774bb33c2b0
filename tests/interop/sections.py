#!/usr/bin/python3
"""sections.py: what headers and corners of images cost, read by astropy through the mount; tells in TAP.

usage: sections.py MOUNTPOINT
"""
import sys

import numpy as np
from astropy.io import fits

from checks import ok, run

sky = sys.argv[1]
AT_MOST = 16  # times the bytes that were asked for


def received():
    with open(sky + "/.tapfs/stats") as stats:
        return next(int(line.split()[1]) for line in stats if line.startswith("http_bytes_in "))


def anew(name, memmap):
    """Nothing is kept, neither by tapfs nor by the kernel, whose pages go with the name."""
    with open(sky + "/.tapfs/ctl", "w") as ctl:
        ctl.write("drop-cache\n")
    with open("/proc/sys/vm/drop_caches", "w") as pages:
        pages.write("3\n")
    return fits.open("%s/datalink/%s/%s/this.fits" % (sky, name, name), memmap=memmap)


def headers():
    for name in ("mosaic", "deep", "giant"):
        before = received()
        with anew(name, True) as hdus:
            where = [h.fileinfo() for h in hdus]
        asked = sum(w["datLoc"] - w["hdrLoc"] for w in where)
        came = received() - before
        ok("all %d headers of %s cost %.1f times their bytes" % (len(where), name, came / asked),
           0 < came <= AT_MOST * asked, came, asked)


def corner(name, side, memmap):
    before = received()
    with anew(name, memmap) as hdus:
        hdu = next(h for h in hdus if len(h.shape) == 2)
        part = np.array(hdu.section[:side, :side])
        came = received() - before
        how = "a corner of %d pixels of %s%s" % (side, name, ", mapped," if memmap else "")
        ratio = came / part.nbytes
        return how, ratio, came, part, np.array(hdu.section[side // 2, :side])


def corners():
    for name in ("mosaic", "deep", "giant"):
        for side in (100, 300):
            if (name, side) == ("mosaic", 100):
                continue  # its rows lie so close that the kernel asks for all between: 15 times the bytes
            how, ratio, came, part, row = corner(name, side, False)
            ok("%s costs %.1f times its bytes" % (how, ratio), 0 < ratio <= AT_MOST, came, part.nbytes)
            ok("and is right", part.shape == (side, side) and (part[side // 2] == row).all())


def mapped():
    """As astropy opens files by default. The kernel reads around each page of a mapping."""
    for name, held in (("mosaic", True), ("giant", True), ("deep", False)):
        how, ratio, came, part, row = corner(name, 300, True)
        if held:
            ok("%s costs %.1f times its bytes" % (how, ratio), 0 < ratio <= AT_MOST, came, part.nbytes)
        ok("%s is right (%.1f)" % (how, ratio), (part[150] == row).all())


def told():
    """Rows that lie closer than what the kernel reads at a time: all between comes."""
    how, ratio, came, part, row = corner("mosaic", 100, False)
    ok("%s is right (%.1f times its bytes)" % (how, ratio), (part[50] == row).all())


run(headers, corners, mapped, told)
