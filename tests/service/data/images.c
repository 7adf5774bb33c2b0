/* images.c: see images.h. */
#include "tests/service/data/images.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/data/content.h"

#define CHIP_GAP 40 /* pixels between the chips of a mosaic */

int svc_image_chips(const struct image *im)
{
	return im->kind == IMAGE_MOSAIC ? 4 : 1;
}

struct wcs svc_image_wcs(const struct image *im, int chip)
{
	double x = im->width / 2.0 + 0.5, y = im->height / 2.0 + 0.5;

	if (im->kind == IMAGE_MOSAIC) {
		x = chip % 2 ? 0.5 - CHIP_GAP / 2.0 : im->width + 0.5 + CHIP_GAP / 2.0;
		y = chip / 2 ? 0.5 - CHIP_GAP / 2.0 : im->height + 0.5 + CHIP_GAP / 2.0;
	}
	return svc_wcs(im->ra, im->dec, x, y, im->scale, im->rotation);
}

void svc_image_outline(const struct image *im, struct shape *out)
{
	/* In the pixels of the first chip, beyond which a mosaic goes on. */
	double right = im->width + 0.5, top = im->height + 0.5;
	struct wcs w = svc_image_wcs(im, 0);

	if (im->kind == IMAGE_MOSAIC) {
		right += im->width + CHIP_GAP;
		top += im->height + CHIP_GAP;
	}
	const double corners[4][2] = {{0.5, 0.5}, {right, 0.5}, {right, top}, {0.5, top}};

	*out = (struct shape){.kind = SHAPE_POLYGON, .n = 8};
	for (int i = 0; i < 4; i++)
		svc_wcs_sky(&w, corners[i][0], corners[i][1], &out->v[2 * i], &out->v[2 * i + 1]);
}

static uint64_t blocks(uint64_t bytes)
{
	return (bytes + FITS_BLOCK - 1) / FITS_BLOCK * FITS_BLOCK;
}

uint64_t svc_image_size(const struct image *im, int generation)
{
	uint64_t data =
	    blocks((uint64_t)im->width * (uint64_t)im->height * (uint64_t)abs(im->bitpix) / 8);
	uint64_t n = (uint64_t)svc_image_chips(im) * (FITS_HEADER + data);

	if (im->kind == IMAGE_MOSAIC)
		n += FITS_HEADER; /* the primary HDU, which has no data */
	return n + (generation ? FITS_HEADER : 0);
}

uint64_t svc_weight_size(const struct image *im)
{
	return FITS_HEADER + blocks((uint64_t)im->width * (uint64_t)im->height);
}

void svc_image_band(const struct image *im, double *min, double *max)
{
	static const struct {
		char band;
		double min, max;
	} bands[] = {{'B', 3.9e-7, 4.9e-7}, {'V', 5.0e-7, 6.0e-7}, {'R', 5.8e-7, 7.2e-7}};

	for (size_t i = 0; i < sizeof(bands) / sizeof(*bands); i++)
		if (bands[i].band == im->band) {
			*min = bands[i].min;
			*max = bands[i].max;
		}
}

bool svc_image_private(const char *path)
{
	return !strcmp(path, "images/m110.fits");
}

/* --- the table --- */

static const char create[] =
    "CREATE TABLE \"svc.images\"(kind INTEGER, number INTEGER, name TEXT PRIMARY KEY, title TEXT, "
    "ra REAL, dec REAL, scale REAL, rotation REAL, width INTEGER, height INTEGER, bitpix INTEGER, "
    "object_arcmin REAL, mjd REAL, exptime REAL, band TEXT) WITHOUT ROWID";

