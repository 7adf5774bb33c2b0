/*
 * hips.h: a HiPS: a survey as tiles of the sky, in a tree of files (HiPS 1.0 §4).
 *
 *	properties          what it is: orders, formats of tiles
 *	Moc.fits            what it covers, where the survey tells that
 *	Norder3/Allsky.png  the whole sky at once, where there is one
 *	Norder3/Dir0/Npix417.png
 *
 * A struct survey is one configured HiPS, as long as the service. Its properties, and which of the
 * two that may be missing are there, are asked for when somebody looks; all files are read through
 * remote.h, so that what came once is there without a network. Loop thread only.
 */
#ifndef TAPFS_TAP_REMOTE_HIPS_H
#define TAPFS_TAP_REMOTE_HIPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/loop.h"
#include "base/wait.h"
#include "tap/remote/remote.h"
#include "tap/service/service.h"

#define HIPS_ORDER_MAX 29 /* HEALPix numbers fit 64 bits */
#define HIPS_FORMATS   6
#define HIPS_DIR       10000 /* tiles of a Dir folder */

struct hips_properties {
	int order, order_min;
	char formats[HIPS_FORMATS][8]; /* extensions: "png", "jpg", "fits"; "" after the last */
	bool whole_sky;                /* every tile is there */
};

/* A file that a survey may have or not. */
struct hips_extra {
	enum { EXTRA_UNKNOWN, EXTRA_THERE, EXTRA_MISSING } state;
	struct remote *remote; /* while it is asked for; one reference */
};

struct survey {
	struct service *service;
	char *name;
	bool known;
	uint64_t read_at; /* loop time */
	struct hips_properties properties;
	struct hips_extra moc, allsky[HIPS_FORMATS];

	/* while the properties are read */
	struct remote *remote; /* one reference */
	struct remote_reader reader;
	bool open; /* it is being read */
	bool working;
	struct error *failure; /* they make no sense */
	struct waitlist changed;
	LIST_ENTRY(survey) link;
};

/* Reads the file `properties`. False with *err where it is none of a HiPS. */
bool hips_properties_read(const char *text, size_t n, struct hips_properties *, struct error **err);
/* Tiles of an order. */
uint64_t hips_tiles(int order);
/* "Norder3": 3; "Dir10000": 10000. False for what is written otherwise. */
bool hips_number(const char *name, const char *word, uint64_t *n);
/* "Npix417.png", one of these properties' formats. */
bool hips_tile(const struct hips_properties *, const char *name, uint64_t *n);

struct survey *survey_named(struct service *, const char *name); /* borrowed */
extern const struct service_part surveys_part;

enum survey_answer { SURVEY_KNOWN, SURVEY_WAIT, SURVEY_FAILS };

/* Whether its properties are known. WAIT: on *wait. */
enum survey_answer survey_need(struct survey *, struct waitlist **wait, struct error **err);
/* True once it is known whether it has that file, or that cannot be told now. */
bool survey_extra(struct survey *, struct hips_extra *, const char *path, struct waitlist **wait);
/* The URL of a file below it; caller owns. NULL: the survey is not configured. */
char *survey_url(const struct survey *, const char *path);

#endif
