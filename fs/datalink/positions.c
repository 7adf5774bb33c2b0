/*
 * positions.c: sia/ and scs/: what the service has at positions of the sky; see
 *tap/position/position.h.
 *
 *	SERVICE ── sia ─────────── RA,DEC,SIZE ── result.csv, rows as in datalink/
 *	        └─ scs [── NAME] ── RA,DEC,RADIUS ── …
 *
 * Any name that is a position is a folder, and asks nothing; it is listed once it was made. Who
 *lists what is in it, or opens a file, waits for the service's answer. Removing the folder throws
 *that away.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/core/handle.h"
#include "fs/core/listing.h"
#include "fs/core/node.h"
#include "fs/core/worker_op.h"
#include "fs/datalink/branch.h"
#include "fs/datalink/datalink.h"
#include "tap/position/position.h"
#include "tap/service/service.h"

static enum outcome wait_loaded(struct node *dir, struct ask *ask)
{
	struct positions *all = positions_of(dir->service);

	return all->known ? READY : ask_wait(ask, &all->loaded);
}

enum outcome search_list(struct node *dir, struct listing *l, struct ask *ask)
{
	const struct search *s = dir->object;
	enum outcome o = wait_loaded(dir, ask);
	struct position *p;

	if (o != READY)
		return o;
	LIST_FOREACH (p, &s->positions, link)
		if (p->made)
			listing_add(l, p->name, LINE_POSITION, 0);
	return READY;
}

enum outcome search_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct error *err = NULL;
	double degrees[3];
	enum outcome o = wait_loaded(dir, ask);

	if (o != READY || *name == '.')
		return o;
	if (!position_read(name, degrees, &err)) {
		ask->telling = true;
		return ask_failed(ask, err);
	}
	f->line = LINE_POSITION;
	f->object = position_get(dir->object, name);
	return READY;
}

static enum outcome search_rmdir(struct node *dir, const char *name, struct ask *ask)
{
	struct found f = {0};
	enum outcome o = search_find(dir, name, &f, ask);

	if (o != READY || !f.object)
		return o;
	position_forget(f.object);
	position_unref(f.object);
	return READY;
}

const struct folder_ops search_folder = {.rmdir = search_rmdir};

enum outcome position_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	const struct position *p = n->object;

	(void)ask;
	if (p->made)
		a->mtime = p->fetched;
	return READY;
}

static enum outcome wait_made(struct position *p, struct ask *ask)
{
	struct error *err = NULL;

	switch (position_need(p, &err)) {
	case POSITION_MADE: return READY;
	case POSITION_WAIT: return ask_wait(ask, &p->changed);
	case POSITION_FAILS: break;
	}
	return ask_failed(ask, err);
}

enum outcome position_look(struct node *dir, struct ask *ask)
{
	return wait_made(dir->object, ask);
}

/* Its files come first, then its rows that link. */
enum outcome position_page(struct node *dir, size_t from, struct listing *l, struct ask *ask)
{
	struct position *p = dir->object;
	enum outcome o = wait_made(p, ask);
	size_t files = 0;

	for (size_t i = 0; o == READY && i < POSITION_FILES; i++) {
		CLEANUP_FREE char *name = p->sizes[i] >= 0 ? position_file_name(i) : NULL;

		if (name && files++ >= from)
			listing_add(l, name, LINE_POSITION_FILE, p->id + i);
	}
	if (o != READY || !position_linked(p))
		return o;
	return linked_rows_list(dir, p->linked, from > files ? from - files : 0, l, ask);
}

/* Of "result.csv" its number; POSITION_FILES where it is none. */
static size_t file_named(const char *name)
{
	for (size_t i = 0; i < POSITION_FILES; i++) {
		CLEANUP_FREE char *file = position_file_name(i);

		if (file && strcmp(file, name) == 0)
			return i;
	}
	return POSITION_FILES;
}

enum outcome position_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct position *p = dir->object;
	size_t file = file_named(name);
	enum outcome o;

	if (*name == '.')
		return READY;
	if (file >= POSITION_OVERFLOW) { /* only the answer tells whether there is such a name */
		o = wait_made(p, ask);
		if (o != READY)
			return o;
		if (file == POSITION_FILES)
			return position_linked(p) ? linked_rows_find(dir, p->linked, name, f, ask)
						  : READY;
	}
	if (p->made && p->sizes[file] < 0 && !position_makes(p, file))
		return READY;
	f->line = LINE_POSITION_FILE;
	f->object = position_get(p->search, p->name);
	f->id = p->id + file;
	return READY;
}

