/*
 * queries.c: names in queries/: listing, making, removing, renaming.
 *
 * The folder is the user's: entries (entry.h) mirror it. A file that is named
 * *.adql or *.sql is a query; the names derived from it (derived.h) stand beside
 * it and are read-only. A file of the user's own that bears a derived name was
 * there first and keeps it.
 *
 * A rename can make a query (an editor's save), end one (an editor's backup;
 * see orphan.h), move one, or replace one's text; rename_apply tells
 * these apart.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/core/listing.h"
#include "fs/core/operation.h"
#include "fs/queries/branch.h"
#include "fs/queries/copies.h"
#include "fs/queries/derived.h"
#include "fs/queries/disk_op.h"
#include "fs/queries/entry_node.h"
#include "fs/queries/launch.h"
#include "fs/queries/orphan.h"
#include "fs/queries/queries.h"
#include "fs/queries/table_check.h"

#define STEM_MAX (NAME_MAX - (int)sizeof(".overflow.txt") + 1)

enum outcome queries_list(struct node *dir, struct listing *l, struct ask *ask)
{
	struct entry *folder = entry_of(dir);
	struct entry *e, *next;
	struct orphan *o;

	(void)ask;
	HASH_ITER (hh, folder->in.children, e, next) {
		if (e->query) /* before the query: see NOTE_INODES */
			derived_list(e->query, l);
		listing_add(l, e->name, entry_line(e), e->id);
	}
	LIST_FOREACH (o, &folder->in.orphans, link)
		derived_list(o->query, l);
	return READY;
}

enum outcome queries_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct entry *folder = entry_of(dir);
	struct entry *e = entry_child(folder, name);
	struct part *part;
	struct derived d;

	part = derived_part(folder, name); /* wins over a scratch file of the user's */
	if (part) {
		f->line = LINE_PART;
		f->object = part;
		f->id = part->id;
	} else if (e)
		found_entry(f, e);
	else if (derived_name(folder, name, ask->pid, &d))
		derived_find(&d, f);
	return READY;
}

/* --- making --- */

static size_t stem_length(const char *query_name)
{
	return (size_t)(strrchr(query_name, '.') - query_name);
}

/* A name for a query, or for another file beside it; moving: the entry that a rename would name. */
static enum outcome check_query_name(struct entry *folder, const char *name,
				     const struct entry *moving, struct ask *ask)
{
	struct query *q;
	struct derived d;
	size_t stem;

	if (!entry_child(folder, name) && derived_name(folder, name, ask->pid, &d) && d.query)
		return ask_fail(ask, EEXIST, "%s is the name of a result of the query beside it",
				name);
	if (!is_query_name(name) || entry_child(folder, name))
		return READY;
	stem = stem_length(name);
	if (stem > STEM_MAX)
		return ask_fail(
		    ask, ENAMETOOLONG,
		    "the name of a query may have %d bytes before its extension, so that "
		    "the names of its results have room",
		    STEM_MAX);
	q = query_by_stem(folder, name, stem);
	for (const struct orphan *o = LIST_FIRST(&folder->in.orphans); q && o;
	     o = LIST_NEXT(o, link))
		if (o->query == q)
			return READY;
	if (q && !(moving && moving->query == q))
		return ask_fail(ask, EEXIST, "there is a query %.*s already: a stem has one query",
				(int)stem, name);
	return READY;
}

/* A name that may be made in a folder. */
static enum outcome check_name(struct node *dir, const char *name, const struct entry *moving,
			       struct ask *ask)
{
	struct entry *folder = entry_of(dir);

	if (!folder->parent && !folder->service)
		return ask_fail(ask, ENOENT, "this folder is gone");
	if (is_refused_name(name))
		return ask_fail(ask, EPERM, "%s is not kept here", name);
	if (dir->kind->folder->check_name)
		return dir->kind->folder->check_name(dir, name, ask);
	return check_query_name(folder, name, moving, ask);
}

