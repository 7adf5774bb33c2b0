/*
 * images.h: the images that the service has: what each shows, and its files.
 *
 * Their list is the table "svc.images" of the database; the files are made when they are first
 * asked for, in a folder beside it (files.h). All of a file follows from its image's row and a
 * generation, so that whoever makes it makes the same bytes.
 */
#ifndef TAPFS_SERVICE_DATA_IMAGES_H
#define TAPFS_SERVICE_DATA_IMAGES_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "tests/service/data/geometry.h"
#include "tests/service/data/wcs.h"

#define IMAGES_DEFAULT  110 /* one around each Messier object */
#define IMAGE_NAME_SIZE 16
#define IMAGES_DID      "ivo://tapfs.demo/images?"

/* Of files: their unit, and each of their headers (fits.c sees to it). */
#define FITS_BLOCK  2880
#define FITS_HEADER (2 * FITS_BLOCK)

enum image_kind {
	IMAGE_FIELD,  /* a small one around an object */
	IMAGE_MOSAIC, /* four chips in four extensions, 36 MiB */
	IMAGE_DEEP,   /* 64 MiB */
	IMAGE_GIANT,  /* 1 GiB, nearly all of it a hole on disk */
};

struct image {
	enum image_kind kind;
	int number;                 /* no other has it */
	char name[IMAGE_NAME_SIZE]; /* m31, f000112, deep */
	char title[48];             /* M31, Andromeda galaxy */
	double ra, dec;             /* its middle */
	double scale;               /* degrees a pixel */
	double rotation;            /* degrees */
	int width, height;          /* of one chip */
	int bitpix;                 /* -32, or 16 with BZERO */
	double object_arcmin;       /* size of what it shows; 0: nothing in particular */
	double mjd, exptime;        /* days, s */
	char band;                  /* B, V or R */
};

/* The chips: 4 of a mosaic, each in an extension of its own; else 1, the primary HDU. */
int svc_image_chips(const struct image *);
struct wcs svc_image_wcs(const struct image *, int chip);
/* Its corners on the sky. */
void svc_image_outline(const struct image *, struct shape *);
/* Bytes of its FITS file. */
uint64_t svc_image_size(const struct image *, int generation);
/* The same of its weight map. */
uint64_t svc_weight_size(const struct image *);
/* Wavelengths of its band, m. */
void svc_image_band(const struct image *, double *min, double *max);
/* Only who signed in may have this file, "images/m110.fits". */
bool svc_image_private(const char *path);

/* Makes the table and fills it with that many fields and the three large ones. */
bool svc_images_build(sqlite3 *, long fields, struct error **err);
/* Finds one by name; false if there is none. */
bool svc_image_find(sqlite3 *, const char *name, struct image *out);
/* Reads one from a row of SELECT * FROM "svc.images". */
void svc_image_read(sqlite3_stmt *, struct image *out);

#endif
