/* db.c: SQLite as tapfs uses it; see db.h. */
#include "cache/db.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/db_heal.h"

#define BUSY_MS    100
#define BUSY_TRIES 25
#define LOOK_OVER  (8 << 20) /* bytes */

static bool db_error(sqlite3 *db, const char *what, struct error **err)
{
	int code = db ? sqlite3_errcode(db) : SQLITE_NOMEM;

	if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB)
		db_is_damaged(db);
	int e = code == SQLITE_FULL       ? ENOSPC
		: code == SQLITE_READONLY ? EROFS
		: code == SQLITE_BUSY     ? EBUSY
					  : EIO;

	return error_set(err, e, "%s: %s", what, db ? sqlite3_errmsg(db) : "out of memory");
}

/* WAL needs shared memory, which NFS, CIFS and their like do not give. */
static bool on_network(const char *path)
{
	static const long magics[] = {0x6969,     0x517b,     0xff534d42, 0xfe534d42,
				      0x65735546, 0x47504653, 0x0bd00bd0, 0x01021997};
	CLEANUP_FREE char *dir = xstrdup(path);
	char *slash = strrchr(dir, '/');
	struct statfs fs;

	if (slash)
		*slash = '\0';
	if (statfs(dir, &fs) < 0)
		return true;
	for (size_t i = 0; i < sizeof(magics) / sizeof(*magics); i++)
		if ((unsigned long)fs.f_type == (unsigned long)magics[i])
			return true;
	return false;
}

static int user_version(sqlite3 *db)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(db, "PRAGMA user_version", NULL);

	return s && db_row(s, NULL) ? sqlite3_column_int(s, 0) : -1;
}

static bool schema_run(sqlite3 *db, int version, const char *sql, struct error **err)
{
	CLEANUP_FREE char *set = xasprintf("PRAGMA user_version = %d", version);

	if (!db_exec(db, "BEGIN IMMEDIATE", err))
		return false;
	if (user_version(db) == version) /* another process was faster */
		return db_exec(db, "ROLLBACK", err);
	return db_exec(db, sql, err) && db_exec(db, set, err) && db_exec(db, "COMMIT", err);
}

/* Brings what was found to the version that is wanted, a step at a time. */
static bool schema_make(sqlite3 *db, int found, const struct db_schema *want, struct error **err)
{
	if (found == 0)
		return schema_run(db, want->version, want->make, err);
	if (found < 0)
		return db_error(db, "database", err);
	if (found > want->version)
		return error_set(err, EPROTO,
				 "the database was written by a newer tapfs (version %d, this one "
				 "knows %d): use that",
				 found, want->version);
	for (; found < want->version; found++)
		if (!schema_run(db, found + 1, want->migrate[found - 1], err))
			return false;
	return true;
}

static sqlite3 *try_open(const char *path, struct error **err)
{
	sqlite3 *db = NULL;
	bool net = on_network(path);

	if (sqlite3_open_v2(path, &db,
			    SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
			    NULL) != SQLITE_OK ||
	    sqlite3_busy_timeout(db, BUSY_MS) != SQLITE_OK ||
	    !db_exec(db,
		     net ? "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=DELETE;"
			   "PRAGMA synchronous=FULL"
			 : "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL",
		     NULL)) {
		db_error(db, path, err);
		sqlite3_close(db);
		return NULL;
	}
	sqlite3_busy_timeout(db, 5000);
	return db;
}

/* Who makes a database WAL is not waited for by sqlite3_busy_timeout. */
static sqlite3 *open_once(const char *path, struct error **err)
{
	sqlite3 *db = try_open(path, err);

	for (int i = 0; !db && error_errno(*err) == EBUSY && i < BUSY_TRIES; i++) {
		usleep(BUSY_MS * 1000);
		error_clear(err);
		db = try_open(path, err);
	}
	return db;
}

static void remove_files(const char *path)
{
	CLEANUP_FREE char *wal = xasprintf("%s-wal", path);
	CLEANUP_FREE char *shm = xasprintf("%s-shm", path);

	unlink(path);
	unlink(wal);
	unlink(shm);
}

static bool is_whole(sqlite3 *db)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(db, "PRAGMA quick_check(1)", NULL);

	return s && db_row(s, NULL) && strcmp((const char *)sqlite3_column_text(s, 0), "ok") == 0;
}

/* A large one is not read as a whole for that: its damage is seen when it is met. */
static void look_over(const char *path, sqlite3 *db)
{
	struct stat st;

	if (stat(path, &st) == 0 && st.st_size <= LOOK_OVER && !is_whole(db))
		db_is_damaged(db);
}

