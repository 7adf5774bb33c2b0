/* kept_db.h: the inside of kept files, shared by kept.c (files) and kept_quota.c (how many of
 * them).
 */
#ifndef TAPFS_CACHE_KEPT_DB_H
#define TAPFS_CACHE_KEPT_DB_H

#include "cache/db.h"
#include "cache/kept.h"

struct kept {
	sqlite3 *db;
	char *folder; /* ROOT/files */
	int64_t quota;
	unsigned free_percent;
	int64_t evicted_files, evicted_bytes;
};

/* kept.c: where the file is. Caller owns. */
char *kept_path(const struct kept *, int64_t id);

#endif
