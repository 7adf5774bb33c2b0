/*
 * cutout.h: what SODA's parameters ask for, and the part of a FITS file that is it.
 *
 * A cut-out is the smallest rectangle of whole pixels that has all of the region that the image has
 * (SODA 1.0 §3.3). A chip of a mosaic that has nothing of it is left out.
 */
#ifndef TAPFS_SERVICE_DAL_CUTOUT_H
#define TAPFS_SERVICE_DAL_CUTOUT_H

#include "base/error.h"
#include "tests/service/data/images.h"
#include "tests/service/http/params.h"

struct region {
	enum { REGION_NONE, REGION_SHAPE, REGION_RANGE } kind;
	struct shape shape;    /* a circle or a polygon */
	double lon[2], lat[2]; /* a range; lon[0] may be more than lon[1]: over 0 */
	double band[2];        /* m; all there is if it was not asked for */
};

struct pixels {
	int x1, x2, y1, y2; /* from 1, with both ends */
};

/* From POS, CIRCLE, POLYGON and BAND. EINVAL where they cannot be read, ERANGE where they cannot
 * be. */
bool svc_region_read(const struct params *, struct region *, struct error **err);
/* Those that a chip has of a region that is not REGION_NONE; false if it has none. */
bool svc_region_pixels(const struct region *, const struct wcs *, int width, int height,
		       struct pixels *out);
/*
 * Writes the cut-out of the open image file to a path where there is no file yet. ENODATA if the
 * image has nothing of the region.
 */
bool svc_cut(const struct image *, int fd, const struct region *, const char *path,
	     struct error **err);

#endif
