/* advice_test.c: where services say that a mistake is, and what they do not know. */
#include <criterion/criterion.h>
#include <errno.h>
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
		      "The columns that there are:\n  schemas/demo/messier/columns.txt\n");
}

Test(advice, time_quota_room_and_sign_in)
{
	expect_advice(
	    EIO, NULL, "Query timed out (took too long).",
	    "The query took longer than the service allows. Ask for more time with a "
	    "first line like\n\n  -- DURATION = 3600\n\n(seconds; 3600 is what this "
	    "service allows at most), or for less: fewer rows (TOP), a smaller region, an "
	    "indexed column in WHERE (columns.txt tells which are).\n");
	expect_advice(
	    EIO, NULL, "The query took longer than it was allowed to.",
	    "The query took longer than the service allows. Ask for more time with a "
	    "first line like\n\n  -- DURATION = 3600\n\n(seconds; 3600 is what this "
	    "service allows at most), or for less: fewer rows (TOP), a smaller region, an "
	    "indexed column in WHERE (columns.txt tells which are).\n");
	expect_advice(EIO, NULL, "Job quota exceeded",
		      "The service holds as much of yours as it wants to. Make room: `ls jobs/` "
		      "shows your jobs there, and rmdir deletes one. Then `touch` the query.\n");
	expect_advice(ENOSPC, NULL, "cannot write: no space left",
		      "There is no room for the result. Free some, then `touch` the query.\n");
	expect_advice(EPERM, NULL, "HTTP 403",
		      "This needs another sign-in than this mount has: see the options auth, user "
		      "and token_file in tapfs.ini(5).\nAsk for a token at http://x/.\n");
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
