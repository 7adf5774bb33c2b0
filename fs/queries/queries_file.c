/*
 * queries_file.c: the user's own files in queries/: reading, writing, changing.
 *
 * close() of a written query (FLUSH) is answered when its text is synced and
 * journaled. Its launch is decided in launch.c, when the last writer has gone (RELEASE).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "fs/core/handle.h"
#include "fs/queries/branch.h"
#include "fs/queries/disk_op.h"
#include "fs/queries/entry_node.h"
#include "fs/queries/launch.h"
#include "fs/queries/queries.h"
#include "fs/queries/table_check.h"

enum outcome entry_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	const struct entry *e = entry_of(n);

	(void)ask;
	a->size = e->size;
	a->mtime = e->mtime;
	a->mode = e->mode;
	if (n->object && !e->parent)
		a->nlink = 0;
	return READY;
}

void entry_release(void *object)
{
	entry_unref(object);
}

/* --- open files --- */

static void entry_closed(struct stored *s, void *arg)
{
	struct entry *e = arg;

	if (e->file.open == s)
		e->file.open = NULL;
	entry_unref(e);
}

void entry_opened(struct entry *e, struct stored *s)
{
	e->file.open = s;
	s->gone = entry_closed;
	s->arg = entry_ref(e);
}

static void entry_open_run(struct disk_op *o)
{
	o->worker.fd = open(o->worker.path, O_RDWR | O_CLOEXEC);
	if (o->worker.fd < 0 && (errno == EACCES || errno == EROFS))
		o->worker.fd = open(o->worker.path, O_RDONLY | O_CLOEXEC);
	if (o->worker.fd < 0)
		worker_op_errno(&o->worker, "cannot open the file");
}

static enum outcome entry_open(struct node *n, struct handle *h, int flags, struct ask *ask)
{
	struct entry *e = entry_of(n);

	if (!e->file.open) {
		struct disk_op *o;
		enum outcome done;
		struct stored *s;

		if (!e->parent)
			return ask_fail(ask, ESTALE, "removed");
		if (!ask->op) {
			o = disk_op_new(entry_open_run, NULL);
			o->worker.path = entry_disk_path(e);
			worker_op_submit(&o->worker, e->service->loop, LANE_STATE, ask);
		}
		done = ask_operation(ask);
		if (done == FAILED && !e->parent) { /* it went meanwhile: the name is another's */
			error_clear(&ask->error);
			return ask_fail(ask, ESTALE, "removed");
		}
		if (done != READY)
			return done;
		s = stored_new(steal_fd(disk_op_of(ask)->worker.fd), e->size, e->mtime);
		entry_opened(e, s);
		h->stored = s;
	} else {
		h->stored = stored_ref(e->file.open);
	}
	if ((flags & O_ACCMODE) != O_RDONLY) {
		e->file.writers++;
		launch_awaited(e, true);
	}
	return READY;
}

static void entry_write_run(struct disk_op *o)
{
	if (o->mark)
		table_mark(o->stored->fd);
	file_write_at(o->stored->fd, o->data.data, o->data.len, o->offset, &o->worker.error);
}

static void grown(struct entry *e, uint64_t size)
{
	if (e->query)
		query_text_clear(&e->query->text); /* as its close read it */
	e->size = size;
	e->mtime = clock_now();
	e->file.dirty = true;
	e->table.cut_off = false;
	e->file.writes++;
	e->file.changes++;
	if (e->file.open)
		e->file.open->size = size;
}

static bool write_apply(struct disk_op *o)
{
	uint64_t end = o->offset + o->data.len;

	grown(o->entry, end > o->entry->size ? end : o->entry->size);
	return false;
}

static enum outcome entry_write(struct handle *h, const void *data, size_t n, uint64_t offset,
				struct ask *ask)
{
	struct entry *e = entry_of(h->node);

	if (!ask->op) {
		struct disk_op *o = disk_op_new(entry_write_run, write_apply);

		o->entry = entry_ref(e);
		o->stored = stored_ref(h->stored);
		buf_add(&o->data, data, n);
		o->offset = offset == WRITE_AT_END ? e->size : offset;
		o->mark = entry_is_upload(e) && !e->table.marked;
		e->table.marked = e->table.marked || o->mark;
		e->file.changes++;
		worker_op_submit(&o->worker, e->service->loop, LANE_FILE, ask);
	}
	return ask_operation(ask);
}

static enum outcome entry_flush(struct handle *h, struct ask *ask)
{
	struct entry *e = entry_of(h->node);

