/* worker_op.c: an operation that a worker does; see worker_op.h. */
#include "fs/core/worker_op.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"

static struct worker_op *worker_op_around(struct operation *op)
{
	return (struct worker_op *)((char *)op - offsetof(struct worker_op, op));
}

static void worker_op_free(struct operation *op)
{
	struct worker_op *o = worker_op_around(op);

	if (o->clear)
		o->clear(o);
	free(o->path);
	if (o->fd >= 0)
		close(o->fd);
	error_free(o->error);
	free(o);
}

static void worker_op_run(struct work *w)
{
	struct worker_op *o = (struct worker_op *)w;

	o->run(o);
}

static void worker_op_done(struct work *w)
{
	struct worker_op *o = (struct worker_op *)w;

	if (!o->error && o->apply && o->apply(o))
		return;
	worker_op_finish(o, steal(o->error));
}

void *worker_op_new(size_t size, void (*run)(struct worker_op *))
{
	struct worker_op *o = xcalloc(1, size);

	operation_init(&o->op, worker_op_free);
	o->work.run = worker_op_run;
	o->work.done = worker_op_done;
	o->run = run;
	o->fd = -1;
	return o;
}

void worker_op_drop(struct worker_op *o)
{
	operation_unref(&o->op);
	operation_unref(&o->op);
}

void worker_op_submit(struct worker_op *o, struct loop *loop, enum lane lane, struct ask *ask)
{
	if (ask)
		ask->op = &o->op;
	work_submit(loop, lane, &o->work);
	if (!ask)
		operation_unref(&o->op);
}

void worker_op_finish(struct worker_op *o, struct error *err)
{
	if (err && o->path && o->op.refs == 1) /* nobody waits: it must not be lost */
		failure_add(o->path, NULL, 0, err);
	operation_finish(&o->op, err);
}

void *worker_op_of(const struct ask *ask)
{
	return worker_op_around(ask->op);
}

void worker_op_errno(struct worker_op *o, const char *what)
{
	int e = errno;

	error_set(&o->error, e, "%s: %s", what, error_why(e));
}
