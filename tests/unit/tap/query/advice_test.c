/* advice_test.c: where services say that a mistake is, and what they do not know. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/near.h"
#include "tap/query/advice.h"

static struct catalog_schema schemas[] = {
    {.name = (char *)"demo", .path = (char *)"demo", .first = 0, .count = 2},
    {.name = (char *)"gaiadr3", .path = (char *)"gaiadr3", .first = 2, .count = 1},
};
static struct catalog_table tables[] = {
    {.name = (char *)"demo.messier", .told = (char *)"demo.messier", .path = (char *)"messier"},
    {.name = (char *)"demo.ngc_ic", .told = (char *)"demo.ngc_ic", .path = (char *)"ngc_ic"},
    {.name = (char *)"gaiadr3.gaia_source",
     .told = (char *)"gaiadr3.gaia_source",
     .path = (char *)"gaia_source"},
};
static const struct catalog_names names = {
    .nschemas = 2, .ntables = 3, .schemas = schemas, .tables = tables};

static struct catalog_column messier_columns[] = {{.name = (char *)"name"},
						  {.name = (char *)"ra"},
						  {.name = (char *)"dec"},
						  {.name = (char *)"vmag"},
						  {.name = (char *)"form"}};
static struct catalog_details messier = {.ncolumns = 5, .columns = messier_columns};
static struct catalog_details *const details[] = {&messier};

/* What stands in `on` already goes before. */
static void expect_advice_on(struct advice_on on, const char *want)
{
	CLEANUP_FREE char *is = NULL;

	on.names = &names;
	on.signin_hint = on.signin_hint ? on.signin_hint : "";
	on.errnum = on.errnum ? on.errnum : EIO;
	is = advice_on(&on);
	cr_expect_str_eq(is, want, "%s", is);
}

static void expect_advice(int errnum, const char *query, const char *message, const char *want)
{
	struct advice_on a = {.query = query,
			      .message = message,
			      .errnum = errnum,
			      .names = &names,
			      .signin_hint = "Ask for a token at http://x/.",
			      .seconds_hard = 3600};
	CLEANUP_FREE char *is = advice_on(&a);

	cr_expect_str_eq(is, want, "%s", is);
}

static void expect_place(const char *message, unsigned line, unsigned column)
{
	struct text_place p;

	cr_expect(advice_place(message, "SELECT\nx FRM t", &p), "%s", message);
	cr_expect(p.line == line && p.column == column, "%s: %u, %u", message, p.line, p.column);
}

Test(advice, every_service_tells_places_in_its_own_way)
{
	expect_place("Line 3, column 15: unknown column", 3, 15);
	expect_place("Could not parse your query: Expected FROM (at char 9), (line:2, col:3)", 2,
		     3);
	expect_place("Encountered \"FRM\" at line 2, column 3. Was expecting", 2, 3);
	expect_place("1 unresolved identifiers: t [l.2 c.7 - l.2 c.8]!", 2, 7);
	expect_place("Expected FROM (at char 9)", 2, 3);
	expect_place("syntax error at or near \"FRM\" at character 10", 2, 3);
	expect_place("ERROR: syntax error at or near \"FRM\" Position: 10", 2, 3);
	expect_place("line 2:2 mismatched input 'FRM' expecting FROM", 2, 3);
	expect_place("Lexical error at line 1, column 3. Encountered", 1, 3);
}

/* ANTLR counts lines from 1 and columns from 0. */
Test(advice, daiquiri_tells_places_in_a_list)
{
	expect_place("QUERY: There has been an error while parsing your query. positions: "
		     "[[2, 2, \"FRM\"]]",
		     2, 3);
	expect_place("{\"positions\": \"[[2, 2, \\\"FRM\\\"], [2, 6, \\\"t\\\"]]\"}", 2, 3);
	expect_place("positions: [[2, 7, \"<EOF>\"]]", 2, 8);
}

Test(advice, a_place_in_what_daiquiri_made_of_the_query_is_none)
{
	struct text_place p;

	cr_expect_not(advice_place("positions: [[1, 90, \"FRM\"]]", "SELECT\nx FRM t", &p));
}

Test(advice, a_position_counts_from_where_a_word_begins)
{
	expect_place("unexpected FRM at position 9", 2, 3);
	expect_place("unexpected FRM at position 10", 2, 3);
	expect_place("error at position: 0", 1, 1);
}

