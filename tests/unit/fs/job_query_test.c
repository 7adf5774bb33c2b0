/* job_query_test.c: a job's query, as a file that runs as the job did. */
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "fs/jobs/jobs.h"

/* The text of a job with these parameters: name, value, …, NULL. */
static const char *text_of(const char *head, const char *option, const char *const *named)
{
	static struct buf out;
	struct uws_parameter parameters[8] = {0};
	struct uws_job job = {.parameters = parameters};
	CLEANUP_ERROR struct error *err = NULL;
	struct config *c = config_new();

	for (; *named; named += 2) {
		parameters[job.nparameters].id = (char *)named[0];
		parameters[job.nparameters++].value = (char *)named[1];
	}
	if (option)
		cr_assert(config_override(c, option, &err), "%s", error_text(err));
	buf_reset(&out);
	cr_assert(job_query_text(&job, head, config_global(c), &out, &err), "%s", error_text(err));
	config_free(c);
	return buf_str(&out);
}

#define TEXT(option, ...) text_of(NULL, option, (const char *const[]){__VA_ARGS__, NULL})
#define OURS(head, ...)   text_of(head, NULL, (const char *const[]){__VA_ARGS__, NULL})

Test(job_query, of_an_ADQL_job_is_the_query)
{
	cr_expect_str_eq(TEXT(NULL, "LANG", "ADQL-2.0", "QUERY", "SELECT 1"), "SELECT 1\n");
}

/* Daiquiri names it query_language; without it the rerun would compute ln for log10. */
Test(job_query, carries_language_queue_and_MAXREC_of_the_job)
{
	cr_expect_str_eq(TEXT(NULL, "query", "SELECT log(10)", "query_language", "postgresql-15",
			      "queue", "5m", "maxrec", "100"),
			 "-- LANGUAGE = postgresql-15\n-- QUEUE = 5m\n-- MAXREC = 100\n"
			 "SELECT log(10)\n");
	cr_expect_str_eq(TEXT(NULL, "LANG", "ADQL-2.1", "QUERY", "SELECT 1"),
			 "-- LANGUAGE = ADQL-2.1\nSELECT 1\n");
}

Test(job_query, says_nothing_twice)
{
	cr_expect_str_eq(TEXT(NULL, "LANG", "PostgreSQL", "QUEUE", "5m", "MAXREC", "7", "QUERY",
			      "-- language = PostgreSQL\n-- MAXREC = 7\nSELECT 1"),
			 "-- QUEUE = 5m\n-- language = PostgreSQL\n-- MAXREC = 7\nSELECT 1\n");
}

Test(job_query, leaves_out_what_a_rerun_is_sent_with_anyway)
{
	cr_expect_str_eq(TEXT("maxrec=100", "MAXREC", "100", "QUERY", "SELECT 1"), "SELECT 1\n");
	cr_expect_str_eq(
	    TEXT("default_language=PostgreSQL", "LANG", "PostgreSQL", "QUERY", "SELECT 1"),
	    "SELECT 1\n");
	cr_expect_str_eq(TEXT("default_language=PostgreSQL", "LANG", "ADQL", "QUERY", "SELECT 1"),
			 "-- LANGUAGE = ADQL\nSELECT 1\n");
}

/* They are not sent as text, so that the service does not have them. */
Test(job_query, has_the_directives_of_our_own_query_back)
{
	cr_expect_str_eq(OURS("-- maxrec = 5\n-- PARAM = A = b\n", "MAXREC", "5", "A", "b", "RUNID",
			      "m31", "QUERY", "-- Stars\nSELECT 1"),
			 "-- maxrec = 5\n-- PARAM = A = b\n-- Stars\nSELECT 1\n");
	cr_expect_str_eq(
	    OURS("", "RUNID", "m31", "RESPONSEFORMAT", "votable/td", "QUERY", "SELECT 1"),
	    "SELECT 1\n");
	cr_expect_str_eq(
	    OURS("-- QUEUE = 5m\n", "LANG", "PostgreSQL", "QUEUE", "5m", "QUERY", "SELECT 1"),
	    "-- LANGUAGE = PostgreSQL\n-- QUEUE = 5m\nSELECT 1\n");
}

Test(job_query, says_what_another_program_asked_for)
{
	cr_expect_str_eq(TEXT(NULL, "RUNID", "theirs", "MAXREC", "0", "RESPONSEFORMAT", "parquet",
			      "QUERY", "SELECT 1"),
			 "-- MAXREC = 0\n-- FORMAT = parquet\nSELECT 1\n");
	cr_expect_str_eq(TEXT(NULL, "MAXREC", "-1", "FORMAT", "votable/b2", "QUERY", "SELECT 1"),
			 "SELECT 1\n");
}
