/*
 * details.c: the columns and keys of one table, when they are asked for; see details.h.
 *
 * One entry a table: `details` when they are there, `error` when the last try
 * failed, or a load under way (busy). At most DETAILS_KEPT entries are kept,
 * the longest unused goes first; busy ones stay.
 */
#include "tap/metadata/details.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uthash.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/url_query.h"
#include "cache/file.h"
#include "tap/metadata/tableset_fill.h"
#include "tap/metadata/tap_schema.h"
#include "tap/metadata/ways.h"
#include "tap/service/sync.h"

#define RETRY_MS 10000 /* after which a failed load is tried again */

enum details_source { FROM_CATALOG, FROM_TAP_SCHEMA, FROM_VOSI };

struct details_load {
	struct work work; /* first */
	struct details_cache *cache;
	char *table;
	enum details_source source;
	struct download *download;
	char *paths[PARTS]; /* TAP_SCHEMA's answers; VOSI's in PART_COLUMNS */
	struct catalog_details *details;
	struct error *error;
	struct ways ways; /* why those before this one failed */
	bool working, cancelled;
};

struct details_entry {
	char *table;
	struct catalog_details *details;
	struct error *error;
	uint64_t failed_at;
	struct details_load *load;
	struct waitlist changed;
	UT_hash_handle hh;
};

struct details_cache {
	struct service *service;
	struct details_entry
	    *entries; /* in the order of their use: the first is the longest unused */
};

static struct details_cache *details_of(const struct service *s)
{
	return s->parts[SERVICE_DETAILS];
}

static void details_begin(struct service *s)
{
	struct details_cache *c = xcalloc(1, sizeof(*c));

	c->service = s;
	s->parts[SERVICE_DETAILS] = c;
}

static void load_free(struct details_load *l)
{
	for (int i = 0; i < PARTS; i++)
		free(l->paths[i]);
	catalog_details_unref(l->details);
	error_free(l->error);
	ways_clear(&l->ways);
	free(l->table);
	free(l);
}

static void load_cancel(struct details_load *l)
{
	if (!l)
		return;
	download_cancel(l->download);
	l->download = NULL;
	l->cancelled = true;
	if (!l->working)
		load_free(l);
}

static void entry_free(struct details_cache *c, struct details_entry *e)
{
	HASH_DEL(c->entries, e);
	load_cancel(e->load);
	catalog_details_unref(e->details);
	error_free(e->error);
	free(e->table);
	free(e);
}

static void details_free(struct service *s)
{
	struct details_cache *c = details_of(s);

	while (c && c->entries)
		entry_free(c, c->entries);
	free(c);
}

void details_forget(struct service *s)
{
	struct details_cache *c = details_of(s);
	struct details_entry *e, *next;

	HASH_ITER (hh, c->entries, e, next) {
		if (!e->load && waitlist_empty(&e->changed))
			entry_free(c, e);
	}
}

const struct service_part details_part = {
    .begin = details_begin, .retry = details_forget, .free = details_free};

static void load_step(struct details_load *l);

/* This way failed; takes l->error. */
static void way_failed(struct details_load *l)
{
	CLEANUP_FREE char *document = xasprintf("tables/%s", l->table);

	if (!l->error)
		error_set(&l->error, EIO, "it lists none");
	ways_add(&l->ways, l->source == FROM_VOSI ? document : "TAP_SCHEMA", l->error);
	error_clear(&l->error);
}

static void load_end(struct details_load *l)
{
	CLEANUP_FREE char *what = xasprintf("columns of %s", l->table);
	struct details_cache *c = l->cache;
	struct details_entry *e;

	HASH_FIND_STR(c->entries, l->table, e);
	e->load = NULL;
	e->details = steal(l->details);
	error_clear(&e->error);
	if (!e->details)
		ways_error(&l->ways, what, &e->error);
	e->failed_at = loop_now(c->service->loop);
	load_free(l);
	waitlist_wake(&e->changed);
}

static void details_load_run(struct work *w)
{
	struct details_load *l = (struct details_load *)w;
	struct catalog *c = l->cache->service->catalog;
	bool ok = true;

	if (l->source == FROM_TAP_SCHEMA)
		ok = tap_schema_fill_table(c, l->table, (const char *const *)l->paths, &l->error);
	else if (l->source == FROM_VOSI)
		ok = tableset_fill_table(c, l->table, l->paths[PART_COLUMNS], &l->error);
	if (ok)
		l->details = catalog_details(c, l->table, &l->error);
	for (int i = 0; i < PARTS; i++)
		if (l->paths[i])
			unlink(l->paths[i]);
}

static void details_load_done(struct work *w)
{
	struct details_load *l = (struct details_load *)w;

	bool found = l->details && (l->details->ncolumns || l->source == FROM_VOSI);

	l->working = false;
	if (l->cancelled) {
		load_free(l);
		return;
	}
	if (found) {
		load_end(l);
		return;
	}
	if (l->source == FROM_CATALOG)
		error_clear(&l->error); /* the service knows them */
	else
		way_failed(l);
	load_step(l);
}

