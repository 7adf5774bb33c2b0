/*
 * tables_ask.c: schemas and tables, asked for in one way after the other; see tables_ask.h.
 *
 *	count ▶ schemas ▶ tables ▶ (columns ▶ keys) ▶ fill
 *	           └─ fails ─▶ tables?detail=min ───▶ fill
 *	                          └─ fails ─▶ tables ▶ fill
 *
 * Each step is one request whose answer goes to a file in the cache folder; the files are read by
 * a worker on LANE_CATALOG, never by the loop. The number of columns, the columns and the keys are
 * luxuries: without them columns are asked for table by table.
 */
#include "tap/metadata/tables_ask.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stats.h"
#include "http/download.h"
#include "http/url.h"
#include "tap/metadata/details.h"
#include "tap/metadata/documents.h"
#include "tap/metadata/tableset_fill.h"
#include "tap/metadata/tap_schema.h"
#include "tap/metadata/ways.h"
#include "tap/service/sync.h"

#define MAXREC_UNCOUNTED 1000000 /* rows of a list whose length is not known */

enum way { WAY_TAP_SCHEMA, WAY_DETAIL_MIN, WAY_TABLES, WAYS };

static const char *const way_names[WAYS] = {
    [WAY_TAP_SCHEMA] = "TAP_SCHEMA",
    [WAY_DETAIL_MIN] = "tables?detail=min", /* VOSI 1.1 */
    [WAY_TABLES] = "tables",                /* VOSI 1.0 knows no detail, and may refuse it */
};

struct tables_ask {
	struct work work; /* first */
	struct service *service;
	tables_asked *over;
	struct download *download;
	enum way way;
	int64_t columns;    /* of the whole service; -1: not known */
	int part;           /* of TAP_SCHEMA, the one under way */
	char *paths[PARTS]; /* answers */
	char *tables_path;  /* the tables document */
	bool answered;
	struct ways ways; /* why those before this one failed */
	bool working, cancelled;

	/* worker */
	struct catalog_names *names;
	struct stored *stored;
	struct error *error;
};

static void ask_free(struct tables_ask *a)
{
	for (int i = 0; i < PARTS; i++)
		free(a->paths[i]);
	free(a->tables_path);
	ways_clear(&a->ways);
	catalog_names_unref(a->names);
	stored_unref(a->stored);
	error_free(a->error);
	free(a);
}

static void ask_over(struct tables_ask *a, struct error *err)
{
	a->over(a->service, err);
	ask_free(a);
}

void tables_ask_cancel(struct tables_ask *a)
{
	if (!a)
		return;
	download_cancel(a->download);
	a->download = NULL;
	a->cancelled = true;
	if (!a->working)
		ask_free(a);
}

bool tables_ask_was_answered(const struct tables_ask *a)
{
	return a->answered;
}

bool tables_ask_met_failure(const struct tables_ask *a)
{
	return a->ways.failing;
}

static void tables_submit(struct tables_ask *a, void (*run)(struct work *),
			  void (*done)(struct work *))
{
	a->work.run = run;
	a->work.done = done;
	a->working = true;
	work_submit(a->service->loop, LANE_CATALOG, &a->work);
}

/* True if it was cancelled while the worker had it (and is freed now). */
static bool came_back(struct tables_ask *a)
{
	a->working = false;
	if (!a->cancelled)
		return false;
	ask_free(a);
	return true;
}

/* --- on to the next way --- */

/* Never ENOENT, which readdir() takes for the end of an empty folder. */
static void all_ways_failed(struct tables_ask *a)
{
	CLEANUP_ERROR struct error *err = NULL;
	struct service *s = a->service;

	if (!s->capabilities && ways_have_nothing(&a->ways))
		error_set(&err, EIO,
			  "there is no TAP service at %s: it tells neither capabilities nor tables "
			  "(%s)",
			  s->url, buf_str(&a->ways.reasons));
	else
		ways_error(&a->ways, "tables", &err);
	failure_add("schemas", NULL, 0, err);
	ask_over(a, err);
}

static void way_start(struct tables_ask *a);

/* err is borrowed. */
static void way_failed(struct tables_ask *a, const struct error *err)
{
	struct service *s = a->service;
	bool only_tap_schema = setting_is(s->settings, OPT_METADATA, "tap_schema");

	ways_add(&a->ways, way_names[a->way], err);
	if (a->way == WAY_TABLES || only_tap_schema) {
		all_ways_failed(a);
		return;
	}
	log_info("%s: %s: %s; trying %s", s->name, way_names[a->way], error_text(err),
		 way_names[a->way + 1]);
	a->way++;
	way_start(a);
}

/* --- the answers are in the catalog --- */

static void fill_done(struct work *w)
{
	struct tables_ask *a = (struct tables_ask *)w;
	struct service *s = a->service;

	if (came_back(a))
		return;
	if (a->error || !a->names) {
		CLEANUP_ERROR struct error *e = steal(a->error);

		if (!e)
			error_set(&e, EIO, "it lists no tables");
		way_failed(a, e);
		return;
	}
	catalog_names_unref(s->names);
	s->names = steal(a->names);
	details_forget(s);
	stats.catalog_loads++;
	if (a->stored) {
		stored_unref(s->document[DOC_TABLES]);
		s->document[DOC_TABLES] = steal(a->stored);
	}
	log_info("%s: %zu schemas, %zu tables", s->name, s->names->nschemas, s->names->ntables);
	ask_over(a, NULL);
}

