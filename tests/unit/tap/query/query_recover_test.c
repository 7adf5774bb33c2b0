/* query_recover_test.c: our own job found again on services whose lists and documents are odd. */
#include <criterion/criterion.h>
#include <string.h>

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

Test(query_recover, by_a_RUNID_that_the_user_gave_which_is_sent_unchanged)
{
	f.tap.has_no_parameters = true;
	finds_its_job("-- RUNID = my night\n" TEXT);
	cr_expect_str_eq(f.tap.jobs[0].runid, "my night");
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
