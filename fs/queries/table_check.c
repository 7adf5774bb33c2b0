/* table_check.c: see table_check.h. */
#include "fs/queries/table_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "fs/queries/orphan.h"
#include "fs/queries/own_files.h"
#include "tap/service/service.h"

#define MARK "user.tapfs.written"

struct table_reading {
	struct work work; /* first */
	struct entry *entry;
	bool marked;
	uint64_t writes; /* of the entry, at the beginning */
	char *path;
	struct upload_table table;
	struct error *error;
};

void table_mark(int fd)
{
	fsetxattr(fd, MARK, "", 0, 0);
}

void table_scan(struct entry *e, int folder)
{
	CLEANUP_CLOSE int fd = openat(folder, e->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	e->table.cut_off = e->size && fd >= 0 && fgetxattr(fd, MARK, NULL, 0) >= 0;
	e->table.marked = e->table.cut_off;
}

static bool ends_with(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && strcmp(s + n - m, end) == 0;
}

bool is_scratch_name(const char *name)
{
	static const char *const ends[] = {"~", ".swp", ".part", ".partial", ".tmp", "#"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		if (ends_with(name, ends[i]))
			return true;
	return *name == '.';
}

char *table_note(const struct entry *e)
{
	return xasprintf("%s" TABLE_NOTE, e->name);
}

bool table_is_read(const struct entry *e)
{
	bool can = !e->target && e->size && !e->file.writers && !is_scratch_name(e->name);

	return e->table.check && e->table.check->known ? e->table.check->under_way : can;
}

bool table_has_error(const struct entry *e)
{
	return e->table.check && e->table.check->error && !e->table.check->hidden &&
	       !e->table.check->under_way;
}

/* Tells watchers whether NAME.error.txt is there, if that is another than before. */
static void note_shown(struct entry *e, bool there)
{
	const struct entry *uploads = e->parent;

	if (!uploads || !e->table.check || there == e->table.check->shown)
		return;
	e->table.check->shown = there;
	if (uploads->own && uploads->own->noted) {
		CLEANUP_FREE char *note = table_note(e);

		uploads->own->noted(uploads->own->noted_arg, note, there);
	}
}

/* A good table is to outlast a power cut, too. */
static void table_read_run(struct work *w)
{
	struct table_reading *r = (struct table_reading *)w;
	const struct service *s = r->entry->service;
	struct upload_source from = {.path = r->path, .stop = &s->ending};
	CLEANUP_CLOSE int fd = -1;
	bool good = upload_read(&from, &r->table, &r->error);

	if (s->read_only || atomic_load(&s->ending))
		return;
	fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0 && good)
		fsync(fd);
	if (fd >= 0 && r->marked)
		fremovexattr(fd, MARK);
}

static void table_read_start(struct entry *e);

static void table_read_done(struct work *w)
{
	struct table_reading *r = (struct table_reading *)w;
	struct entry *e = r->entry;
	struct table_check *c = e->table.check;
	CLEANUP_FREE char *now = entry_disk_path(e);
	bool valid = !atomic_load(&e->service->ending) && e->parent && !e->file.writers &&
		     e->file.writes == r->writes && !strcmp(now, r->path);
	struct entry *folder = e->parent;

	c->under_way = false;
	if (valid) {
		e->table.marked = false;
		error_move(&c->error, steal(r->error));
		c->table = r->table;
		r->table = (struct upload_table){.fd = -1};
	}
	if (valid && c->error) {
		CLEANUP_FREE char *shown = xasprintf("uploads/%s", e->name);

		failure_add(shown, NULL, 0, c->error);
	}
	error_free(r->error);
	upload_table_clear(&r->table);
	free(r->path);
	free(r);
	note_shown(e, table_has_error(e));
	waitlist_wake(&c->changed);
	if (!valid && folder && !e->file.writers)
		table_read_start(e);
	else if (folder)
		tables_check(folder);
	entry_unref(e);
}

static void table_read_start(struct entry *e)
{
	struct table_check *c = entry_check(e);
	struct table_reading *r;

	error_clear(&c->error);
	upload_table_clear(&c->table);
	c->hidden = false;
	c->known = true;
	if (c->under_way)
		return; /* it is read once more after that */
	if (e->table.cut_off) {
		error_set(&c->error, EIO, UPLOAD_CUT_OFF);
		note_shown(e, true);
	}
	if (e->table.cut_off || e->target || !e->size || is_scratch_name(e->name) ||
	    atomic_load(&e->service->ending)) {
		waitlist_wake(&c->changed);
		return;
	}
	c->under_way = true;
	r = xcalloc(1, sizeof(*r));
	r->work.run = table_read_run;
	r->work.done = table_read_done;
	r->entry = entry_ref(e);
	r->writes = e->file.writes;
	r->marked = e->table.marked;
	r->path = entry_disk_path(e);
	r->table.fd = -1;
	work_submit(e->service->loop, LANE_CONVERT, &r->work);
}

void table_changed(struct entry *e)
{
	if (e->file.writers)
		return;
	table_read_start(e);
	waitlist_wake(&e->table.check->changed);
}

void table_written(struct entry *e)
{
	if (entry_is_upload(e))
		table_changed(e);
	else if (e->table.check) /* in queries/: a query waits for it */
		waitlist_wake(&e->table.check->changed);
}

void table_moves(struct entry *e)
{
	if (entry_is_upload(e))
		note_shown(e, false);
}

void table_goes(struct entry *e, pid_t pid)
{
	CLEANUP_FREE char *note = NULL;

	if (!entry_is_upload(e) || !e->table.check)
		return;
	note = table_note(e);
	if (pid && (table_has_error(e) || e->table.check->under_way))
		ghost_add(e->parent, note, NULL, pid);
	note_shown(e, false);
}

void table_gone(struct entry *e)
{
	if (e->table.check)
		waitlist_wake(&e->table.check->changed);
}

void tables_check(struct entry *uploads)
{
	struct entry *e, *next;

	HASH_ITER (hh, uploads->in.children, e, next) {
		if ((e->table.check && e->table.check->known) || e->file.writers)
			continue;
		table_read_start(e);
		if (e->table.check->under_way)
			return; /* the next one follows it */
	}
}
