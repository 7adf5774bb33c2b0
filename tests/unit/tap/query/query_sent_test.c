/* query_sent_test.c: what a query is sent as, and what a service that wants it otherwise is sent
 * then. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/file.h"
#include "tap/query/query_record.h"
#include "tap/uws/recovery.h"
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

TestSuite(query_sent, .init = start, .fini = stop);

Test(query_sent, directives_are_obeyed_and_not_sent)
{
	struct query *q = tap_drop(&f, "q.adql", "-- RUNID = m31\n-- MAXREC = 0\n" TEXT ";\n");

	tap_is_done_once(&f, q);
	cr_expect_str_eq(f.tap.jobs[0].query, TEXT "\n");
	cr_expect_str_eq(f.tap.jobs[0].runid, "m31");
	cr_expect_str_eq(f.tap.jobs[0].maxrec, "0");
	q = tap_drop(&f, "r.adql", TEXT);
	cr_expect(tap_wait(&f, q, 60000));
	cr_expect_str_eq(f.tap.jobs[1].maxrec, "", "it is not sent where nothing is said");
}

static bool has(struct query *q, const char *extension)
{
	int format = format_by_ext(extension, strlen(extension));
	struct result *r = query_result(q, format < 0 ? FORMAT_ASKED : format);
	bool there = r && r->there && access(r->path, R_OK) == 0;

	result_unref(r);
	return there;
}

Test(query_sent, a_serialization_that_is_asked_for_is_sent_and_read_as_always)
{
	struct query *q = tap_drop(&f, "q.adql", "-- FORMAT = votable/td\n" TEXT);

	tap_is_done_once(&f, q);
	cr_expect_str_eq(f.tap.jobs[0].format, "votable/td");
	cr_expect(has(q, "vot"));
	cr_expect(has(q, "csv"));
}

/* Rubin has it. */
Test(query_sent, another_format_is_kept_as_it_comes)
{
	struct query *q;

	f.tap.result = "PAR1 and so on PAR1";
	f.tap.type = "application/vnd.apache.parquet";
	q = tap_drop(&f, "q.adql", "-- FORMAT = Parquet\n" TEXT);
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	cr_expect_str_eq(f.tap.jobs[0].format, "Parquet");
	cr_expect(has(q, "parquet"));
	cr_expect_not(has(q, "vot"));
	cr_expect_not(has(q, "csv"));
	cr_expect_not(has(q, "fits"));
	cr_expect_str_eq(q->entry.formats, "parquet 19");
	cr_expect_not_null(strstr(buf_str(&q->log), "an overflow) cannot be seen"));
	tap_restart(&f);
	q = tap_query(&f, "q.adql");
	query_resume(q);
	cr_expect(has(q, "parquet"), "also after the next mount");
	cr_expect_not(has(q, "csv"));
}

