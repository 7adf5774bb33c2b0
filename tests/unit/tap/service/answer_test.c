/* answer_test.c: what came in place of what was asked for, in words. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "tap/service/answer.h"

static void is(const char *type, const char *body, const char *wanted)
{
	CLEANUP_FREE char *said = answer_described(type, body, strlen(body));

	cr_expect_str_eq(said, wanted);
}

Test(answer, nothing_is_said_to_be_nothing)
{
	is(NULL, "", "an empty answer");
	is("text/xml", " \r\n\t", "an empty answer");
}

Test(answer, a_page_has_a_title_and_words)
{
	is("text/html",
	   "<!DOCTYPE html>\n<html><head><title>Log in</title></head><body><h1>Please&nbsp;log "
	   "in</h1><p>to see this<br></body></html>",
	   "a web page, \"Log in\": Please log in to see this");
	is(NULL, "<html><body>busy</body></html>", "a web page: busy");
	is("text/html; charset=utf-8", "<p>no head", "a web page: no head");
}

Test(answer, json_and_text_are_quoted)
{
	is("application/json", "{\"error\": \"quota exceeded\"}", "JSON: quota exceeded");
	is(NULL, "{\"a\": 1}", "JSON: {\"a\": 1}");
	is("text/plain", "upstream  timed\nout", "text: upstream timed out");
	is(NULL, "a,b\n1,2\n", "text: a,b 1,2");
}

Test(answer, another_document_tells_its_text)
{
	is("text/xml", "<error><code>7</code> no disk</error>", "another document: 7 no disk");
}

Test(answer, what_is_long_is_cut)
{
	char body[1000];
	CLEANUP_FREE char *said = NULL;

	memset(body, 'x', sizeof(body));
	said = answer_described("text/plain", body, sizeof(body));
	cr_expect_lt(strlen(said), 320);
	cr_expect_not_null(strstr(said, "…"));
}

Test(answer, binary_data_are_not_quoted)
{
	CLEANUP_FREE char *said = answer_described("image/png", "\x89PNG\0\0", 6);

	cr_expect_str_eq(said, "binary data of type image/png");
}

Test(answer, an_error_page_in_the_middle_of_a_table_is_found)
{
	static const char tail[] = "<TR><TD>3<html><body><h1>database connection lost</h1></body>";
	CLEANUP_FREE char *said = answer_intermixed(tail, strlen(tail));

	cr_expect_str_eq(said, "database connection lost");
	cr_expect_null(answer_intermixed("<TR><TD>3", 9));
}

/* Tomcat ends a table that breaks with its page, whatever was open. */
Test(answer, tomcats_page_in_the_middle_of_a_table_is_found)
{
	static const char tail[] =
	    "<TR><TD>3</TD></TR>\n<TR><TD>4<!doctype html><html lang=\"en\"><head><title>HTTP "
	    "Status 500 – Internal Server Error</title><style type=\"text/css\">body "
	    "{font-family:Tahoma;}</style></head><body><h1>HTTP Status 500 – Internal Server "
	    "Error</h1><hr class=\"line\" /><p><b>Message</b> no space left</p></body></html>";
	CLEANUP_FREE char *said = answer_intermixed(tail, strlen(tail));

	cr_expect_str_eq(said, "HTTP Status 500 – Internal Server Error Message no space left");
}

Test(answer, pages_to_log_in_at_are_known_by_their_path)
{
	cr_expect(
	    answer_is_login("https://h/login?rd=https%3A%2F%2Fh%2Ftap%2Fasync", "https://h/tap"));
	cr_expect(answer_is_login("https://h/portal/start.jsp", "https://h/tap"));
	cr_expect(answer_is_login("https://h/oauth2/authorize", "https://h/tap"));
	cr_expect_not(answer_is_login("https://h/tap/async/7", "https://h/tap"));
	cr_expect_not(answer_is_login("https://h/auth/tap/async/7", "https://h/auth/tap"));
	cr_expect(answer_is_login("https://h/login?to=/auth/", "https://h/auth/tap"));
	cr_expect_not(answer_is_login("https://h/tap/async/7?next=/login", "https://h/tap"));
}
