/*
 * healpix.h: HEALPix, nested (Górski et al. 2005), as HiPS uses it.
 *
 * The sphere is twelve faces, each a square; x goes north-east in it, y north-west, from 0 to 1.
 * Pixel numbers of an order interleave the bits of both. Used by any thread.
 */
#ifndef TAPFS_SERVICE_DATA_HEALPIX_H
#define TAPFS_SERVICE_DATA_HEALPIX_H

#include <stdint.h>

struct healpix {
	int face;
	double x, y;
};

/* Where a place of the sky is; degrees. */
struct healpix svc_healpix(double ra, double dec);
/* The face of a pixel, and its southern corner there. */
struct healpix svc_healpix_corner(int order, uint64_t pixel);
/* The same place in the plane of the projection HPX (FITS WCS, Calabretta & Roukema 2007);
 * degrees. */
void svc_healpix_plane(const struct healpix *, double *u, double *v);

#endif