static bool add(sqlite3_stmt *insert, const struct image *im, struct error **err)
{
	sqlite3_bind_int(insert, 1, im->kind);
	sqlite3_bind_int(insert, 2, im->number);
	sqlite3_bind_text(insert, 3, im->name, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(insert, 4, im->title, -1, SQLITE_TRANSIENT);
	sqlite3_bind_double(insert, 5, im->ra);
	sqlite3_bind_double(insert, 6, im->dec);
	sqlite3_bind_double(insert, 7, im->scale);
	sqlite3_bind_double(insert, 8, im->rotation);
	sqlite3_bind_int(insert, 9, im->width);
	sqlite3_bind_int(insert, 10, im->height);
	sqlite3_bind_int(insert, 11, im->bitpix);
	sqlite3_bind_double(insert, 12, im->object_arcmin);
	sqlite3_bind_double(insert, 13, im->mjd);
	sqlite3_bind_double(insert, 14, im->exptime);
	sqlite3_bind_text(insert, 15, &im->band, 1, SQLITE_TRANSIENT);
	return svc_insert(insert, err);
}

void svc_image_read(sqlite3_stmt *s, struct image *im)
{
	const char *band = (const char *)sqlite3_column_text(s, 14);

	im->kind = (enum image_kind)sqlite3_column_int(s, 0);
	im->number = sqlite3_column_int(s, 1);
	snprintf(im->name, sizeof(im->name), "%s", (const char *)sqlite3_column_text(s, 2));
	snprintf(im->title, sizeof(im->title), "%s", (const char *)sqlite3_column_text(s, 3));
	im->ra = sqlite3_column_double(s, 4);
	im->dec = sqlite3_column_double(s, 5);
	im->scale = sqlite3_column_double(s, 6);
	im->rotation = sqlite3_column_double(s, 7);
	im->width = sqlite3_column_int(s, 8);
	im->height = sqlite3_column_int(s, 9);
	im->bitpix = sqlite3_column_int(s, 10);
	im->object_arcmin = sqlite3_column_double(s, 11);
	im->mjd = sqlite3_column_double(s, 12);
	im->exptime = sqlite3_column_double(s, 13);
	im->band = band ? *band : 'V';
}

bool svc_image_find(sqlite3 *db, const char *name, struct image *out)
{
	sqlite3_stmt *s = svc_prepare(db, "SELECT * FROM \"svc.images\" WHERE name = ?1", NULL);
	bool found;

	sqlite3_bind_text(s, 1, name, -1, SQLITE_STATIC);
	found = s && sqlite3_step(s) == SQLITE_ROW;
	if (found)
		svc_image_read(s, out);
	sqlite3_finalize(s);
	return found;
}

/* What is the same for all fields: one in three has integers, one in five is turned. */
static struct image field(int number)
{
	struct image im = {.kind = IMAGE_FIELD, .number = number, .width = 512, .height = 512};

	im.bitpix = number % 3 ? -32 : 16;
	im.rotation = number % 5 ? 0 : 30;
	im.mjd = 58000.125 + number;
	im.exptime = 60 + number % 7 * 30;
	im.band = "BVR"[number % 3];
	return im;
}

/* So that the object fills less than half of it, and never less than 0.4 degrees. */
static void fit_object(struct image *im, double arcmin)
{
	double width = fmax(0.4, 2.5 * arcmin / 60);

	im->object_arcmin = arcmin;
	im->scale = round(width * 36000 / im->width) / 36000; /* tenths of arc seconds */
}

static bool add_messier(sqlite3 *db, sqlite3_stmt *insert, long *left, struct error **err)
{
	sqlite3_stmt *s = svc_prepare(
	    db,
	    "SELECT name, ra, dec, major_axis_arcmin, common_name FROM \"demo.messier\" "
	    "ORDER BY CAST(substr(name, 2) AS INTEGER)",
	    err);
	bool ok = s != NULL;

	while (ok && *left > 0 && sqlite3_step(s) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(s, 0);
		const char *common = (const char *)sqlite3_column_text(s, 4);
		int number = 0;
		struct image im;

		sscanf(name, "M%d", &number);
		im = field(number);
		snprintf(im.name, sizeof(im.name), "m%d", number);
		snprintf(im.title, sizeof(im.title), "%s%s%s", name, common ? ", " : "",
			 common ? common : "");
		im.ra = sqlite3_column_double(s, 1);
		im.dec = sqlite3_column_double(s, 2);
		fit_object(&im, sqlite3_column_double(s, 3));
		ok = add(insert, &im, err);
		--*left;
	}
	sqlite3_finalize(s);
	return ok;
}

/* Beyond the Messier objects: a spiral over the whole sky. */
static bool add_others(sqlite3_stmt *insert, long left, struct error **err)
{
	bool ok = true;

	for (long i = 0; ok && i < left; i++) {
		int number = (int)(1000 + i);
		struct image im = field(number);

		snprintf(im.name, sizeof(im.name), "f%06d", number);
		snprintf(im.title, sizeof(im.title), "Field %d", number);
		im.ra = fmod((double)i * 137.50776405, 360);
		im.dec = asin(1 - 2 * ((double)i + 0.5) / (double)left) * 180 / M_PI;
		im.scale = 3.0 / 3600;
		ok = add(insert, &im, err);
	}
	return ok;
}

static bool add_large(sqlite3_stmt *insert, struct error **err)
{
	static const struct image large[] = {
	    {IMAGE_MOSAIC, 901, "mosaic", "Four chips on the Orion nebula", 83.822083, -5.391111,
	     1.0 / 3600, 0, 1536, 1536, -32, 65, 58901.25, 900, 'R'},
	    {IMAGE_DEEP, 902, "deep", "Deep field", 150.1, 2.2, 0.5 / 3600, 0, 4096, 4096, -32, 0,
	     58902.25, 3600, 'R'},
	    {IMAGE_GIANT, 903, "giant", "Giant field at the galactic centre", 266.41683, -29.00781,
	     0.2 / 3600, 0, 16384, 16384, -32, 0, 58903.25, 300, 'V'},
	};

	for (size_t i = 0; i < sizeof(large) / sizeof(*large); i++)
		if (!add(insert, &large[i], err))
			return false;
	return true;
}

bool svc_images_build(sqlite3 *db, long fields, struct error **err)
{
	sqlite3_stmt *insert;
	bool ok;

	if (!svc_exec(db, err, "%s", create))
		return false;
	insert = svc_prepare(db, "INSERT INTO \"svc.images\" VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
			     err);
	ok = insert && add_messier(db, insert, &fields, err) && add_others(insert, fields, err) &&
	     add_large(insert, err);
	sqlite3_finalize(insert);
	return ok;
}
