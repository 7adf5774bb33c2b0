/*
 * wcs.h: where a pixel is on the sky: the gnomonic projection (TAN) of FITS
 * WCS papers I and II.
 *
 * Degrees, ICRS; pixels count from 1, whose middle is 1.0. Used by any thread.
 */
#ifndef TAPFS_SERVICE_DATA_WCS_H
#define TAPFS_SERVICE_DATA_WCS_H

#include <stdbool.h>

struct wcs {
	double ra, dec;                /* CRVAL */
	double x, y;                   /* CRPIX */
	double cd11, cd12, cd21, cd22; /* CDi_j */
};

/* scale in degrees a pixel; rotation turns north from up to the left. */
struct wcs svc_wcs(double ra, double dec, double x, double y, double scale, double rotation);
/* False for what is not on the side of the sphere that is seen. */
bool svc_wcs_pixel(const struct wcs *, double ra, double dec, double *x, double *y);
void svc_wcs_sky(const struct wcs *, double x, double y, double *ra, double *dec);

#endif