/* Its header does, and the disk does not. */
static bool says_read_only(sqlite3 *db, const char *path)
{
	return db && sqlite3_db_readonly(db, "main") == 1 && access(path, W_OK) == 0;
}

sqlite3 *db_open(const char *path, const struct db_schema *want, struct error **err)
{
	CLEANUP_ERROR struct error *first = NULL;
	sqlite3 *db = open_once(path, &first);
	int found = db ? user_version(db) : -1;
	bool busy = db ? found < 0 && sqlite3_errcode(db) == SQLITE_BUSY
		       : error_errno(first) == EBUSY; /* another process has it: it is whole */
	bool is_old = found > 0 && found < want->version && want->migrate;

	if (want->is_cache && !busy &&
	    ((found != want->version && found != 0 && !is_old) || says_read_only(db, path))) {
		sqlite3_close(db);
		remove_files(path);
		error_clear(&first);
		db = open_once(path, &first);
		found = 0;
	}
	if (!db) {
		error_move(err, steal(first));
		return NULL;
	}
	if (found != want->version && !schema_make(db, found, want, err)) {
		sqlite3_close(db);
		return NULL;
	}
	if (want->is_cache) {
		db_heals(db, want);
		look_over(path, db);
	}
	return db;
}

static sqlite3 *open_to_read(const char *name, int flags, struct error **err)
{
	sqlite3 *db = NULL;

	if (sqlite3_open_v2(name, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | flags, NULL) ==
		SQLITE_OK &&
	    user_version(db) >= 0)
		return db;
	db_error(db, "database", err);
	sqlite3_close(db);
	return NULL;
}

/* Without locks or log: on a read-only disk, or where another process has locked it for good. */
static sqlite3 *open_unlocked(const char *path, struct error **err)
{
	CLEANUP_BUF struct buf name = BUF_INIT;
	sqlite3 *db;

	buf_adds(&name, "file:");
	for (; *path; path++) {
		if (strchr("%?#", *path))
			buf_addf(&name, "%%%02X", (unsigned char)*path);
		else
			buf_addc(&name, *path);
	}
	buf_adds(&name, "?immutable=1");
	db = open_to_read(buf_str(&name), SQLITE_OPEN_URI, err);
	if (!db || is_whole(db))
		return db;
	sqlite3_close(db);
	error_set(err, EAGAIN, "the journal is just being written: try again");
	return NULL;
}

sqlite3 *db_open_readonly(const char *path, int version, struct error **err)
{
	sqlite3 *db = open_to_read(path, 0, NULL);
	int found;

	if (!db)
		db = open_unlocked(path, err);
	if (!db)
		return NULL;
	sqlite3_busy_timeout(db, 5000);
	found = user_version(db);
	if (found == version)
		return db;
	error_set(err, EPROTO, "%s is of another version of tapfs", path);
	sqlite3_close(db);
	return NULL;
}

void db_close(sqlite3 *db)
{
	db_heals_no_more(db);
	sqlite3_close(db);
}

bool db_exec(sqlite3 *db, const char *sql, struct error **err)
{
	db_heal(db);
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
		return true;
	return db_error(db, "database", err);
}

sqlite3_stmt *db_prepare(sqlite3 *db, const char *sql, struct error **err)
{
	sqlite3_stmt *s = NULL;

	db_heal(db);
	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		db_error(db, "database", err);
	return s;
}

void db_bind(sqlite3_stmt *s, const char *kinds, ...)
{
	va_list ap;

	va_start(ap, kinds);
	for (int i = 1; kinds[i - 1]; i++) {
		if (kinds[i - 1] == 't')
			sqlite3_bind_text(s, i, va_arg(ap, const char *), -1, SQLITE_TRANSIENT);
		else
			sqlite3_bind_int64(s, i, va_arg(ap, int64_t));
	}
	va_end(ap);
}

bool db_row(sqlite3_stmt *s, struct error **err)
{
	int rc = sqlite3_step(s);

	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE)
		db_error(sqlite3_db_handle(s), "database", err);
	return false;
}

bool db_run(sqlite3_stmt *s, struct error **err)
{
	int rc = sqlite3_step(s);
	bool ok = rc == SQLITE_DONE || rc == SQLITE_ROW;

	if (!ok)
		db_error(sqlite3_db_handle(s), "database", err);
	sqlite3_reset(s);
	return ok;
}

char *db_text(sqlite3_stmt *s, int column)
{
	return xstrdup_or_null((const char *)sqlite3_column_text(s, column));
}
