/* disk_op.c: a change of the state folder that a request waits for; see disk_op.h. */
#include "fs/queries/disk_op.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"

static struct disk_op *of_operation(struct operation *op)
{
	return (struct disk_op *)((char *)op - offsetof(struct disk_op, op));
}

static void disk_op_free(struct operation *operation)
{
	struct disk_op *o = of_operation(operation);

	free(o->path);
	free(o->newpath);
	free(o->name);
	free(o->newname);
	entry_unref(o->entry);
	entry_unref(o->folder);
	entry_unref(o->newfolder);
	stored_unref(o->stored);
	if (o->fd >= 0)
		close(o->fd);
	buf_free(&o->data);
	error_free(o->error);
	free(o);
}

static void work_run(struct work *w)
{
	struct disk_op *o = (struct disk_op *)w;

	o->run(o);
}

static void work_done(struct work *w)
{
	struct disk_op *o = (struct disk_op *)w;

	if (!o->error && o->apply && o->apply(o))
		return;
	disk_op_finish(o, steal(o->error));
}

struct disk_op *disk_op_new(void (*run)(struct disk_op *), bool (*apply)(struct disk_op *))
{
	struct disk_op *o = xcalloc(1, sizeof(*o));

	operation_init(&o->op, disk_op_free);
	o->work.run = work_run;
	o->work.done = work_done;
	o->run = run;
	o->apply = apply;
	o->fd = -1;
	return o;
}

void disk_op_drop(struct disk_op *o)
{
	operation_unref(&o->op);
	operation_unref(&o->op);
}

void disk_op_submit(struct disk_op *o, struct loop *loop, enum lane lane, struct ask *ask)
{
	if (ask)
		ask->op = &o->op;
	work_submit(loop, lane, &o->work);
	if (!ask)
		operation_unref(&o->op);
}

void disk_op_finish(struct disk_op *o, struct error *err)
{
	if (err && o->op.refs == 1) /* nobody waits: it must not be lost */
		failure_add(o->path, NULL, 0, err);
	operation_finish(&o->op, err);
}

struct disk_op *disk_op_of(struct ask *ask)
{
	return of_operation(ask->op);
}

void disk_op_errno(struct disk_op *o, const char *what)
{
	int e = errno;

	error_set(&o->error, e, "%s: %s", what, strerror(e));
}
