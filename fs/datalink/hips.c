/*
 * hips.c: hips/: the tiles of a HiPS, by the names that its URL scheme has; see tap/remote/hips.h.
 *
 * Names are computed from the properties; nothing is asked for a listing beyond those, and a byte
 * each of Moc.fits and the Allsky files, once. Listed are the Dir folders of an order that has
 * DIRS_LISTED of them at most, and tiles up to order TILES_LISTED of a survey of the whole sky:
 * those are sure to be there. All others are there when they are named: whether the survey has such
 * a tile is asked with one byte.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/core/listing.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/datalink/branch.h"
#include "fs/datalink/datalink.h"
#include "tap/remote/hips.h"
#include "tap/service/service.h"

#define DIRS_LISTED  1000
#define TILES_LISTED 3
#define ALLSKY_ORDER 3 /* where the standard has the Allsky files (HiPS 1.0 §4.3.2) */

/* Files beside properties that the standard knows; found where the survey has them. */
static const char *const others[] = {"Moc.fits", "index.html", "metadata.xml", "preview.jpg"};

static enum outcome wait_known(struct survey *v, struct ask *ask)
{
	struct waitlist *wait = NULL;
	struct error *err = NULL;

	switch (survey_need(v, &wait, &err)) {
	case SURVEY_KNOWN: return READY;
	case SURVEY_WAIT: return ask_wait(ask, wait);
	case SURVEY_FAILS: break;
	}
	ask_fail(ask, error_errno(err) == ENOENT ? EIO : error_errno(err), /* the name is good */
		 "the survey's properties cannot be had: %s", error_text(err));
	error_free(err);
	return FAILED;
}

static enum outcome no_such(struct ask *ask, const char *why)
{
	ask->telling = true;
	return ask_fail(ask, ENOENT, "%s", why);
}

/* A file of the survey, by its path there. */
static enum outcome find_file(struct survey *v, const char *path, struct found *f, struct ask *ask)
{
	CLEANUP_FREE char *url = survey_url(v, path);

	if (!url)
		return ask_fail(ask, EIO, "the URL of this survey is not known");
	f->line = LINE_HIPS_FILE;
	f->object = remote_file_at(v->service, url);
	return READY;
}

/* --- the survey --- */

static enum outcome wait_extra(struct survey *v, struct hips_extra *e, const char *path,
			       struct ask *ask)
{
	struct waitlist *wait;

	return survey_extra(v, e, path, &wait) ? READY : ask_wait(ask, wait);
}

enum outcome survey_look(struct node *dir, struct ask *ask)
{
	struct survey *v = dir->object;
	enum outcome o = wait_known(v, ask);

	return o == READY ? wait_extra(v, &v->moc, "Moc.fits", ask) : o;
}

enum outcome survey_list(struct node *dir, struct listing *l, struct ask *ask)
{
	struct survey *v = dir->object;
	enum outcome o = wait_known(v, ask);

	if (o != READY)
		return o;
	listing_add(l, "properties", LINE_HIPS_FILE, 0);
	if (v->moc.state == EXTRA_THERE)
		listing_add(l, "Moc.fits", LINE_HIPS_FILE, 0);
	for (int k = v->properties.order_min; k <= v->properties.order; k++) {
		CLEANUP_FREE char *name = xasprintf("Norder%d", k);

		listing_add(l, name, LINE_ORDER, 0);
	}
	return READY;
}

enum outcome survey_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct survey *v = dir->object;
	enum outcome o;
	uint64_t order;

	if (strcmp(name, "properties") == 0)
		return find_file(v, name, f, ask);
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (strcmp(others[i], name) == 0)
			return find_file(v, name, f, ask);
	if (!hips_number(name, "Norder", &order))
		return READY;
	o = wait_known(v, ask);
	if (o != READY)
		return o;
	if (order < (uint64_t)v->properties.order_min || order > (uint64_t)v->properties.order)
		return no_such(ask,
			       "the survey has no such order; its file properties tells which");
	f->line = LINE_ORDER;
	f->object = v;
	return READY;
}

/* --- an order --- */

static int order_of(const struct node *n)
{
	uint64_t order;

	while (n->kind->line != LINE_ORDER)
		n = n->parent;
	return hips_number(n->name, "Norder", &order) ? (int)order : 0;
}

