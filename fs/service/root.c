/*
 * root.c: what greets the user in a service's folder: README.txt and status.
 */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/stats.h"
#include "fs/core/mount.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/service/branch.h"
#include "table/write/format.h"
#include "tap/metadata/metadata.h"
#include "tap/query/query.h"
#include "tap/remote/remote.h"
#include "tap/service/service.h"

#define STATUS_QUERIES 40 /* told in status; the rest are counted */

/*
 * The service of a node in an `all` mount is opened when something below its folder is looked at;
 * a single mount has it from the start.
 */
enum outcome service_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	(void)ask;
	if (n->service && n->service->names)
		a->mtime = n->service->names->fetched;
	return READY;
}

static void add_title(struct buf *b, const struct service *s)
{
	const char *title = setting_str(s->settings, OPT_TITLE);

	if (*title)
		buf_addf(b, "%s: %s\n%s\n", s->name, title, s->url);
	else
		buf_addf(b, "%s\n", s->url);
}

static void add_limit(struct buf *b, const char *what, const struct limit *l, const char *unit)
{
	if (l->normal < 0 && l->hard < 0)
		return;
	buf_addf(b, "  %-22s", what);
	if (l->normal >= 0)
		buf_addf(b, " %" PRId64 " %s", l->normal, unit);
	if (l->hard >= 0 && l->hard != l->normal)
		buf_addf(b, "%s at most %" PRId64 " %s", l->normal >= 0 ? "," : "", l->hard, unit);
	buf_addc(b, '\n');
}

static void add_limits(struct buf *b, const struct capabilities *c)
{
	if (!c)
		return;
	buf_adds(b, "\nLimits of this service\n\n");
	add_limit(b, "rows of a result", &c->output_limit,
		  c->output_limit.in_bytes ? "bytes" : "rows");
	add_limit(b, "time of a query", &c->execution_duration, "s");
	add_limit(b, "jobs are kept for", &c->retention_period, "s");
	if (capabilities_has_upload(c))
		add_limit(b, "an uploaded table", &c->upload_limit,
			  c->upload_limit.in_bytes ? "bytes" : "rows");
}

/* A table to show in the example: the first that is no schema of the service's own. */
static const struct catalog_table *example_table(const struct service *s)
{
	const struct catalog_names *c = s->names;

	for (size_t i = 0; c && i < c->nschemas; i++)
		if (c->schemas[i].count && strcasecmp(c->schemas[i].name, "TAP_SCHEMA") != 0)
			return &c->tables[c->schemas[i].first];
	return c && c->ntables ? &c->tables[0] : NULL;
}

/* Those that are there with the result, or those that are made when they are opened. */
static void add_formats(struct buf *b, bool at_once)
{
	for (size_t i = 0; i < format_count(); i++) {
		const struct format *f = format_at(i);

		if (!f->hidden && f->made_at_once == at_once)
			buf_addf(b, "  NAME.%-13s %s\n", f->ext, f->what);
	}
}

enum outcome readme_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct service *s = n->service;
	const struct catalog_table *t = example_table(s);

	(void)ask;
	add_title(out, s);
	buf_adds(
	    out,
	    "\nThis folder is a query service. Look at its tables in schemas/, drop queries into\n"
	    "queries/, and read the results there.\n\n");
	buf_addf(out,
		 "  ls schemas/                            the tables, with their columns\n"
		 "  echo 'SELECT TOP 5 * FROM %s' > queries/first.adql\n"
		 "  cat queries/first.csv                  waits for the result, then shows it\n\n",
		 t ? t->name : "TAP_SCHEMA.tables");
	buf_adds(
	    out,
	    "A query is a text file named .adql or .sql, written by any editor or copied there. "
	    "It\n"
	    "starts when it is closed. Beside NAME.adql appear:\n\n");
	add_formats(out, true);
	buf_adds(out, "  NAME.log           each step, with its time\n"
		      "  NAME.csv.part      the result while it arrives\n"
		      "  NAME.error.txt     if it failed: what the service said, and what to do\n"
		      "  NAME.warning.txt   if some values could not be read: which\n"
		      "  NAME.overflow.txt  if rows are missing: how to get the rest\n\n");
	buf_adds(out, "Made when it is opened by its name, and listed from then on:\n\n");
	add_formats(out, false);
	buf_adds(
	    out,
	    "\n"
	    "Comments at a query's head tell the service more: -- MAXREC = 1000, -- QUEUE = 5m, -- "
	    "DURATION\n"
	    "= 3600, -- LANGUAGE = …, -- RUNID = …, -- MODE = sync, -- FORMAT = parquet,\n-- PARAM "
	    "= NAME = value.\n\n"
	    "Saving a changed query runs it anew; `touch` runs it again; removing it removes its\n"
	    "results and its job on the service. Queries go on when tapfs is unmounted, and\n"
	    "are taken up at the next mount.\n\n"
	    "  jobs/              the service's list of jobs: look, wait, abort, delete\n"
	    "  datalink/          the images behind the rows of a result, as files\n"
	    "  sia/, scs/         images, objects around a position, where there is such a "
	    "search:\n"
	    "                     ls sia/10.68,41.27,1 (RA, DEC, radius, in degrees)\n"
	    "  status             what is going on, on one screen\n"
	    "  service/           what the service says of itself\n"
	    "  .tapfs/            counters, log, errors, and ctl to refresh\n");
	add_limits(out, s->capabilities);
	for (size_t i = 0; s->capabilities && i < s->capabilities->nlanguages; i++)
		buf_addf(out, "%s%s",
			 i ? ", " : "\nQuery languages: ", s->capabilities->languages[i].name);
	if (s->capabilities && s->capabilities->nlanguages)
		buf_addc(out, '\n');
	return READY;
}

