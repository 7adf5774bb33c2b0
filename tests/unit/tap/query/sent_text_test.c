/* sent_text_test.c: what is sent of a query's text, and where a place in it is in the file. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cache/file.h"
#include "tap/query/advice.h"
#include "tap/query/sent_text.h"
#include "tap/uws/recovery.h"

static void sends_as(const char *query, bool strip_comments, const char *wanted)
{
	struct sent_text s = sent_text_of(query, strip_comments);

	cr_expect_str_eq(s.text, wanted, "%s\nis sent as: %s", query, s.text);
	sent_text_clear(&s);
}

static void sends(const char *query, const char *wanted)
{
	sends_as(query, false, wanted);
}

static void strips(const char *query, const char *wanted)
{
	sends_as(query, true, wanted);
}

/* nexsciTAP refuses what does not begin with SELECT. */
Test(sent_text, directives_are_not_sent_and_the_first_word_comes_first)
{
	sends("-- MAXREC = 10\nSELECT 1\n", "SELECT 1\n");
	sends("\n  \n-- queue=5m\r\n\n--MAXREC = 10\n  SELECT 1", "SELECT 1");
	sends("\nSELECT 1", "SELECT 1");
	sends("SELECT 1", "SELECT 1");
	sends("-- MODE = sync", "");
}

Test(sent_text, comments_stay_where_they_are)
{
	sends("-- Stars near M31\n-- MAXREC = 10\n\nSELECT 1 -- one\nFROM t -- two",
	      "-- Stars near M31\n\nSELECT 1 -- one\nFROM t -- two");
	sends("-- no such = directive\nSELECT 1", "-- no such = directive\nSELECT 1");
	sends("SELECT 1\n-- MAXREC = 10\nFROM t", "SELECT 1\n-- MAXREC = 10\nFROM t");
	sends("/* -- MAXREC = 10 */ SELECT 1", "/* -- MAXREC = 10 */ SELECT 1");
	sends("/* mine */\n-- MAXREC = 10\n-- stars\nSELECT 1;", "/* mine */\n-- stars\nSELECT 1");
	sends("/* a\n b */ -- MAXREC = 10\nSELECT 1", "/* a\n b */ SELECT 1");
	sends("/* open\n-- MAXREC = 10\n", "/* open\n-- MAXREC = 10\n");
}

Test(sent_text, a_semicolon_at_the_end_is_not_sent)
{
	sends("SELECT 1;", "SELECT 1");
	sends("SELECT 1 ;\n", "SELECT 1 \n");
	sends("SELECT 1; ;\n;", "SELECT 1 \n");
	sends("SELECT 1; -- done; really\n", "SELECT 1 -- done; really\n");
	sends("SELECT 1 /* a; */ ; /* b; */", "SELECT 1 /* a; */  /* b; */");
}

Test(sent_text, another_semicolon_is)
{
	sends("SELECT ';'", "SELECT ';'");
	sends("SELECT 'it''s;'", "SELECT 'it''s;'");
	sends("SELECT \";\" FROM t", "SELECT \";\" FROM t");
	sends("SELECT 1 -- ;", "SELECT 1 -- ;");
	sends("SELECT 'open;", "SELECT 'open;");
	sends("SELECT 1; SELECT 2;", "SELECT 1; SELECT 2");
}

Test(sent_text, comments_go_where_the_service_cannot_have_them)
{
	strips("-- Stars\n-- MAXREC = 10\n\nSELECT a, -- one\n b/* two */FROM t; -- end",
	       "SELECT a, \n b FROM t ");
	strips("/* first */ SELECT '-- no', \"/* nor */\" FROM t",
	       "SELECT '-- no', \"/* nor */\" FROM t");
	strips("SELECT 1 /* open", "SELECT 1  ");
	strips("/* mine\n*/\n-- MAXREC = 10\nSELECT 1", "SELECT 1");
}

/* Where a place of what is sent (from the mark | on) is in the file. */
static void stands_at(const char *query, bool strip_comments, const char *word, unsigned line,
		      unsigned column)
{
	struct sent_text s = sent_text_of(query, strip_comments);
	struct text_place p = {1, 1};

	cr_assert(strstr(s.text, word), "%s", s.text);
	for (const char *at = s.text; at < strstr(s.text, word); at++) {
		p.column += ((unsigned char)at[1] & 0xc0) != 0x80;
		if (*at == '\n')
			p = (struct text_place){p.line + 1, 1};
	}
	p = sent_text_place(&s, query, p);
	cr_expect(p.line == line && p.column == column, "%s in %s: %u, %u", word, query, p.line,
		  p.column);
	sent_text_clear(&s);
}

Test(sent_text, a_place_is_that_of_the_file)
{
	stands_at("SELECT x FRM t", false, "FRM", 1, 10);
	stands_at("-- MAXREC = 10\nSELECT x\nFRM t", false, "FRM", 3, 1);
	stands_at("\n\n-- a\n-- MAXREC = 10\n  SELECT x\n FRM t", false, "FRM", 6, 2);
	stands_at("-- MAXREC = 10\n  SELECT x FRM t", false, "FRM", 2, 12);
	stands_at("-- \u00e4\u00f6\n-- QUEUE = 5m\nSELECT '\u00fc' FRM t", false, "FRM", 3, 12);
	stands_at("/* a\n*/\n-- QUEUE = 5m\nSELECT x FRM t", false, "FRM", 4, 10);
	stands_at("-- a\nSELECT /* b */ x -- c\nFRM t", true, "x", 2, 16);
	stands_at("-- a\nSELECT /* b\n */ x -- c\nFRM t", true, "FRM", 4, 1);
}

Test(sent_text, a_place_behind_the_text_is_its_end)
{
	struct sent_text s = sent_text_of("-- QUEUE = 5m\nSELECT", false);
	struct text_place p =
	    sent_text_place(&s, "-- QUEUE = 5m\nSELECT", (struct text_place){9, 9});

	cr_expect_eq(p.line, 2);
	sent_text_clear(&s);
	s = sent_text_of("-- QUEUE = 5m\n", false);
	p = sent_text_place(&s, "-- QUEUE = 5m\n", (struct text_place){1, 1});
	cr_expect_eq(p.line, 1);
	sent_text_clear(&s);
}

/* What the user reads: the line of the file, and the caret below it. */
static void advises(const char *message, const char *wanted)
{
	const char *query = "-- MAXREC = 10\n\nSELECT x\n  FRM t";
	struct sent_text s = sent_text_of(query, false);
	struct advice_on a = {
	    .query = query, .sent = &s, .message = message, .signin_hint = "", .seconds_hard = -1};
	CLEANUP_FREE char *is = advice_on(&a);

	cr_expect_str_eq(is, wanted, "%s", is);
	sent_text_clear(&s);
}

Test(sent_text, the_caret_stands_below_the_line_of_the_file)
{
	const char *wanted =
	    "Line 4 of the file (the service counts without what is not sent of it):"
	    "\n\n      FRM t\n      ^\n";

	advises("Encountered \"FRM\" at line 2, column 3.", wanted);
	advises("Expected FROM (at char 11)", wanted);
	advises("syntax error at or near \"FRM\" at character 12", wanted);
}
