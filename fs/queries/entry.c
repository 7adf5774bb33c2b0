/*
 * entry.c: the trees of the user's own files; see entry.h.
 *
 * Invariants: an entry is in its parent's children if and only if parent is
 * set; the parent holds one reference. A query belongs to one entry or to one
 * orphan.
 */
#include "fs/queries/entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "fs/queries/orphan.h"
#include "fs/queries/table_check.h"

static uint64_t next_entry_id = UINT64_C(1) << 41;

struct entry *entry_new(struct entry *parent, const char *name, const struct stat *st)
{
	struct entry *e = xcalloc(1, sizeof(*e));

	e->refs = 1;
	e->id = __atomic_fetch_add(&next_entry_id, 1,
				   __ATOMIC_RELAXED); /* own_files_scan is on workers */
	e->parent = parent;
	e->service = parent ? parent->service : NULL;
	e->name = xstrdup(name);
	e->is_folder = S_ISDIR(st->st_mode);
	e->size = e->is_folder ? 0 : (uint64_t)st->st_size;
	e->mtime = clock_of(&st->st_mtim);
	e->mode = st->st_mode & 0777;
	e->inode = st->st_ino;
	LIST_INIT(&e->in.orphans);
	LIST_INIT(&e->in.ghosts);
	if (parent)
		HASH_ADD_KEYPTR(hh, parent->in.children, e->name, strlen(e->name), e);
	return e;
}

struct entry *entry_ref(struct entry *e)
{
	e->refs++;
	return e;
}

static void check_free(struct table_check *c)
{
	if (!c)
		return;
	waitlist_wake(&c->changed);
	error_free(c->error);
	upload_table_clear(&c->table);
	free(c);
}

void entry_unref(struct entry *e)
{
	if (!e || --e->refs)
		return;
	timer_cancel(e->text.settle);
	check_free(e->table.check);
	free(e->name);
	free(e->target);
	free(e->in.disk);
	free(e);
}

struct entry *entry_child(const struct entry *folder, const char *name)
{
	struct entry *e;

	HASH_FIND_STR(folder->in.children, name, e);
	return e;
}

bool entry_is_upload(const struct entry *e)
{
	return e->parent && e->parent->own;
}

void entry_detach(struct entry *e)
{
	if (!e->parent)
		return;
	HASH_DEL(e->parent->in.children, e);
	e->parent = NULL;
	entry_unref(e);
}

void entry_move(struct entry *e, struct entry *folder, const char *name)
{
	entry_ref(e);
	entry_detach(e);
	free(e->name);
	e->name = xstrdup(name);
	e->parent = folder;
	HASH_ADD_KEYPTR(hh, folder->in.children, e->name, strlen(e->name), e);
}

char *entry_path(const struct entry *e)
{
	CLEANUP_FREE char *above = NULL;

	if (!e->parent)
		return xstrdup("");
	if (!e->parent->parent)
		return xstrdup(e->name);
	above = entry_path(e->parent);
	return xasprintf("%s/%s", above, e->name);
}

char *entry_disk_path(const struct entry *e)
{
	CLEANUP_FREE char *path = entry_path(e);
	const struct entry *root = e;

	while (root->parent)
		root = root->parent;
	return xasprintf("%s%s%s", root->in.disk ? root->in.disk : "", *path ? "/" : "", path);
}

char *entry_disk_child(const struct entry *folder, const char *name)
{
	CLEANUP_FREE char *path = entry_disk_path(folder);

	return xasprintf("%s/%s", path, name);
}

bool is_query_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && dot != name && name[0] != '.' &&
	       (strcmp(dot, ".adql") == 0 || strcmp(dot, ".sql") == 0);
}

bool is_refused_name(const char *name)
{
	return strcmp(name, ".DS_Store") == 0 || strncmp(name, "._", 2) == 0 ||
	       strncmp(name, ".Trash", 6) == 0 || strcmp(name, "Thumbs.db") == 0;
}

struct query *query_by_stem(const struct entry *folder, const char *stem, size_t n)
{
	static const char *const extensions[] = {"adql", "sql"};
	const struct orphan *o;

	for (size_t i = 0; i < 2; i++) {
		CLEANUP_FREE char *name = xasprintf("%.*s.%s", (int)n, stem, extensions[i]);
		const struct entry *e = entry_child(folder, name);

		if (e && e->query)
			return e->query;
	}
	LIST_FOREACH (o, &folder->in.orphans, link) {
		if (strlen(o->stem) == n && memcmp(o->stem, stem, n) == 0)
			return o->query;
	}
	return NULL;
}

struct entry *entry_at(struct entry *folder, const char *path)
{
	while (folder && *path) {
		CLEANUP_FREE char *part = xstrndup(path, strcspn(path, "/"));

		folder = folder->is_folder ? entry_child(folder, part) : NULL;
		path += strlen(part);
		path += *path == '/';
	}
	return folder;
}

struct table_check *entry_check(struct entry *e)
{
	if (!e->table.check) {
		e->table.check = xcalloc(1, sizeof(*e->table.check));
		e->table.check->table.fd = -1;
		waitlist_init(&e->table.check->changed);
	}
	return e->table.check;
}
