/* directives_test.c: what a query says of itself in its head. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "tap/query/directives.h"

static struct directives d;
static struct buf remarks;
static struct error *failure;

static bool parse(const char *query)
{
	return directives_parse(query, &d, &remarks, &failure);
}

static void clear(void)
{
	directives_clear(&d);
	buf_free(&remarks);
	error_clear(&failure);
}

TestSuite(directives, .fini = clear);

Test(directives, a_plain_query_says_nothing)
{
	cr_assert(parse("SELECT 1 -- LANGUAGE = x\n"));
	cr_assert_null(d.language);
	cr_assert_eq(d.maxrec, 0);
	cr_assert_not(d.sync);
	cr_assert_eq(remarks.len, 0);
}

Test(directives, all_keys_in_any_case)
{
	cr_assert(
	    parse("-- LANGUAGE = PostgreSQL\n--queue=5m\n  -- MaxRec = 1000\n-- RUNID = m 31\n"
		  "-- MODE = Sync\n-- DURATION = 7200\nSELECT 1"));
	cr_assert_str_eq(d.language, "PostgreSQL");
	cr_assert_str_eq(d.queue, "5m");
	cr_assert_eq(d.maxrec, 1000);
	cr_assert_str_eq(d.runid, "m 31");
	cr_assert(d.sync);
	cr_assert_eq(d.seconds, 7200);
	cr_assert_eq(remarks.len, 0);
}

Test(directives, the_head_has_blank_lines_and_prose_and_crlf)
{
	cr_assert(parse(
	    "\r\n-- Stars near M31, by hand: see notes\r\n\r\n-- QUEUE = 30s\r\nSELECT 1\r\n"));
	cr_assert_str_eq(d.queue, "30s");
	cr_assert_eq(remarks.len, 0);
}

Test(directives, a_byte_order_mark_is_no_text)
{
	cr_assert(parse("\xef\xbb\xbf-- QUEUE = 30s\nSELECT 1"));
	cr_assert_str_eq(d.queue, "30s");
}

Test(directives, after_the_head_nothing_counts)
{
	cr_assert(parse("SELECT 1\n-- QUEUE = 5m\n"));
	cr_assert_null(d.queue);
}

Test(directives, the_last_of_a_key_counts)
{
	cr_assert(parse("-- QUEUE = 5m\n-- QUEUE = 30s\nSELECT 1"));
	cr_assert_str_eq(d.queue, "30s");
}

Test(directives, no_rows_are_not_the_same_as_no_word_of_rows)
{
	cr_assert(parse("-- MAXREC = 0\nSELECT 1"));
	cr_assert_eq(d.maxrec, 0);
	cr_assert(d.no_rows);
	clear();
	cr_assert(parse("-- MAXREC = 0\n-- MAXREC = 5\nSELECT 1"));
	cr_assert_eq(d.maxrec, 5);
	cr_assert_not(d.no_rows);
	clear();
	cr_assert(parse("SELECT 1"));
	cr_assert_not(d.no_rows);
}

Test(directives, params_and_uploads_add_up)
{
	cr_assert(
	    parse("-- PARAM = A = x = y\n-- PARAM = B=\n-- UPLOAD = t = targets.csv\nSELECT 1"));
	cr_assert_eq(d.params.n, 2);
	cr_assert_str_eq(d.params.at[0].name, "A");
	cr_assert_str_eq(d.params.at[0].value, "x = y");
	cr_assert_str_eq(d.params.at[1].value, "");
	cr_assert_eq(d.uploads.n, 1);
	cr_assert_str_eq(d.uploads.at[0].value, "targets.csv");
}

Test(directives, the_head_is_what_they_say_and_no_more)
{
	CLEANUP_FREE char *head = directives_head("-- Stars\n\n-- queue = 5m\r\n --FORMAT=csv\n"
						  "-- QUEU = 1\nSELECT 1\n-- MAXREC = 5\n");
	CLEANUP_FREE char *none = directives_head("-- Stars\nSELECT 1");

	cr_assert_str_eq(head, "-- queue = 5m\r\n --FORMAT=csv\n");
	cr_assert_null(none);
	cr_assert(parse(head));
	cr_assert_str_eq(d.format, "csv");
	cr_assert_str_eq(d.queue, "5m");
}

Test(directives, an_unknown_key_is_told_and_taken_for_a_comment)
{
	cr_assert(parse("-- QUEU = 5m\n-- the limit = 3\nSELECT 1"));
	cr_assert_str_eq(buf_str(&remarks),
			 "line 1: there is no directive QUEU (there are LANGUAGE, QUEUE, MAXREC, "
			 "RUNID, MODE, DURATION, FORMAT, UPLOAD, PARAM, JOBNAME, JOBDESCRIPTION): "
			 "taken for a comment\n");
}

Test(directives, bad_values_name_the_line)
{
	static const char *const bad[][2] = {
	    {"-- MAXREC = many\n",
	     "line 1: -- MAXREC = many: MAXREC is a number of rows, 0 or more"},
	    {"\n-- MAXREC = -1\n", "line 2: -- MAXREC = -1: MAXREC is a number of rows, 0 or more"},
	    {"-- DURATION = 0",
	     "line 1: -- DURATION = 0: DURATION is a number of seconds, 1 or more"},
	    {"-- MODE = fast", "line 1: -- MODE = fast: MODE is sync or async"},
	    {"-- DURATION = 99999999999999999999", "line 1: -- DURATION = 99999999999999999999: "
						   "DURATION is a number of seconds, 1 or more"},
	    {"-- QUEUE =\n", "line 1: -- QUEUE = : there is no value"},
	    {"-- UPLOAD = targets.csv\n", "line 1: -- UPLOAD = targets.csv: say NAME = path after "
					  "it, as in: -- UPLOAD = t = m31.vot"},
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		cr_assert_not(parse(bad[i][0]));
		cr_assert_str_eq(error_text(failure), bad[i][1]);
		clear();
	}
}

Test(directives, a_huge_value_is_not_told_in_full)
{
	CLEANUP_BUF struct buf text = BUF_INIT;

	buf_adds(&text, "-- MAXREC = ");
	for (int i = 0; i < 50000; i++)
		buf_adds(&text, i ? "\xc3\xa4" : "x");
	cr_assert_not(parse(text.data));
	cr_assert_lt(strlen(error_text(failure)), 200);
	cr_assert(strstr(error_text(failure), "\xc3\xa4...: MAXREC is"));
}

Test(directives, a_param_cannot_be_one_that_tapfs_sets)
{
	cr_assert_not(parse("-- PARAM = phase = RUN\nSELECT 1"));
	cr_assert_eq(error_errno(failure), EINVAL);
}

Test(directives, a_block_comment_belongs_to_the_head)
{
	static const char *const heads[] = {
	    "/* mine */\n-- MAXREC = 1\nSELECT 1",
	    "/* mine,\n and\r\n yours */ \r\n\n  /* his */\n-- MAXREC = 1\r\nSELECT 1",
	    "/* a *//* b */ -- MAXREC = 1\nSELECT 1",
	    "/**/\n-- MAXREC = 1",
	};

	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		cr_expect(parse(heads[i]));
		cr_expect_eq(d.maxrec, 1, "%s", heads[i]);
		clear();
	}
	cr_expect(parse("/* -- MAXREC = 1\n-- MAXREC = 2\n*/ SELECT 1\n-- MAXREC = 3"));
	cr_expect_eq(d.maxrec, 0,
		     "what is in one is prose, and behind the statement nothing counts");
	clear();
	cr_expect(parse("/*/\n-- MAXREC = 1\nSELECT 1"));
	cr_expect_eq(d.maxrec, 0, "a comment without an end");
}

