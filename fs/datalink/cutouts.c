/*
 * cutouts.c: cutout/: parts of a dataset that its service cuts out when their names are opened.
 *
 * Names are those of tap/datalink/soda.h. Listed are the README and what was made and is still
 * kept; a name that the service could make opens all the same. open waits until it is there as a
 * whole.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/core/handle.h"
#include "fs/core/listing.h"
#include "fs/core/node.h"
#include "fs/core/worker_op.h"
#include "fs/datalink/branch.h"
#include "fs/datalink/datalink.h"
#include "tap/datalink/cutout.h"
#include "tap/remote/remote.h"
#include "tap/service/service.h"

/* --- those that are kept --- */

struct kept_op {
	struct worker_op worker; /* first */
	struct kept *kept;
	char *prefix;
	struct buf names; /* each with its NUL */
};

static void kept_op_clear(struct worker_op *worker)
{
	struct kept_op *o = (struct kept_op *)worker;

	buf_free(&o->names);
	free(o->prefix);
}

static void kept_op_run(struct worker_op *worker)
{
	struct kept_op *o = (struct kept_op *)worker;

	kept_names(o->kept, o->prefix, &o->names);
}

static enum outcome kept_ask(const struct dataset *d, struct ask *ask)
{
	if (!ask->op) {
		struct kept_op *o = worker_op_new(sizeof(*o), kept_op_run);

		o->worker.clear = kept_op_clear;
		o->kept = remotes_kept(d->service->remotes);
		o->prefix = cutout_key_prefix(d);
		worker_op_submit(&o->worker, d->service->loop, LANE_CACHE, ask);
	}
	return ask_operation(ask);
}

enum outcome cutouts_list(struct node *dir, struct listing *l, struct ask *ask)
{
	struct dataset *d = dir->object;
	enum outcome o = ask->op ? READY : dataset_wait(d, ask);
	const struct buf *names;

	if (o != READY || !d->service->remotes)
		return o;
	o = kept_ask(d, ask);
	if (o != READY)
		return o;
	names = &((struct kept_op *)worker_op_of(ask))->names;
	for (size_t at = 0; at < names->len; at += strlen(names->data + at) + 1)
		listing_add(l, names->data + at, LINE_CUTOUT, 0);
	return READY;
}

enum outcome cutouts_readme(struct node *n, struct buf *out, struct ask *ask)
{
	struct dataset *d = n->parent->object;
	enum outcome o = dataset_wait(d, ask);

	if (o == READY)
		soda_readme(&d->links.services, out);
	return o;
}

/* --- one of them --- */

enum outcome cutouts_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct dataset *d = dir->object;
	enum outcome o = dataset_wait(d, ask);
	struct error *err = NULL;
	struct cutout *c;

	if (o != READY)
		return o;
	if (name[0] == '.')
		return READY; /* a file manager looks for something of its own */
	c = cutout_get(d, name, &err);
	if (!c) {
		ask->telling = true;
		return ask_failed(ask, err);
	}
	f->line = LINE_CUTOUT;
	f->object = c;
	return READY;
}

void cutout_release(void *object)
{
	cutout_unref(object);
}

enum outcome cutout_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	struct cutout *c = n->object;

	switch (cutout_ready(c, false, NULL)) {
	case CUTOUT_WAIT: return ask_wait(ask, &c->changed);
	case CUTOUT_YES:
		a->size = c->file->size;
		a->mtime = c->mtime;
		break;
	default: break; /* made when it is opened */
	}
	return READY;
}

static enum outcome cutout_open(struct node *n, struct handle *h, int flags, struct ask *ask)
{
	struct cutout *c = n->object;
	struct error *err = NULL;

	(void)flags;
	switch (cutout_ready(c, true, &err)) {
	case CUTOUT_WAIT: return ask_wait(ask, &c->changed);
	case CUTOUT_YES: h->stored = stored_ref(c->file); return READY;
	default: ask->telling = true; return ask_failed(ask, err);
	}
}

const struct file_ops cutout_file = {.open = cutout_open};
