/*
 * cache_files.c: .tapfs/cache, which lists what is kept of linked files, and the command that
 * throws it away. A worker reads the list, as that may wait for the disk.
 */
#include <errno.h>
#include <inttypes.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "cache/kept.h"
#include "fs/core/mount.h"
#include "fs/core/node.h"
#include "fs/core/worker_op.h"
#include "fs/service/branch.h"
#include "fs/service/cache_files.h"
#include "http/url.h"
#include "tap/remote/remote.h"

#define LISTED 10000 /* files; the rest are counted */

struct cache_op {
	struct worker_op worker; /* first */
	struct kept *kept;
	struct remotes *remotes;
	struct kept_totals totals;
	struct buf text;
	int64_t listed;
	struct error *not_dropped; /* what could not be thrown away */
};

static void cache_op_clear(struct worker_op *worker)
{
	buf_free(&((struct cache_op *)worker)->text);
}

static void add_file_row(void *arg, const struct kept_row *row)
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

static void list_run(struct worker_op *worker)
{
	struct cache_op *o = (struct cache_op *)worker;

	if (!kept_count(o->kept, &o->totals, &worker->error))
		return;
	add_totals(&o->text, &o->totals);
	kept_list(o->kept, LISTED, add_file_row, o, &worker->error);
	if (o->totals.files > o->listed)
		buf_addf(&o->text, "… and %" PRId64 " more\n", o->totals.files - o->listed);
}

static void drop_run(struct worker_op *worker)
{
	struct cache_op *o = (struct cache_op *)worker;

	kept_drop_all(o->kept, &o->not_dropped);
}

/* Also after an error: some may have gone. */
static bool drop_apply(struct worker_op *worker)
{
	struct cache_op *o = (struct cache_op *)worker;

	remotes_count(o->remotes, false);
	worker_op_finish(worker, steal(o->not_dropped));
	return true;
}

static void nothing_run(struct worker_op *worker)
{
	(void)worker;
}

/* What was read last has been noted by now, and is let go of. */
static bool drop_now(struct worker_op *worker)
{
	worker->run = drop_run;
	worker->apply = drop_apply;
	work_submit(worker->work.loop, LANE_CACHE, &worker->work);
	return true;
}

static bool cache_op_start(struct mount *m, struct ask *ask, void (*run)(struct worker_op *),
			   bool (*apply)(struct worker_op *))
{
	struct cache_op *o;

	if (!m->kept)
		return error_set(&ask->error, EROFS,
				 "no file is kept: the cache folder cannot be written");
	o = worker_op_new(sizeof(*o), run);
	o->worker.apply = apply;
	o->worker.clear = cache_op_clear;
	o->kept = m->kept;
	o->remotes = m->remotes;
	worker_op_submit(&o->worker, m->loop, LANE_CACHE, ask);
	return true;
}

enum outcome cache_text(struct node *n, struct buf *out, struct ask *ask)
{
	enum outcome o;

	if (!ask->op && !cache_op_start(n->mount, ask, list_run, NULL))
		return FAILED;
	o = ask_operation(ask);
	if (o == READY) {
		const struct buf *text = &((struct cache_op *)worker_op_of(ask))->text;

		buf_add(out, text->data, text->len);
	}
	return o;
}

bool mount_drop_cache(struct mount *m, struct ask *ask)
{
	return ask->op || cache_op_start(m, ask, nothing_run, drop_now);
}
