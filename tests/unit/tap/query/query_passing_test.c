/* query_passing_test.c: answers to a poll or to a result's fetch that are others in a moment. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/unit/tap/tap_fixture.h"

#define TEXT   "SELECT a FROM s.t"
#define RESULT "/results/result"

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

TestSuite(query_passing, .init = start, .fini = stop);

/* A query whose job's URL with that end is answered so. */
static struct query *run(const char *method, const char *end, unsigned times, int status)
{
	CLEANUP_FREE char *name = xasprintf("q%u.adql", f.tap.njobs);
	CLEANUP_FREE char *url = xasprintf("/async/%u%s", f.tap.njobs + 1, end);
	struct query *q;

	fake_net_answer(f.net, method, url, times, status, NULL, "oops");
	q = tap_drop(&f, name, TEXT);
	tap_wait(&f, q, 600000);
	return q;
}

static const int passing[] = {401, 404, 429, 500, 502, 503, 504, 520, 522, 524};

#define EACH(s) (size_t s = 0; s < sizeof(passing) / sizeof(*passing); s++)

Test(query_passing, a_poll)
{
	for
		EACH(i)
		{
			struct query *q = run("GET", "", 1, passing[i]);

			cr_expect_eq(q->state, QUERY_DONE, "%d: %s", passing[i], buf_str(&q->log));
		}
	cr_expect_eq(fake_tap_runs(&f.tap), sizeof(passing) / sizeof(*passing));
}

Test(query_passing, the_start_of_a_job)
{
	for
		EACH(i)
		{
			struct query *q = run("POST", "/phase", 1, passing[i]);

			cr_expect_eq(q->state, QUERY_DONE, "%d: %s", passing[i], buf_str(&q->log));
		}
}

Test(query_passing, the_fetch_of_a_result)
{
	for
		EACH(i)
		{
			struct query *q = run("GET", RESULT, 1, passing[i]);

			cr_expect_eq(q->state, QUERY_DONE, "%d: %s", passing[i], buf_str(&q->log));
			cr_expect_eq(q->entry.rows, 2);
		}
	cr_expect_eq(fake_tap_runs(&f.tap), sizeof(passing) / sizeof(*passing));
}

/* Gaia answers 500 now and then, more than once. */
Test(query_passing, a_few_failures_in_a_row)
{
	static const int few[] = {404, 500, 520};

	for (size_t i = 0; i < sizeof(few) / sizeof(*few); i++) {
		struct query *q = run("GET", RESULT, 2, few[i]);

		cr_expect_eq(q->state, QUERY_DONE, "%d: %s", few[i], buf_str(&q->log));
		cr_expect_null(strstr(buf_str(&q->log), "cannot be reached"));
	}
}

Test(query_passing, what_stays_is_the_answer)
{
	static const struct {
		int status;
		unsigned asked;
	} stay[] = {{500, 4}, {520, 4}, {501, 4}, {404, 4}, {401, 2}, {403, 1}, {410, 1}};

	for (size_t i = 0; i < sizeof(stay) / sizeof(*stay); i++) {
		unsigned before = fake_net_count(f.net, "GET", RESULT);
		CLEANUP_FREE char *said = xasprintf("HTTP %d: oops", stay[i].status);
		struct query *q = run("GET", RESULT, FAKE_ALWAYS, stay[i].status);

		cr_expect_eq(q->state, QUERY_FAILED);
		cr_expect_not_null(strstr(q->entry.error_text, said), "%s", q->entry.error_text);
		cr_expect_eq(fake_net_count(f.net, "GET", RESULT) - before, stay[i].asked, "%d: %u",
			     stay[i].status, fake_net_count(f.net, "GET", RESULT) - before);
	}
}

Test(query_passing, at_all_its_addresses)
{
	struct query *q;

	f.tap.href = "http://tap.test:8080/inner";
	fake_net_answer(f.net, "GET", "/inner", FAKE_ALWAYS, 500, NULL, "broken inside");
	q = run("GET", RESULT, FAKE_ALWAYS, 404);
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_not_null(strstr(q->entry.error_text, "broken inside"));
	cr_expect_eq(fake_net_count(f.net, "GET", ":8080/inner"), 4);
	cr_expect_eq(fake_net_count(f.net, "GET", RESULT), 4);
}

Test(query_passing, a_second_401_in_a_row_is_the_answer)
{
	struct query *q = run("GET", "", 2, 401);

	cr_expect_eq(q->state, QUERY_FAILED);
	q = run("POST", "/phase", 2, 401);
	cr_expect_eq(q->state, QUERY_FAILED);
}

/* The answer takes longer than a new result is not known. */
Test(query_passing, a_404_is_believed_when_the_job_is_long_over)
{
	struct query *q;
	unsigned before;

	fake_net_delay(f.net, "GET", RESULT, 1, 5000);
	q = run("GET", RESULT, FAKE_ALWAYS, 404);
	before = fake_net_count(f.net, "GET", RESULT);
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_eq(before, 1);
}

/* Asking again would run the query again. */
Test(query_passing, without_a_job_it_is_the_answer)
{
	unsigned before = fake_net_count(f.net, "POST", "/sync");
	struct query *q;

	fake_net_answer(f.net, "POST", "/sync", FAKE_ALWAYS, 500, NULL, "oops");
	q = tap_drop(&f, "q.adql", "-- MODE = sync\n" TEXT);
	tap_wait(&f, q, 600000);
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_eq(fake_net_count(f.net, "POST", "/sync") - before, 1);
}