static void status_cache(struct buf *b, const struct service *s)
{
	const struct kept_totals *t;
	char here[CLOCK_TEXT], quota[CLOCK_TEXT];

	if (!s->remotes) {
		buf_adds(b, "cache      none: its folder cannot be written\n");
		return;
	}
	t = remotes_totals(s->remotes);
	buf_addf(b, "cache      %s of %s, %" PRId64 " files\n",
		 clock_bytes((uint64_t)t->bytes, here), clock_bytes((uint64_t)t->quota, quota),
		 t->files);
}

static void status_service(struct buf *b, const struct service *s, bool several)
{
	CLEANUP_FREE char *who = signin_describe(s->signin);
	CLEANUP_FREE char *health = service_describe_health(s);
	char when[CLOCK_TEXT];

	add_title(b, s);
	if (http_is_offline(s->http))
		buf_adds(b, "OFFLINE    as told; `echo online > .tapfs/ctl` ends that\n");
	buf_addf(b, "service    %s", health);
	if (s->availability && !s->availability->available)
		buf_addf(b, " (says that it is not available%s%s)",
			 s->availability->note ? ": " : "",
			 s->availability->note ? s->availability->note : "");
	buf_addf(b, "\nsign-in    %s\n", who);
	if (s->names)
		buf_addf(b, "tables     %zu in %zu schemas, as of %s%s\n", s->names->ntables,
			 s->names->nschemas, clock_iso(s->names->fetched, when),
			 metadata_is_refreshing(s) ? " (being refreshed)" : "");
	else
		buf_addf(b, "tables     %s\n",
			 s->names_error ? error_text(s->names_error) : "being fetched");
	if (several)
		return; /* the counters are the mount's, see .tapfs/stats */
	status_cache(b, s);
	buf_addf(b,
		 "received   %s in %" PRId64 " requests, %" PRId64 " sent again, %" PRId64
		 " failed\n",
		 clock_bytes((uint64_t)stats.http_bytes_in, when), stats.http_requests,
		 stats.http_retries, stats.http_failures);
}

enum outcome status_text(struct node *n, struct buf *out, struct ask *ask)
{
	static const char *const headings[] = {"not run", "active", "done", "failed"};
	static const enum query_state order[] = {QUERY_ACTIVE, QUERY_FAILED, QUERY_DONE,
						 QUERY_IDLE};
	const struct service *s = n->service;
	size_t counts[4] = {0};
	size_t told = 0;
	const struct query *q;

	(void)ask;
	status_service(out, s, n->mount->all);
	LIST_FOREACH (q, &queries_of(s)->all, link) {
		if (!q->removed)
			counts[q->state]++;
	}
	buf_adds(out, "queries   ");
	for (size_t i = 0; i < 4; i++)
		buf_addf(out, " %zu %s%s", counts[order[i]], headings[order[i]],
			 i < 3 ? "," : "\n");
	for (size_t i = 0; i < 2; i++) {
		LIST_FOREACH (q, &queries_of(s)->all, link) {
			CLEANUP_FREE char *what = NULL;

			if (q->removed || q->state != order[i] || told++ >= STATUS_QUERIES)
				continue;
			what = query_describe(q);
			buf_addf(out, "  %-24s %s\n", q->entry.path, what);
		}
	}
	if (told > STATUS_QUERIES)
		buf_addf(out, "  … and %zu more\n", told - STATUS_QUERIES);
	return READY;
}
