/*
 * cache_files.c: .tapfs/cache, which lists what is kept of linked files, and the command that
 * throws it away. A worker reads the list, as that may wait for the disk.
 */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text/url.h"
#include "cache/kept.h"
#include "fs/core/mount.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/service/branch.h"
#include "fs/service/cache_files.h"
#include "tap/remote/remote.h"

#define LISTED 10000 /* files; the rest are counted */

struct cache_op {
	struct work work; /* first */
	struct operation op;
	struct kept *kept;
	struct remotes *remotes;
	struct kept_totals totals;
	struct buf text;
	int64_t listed;
	struct error *error;
};

static struct cache_op *cache_op_of(struct operation *op)
{
	return (struct cache_op *)((char *)op - offsetof(struct cache_op, op));
}

static void cache_op_free(struct operation *op)
{
	struct cache_op *o = cache_op_of(op);

	buf_free(&o->text);
	free(o);
}

static void add_row(void *arg, const struct kept_row *row)
{
	CLEANUP_FREE char *shown = url_redact(row->key);
	struct cache_op *o = arg;
	char when[CLOCK_TEXT];

	o->listed++;
	buf_addf(&o->text, "%14" PRId64, row->bytes);
	if (row->length >= 0)
		buf_addf(&o->text, " %14" PRId64, row->length);
	else
		buf_addf(&o->text, " %14s", "-");
	buf_addf(&o->text, "  %s  %s\n", clock_iso(row->used, when), shown);
}

static void add_totals(struct buf *b, const struct kept_totals *t)
{
	const struct {
		int64_t number;
		const char *name, *what;
	} lines[] = {
	    {t->files, "files", "that are kept"},
	    {t->bytes, "bytes", "of them that are here"},
	    {t->quota, "quota", "bytes at most (cache_size)"},
	    {t->disk_free, "disk_free", "bytes free on the disk"},
	    {t->leave_free, "disk_kept_free", "bytes of it that stay free (cache_free)"},
	    {t->evicted_files, "evicted_files", "thrown away by this mount"},
	    {t->evicted_bytes, "evicted_bytes", "of these"},
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		buf_addf(b, "%-18s %14" PRId64 "   %s\n", lines[i].name, lines[i].number,
			 lines[i].what);
	buf_addf(b, "\n%14s %14s  %-20s  %s\n", "here", "whole", "last used", "URL");
}

static void list_run(struct work *w)
{
	struct cache_op *o = (struct cache_op *)w;

	if (!kept_count(o->kept, &o->totals, &o->error))
		return;
	add_totals(&o->text, &o->totals);
	kept_list(o->kept, LISTED, add_row, o, &o->error);
	if (o->totals.files > o->listed)
		buf_addf(&o->text, "… and %" PRId64 " more\n", o->totals.files - o->listed);
}

static void list_done(struct work *w)
{
	struct cache_op *o = (struct cache_op *)w;

	operation_finish(&o->op, steal(o->error));
}

static void drop_run(struct work *w)
{
	struct cache_op *o = (struct cache_op *)w;

	kept_drop_all(o->kept, &o->error);
}

static void drop_done(struct work *w)
{
	struct cache_op *o = (struct cache_op *)w;

	remotes_count(o->remotes, false);
	operation_finish(&o->op, steal(o->error));
}

static void nothing_run(struct work *w)
{
	(void)w;
}

/* What was read last has been noted by now, and is let go of. */
static void drop_now(struct work *w)
{
	w->run = drop_run;
	w->done = drop_done;
	work_submit(w->loop, LANE_CACHE, w);
}

static bool cache_op_start(struct mount *m, struct ask *ask, void (*run)(struct work *),
			   void (*done)(struct work *))
{
	struct cache_op *o;

	if (!m->kept)
		return error_set(&ask->error, EROFS,
				 "no file is kept: the cache folder cannot be written");
	o = xcalloc(1, sizeof(*o));
	operation_init(&o->op, cache_op_free);
	o->work.run = run;
	o->work.done = done;
	o->kept = m->kept;
	o->remotes = m->remotes;
	ask->op = &o->op;
	work_submit(m->loop, LANE_CACHE, &o->work);
	return true;
}

enum outcome cache_text(struct node *n, struct buf *out, struct ask *ask)
{
	enum outcome o;

	if (!ask->op && !cache_op_start(n->mount, ask, list_run, list_done))
		return FAILED;
	o = ask_operation(ask);
	if (o == READY) {
		const struct buf *text = &cache_op_of(ask->op)->text;

		buf_add(out, text->data, text->len);
	}
	return o;
}

bool mount_drop_cache(struct mount *m, struct ask *ask)
{
	return ask->op || cache_op_start(m, ask, nothing_run, drop_now);
}
