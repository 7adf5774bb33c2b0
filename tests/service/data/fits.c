/*
 * fits.c: see fits.h.
 *
 * Every header has more than 36 cards and fewer than 72, so that it takes two blocks and the size
 * of a file is known before there is one. Nothing of the day it was made goes into it.
 */
#include "tests/service/data/fits.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <fitsio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/data/random.h"
#include "tests/service/data/sky.h"

/* In the giant image: every second row begins with so many pixels whose value is the row's number.
 */
#define MARK_PIXELS 16
#define MARK_EVERY  2

static const char *const remarks[] = {
    "This image was made up: a background with noise, faint stars at random,",
    "the stars of demo.bright_stars where the catalogue has them, and a disk",
    "for the object. It is good for tests of programs, and for nothing else.",
    "The same image is made of the same number at every place and time.",
};

bool svc_fits_failed(int status, const char *path, struct error **err)
{
	char text[FLEN_STATUS] = "";

	fits_get_errstatus(status, text);
	fits_clear_errmsg();
	return error_set(err, EIO, "%s: %s", path, text);
}

static void text_key(fitsfile *f, const char *key, const char *value, const char *about,
		     int *status)
{
	fits_write_key_str(f, key, value, about, status);
}

static void number_key(fitsfile *f, const char *key, double value, const char *about, int *status)
{
	fits_write_key_dbl(f, key, value, -15, about, status);
}

static void write_observation(fitsfile *f, const struct fits_source *s, int *status)
{
	const struct image *im = s->image;
	time_t begin = (time_t)llround((im->mjd - 40587) * 86400);
	char date[32], band[2] = {im->band, '\0'}, object[sizeof(im->title)];
	struct tm tm;

	gmtime_r(&begin, &tm);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(object, sizeof(object), "%.*s", (int)strcspn(im->title, ","), im->title);
	text_key(f, "OBJECT", object, "what the image shows", status);
	text_key(f, "TELESCOP", "Demo 1m", NULL, status);
	text_key(f, "INSTRUME", "DEMOCAM", NULL, status);
	text_key(f, "FILTER", band, "Johnson", status);
	text_key(f, "DATE-OBS", date, "begin of the exposure, UTC", status);
	number_key(f, "MJD-OBS", im->mjd, "[d] begin of the exposure", status);
	number_key(f, "EXPTIME", im->exptime, "[s]", status);
	text_key(f, "ORIGIN", "tapfs demo", NULL, status);
	text_key(f, "OBS-ID", im->name, "name in the archive", status);
	fits_write_key_lng(f, "IMAGENO", im->number, "number of the image", status);
	fits_write_key_lng(f, "GENERATN", s->generation, "raised when the file is replaced",
			   status);
	for (size_t i = 0; i < sizeof(remarks) / sizeof(*remarks); i++)
		fits_write_comment(f, remarks[i], status);
}

static void write_wcs(fitsfile *f, const struct wcs *w, int *status)
{
	text_key(f, "RADESYS", "ICRS", NULL, status);
	number_key(f, "EQUINOX", 2000, "[yr]", status);
	text_key(f, "CTYPE1", "RA---TAN", "gnomonic projection", status);
	text_key(f, "CTYPE2", "DEC--TAN", "gnomonic projection", status);
	text_key(f, "CUNIT1", "deg", NULL, status);
	text_key(f, "CUNIT2", "deg", NULL, status);
	number_key(f, "CRVAL1", w->ra, "[deg] right ascension there", status);
	number_key(f, "CRVAL2", w->dec, "[deg] declination there", status);
	number_key(f, "CRPIX1", w->x, "reference pixel", status);
	number_key(f, "CRPIX2", w->y, "reference pixel", status);
	number_key(f, "CD1_1", w->cd11, NULL, status);
	number_key(f, "CD1_2", w->cd12, NULL, status);
	number_key(f, "CD2_1", w->cd21, NULL, status);
	number_key(f, "CD2_2", w->cd22, NULL, status);
}