Test(query_sent, an_error_in_words_is_the_reason_and_no_file)
{
	struct query *q;

	f.tap.result = "Error: disk quota exceeded\n";
	f.tap.type = "text/plain";
	q = tap_drop(&f, "q.adql", "-- FORMAT = csv\n" TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_not_null(strstr(q->entry.error_text, "Error: disk quota exceeded"));
	cr_expect_not(has(q, "csv"));
	f.tap.result = "{\"detail\": \"not authenticated\"}";
	f.tap.type = "application/json";
	q = tap_drop(&f, "r.adql", "-- FORMAT = json\n" TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_not_null(strstr(q->entry.error_text, "not authenticated"));
	cr_expect_not(has(q, "json"));
}

Test(query_sent, a_directive_that_is_not_carried_out_yet_sends_nothing)
{
	struct query *q = tap_drop(&f, "q.adql", "/* mine */\n-- SPLIT = ra 4\n" TEXT);

	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_not_null(strstr(q->entry.error_text, "line 2: -- SPLIT = ra 4:"));
	cr_expect_eq(f.tap.njobs, 0);
}

/* The connection was closed, and nothing tells the length but the file. */
Test(query_sent, a_file_that_ends_too_early_is_fetched_again)
{
	struct query *q;

	f.tap.result = "PAR1 and so on PAR1";
	f.tap.type = "application/vnd.apache.parquet";
	fake_net_answer(f.net, "GET", "/results/result", 1, 200,
			"Content-Type: application/vnd.apache.parquet\n", "PAR1 and so");
	q = tap_drop(&f, "q.adql", "-- FORMAT = parquet\n" TEXT);
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	cr_expect_str_eq(q->entry.formats, "parquet 19");
	cr_expect_not_null(strstr(buf_str(&q->log), "the result was cut off; fetching"));
	fake_net_answer(f.net, "GET", "/results/result", FAKE_ALWAYS, 200, NULL, "PAR1 and so");
	q = tap_drop(&f, "r.adql", "-- FORMAT = parquet\n" TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_not(has(q, "parquet"));
}

Test(query_sent, a_format_that_tapfs_makes_too_is_the_services_then)
{
	struct query *q;

	f.tap.result = "a\n7\n";
	f.tap.type = "text/csv";
	q = tap_drop(&f, "q.adql", "-- FORMAT = csv\n-- MODE = sync\n" TEXT);
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	cr_expect(has(q, "csv"));
	cr_expect_not(has(q, "vot"));
	cr_expect_not(has(q, "tsv"), "there is no VOTable to make it of");
	f.tap.result = f.tap.type = NULL;
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	cr_expect(has(q, "csv"));
	cr_expect(has(q, "vot"));
}

Test(query_sent, an_error_document_instead_is_the_reason_and_no_file)
{
	struct query *q;

	f.tap.result = "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' "
		       "value='ERROR'>no parquet today</INFO></RESOURCE></VOTABLE>";
	q = tap_drop(&f, "q.adql", "-- FORMAT = parquet\n" TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_str_eq(q->entry.error_text, "no parquet today");
	cr_expect_not(has(q, "parquet"));
	f.tap.result = "<html><title>Log in</title></html>";
	f.tap.type = "text/html";
	q = tap_drop(&f, "r.adql", "-- FORMAT = csv\n" TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_not_null(strstr(q->entry.error_text, "no csv, but a web page"));
	cr_expect_not(has(q, "csv"));
}

Test(query_sent, who_waits_for_a_format_that_a_new_text_asks_for_gets_it)
{
	struct query *q;
	struct result *r;

	cr_expect(tap_wait(&f, tap_drop(&f, "q.adql", TEXT), 60000));
	f.tap.result = "PAR1 and so on PAR1";
	q = tap_drop(&f, "q.adql", "-- FORMAT = parquet\n" TEXT);
	r = query_result(q, FORMAT_ASKED);
	cr_assert_not_null(r);
	cr_expect(tap_wait(&f, q, 60000));
	cr_expect(r->there);
	cr_expect_eq(access(r->path, R_OK), 0, "%s", r->path);
	cr_expect_null(query_result(q, 0), "the VOTable of the text before is gone");
	result_unref(r);
}

#define RESULT(data)                                                                      \
	"<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/><TABLE>" \
	"<FIELD name='a' datatype='char' arraysize='*'/><DATA>" data                      \
	"</DATA></TABLE></RESOURCE></VOTABLE>"
#define SPOILED  RESULT("<BINARY><STREAM encoding='base64'>AAAAAul4</STREAM></BINARY>")
#define SPOILED2 RESULT("<BINARY2><STREAM encoding='base64'>AAAAAALpeA==</STREAM></BINARY2>")
#define GOOD     RESULT("<TABLEDATA><TR><TD>\u0142x</TD></TR></TABLEDATA>")

static void has_text(struct query *q, const char *wanted)
{
	struct result *r = query_result(q, format_by_ext("csv", 3));
	CLEANUP_FREE char *text = r ? file_get(r->path, 1024, &(size_t){0}, NULL) : NULL;

	cr_expect(text && strcmp(text, wanted) == 0, "%s", text ? text : "no csv");
	result_unref(r);
}

/* vollt writes a byte a character, and loses what is not Latin-1. */
Test(query_sent, a_spoiled_binary_table_is_asked_for_again_as_text)
{
	struct query *q;

	f.tap.result = SPOILED;
	f.tap.text = GOOD;
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	has_text(q, "a\n\u0142x\n");
	cr_expect_eq(f.tap.njobs, 2);
	cr_expect(f.tap.jobs[0].gone, "the first is deleted");
	cr_expect_not(f.tap.jobs[1].gone);
	cr_expect_not_null(strstr(buf_str(&q->log), "asked again, for TABLEDATA"), "%s",
			   buf_str(&q->log));
	tap_restart(&f);
	q = tap_drop(&f, "r.adql", TEXT " WHERE 1=1");
	cr_expect(tap_wait(&f, q, 60000));
	cr_expect_eq(f.tap.njobs, 3, "one query pays once");
	has_text(q, "a\n\u0142x\n");
}

Test(query_sent, what_stays_spoiled_is_not_asked_for_a_third_time)
{
	struct query *q;

	f.tap.result = SPOILED2;
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	cr_expect_eq(f.tap.njobs, 2);
	has_text(q, "a\n\u00e9x\n");
	cr_expect_not_null(strstr(buf_str(&q->log), "taken for Latin-1"));
	q = tap_drop(&f, "r.adql", TEXT " WHERE 1=1");
	cr_expect(tap_wait(&f, q, 60000));
	cr_expect_eq(f.tap.njobs, 3);
}

Test(query_sent, a_serialization_that_was_asked_for_stays_it)
{
	struct query *q;

	f.tap.result = SPOILED;
	f.tap.text = GOOD;
	q = tap_drop(&f, "q.adql", "-- FORMAT = votable\n" TEXT);
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	cr_expect_eq(f.tap.njobs, 1);
	has_text(q, "a\n\u00e9x\n");
}

Test(query_sent, one_in_sync_is_asked_again_too)
{
	struct query *q;

	f.tap.result = SPOILED;
	f.tap.text = GOOD;
	q = tap_drop(&f, "q.adql", "-- MODE = sync\n" TEXT);
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	has_text(q, "a\n\u0142x\n");
	cr_expect_eq(f.tap.njobs, 0);
}

/* The journal has the job, and the text is read again from its file. */
Test(query_sent, a_run_that_was_taken_up_again_asks_again_as_well)
{
	struct query *q;

	f.tap.result = SPOILED;
	f.tap.text = GOOD;
	f.tap.looks_it_takes = 50;
	tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 1000);
	tap_restart(&f);
	f.tap.looks_it_takes = 1;
	q = tap_query(&f, "q.adql");
	query_resume(q);
	cr_expect(tap_wait(&f, q, 600000), "%s", buf_str(&q->log));
	has_text(q, "a\n\u0142x\n");
	cr_expect_eq(f.tap.njobs, 2);
	cr_expect(f.tap.jobs[0].gone);
}

/* A text that is half written is not read for it. */
Test(query_sent, nor_does_one_whose_file_is_being_written_run_the_half_of_it)
{
	CLEANUP_FREE char *path = NULL;
	struct query *q;

	f.tap.result = SPOILED;
	f.tap.text = GOOD;
	f.tap.looks_it_takes = 50;
	tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 1000);
	tap_restart(&f);
	f.tap.looks_it_takes = 1;
	path = xasprintf("%s/q.adql", f.service->dir.queries);
	cr_assert(file_put(path, "SELECT", 6, NULL));
	q = tap_query(&f, "q.adql");
	query_resume(q);
	cr_expect_not(tap_wait(&f, q, 600000));
	cr_expect_not_null(strstr(q->entry.error_text, "was changed"), "%s", q->entry.error_text);
	cr_expect_eq(f.tap.njobs, 1);
}

Test(query_sent, a_removal_while_the_job_is_made_once_more_leaves_none)
{
	struct query *q;

	f.tap.result = SPOILED;
	f.tap.text = GOOD;
	q = tap_drop(&f, "q.adql", TEXT);
	for (int i = 0; i < 5000 && f.tap.njobs < 2; i++)
		loop_turn(f.loop, 1);
	query_remove(q);
	loop_turn(f.loop, 60000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0, "%s", fake_net_log(f.net));
}

Test(query_sent, columns_without_rows_are_no_cut)
{
	struct query *q;

	f.tap.result = "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/>"
		       "<TABLE><FIELD name='a' datatype='int'/></TABLE>"
		       "<INFO name='QUERY_STATUS' value='OVERFLOW'/></RESOURCE></VOTABLE>";
	q = tap_drop(&f, "q.adql", "-- MAXREC = 0\n" TEXT);
	cr_expect(tap_wait(&f, q, 60000));
	has_text(q, "a\n");
	cr_expect_not(query_has_note(q, NOTE_OVERFLOW));
	q = tap_drop(&f, "r.adql", TEXT);
	cr_expect(tap_wait(&f, q, 60000));
	cr_expect(query_has_note(q, NOTE_OVERFLOW));
}

/* vollt takes a form for Latin-1 that does not say what it is. */
Test(query_sent, a_text_that_is_not_ASCII_says_that_it_is_UTF_8)
{
	cr_expect(tap_wait(&f, tap_drop(&f, "q.adql", TEXT " WHERE n = '\u00e9'"), 60000));
	cr_expect_str_eq(f.tap.jobs[0].type, "application/x-www-form-urlencoded; charset=UTF-8");
	cr_expect(tap_wait(&f, tap_drop(&f, "r.adql", TEXT), 60000));
	cr_expect_str_eq(f.tap.jobs[1].type, "application/x-www-form-urlencoded");
}

Test(query_sent, a_service_that_refuses_a_charset_is_sent_none_from_then_on)
{
	struct query *q;

	f.tap.refuses_charset = true;
	q = tap_drop(&f, "q.adql", TEXT " WHERE n = '\u00e9'");
	tap_is_done_once(&f, q);
	cr_expect_not_null(strstr(buf_str(&q->log), "again without a charset"), "%s",
			   buf_str(&q->log));
	cr_expect_eq(fake_net_count(f.net, "POST", "/async"), 2);
	tap_restart(&f);
	cr_expect(tap_wait(&f, tap_drop(&f, "r.adql", TEXT " WHERE n = '\u00e8'"), 60000));
	cr_expect_eq(fake_net_count(f.net, "POST", "/async"), 1, "%s", fake_net_log(f.net));
	cr_expect(
	    tap_wait(&f, tap_drop(&f, "s.adql", "-- MODE = sync\n" TEXT " -- \u00e8"), 60000));
}

Test(query_sent, nor_is_one_that_refuses_it_in_sync)
{
	struct query *q;

	f.tap.refuses_charset = true;
	q = tap_drop(&f, "q.adql", "-- MODE = sync\n" TEXT " WHERE n = '\u00e9'");
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	cr_expect_not_null(strstr(buf_str(&q->log), "again without a charset"));
}

Test(query_sent, a_415_that_is_not_of_the_charset_is_the_answer)
{
	struct query *q;

	fake_net_answer(f.net, "POST", "/async", FAKE_ALWAYS, 415, NULL, "no");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_eq(fake_net_count(f.net, "POST", "/async"), 1);
	q = tap_drop(&f, "r.adql", TEXT " -- \u00e9");
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_eq(fake_net_count(f.net, "POST", "/async"), 3, "once more, without a charset");
}

Test(query_sent, a_text_of_comments_is_no_query)
{
	struct query *q = tap_drop(&f, "q.adql", "-- MAXREC = 5\n-- SELECT 1\n");

	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_str_eq(q->entry.error_text, "this file holds no query, only comments");
	cr_expect_eq(f.tap.njobs, 0);
}

Test(query_sent, a_lost_answer_to_a_text_with_directives_makes_no_second_job)
{
	struct query *q;

	fake_net_lose(f.net, "POST", "/async", 1);
	q = tap_drop(&f, "q.adql", "-- Stars\n-- MAXREC = 5\n" TEXT " -- all\n;");
	tap_is_done_once(&f, q);
	cr_expect_eq(f.tap.njobs, 1);
}

/* Until then a text was sent as the file has it, and its hash journaled. */
Test(query_sent, an_intent_of_a_version_that_sent_directives_leads_to_its_job)
{
	const char *text = "-- MAXREC = 5\n" TEXT;
	struct query *q;

	fake_net_lose(f.net, "POST", "/async", 1);
	fake_net_hang(f.net, "GET", "/async", FAKE_ALWAYS);
	q = tap_drop(&f, "q.adql", text);
	loop_turn(f.loop, 100);
	cr_assert_eq(f.tap.njobs, 1);
	snprintf(f.tap.jobs[0].query, sizeof(f.tap.jobs[0].query), "%s", text);
	sent_hash(text, q->entry.sent_hash);
	query_commit(q, NULL, NULL);
	loop_turn(f.loop, 0);
	tap_restart(&f);
	q = tap_query(&f, "q.adql");
	query_resume(q);
	tap_is_done_once(&f, q);
	cr_expect_eq(f.tap.njobs, 1, "%s", fake_net_log(f.net));
}

/* The text is the same: the first job is looked for when the second one's URL is known. */
Test(query_sent, a_directive_that_is_corrected_while_the_job_is_made_leaves_one_job)
{
	struct query *q;

	fake_net_delay(f.net, "POST", "/async", 2, 500);
	tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 100);
	q = tap_drop(&f, "q.adql", "-- MAXREC = 5\n" TEXT);
	tap_is_done_once(&f, q);
	loop_turn(f.loop, 60000);
	cr_expect_eq(f.tap.njobs, 2);
	cr_expect_eq(fake_tap_jobs(&f.tap), 1);
	cr_expect_not(f.tap.jobs[1].gone);
}

Test(query_sent, nor_does_the_search_for_a_job_that_nobody_heard_of_take_the_new_one)
{
	struct query *q;

	fake_net_lose(f.net, "POST", "/async", 1);
	tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 100);
	fake_net_delay(f.net, "POST", "/async", 1, 500);
	q = tap_drop(&f, "q.adql", "-- MAXREC = 5\n" TEXT);
	tap_is_done_once(&f, q);
	loop_turn(f.loop, 60000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 1, "%s", fake_net_log(f.net));
	cr_expect_not(f.tap.jobs[1].gone);
}
