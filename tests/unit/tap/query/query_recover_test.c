/* query_recover_test.c: our own job found again on services whose lists and documents are odd. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tap/uws/runid.h"
#include "tests/unit/tap/tap_fixture.h"

#define TEXT "SELECT a FROM s.t"

static struct tap_fixture f;

static void start(void)
{
	f = (struct tap_fixture){.tap.looks_it_takes = 1};
	tap_start(&f, NULL);
	fake_net_lose(f.net, "POST", "/async", 1);
}

static void stop(void)
{
	tap_stop(&f);
}

TestSuite(query_recover, .init = start, .fini = stop);

static struct query *finds_its_job(const char *text)
{
	struct query *q = tap_drop(&f, "q.adql", text);

	cr_expect(tap_wait(&f, q, 600000), "%s", buf_str(&q->log));
	cr_expect_eq(f.tap.njobs, 1, "%u jobs\n%s", f.tap.njobs, fake_net_log(f.net));
	cr_expect_eq(fake_tap_runs(&f.tap), 1);
	cr_expect_not_null(strstr(buf_str(&q->log), "made before, is taken up"));
	return q;
}

Test(query_recover, by_the_RUNID_where_documents_have_no_parameters)
{
	f.tap.has_no_parameters = true;
	finds_its_job(TEXT);
}

static char now[CLOCK_TEXT];

/* The service says that its jobs are as new as they are. */
static void tells_times(void)
{
	f.tap.created = clock_iso(clock_now(), now);
}

Test(query_recover, by_a_RUNID_that_the_user_gave_which_is_sent_unchanged)
{
	f.tap.has_no_parameters = true;
	tells_times();
	finds_its_job("-- RUNID = my night\n" TEXT);
	cr_expect_str_eq(f.tap.jobs[0].runid, "my night");
}

/* A job that somebody else made; it was never run. */
static void foreign(const char *runid, const char *text)
{
	struct fake_job *j = &f.tap.jobs[f.tap.njobs++];

	*j = (struct fake_job){.phase = "PENDING"};
	snprintf(j->runid, sizeof(j->runid), "%s", runid);
	snprintf(j->query, sizeof(j->query), "%s", text);
}

/* Done, and its job is not the first one, which is as it was. */
static void leaves_the_first_alone(struct query *q)
{
	cr_expect(tap_wait(&f, q, 600000), "%s", buf_str(&q->log));
	cr_expect_eq(f.tap.jobs[0].runs, 0);
	query_remove(q);
	loop_turn(f.loop, 600000);
	cr_expect_not(f.tap.jobs[0].gone);
}

Test(query_recover, not_the_one_of_two_that_have_its_RUNID_only)
{
	f.tap.has_no_parameters = true;
	tells_times();
	foreign("my night", TEXT);
	leaves_the_first_alone(tap_drop(&f, "q.adql", "-- RUNID = my night\n" TEXT));
}

Test(query_recover, not_one_of_that_RUNID_from_before)
{
	static char old[CLOCK_TEXT];

	f.tap.has_no_parameters = true;
	f.tap.created = clock_iso(clock_now() - 3600000, old);
	foreign("my night", TEXT);
	fake_net_answer(f.net, "POST", "/async", 1, 503, NULL, "");
	leaves_the_first_alone(tap_drop(&f, "q.adql", "-- RUNID = my night\n" TEXT));
}

/* Two queries of one RUNID: whose job it is cannot be told. */
Test(query_recover, not_that_of_another_query_of_the_same_RUNID)
{
	struct query *a, *b;

	f.tap.has_no_parameters = true;
	tells_times();
	a = tap_drop(&f, "a.adql", "-- RUNID = survey\nSELECT a FROM s.t");
	b = tap_drop(&f, "b.adql", "-- RUNID = survey\nSELECT b FROM s.t");
	fake_net_lose(f.net, "POST", "/async", 1);
	cr_expect(tap_wait(&f, a, 600000) && tap_wait(&f, b, 600000));
	cr_expect_str_neq(a->entry.job_url, b->entry.job_url);
	for (unsigned i = 0; i < f.tap.njobs; i++) {
		bool of_a =
		    strcmp(strrchr(a->entry.job_url, '/') + 1, (char[]){(char)('1' + i), 0}) == 0;

		if (of_a)
			cr_expect_str_eq(f.tap.jobs[i].query, "SELECT a FROM s.t");
	}
}

Test(query_recover, not_one_without_a_RUNID_where_the_service_shows_them)
{
	foreign("", TEXT);
	leaves_the_first_alone(tap_drop(&f, "q.adql", TEXT));
}

Test(query_recover, one_without_a_RUNID_is_never_deleted_as_ours)
{
	struct query *q;

	f.tap.list_is_bare = true;
	fake_net_answer(f.net, "POST", "/async", FAKE_ALWAYS, 503, NULL, "");
	foreign("", TEXT);
	q = tap_drop(&f, "q.adql", TEXT " WHERE a > 1");
	loop_turn(f.loop, 1000);
	snprintf(f.tap.jobs[0].query, sizeof(f.tap.jobs[0].query), "%s", TEXT " WHERE a > 1");
	query_remove(q);
	loop_turn(f.loop, 600000);
	cr_expect_not(f.tap.jobs[0].gone);
}