/* `rm -r` empties the folder first: that is done with the folder itself. */
static enum outcome position_remove(struct node *dir, const char *name, struct ask *ask)
{
	(void)dir;
	(void)name;
	(void)ask;
	return READY;
}

const struct folder_ops position_folder = {.unlink = position_remove, .rmdir = position_remove};

void position_release(void *object)
{
	position_unref(object);
}

/* --- files --- */

/* The file of a node; POSITION_FILES if it is of an answer of the past. */
static size_t file_of(const struct node *n)
{
	const struct position *p = n->object;

	return n->id >= p->id && n->id < p->id + POSITION_FILES ? n->id - p->id : POSITION_FILES;
}

enum outcome position_file_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	const struct position *p = n->object;
	size_t file = file_of(n);

	(void)ask;
	if (file == POSITION_FILES) {
		a->nlink = 0;
		a->size = n->size; /* for who has it open */
	} else if (p->made && p->sizes[file] >= 0) {
		a->size = n->size = (uint64_t)p->sizes[file];
		a->mtime = p->fetched;
		a->fixed = true;
	}
	return READY;
}

/* Its folder's time is when it was used. */
static void position_open_run(struct worker_op *o)
{
	CLEANUP_FREE char *folder = xstrndup(o->path, (size_t)(strrchr(o->path, '/') - o->path));

	o->fd = open(o->path, O_RDONLY | O_CLOEXEC);
	if (o->fd < 0)
		worker_op_errno(o, "the answer cannot be read");
	else
		utimensat(AT_FDCWD, folder, NULL, 0);
}

static void file_closed(struct stored *s, void *arg)
{
	struct position *p = arg;

	for (size_t i = 0; i < POSITION_FILES; i++)
		if (p->open[i] == s)
			p->open[i] = NULL;
	position_unref(p);
}

static struct stored *file_opened(struct position *p, size_t file, int fd)
{
	struct stored *s = stored_new(fd, (uint64_t)p->sizes[file], p->fetched);

	s->gone = file_closed;
	s->arg = position_get(p->search, p->name);
	p->open[file] = s;
	return s;
}

/* One that is made when it is opened: made, unless that has just failed. */
static enum outcome position_file_made(struct position *p, size_t file, struct ask *ask)
{
	struct error *err = NULL;

	if (file == POSITION_FILES || (p->sizes[file] < 0 && !position_makes(p, file)))
		return ask_fail(ask, ESTALE, "superseded");
	switch (position_make(p, file, !ask->waited, &err)) {
	case POSITION_MADE: return READY;
	case POSITION_WAIT: return ask_wait(ask, &p->changed);
	case POSITION_FAILS: break;
	}
	return ask_failed(ask, err);
}

static enum outcome position_file_open(struct node *n, struct handle *h, int flags, struct ask *ask)
{
	struct position *p = n->object;
	struct worker_op *o;
	enum outcome done = wait_made(p, ask);
	size_t file = file_of(n);

	(void)flags;
	if (done != READY)
		return done;
	position_used(p);
	done = position_file_made(p, file, ask);
	if (done != READY)
		return done;
	n->size = (uint64_t)p->sizes[file];
	if (p->open[file]) {
		h->stored = stored_ref(p->open[file]);
		return READY;
	}
	if (!ask->op) {
		o = worker_op_new(sizeof(*o), position_open_run);
		o->path = position_path(p, file);
		worker_op_submit(o, n->service->loop, LANE_CACHE, ask);
	}
	done = ask_operation(ask);
	if (done == FAILED && error_errno(ask->error) == ENOENT) {
		position_forget(p); /* somebody cleared the cache folder: it is asked for anew */
		error_clear(&ask->error);
		return ask_fail(ask, ESTALE, "superseded");
	}
	if (done == READY)
		h->stored =
		    file_opened(p, file, steal_fd(((struct worker_op *)worker_op_of(ask))->fd));
	return done;
}

const struct file_ops position_file = {.open = position_file_open};
