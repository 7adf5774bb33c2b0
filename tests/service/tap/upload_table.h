/*
 * upload_table.h: uploaded tables in the database of the query that they came along with.
 *
 * They are temporary tables of its connection, on disk, and go with it. VOTables are read with
 * tapfs' own reader (table/votable/votable.h): values come by row, so memory does not grow with a
 * table.
 */
#ifndef TAPFS_SERVICE_TAP_UPLOAD_TABLE_H
#define TAPFS_SERVICE_TAP_UPLOAD_TABLE_H

#include <sqlite3.h>

#include "table/votable/votable.h"
#include "tests/service/adql/catalog.h"
#include "tests/service/adql/functions.h"
#include "tests/service/tap/uploads.h"

/*
 * All of them, fetched where they stand at a URL, as TAP_UPLOAD.NAME in the catalogue, which has
 * room for them. False with *err: EINVAL what is wrong with a table, EINTR and ETIMEDOUT as
 * svc_run. Blocks; for query threads.
 */
bool svc_uploads_load(sqlite3 *, const struct svc_uploads *, uint64_t max_bytes, struct catalog *,
		      const struct svc_deadline *, struct error **err);

/* --- between upload_table.c and upload_fetch.c --- */

/* What stands at the URL goes into the reader; its bytes are taken from *left. */
bool svc_upload_fetch(const char *url, struct votable *, uint64_t *left,
		      const struct svc_deadline *, struct error **err);

#endif
