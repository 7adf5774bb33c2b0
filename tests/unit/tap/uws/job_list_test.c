/* job_list_test.c: the service's list of jobs and their documents, over a network that fails. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "tap/uws/job_document.h"
#include "tap/uws/jobs.h"
#include "tests/unit/tap/tap_fixture.h"

static struct tap_fixture f;

static void start(void)
{
	f = (struct tap_fixture){.tap = {.looks_it_takes = 1000, .njobs = 2}};
	snprintf(f.tap.jobs[0].phase, sizeof(f.tap.jobs[0].phase), "COMPLETED");
	snprintf(f.tap.jobs[1].phase, sizeof(f.tap.jobs[1].phase), "EXECUTING");
	tap_start(&f, NULL);
}

static void stop(void)
{
	tap_stop(&f);
}

TestSuite(job_list, .init = start, .fini = stop);

/* A look at the list, as `ls` has it: how long it took, ms. */
static uint64_t look(void)
{
	struct waitlist *wait;
	uint64_t began = loop_now(f.loop);

	while (!jobs_ready(jobs_of(f.service), JOBS_LIVE, JOBS_FRESH_MS, &wait))
		loop_turn(f.loop, 50);
	return loop_now(f.loop) - began;
}

static void expect_missing(int errnum, const char *words)
{
	const struct error *err = jobs_missing(jobs_of(f.service), JOBS_LIVE);

	cr_assert_not_null(err);
	cr_expect_eq(error_errno(err), errnum, "%d", error_errno(err));
	cr_expect_not_null(strstr(error_text(err), words), "%s", error_text(err));
}

Test(job_list, a_service_that_refuses_connections_is_told_at_once)
{
	fake_net_refuse(f.net, NULL, "/async", FAKE_ALWAYS);
	cr_expect_leq(look(), 100);
	expect_missing(EHOSTUNREACH, "the service's list of jobs: ");
	cr_expect_eq(f.service->health, HEALTH_DOWN);
	cr_expect_leq(look(), 100, "nor does the next look wait");
	loop_turn(f.loop, 6000);
	cr_expect_leq(look(), 100);
	expect_missing(EHOSTUNREACH, "the service's list of jobs: ");
}

Test(job_list, a_list_that_leads_to_a_log_in_page_says_to_sign_in)
{
	f.tap.login = "/login?rd=x";
	look();
	expect_missing(EACCES, "sign in with the options auth");
}

static unsigned lists(void)
{
	return fake_net_count(f.net, "GET", "/async");
}

static struct job *job(const char *id)
{
	return jobs_get(jobs_of(f.service), id);
}

/* The phase that its document tells, UWS_UNKNOWN if there is none. */
static enum uws_phase phase(struct job *j)
{
	const struct uws_job *document = NULL;
	struct waitlist *wait;
	struct error *err = NULL;

	for (int i = 0; i < 1000 && !document && !err; i++) {
		wait = NULL;
		document = job_document(j, JOB_NOW, &wait, &err);
		if (!document && !err)
			loop_turn(f.loop, 20);
	}
	error_free(err);
	return document ? document->phase : UWS_UNKNOWN;
}

Test(job_list, nothing_is_asked_before_somebody_looks)
{
	loop_turn(f.loop, 60000);
	cr_expect_eq(lists(), 0);
	look();
	cr_expect_eq(lists(), 1);
	cr_expect_not_null(job("1"));
	cr_expect_eq(job("2")->phase, UWS_EXECUTING);
}

Test(job_list, a_second_look_within_a_second_asks_nothing)
{
	look();
	look();
	cr_expect_eq(lists(), 1);
	loop_turn(f.loop, 1100);
	look();
	cr_expect_eq(lists(), 2);
}

Test(job_list, a_look_waits_three_seconds_at_most)
{
	look();
	loop_turn(f.loop, 2000);
	fake_net_hang(f.net, "GET", "/async", FAKE_ALWAYS);
	cr_expect_leq(look(), JOBS_BOUND_MS + 50);
	cr_expect_not_null(job("1"), "the last list is shown");
	loop_turn(f.loop, 2000);
	cr_expect_leq(look(), 350, "and the next look does not wait so long");
}

Test(job_list, of_a_service_that_is_down_is_not_waited_for_and_the_reason_is_told)
{
	CLEANUP_ERROR struct error *down = NULL;

	error_set(&down, EHOSTUNREACH, "cannot connect");
	service_set_health(f.service, down);
	fake_net_hang(f.net, "GET", "/async", FAKE_ALWAYS);
	cr_expect_leq(look(), 400);
	cr_assert_not_null(jobs_missing(jobs_of(f.service), JOBS_LIVE));
	cr_expect_str_eq(error_text(jobs_missing(jobs_of(f.service), JOBS_LIVE)),
			 "the service's list of jobs: cannot connect");
}

