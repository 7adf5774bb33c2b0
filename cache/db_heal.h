/*
 * db_heal.h: databases of caches that are damaged: made anew in place, by their next use. For db.c.
 */
#ifndef TAPFS_CACHE_DB_HEAL_H
#define TAPFS_CACHE_DB_HEAL_H

#include "cache/db.h"

/* It is a cache's, from now on until it is closed. The schema is borrowed. */
void db_heals(sqlite3 *, const struct db_schema *);
void db_heals_no_more(sqlite3 *);
/* SQLite says so, or a look over it; nothing where it is no cache. Any thread. */
void db_is_damaged(const sqlite3 *);
/* Before a use of it, by the thread that has it. */
void db_heal(sqlite3 *);

#endif
