/* db_heal.c: see db_heal.h. */
#include "cache/db_heal.h"

#include <pthread.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"

#define CACHES_MAX 64 /* that are open; more are made anew by the next mount */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
	sqlite3 *db; /* NULL: free */
	const struct db_schema *want;
	bool damaged;
} caches[CACHES_MAX];

/* The place of one, or a free one for NULL, becomes another's. */
static void put(const sqlite3 *of, sqlite3 *db, const struct db_schema *want)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < CACHES_MAX; i++) {
		if (caches[i].db != of)
			continue;
		caches[i].db = db;
		caches[i].want = want;
		caches[i].damaged = false;
		break;
	}
	pthread_mutex_unlock(&lock);
}

void db_heals(sqlite3 *db, const struct db_schema *want)
{
	put(NULL, db, want);
}

void db_heals_no_more(sqlite3 *db)
{
	if (db)
		put(db, NULL, NULL);
}

void db_is_damaged(const sqlite3 *db)
{
	pthread_mutex_lock(&lock);
	for (size_t i = 0; db && i < CACHES_MAX; i++)
		caches[i].damaged |= caches[i].db == db;
	pthread_mutex_unlock(&lock);
}

static bool run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/*
 * Made anew in its place: other processes that have it open see an empty one. Statements that were
 * prepared are prepared again by themselves.
 */
static bool make_anew(sqlite3 *db, const struct db_schema *want)
{
	CLEANUP_FREE char *version = xasprintf("PRAGMA user_version = %d", want->version);
	bool empty;

	if (!sqlite3_get_autocommit(db))
		run(db, "ROLLBACK");
	sqlite3_db_config(db, SQLITE_DBCONFIG_RESET_DATABASE, 1, NULL);
	empty = run(db, "VACUUM");
	sqlite3_db_config(db, SQLITE_DBCONFIG_RESET_DATABASE, 0, NULL);
	return empty && run(db, "BEGIN IMMEDIATE") && run(db, want->make) && run(db, version) &&
	       run(db, "COMMIT");
}

void db_heal(sqlite3 *db)
{
	const struct db_schema *want = NULL;

	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < CACHES_MAX; i++) {
		if (caches[i].db != db || !caches[i].damaged)
			continue;
		want = caches[i].want;
		caches[i].damaged = false; /* it is seen again if this does not help */
	}
	pthread_mutex_unlock(&lock);
	if (!want)
		return;
	if (make_anew(db, want))
		log_warn("the cache %s was damaged and has been created again",
			 sqlite3_db_filename(db, "main"));
	else if (!sqlite3_get_autocommit(db))
		run(db, "ROLLBACK");
}
