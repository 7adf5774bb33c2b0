/* upload_test.c: a query waits for the tables that are sent with it. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/file.h"
#include "tap/query/upload.h"
#include "tap/query/upload_read.h"
#include "tap/service/habits.h"
#include "tests/unit/tap/tap_fixture.h"

static struct tap_fixture f;
static struct waitlist busy;
static bool is_busy, is_cut_off;
static uint64_t version;

static bool by_path(void *arg, const char *path, struct upload_file *file)
{
	(void)arg;
	if (strcmp(path, "uploads/t.csv") != 0)
		return false;
	*file = (struct upload_file){.name = "t.csv",
				     .busy = is_busy ? &busy : NULL,
				     .cut_off = is_cut_off,
				     .version = version};
	return true;
}

static bool by_table(void *arg, const char *table, struct upload_file *file, struct error **err)
{
	if (strcmp(table, "t") == 0)
		return by_path(arg, "uploads/t.csv", file);
	return error_set(err, ENOENT, "there is no such table in uploads/");
}

static const struct upload_folder folder = {.by_path = by_path, .by_table = by_table};

static void start(void)
{
	CLEANUP_FREE char *path = NULL;

	f = (struct tap_fixture){.tap.looks_it_takes = 1};
	tap_start(&f, NULL);
	queries_of(f.service)->upload_folder = &folder;
	path = xasprintf("%s/t.csv", f.service->dir.uploads);
	cr_assert(file_put(path, "a,b\n1,2\n", 8, NULL));
	waitlist_init(&busy);
	is_busy = is_cut_off = false;
	version = 1;
}

static void stop(void)
{
	tap_stop(&f);
}

TestSuite(upload, .init = start, .fini = stop);

#define TEXT "SELECT * FROM TAP_UPLOAD.t"

static void fails_with(struct query *q, const char *word)
{
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_not_null(strstr(q->entry.error_text, word), "%s", q->entry.error_text);
	cr_expect_eq(f.tap.njobs, 0, "nothing is sent");
}

Test(upload, a_table_goes_with_the_query)
{
	struct query *q = tap_drop(&f, "q.adql", TEXT);

	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	cr_expect_not_null(strstr(buf_str(&q->log), "uploads/t.csv (1 rows) as TAP_UPLOAD.t"), "%s",
			   buf_str(&q->log));
}

Test(upload, a_table_that_is_being_written_is_waited_for)
{
	struct query *q;

	is_busy = true;
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_eq(f.tap.njobs, 0);
	is_busy = false;
	waitlist_wake(&busy);
	cr_expect(tap_wait(&f, q, 60000));
}

Test(upload, one_that_waits_for_a_table_can_be_removed)
{
	struct query *q;

	is_busy = true;
	q = tap_drop(&f, "q.adql", TEXT);
	loop_turn(f.loop, 1000);
	query_remove(q);
	loop_turn(f.loop, 1000);
	cr_expect(waitlist_empty(&busy));
	cr_expect_null(tap_query(&f, "q.adql"));
}

Test(upload, a_table_that_was_cut_off_is_not_sent)
{
	is_cut_off = true;
	fails_with(tap_drop(&f, "q.adql", TEXT), "see whether it is whole");
}

Test(upload, a_table_that_is_not_there_is_named)
{
	fails_with(tap_drop(&f, "q.adql", "SELECT * FROM TAP_UPLOAD.other"), "TAP_UPLOAD.other");
}

Test(upload, the_result_of_another_query_is_waited_for)
{
	struct query *a, *b;

	f.tap.looks_it_takes = 5;
	a = tap_drop(&f, "a.adql", "SELECT a FROM s.t");
	b = tap_drop(&f, "b.adql", "-- UPLOAD = x = a.vot\nSELECT * FROM TAP_UPLOAD.x");
	loop_turn(f.loop, 100);
	cr_expect_eq(f.tap.njobs, 1);
	cr_expect(tap_wait(&f, a, 60000));
	cr_expect(tap_wait(&f, b, 60000), "%s", buf_str(&b->log));
	cr_expect_eq(f.tap.njobs, 2);
}

Test(upload, queries_that_wait_for_one_another_fail)
{
	struct query *a, *b;

	is_busy = true;
	a = tap_drop(&f, "a.adql",
		     "-- UPLOAD = x = b.vot\nSELECT * FROM TAP_UPLOAD.x, TAP_UPLOAD.t");
	b = tap_drop(&f, "b.adql", "-- UPLOAD = x = a.vot\nSELECT * FROM TAP_UPLOAD.x");
	loop_turn(f.loop, 60000);
	cr_expect(a->state == QUERY_FAILED || b->state == QUERY_FAILED);
	is_busy = false;
	waitlist_wake(&busy);
	loop_turn(f.loop, 60000);
	cr_expect_neq(a->state, QUERY_ACTIVE);
	cr_expect_neq(b->state, QUERY_ACTIVE);
}

Test(upload, a_query_whose_own_result_it_wants_fails)
{
	fails_with(tap_drop(&f, "q.adql", "-- UPLOAD = x = q.vot\nSELECT * FROM TAP_UPLOAD.x"),
		   "wait for one another");
}

static void put(const char *name, const char *text)
{
	CLEANUP_FREE char *path = xasprintf("%s/%s", f.service->dir.uploads, name);

	cr_assert(file_put(path, text, strlen(text), NULL));
}

/* What is sent of it. */
static void is_sent(const char *name, bool fixed, const char *wanted)
{
	CLEANUP_FREE char *path = xasprintf("%s/%s", f.service->dir.uploads, name);
	struct upload_source from = {
	    .path = path, .folder = f.service->dir.uploads, .fixed = fixed};
	struct upload_table t;
	char text[2048] = "";

	cr_assert(upload_read(&from, &t, NULL), "%s", name);
	cr_expect_gt(pread(t.fd, text, sizeof(text) - 1, 0), 0);
	cr_expect_not_null(strstr(text, wanted), "%s: %s", name, text);
	cr_expect_eq(t.texts, !fixed);
	cr_expect_eq(t.rows, 2);
	cr_expect_eq(t.size, strlen(text));
	upload_table_clear(&t);
}

