/*
 * adql_fixture.h: the demo's catalogue, and queries run over it without HTTP.
 */
#ifndef TAPFS_UNIT_DEMO_ADQL_FIXTURE_H
#define TAPFS_UNIT_DEMO_ADQL_FIXTURE_H

#include "tests/service/adql/adql_sql.h"

/* Built once for all tests; never freed. With bench.stars (100 rows) and 40 tables in viz. */
const struct catalog *fixture_catalog(void);
const char *fixture_db_path(void);

/* The result in the format; fails the test if there is none. Caller frees. */
char *fixture_run(const char *query, const char *format, long maxrec);
/* The rows as CSV, without the names, lines ending in '\n'. Caller frees. */
char *fixture_rows(const char *query);
/* What is wrong with the query; fails the test if nothing is. Caller frees. */
char *fixture_error(const char *query);

/* Translates; the columns live in *adql until arena_free(&adql->arena). */
struct adql_result fixture_translate(struct adql *adql, const char *query);

#define assert_rows(query, expected)                            \
	do {                                                    \
		char *rows_ = fixture_rows(query);              \
		cr_assert_str_eq(rows_, expected, "%s", rows_); \
		free(rows_);                                    \
	} while (0)

#define assert_error(query, expected)                             \
	do {                                                      \
		char *error_ = fixture_error(query);              \
		cr_assert_str_eq(error_, expected, "%s", error_); \
		free(error_);                                     \
	} while (0)

#endif
