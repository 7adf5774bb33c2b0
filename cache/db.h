/*
 * db.h: SQLite as tapfs uses it: durable, one connection, one worker lane.
 *
 * A connection belongs to one lane (loop.h) and is used there only.
 */
#ifndef TAPFS_CACHE_DB_H
#define TAPFS_CACHE_DB_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What is in a database, by user_version. */
struct db_schema {
	int version;
	const char *make; /* a new one */
	/* [i] makes version i + 2 of version i + 1; NULL: other versions are thrown away. */
	const char *const *migrate;
	/*
	 * What it holds can be had again: one that is damaged is made anew, at the open or by the
	 * next use of it after that is seen.
	 */
	bool is_cache;
};

/*
 * Opens or makes the database. On network filesystems: rollback journal and exclusive locking, else
 * WAL. synchronous=FULL. One of a newer version that cannot be thrown away is an error.
 */
sqlite3 *db_open(const char *path, const struct db_schema *, struct error **err);
/* One that is there, for reading, while another process may write it. Makes nothing. */
sqlite3 *db_open_readonly(const char *path, int version, struct error **err);
void db_close(sqlite3 *);

bool db_exec(sqlite3 *, const char *sql, struct error **err);
/* NULL with *err; finalize with CLEANUP_STMT. */
sqlite3_stmt *db_prepare(sqlite3 *, const char *sql, struct error **err);
/* Binds by letter: t text (NULL allowed), i int64_t; then the values. */
void db_bind(sqlite3_stmt *, const char *kinds, ...);
/* True if there is a row; false at the end or with *err. */
bool db_row(sqlite3_stmt *, struct error **err);
/* Runs a statement that gives no rows, and resets it. */
bool db_run(sqlite3_stmt *, struct error **err);
/* A text column, copied; NULL for NULL. Caller owns. */
char *db_text(sqlite3_stmt *, int column);

static inline void cleanup_stmt(sqlite3_stmt **s)
{
	sqlite3_finalize(*s);
}
#define CLEANUP_STMT __attribute__((cleanup(cleanup_stmt)))

#endif