Test(upload, texts_have_any_length_or_the_greatest)
{
	put("a.csv", "n,s\n1,abc\n2,d\u00e9fg\n");
	is_sent("a.csv", false, "name=\"s\" datatype=\"unicodeChar\" arraysize=\"*\"");
	is_sent("a.csv", true, "name=\"s\" datatype=\"unicodeChar\" arraysize=\"5\"");
	is_sent("a.csv", true, "<TR><TD>2</TD><TD>d\u00e9fg</TD></TR>");
	put("a.vot", "<VOTABLE><RESOURCE><TABLE><FIELD name='s' datatype='char' arraysize='*'/>"
		     "<FIELD name='l' datatype='float' arraysize='*'/><DATA><TABLEDATA>"
		     "<TR><TD/><TD>1 2</TD></TR><TR><TD/><TD/></TR></TABLEDATA></DATA></TABLE>"
		     "</RESOURCE></VOTABLE>");
	is_sent("a.vot", false, "<FIELD name='s' datatype='char' arraysize='*'/>");
	is_sent("a.vot", true, "name=\"s\" datatype=\"char\" arraysize=\"1\"");
	is_sent("a.vot", true, "name=\"l\" datatype=\"float\" arraysize=\"*\"");
}

/* Daiquiri 1.3 makes arrays of them: PostgreSQL says so. */
Test(upload, a_service_that_takes_texts_for_arrays_is_sent_their_length)
{
	struct query *q;

	put("t.csv", "a,b\n1,x\n");
	f.tap.fails = true;
	fake_net_answer(f.net, "GET", "/async/1/error", FAKE_ALWAYS, 200, NULL,
			"malformed array literal: \"x\"");
	fake_net_answer(f.net, "GET", "/async/2/error", FAKE_ALWAYS, 200, NULL,
			"malformed array literal: \"x\"");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 60000));
	cr_expect_eq(f.tap.njobs, 2, "once more, and no third time");
	cr_expect(f.tap.jobs[0].gone);
	cr_expect_not_null(strstr(buf_str(&q->log), "sent again, with their greatest length"));
	cr_expect(service_has_habit(f.service, HABIT_FIXED_TEXTS));
	tap_restart(&f);
	cr_expect(service_has_habit(f.service, HABIT_FIXED_TEXTS));
}

Test(upload, another_failure_is_no_reason)
{
	put("t.csv", "a,b\n1,x\n");
	f.tap.fails = true;
	cr_expect_not(tap_wait(&f, tap_drop(&f, "q.adql", TEXT), 60000));
	cr_expect_eq(f.tap.njobs, 1);
}

Test(upload, nor_are_arrays_of_a_table_without_texts)
{
	f.tap.fails = true;
	fake_net_answer(f.net, "GET", "/async/1/error", FAKE_ALWAYS, 200, NULL,
			"malformed array literal: \"x\"");
	cr_expect_not(tap_wait(&f, tap_drop(&f, "q.adql", TEXT), 60000));
	cr_expect_eq(f.tap.njobs, 1);
	cr_expect_not(service_has_habit(f.service, HABIT_FIXED_TEXTS));
}
