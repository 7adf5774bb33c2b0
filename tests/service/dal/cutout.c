/* cutout.c: see cutout.h. cfitsio copies the pixels, and moves the WCS along with them. */
#include "tests/service/dal/cutout.h"

#include <errno.h>
#include <fitsio.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/data/fits.h"

static bool has_band(const struct image *im, const struct region *g)
{
	double min = 0, max = 0;

	svc_image_band(im, &min, &max);
	return g->band[0] <= max && g->band[1] >= min;
}

static void cut_chip(fitsfile *in, fitsfile *out, int hdu, const struct pixels *p, int *status)
{
	char section[64];

	snprintf(section, sizeof(section), "%d:%d,%d:%d", p->x1, p->x2, p->y1, p->y2);
	fits_movabs_hdu(in, hdu, NULL, status);
	fits_copy_image_section(in, out, section, status);
	fits_write_history(out, "Cut out by the tapfs demo's SODA service", status);
}

/* The chips that have something of it, into a file that is there only then. */
static bool cut_all(const struct image *im, fitsfile *in, const struct region *g, const char *path,
		    int *status)
{
	fitsfile *out = NULL;
	int closed = 0;

	for (int chip = 0; !*status && chip < svc_image_chips(im); chip++) {
		struct wcs w = svc_image_wcs(im, chip);
		struct pixels p = {1, im->width, 1, im->height};

		if (g->kind != REGION_NONE && !svc_region_pixels(g, &w, im->width, im->height, &p))
			continue;
		if (!out) {
			fits_create_diskfile(&out, path, status);
			if (im->kind == IMAGE_MOSAIC)
				fits_copy_header(in, out, status);
		}
		cut_chip(in, out, chip + (im->kind == IMAGE_MOSAIC ? 2 : 1), &p, status);
	}
	if (!out)
		return false;
	fits_close_file(out, &closed);
	if (!*status)
		*status = closed;
	return true;
}

bool svc_cut(const struct image *im, int fd, const struct region *g, const char *path,
	     struct error **err)
{
	CLEANUP_FREE char *source = xasprintf("/proc/self/fd/%d", fd);
	fitsfile *in = NULL;
	int status = 0, closed = 0;
	bool any = false;

	if (has_band(im, g)) {
		fits_open_diskfile(&in, source, READONLY, &status);
		if (!status)
			any = cut_all(im, in, g, path, &status);
		if (in)
			fits_close_file(in, &closed);
	}
	if (status) {
		unlink(path);
		return svc_fits_failed(status, path, err);
	}
	return any || error_set(err, ENODATA, "%s has nothing of that region.", im->title);
}
