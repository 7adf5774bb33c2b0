/*
 * entry.c: the trees of the user's own files; see entry.h.
 *
 * Invariants: an entry is in its parent's children if and only if parent is
 * set; the parent holds one reference. A query belongs to one entry or to one
 * orphan.
 */
#include "fs/queries/entry.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/queries/table_check.h"

static uint64_t next_entry_id = UINT64_C(1) << 41;

struct entry *entry_new(struct entry *parent, const char *name, const struct stat *st)
{
	struct entry *e = xcalloc(1, sizeof(*e));

	e->refs = 1;
	e->id =
	    __atomic_fetch_add(&next_entry_id, 1, __ATOMIC_RELAXED); /* entry_scan is on workers */
	e->parent = parent;
	e->service = parent ? parent->service : NULL;
	e->name = xstrdup(name);
	e->is_folder = S_ISDIR(st->st_mode);
	e->size = e->is_folder ? 0 : (uint64_t)st->st_size;
	e->mtime = (int64_t)st->st_mtim.tv_sec * 1000 + st->st_mtim.tv_nsec / 1000000;
	e->mode = st->st_mode & 0777;
	e->inode = st->st_ino;
	LIST_INIT(&e->orphans);
	LIST_INIT(&e->ghosts);
	if (parent)
		HASH_ADD_KEYPTR(hh, parent->children, e->name, strlen(e->name), e);
	return e;
}

struct entry *entry_ref(struct entry *e)
{
	e->refs++;
	return e;
}

void entry_unref(struct entry *e)
{
	if (!e || --e->refs)
		return;
	timer_cancel(e->settle);
	table_check_free(e->check);
	free(e->name);
	free(e->target);
	free(e->disk);
	free(e);
}

struct entry *entry_child(const struct entry *folder, const char *name)
{
	struct entry *e;

	HASH_FIND_STR(folder->children, name, e);
	return e;
}

bool entry_is_upload(const struct entry *e)
{
	return e->parent && e->parent->of_tables;
}

void entry_detach(struct entry *e)
{
	if (!e->parent)
		return;
	HASH_DEL(e->parent->children, e);
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
	HASH_ADD_KEYPTR(hh, folder->children, e->name, strlen(e->name), e);
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
	return xasprintf("%s%s%s", root->disk ? root->disk : "", *path ? "/" : "", path);
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
	LIST_FOREACH (o, &folder->orphans, link) {
		if (strlen(o->stem) == n && memcmp(o->stem, stem, n) == 0)
			return o->query;
	}
	return NULL;
}

/* --- from the disk --- */

