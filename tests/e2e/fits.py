#!/usr/bin/python3
"""fits.py: what a FITS file says, for tests; it knows just enough of the format.

fits.py FILE keys KEY...          values of the first header's keywords, one a line
fits.py FILE hdus                 NAXISn of each HDU
fits.py FILE pixel X Y            the value of a pixel, from 1
fits.py FILE star RA DEC          how far from that place the brightest pixel nearby is, in pixels
fits.py FILE inside OTHER         "same" if all pixels are those of OTHER at the same place of the sky
"""
import math
import struct
import sys


def read_hdus(path):
    data = open(path, "rb").read()
    at, hdus = 0, []
    while at < len(data):
        header = {}
        while True:
            card = data[at:at + 80].decode("ascii")
            at += 80
            if card.startswith("END "):
                break
            if card[8:10] == "= ":
                value = card[10:].split("/")[0].strip()
                if card[10:].lstrip().startswith("'"):
                    value = card[10:].lstrip()[1:].split("'")[0].rstrip()
                header[card[:8].strip()] = value
        at = -(-at // 2880) * 2880
        n = abs(int(header["BITPIX"])) // 8 if int(header["NAXIS"]) else 0
        for i in range(int(header["NAXIS"])):
            n *= int(header["NAXIS%d" % (i + 1)])
        if at + n > len(data):
            sys.exit("the file ends too early")
        hdus.append((header, data[at:at + n]))
        at += -(-n // 2880) * 2880
    return hdus


class Image:
    def __init__(self, hdu):
        self.header, self.data = hdu
        self.width, self.height = int(self["NAXIS1"]), int(self["NAXIS2"])

    def __getitem__(self, key):
        return self.header[key]

    def number(self, key):
        return float(self[key])

    def pixel(self, x, y):
        form, size = {-32: (">f", 4), 16: (">h", 2), 8: (">B", 1)}[int(self["BITPIX"])]
        i = (y - 1) * self.width + x - 1
        v = struct.unpack_from(form, self.data, i * size)[0]
        return v + float(self.header.get("BZERO", 0))

    def place(self, ra, dec):
        """TAN, as in FITS WCS paper II."""
        a, d = math.radians(ra - self.number("CRVAL1")), math.radians(dec)
        d0 = math.radians(self.number("CRVAL2"))
        t = math.sin(d) * math.sin(d0) + math.cos(d) * math.cos(d0) * math.cos(a)
        xi = math.degrees(math.cos(d) * math.sin(a) / t)
        eta = math.degrees((math.sin(d) * math.cos(d0) - math.cos(d) * math.sin(d0) * math.cos(a)) / t)
        c11, c12, c21, c22 = (self.number(k) for k in ("CD1_1", "CD1_2", "CD2_1", "CD2_2"))
        det = c11 * c22 - c12 * c21
        return (self.number("CRPIX1") + (xi * c22 - eta * c12) / det,
                self.number("CRPIX2") + (eta * c11 - xi * c21) / det)


def main(path, what, *args):
    hdus = read_hdus(path)
    if what == "keys":
        print("\n".join(hdus[0][0].get(k, "-") for k in args))
    elif what == "hdus":
        for header, _ in hdus:
            print(" ".join(header["NAXIS%d" % (i + 1)] for i in range(int(header["NAXIS"]))) or "none")
    elif what == "pixel":
        print("%g" % Image(hdus[0]).pixel(int(args[0]), int(args[1])))
    elif what == "star":
        im = Image(hdus[0])
        x, y = im.place(float(args[0]), float(args[1]))
        near = [(im.pixel(i, j), i, j) for i in range(round(x) - 4, round(x) + 5)
                for j in range(round(y) - 4, round(y) + 5)]
        v, i, j = max(near)
        print("%.1f" % math.hypot(i - x, j - y) if v > 600 else "no star")
    elif what == "inside":
        im, other = Image(hdus[0]), Image(read_hdus(args[0])[0])
        x, y = other.place(im.number("CRVAL1"), im.number("CRVAL2"))
        dx, dy = x - im.number("CRPIX1"), y - im.number("CRPIX2")
        if abs(dx - round(dx)) > 1e-6 or abs(dy - round(dy)) > 1e-6:
            sys.exit("the pixels are moved by %g, %g" % (dx, dy))
        for j in range(1, im.height + 1):
            for i in range(1, im.width + 1):
                if im.pixel(i, j) != other.pixel(i + round(dx), j + round(dy)):
                    sys.exit("pixel %d %d differs" % (i, j))
        print("same")


main(*sys.argv[1:])
