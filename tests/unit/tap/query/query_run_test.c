/* query_run_test.c: a run from its text to its results, over a network that fails. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/file.h"
#include "tap/query/query_record.h"
#include "tap/uws/recovery.h"
#include "tap/uws/runid.h"
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

TestSuite(query_run, .init = start, .fini = stop);

Test(query_run, a_query_is_run_and_its_result_is_there)
{
	struct query *q = tap_drop(&f, "q.adql", TEXT);
	struct result *csv;

	tap_is_done_once(&f, q);
	csv = query_result(q, format_by_ext("csv", 3));
	cr_assert_not_null(csv);
	cr_expect(csv->there);
	result_unref(csv);
	cr_expect_eq(fake_tap_jobs(&f.tap), 1);
	cr_expect_eq(f.tap.njobs, 1);
}

Test(query_run, a_job_is_told_its_text_and_its_name)
{
	struct query *q = tap_drop(&f, "deep field.adql", TEXT " WHERE a > 1 -- 50 %");

	tap_is_done_once(&f, q);
	cr_expect_str_eq(f.tap.jobs[0].query, TEXT " WHERE a > 1 -- 50 %");
	cr_expect_eq(strncmp(f.tap.jobs[0].runid, "deep field-", 11), 0);
	cr_expect(runid_is_made(f.tap.jobs[0].runid));
}

Test(query_run, a_lost_answer_to_the_post_makes_no_second_job)
{
	struct query *q;

	fake_net_lose(f.net, "POST", "/async", 1);
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_eq(f.tap.njobs, 1, "the job that was made is found in the list");
}

Test(query_run, a_lost_answer_without_a_job_list_leaves_an_orphan_that_never_runs)
{
	struct query *q;

	f.tap.has_no_list = true;
	fake_net_lose(f.net, "POST", "/async", 1);
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_eq(f.tap.njobs, 2);
	cr_expect_str_eq(f.tap.jobs[0].phase, "PENDING");
	cr_expect_not_null(strstr(buf_str(&q->log), "stays PENDING"));
}

Test(query_run, a_post_that_never_arrived_makes_one_job)
{
	struct query *q;

	fake_net_refuse(f.net, "POST", "/async", 20);
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_eq(f.tap.njobs, 1);
	cr_expect_not_null(strstr(buf_str(&q->log), "cannot be reached"));
	cr_expect_not_null(strstr(buf_str(&q->log), "answers again"));
}

Test(query_run, three_lost_answers_are_cleared_up)
{
	struct query *q;

	fake_net_lose(f.net, "POST", "/async", 1);
	fake_net_lose(f.net, "GET", "/async", 3);
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_eq(f.tap.njobs, 1);
}

/* The gateway says so although the service has made the job. */
Test(query_run, a_503_to_the_post_is_followed_by_a_look_at_the_list)
{
	struct query *q;

	f.tap.starts_itself = true;
	fake_net_replace(f.net, "POST", "/async", 1, 503, "busy");
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_eq(f.tap.njobs, 1);
}

Test(query_run, a_504_to_the_post_is_followed_by_a_look_at_the_list)
{
	struct query *q;

	fake_net_replace(f.net, "POST", "/async", 1, 504, "time-out");
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_eq(f.tap.njobs, 1);
}

Test(query_run, a_list_that_refuses_after_is_asked_for_whole)
{
	struct query *q;

	f.tap.refuses_after = true;
	fake_net_lose(f.net, "POST", "/async", 1);
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_eq(f.tap.njobs, 1);
}

Test(query_run, a_307_to_the_post_is_followed_with_the_text)
{
	struct query *q;

	fake_net_answer(f.net, "POST", "tap.test/tap/async", 1, 307,
			"Location: http://tap.test/tap/async/", "");
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_str_eq(f.tap.jobs[0].query, TEXT);
}

Test(query_run, a_wait_that_a_gateway_ends_is_followed_by_a_plain_look)
{
	struct query *q;

	f.tap.looks_it_takes = 6;
	fake_net_answer(f.net, "GET", "&PHASE=EXECUTING", FAKE_ALWAYS, 504, NULL, "");
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_eq(fake_net_count(f.net, "GET", "&PHASE=EXECUTING"), 2, "then it is polled");
}