	if (ask->op)
		return ask_operation(ask);
	if (!e->query || !e->file.dirty || !e->size || (h->flags & O_ACCMODE) == O_RDONLY)
		return READY;
	text_accept(e, h->stored, ask);
	return ask_operation(ask);
}

static void sync_run(struct disk_op *o)
{
	if (fsync(o->stored->fd) < 0)
		worker_op_errno(&o->worker, "cannot sync");
}

static enum outcome entry_sync(struct handle *h, struct ask *ask)
{
	if (!ask->op) {
		struct disk_op *o = disk_op_new(sync_run, NULL);

		o->stored = stored_ref(h->stored);
		worker_op_submit(&o->worker, h->node->service->loop, LANE_STATE, ask);
	}
	return ask_operation(ask);
}

static void entry_last_close(struct handle *h)
{
	struct entry *e = entry_of(h->node);
	bool late;

	if ((h->flags & O_ACCMODE) == O_RDONLY)
		return;
	e->file.writers--;
	if (!e->file.writers)
		table_written(e);
	if (e->file.writers || !e->query)
		return;
	late = e->file.dirty && e->size;
	if (late)
		text_accept(e, h->stored, NULL); /* written after its flush */
	else
		launch(e, LAUNCH_SOON);
	if (!e->text.settle)
		launch_awaited(e, late);
}

const struct file_ops entry_file = {
    .open = entry_open,
    .write = entry_write,
    .flush = entry_flush,
    .sync = entry_sync,
    .release = entry_last_close,
};

/* --- truncate, chmod, touch --- */

static void change_run(struct disk_op *o)
{
	const struct change *c = &o->change;
	struct timespec t[2] = {
	    {.tv_nsec = UTIME_OMIT},
	    {.tv_sec = c->new_mtime / 1000, .tv_nsec = c->new_mtime % 1000 * 1000000}};
	off_t size = (off_t)c->new_size;
	int fd = o->stored ? o->stored->fd : -1; /* it may have no name any more */

	if (c->size && (fd >= 0 ? ftruncate(fd, size) : truncate(o->worker.path, size)) < 0)
		worker_op_errno(&o->worker, "cannot truncate");
	else if (c->mode && (fd >= 0 ? fchmod(fd, o->mode) : chmod(o->worker.path, o->mode)) < 0)
		worker_op_errno(&o->worker, "cannot change the mode");
	else if (c->times &&
		 (fd >= 0 ? futimens(fd, t) : utimensat(AT_FDCWD, o->worker.path, t, 0)) < 0)
		worker_op_errno(&o->worker, "cannot set the time");
	else if (o->touch)
		text_read_run(o);
}

static bool change_apply(struct disk_op *o)
{
	struct entry *e = o->entry;
	bool written = e->file.writes != o->writes_seen;

	if (o->change.size)
		grown(e, o->change.new_size);
	if (o->change.mode)
		e->mode = o->mode;
	if (o->change.times)
		e->mtime = o->change.new_mtime;
	if (entry_is_upload(e) && (o->change.size || (o->change.mtime_now && e->table.cut_off))) {
		e->table.cut_off = false;
		table_changed(e);
	}
	if (!o->touch || written || (!o->change.size && (e->text.settle || e->file.dirty)))
		return false;
	o->writes_seen = e->file.writes;
	return text_read_apply(o);
}

enum outcome entry_change(struct node *n, const struct change *c, struct ask *ask)
{
	struct entry *e = entry_of(n);
	struct disk_op *o;

	if (ask->op)
		return ask_operation(ask);
	if (!e->parent && n->object && !e->file.open)
		return READY; /* removed: nothing to change */
	if (e->service->read_only)
		return ask_fail(ask, EROFS, "mounted read-only");
	if ((!c->size && !c->mode && !c->times) || e->target)
		return READY; /* chown: it stays the user's; a link has nothing of this */
	o = disk_op_new(change_run, change_apply);
	o->entry = entry_ref(e);
	o->worker.path = entry_disk_path(e);
	o->stored = e->file.open ? stored_ref(e->file.open) : NULL;
	o->change = *c;
	o->mode =
	    (c->new_mode & 0777) | (e->is_folder ? 0700 : 0600); /* tapfs itself must get at it */
	e->file.changes += c->size;
	o->rules = query_rules(e->service->settings);
	o->writes_seen = e->file.writes;
	o->launch = c->size ? LAUNCH_NOW : LAUNCH_AGAIN;
	o->touch = e->query &&
		   (c->size ? c->new_size && !e->file.writers : c->mtime_now && !e->file.dirty);
	worker_op_submit(&o->worker, e->service->loop, LANE_STATE, ask);
	return ask_operation(ask);
}