static void create_run(struct disk_op *o)
{
	o->worker.fd =
	    open(o->worker.path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, (o->mode & 0777) | 0600);
	if (o->worker.fd < 0 || fstat(o->worker.fd, &o->st) < 0)
		worker_op_errno(&o->worker, "cannot create the file");
}

/* A query that waits for a file of this name, or NULL; pid: who makes the file. */
static struct query *waits_for(struct entry *folder, const char *name, pid_t pid)
{
	size_t n = stem_length(name);
	struct query *removed = ghost_take(folder, name, n, pid);
	struct query *q = orphan_take(folder, name, n);

	if (q && removed)
		query_remove(removed);
	return q ? q : removed;
}

/* The query for a new query file: one that waits for it, or a new one. */
static struct query *query_for(struct entry *e, pid_t pid)
{
	CLEANUP_FREE char *path = entry_path(e);
	struct query *q = waits_for(e->parent, e->name, pid);

	if (!q)
		return query_new(queries_of(e->service), path);
	query_moved(q, path);
	return q;
}

static bool create_apply(struct disk_op *o)
{
	struct entry *e = entry_child(o->folder, o->name);

	if (e)
		return false;
	e = entry_new(o->folder, o->name, &o->st);
	if (is_query_name(e->name))
		e->query = query_for(e, o->pid);
	o->entry = entry_ref(e);
	o->stored = stored_new(steal_fd(o->worker.fd), 0, e->mtime);
	entry_opened(e, o->stored);
	return false;
}

enum outcome queries_create(struct node *dir, const char *name, mode_t mode, struct found *f,
			    struct ask *ask)
{
	struct entry *folder = entry_of(dir);
	enum outcome o;

	if (!ask->op) {
		struct disk_op *op;

		o = check_name(dir, name, NULL, ask);
		if (o != READY)
			return o;
		op = disk_op_in(folder, name, create_run, create_apply);
		op->mode = mode;
		op->pid = ask->pid;
		if (is_query_name(name))
			ghost_hold(folder, name, stem_length(name), ask->pid);
		worker_op_submit(&op->worker, folder->service->loop, LANE_STATE, ask);
	}
	o = ask_operation(ask);
	if (o == READY)
		found_entry(f, disk_op_of(ask)->entry);
	return o;
}

static void mkdir_run(struct disk_op *o)
{
	if (mkdir(o->worker.path, 0700) < 0 || stat(o->worker.path, &o->st) < 0)
		worker_op_errno(&o->worker, "cannot make the folder");
	else
		file_sync_folder_of(o->worker.path, &o->worker.error);
}

static bool mkdir_apply(struct disk_op *o)
{
	o->entry = entry_ref(entry_new(o->folder, o->name, &o->st));
	return false;
}

static enum outcome queries_mkdir(struct node *dir, const char *name, struct found *f,
				  struct ask *ask)
{
	struct entry *folder = entry_of(dir);
	enum outcome o;

	if (!ask->op) {
		o = check_name(dir, name, NULL, ask);
		if (o != READY)
			return o;
		if (is_query_name(name))
			return ask_fail(ask, EPERM, "a folder cannot be named like a query");
		worker_op_submit(&disk_op_in(folder, name, mkdir_run, mkdir_apply)->worker,
				 folder->service->loop, LANE_STATE, ask);
	}
	o = ask_operation(ask);
	if (o == READY)
		found_entry(f, disk_op_of(ask)->entry);
	return o;
}

/* --- removing --- */

static void unlink_run(struct disk_op *o)
{
	if (unlink(o->worker.path) < 0 && errno != ENOENT)
		worker_op_errno(&o->worker, "cannot remove the file");
}

static bool unlink_apply(struct disk_op *o)
{
	struct query *q = o->entry->query;

	launch_call_off(o->entry);
	o->entry->query = NULL;
	table_goes(o->entry, o->pid);
	entry_detach(o->entry);
	table_gone(o->entry);
	if (q)
		ghost_add(o->folder, o->name, q, o->pid);
	return false;
}