Test(query_run, a_wait_that_is_refused_is_followed_by_a_plain_look)
{
	struct query *q;

	f.tap.looks_it_takes = 6;
	fake_net_answer(f.net, "GET", "&PHASE=EXECUTING", FAKE_ALWAYS, 400, NULL, "WAIT?");
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
}

Test(query_run, a_500_while_it_is_polled_is_asked_again)
{
	struct query *q;

	fake_net_answer(f.net, "GET", "/async/1", 3, 500, NULL, "Error 500: null");
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
}

Test(query_run, a_new_job_that_is_not_known_yet_is_asked_again)
{
	struct query *q;

	fake_net_answer(f.net, "GET", "/async/1", 3, 404, NULL, "");
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
}

Test(query_run, a_service_that_starts_jobs_by_itself_runs_one)
{
	struct query *q;

	f.tap.starts_itself = true;
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_eq(fake_net_count(f.net, "POST", "/phase"), 0);
}

Test(query_run, a_lost_answer_to_run_is_no_second_run)
{
	struct query *q;

	fake_net_lose(f.net, "POST", "/phase", 1);
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
}

Test(query_run, a_service_that_is_down_for_an_hour_is_waited_for)
{
	CLEANUP_FREE char *told = NULL;
	struct query *q;

	q = tap_drop(&f, "q.adql", TEXT);
	fake_net_refuse(f.net, NULL, "/async/1", FAKE_ALWAYS);
	cr_expect_not(tap_wait(&f, q, 3600000));
	cr_expect_eq(q->state, QUERY_ACTIVE);
	cr_expect_eq(f.service->health, HEALTH_DOWN);
	told = service_describe_health(f.service);
	cr_expect_eq(strncmp(told, "DOWN since 20", 13), 0, "%s", told);
	cr_expect_not_null(strstr(told, ", last answer 20"), "%s", told);
	cr_expect_leq(f.service->health_since, f.service->answered + 60000, "when it began");
	cr_expect_leq(fake_net_count(f.net, "GET", "/async/1"), 400,
		      "a try each minute, at most five requests");
}

Test(query_run, retry_ends_the_wait_for_a_service)
{
	unsigned sent;

	fake_net_refuse(f.net, NULL, "/async", FAKE_ALWAYS);
	tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 900000);
	do { /* until it waits */
		sent = fake_net_count(f.net, NULL, "/async");
		loop_turn(f.loop, 20000);
	} while (sent != fake_net_count(f.net, NULL, "/async"));
	service_retry(f.service);
	loop_turn(f.loop, 1);
	cr_expect_eq(fake_net_count(f.net, NULL, "/async"), sent + 1);
}

Test(query_run, retry_while_it_is_polled_asks_at_once)
{
	unsigned sent;

	f.tap.is_old = true;
	f.tap.looks_it_takes = 1000;
	tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 60000);
	fake_net_refuse(f.net, NULL, "/async/1", FAKE_ALWAYS);
	loop_turn(f.loop, 900000);
	do {
		sent = fake_net_count(f.net, NULL, "/async/1");
		loop_turn(f.loop, 20000);
	} while (sent != fake_net_count(f.net, NULL, "/async/1"));
	service_retry(f.service);
	loop_turn(f.loop, 1);
	cr_expect_eq(fake_net_count(f.net, NULL, "/async/1"), sent + 1);
}

Test(query_run, a_second_launch_in_the_same_moment_changes_nothing)
{
	struct query *q = tap_drop(&f, "q.adql", TEXT);

	query_launch(q, true);
	query_launch(q, false);
	tap_is_done_once(&f, q);
}

Test(query_run, a_wait_that_breaks_is_asked_again)
{
	struct query *q;

	f.tap.looks_it_takes = 3;
	q = tap_drop(&f, "q.adql", TEXT);
	fake_net_lose(f.net, "GET", "&PHASE=EXECUTING", 6);
	tap_is_done_once(&f, q);
}

Test(query_run, a_wait_is_held_as_long_as_it_says)
{
	struct query *q;

	f.tap.looks_it_takes = 2;
	q = tap_drop(&f, "q.adql", TEXT);
	fake_net_delay(f.net, "GET", "&PHASE=EXECUTING", 1, 60000);
	tap_is_done_once(&f, q);
	cr_expect_geq(fake_net_count(f.net, "GET", "?WAIT=60&PHASE=EXECUTING"), 1);
}

