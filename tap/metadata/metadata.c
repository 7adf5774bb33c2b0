/*
 * metadata.c: what a service says of itself, fetched step by step.
 *
 *	capabilities ▶ availability ▶ count ▶ schemas ▶ tables ▶ (columns ▶ keys) ▶ fill
 *	                                └─ fails ─▶ VOSI tables document ─────────▶ fill
 *
 * Each step is one request whose answer goes to a file in the cache folder; the
 * files are read by a worker on LANE_CATALOG, never by the loop. A step that fails
 * does not undo what earlier ones brought.
 */
#include "tap/metadata/metadata.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stats.h"
#include "cache/file.h"
#include "http/download.h"
#include "http/url.h"
#include "tap/metadata/details.h"
#include "tap/metadata/documents.h"
#include "tap/metadata/tableset_fill.h"
#include "tap/metadata/tap_schema.h"
#include "tap/service/sync.h"

#define RETRY_REFRESH_MS 20000 /* after a refresh failed, before somebody's look starts another */

struct metadata {
	struct refresh *refresh; /* under way, or NULL */
	uint64_t failed;         /* loop time of the last refresh that failed, 0 */
};

static struct metadata *metadata_of(const struct service *s)
{
	return s->parts[SERVICE_METADATA];
}

struct refresh {
	struct work work; /* first */
	struct service *service;
	struct transfer *transfer;
	struct download *download;
	int64_t columns;    /* of the whole service */
	int part;           /* of TAP_SCHEMA, the one under way */
	char *paths[PARTS]; /* answers */
	char *tables_path;  /* the tables document */
	bool tables;        /* capabilities and availability only, if not */
	bool vosi;
	bool working, cancelled;

	/* worker */
	enum document doc;
	struct buf text;
	struct capabilities *capabilities;
	struct availability *availability;
	struct catalog_names *names;
	struct stored *stored;
	struct error *error;
};

static void refresh_free(struct refresh *m)
{
	for (int i = 0; i < PARTS; i++)
		free(m->paths[i]);
	free(m->tables_path);
	buf_free(&m->text);
	capabilities_free(m->capabilities);
	availability_free(m->availability);
	catalog_names_unref(m->names);
	stored_unref(m->stored);
	error_free(m->error);
	free(m);
}

static void refresh_end(struct refresh *m)
{
	struct service *s = m->service;

	metadata_of(s)->refresh = NULL;
	if (s->names_error)
		metadata_of(s)->failed = loop_now(s->loop);
	refresh_free(m);
	waitlist_wake(&s->changed);
}

static void refresh_cancel(struct refresh *m)
{
	if (!m)
		return;
	transfer_cancel(m->transfer);
	download_cancel(m->download);
	m->transfer = NULL;
	m->download = NULL;
	m->cancelled = true;
	metadata_of(m->service)->refresh = NULL;
	if (!m->working)
		refresh_free(m);
}

/* Takes the file. */
static void give_document(struct service *s, enum document d, struct stored *file)
{
	stored_unref(s->document[d]);
	s->document[d] = file;
}

static void metadata_submit(struct refresh *m, enum lane lane, void (*run)(struct work *),
			    void (*done)(struct work *))
{
	m->work.run = run;
	m->work.done = done;
	m->working = true;
	work_submit(m->service->loop, lane, &m->work);
}

/* True if the metadata was cancelled while the worker had it (and is freed now). */
static bool came_back(struct refresh *m)
{
	m->working = false;
	if (!m->cancelled)
		return false;
	refresh_free(m);
	return true;
}

/* --- capabilities and availability --- */

static void ask_document(struct refresh *m, enum document d);
static void tables_start(struct refresh *m);

static void document_run(struct work *w)
{
	struct refresh *m = (struct refresh *)w;
	CLEANUP_FREE char *path = document_path(m->service, m->doc);

	if (m->doc == DOC_CAPABILITIES)
		m->capabilities = capabilities_parse(m->text.data, m->text.len, &m->error);
	else
		m->availability = availability_parse(m->text.data, m->text.len, &m->error);
	if (!m->error && file_put(path, m->text.data, m->text.len, &m->error))
		m->stored = document_open(m->service, m->doc);
}

static void document_done(struct work *w)
{
	struct refresh *m = (struct refresh *)w;
	struct service *s = m->service;

	if (came_back(m))
		return;
	if (m->error) {
		log_warn("%s: %s: %s", s->name, document_name(m->doc), error_text(m->error));
		error_clear(&m->error);
	} else if (m->doc == DOC_CAPABILITIES) {
		capabilities_free(s->capabilities);
		s->capabilities = steal(m->capabilities);
		give_document(s, m->doc, steal(m->stored));
	} else {
		availability_free(s->availability);
		s->availability = steal(m->availability);
		give_document(s, m->doc, steal(m->stored));
	}
	buf_free(&m->text);
	waitlist_wake(&s->changed);
	if (m->doc == DOC_CAPABILITIES)
		ask_document(m, DOC_AVAILABILITY);
	else
		tables_start(m);
}