static void load_read(struct details_load *l)
{
	l->work.run = details_load_run;
	l->work.done = details_load_done;
	l->working = true;
	work_submit(l->cache->service->loop, LANE_CATALOG, &l->work);
}

static char *load_path(struct details_load *l, int part)
{
	char name[FILE_HASH_TEXT];

	hash_bytes(l->table, strlen(l->table), name);
	return xasprintf("%s/table-%s.%d", l->cache->service->dir.cache, name, part);
}

static void keys_came(void *arg, struct http_reply *r, uint64_t bytes, struct error *err)
{
	struct details_load *l = arg;

	(void)r;
	(void)bytes;
	l->download = NULL;
	if (err) { /* no keys then */
		free(l->paths[PART_KEYS]);
		l->paths[PART_KEYS] = NULL;
	}
	load_read(l);
}

/* What the service calls the table, which may be less than ADQL wants. */
static const char *told_name(const struct details_load *l)
{
	const struct catalog_names *names = l->cache->service->names;

	for (size_t i = 0; names && i < names->ntables; i++)
		if (strcmp(names->tables[i].name, l->table) == 0)
			return names->tables[i].told;
	return l->table;
}

static void ask_tap_schema(struct details_load *l, enum tap_schema_part part,
			   download_done_fn *came)
{
	CLEANUP_FREE char *query = tap_schema_query(part, told_name(l));

	l->paths[part] = load_path(l, (int)part);
	l->download = sync_to_file(l->cache->service, query, 100000, l->paths[part], came, l);
}

static void columns_came(void *arg, struct http_reply *r, uint64_t bytes, struct error *err)
{
	struct details_load *l = arg;

	(void)bytes;
	l->download = NULL;
	ways_saw(&l->ways, l->cache->service, r);
	if (!err && l->source == FROM_TAP_SCHEMA) {
		ask_tap_schema(l, PART_KEYS, keys_came);
	} else if (!err) {
		load_read(l);
	} else {
		l->error = error_copy(err);
		way_failed(l);
		load_step(l);
	}
}

static void ask_vosi(struct details_load *l)
{
	CLEANUP_BUF struct buf tail = BUF_INIT;
	CLEANUP_FREE char *url = NULL;
	struct service *s = l->cache->service;
	struct http_call call;

	url_add_param(&tail, "", told_name(l));
	buf_consume(&tail, 1); /* the "=" of a parameter without a name */
	url = xasprintf("%s/tables/%s", s->url, buf_str(&tail));
	call = service_call(s, url);
	free(l->paths[PART_COLUMNS]);
	l->paths[PART_COLUMNS] = load_path(l, PART_COLUMNS);
	l->download =
	    download_to_path(s->http, s->loop, &call, l->paths[PART_COLUMNS], columns_came, l);
}

/* On to the next source. */
static void load_step(struct details_load *l)
{
	const struct settings *st = l->cache->service->settings;

	if (l->source == FROM_CATALOG && !setting_is(st, OPT_METADATA, "vosi")) {
		l->source = FROM_TAP_SCHEMA;
		catalog_details_unref(l->details);
		l->details = NULL;
		ask_tap_schema(l, PART_COLUMNS, columns_came);
	} else if (l->source != FROM_VOSI && !setting_is(st, OPT_METADATA, "tap_schema")) {
		l->source = FROM_VOSI;
		ask_vosi(l);
	} else {
		load_end(l);
	}
}

static void drop_unused_details(struct details_cache *c, const struct details_entry *keep)
{
	struct details_entry *e, *next;
	size_t surplus =
	    HASH_COUNT(c->entries) > DETAILS_KEPT ? HASH_COUNT(c->entries) - DETAILS_KEPT : 0;

	HASH_ITER (hh, c->entries, e, next) {
		if (!surplus)
			return;
		if (e == keep || e->load || !waitlist_empty(&e->changed))
			continue;
		entry_free(c, e);
		surplus--;
	}
}

static void load_start(struct details_cache *c, struct details_entry *e)
{
	struct details_load *l = xcalloc(1, sizeof(*l));

	l->cache = c;
	l->table = xstrdup(e->table);
	e->load = l;
	load_read(l);
}

struct catalog_details *details_get(struct service *s, const char *table, struct waitlist **wait,
				    struct error **err)
{
	struct details_cache *c = details_of(s);
	struct details_entry *e;

	HASH_FIND_STR(c->entries, table, e);
	if (e) { /* to the end of the order of use */
		HASH_DEL(c->entries, e);
	} else {
		e = xcalloc(1, sizeof(*e));
		e->table = xstrdup(table);
		waitlist_init(&e->changed);
	}
	HASH_ADD_KEYPTR(hh, c->entries, e->table, strlen(e->table), e);
	drop_unused_details(c, e);
	if (e->details)
		return e->details;
	if (!e->load && (!e->error || loop_now(s->loop) > e->failed_at + RETRY_MS)) {
		error_clear(&e->error);
		load_start(c, e);
	}
	if (e->load)
		*wait = &e->changed;
	else
		error_move(err, error_copy(e->error));
	return NULL;
}