Test(query_run, two_jobs_wait_and_others_poll)
{
	struct query *q[4];

	f.tap.looks_it_takes = 1000;
	for (int i = 0; i < 4; i++) {
		CLEANUP_FREE char *name = xasprintf("q%d.adql", i);

		q[i] = tap_drop(&f, name, TEXT);
		loop_turn(f.loop, 50);
	}
	fake_net_hang(f.net, "GET", "&PHASE=EXECUTING", FAKE_ALWAYS);
	loop_turn(f.loop, 20000);
	cr_expect_eq(f.service->long_polls, LONG_POLLS);
	cr_expect_eq(q[3]->state, QUERY_ACTIVE);
}

Test(query_run, a_service_of_uws_1_0_is_polled_at_growing_distance)
{
	struct query *q;

	f.tap.is_old = true;
	f.tap.looks_it_takes = 20;
	q = tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 60000);
	cr_expect_leq(fake_net_count(f.net, "GET", "/async/1"), 20);
	cr_expect_geq(fake_net_count(f.net, "GET", "/async/1"), 14);
	tap_is_done_once(&f, q);
	cr_expect_eq(f.service->long_polls, 0);
}

Test(query_run, a_job_that_is_forgotten_is_told)
{
	struct query *q;

	f.tap.looks_it_takes = 5;
	q = tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 10);
	f.tap.jobs[0].gone = true;
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_not_null(strstr(q->entry.error_text, "does not know this job any more"));
	cr_expect_eq(f.tap.njobs, 1);
}

Test(query_run, a_job_that_fails_tells_why)
{
	struct query *q;

	f.tap.fails = true;
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_str_eq(q->entry.error_text, "the disk of the service is full");
}

Test(query_run, a_refusal_is_not_asked_again)
{
	struct query *q;

	fake_net_answer(f.net, "POST", "/async", FAKE_ALWAYS, 400, "Content-Type: text/plain",
			"no such table");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_not_null(strstr(q->entry.error_text, "no such table"));
	cr_expect_eq(fake_net_count(f.net, "POST", "/async"), 1);
}

Test(query_run, a_result_that_breaks_off_is_fetched_again)
{
	struct query *q;

	fake_net_cut(f.net, "GET", "/results/result", 2, 100);
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_eq(fake_net_count(f.net, "GET", "/results/result"), 3);
}

Test(query_run, a_result_that_always_breaks_off_fails)
{
	struct query *q;

	fake_net_cut(f.net, "GET", "/results/result", FAKE_ALWAYS, 100);
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 600000));
	cr_expect_eq(q->state, QUERY_FAILED);
}

Test(query_run, a_result_that_is_no_votable_is_told)
{
	struct query *q;

	fake_net_answer(f.net, "GET", "/results/result", FAKE_ALWAYS, 200,
			"Content-Type: text/html", "<html>log in</html>");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 600000));
	cr_expect_eq(q->state, QUERY_FAILED);
}

static void fails_with(const char *word)
{
	struct query *q = tap_drop(&f, "q.adql", TEXT);

	cr_expect_not(tap_wait(&f, q, 600000));
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_not_null(strstr(q->entry.error_text, word), "%s", q->entry.error_text);
	cr_expect_null(strstr(q->entry.error_text, "line 1"), "%s", q->entry.error_text);
}

Test(query_run, json_in_place_of_a_result_is_told)
{
	fake_net_answer(f.net, "GET", "/results/result", FAKE_ALWAYS, 200, NULL,
			"{\"error\": \"quota exceeded\"}");
	fails_with("quota exceeded");
}

Test(query_run, nothing_in_place_of_a_result_is_told)
{
	fake_net_answer(f.net, "GET", "/results/result", FAKE_ALWAYS, 200, NULL, "");
	fails_with("an empty answer");
}

Test(query_run, a_page_in_place_of_a_job_is_told)
{
	fake_net_answer(f.net, "GET", "/async/1", FAKE_ALWAYS, 200, "Content-Type: text/html",
			"<html><title>Log in</title>Who are you?</html>");
	fails_with("a web page, \"Log in\"");
}

/* What came in place of a job's document is said in words, whatever /phase says. */
static void is_no_job(int status, const char *headers, const char *body, const char *word)
{
	f.tap.has_phase = true;
	fake_net_answer(f.net, "GET", "/async/1", FAKE_ALWAYS, status, headers, body);
	fails_with(word);
}

