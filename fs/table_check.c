/* table_check.c: see table_check.h. */
#include "fs/table_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"

struct reading {
	struct work work; /* first */
	struct entry *entry;
	uint64_t writes; /* of the entry, at the beginning */
	char *path;
	struct upload_table table;
	struct error *error;
};

struct table_check *table_check_of(struct entry *e)
{
	if (!e->check) {
		e->check = xcalloc(1, sizeof(*e->check));
		e->check->table.fd = -1;
		waitlist_init(&e->check->changed);
	}
	return e->check;
}

void table_check_free(struct table_check *c)
{
	if (!c)
		return;
	error_free(c->error);
	upload_table_clear(&c->table);
	free(c);
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

bool table_has_error(const struct entry *e)
{
	return e->check && e->check->error && !e->check->hidden && !e->check->under_way;
}

void table_tell(struct entry *e)
{
	const struct entry *uploads = e->parent;
	bool there = table_has_error(e);

	if (!uploads || there == e->check->shown)
		return;
	e->check->shown = there;
	if (uploads->noted) {
		CLEANUP_FREE char *note = xasprintf("%s.error.txt", e->name);

		uploads->noted(uploads->noted_arg, note, there);
	}
}

/* A good table is to outlast a power cut, too. */
static void reading_run(struct work *w)
{
	struct reading *r = (struct reading *)w;
	CLEANUP_CLOSE int fd = -1;

	if (!upload_read(r->path, NULL, &r->entry->service->ending, &r->table, &r->error))
		return;
	fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0)
		fsync(fd);
}

static void start(struct entry *e);

static void reading_done(struct work *w)
{
	struct reading *r = (struct reading *)w;
	struct entry *e = r->entry;
	struct table_check *c = e->check;
	CLEANUP_FREE char *now = entry_disk_path(e);
	CLEANUP_FREE char *shown = xasprintf("uploads/%s", e->name);
	bool valid = !atomic_load(&e->service->ending) && e->parent && !e->writers &&
		     e->writes == r->writes && !strcmp(now, r->path);
	struct entry *folder = e->parent;

	c->under_way = false;
	if (valid) {
		error_move(&c->error, steal(r->error));
		c->table = r->table;
		r->table = (struct upload_table){.fd = -1};
		if (c->error)
			failure_add(shown, NULL, 0, c->error);
	}
	error_free(r->error);
	upload_table_clear(&r->table);
	free(r->path);
	free(r);
	table_tell(e);
	waitlist_wake(&c->changed);
	if (!valid && folder && !e->writers)
		start(e);
	else if (folder)
		tables_check(folder);
	entry_unref(e);
}

static void start(struct entry *e)
{
	struct table_check *c = table_check_of(e);
	struct reading *r;

	error_clear(&c->error);
	upload_table_clear(&c->table);
	c->table = (struct upload_table){.fd = -1};
	c->hidden = false;
	if (c->under_way || e->target || !e->size || is_scratch_name(e->name) ||
	    atomic_load(&e->service->ending))
		return;
	c->under_way = true;
	r = xcalloc(1, sizeof(*r));
	r->work.run = reading_run;
	r->work.done = reading_done;
	r->entry = entry_ref(e);
	r->writes = e->writes;
	r->path = entry_disk_path(e);
	r->table.fd = -1;
	work_submit(e->service->loop, LANE_CONVERT, &r->work);
}

void table_changed(struct entry *e)
{
	if (e->writers || e->service->read_only)
		return;
	start(e);
	waitlist_wake(&e->check->changed);
}

void table_gone(struct entry *e, pid_t pid)
{
	CLEANUP_FREE char *note = NULL;

	if (!entry_is_upload(e) || !e->check)
		return;
	note = xasprintf("%s.error.txt", e->name);
	if (pid && (table_has_error(e) || e->check->under_way))
		ghost_add(e->parent, note, NULL, pid);
	waitlist_wake(&e->check->changed);
}

void tables_check(struct entry *uploads)
{
	struct entry *e, *next;

	HASH_ITER (hh, uploads->children, e, next) {
		if (e->check || e->writers)
			continue;
		start(e);
		if (e->check->under_way)
			return; /* the next one follows it */
	}
}
