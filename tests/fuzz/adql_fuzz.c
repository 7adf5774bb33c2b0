/*
 * adql_fuzz.c: any bytes as an ADQL query to the demo service.
 *
 * What the translator accepts, SQLite must accept and run: a query that is wrong is told so in
 * ADQL's words, with line and column, not in those of the SQL that was made of it.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/service/adql/adql_sql.h"
#include "tests/service/adql/functions.h"
#include "tests/service/data/content.h"
#include "tests/service/tap/writer.h"

#define MAX_ROWS 5
#define MAX_MS   20

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct catalog *catalog;
static struct svc_deadline deadline;
static sqlite3 *db;
static FILE *nowhere;

static int look(void *unused)
{
	(void)unused;
	return svc_deadline_over(&deadline);
}

static void or_die(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "adql_fuzz: %s\n", what);
	exit(2);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	struct content_options options = {.rows = 20, .tables = 4, .images = 20};
	struct error *err = NULL;
	char *path, *uri;
	int held;

	(void)argc;
	(void)argv;
	path = svc_content_build(&options, &held, &err);
	or_die(path != NULL, error_text(err));
	catalog = svc_catalog_load(path, &err);
	or_die(catalog != NULL, error_text(err));
	uri = xasprintf("file:%s?immutable=1", path);
	or_die(sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL) ==
		       SQLITE_OK &&
		   svc_functions_register(db, &deadline, NULL),
	       "the database does not open");
	sqlite3_progress_handler(db, 1000, look, NULL);
	nowhere = fopen("/dev/null", "we");
	or_die(nowhere != NULL, "no /dev/null");
	free(uri);
	free(path);
	return 0;
}

/* What SQLite alone limits: not worth words of our own. */
static bool is_limit(const char *message)
{
	return strstr(message, "too many") || strstr(message, "too large") ||
	       strstr(message, "too big") || strstr(message, "at most") ||
	       strstr(message, "stack overflow");
}

static void complain(const char *text, const char *sql)
{
	fprintf(stderr, "ADQL: %s\nSQL: %s\n%s\n", text, sql, sqlite3_errmsg(db));
	abort();
}

static void write_rows(const char *format, const struct adql_result *q, const char *text,
		       sqlite3_stmt *stmt)
{
	const struct svc_format *f = svc_format_find(format);
	struct svc_table_out t = {
	    .out = nowhere, .columns = q->columns, .ncolumns = q->ncolumns, .query = ""};

	int rc = SQLITE_OK;

	atomic_store(&deadline.at_ms, svc_monotonic_ms() + MAX_MS);
	f->begin(&t);
	for (int i = 0; i < MAX_ROWS && (rc = sqlite3_step(stmt)) == SQLITE_ROW; i++)
		f->row(&t, stmt);
	if (rc == SQLITE_ERROR && strncmp(sqlite3_errmsg(db), "Line ", 5) != 0 &&
	    !is_limit(sqlite3_errmsg(db)))
		complain(text, q->sql);
	f->end(&t, false);
	buf_free(&t.row);
	buf_free(&t.encoded);
	sqlite3_reset(stmt);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct adql adql = {.error = NULL};
	struct adql_result q;
	char *text = xstrndup((const char *)data, n);
	sqlite3_stmt *stmt = NULL;

	if (adql_to_sql(&adql, catalog, text, &q)) {
		if (sqlite3_prepare_v2(db, q.sql, -1, &stmt, NULL) == SQLITE_OK) {
			write_rows("csv", &q, text, stmt);
			write_rows("votable/b2", &q, text, stmt);
		} else if (!is_limit(sqlite3_errmsg(db))) {
			complain(text, q.sql);
		}
		sqlite3_finalize(stmt);
	} else if (strncmp(adql.error, "Line ", 5) != 0) {
		abort();
	}
	arena_free(&adql.arena);
	free(text);
	return 0;
}