Test(query_run, json_in_place_of_a_job_is_told)
{
	is_no_job(200, "Content-Type: application/json", "{\"detail\": \"moved\"}", "JSON: moved");
}

Test(query_run, csv_in_place_of_a_job_is_told)
{
	is_no_job(200, "Content-Type: text/csv", "a,b\r\n1,2\r\n", "text: a,b 1,2");
}

Test(query_run, nothing_in_place_of_a_job_is_told)
{
	is_no_job(200, NULL, "", "an empty answer");
}

Test(query_run, a_204_in_place_of_a_job_is_told)
{
	is_no_job(204, NULL, "", "an empty answer");
}

Test(query_run, a_204_in_place_of_a_result_is_told)
{
	fake_net_answer(f.net, "GET", "/results/result", FAKE_ALWAYS, 204, NULL, "");
	fails_with("an empty answer");
}

Test(query_run, the_phase_alone_is_the_last_resort)
{
	struct query *q;

	f.tap.has_phase = true;
	fake_net_answer(f.net, "GET", "/async/1", FAKE_ALWAYS, 200, NULL,
			"<uws:job><uws:parameter>a < b</uws:parameter>");
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
}

Test(query_run, a_job_that_fails_is_seen_by_its_phase_alone)
{
	f.tap.has_phase = f.tap.fails = true;
	fake_net_answer(f.net, "GET", "/async/1", FAKE_ALWAYS, 200, NULL, "<uws:job>");
	fails_with("the disk of the service is full");
}

Test(query_run, a_job_document_with_a_mark_before_it_is_read)
{
	struct query *q;

	fake_net_answer(f.net, "GET", "/async/1", FAKE_ALWAYS, 200, NULL,
			"\xef\xbb\xbf\r\n<?xml version='1.0'?><job><phase>COMPLETED</phase></job>");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect(tap_wait(&f, q, 600000), "%s", buf_str(&q->log));
}

Test(query_run, an_error_in_the_middle_of_a_table_is_told)
{
	fake_net_answer(f.net, "GET", "/results/result", FAKE_ALWAYS, 200, NULL,
			"<VOTABLE><RESOURCE type='results'><TABLE><FIELD name='a' datatype='int'/>"
			"<DATA><TABLEDATA><TR><TD>1<html><body>database connection lost");
	fails_with("database connection lost");
}

/* Six queries that the service has no time for; how often it is asked within so many s. */
static unsigned asked_within(unsigned s, struct query *q[6])
{
	for (int i = 0; i < 6; i++) {
		CLEANUP_FREE char *name = xasprintf("q%d.adql", i);

		q[i] = tap_drop(&f, name, TEXT);
	}
	for (unsigned i = 0; i < s; i++)
		loop_turn(f.loop, 1000);
	return fake_net_count(f.net, "POST", "/async");
}

static unsigned times(const char *text, const char *in)
{
	unsigned n = 0;

	for (; (in = strstr(in, text)); in += strlen(text))
		n++;
	return n;
}

Test(query_run, a_service_that_has_no_time_for_jobs_is_met_by_no_burst)
{
	struct query *q[6];
	unsigned sent, all;

	fake_net_answer(f.net, "POST", "/async", 40, 429, "Retry-After: 60\n", "slow down");
	all = fake_net_count(f.net, NULL, NULL);
	sent = asked_within(55, q);
	cr_expect_leq(sent, 6, "%u: those that were under way", sent);
	cr_expect_eq(fake_net_count(f.net, NULL, NULL) - all, sent, "and nothing else");
	for (int i = 0; i < 600; i++)
		loop_turn(f.loop, 1000);
	sent = fake_net_count(f.net, "POST", "/async") - sent;
	cr_expect_leq(sent, 11, "%u: one a minute", sent);
	cr_expect_geq(sent, 8, "%u: one a minute", sent);
	for (int i = 0; i < 6; i++) {
		cr_expect(tap_wait(&f, q[i], 7200000), "%s", buf_str(&q[i]->log));
		cr_expect_leq(times("slow down", buf_str(&q[i]->log)), 1, "%s",
			      buf_str(&q[i]->log));
		cr_expect_eq(times("submitting", buf_str(&q[i]->log)), 1);
		cr_expect_eq(times("another is made", buf_str(&q[i]->log)), 0, "none was");
	}
	cr_expect_eq(times("slow down", buf_str(&q[0]->log)), 1);
	cr_expect_eq(f.tap.njobs, 6);
	cr_expect_eq(fake_tap_runs(&f.tap), 6);
}

