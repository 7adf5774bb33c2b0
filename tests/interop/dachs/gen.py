#!/usr/bin/python3
"""gen.py: the content of the DaCHS that tapfs is tested against, the same at each run.

usage: gen.py INPUTSDIR [NSTARS]
writes INPUTSDIR/demo_cat/data/{stars,lightcurve}.copy (PostgreSQL COPY text)
and INPUTSDIR/demo_img/data/*.fits.  Files that already exist with the
right stamp are left alone.
"""
import os, sys, datetime
import numpy as np
from astropy.io import fits

ROOT = sys.argv[1]
N = int(sys.argv[2]) if len(sys.argv) > 2 else 200000
NLC = 2000            # stars with light curves
PTS = 75              # points per star (25 epochs x 3 bands)
STAMP = "v5 %d" % N

CAT = os.path.join(ROOT, "demo_cat", "data")
IMG = os.path.join(ROOT, "demo_img", "data")
for d in (CAT, IMG):
    os.makedirs(d, exist_ok=True)

NOTES = [
    'He said "hi", then left',
    "O'Hara; semicolon; it''s",
    'line one\nline two',
    'α Centauri – Ωmega ñ Größe 日本語',
    '<b>&amp; markup</b> ]]> & < >',
    '',
    'tab\there, comma, "quote"\r\nCRLF line',
    '  leading and trailing  ',
    'back\\slash \\N C:\\temp',
    'x' * 3000,
    '%s %d %% percent {braces}',
    'NULL',
]


def esc(s):
    return (s.replace("\\", "\\\\").replace("\t", "\\t")
            .replace("\n", "\\n").replace("\r", "\\r"))


def num(v, fmt):
    return fmt % v