Test(job_list, a_list_that_fails_is_not_asked_for_at_each_look)
{
	unsigned sent;

	fake_net_answer(f.net, "GET", "/async", FAKE_ALWAYS, 500, NULL, "");
	look();
	sent = lists();
	look();
	cr_expect_eq(lists(), sent);
	cr_expect_not_null(jobs_missing(jobs_of(f.service), JOBS_LIVE));
	service_retry(f.service);
	look();
	cr_expect_eq(lists(), sent + 1);
}

Test(job_list, a_deleted_job_is_hidden_and_stays_so)
{
	look();
	job_remove(job("1"));
	cr_expect_null(job("1"));
	loop_turn(f.loop, 2000);
	look();
	cr_expect_null(job("1"));
	cr_expect(f.tap.jobs[0].gone);
}

Test(job_list, a_deletion_that_waits_for_the_service_keeps_it_hidden)
{
	fake_net_refuse(f.net, "DELETE", "/async/1", 12);
	look();
	job_remove(job("1"));
	for (int i = 0; i < 10; i++) {
		loop_turn(f.loop, 1500);
		look();
		cr_expect_null(job("1"));
	}
	loop_turn(f.loop, 600000);
	cr_expect(f.tap.jobs[0].gone);
}

Test(job_list, where_delete_is_refused_it_is_asked_for_by_post)
{
	fake_net_answer(f.net, "DELETE", "/async/1", FAKE_ALWAYS, 405, NULL, "not allowed here");
	look();
	job_remove(job("1"));
	loop_turn(f.loop, 2000);
	cr_expect(f.tap.jobs[0].gone);
	cr_expect_eq(fake_net_count(f.net, "POST", "/async/1"), 1);
}

Test(job_list, a_deletion_that_is_refused_brings_it_back)
{
	fake_net_answer(f.net, NULL, "/async/1", FAKE_ALWAYS, 403, NULL, "");
	look();
	job_remove(job("1"));
	loop_turn(f.loop, 2000);
	look();
	cr_expect_not_null(job("1"), "%s", fake_net_log(f.net));
}

Test(job_list, a_job_that_the_service_forgets_goes)
{
	struct job *j;

	look();
	j = job_ref(job("2"));
	f.tap.jobs[1].gone = true;
	cr_expect_eq(phase(j), UWS_UNKNOWN);
	cr_expect(j->gone);
	cr_expect_null(job("2"));
	job_unref(j);
}

Test(job_list, documents_are_asked_for_once_a_second)
{
	struct job *j;

	look();
	j = job_ref(job("2"));
	cr_expect_eq(phase(j), UWS_EXECUTING);
	cr_expect_eq(phase(j), UWS_EXECUTING);
	cr_expect_eq(fake_net_count(f.net, "GET", "/async/2"), 1);
	job_unref(j);
}

Test(job_list, two_that_look_at_a_document_share_the_request)
{
	struct waitlist *one = NULL, *two = NULL;
	struct job *j;

	look();
	j = job_ref(job("2"));
	cr_expect_null(job_document(j, JOB_NOW, &one, NULL));
	cr_expect_null(job_document(j, JOB_NOW, &two, NULL));
	cr_expect_eq(one, two);
	loop_turn(f.loop, 100);
	cr_expect_eq(fake_net_count(f.net, "GET", "/async/2"), 1);
	job_unref(j);
}

static unsigned seen;

static void woken(struct waiter *w)
{
	(void)w;
	seen++;
}

Test(job_list, a_watched_job_tells_its_next_phase)
{
	struct waiter w = {.wake = woken};
	struct job *j;

	seen = 0;
	look();
	j = job_ref(job("2"));
	waitlist_add(job_watch(j, NULL), &w);
	loop_turn(f.loop, 1000);
	cr_expect_eq(seen, 0);
	f.tap.looks_it_takes = 0;
	loop_turn(f.loop, 60000);
	cr_expect_eq(seen, 1);
	cr_expect_eq(j->phase, UWS_COMPLETED);
	job_unref(j);
}

Test(job_list, a_watch_that_nobody_waits_for_ends)
{
	struct waiter w = {.wake = woken};
	unsigned sent;
	struct job *j;

	look();
	j = job_ref(job("2"));
	waitlist_add(job_watch(j, NULL), &w);
	loop_turn(f.loop, 1000);
	waiter_cancel(&w);
	loop_turn(f.loop, 30000);
	sent = fake_net_count(f.net, NULL, NULL);
	loop_turn(f.loop, 600000);
	cr_expect_eq(fake_net_count(f.net, NULL, NULL), sent);
	job_unref(j);
}
