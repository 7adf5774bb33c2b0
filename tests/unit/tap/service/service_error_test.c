/* service_error_test.c: what services say when something failed. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "tap/service/service_error.h"

static void expect(const char *type, const char *body, const char *message)
{
	CLEANUP_FREE char *is = service_error_message(400, type, body, strlen(body));

	if (message)
		cr_expect(is && strcmp(is, message) == 0, "%s", is);
	else
		cr_expect_null(is, "%s", is);
}

Test(service_error, a_votable_says_it_itself)
{
	expect("application/x-votable+xml",
	       "<?xml version='1.0'?><VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' "
	       "value='ERROR'>Incorrect ADQL:\n  Encountered \"SELEC\"</INFO></RESOURCE></VOTABLE>",
	       "Incorrect ADQL: Encountered \"SELEC\"");
}

Test(service_error, the_type_of_a_votable_does_not_matter)
{
	expect("text/plain", "<VOTABLE><INFO name='QUERY_STATUS' value='ERROR'>no</INFO></VOTABLE>",
	       "no");
	expect(NULL, "<VOTABLE><INFO name='QUERY_STATUS' value='ERROR'>no</INFO></VOTABLE>", "no");
}

Test(service_error, gaia_has_a_list_with_a_message)
{
	expect(
	    "text/html;charset=UTF-8",
	    "<!DOCTYPE HTML><html><head><title>SERVICE ERROR</title></head><body><h1>SERVICE ERROR "
	    "- "
	    "400</h1><h2>Description</h2><ul><li><b>Type: </b>Fatal</li><li><b>Context: </b>x</li>"
	    "<li><b>Message: </b>Cannot parse query: 1 unresolved identifiers:\n"
	    " &lt;gaia_sourc&gt; !</li></ul></body></html>",
	    "Cannot parse query: 1 unresolved identifiers: <gaia_sourc> !");
}

Test(service_error, other_html_is_its_text)
{
	expect("text/html",
	       "<html><head><title>404</title><style>p {color: red}</style></head>"
	       "<body class='x'><script>var a = 1 < 2;</script><h1>Not&nbsp;Found</h1><p>No such "
	       "job.</p></body></html>",
	       "Not Found No such job.");
}

Test(service_error, html_without_a_body_has_a_title)
{
	expect("text/html", "<html><head><title>502 Bad Gateway</title></head></html>",
	       "502 Bad Gateway");
	expect("text/html", "<html><body></body></html>", NULL);
}

Test(service_error, html_is_recognized_without_its_type)
{
	expect(NULL, "<!DOCTYPE html>\n<HTML><BODY>Down for maintenance</BODY></HTML>",
	       "Down for maintenance");
}

Test(service_error, plain_text_is_cleaned)
{
	expect("text/plain", "UsageFault:\r\n\tinvalid  argument\x07 MAXREC\n",
	       "UsageFault: invalid argument MAXREC");
	expect(NULL, "no job", "no job");
}

Test(service_error, json_and_python_say_it_in_words)
{
	expect("application/json", "{\"detail\": \"no such\\n table\"}", "no such table");
	expect("text/plain", "LANG: [ErrorDetail(string='Not supported.', code='invalid')]",
	       "LANG: Not supported.");
	expect("application/xml",
	       "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='ERROR'>QUERY: "
	       "{'messages': [ErrorDetail(string='Column x not found.', code='invalid')]}</INFO>"
	       "</RESOURCE></VOTABLE>",
	       "QUERY: Column x not found.");
}

Test(service_error, latin1_becomes_utf8)
{
	expect("text/plain",
	       "Requ\xeate refus\xe9"
	       "e",
	       "Requête refusée");
}

Test(service_error, nothing_is_nothing)
{
	expect("text/plain", "", NULL);
	expect("text/plain", " \r\n ", NULL);
	cr_expect_null(service_error_message(500, NULL, NULL, 0));
	cr_expect_null(service_error_message(500, NULL, "\0\1\2", 3));
}

Test(service_error, it_is_cut_between_characters)
{
	CLEANUP_BUF struct buf body = BUF_INIT;
	CLEANUP_FREE char *is = NULL;

	buf_addc(&body, 'x');
	for (int i = 0; i < 5000; i++)
		buf_adds(&body, "é");
	is = service_error_message(500, "text/plain", body.data, body.len);
	cr_expect_leq(strlen(is), 2051);
	cr_expect_geq(strlen(is), 2040);
	cr_expect_str_eq(is + strlen(is) - 5, "é…");
}

Test(service_error, broken_html_does_no_harm)
{
	static const char *const bad[] = {"<html><b>Message:",
					  "<html><body",
					  "<html><script>",
					  "<html><script",
					  "<html><b>Message: </b",
					  "<html>&amp",
					  "<html><style>a</styl",
					  "<",
					  "<html"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP_FREE char *is =
		    service_error_message(500, "text/html", bad[i], strlen(bad[i]));

		(void)is;
	}
}
