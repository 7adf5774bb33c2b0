/* sky.c: see sky.h. All follows from the image's number, its generation and the catalogue. */
#include "tests/service/data/sky.h"

#include <math.h>

#include "tests/service/data/content.h"
#include "tests/service/data/random.h"

#define STAR_SIGMA  1.3 /* pixels */
#define STAR_RADIUS 7
#define STARS_EVERY 900 /* pixels, one faint star */
#define ZERO_POINT  14  /* magnitude of a star with peak 1 */

/* Four 16-bit numbers at random make one that is nearly normal. */
static void add_background(uint64_t seed, size_t n, float *out)
{
	const float unit = (float)(SKY_NOISE / (65536 / sqrt(12) * 2));

	for (size_t i = 0; i < n; i++) {
		uint64_t r = svc_scramble(seed + i);
		int sum = (int)(r & 0xffff) + (int)(r >> 16 & 0xffff) + (int)(r >> 32 & 0xffff) +
			  (int)(r >> 48);

		out[i] = SKY_BACKGROUND + unit * (float)(sum - 131070);
	}
}

void svc_sky_star(float *out, int width, int height, double x, double y, double peak)
{
	int cx = (int)lround(x), cy = (int)lround(y);

	for (int j = cy - STAR_RADIUS; j <= cy + STAR_RADIUS; j++)
		for (int i = cx - STAR_RADIUS; i <= cx + STAR_RADIUS; i++) {
			double d = (i - x) * (i - x) + (j - y) * (j - y);
			float *pixel;

			if (i < 1 || j < 1 || i > width || j > height)
				continue;
			pixel = &out[(size_t)(j - 1) * (size_t)width + (size_t)(i - 1)];
			*pixel = (float)fmin(
			    SKY_MAX, *pixel + peak * exp(-d / (2 * STAR_SIGMA * STAR_SIGMA)));
		}
}

static void add_faint_stars(uint64_t seed, int width, int height, float *out)
{
	long n = (long)width * height / STARS_EVERY;

	for (long i = 0; i < n; i++) {
		uint64_t k = seed + (uint64_t)i * 3;
		double peak = 30 * pow(1 - svc_fraction(k), -0.8);

		svc_sky_star(out, width, height, 1 + svc_fraction(k + 1) * (width - 1),
			     1 + svc_fraction(k + 2) * (height - 1), fmin(peak, 3000));
	}
}

static void add_bright_stars(sqlite3 *db, const struct wcs *w, int width, int height, float *out)
{
	sqlite3_stmt *s = svc_prepare(db, "SELECT ra, dec, mag FROM \"demo.bright_stars\"", NULL);

	while (s && sqlite3_step(s) == SQLITE_ROW) {
		double peak = pow(10, 0.4 * (ZERO_POINT - sqlite3_column_double(s, 2)));
		double x, y;

		if (svc_wcs_pixel(w, sqlite3_column_double(s, 0), sqlite3_column_double(s, 1), &x,
				  &y) &&
		    fabs(x) < 1e6 && fabs(y) < 1e6)
			svc_sky_star(out, width, height, x, y, peak);
	}
	sqlite3_finalize(s);
}

/* A disk that fades outwards, twice as long as wide. */
static void add_object(const struct image *im, const struct wcs *w, int width, int height,
		       float *out)
{
	double radius = im->object_arcmin / 120 / im->scale; /* pixels */
	double angle = svc_fraction((uint64_t)im->number) * M_PI;
	double x, y;

	if (radius <= 0 || !svc_wcs_pixel(w, im->ra, im->dec, &x, &y))
		return;
	for (int j = 1; j <= height; j++)
		for (int i = 1; i <= width; i++) {
			double along = (i - x) * cos(angle) + (j - y) * sin(angle);
			double across = (j - y) * cos(angle) - (i - x) * sin(angle);
			double r = hypot(along, 2 * across) / radius;

			if (r < 2)
				out[(size_t)(j - 1) * (size_t)width + (size_t)(i - 1)] +=
				    (float)(400 * exp(-4 * r));
		}
}

void svc_sky_render(const struct fits_source *source, const struct wcs *w, int width, int height,
		    float *out)
{
	uint64_t seed =
	    svc_scramble((uint64_t)source->image->number * 1000 + (uint64_t)source->generation) +
	    (uint64_t)llround(w->x * 64 + w->y);

	add_background(seed, (size_t)width * (size_t)height, out);
	add_object(source->image, w, width, height, out);
	add_faint_stars(seed ^ 0x5555, width, height, out);
	add_bright_stars(source->db, w, width, height, out);
}
