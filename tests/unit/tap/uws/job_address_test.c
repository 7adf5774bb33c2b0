/* job_address_test.c: which URLs are jobs of a service, and what is never touched. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/uws/job_address.h"
#include "tap/uws/jobs.h"
#include "tests/unit/tap/tap_fixture.h"

#define TAP "http://example.org/tap"

static struct service service = {.url = (char *)TAP};

static void leads(const char *href, const char *id, const char *wanted)
{
	struct uws_jobref ref = {.href = (char *)href, .id = (char *)id};
	CLEANUP_FREE char *url = job_ref_url(&service, &ref);

	cr_expect(wanted && url ? strcmp(url, wanted) == 0 : wanted == url, "%s, %s: %s",
		  href ? href : "-", id, url ? url : "none");
}

Test(job_address, a_href_below_the_list_is_the_job)
{
	leads(TAP "/async/7", "x", TAP "/async/7");
	leads("7", "x", TAP "/async/7");
	leads("http://EXAMPLE.org:80/tap/async/7/", "x", TAP "/async/7");
	leads("https://example.org/tap/async/7", "x", TAP "/async/7");
	leads("/tap/async/7", "x", TAP "/async/7");
}

Test(job_address, any_other_href_is_the_job_of_that_id)
{
	leads(NULL, "7", TAP "/async/7");
	leads("http://elsewhere.org/tap/async/7", "7", TAP "/async/7");
	leads("http://10.0.0.1:8080/tap/async/7", "7", TAP "/async/7");
	leads("http://user:password@example.org/tap/async/8", "7", TAP "/async/7");
	leads("../../up", "7", TAP "/async/7");
	leads(TAP "/async/7/results", "7", TAP "/async/7");
	leads(TAP "/async/7?x=1", "7", TAP "/async/7");
	leads(TAP "/async/%2e%2e", "7", TAP "/async/7");
	leads(TAP "/async/.%2e", "7", TAP "/async/7");
	leads(TAP "/async/%2e.", "7", TAP "/async/7");
	leads(TAP "/async/%2E", "7", TAP "/async/7");
	leads(TAP "/async/%252e%252E", "7", TAP "/async/7");
	leads(TAP "/async/..;x", "7", TAP "/async/7");
	leads(TAP "/async/..%3bx", "7", TAP "/async/7");
	leads(TAP "/async/..%5cup", "7", TAP "/async/7");
	leads(TAP "/async/..\\up", "7", TAP "/async/7");
	leads(TAP "/async/..%2fup", "7", TAP "/async/7");
	leads(TAP "/async/x%00", "7", TAP "/async/7");
	leads(TAP "/async", "7", TAP "/async/7");
	leads("file:///etc/passwd", "7", TAP "/async/7");
}

Test(job_address, ids_are_one_segment)
{
	leads(NULL, "a b", TAP "/async/a%20b");
	leads(NULL, "a/b", TAP "/async/a%2Fb");
	leads(NULL, "..a.b", TAP "/async/..a.b");
	leads(NULL, "7;jsessionid=a", TAP "/async/7%3Bjsessionid%3Da");
	leads(NULL, "#x", TAP "/async/%23x");
	leads(NULL, "?x", TAP "/async/%3Fx");
}

Test(job_address, ids_that_lead_up_are_none)
{
	leads(NULL, "../../up", NULL);
	leads(NULL, "a/../../up", NULL);
	leads(NULL, "..;x", NULL);
	leads(NULL, "..\\up", NULL);
	leads(NULL, "%2e%2e", NULL);
	leads(NULL, "%252e.", NULL);
	leads(NULL, "..%5cup", NULL);
	leads(NULL, "...", NULL);
	leads(NULL, "..", NULL);
	leads(NULL, ".", NULL);
	leads(NULL, "", NULL);
}

Test(job_address, where_our_own_posts_led_is_here_too)
{
	struct service s = {.url = (char *)TAP};
	struct uws_jobref ref = {.href = (char *)"http://example.org/jobs/async/7"};
	CLEANUP_FREE char *before = job_ref_url(&s, &ref);
	CLEANUP_FREE char *after = NULL;

	cr_expect_null(before);
	job_address_learn(&s, "http://elsewhere.org/jobs/async/3");
	cr_expect_null(s.jobs_url, "not on another host");
	job_address_learn(&s, "http://example.org/jobs/async/3");
	after = job_ref_url(&s, &ref);
	cr_expect_str_eq(after, "http://example.org/jobs/async/7");
	free(s.jobs_url);
}

static struct tap_fixture f;

/* A list as a hostile or broken service sends it. */
static void list_is(const char *jobrefs)
{
	CLEANUP_FREE char *xml = xasprintf(
	    "<jobs xmlns:xlink='http://www.w3.org/1999/xlink' version='1.1'>%s</jobs>", jobrefs);
	struct waitlist *wait;

	f = (struct tap_fixture){0};
	tap_start(&f, NULL);
	fake_net_answer(f.net, "GET", "/async", FAKE_ALWAYS, 200, NULL, xml);
	while (!jobs_ready(jobs_of(f.service), JOBS_LIVE, JOBS_FRESH_MS, &wait))
		loop_turn(f.loop, 50);
}

Test(job_address, nothing_is_sent_to_where_a_list_leads_elsewhere)
{
	struct job *j;

	list_is("<jobref id='7' xlink:href='http://elsewhere.test/tap/async/7'>"
		"<phase>COMPLETED</phase></jobref>");
	j = jobs_get(jobs_of(f.service), "7");
	cr_assert_not_null(j);
	job_remove(j);
	loop_turn(f.loop, 10000);
	cr_expect_null(strstr(fake_net_log(f.net), "elsewhere"));
	cr_expect_eq(fake_net_count(f.net, "DELETE", "tap.test/tap/async/7"), 1);
	tap_stop(&f);
}

Test(job_address, a_job_without_an_address_is_not_shown)
{
	list_is("<jobref id='..'><phase>COMPLETED</phase></jobref>"
		"<jobref id='1'><phase>COMPLETED</phase></jobref>");
	cr_expect_eq(HASH_COUNT(jobs_of(f.service)->all), 1);
	cr_expect_eq(jobs_of(f.service)->strangers_reported, 1);
	tap_stop(&f);
}