Test(directives, lines_are_counted_through_block_comments)
{
	cr_expect_not(parse("/* a\n b\n */\n\n-- MAXREC = x\nSELECT 1"));
	cr_expect_str_eq(error_text(failure),
			 "line 5: -- MAXREC = x: MAXREC is a number of rows, 0 or more");
}

Test(directives, a_jobs_name_is_a_parameter)
{
	cr_assert(parse("-- JobName = a\n-- PARAM = A = 1\n-- JOBDESCRIPTION = stars, by hand\n"
			"-- JOBNAME = m31\n-- PARAM = B = 2\n-- PARAM = C = 3\nSELECT 1"));
	cr_assert_eq(d.params.n, 5);
	cr_expect_str_eq(d.params.at[0].name, "JOBNAME");
	cr_expect_str_eq(d.params.at[0].value, "m31");
	cr_expect_str_eq(d.params.at[2].name, "JOBDESCRIPTION");
	cr_expect_str_eq(d.params.at[2].value, "stars, by hand");
	cr_expect_eq(remarks.len, 0);
}

Test(directives, what_is_not_done_yet_fails_in_words)
{
	static const char *const known[] = {"-- SPLIT = ra 4\n", "-- LIST = t = ids.txt id\n",
					    "-- external_tap = http://x/tap\n",
					    "-- PHASE = PENDING\n"};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		cr_expect_not(parse(known[i]), "%s", known[i]);
		cr_expect_not_null(
		    strstr(error_text(failure), "the query was not sent; remove the line"), "%s",
		    error_text(failure));
		clear();
	}
	cr_expect(parse("-- PHASE = run\nSELECT 1"));
}