static void document_came(void *arg, struct http_reply *r, struct error *err)
{
	CLEANUP_FREE char *shown = NULL;
	struct refresh *m = arg;
	struct service *s = m->service;

	m->transfer = NULL;
	shown = r->url ? url_redact(r->url) : NULL;
	if (m->doc == DOC_CAPABILITIES)
		service_set_health(s, err && error_errno(err) != ENOENT ? err : NULL);
	if (!err) {
		buf_free(&m->text);
		m->text = r->body;
		r->body = (struct buf)BUF_INIT;
		metadata_submit(m, LANE_CATALOG, document_run, document_done);
		return;
	}
	failure_add(document_name(m->doc), shown, r->status, err);
	if (s->health == HEALTH_DOWN && m->doc == DOC_CAPABILITIES) {
		if (!s->names)
			s->names_error = error_copy(err);
		metadata_of(s)->failed = loop_now(s->loop);
		refresh_end(m);
	} else if (m->doc == DOC_CAPABILITIES) {
		ask_document(m, DOC_AVAILABILITY);
	} else {
		tables_start(m);
	}
}

static void ask_document(struct refresh *m, enum document d)
{
	CLEANUP_FREE char *url =
	    url_append(m->service->url, d == DOC_CAPABILITIES ? "capabilities" : "availability");
	struct http_call call = service_call(m->service, url);

	m->doc = d;
	call.arg = m;
	call.on_done = document_came;
	m->transfer = http_start(m->service->http, &call);
}

/* --- tables --- */

static void tables_failed(struct refresh *m, struct error *err)
{
	struct service *s = m->service;

	error_free(s->names_error);
	s->names_error = error_copy(err);
	failure_add("schemas", NULL, 0, err);
	refresh_end(m);
}

static void fill_done(struct work *w)
{
	struct refresh *m = (struct refresh *)w;
	struct service *s = m->service;

	if (came_back(m))
		return;
	if (m->error || !m->names) {
		CLEANUP_ERROR struct error *e = steal(m->error);

		if (!e)
			error_set(&e, EIO, "the service lists no tables");
		if (!m->vosi) {
			log_info("%s: TAP_SCHEMA: %s; trying the tables document", s->name,
				 error_text(e));
			m->vosi = true;
			tables_start(m);
			return;
		}
		tables_failed(m, e);
		return;
	}
	catalog_names_unref(s->names);
	s->names = steal(m->names);
	error_clear(&s->names_error);
	details_forget(s);
	stats.catalog_loads++;
	if (m->stored)
		give_document(s, DOC_TABLES, steal(m->stored));
	log_info("%s: %zu schemas, %zu tables", s->name, s->names->nschemas, s->names->ntables);
	refresh_end(m);
}

static void tap_schema_run(struct work *w)
{
	struct refresh *m = (struct refresh *)w;

	if (tap_schema_fill(m->service->catalog, (const char *const *)m->paths, &m->error))
		m->names = catalog_load(m->service->catalog, &m->error);
	for (int i = 0; i < PARTS; i++)
		if (m->paths[i])
			unlink(m->paths[i]);
}

static void ask_part(struct refresh *m, enum tap_schema_part part);

/* LANE_CATALOG: the number decides whether all columns are asked for at once. */
static void count_run(struct work *w)
{
	struct refresh *m = (struct refresh *)w;

	m->columns = tap_schema_count(m->paths[PART_COUNT], &m->error);
}

static void part_failed(struct refresh *m, struct error *err)
{
	log_info("%s: TAP_SCHEMA: %s; trying the tables document", m->service->name,
		 error_text(err));
	m->vosi = true;
	tables_start(m);
}

static void count_done(struct work *w)
{
	struct refresh *m = (struct refresh *)w;

	if (came_back(m))
		return;
	if (m->error) {
		CLEANUP_ERROR struct error *e = steal(m->error);

		part_failed(m, e);
		return;
	}
	ask_part(m, PART_SCHEMAS);
}

