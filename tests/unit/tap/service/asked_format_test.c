/* asked_format_test.c: a format that is no VOTable: its extension, and what cannot be one. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "tap/service/asked_format.h"

static void is_named(const char *format, const char *wanted)
{
	CLEANUP_FREE char *extension = asked_extension(format);

	if (wanted)
		cr_expect(extension && strcmp(extension, wanted) == 0, "%s: %s", format,
			  extension ? extension : "a VOTable");
	else
		cr_expect_null(extension, "%s: %s", format, extension);
}

Test(asked_format, a_VOTable_in_any_serialization_is_as_always)
{
	is_named("votable", NULL);
	is_named("VOTable/TD", NULL);
	is_named("votable/b2", NULL);
	is_named("application/x-votable+xml;serialization=BINARY2", NULL);
	is_named("application/x-votable+xml; serialization=tabledata", NULL);
	is_named("text/xml", NULL);
	is_named("text/xml;content=x-votable", NULL);
	is_named("votable_plain", NULL);
	is_named("vot", NULL);
}

Test(asked_format, another_is_named_by_its_short_name_or_media_type)
{
	is_named("parquet", "parquet");
	is_named("Parquet", "parquet");
	is_named("application/vnd.apache.parquet", "parquet");
	is_named("csv", "csv");
	is_named("text/csv;header=absent", "csv");
	is_named("application/fits", "fits");
	is_named("text", "txt");
	is_named("json", "json");
	is_named("application/vnd.apache.arrow.stream", "stream");
	is_named("application/x-feather", "feather");
	is_named("geojson", "geojson");
	is_named("adql", "dat");
	is_named("../..", "dat");
}

static void is_refused(const char *extension, const char *type, const char *head,
		       const char *wanted)
{
	CLEANUP_FREE char *why = asked_refusal(extension, type, head, strlen(head));

	if (wanted)
		cr_expect(why && strstr(why, wanted), "%s: %s", head, why ? why : "it is one");
	else
		cr_expect_null(why, "%s: %s", head, why);
}

#define ERROR_DOCUMENT                                                          \
	"<?xml version='1.0'?><VOTABLE version='1.3'><RESOURCE type='results'>" \
	"<INFO name='QUERY_STATUS' value='ERROR'>no table tt</INFO></RESOURCE></VOTABLE>"

Test(asked_format, an_error_document_is_its_message)
{
	CLEANUP_FREE char *why =
	    asked_refusal("parquet", NULL, ERROR_DOCUMENT, strlen(ERROR_DOCUMENT));

	cr_expect_str_eq(why, "no table tt");
	is_refused("csv", NULL, ERROR_DOCUMENT, "no table tt");
	is_refused("parquet", NULL, "<VOTABLE><RESOURCE><TABLE/></RESOURCE></VOTABLE>",
		   "the service sent a VOTable, and no parquet");
}

Test(asked_format, what_is_another_thing_is_said_to_be)
{
	is_refused("parquet", "text/html", "<html><title>Log in</title></html>",
		   "no parquet, but a web page, \"Log in\"");
	is_refused("csv", "text/html; charset=utf-8", "\n<!doctype html><p>no", "a web page");
	is_refused("parquet", NULL, "a,b\n1,2\n", "text: a,b");
	is_refused("fits", "application/json", "{\"detail\": \"no\"}", "JSON");
	is_refused("csv", "application/json", "{\"detail\": \"no\"}", "JSON");
	is_refused("csv", NULL, "", "an empty answer");
	is_refused("arrow", NULL, "<oops/>", "another document");
}

Test(asked_format, what_may_be_it_is_taken)
{
	is_refused("parquet", NULL, "PAR1abc", NULL);
	is_refused("parquet", "text/plain", "PAR1abc", NULL);
	is_refused("csv", "text/csv", "a,b\n1,2\n", NULL);
	is_refused("csv", NULL, "a<b,c\n", NULL);
	is_refused("json", "application/json", "{\"a\": 1}", NULL);
	is_refused("html", "text/html", "<html><table/></html>", NULL);
	is_refused("fits", NULL, "SIMPLE  = T", NULL);
	is_refused("arrow", NULL, "ARROW1", NULL);
}

Test(asked_format, an_error_in_words_is_no_table)
{
	is_refused("csv", "text/plain", "Error: disk quota exceeded\n",
		   "Error: disk quota exceeded");
	is_refused("csv", NULL, "the disk quota is exceeded", "quota is exceeded");
	is_refused("tsv", "text/plain;charset=UTF-8", "Access denied\r\n", "Access denied");
	is_refused("csv", "text/plain", "UsageFault: no column ra, dec\n", "UsageFault");
	is_refused("txt", "text/plain", "java.lang.RuntimeException: no\n\tat x\n", "Exception");
	is_refused("csv", "text/plain", "{\"detail\": \"no\"}", "JSON");
	is_refused("csv", "image/png", "\x89PNG\r\n\x1a\n", "");
	is_refused("fits", "application/fits", "\xff\xd8\xff\xe0", "");
	is_refused("csv", "text/csv", "<?xml version='1.0'?><!DOCTYPE html><html>", "a web page");
}

Test(asked_format, a_table_that_speaks_of_errors_is_one)
{
	is_refused("csv", "text/plain", "ra,dec,error\n", NULL);
	is_refused("csv", "text/plain", "error\n", NULL);
	is_refused("csv", "text/plain", "error\n0.1\n0.2\n", NULL);
	is_refused("csv", "text/csv", "the error\n", NULL);
	is_refused("tsv", "text/plain", "name\tpm error\n", NULL);
	is_refused("csv", "text/plain", "pm error\n1\n", NULL);
	is_refused("txt", "text/plain", "ra dec error\n", NULL);
}

Test(asked_format, a_json_error_is_no_result)
{
	is_refused("json", "application/json", "{\"detail\": \"not authenticated\"}\n",
		   "JSON: not authenticated");
	is_refused("json", NULL, " {\"status\": 500, \"error\": {\"message\": \"a \\\"b\\\" {\"}}",
		   "JSON");
	is_refused("jsonl", NULL, "{\"message\": [\"no\"]}", "JSON");
	is_refused("json", "application/json", "Error: no", "text: Error: no");
	is_refused("json", NULL, "{\"error\": 0.5, \"code\": 1}", NULL);
	is_refused("json", NULL, "{\"data\": [], \"message\": \"ok\"}", NULL);
	is_refused("json", NULL, "{\"message\": \"ok\", \"rows\": 1}", NULL);
	is_refused("jsonl", NULL, "{\"message\": \"a\"}\n{\"message\": \"b\"}\n", NULL);
	is_refused("json", NULL, "[]", NULL);
	is_refused("json", NULL, "{}", NULL);
	is_refused("json", NULL, "{\"detail", NULL);
}
