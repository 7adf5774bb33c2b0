/* disk_op.c: a change of the state folder that a request waits for; see disk_op.h. */
#include "fs/queries/disk_op.h"

#include <stdlib.h>

#include "base/mem.h"

static void disk_op_clear(struct worker_op *worker)
{
	struct disk_op *o = (struct disk_op *)worker;

	query_text_clear(&o->text);
	free(o->newpath);
	free(o->name);
	free(o->newname);
	entry_unref(o->entry);
	entry_unref(o->folder);
	entry_unref(o->newfolder);
	stored_unref(o->stored);
	buf_free(&o->data);
}

static void disk_op_run(struct worker_op *worker)
{
	struct disk_op *o = (struct disk_op *)worker;

	o->run(o);
}

static bool disk_op_apply(struct worker_op *worker)
{
	struct disk_op *o = (struct disk_op *)worker;

	return o->apply && o->apply(o);
}

struct disk_op *disk_op_new(void (*run)(struct disk_op *), bool (*apply)(struct disk_op *))
{
	struct disk_op *o = worker_op_new(sizeof(*o), disk_op_run);

	o->worker.apply = disk_op_apply;
	o->worker.clear = disk_op_clear;
	o->run = run;
	o->apply = apply;
	return o;
}

struct disk_op *disk_op_in(struct entry *folder, const char *name, void (*run)(struct disk_op *),
			   bool (*apply)(struct disk_op *))
{
	struct disk_op *o = disk_op_new(run, apply);

	o->folder = entry_ref(folder);
	o->name = xstrdup(name);
	o->worker.path = entry_disk_child(folder, name);
	return o;
}

struct disk_op *disk_op_of(const struct ask *ask)
{
	return worker_op_of(ask);
}
