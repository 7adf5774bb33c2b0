/*
 * fits.h: the files of images, written by cfitsio.
 *
 * Each function makes a whole file at a path where there is none yet. They block, and may run on
 * any thread.
 */
#ifndef TAPFS_SERVICE_DATA_FITS_H
#define TAPFS_SERVICE_DATA_FITS_H

#include "base/error.h"
#include "tests/service/data/images.h"

struct fits_source {
	sqlite3 *db; /* for the stars */
	const struct image *image;
	int generation; /* 0: as it is in the catalogue; others have other bytes and are longer */
};

bool svc_fits_image(const struct fits_source *, const char *path, struct error **err);
/* The weight of each pixel, 0 to 255. */
bool svc_fits_weight(const struct fits_source *, const char *path, struct error **err);
/* Says what cfitsio says. Returns false. */
bool svc_fits_failed(int status, const char *path, struct error **err);

#endif
