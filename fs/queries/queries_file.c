/*
 * queries_file.c: the user's own files in queries/: reading, writing, and when a
 * query starts.
 *
 * close() of a written query (FLUSH) is answered when its text is synced and
 * journaled. The launch follows when the last writer is gone (RELEASE): at once
 * for a new query, SETTLE_MS later for one that was written over in place, since
 * another write may follow; whoever opens a result ends that wait. An empty
 * file starts nothing, and neither does one that somebody has open for writing: what it
 * holds then may be half a text.
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
#include "fs/queries/copies.h"
#include "fs/queries/disk_op.h"
#include "fs/queries/entry_node.h"
#include "fs/queries/queries.h"
#include "fs/queries/table_check.h"

#define SETTLE_MS 200

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

/* --- when a query starts --- */

static void awaited(struct entry *e, bool yes)
{
	if (!e->query || e->query->awaited == yes)
		return;
	e->query->awaited = yes;
	if (!yes)
		waitlist_wake(&e->query->changed);
}

void entry_unsettle(struct entry *e)
{
	timer_cancel(e->text.settle);
	e->text.settle = NULL;
	if (e->query)
		e->query->launch_at_once = NULL;
	awaited(e, false);
}

static void launch_now(void *arg)
{
	struct entry *e = arg;

	e->text.settle = NULL;
	if (!e->query)
		return;
	e->query->launch_at_once = NULL;
	if (e->file.writers) /* the last of them launches it, with what it then holds */
		return;
	if (e->size &&
	    !e->file.dirty) /* else it was cut off meanwhile by its path: nobody closed that */
		query_launch(e->query, false);
	awaited(e, false);
}

static void cut_settling_short(void *arg)
{
	struct entry *e = arg;

	timer_cancel(e->text.settle);
	/* not from inside the handler that asks for it: it is about to wait for the change */
	e->text.settle = timer_start(e->service->loop, 0, launch_now, e);
}

static void launch_soon(struct entry *e)
{
	if (e->text.settle || !e->query || e->file.writers || !e->size || e->file.dirty)
		return;
	if (!e->query->entry.run) {
		launch_now(e);
		return;
	}
	e->query->launch_at_once = cut_settling_short;
	e->query->launch_at_once_arg = e;
	awaited(e, true);
	e->text.settle = timer_start(e->service->loop, SETTLE_MS, launch_now, e);
}

/* --- accepting a text --- */

static void accept_run(struct disk_op *o)
{
	if (fsync(o->stored->fd) < 0 || fstat(o->stored->fd, &o->st) < 0) {
		worker_op_errno(&o->worker, "cannot sync the query");
		return;
	}
	if (query_text_read(o->stored->fd, &o->rules, &o->text, &o->worker.error) &&
	    !file_sync_folder_of(o->worker.path, &o->worker.error) &&
	    error_errno(o->worker.error) == ENOENT)
		/* renamed meanwhile, which syncs the folder itself */
		error_clear(&o->worker.error);
}

static void accepted(void *arg, struct error *err)
{
	struct disk_op *o = arg;
	struct entry *e = o->entry;

	if (!err && e->query && e->parent)
		copies_give_way(e);
	if (!err)
		launch_soon(e);
	worker_op_finish(&o->worker, error_copy(err));
}

static bool accept_apply(struct disk_op *o)
{
	struct entry *e = o->entry;

	if (e->file.writes == o->writes_seen)
		e->file.dirty = false; /* nothing was written since it was submitted */
	if (!e->query || !o->text.length)
		return false;
	query_accept(e->query, o->st.st_ino, &o->text, accepted, o);
	return true;
}

/* Syncs and journals what was written; ask NULL: nobody waits. */
static void accept_submit(struct entry *e, struct stored *s, struct ask *ask)
{
	struct disk_op *o = disk_op_new(accept_run, accept_apply);

	o->writes_seen = e->file.writes;
	o->rules = query_rules(e->service->settings);
	o->entry = entry_ref(e);
	o->stored = stored_ref(s);
	o->worker.path = entry_disk_path(e);
	worker_op_submit(&o->worker, e->service->loop, LANE_STATE, ask);
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
		awaited(e, true);
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
	accept_submit(e, h->stored, ask);
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
		accept_submit(e, h->stored, NULL); /* written after its flush */
	else
		launch_soon(e);
	if (!e->text.settle)
		awaited(e, late);
}

const struct file_ops entry_file = {
    .open = entry_open,
    .write = entry_write,
    .flush = entry_flush,
    .sync = entry_sync,
    .release = entry_last_close,
};

/* --- truncate, chmod, touch --- */

/* The text of a query that nobody closed: a touch, or a truncation by its path. */
static void change_hash(struct disk_op *o)
{
	CLEANUP_CLOSE int fd = open(o->worker.path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fsync(fd) < 0 || fstat(fd, &o->st) < 0)
		worker_op_errno(&o->worker, "cannot read the query");
	else
		query_text_read(fd, &o->rules, &o->text, &o->worker.error);
}

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
		change_hash(o);
}

static void change_accepted(void *arg, struct error *err)
{
	struct disk_op *o = arg;
	struct entry *e = o->entry;

	if (!err && e->query && !e->file.dirty && !e->text.settle)
		query_launch(e->query, !o->change.size);
	worker_op_finish(&o->worker, error_copy(err));
}

static bool change_apply(struct disk_op *o)
{
	struct entry *e = o->entry;

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
	if (!o->touch || !e->query || !o->text.length ||
	    (!o->change.size && (e->text.settle || e->file.dirty)))
		return false;
	e->file.dirty = false;
	query_accept(e->query, o->st.st_ino, &o->text, change_accepted, o);
	return true;
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
	o->touch = e->query &&
		   (c->size ? c->new_size && !e->file.writers : c->mtime_now && !e->file.dirty);
	worker_op_submit(&o->worker, e->service->loop, LANE_STATE, ask);
	return ask_operation(ask);
}