Test(advice, no_place_is_no_place)
{
	struct text_place p;

	cr_expect_not(advice_place("the deadline 3 of 5 columns", "x", &p));
	cr_expect_not(advice_place("(at char 99)", "x", &p));
}

Test(advice, a_caret_stands_below_the_place)
{
	expect_advice(EIO, "SELECT ra\n\tFRM demo.messier\n", "Line 2, column 2: expected FROM",
		      "Line 2 of the query:\n\n    \tFRM demo.messier\n    \t^\n");
	expect_advice(EIO, "SELECT 'αβ' FRM x", "line 1, column 13",
		      "Line 1 of the query:\n\n    SELECT 'αβ' FRM x\n                ^\n");
	expect_advice(EIO, "SELECT", "line 7, column 1", "");
}

Test(advice, an_unknown_table_has_near_names)
{
	expect_advice(EIO, "SELECT * FROM demo.mesier", "unknown table \"demo.mesier\"",
		      "There is no table demo.mesier here. The nearest names: demo.messier\n"
		      "`ls schemas/` shows all tables.\n");
	expect_advice(EIO, "SELECT * FROM gaia_sorce", "No such table known: gaia_sorce",
		      "There is no table gaia_sorce here. The nearest names: gaiadr3.gaia_source\n"
		      "`ls schemas/` shows all tables.\n");
}

Test(advice, a_table_that_is_like_none_has_no_names)
{
	expect_advice(EIO, "SELECT * FROM x.qqqqq", "unknown table x.qqqqq", "");
}

Test(advice, an_unknown_column_has_its_tables_columns)
{
	expect_advice(EIO, "SELECT raa FROM demo.messier", "unknown column \"raa\"",
		      "Available columns:\n  schemas/demo/messier/columns.txt\n");
}

static void expect_column(const char *query, const char *message, const char *first)
{
	CLEANUP_FREE char *want = NULL;

	cr_assert_gt(
	    asprintf(&want, "%sAvailable columns:\n  schemas/demo/messier/columns.txt\n", first),
	    0);
	expect_advice_on(
	    (struct advice_on){
		.query = query, .message = message, .details = details, .ndetails = 1},
	    want);
}

Test(advice, an_unknown_column_has_near_names)
{
	expect_column("SELECT raa FROM demo.messier", "unknown column \"raa\"",
		      "There is no column raa here. The nearest names: ra\n");
	expect_column("SELECT m.vmagg FROM demo.messier AS m", "No such field known: m.vmagg",
		      "There is no column m.vmagg here. The nearest names: vmag\n");
	expect_column("SELECT vmga FROM demo.messier", "QUERY: Column vmga not found.",
		      "There is no column vmga here. The nearest names: vmag\n");
	expect_column("SELECT nam FROM demo.messier",
		      "column \"nam\" does not exist FROM demo.messier",
		      "There is no column nam here. The nearest names: name, ra\n");
}

Test(advice, a_column_that_is_like_none_has_its_tables_columns)
{
	expect_column("SELECT qqqqq FROM demo.messier", "unknown column \"qqqqq\"", "");
}

Test(advice, the_tables_of_a_query_are_looked_into_for_a_column)
{
	struct advice_on a = {.query = "SELECT raa FROM demo.messier, gaiadr3.gaia_source",
			      .message = "unknown column raa",
			      .names = &names};
	const char *found[8];

	cr_expect_eq(advice_tables(&a, found, 8), 2);
	cr_expect_str_eq(found[0], "demo.messier");
	cr_expect_eq(advice_tables(&a, found, 1), 1);
	a.message = "syntax error";
	cr_expect_eq(advice_tables(&a, found, 8), 0);
}

#define FOR_LESS                                                                        \
	"ask for less: fewer rows (TOP), a smaller region, an indexed column in WHERE " \
	"(columns.txt shows which are indexed).\n"
#define DURATION_3600                                                                         \
	"The query took longer than the service allows. Ask for more time with a first line " \
	"like\n\n  -- DURATION = 3600\n\n(in seconds; this service allows at most 3600), "    \
	"or " FOR_LESS

