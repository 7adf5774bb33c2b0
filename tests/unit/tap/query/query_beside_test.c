/* query_beside_test.c: a result whose rows are in a file that it names (STREAM href). */
#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/file.h"
#include "tap/query/query_record.h"
#include "tap/query/query_result.h"
#include "tests/unit/tap/tap_fixture.h"

#define TEXT "SELECT a FROM s.t"
#define DOCUMENT(href)                                                                     \
	"<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/><TABLE>"  \
	"<FIELD name='a' datatype='int'/><DATA><BINARY><STREAM href='" href "'/></BINARY>" \
	"</DATA></TABLE></RESOURCE></VOTABLE>"

static struct tap_fixture f;

static void start(void)
{
	f = (struct tap_fixture){.tap = {.looks_it_takes = 1,
					 .result = DOCUMENT("/files/a.bin"),
					 .file = "\0\0\0\1\0\0\0\2",
					 .file_len = 8}};
	tap_start(&f, NULL);
}

static void stop(void)
{
	tap_stop(&f);
}

TestSuite(query_beside, .init = start, .fini = stop);

static char *content(struct query *q, const char *extension)
{
	struct result *r = query_result(q, format_by_ext(extension, strlen(extension)));
	CLEANUP_FREE char *path = xstrdup(r->path);
	size_t n;

	result_unref(r);
	return file_get(path, 1 << 20, &n, NULL);
}

Test(query_beside, its_rows_are_fetched_and_kept_with_it)
{
	struct query *q = tap_drop(&f, "q.adql", TEXT);
	CLEANUP_FREE char *csv = NULL, *vot = NULL, *tsv = NULL;
	struct result *r;

	tap_is_done_once(&f, q);
	csv = content(q, "csv");
	cr_expect_str_eq(csv, "a\n1\n2\n");
	vot = content(q, "vot");
	cr_expect_str_eq(vot, DOCUMENT("/files/a.bin"), "as it was sent");
	tap_restart(&f);
	q = tap_query(&f, "q.adql");
	query_resume(q);
	f.tap.file = NULL;
	r = query_result(q, format_by_ext("tsv", 3));
	cr_assert(result_make(r));
	for (int i = 0; i < 100 && !r->there; i++)
		loop_turn(f.loop, 100);
	result_unref(r);
	tsv = content(q, "tsv");
	cr_assert_not_null(tsv);
	cr_expect_str_eq(tsv, "a\n1\n2\n", "other formats are made with them, later too");
}

Test(query_beside, it_goes_with_the_query)
{
	struct query *q = tap_drop(&f, "q.adql", TEXT);
	CLEANUP_FREE char *path = NULL;

	tap_is_done_once(&f, q);
	path = xstrdup(q->results[FORMAT_BESIDE]->path);
	cr_expect_eq(access(path, F_OK), 0);
	query_results_forget(q, false);
	loop_turn(f.loop, 1000);
	cr_expect_neq(access(path, F_OK), 0);
}

Test(query_beside, another_hosts_file_is_not_fetched)
{
	struct query *q;

	f.tap.result = DOCUMENT("http://elsewhere.test/a.bin");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 600000));
	cr_expect_not_null(strstr(q->entry.error_text, "another file, http://elsewhere.test/"));
	cr_expect_null(strstr(fake_net_log(f.net), "elsewhere.test"));
}

Test(query_beside, a_file_that_is_not_there_is_the_reason)
{
	struct query *q;

	f.tap.result = DOCUMENT("/files/none.bin");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 600000));
	cr_expect_not_null(strstr(q->entry.error_text, "/files/none.bin (STREAM href), which "
						       "could not be fetched: HTTP 404"),
			   "%s", q->entry.error_text);
	cr_expect_eq(fake_tap_runs(&f.tap), 1);
}

Test(query_beside, a_connection_that_breaks_is_tried_again)
{
	struct query *q;

	fake_net_lose(f.net, "GET", "/files/a.bin", 1);
	q = tap_drop(&f, "q.adql", TEXT);
	tap_is_done_once(&f, q);
}