static char *allsky_name(const struct survey *v, size_t format)
{
	return xasprintf("Allsky.%s", v->properties.formats[format]);
}

enum outcome order_look(struct node *dir, struct ask *ask)
{
	struct survey *v = dir->object;
	enum outcome o = READY;

	if (order_of(dir) != ALLSKY_ORDER)
		return o;
	for (size_t i = 0; o == READY && i < HIPS_FORMATS && *v->properties.formats[i]; i++) {
		CLEANUP_FREE char *name = allsky_name(v, i);
		CLEANUP_FREE char *path = xasprintf("Norder%d/%s", ALLSKY_ORDER, name);

		o = wait_extra(v, &v->allsky[i], path, ask);
	}
	return o;
}

enum outcome order_list(struct node *dir, struct listing *l, struct ask *ask)
{
	const struct survey *v = dir->object;
	uint64_t dirs = (hips_tiles(order_of(dir)) + HIPS_DIR - 1) / HIPS_DIR;

	(void)ask;
	for (size_t i = 0; i < HIPS_FORMATS; i++) {
		CLEANUP_FREE char *name = allsky_name(v, i);

		if (order_of(dir) == ALLSKY_ORDER && v->allsky[i].state == EXTRA_THERE)
			listing_add(l, name, LINE_HIPS_FILE, 0);
	}
	for (uint64_t i = 0; dirs <= DIRS_LISTED && i < dirs; i++) {
		CLEANUP_FREE char *name = xasprintf("Dir%" PRIu64, i * HIPS_DIR);

		listing_add(l, name, LINE_TILES, 0);
	}
	return READY;
}

enum outcome order_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct survey *v = dir->object;
	uint64_t n;

	for (size_t i = 0; i < HIPS_FORMATS && *v->properties.formats[i]; i++) {
		CLEANUP_FREE char *allsky = allsky_name(v, i);
		CLEANUP_FREE char *path = xasprintf("%s/%s", dir->name, allsky);

		if (strcmp(allsky, name) == 0)
			return find_file(v, path, f, ask);
	}
	if (!hips_number(name, "Dir", &n))
		return READY;
	if (n % HIPS_DIR || n >= hips_tiles(order_of(dir)))
		return no_such(ask,
			       "Dir folders are named by their first tile: Dir0, Dir10000, … as "
			       "many as the order has tiles");
	f->line = LINE_TILES;
	f->object = v;
	return READY;
}

/* --- tiles --- */

static uint64_t first_tile(const struct node *dir)
{
	uint64_t n;

	return hips_number(dir->name, "Dir", &n) ? n : 0;
}

enum outcome tiles_list(struct node *dir, struct listing *l, struct ask *ask)
{
	const struct survey *v = dir->object;
	uint64_t end = hips_tiles(order_of(dir));

	(void)ask;
	if (!v->properties.whole_sky || order_of(dir) > TILES_LISTED)
		return READY;
	for (uint64_t i = first_tile(dir); i < end && i < first_tile(dir) + HIPS_DIR; i++) {
		for (size_t k = 0; k < HIPS_FORMATS && *v->properties.formats[k]; k++) {
			CLEANUP_FREE char *name =
			    xasprintf("Npix%" PRIu64 ".%s", i, v->properties.formats[k]);

			listing_add(l, name, LINE_TILE, 0);
		}
	}
	return READY;
}

enum outcome tiles_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct survey *v = dir->object;
	CLEANUP_FREE char *path = xasprintf("%s/%s/%s", dir->parent->name, dir->name, name);
	uint64_t n, from = first_tile(dir);
	enum outcome o;

	if (*name == '.')
		return READY;
	if (!hips_tile(&v->properties, name, &n))
		return no_such(ask, "tiles are NpixN.EXTENSION; the survey's file properties tells "
				    "which formats there are");
	if (n < from || n >= from + HIPS_DIR || n >= hips_tiles(order_of(dir)))
		return no_such(ask, "there is no such tile in this folder");
	o = find_file(v, path, f, ask);
	if (o == READY && v->properties.whole_sky)
		f->line = LINE_TILE;
	return o;
}