Test(advice, after_a_time_out_more_time_is_asked_for)
{
	expect_advice(EIO, NULL, "Query timed out (took too long).", DURATION_3600);
	expect_advice(EIO, NULL, "The query took longer than it was allowed to.", DURATION_3600);
	expect_advice_on((struct advice_on){.message = "canceling statement due to statement "
						       "timeout",
					    .seconds_hard = -1,
					    .seconds_asked = 100},
			 "The query took longer than the service allows. Ask for more time with a "
			 "first line like\n\n  -- DURATION = 200\n\n(in seconds), or " FOR_LESS);
	expect_advice_on((struct advice_on){.message = "the job was aborted: it had the time that "
						       "it may have",
					    .ended = ADVICE_TOO_LONG,
					    .seconds_hard = 3600},
			 DURATION_3600);
}

Test(advice, more_than_all_time_is_not_asked_for)
{
	expect_advice_on(
	    (struct advice_on){.message = "timed out", .seconds_hard = 3600, .seconds_asked = 3600},
	    "The query took the 3600 s that this service allows at most. "
	    "Now " FOR_LESS);
}

/* Daiquiri: EXECUTIONDURATION is that of the queue. */
Test(advice, after_a_queues_time_out_another_queue_is_chosen)
{
	expect_advice_on(
	    (struct advice_on){.message = "canceling statement due to statement timeout",
			       .queue = "30s",
			       .queues = "30s, 5m (default), 2h",
			       .seconds_hard = 3600},
	    "The query took longer than the queue \"30s\" allows. Choose another queue with a "
	    "first line like\n\n  -- QUEUE = NAME\n\nThe service says of its queues: 30s, 5m "
	    "(default), 2h\nOr " FOR_LESS);
	expect_advice_on(
	    (struct advice_on){.message = "statement timeout", .queue = "30s"},
	    "The query took longer than the queue \"30s\" allows. Choose another queue with a "
	    "first line like\n\n  -- QUEUE = NAME\n\nOr " FOR_LESS);
}

Test(advice, after_a_sync_time_out_a_job_is_made)
{
	static const char want[] =
	    "With MODE = sync a query may take only a short time. Remove the line `-- MODE = "
	    "sync`: a job may take longer. Or " FOR_LESS;

	expect_advice_on((struct advice_on){.message = "Query timed out", .sync = true}, want);
	expect_advice_on((struct advice_on){.message = "HTTP 504: Gateway Time-out",
					    .errnum = ETIMEDOUT,
					    .sync = true},
			 want);
	expect_advice_on((struct advice_on){.message = "the service did not answer in time",
					    .errnum = ETIMEDOUT,
					    .sync = true},
			 want);
}

Test(advice, quota_and_room)
{
	static const char quota[] =
	    "Your quota on the service is used up. `ls jobs/` shows your jobs there, and `rmdir "
	    "jobs/ID` deletes one. Then `touch` the query.\n";

	expect_advice(EIO, NULL, "Job quota exceeded", quota);
	expect_advice(EIO, NULL, "Too many active jobs. Please abort some", quota);
	expect_advice(ENOSPC, NULL, "cannot write: no space left",
		      "There is no room for the result. Free some space, then `touch` the "
		      "query.\n");
}

Test(advice, after_ones_own_abort_nothing_is_to_be_corrected)
{
	expect_advice_on((struct advice_on){.message = "the job was aborted",
					    .errnum = ECANCELED,
					    .ended = ADVICE_ABORTED_HERE},
			 "You aborted the job in jobs/. `touch` the query to run it again.\n");
	/* services that make an error of it */
	expect_advice_on((struct advice_on){.message = "canceling statement due to timeout",
					    .ended = ADVICE_ABORTED_HERE},
			 "You aborted the job in jobs/. `touch` the query to run it again.\n");
	expect_advice_on((struct advice_on){.message = "the job was aborted",
					    .errnum = ECANCELED,
					    .ended = ADVICE_ABORTED_THERE},
			 "The job was aborted on the service: by its operators, or by you with "
			 "another program. `touch` the query to run it again.\n");
}

Test(advice, sign_in_and_access)
{
	expect_advice(EACCES, NULL, "HTTP 401: who are you?",
		      "The service wants you to sign in. Set the options auth, user and "
		      "token_file (see tapfs.ini(5)), mount again and `touch` the query.\n"
		      "Ask for a token at http://x/.\n");
	expect_advice_on((struct advice_on){.message = "HTTP 401: bad token",
					    .errnum = EACCES,
					    .signed_in = true},
			 "The service does not accept this mount's sign-in. Check the user and the "
			 "content of token_file (see tapfs.ini(5)), mount again and `touch` the "
			 "query.\n");
	expect_advice_on((struct advice_on){.message = "HTTP 403: not yours",
					    .errnum = EPERM,
					    .signed_in = true},
			 "You are signed in, and may not do this. Ask the service's operators for "
			 "access, then `touch` the query.\n");
	expect_advice_on((struct advice_on){.message = "HTTP 403: not yours", .errnum = EPERM},
			 "The service wants you to sign in. Set the options auth, user and "
			 "token_file (see tapfs.ini(5)), mount again and `touch` the query.\n");
}

