/* query_odd_test.c: answers that are no answers: pages to log in at, what breaks off untold, looks
 * that bring nothing, jobs of others that cannot be read. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/unit/tap/tap_fixture.h"

#define TEXT  "SELECT a FROM s.t"
#define LOGIN "Location: http://tap.test/login?rd=x"

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

TestSuite(query_odd, .init = start, .fini = stop);

static void fails_with(const char *words)
{
	struct query *q = tap_drop(&f, "q.adql", TEXT);

	cr_expect_not(tap_wait(&f, q, 3600000));
	cr_assert_eq(q->state, QUERY_FAILED, "%s", buf_str(&q->log));
	cr_expect_not_null(strstr(q->entry.error_text, words), "%s", q->entry.error_text);
}

static void is_done(void)
{
	tap_is_done_once(&f, tap_drop(&f, "q.adql", TEXT));
}

/* --- addresses of a result --- */

Test(query_odd, what_the_service_says_at_one_address_counts_more_than_a_dead_other)
{
	f.tap.href = "http://inner.test/result";
	fake_net_refuse(f.net, "GET", "inner.test/result", FAKE_ALWAYS);
	fake_net_answer(f.net, "GET", "tap.test/result", FAKE_ALWAYS, 410, NULL, "long gone");
	fake_net_answer(f.net, "GET", "/results/result", FAKE_ALWAYS, 404, NULL, "nothing");
	fails_with("HTTP 410: long gone");
}

Test(query_odd, a_dead_address_beside_ones_that_have_nothing_is_tried_a_few_times)
{
	f.tap.href = "http://inner.test/result";
	fake_net_refuse(f.net, "GET", "inner.test/result", FAKE_ALWAYS);
	fake_net_answer(f.net, "GET", "/result", FAKE_ALWAYS, 404, NULL, "nothing");
	fails_with("HTTP 404");
	cr_expect_eq(fake_net_count(f.net, "GET", "inner.test/result"), 4);
}

Test(query_odd, a_dead_address_that_comes_back_is_waited_for)
{
	f.tap.href = "http://inner.test/tap/async/1/results/result";
	fake_net_refuse(f.net, "GET", "inner.test/tap/async/1/results/result", 3);
	fake_net_answer(f.net, "GET", "tap.test/tap/async/1/results/result", FAKE_ALWAYS, 404, NULL,
			"nothing");
	fake_net_answer(
	    f.net, "GET", "inner.test/tap/async/1/results/result", 1, 200, NULL,
	    "<VOTABLE><RESOURCE><TABLE><FIELD name='a' datatype='int'/><DATA><TABLEDATA>"
	    "<TR><TD>1</TD></TR><TR><TD>2</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE>"
	    "</VOTABLE>");
	is_done();
}

/* --- what breaks off untold (HTTP/1.0) --- */

Test(query_odd, a_result_that_ends_too_early_without_a_length_is_fetched_again)
{
	static const size_t bytes[] = {0, 100, 215};

	for (size_t i = 0; i < sizeof(bytes) / sizeof(*bytes); i++) {
		CLEANUP_FREE char *name = xasprintf("q%zu.adql", i);
		struct query *q;

		fake_net_close(f.net, "GET", "/results/result", 1, bytes[i]);
		q = tap_drop(&f, name, TEXT);
		cr_expect(tap_wait(&f, q, 600000), "%zu: %s", bytes[i], buf_str(&q->log));
	}
}

Test(query_odd, one_that_always_does_is_damaged)
{
	fake_net_close(f.net, "GET", "/results/result", FAKE_ALWAYS, 150);
	fails_with("cut off");
	cr_expect_eq(fake_net_count(f.net, "GET", "/results/result"), 4);
	cr_expect(tap_query(&f, "q.adql")->results[0]->there, "as it was sent");
}

/* --- pages to log in at --- */

Test(query_odd, a_start_that_leads_to_a_page_to_log_in_at_is_none)
{
	fake_net_answer(f.net, "POST", "/phase", FAKE_ALWAYS, 302, LOGIN "\n", "");
	fails_with("sign in");
}