/* Of a query's text: what was not acknowledged must not be taken for what was. */
static void scan_text(struct entry *e, int folder)
{
	CLEANUP_CLOSE int fd = openat(folder, e->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	uint64_t length;

	if (fd < 0 || !hash_file(fd, e->found_hash, &length, NULL))
		e->found_hash[0] = '\0';
}

/* False: it is no file of ours. */
static bool scan_link(struct entry *folder, int fd, const char *name, const struct stat *st)
{
	char target[PATH_MAX];
	ssize_t n = folder->of_tables ? readlinkat(fd, name, target, sizeof(target)) : -1;

	if (n <= 0)
		return false;
	entry_new(folder, name, st)->target = xstrndup(target, (size_t)n);
	return true;
}

static bool scan_into(struct entry *folder, int fd, struct error **err)
{
	DIR *d = fdopendir(fd);
	struct dirent *de;
	bool ok = true;

	if (!d) {
		close(fd);
		return error_set(err, errno, "cannot read a folder of yours: %s", strerror(errno));
	}
	while (ok && (de = readdir(d))) {
		struct stat st;
		struct entry *e;

		if (strcmp(de->d_name, ".") == 0 || strcmp(de->d_name, "..") == 0 ||
		    fstatat(dirfd(d), de->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    (S_ISLNK(st.st_mode) && scan_link(folder, dirfd(d), de->d_name, &st)) ||
		    (!S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)))
			continue;
		e = entry_new(folder, de->d_name, &st);
		if (e->is_folder) {
			int sub = openat(dirfd(d), de->d_name,
					 O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

			ok = sub >= 0 ? scan_into(e, sub, err)
				      : error_set(err, errno, "cannot open %s: %s", de->d_name,
						  strerror(errno));
		} else if (is_query_name(e->name)) {
			scan_text(e, dirfd(d));
		} else if (folder->of_tables) {
			table_scan(e, dirfd(d));
		}
	}
	closedir(d);
	return ok;
}

static void subtree_free(struct entry *e)
{
	struct entry *child, *next;

	HASH_ITER (hh, e->children, child, next) {
		HASH_DEL(e->children, child);
		child->parent = NULL;
		subtree_free(child);
	}
	orphans_drop(e);
	ghosts_drop(e);
	e->refs = 1;
	entry_unref(e);
}

static void entries_free(struct entry *root)
{
	if (root)
		subtree_free(root);
}

static struct entry *root_new(const struct stat *st, bool of_tables)
{
	struct entry *root = entry_new(NULL, "", st);

	root->of_tables = of_tables;
	return root;
}

/* may_lack: an empty one if there is none. */
static struct entry *scan(const char *path, bool may_lack, bool of_tables, struct error **err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct entry *root;
	struct stat st = {.st_mode = S_IFDIR | 0700};

	if (fd < 0 && errno == ENOENT && may_lack)
		return root_new(&st, of_tables);
	if (fd < 0 || fstat(fd, &st) < 0) {
		error_set(err, errno, "cannot open %s: %s", path, strerror(errno));
		return NULL;
	}
	root = root_new(&st, of_tables);
	root->disk = xstrdup(path);
	if (scan_into(root, fd, err))
		return root;
	entries_free(root);
	return NULL;
}

bool own_files_scan(const struct service *s, struct own_files *own, struct error **err)
{
	own->queries = scan(s->dir.queries, s->read_only, false, err);
	own->uploads = own->queries ? scan(s->dir.uploads, s->read_only, true, err) : NULL;
	if (own->uploads)
		return true;
	own_files_free(own);
	return false;
}

void own_files_free(struct own_files *own)
{
	entries_free(own->queries);
	entries_free(own->uploads);
	*own = (struct own_files){0};
}

/* --- files and the journal --- */

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

static void for_each(struct entry *e, void (*fn)(struct entry *, void *), void *arg)
{
	struct entry *child, *next;

	fn(e, arg);
	HASH_ITER (hh, e->children, child, next)
		for_each(child, fn, arg);
}

static void set_service(struct entry *e, void *arg)
{
	e->service = arg;
}

void entries_set_service(struct entry *root, struct service *s)
{
	for_each(root, set_service, s);
}

struct lost {
	struct query *query;
	struct entry *found;
};

/* A query file that no row of the journal names, of the inode and text of one that is lost. */
static void match_lost(struct entry *e, void *arg)
{
	struct lost *l = arg;

	if (!e->is_folder && !e->query && is_query_name(e->name) &&
	    e->inode == l->query->entry.inode && strcmp(e->found_hash, l->query->entry.hash) == 0)
		l->found = e;
}

static void give_query(struct entry *e, void *arg)
{
	CLEANUP_FREE char *path = entry_path(e);

	if (e->is_folder || !is_query_name(e->name))
		return;
	if (!e->query)
		e->query = query_new(arg, path);
	if (e->service->read_only || (!e->size && !e->query->entry.length) ||
	    strcmp(e->found_hash, e->query->entry.hash) == 0)
		return;
	e->unheard = true;
	if (e->size)
		query_log(e->query, "not run: tapfs ended while this text was being written; see "
				    "whether it is whole, and `touch` it to run it");
}

static void resume(struct entry *e, void *arg)
{
	(void)arg;
	if (e->query && e->query->entry.length && !e->unheard)
		query_resume(e->query);
}

void entries_begin(struct entry *root, struct service *s)
{
	struct query *q, *next;

	entries_set_service(root, s);
	LIST_FOREACH (q, &queries_of(s)->all, link) {
		struct entry *e = entry_at(root, q->entry.path);

		if (e && !e->is_folder && e != root)
			e->query = q;
	}
	for (q = LIST_FIRST(&queries_of(s)->all); q; q = next) {
		struct entry *e = entry_at(root, q->entry.path);
		struct lost l = {.query = q};

		next = LIST_NEXT(q, link);
		if (e && e->query == q)
			continue;
		for_each(root, match_lost, &l);
		if (!l.found && s->read_only) {
			query_unref(q);
			continue;
		}
		if (!l.found) {
			query_remove(q);
			continue;
		}
		l.found->query = q;
		CLEANUP_FREE char *path = entry_path(l.found);

		query_moved(q, path);
	}
	for_each(root, give_query, queries_of(s));
	if (s->read_only)
		return; /* nothing is run from here */
	for_each(root, resume, NULL);
}
