/* job_removal_test.c: how a job leaves the service: aborted, waited for, deleted. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/log.h"
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

TestSuite(job_removal, .init = start, .fini = stop);

static unsigned requests(const char *method)
{
	return fake_net_count(f.net, method, NULL);
}

/* A query whose job runs. */
static struct query *running(void)
{
	struct query *q;

	f.tap.looks_it_takes = 1000;
	q = tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 1000);
	cr_assert_str_eq(f.tap.jobs[0].phase, "EXECUTING");
	return q;
}

static void removes(struct query *q, uint64_t ms)
{
	query_remove(q);
	loop_turn(f.loop, ms);
}

Test(job_removal, one_that_is_over_is_deleted_at_once)
{
	struct query *q = tap_drop(&f, "q.adql", TEXT);
	unsigned before;

	cr_assert(tap_wait(&f, q, 60000));
	before = requests(NULL);
	removes(q, 1000);
	cr_expect_eq(requests(NULL) - before, 1, "%s", fake_net_log(f.net));
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
}

Test(job_removal, the_end_of_an_aborted_one_is_waited_for)
{
	struct query *q = running();

	f.tap.aborts_take = 5;
	removes(q, 500);
	cr_expect_eq(fake_tap_jobs(&f.tap), 1, "it has not ended");
	loop_turn(f.loop, 10000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
	cr_expect_not(f.tap.jobs[0].deleted_running);
	cr_expect_eq(fake_net_count(f.net, "POST", "/phase"), 2, "RUN and ABORT");
}

Test(job_removal, one_that_never_ends_is_deleted_all_the_same)
{
	struct query *q = running();

	f.tap.aborts_take = 100000;
	removes(q, 30000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
}

Test(job_removal, a_refused_abort_is_followed_by_delete)
{
	struct query *q = running();

	fake_net_answer(f.net, "POST", "/phase", 1, 400, NULL, "no");
	removes(q, 1000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
}

Test(job_removal, a_refused_delete_is_followed_by_a_post)
{
	struct query *q = running();

	fake_net_answer(f.net, "DELETE", "/async/1", FAKE_ALWAYS, 405, NULL, "no");
	removes(q, 10000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
	cr_expect_eq(requests("DELETE"), 1);
}

Test(job_removal, what_does_not_answer_as_a_job_is_never_deleted)
{
	struct query *q = running();

	fake_net_answer(f.net, "GET", "/async/1", FAKE_ALWAYS, 200, "Content-Type: text/html\n",
			"<html><title>Welcome</title></html>");
	removes(q, 60000);
	cr_expect_eq(requests("DELETE"), 0, "%s", fake_net_log(f.net));
	cr_expect_eq(fake_tap_jobs(&f.tap), 1);
}

Test(job_removal, one_that_is_gone_is_removed)
{
	struct query *q = running();

	f.tap.jobs[0].gone = true;
	removes(q, 1000);
	cr_expect_eq(requests("DELETE"), 0);
}

Test(job_removal, what_breaks_is_tried_again)
{
	struct query *q = running();

	fake_net_refuse(f.net, "POST", "/phase", 8);
	fake_net_answer(f.net, "DELETE", "/async/1", 8, 503, NULL, "not now");
	removes(q, 1200000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
	cr_expect_not(f.tap.jobs[0].deleted_running);
}

Test(job_removal, who_is_signed_out_keeps_it_to_be_deleted)
{
	struct query *q = running();

	fake_net_answer(f.net, "GET", "/async/1", 3, 401, NULL, "who are you?");
	removes(q, 1200000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
}
