/*
 * own_files.c: the user's own files from mount to end: read from disk, tied to the journal's
 * queries, freed; see own_files.h.
 */
#include "fs/queries/own_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/queries/orphan.h"
#include "fs/queries/table_check.h"
#include "fs/queries/upload_tables.h"
#include "tap/service/service.h"

/* --- from the disk --- */

/* Of a query's text: what was not acknowledged must not be taken for what was. */
static void scan_text(struct entry *e, int folder)
{
	CLEANUP_CLOSE int fd = openat(folder, e->name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	uint64_t length;

	if (fd < 0 || !hash_file(fd, e->text.found_hash, &length, NULL))
		e->text.found_hash[0] = '\0';
}

/* False: it is no file of ours. */
static bool scan_link(struct entry *folder, int fd, const char *name, const struct stat *st)
{
	char target[PATH_MAX];
	ssize_t n = folder->own ? readlinkat(fd, name, target, sizeof(target)) : -1;

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
		} else if (folder->own) {
			table_scan(e, dirfd(d));
		}
	}
	closedir(d);
	return ok;
}

static void subtree_free(struct entry *e)
{
	struct entry *child, *next;

	HASH_ITER (hh, e->in.children, child, next) {
		HASH_DEL(e->in.children, child);
		child->parent = NULL;
		subtree_free(child);
	}
	orphans_drop(e);
	ghosts_drop(e);
	e->refs = 1;
	entry_unref(e);
}

/* may_lack: an empty one if there is none. own: of uploads/. */
static struct entry *scan_root(const char *path, bool may_lack, struct own_files *own,
			       struct error **err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool lacks = fd < 0 && errno == ENOENT && may_lack;
	struct entry *root;
	struct stat st = {.st_mode = S_IFDIR | 0700};

	if (!lacks && (fd < 0 || fstat(fd, &st) < 0)) {
		error_set(err, errno, "cannot open %s: %s", path, strerror(errno));
		return NULL;
	}
	root = entry_new(NULL, "", &st);
	root->own = own;
	if (lacks)
		return root;
	root->in.disk = xstrdup(path);
	if (scan_into(root, fd, err))
		return root;
	subtree_free(root);
	return NULL;
}

struct own_files *own_files_scan(const struct service *s, struct error **err)
{
	struct own_files *own = xcalloc(1, sizeof(*own));

	own->queries = scan_root(s->dir.queries, s->read_only, NULL, err);
	own->uploads = own->queries ? scan_root(s->dir.uploads, s->read_only, own, err) : NULL;
	if (own->uploads)
		return own;
	own_files_free(own);
	return NULL;
}

void own_files_free(struct own_files *own)
{
	if (!own)
		return;
	if (own->queries)
		subtree_free(own->queries);
	if (own->uploads)
		subtree_free(own->uploads);
	free(own);
}

/* --- files and the journal --- */

static void for_each(struct entry *e, void (*fn)(struct entry *, void *), void *arg)
{
	struct entry *child, *next;

	fn(e, arg);
	HASH_ITER (hh, e->in.children, child, next)
		for_each(child, fn, arg);
}

static void set_service(struct entry *e, void *arg)
{
	e->service = arg;
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
	    e->inode == l->query->entry.inode &&
	    strcmp(e->text.found_hash, l->query->entry.hash) == 0)
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
	    strcmp(e->text.found_hash, e->query->entry.hash) == 0)
		return;
	e->text.unheard = true;
	if (e->size)
		query_log(e->query, "not run: tapfs ended while this text was being written; see "
				    "whether it is whole, and `touch` it to run it");
}

static void resume(struct entry *e, void *arg)
{
	(void)arg;
	if (e->query && e->query->entry.length && !e->text.unheard)
		query_resume(e->query);
}

static void query_files_begin(struct entry *root, struct service *s)
{
	struct query *q, *next;

	for_each(root, set_service, s);
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

/* --- the service --- */

void own_files_begin(struct own_files *own, struct service *s)
{
	for_each(own->uploads, set_service, s);
	own->tables = upload_tables(own);
	queries_of(s)->upload_folder = &own->tables;
	tables_check(own->uploads);
	query_files_begin(own->queries, s);
}

struct own_files *own_files_of(const struct service *s)
{
	return queries_of(s)->upload_folder->arg;
}
