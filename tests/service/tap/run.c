/*
 * run.c: each run opens the database for itself, read-only, with ADQL's
 * functions bound to its own deadline; SQLite asks the deadline in its loops.
 */
#include "tests/service/tap/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/service/adql/adql_sql.h"
#include "tests/service/tap/upload_table.h"

#define OPS_BETWEEN_LOOKS 2000

static int look(void *deadline)
{
	return svc_deadline_over(deadline);
}

static sqlite3 *open_database(const struct svc_run *r, struct error **err)
{
	CLEANUP_FREE char *uri = xasprintf("file:%s?immutable=1", r->db_path);
	sqlite3 *db = NULL;
	int rc = sqlite3_open_v2(
	    uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, "PRAGMA case_sensitive_like=ON; PRAGMA mmap_size=268435456",
				  NULL, NULL, NULL);
	if (rc != SQLITE_OK || !svc_functions_register(db, r->deadline, r->root)) {
		error_set(err, EIO, "The database cannot be opened: %s", sqlite3_errmsg(db));
		sqlite3_close(db);
		return NULL;
	}
	sqlite3_progress_handler(db, OPS_BETWEEN_LOOKS, look, (void *)r->deadline);
	return db;
}

static bool sqlite_failed(const struct svc_run *r, const struct adql_result *q, sqlite3 *db,
			  struct error **err)
{
	const char *message = sqlite3_errmsg(db);

	if (!svc_deadline_check(r->deadline, err))
		return false;
	if (!strncmp(message, "Line ", 5)) /* the function knew its place */
		return error_set(err, EINVAL, "%s", message);
	if (strstr(message, "stack overflow") || strstr(message, "tree is too large"))
		return error_set(err, EINVAL, "Line %d, column %d: the query is nested too deep",
				 q->deepest.line, q->deepest.column);
	return error_set(err, EINVAL, "The query failed: %s", message);
}

/* SQLite knows 64-bit integers only, and goes on with doubles where these overflow. */
static bool integers_fit(const struct adql_result *q, sqlite3_stmt *stmt, struct error **err)
{
	for (size_t k = 0; k < q->ncolumns; k++) {
		const struct svc_column *c = &q->columns[k];
		int64_t max = c->type == SVC_UNSIGNED_BYTE ? UINT8_MAX
			      : c->type == SVC_SHORT       ? INT16_MAX
			      : c->type == SVC_INT         ? INT32_MAX
							   : INT64_MAX;
		int64_t min = c->type == SVC_UNSIGNED_BYTE ? 0 : -max - 1, v;
		int i = (int)k, type;

		if (!svc_type_is_integer(c->type) || c->arraysize)
			continue;
		type = sqlite3_column_type(stmt, i);
		v = type == SQLITE_INTEGER ? sqlite3_column_int64(stmt, i) : 0;
		if (type == SQLITE_FLOAT || v < min || v > max)
			return error_set(err, EINVAL,
					 "Line %d, column %d: the value %s does not fit the type "
					 "of this column, %s",
					 q->at[k].line, q->at[k].column,
					 (const char *)sqlite3_column_text(stmt, i),
					 svc_type_name(c->type));
	}
	return true;
}

static bool write_rows(const struct svc_run *r, const struct adql_result *q, sqlite3 *db,
		       sqlite3_stmt *stmt, struct svc_table_out *t, struct error **err)
{
	int64_t rows = 0;
	int rc;

	r->format->begin(t);
	if (!r->maxrec) {
		r->format->end(t, true);
		return true;
	}
	while ((rc = sqlite3_step(stmt)) == SQLITE_ROW && rows < r->maxrec) {
		if (!integers_fit(q, stmt, err))
			return false;
		r->format->row(t, stmt);
		rows++;
		if (ferror(t->out))
			return error_set(err, EIO, "The result cannot be written.");
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sqlite_failed(r, q, db, err);
	r->format->end(t, rc == SQLITE_ROW);
	return true;
}

static bool run_sql(const struct svc_run *r, const struct adql_result *q, sqlite3 *db, FILE *out,
		    struct error **err)
{
	struct svc_table_out t = {.out = out,
				  .columns = q->columns,
				  .ncolumns = q->ncolumns,
				  .query = r->query,
				  .root = r->root,
				  .cone = r->cone};
	sqlite3_stmt *stmt = NULL;
	bool ok;

	if (sqlite3_prepare_v2(db, q->sql, -1, &stmt, NULL) == SQLITE_OK)
		ok = write_rows(r, q, db, stmt, &t, err);
	else
		ok = sqlite_failed(r, q, db, err);
	buf_free(&t.row);
	buf_free(&t.encoded);
	sqlite3_finalize(stmt);
	return ok;
}

static bool run_query(const struct svc_run *r, const struct catalog *catalog, sqlite3 *db,
		      FILE *out, struct error **err)
{
	struct adql adql = {.error = NULL};
	struct adql_result q;
	bool ok;

	if (adql_to_sql(&adql, catalog, r->query, &q))
		ok = run_sql(r, &q, db, out, err);
	else
		ok = error_set(err, EINVAL, "%s", adql.error);
	arena_free(&adql.arena);
	return ok;
}

bool svc_run(const struct svc_run *r, FILE *out, struct error **err)
{
	size_t n = r->uploads ? r->uploads->n : 0;
	sqlite3 *db = open_database(r, err);
	struct catalog *own = n ? svc_catalog_over(r->catalog, n) : NULL;
	bool ok = db != NULL;

	if (ok && own)
		ok = svc_uploads_load(db, r->uploads, r->upload_bytes, own, r->deadline, err);
	ok = ok && run_query(r, own ? own : r->catalog, db, out, err);
	sqlite3_close(db);
	svc_catalog_free(own);
	if (ok && fflush(out) != 0)
		ok = error_set(err, errno, "The result cannot be written: %s", strerror(errno));
	return ok;
}
