/* kept.c: see kept.h. */
#include "cache/kept.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/file.h"
#include "cache/kept_db.h"

#define TEXT_TABLE                                                                            \
	"CREATE TABLE text (key TEXT PRIMARY KEY, put INTEGER NOT NULL, body BLOB NOT NULL);" \
	"CREATE INDEX by_put ON text (put)"

static const char *const migrations[] = {TEXT_TABLE};

static const struct db_schema schema = {
    .version = 2,
    .is_cache = true,
    .make = "CREATE TABLE file (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE,"
	    " etag TEXT, last_modified TEXT, length INTEGER NOT NULL, content_type TEXT,"
	    " ranges TEXT NOT NULL, bytes INTEGER NOT NULL, used INTEGER NOT NULL);"
	    "CREATE INDEX by_use ON file (used);" TEXT_TABLE,
    .migrate = migrations,
};

void validators_clear(struct validators *v)
{
	free(v->etag);
	free(v->last_modified);
	*v = (struct validators){.length = -1};
}

struct validators validators_copy(const struct validators *v)
{
	return (struct validators){.etag = xstrdup_or_null(v->etag),
				   .last_modified = xstrdup_or_null(v->last_modified),
				   .length = v->length};
}

bool validators_match(const struct validators *a, const struct validators *b)
{
	if (a->length >= 0 && b->length >= 0 && a->length != b->length)
		return false;
	if (a->etag && b->etag)
		return strcmp(a->etag, b->etag) == 0;
	if (a->last_modified && b->last_modified)
		return strcmp(a->last_modified, b->last_modified) == 0;
	return true;
}

void kept_file_clear(struct kept_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	validators_clear(&f->validators);
	free(f->content_type);
	ranges_free(&f->ranges);
	*f = (struct kept_file){.fd = -1, .validators = {.length = -1}};
}

struct kept *kept_open(const char *root, int64_t quota, unsigned free_percent, struct error **err)
{
	CLEANUP_FREE char *path = xasprintf("%s/files.db", root);
	CLEANUP_FREE char *folder = xasprintf("%s/files", root);
	struct kept *k;
	sqlite3 *db;

	if (!dir_make(folder, err))
		return NULL;
	db = db_open(path, &schema, err);
	if (!db)
		return NULL;
	k = xcalloc(1, sizeof(*k));
	k->db = db;
	k->folder = steal(folder);
	k->quota = quota;
	k->free_percent = free_percent;
	return k;
}

void kept_close(struct kept *k)
{
	if (!k)
		return;
	db_close(k->db);
	free(k->folder);
	free(k);
}

char *kept_path(const struct kept *k, int64_t id)
{
	return xasprintf("%s/%" PRId64, k->folder, id);
}

static bool run_id(struct kept *k, const char *sql, int64_t id, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(k->db, sql, err);

	if (!s)
		return false;
	db_bind(s, "i", id);
	return db_run(s, err);
}

void kept_forget(struct kept *k, int64_t id)
{
	CLEANUP_FREE char *path = kept_path(k, id);

	run_id(k, "DELETE FROM file WHERE id = ?", id, NULL);
	unlink(path);
}

/* On a full disk it cannot be, and what is kept is read all the same. */
static void touch(struct kept *k, int64_t id)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(k->db, "UPDATE file SET used = ? WHERE id = ?", NULL);

	if (!s)
		return;
	db_bind(s, "ii", clock_now(), id);
	db_run(s, NULL);
}

/* The file itself, locked as in use; one that was thrown away just before that is none. */
static int open_kept(const struct kept *k, int64_t id, int flags)
{
	CLEANUP_FREE char *path = kept_path(k, id);
	CLEANUP_CLOSE int fd = open(path, O_RDWR | O_CLOEXEC | flags, 0600);
	struct stat st;

	if (fd < 0 || flock(fd, LOCK_SH) < 0 || fstat(fd, &st) < 0)
		return -1;
	if (!st.st_nlink) {
		errno = ENOENT;
		return -1;
	}
	return steal_fd(fd);
}

bool kept_find(struct kept *k, const char *key, struct kept_file *f, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(
	    k->db,
	    "SELECT id, etag, last_modified, length, content_type, ranges FROM file WHERE key = ?",
	    err);
	struct error *failed = NULL;

	*f = (struct kept_file){.fd = -1, .validators = {.length = -1}};
	if (!s)
		return false;
	db_bind(s, "t", key);
	if (!db_row(s, &failed)) {
		error_move(err, failed);
		return !failed;
	}
	f->id = sqlite3_column_int64(s, 0);
	f->validators =
	    (struct validators){db_text(s, 1), db_text(s, 2), sqlite3_column_int64(s, 3)};
	f->content_type = db_text(s, 4);
	f->fd = open_kept(k, f->id, 0);
	if (f->fd < 0 || !ranges_read((const char *)sqlite3_column_text(s, 5), &f->ranges)) {
		sqlite3_reset(s);
		kept_forget(k, f->id); /* somebody removed it, or it is damaged: fetched anew */
		kept_file_clear(f);
		return true;
	}
	sqlite3_reset(s);
	touch(k, f->id);
	return true;
}

