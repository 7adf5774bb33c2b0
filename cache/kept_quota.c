/*
 * kept_quota.c: how much is kept: the quota, what must stay free on the disk, and who goes first;
 * see kept.h.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/kept_db.h"

bool kept_count(struct kept *k, struct kept_totals *t, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(k->db, "SELECT COUNT(*), COALESCE(SUM(bytes), 0) FROM file", err);
	struct statvfs fs;

	*t = (struct kept_totals){.quota = k->quota,
				  .disk_free = INT64_MAX, /* not known */
				  .evicted_files = k->evicted_files,
				  .evicted_bytes = k->evicted_bytes};
	if (!s || !db_row(s, err))
		return false;
	t->files = sqlite3_column_int64(s, 0);
	t->bytes = sqlite3_column_int64(s, 1);
	if (statvfs(k->folder, &fs) == 0) {
		t->disk_free = (int64_t)(fs.f_bavail * fs.f_frsize);
		t->leave_free = (int64_t)(fs.f_blocks * k->free_percent / 100 * fs.f_frsize);
	}
	return true;
}

bool kept_list(struct kept *k, size_t max, void (*see)(void *arg, const struct kept_row *),
	       void *arg, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(
	    k->db, "SELECT key, bytes, length, used FROM file ORDER BY used DESC, id DESC LIMIT ?",
	    err);
	struct error *failed = NULL;

	if (!s)
		return false;
	db_bind(s, "i", (int64_t)max);
	while (db_row(s, &failed)) {
		struct kept_row row = {(const char *)sqlite3_column_text(s, 0),
				       sqlite3_column_int64(s, 1), sqlite3_column_int64(s, 2),
				       sqlite3_column_int64(s, 3)};

		see(arg, &row);
	}
	error_move(err, failed);
	return !failed;
}

/* True if it was nobody's and is gone. */
static bool evict(struct kept *k, int64_t id, int64_t bytes)
{
	CLEANUP_FREE char *path = kept_path(k, id);
	CLEANUP_CLOSE int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0)
		return false;
	kept_forget(k, id);
	k->evicted_files++;
	k->evicted_bytes += bytes;
	return true;
}

/* From the longest unused on, until `over` bytes are gone; what is left of them. */
static int64_t evict_oldest(struct kept *k, int64_t over, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(k->db, "SELECT id, bytes FROM file ORDER BY used, id", err);
	struct victim {
		int64_t id, bytes;
	} *all = NULL;
	size_t n = 0;

	while (s && db_row(s, err)) {
		all = xrealloc(all, (n + 1) * sizeof(*all));
		all[n++] = (struct victim){sqlite3_column_int64(s, 0), sqlite3_column_int64(s, 1)};
	}
	for (size_t i = 0; i < n && over > 0; i++)
		if (evict(k, all[i].id, all[i].bytes))
			over -= all[i].bytes;
	free(all);
	return over;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* Bytes that are too many once so many more are there; negative: that many may still come. */
static int64_t excess(const struct kept_totals *t, int64_t more)
{
	return larger(t->bytes + more - t->quota, t->leave_free + more - t->disk_free);
}

static bool no_room(const struct kept_totals *t, uint64_t bytes, struct error **err)
{
	if (t->leave_free - t->disk_free > t->bytes - t->quota)
		return error_set(err, ENOSPC,
				 "the disk of the cache has no room for %" PRIu64
				 " bytes more: make some, or lower cache_free",
				 bytes);
	return error_set(err, ENOSPC,
			 "the cache has no room for %" PRIu64
			 " bytes more: all that is in it is open; close files, or raise cache_size",
			 bytes);
}

bool kept_make_room(struct kept *k, uint64_t bytes, uint64_t wish, uint64_t *more,
		    struct error **err)
{
	struct error *failed = NULL;
	struct kept_totals t;
	int64_t over;

	*more = 0;
	if (!kept_count(k, &t, err))
		return false;
	if (bytes > INT64_MAX / 4) /* sums of it would not fit */
		return no_room(&t, bytes, err);
	over = excess(&t, (int64_t)bytes);
	if (over > t.bytes) /* nothing is thrown away for what would not fit even so */
		return no_room(&t, bytes, err);
	if (over > 0)
		over = evict_oldest(k, over, &failed);
	if (failed) {
		error_move(err, failed);
		return false;
	}
	if (over > 0)
		return no_room(&t, bytes, err);
	*more = (uint64_t)smaller(-over, smaller((int64_t)wish, k->quota / 16));
	return true;
}

bool kept_drop_all(struct kept *k, struct error **err)
{
	struct error *failed = NULL;

	evict_oldest(k, INT64_MAX, &failed);
	error_move(err, failed);
	return !failed;
}

/* Whether there is no row of it. */
static bool is_orphan(struct kept *k, int64_t id)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(k->db, "SELECT 1 FROM file WHERE id = ?", NULL);
	struct error *failed = NULL;
	bool there;

	if (!s)
		return false;
	db_bind(s, "i", id);
	there = db_row(s, &failed) || failed;
	error_free(failed);
	return !there;
}

void kept_sweep(struct kept *k)
{
	const struct dirent *e;
	DIR *d;

	if (!db_exec(k->db, "BEGIN IMMEDIATE", NULL)) /* nobody makes one meanwhile */
		return;
	d = opendir(k->folder);
	while (d && (e = readdir(d))) {
		char *end;
		int64_t id = strtoll(e->d_name, &end, 10);

		if (id > 0 && !*end && is_orphan(k, id))
			unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d)
		closedir(d);
	db_exec(k->db, "ROLLBACK", NULL);
}

void kept_names(struct kept *k, const char *prefix, struct buf *out)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(k->db,
		       "SELECT key FROM file WHERE key >= ?1 AND substr(key, 1, length(?1)) = ?1"
		       " AND bytes = length",
		       NULL);

	if (!s)
		return;
	db_bind(s, "t", prefix);
	while (db_row(s, NULL)) {
		const char *name = (const char *)sqlite3_column_text(s, 0) + strlen(prefix);

		buf_add(out, name, strlen(name) + 1);
	}
}
