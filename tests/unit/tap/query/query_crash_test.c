/*
 * query_crash_test.c: tapfs ends at any moment of a run, and the next mount goes on.
 *
 * A run is made once; after each piece of work on the state folder its folder is copied, and the
 * service's jobs with it. Each copy is what a mount finds that comes after a crash right there;
 * with the jobs of a piece later, of a crash right before that.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tests/unit/tap/tap_fixture.h"

#define MOMENTS 64
#define TEXT    "SELECT a FROM s.t"

struct moment {
	char *dir;
	struct fake_tap tap, before_next;
};

static struct tap_fixture f;
static struct moment moments[MOMENTS];
static size_t n;
static int64_t rows = 2; /* of the result */

static void look(void *arg, enum lane lane)
{
	(void)arg;
	if (lane != LANE_STATE || n == MOMENTS)
		return;
	if (n)
		moments[n - 1].before_next = f.tap;
	moments[n].dir = tap_snapshot(&f);
	moments[n].tap = moments[n].before_next = f.tap;
	n++;
}

static void free_moments(void)
{
	for (size_t i = 0; i < n; i++) {
		tap_remove_dir(moments[i].dir);
		free(moments[i].dir);
	}
	n = 0;
}

TestSuite(query_crash, .fini = free_moments);

/* Makes a run of the text, and keeps its moments. */
static void record(const struct fake_tap *tap, const char *text)
{
	struct query *q;

	f = (struct tap_fixture){.tap = *tap};
	tap_start(&f, NULL);
	loop_watch_work(f.loop, look, NULL);
	q = tap_drop(&f, "q.adql", text);
	cr_assert(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	loop_watch_work(f.loop, NULL, NULL);
	tap_stop(&f);
	cr_assert_geq(n, 5, "accepted, intent, URL, files, done: %zu", n);
}

/* The next mount: the query is done, was run so often at most, and has left so many jobs at most.
 */
static void goes_on(size_t i, const struct fake_tap *tap, unsigned runs, unsigned jobs)
{
	struct tap_fixture copy = {0};
	struct tap_fixture from = {0};
	struct query *q;
	char *dir;

	snprintf(from.dir, sizeof(from.dir), "%s", moments[i].dir);
	dir = tap_snapshot(&from);
	tap_start_copy(&copy, dir, tap);
	free(dir);
	q = tap_query(&copy, "q.adql");
	cr_assert_not_null(q, "moment %zu", i);
	query_resume(q);
	cr_expect(tap_wait(&copy, q, 600000), "moment %zu: %s", i, buf_str(&q->log));
	cr_expect_leq(fake_tap_runs(&copy.tap), runs, "moment %zu of %zu: %s", i, n,
		      buf_str(&q->log));
	cr_expect_leq(fake_tap_jobs(&copy.tap), jobs, "moment %zu of %zu: %s", i, n,
		      buf_str(&q->log));
	cr_expect_eq(q->entry.rows, rows);
	tap_stop(&copy);
}

Test(query_crash, no_moment_loses_a_query_or_runs_it_twice)
{
	struct fake_tap tap = {.looks_it_takes = 1};

	record(&tap, TEXT);
	for (size_t i = 0; i < n; i++) {
		goes_on(i, &moments[i].tap, 1, 1);
		goes_on(i, &moments[i].before_next, 1, 1);
	}
}

Test(query_crash, nor_does_one_of_a_query_with_a_duration)
{
	struct fake_tap tap = {.looks_it_takes = 1};

	record(&tap, "-- DURATION = 100\n" TEXT);
	for (size_t i = 0; i < n; i++)
		goes_on(i, &moments[i].before_next, 1, 1);
}

Test(query_crash, a_service_that_starts_jobs_by_itself_runs_one_too)
{
	struct fake_tap tap = {.looks_it_takes = 1, .starts_itself = true};

	record(&tap, TEXT);
	for (size_t i = 0; i < n; i++)
		goes_on(i, &moments[i].before_next, 1, 1);
}

Test(query_crash, without_a_job_list_no_query_is_run_twice)
{
	struct fake_tap tap = {.looks_it_takes = 1, .has_no_list = true};

	record(&tap, TEXT);
	for (size_t i = 0; i < n; i++)
		goes_on(i, &moments[i].before_next, 1, 2);
}

#define RESULT(data)                                                                      \
	"<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/><TABLE>" \
	"<FIELD name='a' datatype='char' arraysize='*'/><DATA>" data                      \
	"</DATA></TABLE></RESOURCE></VOTABLE>"

/* vollt: the second job is made once, and the first one goes. */
Test(query_crash, no_moment_asks_a_third_time_for_what_is_spoiled)
{
	struct fake_tap tap = {
	    .looks_it_takes = 1,
	    .result = RESULT("<BINARY><STREAM encoding='base64'>AAAAAul4</STREAM></BINARY>"),
	    .text = RESULT("<TABLEDATA><TR><TD>\u00e9x</TD></TR></TABLEDATA>")};

	rows = 1;
	record(&tap, TEXT);
	for (size_t i = 0; i < n; i++) {
		goes_on(i, &moments[i].tap, 2, 1);
		goes_on(i, &moments[i].before_next, 2, 1);
	}
}

/* The format is known although the text is not read again. */
Test(query_crash, no_moment_forgets_what_was_asked_for)
{
	struct fake_tap tap = {.looks_it_takes = 1, .result = "PAR1 and so on PAR1"};

	rows = 0;
	record(&tap, "-- FORMAT = parquet\n" TEXT);
	for (size_t i = 0; i < n; i++) {
		goes_on(i, &moments[i].tap, 1, 1);
		goes_on(i, &moments[i].before_next, 1, 1);
	}
}

Test(query_crash, mode_sync_is_asked_once_more_at_most)
{
	struct fake_tap tap = {0};

	record(&tap, "-- MODE = sync\n" TEXT);
	for (size_t i = 0; i < n; i++)
		goes_on(i, &moments[i].tap, 0, 0);
}

Test(query_crash, an_orderly_end_in_the_middle_goes_on_too)
{
	struct query *q;

	f = (struct tap_fixture){.tap.looks_it_takes = 50};
	tap_start(&f, NULL);
	q = tap_drop(&f, "q.adql", TEXT);
	for (int i = 0; i < 10; i++) {
		loop_turn(f.loop, 20);
		tap_restart(&f);
		q = tap_query(&f, "q.adql");
		cr_assert_not_null(q);
		query_resume(q);
	}
	f.tap.looks_it_takes = 1;
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	cr_expect_eq(fake_tap_runs(&f.tap), 1);
	tap_stop(&f);
}

Test(query_crash, a_finished_query_stays_finished)
{
	struct query *q;

	f = (struct tap_fixture){.tap.looks_it_takes = 1};
	tap_start(&f, NULL);
	q = tap_drop(&f, "q.adql", TEXT);
	cr_assert(tap_wait(&f, q, 60000));
	tap_restart(&f);
	q = tap_query(&f, "q.adql");
	query_resume(q);
	loop_turn(f.loop, 60000);
	cr_expect_eq(q->state, QUERY_DONE);
	cr_expect_eq(fake_net_count(f.net, NULL, "/async"), 0, "%s", fake_net_log(f.net));
	tap_stop(&f);
}

Test(query_crash, a_deletion_that_was_journaled_is_done_by_the_next_mount)
{
	struct query *q;

	f = (struct tap_fixture){.tap.looks_it_takes = 1000};
	tap_start(&f, NULL);
	q = tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 1000);
	fake_net_refuse(f.net, "DELETE", "/async/1", FAKE_ALWAYS);
	query_remove(q);
	loop_turn(f.loop, 10000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 1);
	tap_restart(&f);
	loop_turn(f.loop, 1000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
	tap_stop(&f);
}
