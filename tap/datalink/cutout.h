/*
 * cutout.h: one cut-out of a dataset: asked for once, then a file like those that are kept.
 *
 *	LOOKING ──▶ NONE ──somebody opens it──▶ ASKED (the service, or its job) ──▶ THERE
 *	    └──── kept ─────────────────────────────────────────────────────────────▶
 *
 * A SODA service computes it anew at each request: so it is asked for as a whole, kept whole under
 * its dataset's key and its name, and never asked about again. Loop thread only.
 */
#ifndef TAPFS_TAP_DATALINK_CUTOUT_H
#define TAPFS_TAP_DATALINK_CUTOUT_H

#include "cache/kept.h"
#include "cache/stored.h"
#include "tap/datalink/dataset.h"
#include "tap/datalink/soda.h"

struct cutout_fetch;

enum cutout_state { CUTOUT_LOOKING, CUTOUT_NONE, CUTOUT_ASKED, CUTOUT_THERE };

struct cutout {
	unsigned refs;
	struct service *service;
	char *key; /* what it is kept under */
	struct soda_request request;
	enum cutout_state state;
	struct waitlist changed;
	struct stored *file; /* THERE */
	int64_t mtime;       /* ms: of its dataset */
	struct error *failure;
	uint64_t failed_at; /* loop time */

	struct cutout_fetch *fetch; /* ASKED */
	UT_hash_handle hh;
};

/*
 * The cut-out of that name of a dataset whose links are known; a reference for the caller. NULL
 * with *err (ENOENT): the name is none, or the service does not do that.
 */
struct cutout *cutout_get(struct dataset *, const char *name, struct error **err);
void cutout_unref(struct cutout *);
/* What failed a moment ago is asked for again, at retry, when it is wanted. */
extern const struct service_part cutouts_part;
/* Whether the dataset has a service for cut-outs. */
bool dataset_has_cutouts(const struct dataset *);
/* What the keys of a dataset's cut-outs begin with, before their names. Caller owns. */
char *cutout_key_prefix(const struct dataset *);

enum cutout_answer { CUTOUT_YES, CUTOUT_NO, CUTOUT_WAIT, CUTOUT_FAILS };

/*
 * Whether it is there. NO: it was not asked for yet; make: asks then. WAIT: on cutout->changed.
 */
enum cutout_answer cutout_ready(struct cutout *, bool make, struct error **err);

#endif