Test(query_run, a_date_says_when_to_post_again)
{
	struct query *q[6];
	char headers[80], date[64];
	time_t at = (time_t)(clock_now() / 1000) + 90;
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm);
	snprintf(headers, sizeof(headers), "Retry-After: %s\n", date);
	fake_net_answer(f.net, "POST", "/async", 4, 429, headers, "slow down");
	cr_expect_leq(asked_within(85, q), 4, "as many as run at a time");
	for (int i = 0; i < 6; i++)
		cr_expect(tap_wait(&f, q[i], 600000), "%s", buf_str(&q[i]->log));
	cr_expect_eq(fake_net_count(f.net, "POST", "/async"), 10);
}

Test(query_run, a_503_of_the_creation_is_waited_for_and_looked_into)
{
	struct query *q[6];
	unsigned lists = fake_net_count(f.net, "GET", "/async");

	fake_net_answer(f.net, "POST", "/async", 13, 503, "Retry-After: 60\n", "no backend");
	cr_expect_leq(asked_within(55, q), 6);
	cr_expect_eq(fake_net_count(f.net, "GET", "/async"), lists, "held back");
	for (int i = 0; i < 6; i++) {
		cr_expect(tap_wait(&f, q[i], 7200000), "%s", buf_str(&q[i]->log));
		cr_expect_leq(times("another is made", buf_str(&q[i]->log)), 1, "%s",
			      buf_str(&q[i]->log));
	}
	cr_expect_geq(fake_net_count(f.net, "GET", "/async"), lists + 6);
	cr_expect_eq(f.tap.njobs, 6);
}

Test(query_run, a_long_retry_after_is_one_query_s)
{
	struct query *q;

	fake_net_answer(f.net, "POST", "/async", 1, 429, "Retry-After: 3600\n", "slow down");
	q = tap_drop(&f, "q.adql", TEXT);
	for (int i = 0; i < 3590; i++)
		loop_turn(f.loop, 1000);
	cr_expect_eq(fake_net_count(f.net, "POST", "/async"), 1);
	tap_is_done_once(&f, q);
}

#define JOB_OVER "<job version='1.1'><jobId>x</jobId><phase>COMPLETED</phase></job>"
#define ONE_ROW                                                                            \
	"<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/><TABLE>"  \
	"<FIELD name='a' datatype='int'/><DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA>" \
	"</DATA></TABLE></RESOURCE></VOTABLE>"

/* DaCHS's are random letters. */
Test(query_run, a_job_is_one_whatever_the_letters_of_its_id)
{
	static const char *const ids[] = {"sso1ab", "login", "oauth2x", "saml", "x.jsp"};

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		CLEANUP_FREE char *job = xasprintf("/tap/async/%s", ids[i]);
		CLEANUP_FREE char *result = xasprintf("%s/results/result", job);
		CLEANUP_FREE char *name = xasprintf("q%zu.adql", i);
		struct query *q;

		f.tap.new_job_url = job;
		fake_net_answer(f.net, "GET", job, FAKE_ALWAYS, 200, NULL, JOB_OVER);
		fake_net_answer(f.net, "GET", result, FAKE_ALWAYS, 200, NULL, ONE_ROW);
		q = tap_drop(&f, name, TEXT);
		cr_expect(tap_wait(&f, q, 60000), "%s: %s", ids[i], buf_str(&q->log));
	}
	f.tap.new_job_url = NULL;
}

Test(query_run, a_page_to_log_in_at_beside_the_jobs_is_none)
{
	struct query *q;

	f.tap.new_job_url = "/tap/async/login";
	fake_net_answer(f.net, "GET", "/async/login", FAKE_ALWAYS, 200, "Content-Type: text/html",
			"<html><title>Log in</title></html>");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_not_null(strstr(q->entry.error_text, "sign in"), "%s", q->entry.error_text);
	query_remove(q);
	loop_turn(f.loop, 60000);
	cr_expect_eq(fake_net_count(f.net, "DELETE", NULL), 0);
}

