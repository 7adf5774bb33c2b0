/* query_failed_test.c: what a run that failed, or was cut off, says to do. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "tap/uws/job_document.h"
#include "tests/unit/tap/tap_fixture.h"

#define TEXT "SELECT a FROM s.t"

static struct tap_fixture f;

static void start(void)
{
	f = (struct tap_fixture){.tap.looks_it_takes = 1};
	tap_start(&f, NULL);
}

static void stop(void)
{
	tap_stop(&f);
}

TestSuite(query_failed, .init = start, .fini = stop);

static void fails(struct query *q, const char *error, const char *advice)
{
	cr_expect_not(tap_wait(&f, q, 600000));
	cr_assert_eq(q->state, QUERY_FAILED);
	cr_expect_not_null(strstr(q->entry.error_text, error), "%s", q->entry.error_text);
	cr_expect_not_null(strstr(q->entry.advice, advice), "%s", q->entry.advice);
	cr_expect_null(strstr(q->entry.advice, "DURATION"));
}

static void changed(void *arg, struct error *err)
{
	cr_expect_null(err);
	++*(unsigned *)arg;
}

Test(query_failed, an_abort_in_jobs_is_the_users_own)
{
	struct query *q;
	struct waitlist *wait = NULL;
	const struct uws_job *document = NULL;
	struct job *j;
	unsigned done = 0;

	f.tap.looks_it_takes = 1000;
	q = tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 1000);
	jobs_ready(jobs_of(f.service), JOBS_LIVE, 0, &wait);
	loop_turn(f.loop, 1000);
	j = jobs_get(jobs_of(f.service), "1");
	cr_assert_not_null(j);
	for (int i = 0; i < 3 && !document; i++) {
		document = job_document(j, JOB_EVER, &wait, NULL);
		if (!document)
			loop_turn(f.loop, 100);
	}
	cr_assert_not_null(document);
	job_change(j, document, "phase", "ABORT", changed, &done);
	fails(q, "the job was aborted", "You aborted the job in jobs/. `touch`");
	cr_expect_eq(done, 1);
}

Test(query_failed, an_abort_on_the_service_is_said_to_be_one)
{
	struct query *q;

	f.tap.looks_it_takes = 1000;
	q = tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 1000);
	snprintf(f.tap.jobs[0].phase, sizeof(f.tap.jobs[0].phase), "ABORTED");
	fails(q, "the job was aborted", "aborted on the service");
}

/* The catalog has the columns of the query's tables, and is read by a worker. */
Test(query_failed, an_unknown_column_has_the_nearest_of_the_catalog)
{
	f.tap.fails = true;
	f.tap.error = "Unknown column \"aa\"";
	fails(tap_drop(&f, "q.adql", "SELECT aa FROM s.t"), "Unknown column",
	      "There is no column aa here. The nearest names: a\nAvailable columns:\n"
	      "  schemas/s/t/columns.txt\n");
}

/* The worker has read the catalog, and is not back yet. */
static void remove_it(void *arg, enum lane lane)
{
	struct query **q = arg;

	if (lane == LANE_CATALOG && *q)
		query_remove(*q);
	if (lane == LANE_CATALOG)
		*q = NULL;
}

Test(query_failed, a_query_that_is_removed_while_its_columns_are_read_is_gone)
{
	struct query *q;

	f.tap.fails = true;
	f.tap.error = "Unknown column \"aa\"";
	q = tap_drop(&f, "q.adql", "SELECT aa FROM s.t");
	loop_watch_work(f.loop, remove_it, &q);
	loop_turn(f.loop, 60000);
	loop_watch_work(f.loop, NULL, NULL);
	cr_expect_null(q, "the catalog was read");
	cr_expect_null(tap_query(&f, "q.adql"));
}

Test(query_failed, a_sync_query_that_a_gateway_ends_is_not_asked_for_ever)
{
	fake_net_answer(f.net, "POST", "/sync", FAKE_ALWAYS, 504, NULL, "Gateway Time-out");
	fails(tap_drop(&f, "q.adql", "-- MODE = sync\n" TEXT), "HTTP 504",
	      "Remove the line `-- MODE = sync`");
	cr_expect_leq(fake_net_count(f.net, "POST", "/sync"), 5);
}

