/* result_address_test.c: where a job's result is looked for, and in which order. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "tap/uws/result_address.h"
#include "tests/unit/tap/tap_fixture.h"

#define JOB "https://example.org/tap/async/7"

static void tried(const char *href, bool main, const char *const wanted[])
{
	struct service service = {.url = (char *)"https://example.org/tap"};
	struct result_addresses a = result_addresses(&service, JOB, href, main);
	size_t n = 0;

	for (; wanted[n]; n++)
		cr_expect(n < a.n && strcmp(a.at[n], wanted[n]) == 0, "%s, %zu: %s", href, n,
			  n < a.n ? a.at[n] : "none");
	cr_expect_eq(a.n, n, "%s: %zu", href, a.n);
	result_addresses_clear(&a);
}

#define TRIED(href, ...) tried(href, true, (const char *const[]){__VA_ARGS__, NULL})

Test(result_address, the_usual_place_is_tried_once)
{
	TRIED(JOB "/results/result", JOB "/results/result");
	TRIED(NULL, JOB "/results/result");
	TRIED("", JOB "/results/result");
}

Test(result_address, gaia_encodes_the_whole_of_it)
{
	TRIED("http%3A%2F%2Fexample.org%2Ftap%2Fasync%2F7%2Fresults%2Fresult",
	      JOB "/results/result");
}

Test(result_address, one_part_that_is_encoded_stays_so)
{
	TRIED("https://example.org/files/a%2Fb", "https://example.org/files/a%2Fb",
	      JOB "/results/result");
}

Test(result_address, relative_to_the_job_and_to_its_document)
{
	TRIED("./7/./results/result", "https://example.org/tap/async/7/7/results/result",
	      JOB "/results/result");
	TRIED("results/r.xml", JOB "/results/r.xml", "https://example.org/tap/async/results/r.xml",
	      JOB "/results/result");
}

Test(result_address, another_port_of_the_host_is_another_server)
{
	TRIED("https://example.org:9000/bucket/7.vot", "https://example.org:9000/bucket/7.vot",
	      "https://example.org/bucket/7.vot", JOB "/results/result");
}

Test(result_address, http_of_a_service_on_https_is_https)
{
	TRIED("http://example.org/files/7.vot", "https://example.org/files/7.vot",
	      JOB "/results/result");
}

Test(result_address, an_inner_host_is_tried_before_the_outer_one)
{
	TRIED("http://tomcat:8080/tap/async/7/results/result",
	      "http://tomcat:8080/tap/async/7/results/result", JOB "/results/result");
}

Test(result_address, a_file_beside_the_result_has_no_usual_place)
{
	tried("log.txt", false,
	      (const char *const[]){JOB "/log.txt", "https://example.org/tap/async/log.txt", NULL});
}

Test(result_address, what_is_no_address_leaves_the_usual_place)
{
	TRIED("file:///etc/passwd", JOB "/results/result");
	TRIED("http://", JOB "/results/result");
}

Test(result_address, a_busy_server_is_left_for_another_after_a_few_tries)
{
	struct service service = {.url = (char *)"https://example.org/tap"};
	struct result_addresses a = result_addresses(&service, JOB, "http://tomcat/x", true);
	CLEANUP_ERROR struct error *busy = NULL;
	CLEANUP_ERROR struct error *missing = NULL;

	error_set(&busy, EAGAIN, "busy");
	error_set(&missing, ENOENT, "not found");
	for (int i = 0; i < 2; i++)
		cr_expect_not(result_address_fails(&a, busy));
	cr_expect_eq(a.next, 0);
	cr_expect(result_address_fails(&a, busy));
	cr_expect_eq(a.next, 1);
	cr_expect_eq(a.busy, 0, "the next one has as many");
	cr_expect(result_address_fails(&a, missing));
	cr_expect_not(result_address_fails(&a, missing), "the last one");
	for (int i = 0; i < 5; i++)
		cr_expect_not(result_address_fails(&a, busy), "nor by being busy");
	cr_expect_str_eq(result_address(&a), JOB "/results/result");
	result_addresses_clear(&a);
}

/* --- in a run --- */

static struct tap_fixture f;

static struct query *run_with_href(const char *href)
{
	struct query *q;

	f = (struct tap_fixture){.tap = {.looks_it_takes = 1, .href = href}};
	tap_start(&f, NULL);
	fake_net_refuse(f.net, NULL, "http://inner:8080/tap/async/1/results/result", FAKE_ALWAYS);
	q = tap_drop(&f, "q.adql", "SELECT a FROM s.t");
	tap_wait(&f, q, 120000);
	return q;
}

static void gets_its_rows(const char *href)
{
	struct query *q = run_with_href(href);

	cr_expect_eq(q->state, QUERY_DONE, "%s: %s", href, buf_str(&q->log));
	cr_expect_eq(q->entry.rows, 2);
	cr_expect_eq(f.tap.njobs, 1);
	tap_stop(&f);
}

Test(result_address, each_of_them_ends_in_the_rows)
{
	gets_its_rows("./1/./results/result");
	gets_its_rows("http://inner:8080/tap/async/1/results/result");
	gets_its_rows("http%3A%2F%2Ftap.test%2Ftap%2Fasync%2F1%2Fresults%2Fresult");
	gets_its_rows("http://tap.test/tap/results//bucket:x/result_1.xml");
	gets_its_rows("http://tap.test/capabilities");
}

Test(result_address, where_none_is_the_first_reason_is_told)
{
	struct query *q;

	f = (struct tap_fixture){.tap = {.looks_it_takes = 1, .href = "http://tap.test/r.xml"}};
	tap_start(&f, NULL);
	fake_net_answer(f.net, "GET", "/r.xml", FAKE_ALWAYS, 410, NULL, "expired");
	fake_net_answer(f.net, "GET", "/results/result", FAKE_ALWAYS, 404, NULL, "no such thing");
	q = tap_drop(&f, "q.adql", "SELECT a FROM s.t");
	cr_expect_not(tap_wait(&f, q, 120000));
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_not_null(strstr(q->entry.error_text, "expired"), "%s", q->entry.error_text);
	tap_stop(&f);
}

/* A gateway that knows no way to the inner address says 503 of it, for ever. */
Test(result_address, a_first_address_that_is_always_busy_is_left)
{
	struct query *q;

	f = (struct tap_fixture){
	    .tap = {.looks_it_takes = 1, .href = "http://tap.test:8080/inner/result/1"}};
	tap_start(&f, NULL);
	fake_net_answer(f.net, "GET", "/inner/result/1", FAKE_ALWAYS, 503, NULL, "no backend");
	q = tap_drop(&f, "q.adql", "SELECT a FROM s.t");
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	cr_expect_eq(fake_net_count(f.net, "GET", ":8080/inner/result/1"), 3);
	cr_expect_eq(q->entry.rows, 2);
	tap_stop(&f);
}
