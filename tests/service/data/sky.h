/*
 * sky.h: what an image shows: background, noise, faint stars at random, the bright
 * stars of the catalogue where they are, and the object it is about.
 */
#ifndef TAPFS_SERVICE_DATA_SKY_H
#define TAPFS_SERVICE_DATA_SKY_H

#include "tests/service/data/fits.h"

#define SKY_BACKGROUND 100
#define SKY_NOISE      5 /* standard deviation */
#define SKY_MAX        60000

/* width * height pixels, row by row, the first at (1, 1) of that WCS. */
void svc_sky_render(const struct fits_source *, const struct wcs *, int width, int height,
		    float *out);
/* One star, brightest at x, y (pixels from 1). */
void svc_sky_star(float *out, int width, int height, double x, double y, double peak);

#endif