Test(query_failed, a_500_to_the_post_is_the_services_failure)
{
	fake_net_answer(f.net, "POST", "/async", FAKE_ALWAYS, 500, NULL, "NullPointerException");
	fails(tap_drop(&f, "q.adql", TEXT), "HTTP 500",
	      "The service failed, not the query. `touch`");
}

Test(query_failed, a_401_to_the_post_asks_for_a_sign_in)
{
	fake_net_answer(f.net, "POST", "/async", FAKE_ALWAYS, 401, NULL, "who?");
	fails(tap_drop(&f, "q.adql", TEXT), "HTTP 401", "The service wants you to sign in.");
}

Test(query_failed, a_refused_query_is_to_be_corrected)
{
	struct query *q;

	fake_net_answer(f.net, "POST", "/async", FAKE_ALWAYS, 400, NULL, "Incorrect ADQL");
	q = tap_drop(&f, "q.adql", TEXT);
	fails(q, "HTTP 400: Incorrect ADQL", "");
	cr_expect_str_eq(q->entry.advice, "", "then the note says so: %s", q->entry.advice);
}

/* --- what is cut off --- */

#define OVERFLOW_HEAD                                                                           \
	"<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OVERFLOW'/><TABLE>" \
	"<FIELD name='a' datatype='int'/><DATA><TABLEDATA>"
#define OVERFLOW_TAIL "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"
#define ROW           "<TR><TD>1</TD></TR>"

static struct query *is_done(const char *text)
{
	struct query *q = tap_drop(&f, "q.adql", text);

	cr_assert(tap_wait(&f, q, 600000), "%s", buf_str(&q->log));
	return q;
}

Test(query_failed, overflow_is_a_cut_with_an_advice)
{
	struct query *q;

	f.tap.result = OVERFLOW_HEAD ROW ROW OVERFLOW_TAIL;
	q = is_done("-- MAXREC = 2\n" TEXT);
	cr_expect(q->entry.overflow);
	cr_expect_not_null(strstr(q->entry.advice, "Remove the line `-- MAXREC = 2`"));
	cr_expect_null(strstr(q->entry.advice, "20000000"));
}

Test(query_failed, fewer_rows_than_maxrec_are_the_services_own_limit)
{
	struct query *q;

	f.tap.result = OVERFLOW_HEAD ROW OVERFLOW_TAIL;
	q = is_done("-- MAXREC = 2\n" TEXT);
	cr_expect(q->entry.overflow);
	cr_expect_not_null(strstr(q->entry.advice, "The limit is the service's own."));
	cr_expect_null(strstr(q->entry.advice, "MAXREC"));
}

/* Daiquiri 0.4 says OVERFLOW whenever MAXREC is sent. */
Test(query_failed, daiquiris_overflow_of_fewer_rows_is_no_cut)
{
	struct query *q;

	f.tap.is_daiquiri = true;
	f.tap.result = OVERFLOW_HEAD ROW OVERFLOW_TAIL;
	q = is_done("-- MAXREC = 2\n" TEXT);
	cr_expect_not(q->entry.overflow);
	cr_expect_null(q->entry.advice);
	q = is_done("-- MAXREC = 1\n" TEXT);
	cr_expect(q->entry.overflow);
}

Test(query_failed, the_advice_lasts)
{
	f.tap.result = OVERFLOW_HEAD ROW ROW OVERFLOW_TAIL;
	is_done("-- MAXREC = 2\n" TEXT);
	tap_restart(&f);
	cr_expect_not_null(strstr(tap_query(&f, "q.adql")->entry.advice, "-- MAXREC = 2"));
}

Test(query_failed, what_a_completed_job_says_is_a_warning)
{
	struct query *q;

	f.tap.summary = "<uws:message>two rows were bad</uws:message>";
	q = is_done(TEXT);
	cr_expect_not_null(strstr(buf_str(&q->log), "the service warns: two rows were bad"));
}
