/*
 * results.c: the results beside a query, whole and as they arrive; and what was there (ghosts).
 *
 * A result that is still to come has a node of size 0 which nobody caches; open
 * waits for it. Once it is there its size is exact and its bytes never change.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "fs/core/handle.h"
#include "fs/core/node.h"
#include "fs/queries/branch.h"
#include "fs/queries/derived.h"
#include "fs/queries/disk_op.h"
#include "fs/queries/entry_node.h"
#include "fs/queries/orphan.h"

enum outcome result_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	const struct result *r = n->object;

	(void)ask;
	a->size = r->there ? r->size : 0;
	a->mtime = r->mtime;
	a->fixed = r->there;
	a->nlink = r->query ? 1 : 0;
	return READY;
}

static void result_open_run(struct disk_op *o)
{
	o->worker.fd = open(o->worker.path, O_RDONLY | O_CLOEXEC);
	if (o->worker.fd < 0)
		worker_op_errno(
		    &o->worker,
		    errno == ENOENT
			? "the result is not in the state folder any more; `touch` the query to "
			  "run it again"
			: "cannot open the result");
}

static void result_closed(struct stored *s, void *arg)
{
	struct result *r = arg;

	(void)s;
	r->open = NULL;
	result_unref(r);
}

static enum outcome result_open_file(struct node *n, struct handle *h, struct ask *ask)
{
	struct result *r = n->object;
	struct disk_op *o;
	enum outcome done;

	if (r->open) {
		h->stored = stored_ref(r->open);
		return READY;
	}
	if (!ask->op) {
		o = disk_op_new(result_open_run, NULL);
		o->worker.path = xstrdup(r->path);
		worker_op_submit(&o->worker, n->service->loop, LANE_FILE, ask);
	}
	done = ask_operation(ask);
	if (done == FAILED && !r->query) { /* it went meanwhile: the name is another's */
		error_clear(&ask->error);
		return ask_fail(ask, ESTALE, "superseded");
	}
	if (done != READY)
		return done;
	o = disk_op_of(ask);
	r->open = stored_new(steal_fd(o->worker.fd), r->size, r->mtime);
	r->open->gone = result_closed;
	r->open->arg = result_ref(r);
	h->stored = r->open;
	return READY;
}

/*
 * A new text was saved, or the query touched, and is about to be launched: its writer's RELEASE is
 * still to come, or the moment in which another write may follow has not passed. What there is of
 * results is old.
 */
static bool launch_comes(const struct query *q)
{
	return q->launch_at_once ||
	       (q->awaited && (q->again || (q->entry.run && q->entry.length &&
					    strcmp(q->entry.hash, q->entry.run_hash) != 0)));
}

/* A finished query has not this format: it is made now, unless that has just failed. */
static enum outcome result_made_now(struct result *r, struct ask *ask)
{
	if (ask->waited && r->failure && !r->making) {
		ask->known = true; /* since it failed */
		return ask_failed(ask, error_copy(r->failure));
	}
	if (!result_make(r))
		return ask_fail(ask, ENOENT, "the result was removed");
	return ask_wait(ask, &r->query->changed);
}

static enum outcome result_open(struct node *n, struct handle *h, int flags, struct ask *ask)
{
	struct result *r = n->object;
	struct query *q = r->query;

	(void)flags;
	if (!q)
		return ask_fail(ask, ESTALE, "superseded");
	if (launch_comes(q)) {
		if (q->launch_at_once)
			q->launch_at_once(q->launch_at_once_arg);
		return ask_wait_job(ask, &q->changed);
	}
	if (r->there)
		return result_open_file(n, h, ask);
	switch (q->state) {
	case QUERY_FAILED:
		ask->known = true; /* since it failed */
		return ask_fail(ask, EIO,
				"the query failed; the reason is in the .error.txt beside it: %s",
				q->entry.error_text);
	case QUERY_IDLE:
		if (q->service->read_only)
			return ask_fail(ask, ENOENT,
					"there was no result when this read-only mount was made");
		if (!q->awaited)
			return ask_fail(ask, ENOENT,
					"the query has not been run: `touch` it to run it");
		break;
	case QUERY_ACTIVE: break;
	case QUERY_DONE: return result_made_now(r, ask);
	}
	return ask_wait_job(ask, &q->changed);
}

const struct file_ops result_file = {.open = result_open};

void result_release(void *object)
{
	result_unref(object);
}

/* --- results that arrive --- */

enum outcome part_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	struct part *p = n->object;

	(void)ask;
	a->size = part_size(p);
	a->mtime = clock_now();
	return READY;
}

static enum outcome part_open(struct node *n, struct handle *h, int flags, struct ask *ask)
{
	const struct part *p = n->object;

	(void)flags;
	if (!p->file)
		return ask_fail(ask, ESTALE, "the whole is there");
	h->stored = stored_ref(p->file);
	h->direct = true;
	return READY;
}

const struct file_ops part_file = {.open = part_open};

void part_release(void *object)
{
	part_unref(object);
}

enum outcome ghost_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	(void)n;
	(void)a;
	(void)ask;
	return READY;
}

/* Who opens the name means it: it is free, and the kernel looks it up anew. */
static enum outcome ghost_open(struct node *n, struct handle *h, int flags, struct ask *ask)
{
	struct entry *folder = entry_of(n->parent);

	(void)h;
	(void)flags;
	for (const char *dot = strchr(n->name + 1, '.'); dot; dot = strchr(dot + 1, '.'))
		ghost_drop(folder, n->name, (size_t)(dot - n->name));
	return ask_fail(ask, ESTALE, "the query was removed");
}

static enum outcome ghost_write(struct handle *h, const void *data, size_t n, uint64_t offset,
				struct ask *ask)
{
	(void)h;
	(void)data;
	(void)n;
	(void)offset;
	return ask_fail(ask, EBADF, "the query was removed"); /* it was never open */
}

const struct file_ops ghost_file = {.open = ghost_open, .write = ghost_write};

void ghost_release(void *object)
{
	(void)object;
}

void query_release(void *object)
{
	query_unref(object);
}
