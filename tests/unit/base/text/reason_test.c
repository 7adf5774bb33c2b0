/* reason_test.c: what went wrong, as programs write it down. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text/reason.h"

static void is(const char *text, const char *want)
{
	CLEANUP_FREE char *said = reason_plain(text, strlen(text));

	if (want)
		cr_expect(said && strcmp(said, want) == 0, "%s", said);
	else
		cr_expect_null(said, "%s", said);
}

Test(reason, json_has_a_detail_a_message_or_an_error)
{
	is("{\"detail\": \"no such table\"}", "no such table");
	is("{\"message\":\"no such table\",\"code\":7}", "no such table");
	is("{ \"error\" : \"no such table\" }", "no such table");
	is("\n[{\"error\": \"no such table\"}]", "no such table");
}

/* Spring: error is the status' name. FastAPI: detail is a list of objects. */
Test(reason, what_says_most_goes_first)
{
	is("{\"timestamp\":1,\"status\":400,\"error\":\"Bad Request\",\"message\":\"no t\"}",
	   "no t");
	is("{\"error\": {\"code\": 4, \"message\": \"no t\"}}", "no t");
	is("{\"detail\":[{\"loc\":[\"body\",\"LANG\"],\"msg\":\"field required\"}]}",
	   "field required");
	is("{\"message\": \"\", \"error\": \"Internal Server Error\"}", "Internal Server Error");
	is("{\"error\": true, \"reason\": \"no t\"}", "no t");
	is("{\"errors\": [\"no a\", \"no b\"]}", "no a no b");
}

Test(reason, escapes_are_read)
{
	is("{\"detail\": \"caf\\u00e9 \\\"x\\\"\\n \\/ \\\\\"}", "café \"x\"\n / \\");
	is("{\"detail\": \"a\\u0000b\"}", "a b");
}

/* Daiquiri 1.x, of a query that its parser does not take. */
Test(reason, python_has_error_details)
{
	is("[ErrorDetail(string='This queue is not supported.', code='invalid')]",
	   "This queue is not supported.");
	is("QUERY: {'messages': [ErrorDetail(string='There has been an error while parsing your "
	   "query.', code='invalid')], 'positions': ErrorDetail(string='[[1, 7, \"FRM\"]]', "
	   "code='invalid')}",
	   "QUERY: There has been an error while parsing your query. positions: [[1, 7, \"FRM\"]]");
	is("QUERY: {'messages': [ErrorDetail(string=\"Column 'x' not found.\", code='invalid'), "
	   "ErrorDetail(string='Table y not found.', code='invalid')]}",
	   "QUERY: Column 'x' not found. Table y not found.");
}

Test(reason, positions_go_along)
{
	is("{\"query\": {\"messages\": [\"no\"], \"positions\": \"[[1, 7, \\\"FRM\\\"]]\"}}",
	   "no positions: [[1, 7, \"FRM\"]]");
	is("{\"messages\": [\"no\"], \"positions\": [[1, 7, \"FRM\"], [2, 3, \"x\"]]}",
	   "no positions: [[1, 7, \"FRM\"], [2, 3, \"x\"]]");
}

Test(reason, other_texts_are_left)
{
	is("", NULL);
	is("no such table", NULL);
	is("{\"a\": 1}", NULL);
	is("{\"detail", NULL);
	is("{\"detail\": \"unfinished", NULL);
	is("ErrorDetail(string=", NULL);
	is("ErrorDetail(string='unfinished", NULL);
	is("[l.2 c.7 - l.2 c.8]", NULL);
}
