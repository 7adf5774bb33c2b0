/* catalog_db.h: the inside of a struct catalog, for catalog.c and catalog_names.c only. */
#ifndef TAPFS_CACHE_CATALOG_DB_H
#define TAPFS_CACHE_CATALOG_DB_H

#include "cache/catalog.h"
#include "cache/db.h"

enum { INSERT_SCHEMA, INSERT_TABLE, INSERT_COLUMN, INSERT_KEY, INSERT_COUNT };

struct catalog {
	sqlite3 *db;
	sqlite3_stmt *insert[INSERT_COUNT]; /* prepared once: a million columns may come */
	char *schema, *told; /* of the one table whose columns are added; NULL: of all */
};

/* How the table of that name in ADQL is told, and its schema; callers own. False: there is none. */
bool catalog_told(struct catalog *, const char *name, char **schema, char **told,
		  struct error **err);

#endif
