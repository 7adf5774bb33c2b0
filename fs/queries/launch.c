/*
 * launch.c: when a query runs; see launch.h.
 *
 * A query that ran before and was written over in place is launched SETTLE_MS after its close
 * (text.settle is set), or when a result is opened (query.launch_at_once).
 */
#include "fs/queries/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "fs/queries/copies.h"
#include "fs/queries/disk_op.h"

#define SETTLE_MS 200

void launch_awaited(struct entry *e, bool yes)
{
	if (!e->query || e->query->awaited == yes)
		return;
	e->query->awaited = yes;
	if (!yes)
		waitlist_wake(&e->query->changed);
}

void launch_call_off(struct entry *e)
{
	timer_cancel(e->text.settle);
	e->text.settle = NULL;
	if (!e->query)
		return;
	e->query->launch_at_once = NULL;
	e->query->again = false;
	launch_awaited(e, false);
}

static bool text_is_whole(const struct entry *e)
{
	return !e->file.writers && !e->file.dirty && e->size;
}

static void launch_settled(void *arg)
{
	struct entry *e = arg;
	bool again;

	e->text.settle = NULL;
	if (!e->query)
		return;
	e->query->launch_at_once = NULL;
	if (text_is_whole(e)) {
		again = e->query->again;
		e->query->again = false;
		query_launch(e->query, again);
	}
	launch_awaited(e, e->file.writers);
}

static void cut_settling_short(void *arg)
{
	struct entry *e = arg;

	timer_cancel(e->text.settle);
	/* not from inside the handler that asks for it: it is about to wait for the change */
	e->text.settle = timer_start(e->service->loop, 0, launch_settled, e);
}

void launch(struct entry *e, enum launch how)
{
	struct query *q = e->query;

	if (!q || !e->parent || e->text.settle)
		return;
	q->again = q->again || how == LAUNCH_AGAIN;
	if (!text_is_whole(e))
		return;
	if (how != LAUNCH_SOON || q->again || !q->entry.run) {
		launch_settled(e);
		return;
	}
	q->launch_at_once = cut_settling_short;
	q->launch_at_once_arg = e;
	launch_awaited(e, true);
	e->text.settle = timer_start(e->service->loop, SETTLE_MS, launch_settled, e);
}

/* --- accepting a text --- */

bool text_read_run(struct disk_op *o)
{
	CLEANUP_CLOSE int own = o->stored ? -1 : open(o->worker.path, O_RDONLY | O_CLOEXEC);
	int fd = o->stored ? o->stored->fd : own;

	if (fd >= 0 && fsync(fd) == 0 && fstat(fd, &o->st) == 0)
		return query_text_read(fd, &o->rules, &o->text, &o->worker.error);
	worker_op_errno(&o->worker, "cannot read and sync the query");
	return false;
}

static void accept_run(struct disk_op *o)
{
	if (text_read_run(o) && !file_sync_folder_of(o->worker.path, &o->worker.error) &&
	    error_errno(o->worker.error) == ENOENT)
		/* renamed meanwhile, which syncs the folder itself */
		error_clear(&o->worker.error);
}

static void accepted(void *arg, struct error *err)
{
	struct disk_op *o = arg;
	struct entry *e = o->entry;

	if (err) {
		launch_awaited(e, e->file.writers);
	} else if (e->query && e->parent) {
		copies_give_way(e);
		launch(e, o->launch);
	}
	worker_op_finish(&o->worker, error_copy(err));
}

bool text_read_apply(struct disk_op *o)
{
	struct entry *e = o->entry;

	if (e->file.writes == o->writes_seen)
		e->file.dirty = false; /* nothing was written since it was submitted */
	if (!e->query || !o->text.length)
		return false;
	query_accept(e->query, o->st.st_ino, &o->text, accepted, o);
	return true;
}

void text_accept(struct entry *e, struct stored *s, struct ask *ask)
{
	struct disk_op *o = disk_op_new(accept_run, text_read_apply);

	o->writes_seen = e->file.writes;
	o->rules = query_rules(e->service->settings);
	o->launch = LAUNCH_SOON;
	o->entry = entry_ref(e);
	o->stored = s ? stored_ref(s) : NULL;
	o->worker.path = entry_disk_path(e);
	worker_op_submit(&o->worker, e->service->loop, LANE_STATE, ask);
}