Test(advice, certificates_and_proxies)
{
	expect_advice_on((struct advice_on){.message = "SSL certificate problem: name the file "
						       "with the option ca_file",
					    .errnum = EPROTO},
			 "The query was not sent, and is not at fault. Once the authority is "
			 "trusted, mount again and `touch` the query.\n");
	expect_advice_on((struct advice_on){.message = "HTTP 407: the proxy wants a user and a "
						       "password"},
			 "The proxy wants to know who you are. Put user and password into its URL "
			 "(https_proxy=http://USER:PASSWORD@HOST:PORT in the environment), mount "
			 "again and `touch` the query.\n");
}

Test(advice, a_failure_of_the_service_is_not_the_querys)
{
	static const char failed[] =
	    "The service failed, not the query. `touch` the query to run it again. If it fails "
	    "again, report it to the service's operators.\n";

	expect_advice(EIO, "SELECT 1", "HTTP 500: java.lang.NullPointerException", failed);
	expect_advice(EAGAIN, "SELECT 1", "HTTP 502: Proxy Error", failed);
	expect_advice(
	    ENOENT, "SELECT 1", "HTTP 404: not found",
	    "The service has nothing at this address, and the query is not at fault. If "
	    "the service has moved, correct its url in tapfs.ini, mount again and `touch` "
	    "the query.\n");
	expect_advice(EIO, "SELECT 1",
		      "the service sent no VOTable, but a web page, \"Log in\": Who are you?",
		      "The query is not at fault. `touch` it to run it again.\n");
	expect_advice(EIO, "SELECT 1", "line 7: the document ends too early",
		      "The query is not at fault. `touch` it to run it again.\n");
	expect_advice_on(
	    (struct advice_on){.message = "cannot write the journal", .ended = ADVICE_HERE},
	    "The query is not at fault. `touch` it to run it again.\n");
}

/* Old services answer 500 to a query that is wrong. */
Test(advice, a_500_that_names_the_place_is_the_querys)
{
	expect_advice(EIO, "SELECT x", "HTTP 500: Encountered \"x\" at line 1, column 8.",
		      "Line 1 of the query:\n\n    SELECT x\n           ^\n");
}

Test(advice, a_refusal_of_the_query_asks_for_no_other_run)
{
	expect_advice(EIO, "SELECT 1", "HTTP 400: Incorrect ADQL", "");
	expect_advice(EIO, "SELECT 1", "division by zero", "");
	expect_advice_on(
	    (struct advice_on){.message = "there is no such table", .ended = ADVICE_UPLOADS},
	    "Correct the table or the query, then `touch` the query.\n");
}

Test(near, letters_apart)
{
	cr_expect_eq(near_distance("messier", "Messier", 3), 0);
	cr_expect_eq(near_distance("mesier", "messier", 3), 1);
	cr_expect_eq(near_distance("messeir", "messier", 3), 1);
	cr_expect_eq(near_distance("abc", "xyz", 2), 3);
	cr_expect_eq(near_distance("", "ab", 3), 2);
	cr_expect_eq(near_distance("ab", "", 1), 2);
	cr_expect_eq(near_distance("kitten", "sitting", 5), 3);
}

Test(advice, words_in_place_of_a_table_may_be_of_anything)
{
	static const char may_be[] =
	    "If these words name a mistake in the query, correct it and save it. If not, `touch` "
	    "the query to run it again; if it fails again, report it to the service's "
	    "operators.\n";

	expect_advice(EIO, "SELECT 1", "the service sent no VOTable, but JSON: broken", may_be);
	expect_advice(EIO, "SELECT 1", "the service sent no VOTable, but text: a,b 1,2", may_be);
	expect_advice(EIO, "SELECT 1", "the service sent no parquet, but a web page, \"Oops\"",
		      "The query is not at fault. `touch` it to run it again.\n");
	expect_advice(EIO, "SELECT 1", "Recv failure: Connection reset by peer",
		      "The query is not at fault. `touch` it to run it again.\n");
}