def stars():
    rng = np.random.default_rng(20240101)
    ra = rng.uniform(0, 360, N)
    dec = np.degrees(np.arcsin(rng.uniform(-1, 1, N)))
    # a dense cluster (2 % of the rows) near the Pleiades position
    k = N // 50
    ra[:k] = 56.75 + rng.normal(0, 0.6, k) / np.cos(np.radians(24.12))
    dec[:k] = 24.12 + rng.normal(0, 0.6, k)
    plx = rng.gamma(1.5, 1.2, N)
    plx_err = rng.uniform(0.01, 0.7, N)
    pm = rng.normal(0, 12, (N, 2))
    mag = 21 - rng.exponential(2.2, N)
    bprp = rng.normal(1.1, 0.5, N)
    magnull = rng.random(N) < 0.07
    plxnull = rng.random(N) < 0.12
    nobs = rng.integers(5, 400, N)
    var = rng.random(N)
    base = 4_000_000_000_000_000_000
    t0 = datetime.datetime(2014, 7, 25, 10, 30, 0)
    dt = rng.integers(0, 3 * 10**8, N)
    us = rng.integers(0, 10**6, N)
    flux = rng.uniform(0.1, 1e4, (N, 5))
    nvar = rng.integers(0, 8, N)
    ids = base + np.arange(N, dtype=np.int64) * 1_000_003
    with open(os.path.join(CAT, "stars.copy"), "w", encoding="utf-8",
              newline="") as f:
        for i in range(N):
            note = r"\N"
            if i % 50 == 7:
                note = esc(NOTES[(i // 50) % len(NOTES)])
            if i < 4:
                arr = [r"\N", "{}", "{1.5}", "{1,NaN,3}"][i]
            else:
                arr = "{" + ",".join("%.4g" % x for x in flux[i, :1] *
                                     np.arange(1, nvar[i] + 1)) + "}"
            v = r"\N" if var[i] < .05 else ("t" if var[i] < .15 else "f")
            ts = (t0 + datetime.timedelta(seconds=int(dt[i]),
                  microseconds=int(us[i]) if i % 3 == 0 else 0)).isoformat()
            f.write("\t".join((
                str(ids[i]),
                "DEMO J%09.4f%+09.4f" % (ra[i] % 360, dec[i]),
                "%.10f" % (ra[i] % 360), "%.10f" % dec[i],
                r"\N" if plxnull[i] else "%.5f" % plx[i],
                r"\N" if plxnull[i] else "%.5f" % plx_err[i],
                r"\N" if plxnull[i] else "%.4f" % pm[i, 0],
                r"\N" if plxnull[i] else "%.4f" % pm[i, 1],
                r"\N" if magnull[i] else "%.4f" % mag[i],
                r"\N" if magnull[i] else
                ("NaN" if i % 1000 == 3 else "%.4f" % bprp[i]),
                r"\N" if i % 17 == 0 else str(nobs[i]),
                v,
                r"\N" if i % 23 == 0 else ts,
                "{" + ",".join("%.5g" % x for x in flux[i]) + "}",
                arr,
                "(%.10fd,%.10fd)" % (ra[i] % 360, dec[i]),
                note,
            )) + "\n")
    return ids, mag


def lightcurves(ids, mag):
    rng = np.random.default_rng(77)
    with open(os.path.join(CAT, "lightcurve.copy"), "w") as f:
        for s in range(NLC):
            period = rng.uniform(0.2, 40)
            amp = rng.uniform(0.01, 0.8)
            t = np.sort(rng.uniform(56863, 59500, PTS // 3))
            for b, off in (("G", 0.0), ("BP", 0.4), ("RP", -0.6)):
                m = mag[s] + off + amp * np.sin(2 * np.pi * t / period)
                e = rng.uniform(0.002, 0.05, len(t))
                for j in range(len(t)):
                    bad = (s + j) % 41 == 0
                    f.write("%d\t%.8f\t%s\t%s\t%s\t%s\n" % (
                        ids[s], t[j], b,
                        r"\N" if bad else "%.5f" % m[j],
                        r"\N" if bad else "%.5f" % e[j],
                        "t" if bad else "f"))


def image(name, ra, dec, n, band, seed, bits=-32, scale=1.0, mjd=58000.0,
          obj=None):
    """n x n TAN image, scale in arcsec/pixel."""
    rng = np.random.default_rng(seed)
    data = rng.normal(100, 5, (n, n)).astype("f4")
    ns = max(60, n * n // 8000)
    xs = rng.uniform(0, n, ns)
    ys = rng.uniform(0, n, ns)
    fl = 200 * rng.pareto(1.3, ns) + 50
    yy, xx = np.mgrid[-7:8, -7:8]
    for x, y, a in zip(xs, ys, fl):
        cx, cy = int(x), int(y)
        if 8 <= cx < n - 8 and 8 <= cy < n - 8:
            data[cy - 7:cy + 8, cx - 7:cx + 8] += (a * np.exp(
                -((xx - (x - cx))**2 + (yy - (y - cy))**2) / 4.5)
                ).astype("f4")
    if bits == 16:
        data = np.clip(np.round(data), 0, 65535).astype("u2")
    h = fits.PrimaryHDU(data)
    hd = h.header
    hd["CTYPE1"], hd["CTYPE2"] = "RA---TAN", "DEC--TAN"
    hd["CRVAL1"], hd["CRVAL2"] = float(ra), float(dec)
    hd["CRPIX1"] = hd["CRPIX2"] = n / 2 + 0.5
    hd["CDELT1"], hd["CDELT2"] = -scale / 3600, scale / 3600
    hd["CUNIT1"] = hd["CUNIT2"] = "deg"
    hd["RADESYS"], hd["EQUINOX"] = "ICRS", 2000.0
    hd["OBJECT"] = obj or "FIELD %s" % name.upper()
    hd["FILTER"] = band
    hd["TELESCOP"], hd["INSTRUME"] = "Demo 1m", "DEMOCAM"
    hd["MJD-OBS"] = mjd
    hd["DATE-OBS"] = (datetime.datetime(1858, 11, 17) + datetime.timedelta(
        days=mjd)).isoformat(timespec="seconds")
    hd["EXPTIME"] = 300.0
    hd["BUNIT"] = "adu"
    h.writeto(os.path.join(IMG, name + ".fits"), overwrite=True,
              output_verify="exception")


def images():
    pos = [(56.75, 24.12), (83.82, -5.39), (10.68, 41.27), (201.37, -43.02),
           (266.42, -29.01), (148.89, 69.07), (187.71, 12.39),
           (13.19, -72.83), (0.0, 5.0), (120.0, 88.5)]
    bands = ["V", "R", "B", "V", "I", "R", "B", "V", "R", "V"]
    for i, ((ra, dec), b) in enumerate(zip(pos, bands), 1):
        image("img%02d" % i, ra, dec, 512, b, 1000 + i,
              bits=16 if i in (3, 7) else -32, mjd=58000.0 + 10 * i + .25)
    image("big01", 180.0, 2.0, 4000, "R", 4242, scale=0.5, mjd=58250.125,
          obj="BIG FIELD")
    image("priv01", 90.0, 30.0, 512, "V", 5151, mjd=58300.5,
          obj="SECRET FIELD")


stampfile = os.path.join(CAT, ".stamp")
want = [os.path.join(CAT, "stars.copy"), os.path.join(CAT, "lightcurve.copy"),
        os.path.join(IMG, "big01.fits"), os.path.join(IMG, "priv01.fits")]
if (os.path.exists(stampfile) and open(stampfile).read() == STAMP
        and all(os.path.exists(p) for p in want)):
    print("gen: up to date")
else:
    lightcurves(*stars())
    images()
    open(stampfile, "w").write(STAMP)
    print("gen: written")