Test(query_odd, a_result_that_leads_there_is_none)
{
	fake_net_answer(f.net, "GET", "/results/result", FAKE_ALWAYS, 302, LOGIN "\n", "");
	fake_net_answer(f.net, "GET", "/login?rd=x", FAKE_ALWAYS, 200, "Content-Type: text/html\n",
			"<html><title>Log in</title></html>");
	fails_with("sign in");
	cr_expect_not_null(
	    strstr(tap_query(&f, "q.adql")->entry.advice, "The service wants you to sign in"), "%s",
	    tap_query(&f, "q.adql")->entry.advice);
}

Test(query_odd, a_deletion_that_leads_there_is_to_be_done_later)
{
	is_done();
	fake_net_answer(f.net, "DELETE", "/async/1", 2, 302, LOGIN "\n", "");
	fake_net_answer(f.net, "POST", "/async/1", 2, 302, LOGIN "\n", "");
	query_remove(tap_query(&f, "q.adql"));
	loop_turn(f.loop, 1000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 1);
	for (int i = 0; i < 60; i++)
		loop_turn(f.loop, 1000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0, "%s", fake_net_log(f.net));
}

/* --- looks --- */

Test(query_odd, looks_that_bring_no_job_are_repeated)
{
	static const char *const bodies[] = {"", "<html>maintenance</html>", "{}"};

	f.tap.is_old = true;
	f.tap.looks_it_takes = 4;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++)
		fake_net_answer(f.net, "GET", "/async/1", 1, 200, NULL, bodies[i]);
	is_done();
}

Test(query_odd, but_not_for_ever)
{
	fake_net_answer(f.net, "GET", "/async/1", FAKE_ALWAYS, 200, NULL, "{}");
	fails_with("the service sent no job document, but JSON");
}

Test(query_odd, a_job_that_took_long_to_make_may_still_be_new)
{
	fake_net_delay(f.net, "POST", "/async", 1, 15000);
	fake_net_answer(f.net, "GET", "/async/1", 3, 404, NULL, "no such job");
	is_done();
}

Test(query_odd, the_first_look_of_a_mount_may_be_too_early)
{
	struct query *q;

	f.tap.looks_it_takes = 1000;
	tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 60000);
	tap_restart(&f);
	f.tap.looks_it_takes = 1;
	fake_net_answer(f.net, "GET", "/async/1", 1, 404, NULL, "no such job");
	q = tap_query(&f, "q.adql");
	query_resume(q);
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
}

/* --- what the POST brings --- */

Test(query_odd, words_in_answer_to_the_post_are_the_reason)
{
	fake_net_answer(f.net, "POST", "/async", 1, 200, "Content-Type: application/json\n",
			"{\"detail\": \"table s.t is offline\"}");
	fails_with("table s.t is offline");
}

Test(query_odd, a_job_document_in_answer_to_the_post_is_the_job)
{
	fake_net_replace(f.net, "POST", "/async", 1, 200,
			 "<job><jobId>1</jobId><phase>PENDING</phase></job>");
	is_done();
	cr_expect_eq(f.tap.njobs, 1);
}

/* --- jobs of others --- */

Test(query_odd, anothers_job_that_cannot_be_read_is_in_the_way_of_nothing)
{
	fake_net_answer(f.net, "POST", "/async", 1, 503, NULL, "no backend");
	fake_net_answer(f.net, "GET", "/async", FAKE_ALWAYS, 200, NULL,
			"<jobs><jobref id='9'><phase>PENDING</phase></jobref></jobs>");
	fake_net_answer(f.net, "GET", "/async/9", FAKE_ALWAYS, 500, NULL, "oops");
	is_done();
	cr_expect_leq(fake_net_count(f.net, "GET", "/async/9"), 20, "%u",
		      fake_net_count(f.net, "GET", "/async/9"));
}

Test(query_odd, nothing_but_a_semicolon_is_no_query)
{
	struct query *q = tap_drop(&f, "q.adql", "-- mine\n ; ;\n");

	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_not_null(strstr(q->entry.error_text, "holds no query"));
	cr_expect_eq(f.tap.njobs, 0);
}