Test(query_recover, after_a_server_that_failed_at_the_post)
{
	static const int statuses[] = {500, 520, 524};

	for (size_t i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
		CLEANUP_FREE char *text = xasprintf(TEXT " WHERE a > %zu", i);
		struct query *q;

		fake_net_replace(f.net, "POST", "/async", 1, statuses[i], "gateway");
		q = tap_drop(&f, "q.adql", text);
		cr_expect(tap_wait(&f, q, 600000), "%s", buf_str(&q->log));
		cr_expect_eq(f.tap.jobs[f.tap.njobs - 1].runs, 1);
	}
}

Test(query_recover, a_500_that_is_meant_is_the_answer)
{
	struct query *q;

	tap_stop(&f);
	f = (struct tap_fixture){.tap.looks_it_takes = 1};
	tap_start(&f, NULL);
	fake_net_answer(f.net, "POST", "/async", FAKE_ALWAYS, 500, NULL, "no such column x");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 600000));
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_not_null(strstr(q->entry.error_text, "no such column x"));
	cr_expect_leq(fake_net_count(f.net, "POST", "/async"), 2);
}

Test(query_recover, a_job_that_nobody_heard_of_goes_though_the_next_is_refused)
{
	struct query *q;

	fake_net_answer(f.net, "GET", "/async", 2, 200, NULL,
			"<uws:jobs xmlns:uws='http://www.ivoa.net/xml/UWS/v1.0' version='1.1'/>");
	fake_net_answer(f.net, "POST", "/async", 1, 400, NULL, "no");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 600000));
	loop_turn(f.loop, 600000);
	cr_expect_eq(f.tap.njobs, 1);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0, "%s", fake_net_log(f.net));
}

Test(query_recover, by_the_document_where_the_list_has_ids_only)
{
	f.tap.list_is_bare = true;
	finds_its_job(TEXT);
}

/* Of the day before, as a service in another zone tells it; the fixture's clock is the real one. */
Test(query_recover, where_times_are_local)
{
	f.tap.created = "2001-01-01T00:00:00";
	finds_its_job(TEXT);
}

Test(query_recover, where_the_filter_compares_local_times)
{
	f.tap.empty_after = true;
	finds_its_job(TEXT);
}

Test(query_recover, not_one_of_long_ago_by_a_RUNID_that_the_user_gave)
{
	struct query *q;

	f.tap.created = "2001-01-01T00:00:00";
	q = tap_drop(&f, "q.adql", "-- RUNID = my night\n" TEXT);
	cr_expect(tap_wait(&f, q, 600000));
	cr_expect_eq(f.tap.njobs, 2, "what is there may be of another run");
	cr_expect_not_null(strstr(buf_str(&q->log), "RUNID my night"));
	cr_expect_not_null(strstr(buf_str(&q->log), "another is made"));
}

Test(query_recover, where_none_can_be_found_the_log_says_what_may_be_left_over)
{
	struct query *q;

	f.tap.has_no_list = true;
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect(tap_wait(&f, q, 600000));
	cr_expect_eq(f.tap.njobs, 2);
	cr_expect_not_null(strstr(buf_str(&q->log), "has no list of jobs"));
	cr_expect_not_null(strstr(buf_str(&q->log), f.tap.jobs[0].runid));
}

TestSuite(query_create, .init = start, .fini = stop);

Test(query_create, nothing_is_left_over_where_the_service_was_not_reached)
{
	struct query *q;

	tap_stop(&f);
	f = (struct tap_fixture){.tap.looks_it_takes = 1};
	tap_start(&f, NULL);
	fake_net_refuse(f.net, "POST", "/async", 3);
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect(tap_wait(&f, q, 600000));
	cr_expect_null(strstr(buf_str(&q->log), "another is made"), "%s", buf_str(&q->log));
}

static struct query *led_to(const char *url)
{
	tap_stop(&f);
	f = (struct tap_fixture){.tap.looks_it_takes = 1, .tap.new_job_url = url};
	tap_start(&f, NULL);
	return tap_drop(&f, "q.adql", TEXT);
}

Test(query_create, a_job_elsewhere_is_looked_at_before_it_is_believed)
{
	struct query *q = led_to(FAKE_TAP_URL "/queue/1");

	cr_expect(tap_wait(&f, q, 600000), "%s", buf_str(&q->log));
	cr_expect_eq(f.tap.njobs, 1);
	cr_expect_str_eq(q->entry.job_url, FAKE_TAP_URL "/queue/1");
}

Test(query_create, what_is_no_job_elsewhere_is_never_taken_for_one)
{
	struct query *q = led_to(FAKE_TAP_URL "/welcome/page");

	fake_net_answer(f.net, "GET", "/welcome/page", FAKE_ALWAYS, 200,
			"Content-Type: text/html\n", "<html><title>Welcome</title></html>");
	cr_expect_not(tap_wait(&f, q, 600000));
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_not_null(strstr(q->entry.error_text, "Welcome"), "%s", q->entry.error_text);
	query_remove(q);
	loop_turn(f.loop, 60000);
	cr_expect_eq(fake_net_count(f.net, "DELETE", NULL), 0);
	cr_expect_eq(fake_net_count(f.net, "POST", "/welcome/page/phase"), 0);
}