enum outcome queries_unlink(struct node *dir, const char *name, struct ask *ask)
{
	struct entry *folder = entry_of(dir);
	struct entry *e = entry_child(folder, name);
	struct part *part;
	struct derived d;

	part = e || ask->op ? NULL : derived_part(folder, name);
	if (part) { /* it goes by itself, when the result is there */
		part_unref(part);
		return READY;
	}
	if (!ask->op && !e) {
		if (!derived_name(folder, name, ask->pid, &d))
			return ask_fail(ask, ENOENT, "no such name");
		derived_remove(&d);
		return READY;
	}
	if (!ask->op) {
		struct disk_op *o = disk_op_in(folder, name, unlink_run, unlink_apply);

		o->pid = ask->pid;
		o->entry = entry_ref(e);
		worker_op_submit(&o->worker, folder->service->loop, LANE_STATE, ask);
	}
	return ask_operation(ask);
}

static void rmdir_run(struct disk_op *o)
{
	if (rmdir(o->worker.path) < 0 && errno != ENOENT)
		worker_op_errno(&o->worker, "cannot remove the folder");
}

static bool rmdir_apply(struct disk_op *o)
{
	struct orphan *orphan;

	while ((orphan = LIST_FIRST(&o->entry->in.orphans)))
		query_remove(orphan_take(o->entry, orphan->stem, strlen(orphan->stem)));
	ghosts_remove_queries(o->entry);
	ghosts_drop(o->entry);
	entry_detach(o->entry);
	return false;
}

static enum outcome queries_rmdir(struct node *dir, const char *name, struct ask *ask)
{
	struct entry *folder = entry_of(dir);
	struct entry *e = entry_child(folder, name);

	if (!ask->op) {
		struct disk_op *o;

		if (!e || !e->is_folder)
			return ask_fail(ask, e ? ENOTDIR : ENOENT, "no such folder");
		if (e->in.children)
			return ask_fail(ask, ENOTEMPTY, "the folder is not empty");
		o = disk_op_in(folder, name, rmdir_run, rmdir_apply);
		o->entry = entry_ref(e);
		worker_op_submit(&o->worker, folder->service->loop, LANE_STATE, ask);
	}
	return ask_operation(ask);
}

/* --- renaming --- */

/* A file that becomes a query is synced and hashed first: its rename is its close. */
static void rename_run(struct disk_op *o)
{
	if (o->becomes_query && !text_read_run(o))
		return;
	if (renameat2(AT_FDCWD, o->worker.path, AT_FDCWD, o->newpath, o->rename_flags) < 0)
		worker_op_errno(&o->worker, "cannot rename");
	else
		file_sync_folder_of(o->newpath, NULL); /* it is renamed, whatever this says */
}

static void paths_changed(struct entry *e)
{
	struct entry *child, *next;
	struct orphan *o;

	if (e->query) {
		CLEANUP_FREE char *path = entry_path(e);

		query_moved(e->query, path);
	}
	HASH_ITER (hh, e->in.children, child, next)
		paths_changed(child);
	LIST_FOREACH (o, &e->in.orphans, link) {
		CLEANUP_FREE char *folder = entry_path(e);
		CLEANUP_FREE char *path = xasprintf("%s/%s.adql", folder, o->stem);

		query_moved(o->query, path);
	}
}

/* What the target's name was bound to: its query, if there is one, without its file. */
static struct query *put_aside(struct entry *target)
{
	struct query *q;

	if (!target)
		return NULL;
	launch_call_off(target);
	q = steal(target->query);
	table_goes(target, 0);
	entry_detach(target);
	return q;
}