/* Fills the header up with history to just two blocks. */
static void write_history(fitsfile *f, int *status)
{
	int n = 0, more = 0;
	char line[FLEN_CARD];

	fits_get_hdrspace(f, &n, &more, status);
	for (int i = 1; !*status && n <= 36; i++, n++) {
		snprintf(line, sizeof(line), "Step %d of a reduction that never was", i);
		fits_write_history(f, line, status);
	}
}

static void write_header(fitsfile *f, const struct fits_source *s, const struct wcs *w, int *status)
{
	write_observation(f, s, status);
	if (w)
		write_wcs(f, w, status);
	write_history(f, status);
}

static void write_chip(fitsfile *f, const struct fits_source *s, int chip, int *status)
{
	const struct image *im = s->image;
	struct wcs w = svc_image_wcs(im, chip);
	long axes[2] = {im->width, im->height};
	size_t n = (size_t)im->width * (size_t)im->height;
	CLEANUP_FREE float *pixels = xmalloc(n * sizeof(*pixels));
	char name[16];

	svc_sky_render(s, &w, im->width, im->height, pixels);
	fits_create_img(f, im->bitpix == 16 ? USHORT_IMG : FLOAT_IMG, 2, axes, status);
	if (im->kind == IMAGE_MOSAIC) {
		snprintf(name, sizeof(name), "CCD%d", chip + 1);
		text_key(f, "EXTNAME", name, "chip", status);
	}
	text_key(f, "BUNIT", "adu", NULL, status);
	write_header(f, s, &w, status);
	fits_write_img(f, TFLOAT, 1, (LONGLONG)n, pixels, status);
}

/* What a later generation has behind all else. */
static void write_generation(fitsfile *f, const struct fits_source *s, int *status)
{
	if (!s->generation)
		return;
	fits_create_img(f, BYTE_IMG, 0, NULL, status);
	text_key(f, "EXTNAME", "REPLACED", "this file was replaced", status);
	write_header(f, s, NULL, status);
}

/* Ends what was begun; a file that is not whole is taken away. */
static bool finish(fitsfile *f, int status, const char *path, struct error **err)
{
	int closed = 0;

	if (f)
		fits_close_file(f, &closed);
	if (!status && !closed)
		return true;
	unlink(path);
	return svc_fits_failed(status ? status : closed, path, err);
}

static bool write_all(int fd, const void *data, size_t n, off_t at)
{
	return pwrite(fd, data, n, at) == (ssize_t)n;
}

static bool write_marks(int fd, const struct image *im, int generation)
{
	uint32_t mark[MARK_PIXELS];

	for (int row = 1; row <= im->height; row += MARK_EVERY) {
		float value = (float)(row + generation * 100000);
		uint32_t bits;
		off_t at = FITS_HEADER + (off_t)(row - 1) * im->width * 4;

		memcpy(&bits, &value, sizeof(bits));
		for (int i = 0; i < MARK_PIXELS; i++)
			mark[i] = htobe32(bits);
		if (!write_all(fd, mark, sizeof(mark), at))
			return false;
	}
	return true;
}

/* One star in the middle, on nothing. */
static bool write_middle(int fd, const struct image *im)
{
	enum { SIDE = 32 };
	float pixels[SIDE * SIDE] = {0};
	uint32_t row[SIDE];

	svc_sky_star(pixels, SIDE, SIDE, SIDE / 2.0 + 0.5, SIDE / 2.0 + 0.5, 10000);
	for (int j = 0; j < SIDE; j++) {
		off_t at = ((off_t)(im->height / 2 - SIDE / 2 + j) * im->width + im->width / 2 -
			    SIDE / 2) *
			   4;

		memcpy(row, &pixels[j * SIDE], sizeof(row));
		for (int i = 0; i < SIDE; i++)
			row[i] = htobe32(row[i]);
		if (!write_all(fd, row, sizeof(row), FITS_HEADER + at))
			return false;
	}
	return true;
}

/*
 * cfitsio would write every zero of it. So it writes an image of one row, and the file is then
 * stretched: the number of rows in its header, the marks, and holes where there are none.
 */
