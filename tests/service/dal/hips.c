/*
 * hips.c: see hips.h.
 *
 * In a FITS tile rows go towards the south-west and columns towards the north-west, in a picture
 * the first row is at the top: so the eastern corner is at the bottom left of both (HiPS 1.0
 * §4.2.1).
 */
#include "tests/service/dal/hips.h"

#include <errno.h>
#include <fitsio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/data/content.h"
#include "tests/service/data/healpix.h"
#include "tests/service/data/preview.h"
#include "tests/service/data/random.h"
#include "tests/service/data/sky.h"

#define ZERO_POINT 14 /* magnitude of a star with peak 1 */
#define THUMB      64 /* pixels of a tile in Allsky: 27 columns, 29 rows at order 3 (§4.3.2) */
#define THUMB_COLS 27
#define THUMB_ROWS 29

static const char properties[] = "creator_did          = ivo://tapfs.demo/hips/sky\n"
				 "obs_title            = The sky of the tapfs demo\n"
				 "dataproduct_type     = image\n"
				 "hips_version         = 1.4\n"
				 "hips_release_date    = 2024-01-01T00:00Z\n"
				 "hips_status          = public master clonable\n"
				 "hips_frame           = equatorial\n"
				 "hips_order           = 3\n"
				 "hips_order_min       = 0\n"
				 "hips_tile_width      = 128\n"
				 "hips_tile_format     = png fits\n"
				 "hips_pixel_cut       = 80 200\n"
				 "moc_sky_fraction     = 1\n";

/* --- names --- */

char *svc_hips_plain(const char *path)
{
	int order, dir, n = 0;
	unsigned pixel;
	const char *rest;

	if (strncmp(path, "hips/sky/", 9) != 0)
		return NULL;
	rest = path + 9;
	if (strcmp(rest, "properties") == 0)
		return xstrdup("hips/properties.txt");
	if (strcmp(rest, "Norder3/Allsky.png") == 0)
		return xstrdup("hips/allsky.png");
	if (sscanf(rest, "Norder%d/Dir%d/Npix%u%n", &order, &dir, &pixel, &n) != 3 || dir != 0 ||
	    order < 0 || order > HIPS_ORDER || pixel >= 12u << (2 * order) ||
	    (strcmp(rest + n, ".png") != 0 && strcmp(rest + n, ".fits") != 0))
		return NULL;
	return xasprintf("hips/t%dn%u%s", order, pixel, rest + n);
}

bool svc_hips_find(sqlite3 *db, const char *name, struct image *out)
{
	(void)db;
	*out = (struct image){.kind = IMAGE_FIELD};
	snprintf(out->name, sizeof(out->name), "%s", name);
	return true;
}

/* --- pixels --- */

struct tile {
	int order;
	unsigned pixel;
	struct healpix corner; /* its southern one */
};

static struct tile tile_at(int order, unsigned pixel)
{
	return (struct tile){order, pixel, svc_healpix_corner(order, pixel)};
}

static struct tile tile_of(const struct image *im)
{
	int order = 0;
	unsigned pixel = 0;

	sscanf(im->name, "t%dn%u", &order, &pixel);
	return tile_at(order, pixel);
}

static void add_stars(sqlite3 *db, const char *sql, const struct tile *t, float *out)
{
	sqlite3_stmt *s = svc_prepare(db, sql, NULL);
	double scale = (double)HIPS_SIDE * (1 << t->order); /* pixels of a face's side */

	while (s && sqlite3_step(s) == SQLITE_ROW) {
		struct healpix h =
		    svc_healpix(sqlite3_column_double(s, 0), sqlite3_column_double(s, 1));
		double column = (h.y - t->corner.y) * scale, row = (h.x - t->corner.x) * scale;

		if (h.face == t->corner.face)
			svc_sky_star(out, HIPS_SIDE, HIPS_SIDE, column + 0.5, HIPS_SIDE - row + 0.5,
				     pow(10, 0.4 * (ZERO_POINT - sqlite3_column_double(s, 2))));
	}
	sqlite3_finalize(s);
}

/* As in FITS: the first row is at the bottom. */
static float *render(sqlite3 *db, const struct tile *t)
{
	size_t n = (size_t)HIPS_SIDE * HIPS_SIDE;
	float *pixels = xmalloc(n * sizeof(*pixels));
	uint64_t seed = svc_scramble((uint64_t)t->order << 32 | t->pixel);

	for (size_t i = 0; i < n; i++)
		pixels[i] = (float)(SKY_BACKGROUND + SKY_NOISE * (svc_fraction(seed + i) - 0.5));
	add_stars(db, "SELECT ra, dec, mag FROM \"demo.bright_stars\"", t, pixels);
	add_stars(db, "SELECT ra, dec, mag FROM \"demo.messier\"", t, pixels);
	return pixels;
}

static unsigned char grey(double v)
{
	return (unsigned char)fmax(0, fmin(255, 25 + 45 * asinh((v - SKY_BACKGROUND) / 15)));
}

/* --- files --- */

static bool write_file(const char *path, const void *data, size_t n, struct error **err)
{
	CLEANUP_FCLOSE FILE *f = fopen(path, "wxe");

	if (!f || fwrite(data, 1, n, f) != n || fflush(f) != 0)
		return error_set(err, EIO, "%s cannot be written", path);
	return true;
}

