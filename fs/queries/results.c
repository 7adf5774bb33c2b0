/*
 * results.c: what tapfs puts beside a query: results, log, reasons; see derived.h.
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
#include "fs/core/listing.h"
#include "fs/core/node.h"
#include "fs/queries/branch.h"
#include "fs/queries/derived.h"
#include "fs/queries/disk_op.h"
#include "fs/queries/queries.h"
#include "table/write/format.h"

static const char *const note_suffixes[NOTE_COUNT] = {
    [NOTE_LOG] = "log", [NOTE_ERROR] = "error.txt", [NOTE_OVERFLOW] = "overflow.txt"};
static const enum tree_line note_lines[NOTE_COUNT] = {[NOTE_LOG] = LINE_QUERY_LOG,
						      [NOTE_ERROR] = LINE_QUERY_ERROR,
						      [NOTE_OVERFLOW] = LINE_QUERY_OVERFLOW};

/* "m31.error.txt" has the suffix "error.txt" after the stem "m31". */
static bool stem_of(const char *name, const char *suffix, size_t *stem)
{
	size_t n = strlen(name), s = strlen(suffix);

	if (n < s + 2 || name[n - s - 1] != '.' || strcmp(name + n - s, suffix) != 0)
		return false;
	*stem = n - s - 1;
	return true;
}

/* A query, or a ghost to the process that removed the query. */
static bool derived_from(const struct entry *folder, const char *name, size_t stem, pid_t pid,
			 struct derived *d)
{
	d->query = query_by_stem(folder, name, stem);
	return d->query || ghost_is(folder, name, stem, pid);
}

bool derived_name(const struct entry *folder, const char *name, pid_t pid, struct derived *d)
{
	size_t stem;

	/* `rm m31.*` saw it; of a query that is there it is a name like any other. */
	if (stem_of(name, "part", &stem)) {
		CLEANUP_FREE char *whole = xstrndup(name, stem);

		return derived_name(folder, whole, pid, d) && !d->query;
	}

	for (int i = 0; i < NOTE_COUNT; i++) {
		*d = (struct derived){NULL, -1, (enum query_note)i};
		if (stem_of(name, note_suffixes[i], &stem) &&
		    derived_from(folder, name, stem, pid, d))
			return true;
	}
	for (size_t f = 0; f < format_count(); f++) {
		*d = (struct derived){NULL, (int)f, NOTE_LOG};
		if (!format_at(f)->hidden && stem_of(name, format_at(f)->ext, &stem) &&
		    derived_from(folder, name, stem, pid, d))
			return true;
	}
	return false;
}

/* The name without its ".part", or NULL if it has none; caller owns. */
static char *without_part(const char *name)
{
	size_t stem;

	return stem_of(name, "part", &stem) ? xstrndup(name, stem) : NULL;
}

struct part *derived_part(const struct entry *folder, const char *name)
{
	CLEANUP_FREE char *whole = without_part(name);
	struct part *p;
	struct derived d;

	if (!whole || !derived_name(folder, whole, 0, &d) || !d.query || d.format < 0)
		return NULL;
	p = query_part(d.query, d.format);
	return p ? part_ref(p) : NULL;
}

static uint64_t note_inode(const struct query *q, enum query_note note)
{
	return NOTE_INODES + (uint64_t)q->entry.id * NOTE_COUNT + note;
}

void derived_find(const struct derived *d, struct found *f)
{
	struct result *r;

	if (!d->query) {
		f->line = LINE_GHOST;
	} else if (d->format < 0) {
		if (!query_has_note(d->query, d->note))
			return;
		f->line = note_lines[d->note];
		f->object = query_ref(d->query);
		f->id = note_inode(d->query, d->note);
	} else if (d->query->state != QUERY_IDLE || d->query->awaited) {
		r = query_result(d->query, d->format);
		if (!r)
			return;
		f->line = LINE_RESULT;
		f->object = r;
		f->id = r->id;
	}
}

static char *stem_text(const struct query *q)
{
	const char *slash = strrchr(q->entry.path, '/');
	const char *name = slash ? slash + 1 : q->entry.path;
	const char *dot = strrchr(name, '.');

	return xstrndup(name, dot ? (size_t)(dot - name) : strlen(name));
}

void derived_list(struct query *q, struct listing *l)
{
	CLEANUP_FREE char *stem = stem_text(q);

	for (size_t f = 0; f < format_count(); f++) {
		CLEANUP_FREE char *name = xasprintf("%s.%s", stem, format_at(f)->ext);

		if (format_at(f)->hidden)
			continue;
		if (q->results[f] && q->results[f]->there)
			listing_add(l, name, LINE_RESULT, q->results[f]->id);
		if (query_part(q, (int)f)) {
			CLEANUP_FREE char *part = xasprintf("%s.part", name);

			listing_add(l, part, LINE_PART, query_part(q, (int)f)->id);
		}
	}
	for (int i = 0; i < NOTE_COUNT; i++) {
		CLEANUP_FREE char *name = xasprintf("%s.%s", stem, note_suffixes[i]);

		if (query_has_note(q, (enum query_note)i))
			listing_add(l, name, note_lines[i], note_inode(q, (enum query_note)i));
	}
}

void derived_remove(const struct derived *d)
{
	if (!d->query)
		return;
	if (d->format < 0)
		query_hide_note(d->query, d->note);
	else
		query_drop_result(d->query, d->format);
}

/* --- results --- */

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

static void open_run(struct disk_op *o)
{
	o->fd = open(o->path, O_RDONLY | O_CLOEXEC);
	if (o->fd < 0)
		disk_op_errno(
		    o, "the result is not in the state folder any more; `touch` the query to run "
		       "it again");
}

static void result_closed(struct stored *s, void *arg)
{
	struct result *r = arg;

	(void)s;
	r->open = NULL;
	result_unref(r);
}

static enum outcome open_file(struct node *n, struct handle *h, struct ask *ask)
{
	struct result *r = n->object;
	struct disk_op *o;
	enum outcome done;

	if (r->open) {
		h->stored = stored_ref(r->open);
		return READY;
	}
	if (!ask->op) {
		o = disk_op_new(open_run, NULL);
		o->path = xstrdup(r->path);
		disk_op_submit(o, n->service->loop, LANE_FILE, ask);
	}
	done = ask_operation(ask);
	if (done != READY)
		return done;
	o = disk_op_of(ask);
	r->open = stored_new(steal_fd(o->fd), r->size, r->mtime);
	r->open->gone = result_closed;
	r->open->arg = result_ref(r);
	h->stored = r->open;
	return READY;
}

/*
 * A new text was saved and is about to be launched: its writer's RELEASE is still to come, or the
 * moment in which another write may follow has not passed. What there is of results is old.
 */
static bool new_text_comes(const struct query *q)
{
	return q->launch_at_once || (q->awaited && q->entry.run && q->entry.length &&
				     strcmp(q->entry.hash, q->entry.run_hash) != 0);
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
	if (new_text_comes(q)) {
		if (q->launch_at_once)
			q->launch_at_once(q->launch_at_once_arg);
		return ask_wait(ask, &q->changed);
	}
	if (r->there)
		return open_file(n, h, ask);
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
	return ask_wait(ask, &q->changed);
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
	(void)ask;
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