static bool stretch(const struct fits_source *s, const char *path, struct error **err)
{
	CLEANUP_CLOSE int fd = open(path, O_RDWR | O_CLOEXEC);
	char block[FITS_BLOCK], card[81];
	char *naxis2;

	if (fd < 0 || pread(fd, block, FITS_BLOCK, 0) != FITS_BLOCK)
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	naxis2 = memmem(block, FITS_BLOCK, "NAXIS2  =                    1", 30);
	if (!naxis2)
		return error_set(err, EIO, "%s has no NAXIS2", path);
	snprintf(card, sizeof(card), "NAXIS2  = %20d", s->image->height);
	if (!write_all(fd, card, 30, naxis2 - block) || ftruncate(fd, FITS_HEADER) < 0 ||
	    ftruncate(fd, (off_t)svc_image_size(s->image, 0)) < 0 ||
	    !write_marks(fd, s->image, s->generation) || !write_middle(fd, s->image))
		return error_set(err, errno, "%s: %s", path, strerror(errno));
	return true;
}

static bool append_generation(const struct fits_source *s, const char *path, struct error **err)
{
	fitsfile *f = NULL;
	int status = 0;

	if (!s->generation)
		return true;
	fits_open_diskfile(&f, path, READWRITE, &status);
	if (!status)
		write_generation(f, s, &status);
	return finish(f, status, path, err);
}

static bool write_giant(const struct fits_source *s, const char *path, struct error **err)
{
	struct wcs w = svc_image_wcs(s->image, 0);
	long axes[2] = {s->image->width, 1};
	fitsfile *f = NULL;
	int status = 0;

	fits_create_diskfile(&f, path, &status);
	fits_create_img(f, FLOAT_IMG, 2, axes, &status);
	text_key(f, "BUNIT", "adu", NULL, &status);
	write_header(f, s, &w, &status);
	return finish(f, status, path, err) && stretch(s, path, err) &&
	       append_generation(s, path, err);
}

bool svc_fits_image(const struct fits_source *s, const char *path, struct error **err)
{
	fitsfile *f = NULL;
	int status = 0;

	if (s->image->kind == IMAGE_GIANT)
		return write_giant(s, path, err);
	fits_create_diskfile(&f, path, &status);
	if (!status && s->image->kind == IMAGE_MOSAIC) {
		fits_create_img(f, BYTE_IMG, 0, NULL, &status);
		write_header(f, s, NULL, &status);
	}
	for (int chip = 0; !status && chip < svc_image_chips(s->image); chip++)
		write_chip(f, s, chip, &status);
	if (!status)
		write_generation(f, s, &status);
	return finish(f, status, path, err);
}

/* Full in the middle, less towards the edges, and a few dead columns. */
static void weigh(const struct image *im, unsigned char *out)
{
	for (int j = 0; j < im->height; j++)
		for (int i = 0; i < im->width; i++) {
			int x = i < im->width - 1 - i ? i : im->width - 1 - i;
			int y = j < im->height - 1 - j ? j : im->height - 1 - j;
			int edge = x < y ? x : y;

			*out++ = (unsigned char)(i % 101 == im->number % 101 ? 0
						 : edge < 16                 ? edge * 16
									     : 255);
		}
}

bool svc_fits_weight(const struct fits_source *s, const char *path, struct error **err)
{
	const struct image *im = s->image;
	struct wcs w = svc_image_wcs(im, 0);
	long axes[2] = {im->width, im->height};
	size_t n = (size_t)im->width * (size_t)im->height;
	CLEANUP_FREE unsigned char *pixels = xmalloc(n);
	fitsfile *f = NULL;
	int status = 0;

	weigh(im, pixels);
	fits_create_diskfile(&f, path, &status);
	fits_create_img(f, BYTE_IMG, 2, axes, &status);
	write_header(f, s, &w, &status);
	fits_write_img(f, TBYTE, 1, (LONGLONG)n, pixels, &status);
	write_generation(f, s, &status);
	return finish(f, status, path, err);
}