/* --- TAP_SCHEMA --- */

static void tap_schema_run(struct work *w)
{
	struct tables_ask *a = (struct tables_ask *)w;

	if (tap_schema_fill(a->service->catalog, (const char *const *)a->paths, &a->error))
		a->names = catalog_load(a->service->catalog, &a->error);
	for (int i = 0; i < PARTS; i++)
		if (a->paths[i])
			unlink(a->paths[i]);
}

static void ask_part(struct tables_ask *a, enum tap_schema_part part);

/* LANE_CATALOG: the number decides whether all columns are asked for at once. */
static void count_run(struct work *w)
{
	struct tables_ask *a = (struct tables_ask *)w;

	a->columns = tap_schema_count(a->paths[PART_COUNT], NULL);
}

static void count_done(struct work *w)
{
	struct tables_ask *a = (struct tables_ask *)w;

	if (!came_back(a))
		ask_part(a, PART_SCHEMAS);
}

static void part_drop(struct tables_ask *a, int part)
{
	free(a->paths[part]);
	a->paths[part] = NULL;
}

static void next_part(struct tables_ask *a, bool ok)
{
	switch (a->part) {
	case PART_COUNT:
		if (ok)
			tables_submit(a, count_run, count_done);
		else
			ask_part(a, PART_SCHEMAS);
		return;
	case PART_SCHEMAS: ask_part(a, PART_TABLES); return;
	case PART_TABLES:
		if (a->columns >= 0 && a->columns <= TAP_SCHEMA_ALL_COLUMNS) {
			ask_part(a, PART_COLUMNS);
			return;
		}
		break;
	case PART_COLUMNS:
		if (ok) {
			ask_part(a, PART_KEYS);
			return;
		}
		break;
	default: break;
	}
	tables_submit(a, tap_schema_run, fill_done);
}

static void part_came(void *arg, struct http_reply *r, uint64_t bytes, struct error *err)
{
	struct tables_ask *a = arg;

	(void)bytes;
	a->download = NULL;
	a->answered |= !err;
	ways_saw(&a->ways, a->service, r);
	if (err && (a->part == PART_SCHEMAS || a->part == PART_TABLES)) {
		way_failed(a, err);
		return;
	}
	if (err)
		part_drop(a, a->part);
	next_part(a, !err);
}

static void ask_part(struct tables_ask *a, enum tap_schema_part part)
{
	CLEANUP_FREE char *query = tap_schema_query(part, NULL);
	int64_t maxrec = part == PART_COUNT ? 0
			 : a->columns >= 0  ? a->columns + 100000
					    : MAXREC_UNCOUNTED;

	a->part = (int)part;
	free(a->paths[part]);
	a->paths[part] = xasprintf("%s/tap_schema.%d", a->service->dir.cache, (int)part);
	a->download = sync_to_file(a->service, query, maxrec, a->paths[part], part_came, a);
}

/* --- the tables document --- */

static void vosi_run(struct work *w)
{
	struct tables_ask *a = (struct tables_ask *)w;
	struct catalog *c = a->service->catalog;
	CLEANUP_FREE char *kept = document_path(a->service, DOC_TABLES);

	if (tableset_fill(c, a->tables_path, &a->error)) {
		a->names = catalog_load(c, &a->error);
		if (rename(a->tables_path, kept) == 0)
			a->stored = document_open(a->service, DOC_TABLES);
	} else {
		unlink(a->tables_path);
	}
}

static void vosi_came(void *arg, struct http_reply *r, uint64_t bytes, struct error *err)
{
	struct tables_ask *a = arg;

	(void)bytes;
	a->download = NULL;
	a->answered |= !err;
	ways_saw(&a->ways, a->service, r);
	if (err)
		way_failed(a, err);
	else
		tables_submit(a, vosi_run, fill_done);
}

static void ask_vosi(struct tables_ask *a)
{
	CLEANUP_FREE char *url = url_append(a->service->url, way_names[a->way]);
	struct http_call call = service_call(a->service, url);

	free(a->tables_path);
	a->tables_path = xasprintf("%s/tables.new", a->service->dir.cache);
	a->download = download_to_path(a->service->http, a->service->loop, &call, a->tables_path,
				       vosi_came, a);
}

static void way_start(struct tables_ask *a)
{
	if (a->way == WAY_TAP_SCHEMA)
		ask_part(a, PART_COUNT);
	else
		ask_vosi(a);
}

struct tables_ask *tables_ask(struct service *s, tables_asked *over)
{
	struct tables_ask *a = xcalloc(1, sizeof(*a));

	a->service = s;
	a->over = over;
	a->columns = -1;
	a->way = setting_is(s->settings, OPT_METADATA, "vosi") ? WAY_DETAIL_MIN : WAY_TAP_SCHEMA;
	way_start(a);
	return a;
}