/* A file has the name of a query now. False: the rename is over. */
static bool became_query(struct disk_op *o)
{
	struct entry *e = o->entry;

	if (e->file.writers) { /* what it holds may be half a text: its last close accepts it */
		e->file.dirty = true;
		launch_awaited(e, true);
		return false;
	}
	if (o->becomes_query && e->file.writes == o->writes_seen)
		return text_read_apply(o);
	text_accept(e, NULL, NULL); /* written and closed since it was read */
	return false;
}

static bool rename_apply(struct disk_op *o)
{
	struct entry *e = o->entry;
	struct entry *target = entry_child(o->newfolder, o->newname);
	struct entry *aside = target && target != e ? entry_ref(target) : NULL;
	struct query *old = put_aside(aside);
	struct entry *from = o->folder;
	struct query *mine;

	if (!is_query_name(o->newname))
		launch_call_off(e);
	mine = steal(e->query);
	table_moves(e);
	entry_move(e, o->newfolder, o->newname);
	if (aside)
		table_gone(aside);
	entry_unref(aside);
	if (e->is_folder) {
		paths_changed(e);
		return false;
	}
	if (!is_query_name(e->name)) {
		if (mine)
			orphan_add(from, o->name, mine);
		if (old)
			query_remove(old);
		if (entry_is_upload(e))
			table_changed(e);
		return false;
	}
	if (mine) { /* the query moves; one that it replaces, or that waited for a file, is gone */
		if (!old)
			old = waits_for(e->parent, e->name, o->pid);
		if (old)
			query_remove(old);
		e->query = mine; /* and a launch that is due comes about */
		paths_changed(e);
		return false;
	}
	e->query = old ? old : query_for(e, o->pid);
	if (old)
		paths_changed(e); /* the extension may differ */
	return became_query(o);
}

enum outcome queries_rename(struct node *dir, const char *name, struct node *newdir,
			    const char *newname, unsigned flags, struct ask *ask)
{
	struct entry *folder = entry_of(dir), *newfolder = entry_of(newdir);
	struct entry *e = entry_child(folder, name);
	struct disk_op *o;
	struct derived d;
	enum outcome ok;

	if (ask->op)
		return ask_operation(ask);
	if (flags & ~(unsigned)RENAME_NOREPLACE)
		return ask_fail(ask, EINVAL, "names cannot be exchanged here");
	if (!e)
		return ask_fail(ask, EACCES, "%s is made by tapfs: copy it instead", name);
	if (!entry_child(newfolder, newname) && derived_name(newfolder, newname, ask->pid, &d) &&
	    d.query && (o = copy_gives_way(e, &d, newname))) {
		worker_op_submit(&o->worker, folder->service->loop, LANE_STATE, ask);
		return ask_operation(ask);
	}
	ok = check_name(newdir, newname, e, ask);
	if (ok != READY)
		return ok;
	if (e->is_folder && is_query_name(newname))
		return ask_fail(ask, EPERM, "a folder cannot be named like a query");
	o = disk_op_in(folder, name, rename_run, rename_apply);
	o->entry = entry_ref(e);
	o->newfolder = entry_ref(newfolder);
	o->newname = xstrdup(newname);
	o->newpath = entry_disk_child(newfolder, newname);
	o->rename_flags = flags;
	o->pid = ask->pid;
	o->writes_seen = e->file.writes;
	if (is_query_name(newname))
		ghost_hold(newfolder, newname, stem_length(newname), ask->pid);
	o->becomes_query = !e->is_folder && !e->query && !e->file.writers && is_query_name(newname);
	o->launch = LAUNCH_NOW;
	o->rules = query_rules(e->service->settings);
	worker_op_submit(&o->worker, folder->service->loop, LANE_STATE, ask);
	return ask_operation(ask);
}

const struct folder_ops queries_folder = {
    .create = queries_create,
    .mkdir = queries_mkdir,
    .unlink = queries_unlink,
    .rmdir = queries_rmdir,
    .rename = queries_rename,
};