/* Of a database that was made anew: whoever has the file open keeps it. */
static void unlink_old(const struct kept *k, int64_t id)
{
	CLEANUP_FREE char *path = kept_path(k, id);

	unlink(path);
}

/* The row, and its file: others see neither before both are there. */
static bool make_row(struct kept *k, const char *key, const struct validators *v,
		     const char *content_type, struct kept_file *f, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(k->db,
		       "INSERT INTO file (key, etag, last_modified, length, content_type, ranges,"
		       " bytes, used) VALUES (?, ?, ?, ?, ?, '', 0, ?)",
		       err);

	if (!s)
		return false;
	db_bind(s, "tttiti", key, v->etag, v->last_modified, v->length, content_type, clock_now());
	if (!db_run(s, err))
		return false;
	f->id = sqlite3_last_insert_rowid(k->db);
	unlink_old(k, f->id);
	f->fd = open_kept(k, f->id, O_CREAT | O_EXCL);
	if (f->fd >= 0)
		return true;
	return error_set(err, errno, "cannot make a file in %s: %s", k->folder, strerror(errno));
}

/* Takes away what the key had until now; its file is removed after the commit. */
static bool unmake_row(struct kept *k, const char *key, int64_t *old, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(k->db, "SELECT id FROM file WHERE key = ?", err);
	struct error *failed = NULL;

	*old = 0;
	if (!s)
		return false;
	db_bind(s, "t", key);
	if (db_row(s, &failed))
		*old = sqlite3_column_int64(s, 0);
	error_move(err, failed);
	sqlite3_reset(s);
	return !failed && (!*old || run_id(k, "DELETE FROM file WHERE id = ?", *old, err));
}

bool kept_make(struct kept *k, const char *key, const struct validators *v,
	       const char *content_type, struct kept_file *f, struct error **err)
{
	int64_t old;

	*f = (struct kept_file){.fd = -1, .validators = {.length = -1}};
	if (!db_exec(k->db, "BEGIN IMMEDIATE", err))
		return false;
	if (!unmake_row(k, key, &old, err) || !make_row(k, key, v, content_type, f, err) ||
	    !db_exec(k->db, "COMMIT", err)) {
		db_exec(k->db, "ROLLBACK", NULL);
		if (f->fd >= 0)
			kept_forget(k, f->id);
		kept_file_clear(f);
		return false;
	}
	if (old)
		kept_forget(k, old);
	f->validators = validators_copy(v);
	f->content_type = xstrdup_or_null(content_type);
	return true;
}

/* Adds to what stands in the row: another mount may have noted ranges of its own meanwhile. */
static bool add_ranges(struct kept *k, int64_t id, const struct ranges *more, int64_t length,
		       struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *get =
	    db_prepare(k->db, "SELECT ranges FROM file WHERE id = ?", err);
	CLEANUP_STMT sqlite3_stmt *put = db_prepare(
	    k->db,
	    "UPDATE file SET ranges = ?, bytes = ?, used = ?, length = MAX(length, ?) WHERE id = ?",
	    err);
	CLEANUP_BUF struct buf text = BUF_INIT;
	struct ranges all = {0};
	bool ok;

	if (!get || !put)
		return false;
	db_bind(get, "i", id);
	if (!db_row(get, err))
		return true; /* thrown away meanwhile */
	ranges_read((const char *)sqlite3_column_text(get, 0), &all);
	sqlite3_reset(get);
	for (size_t i = 0; i < more->n; i++)
		ranges_add(&all, more->at[i].from, more->at[i].to);
	buf_adds(&text, "");
	ranges_write(&all, &text);
	db_bind(put, "tiiii", buf_str(&text), (int64_t)ranges_total(&all), clock_now(), length, id);
	ok = db_run(put, err);
	ranges_free(&all);
	return ok;
}

bool kept_note(struct kept *k, int64_t id, int fd, const struct ranges *r, int64_t length,
	       struct error **err)
{
	if (fdatasync(fd) < 0)
		return error_set(err, errno, "cannot sync a kept file: %s", strerror(errno));
	if (!db_exec(k->db, "BEGIN IMMEDIATE", err))
		return false;
	if (add_ranges(k, id, r, length, err) && db_exec(k->db, "COMMIT", err))
		return true;
	db_exec(k->db, "ROLLBACK", NULL);
	return false;
}