static void part_came(void *arg, struct http_reply *r, uint64_t bytes, struct error *err)
{
	struct refresh *m = arg;

	(void)bytes;
	(void)r;
	m->download = NULL;
	if (err && m->part == PART_KEYS) { /* keys are a luxury: some have no TAP_SCHEMA.keys */
		free(m->paths[PART_KEYS]);
		m->paths[PART_KEYS] = NULL;
	} else if (err && setting_is(m->service->settings, OPT_METADATA, "tap_schema")) {
		tables_failed(m, err);
		return;
	} else if (err) {
		part_failed(m, err);
		return;
	}
	switch (m->part) {
	case PART_COUNT: metadata_submit(m, LANE_CATALOG, count_run, count_done); return;
	case PART_SCHEMAS: ask_part(m, PART_TABLES); return;
	case PART_TABLES:
		if (m->columns <= TAP_SCHEMA_ALL_COLUMNS) {
			ask_part(m, PART_COLUMNS);
			return;
		}
		break;
	case PART_COLUMNS: ask_part(m, PART_KEYS); return;
	default: break;
	}
	metadata_submit(m, LANE_CATALOG, tap_schema_run, fill_done);
}

static void ask_part(struct refresh *m, enum tap_schema_part part)
{
	CLEANUP_FREE char *query = tap_schema_query(part, NULL);

	m->part = (int)part;
	free(m->paths[part]);
	m->paths[part] = xasprintf("%s/tap_schema.%d", m->service->dir.cache, (int)part);
	m->download = sync_to_file(m->service, query, m->columns > 0 ? m->columns + 100000 : 0,
				   m->paths[part], part_came, m);
}

/* --- the tables document --- */

static void vosi_run(struct work *w)
{
	struct refresh *m = (struct refresh *)w;
	struct catalog *c = m->service->catalog;
	CLEANUP_FREE char *kept = document_path(m->service, DOC_TABLES);

	if (tableset_fill(c, m->tables_path, &m->error)) {
		m->names = catalog_load(c, &m->error);
		if (rename(m->tables_path, kept) == 0)
			m->stored = document_open(m->service, DOC_TABLES);
	} else {
		unlink(m->tables_path);
	}
}

static void vosi_came(void *arg, struct http_reply *r, uint64_t bytes, struct error *err)
{
	struct refresh *m = arg;

	(void)bytes;
	(void)r;
	m->download = NULL;
	if (err)
		tables_failed(m, err);
	else
		metadata_submit(m, LANE_CATALOG, vosi_run, fill_done);
}

static void tables_start(struct refresh *m)
{
	CLEANUP_FREE char *url = url_append(m->service->url, "tables?detail=min");
	struct http_call call = service_call(m->service, url);

	if (!m->tables) {
		refresh_end(m);
		return;
	}
	if (!m->vosi && !setting_is(m->service->settings, OPT_METADATA, "vosi")) {
		ask_part(m, PART_COUNT);
		return;
	}
	m->vosi = true;
	free(m->tables_path);
	m->tables_path = xasprintf("%s/tables.new", m->service->dir.cache);
	m->download = download_to_path(m->service->http, m->service->loop, &call, m->tables_path,
				       vosi_came, m);
}

/* Of the tables too, or only of capabilities and availability. */
static void refresh_start(struct service *s, bool tables)
{
	struct refresh *m;

	if (metadata_of(s)->refresh)
		return;
	error_clear(&s->names_error); /* those who wait wait for this try */
	m = xcalloc(1, sizeof(*m));
	m->service = s;
	m->tables = tables;
	metadata_of(s)->refresh = m;
	ask_document(m, DOC_CAPABILITIES);
}

static bool is_old(const struct service *s)
{
	return !s->names ||
	       clock_now() - s->names->fetched > setting_int(s->settings, OPT_CATALOG_AGE) * 1000;
}

void metadata_refresh(struct service *s)
{
	refresh_start(s, true);
}

void metadata_refresh_if_old(struct service *s)
{
	uint64_t failed = metadata_of(s)->failed;

	if (failed && loop_now(s->loop) < failed + RETRY_REFRESH_MS)
		return;
	if (is_old(s))
		refresh_start(s, true);
}

bool metadata_is_refreshing(const struct service *s)
{
	return metadata_of(s)->refresh != NULL;
}

/* --- beginning and end --- */

/* What a mount knows before the service has answered. */
static bool metadata_prepare(struct service *s, struct error **err)
{
	(void)err;
	s->names = catalog_load(s->catalog, NULL);
	documents_load(s);
	return true;
}

static void metadata_begin(struct service *s)
{
	s->parts[SERVICE_METADATA] = xcalloc(1, sizeof(struct metadata));
	refresh_start(s, is_old(s));
}

static void metadata_retry(struct service *s)
{
	metadata_of(s)->failed = 0;
}

static void metadata_end(struct service *s)
{
	if (metadata_of(s))
		refresh_cancel(metadata_of(s)->refresh);
}

static void metadata_free(struct service *s)
{
	free(metadata_of(s));
}

const struct service_part metadata_part = {.prepare = metadata_prepare,
					   .begin = metadata_begin,
					   .retry = metadata_retry,
					   .end = metadata_end,
					   .free = metadata_free};