Test(query_run, a_page_to_log_in_at_is_no_job)
{
	fake_net_answer(f.net, "POST", "/async", 1, 302,
			"Location: http://tap.test/login?rd=%2Ftap%2Fasync", "");
	fails_with("sign in");
	query_remove(tap_query(&f, "q.adql"));
	loop_turn(f.loop, 60000);
	cr_expect_eq(fake_net_count(f.net, NULL, "/login"), 0);
}

Test(query_run, a_job_document_that_is_not_quite_xml_is_read)
{
	struct query *q;

	f.tap.is_sloppy = true;
	q = tap_drop(&f, "q.adql", TEXT " WHERE b = 'caf\xe9' AND c = 'x&y'");
	tap_is_done_once(&f, q);
}

Test(query_run, a_job_list_that_is_not_quite_xml_is_read)
{
	struct query *q;

	f.tap.is_sloppy = true;
	fake_net_lose(f.net, "POST", "/async", 1);
	q = tap_drop(&f, "caf\xc3\xa9 & co.adql", TEXT);
	tap_is_done_once(&f, q);
	cr_expect_eq(f.tap.njobs, 1);
}

Test(query_run, a_503_to_the_result_is_waited_for)
{
	struct query *q;

	fake_net_answer(f.net, "GET", "/results/result", 12, 503, NULL, "");
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
}

Test(query_run, mode_sync_makes_no_job)
{
	struct query *q = tap_drop(&f, "q.adql", "-- MODE = sync\n" TEXT);

	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	cr_expect_eq(f.tap.njobs, 0);
	cr_expect_eq(q->entry.rows, 2);
}

Test(query_run, only_so_many_run_at_a_time)
{
	struct query *q[20];
	unsigned most = 0;

	f.tap.looks_it_takes = 3;
	for (int i = 0; i < 20; i++) {
		CLEANUP_FREE char *name = xasprintf("q%02d.adql", i);

		q[i] = tap_drop(&f, name, TEXT);
	}
	for (int t = 0; t < 2000; t++) {
		loop_turn(f.loop, 10);
		if (queries_of(f.service)->running > most)
			most = queries_of(f.service)->running;
	}
	cr_expect_eq((int64_t)most, setting_int(f.service->settings, OPT_RUNNING_JOBS));
	for (int i = 0; i < 20; i++)
		cr_expect(tap_wait(&f, q[i], 600000));
	cr_expect_eq(fake_tap_runs(&f.tap), 20);
}

Test(query_run, a_query_that_is_removed_has_its_job_deleted)
{
	struct query *q;

	f.tap.looks_it_takes = 1000;
	q = tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 1000);
	query_remove(q);
	loop_turn(f.loop, 1000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
	cr_expect(f.tap.jobs[0].aborted, "a running job is aborted first");
	cr_expect_not(f.tap.jobs[0].deleted_running);
	cr_expect_eq(fake_net_open(f.net), 0);
}

Test(query_run, a_query_that_is_removed_while_the_post_is_under_way_leaves_no_job)
{
	struct query *q;

	fake_net_delay(f.net, "POST", "/async", 1, 5000);
	q = tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 1000);
	query_remove(q);
	loop_turn(f.loop, 20000);
	cr_expect_eq(f.tap.njobs, 1);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
}

Test(query_run, a_query_that_is_removed_after_a_lost_answer_leaves_no_job)
{
	struct query *q;

	fake_net_lose(f.net, "POST", "/async", 1);
	fake_net_refuse(f.net, "GET", "/async", 5);
	q = tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 1000);
	cr_expect_eq(f.tap.njobs, 1);
	query_remove(q);
	loop_turn(f.loop, 600000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
}

Test(query_run, another_text_is_another_job)
{
	struct query *q = tap_drop(&f, "q.adql", TEXT);

	tap_is_done_once(&f, q);
	q = tap_drop(&f, "q.adql", TEXT " WHERE a > 1");
	cr_expect(tap_wait(&f, q, 60000));
	cr_expect_eq(f.tap.njobs, 2);
	loop_turn(f.loop, 1000);
	cr_expect(f.tap.jobs[0].gone, "the job of the old text is deleted");
}

Test(query_run, a_result_is_in_the_way_of_nothing_when_the_disk_is_not_there)
{
	CLEANUP_FREE char *results = NULL;
	struct query *q;

	results = xstrdup(f.service->dir.results);
	tap_remove_dir(results);
	cr_assert_eq(symlink("/nowhere/at/all", results), 0);
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_eq(q->state, QUERY_FAILED);
}