bool svc_hips_properties(const struct fits_source *s, const char *path, struct error **err)
{
	(void)s;
	return write_file(path, properties, sizeof(properties) - 1, err);
}

/* A tile, made smaller, at its place; a pixel there is the brightest of those it is made of. */
static void add_thumb(unsigned char *greys, unsigned pixel, const float *tile)
{
	const int step = HIPS_SIDE / THUMB;
	unsigned char *at = greys + (size_t)(pixel / THUMB_COLS) * THUMB * THUMB_COLS * THUMB +
			    (size_t)(pixel % THUMB_COLS) * THUMB;

	for (int y = 0; y < THUMB; y++)
		for (int x = 0; x < THUMB; x++) {
			float most = 0;

			for (int k = 0; k < step * step; k++) {
				int row = HIPS_SIDE - 1 - (y * step + k / step);

				most = fmaxf(most, tile[row * HIPS_SIDE + x * step + k % step]);
			}
			at[(size_t)y * THUMB_COLS * THUMB + (size_t)x] = grey((double)most);
		}
}

static bool write_all_sky(const struct fits_source *s, const char *path, struct error **err)
{
	CLEANUP_FREE unsigned char *greys = xcalloc(THUMB_ROWS * THUMB, THUMB_COLS * THUMB);
	CLEANUP_BUF struct buf png = BUF_INIT;

	for (unsigned pixel = 0; pixel < 12u << (2 * HIPS_ORDER); pixel++) {
		struct tile t = tile_at(HIPS_ORDER, pixel);
		CLEANUP_FREE float *pixels = render(s->db, &t);

		add_thumb(greys, pixel, pixels);
	}
	svc_png(greys, THUMB_COLS * THUMB, THUMB_ROWS * THUMB, &png);
	return write_file(path, buf_str(&png), png.len, err);
}

bool svc_hips_picture(const struct fits_source *s, const char *path, struct error **err)
{
	struct tile t = tile_of(s->image);
	CLEANUP_FREE float *pixels = NULL;
	CLEANUP_FREE unsigned char *greys = NULL;
	CLEANUP_BUF struct buf png = BUF_INIT;

	if (strcmp(s->image->name, "allsky") == 0)
		return write_all_sky(s, path, err);
	pixels = render(s->db, &t);
	greys = xmalloc((size_t)HIPS_SIDE * HIPS_SIDE);
	for (int y = 0; y < HIPS_SIDE; y++)
		for (int x = 0; x < HIPS_SIDE; x++)
			greys[y * HIPS_SIDE + x] =
			    grey((double)pixels[(HIPS_SIDE - 1 - y) * HIPS_SIDE + x]);
	svc_png(greys, HIPS_SIDE, HIPS_SIDE, &png);
	return write_file(path, buf_str(&png), png.len, err);
}

static void number_key(fitsfile *f, const char *key, double value, int *status)
{
	fits_write_key_dbl(f, key, value, -15, NULL, status);
}

/* The plane of HPX, turned by 45 degrees; CRPIX is where its origin is. */
static void write_wcs(fitsfile *f, const struct tile *t, int *status)
{
	double cd = 45.0 / HIPS_SIDE / (1 << t->order), middle = HIPS_SIDE / 2.0 + 0.5;
	double half = 0.5 / (1 << t->order), u, v;
	struct healpix h = {t->corner.face, t->corner.x + half, t->corner.y + half};

	svc_healpix_plane(&h, &u, &v);
	fits_write_key_str(f, "RADESYS", "ICRS", NULL, status);
	fits_write_key_str(f, "CTYPE1", "RA---HPX", NULL, status);
	fits_write_key_str(f, "CTYPE2", "DEC--HPX", NULL, status);
	number_key(f, "CRVAL1", 0, status);
	number_key(f, "CRVAL2", 0, status);
	number_key(f, "CRPIX1", middle + (u - v) / (2 * cd), status);
	number_key(f, "CRPIX2", middle + (u + v) / (2 * cd), status);
	number_key(f, "CD1_1", -cd, status);
	number_key(f, "CD1_2", -cd, status);
	number_key(f, "CD2_1", cd, status);
	number_key(f, "CD2_2", -cd, status);
	number_key(f, "PV2_1", 4, status);
	number_key(f, "PV2_2", 3, status);
	fits_write_key_lng(f, "ORDER", t->order, "HEALPix order of the tile", status);
	fits_write_key_lng(f, "NPIX", (LONGLONG)t->pixel, "its number there, nested", status);
}

bool svc_hips_fits(const struct fits_source *s, const char *path, struct error **err)
{
	struct tile t = tile_of(s->image);
	CLEANUP_FREE float *pixels = render(s->db, &t);
	long axes[2] = {HIPS_SIDE, HIPS_SIDE};
	fitsfile *f = NULL;
	int status = 0, closed = 0;

	fits_create_diskfile(&f, path, &status);
	fits_create_img(f, FLOAT_IMG, 2, axes, &status);
	write_wcs(f, &t, &status);
	fits_write_img(f, TFLOAT, 1, (LONGLONG)HIPS_SIDE * HIPS_SIDE, pixels, &status);
	if (f)
		fits_close_file(f, &closed);
	if (!status && !closed)
		return true;
	unlink(path);
	return svc_fits_failed(status ? status : closed, path, err);
}
