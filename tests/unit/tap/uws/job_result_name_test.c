/* job_result_name_test.c: the names of a job's results. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "tap/uws/job_result_name.h"

/* The names of a document, "stem[.said|?guess]=key" each. */
static void names_are(const char *body, const char *wanted)
{
	struct buf xml = BUF_INIT, got = BUF_INIT;
	struct result_name n;
	struct uws_job *job;
	size_t at = 0;

	buf_addf(&xml, "<job>%s</job>", body);
	job = uws_job_parse(xml.data, xml.len, NULL);
	cr_assert_not_null(job);
	while (result_name_next(job, UWS_UNKNOWN, &at, &n)) {
		buf_addf(&got, "%s%s%s%s%s=%s", got.len ? " " : "", n.stem, n.said ? "." : "",
			 n.said ? n.said : "", n.said || !n.guess ? "" : "?", n.key);
		if (!n.said && n.guess)
			buf_addf(&got, "(%s)", n.guess);
		result_name_clear(&n);
	}
	cr_expect_str_eq(buf_str(&got), wanted);
	uws_job_free(job);
	buf_free(&xml);
	buf_free(&got);
}

Test(job_result_name, the_type_tells_the_extension)
{
	names_are("<phase>COMPLETED</phase><results><result id='result' href='http://x/r' "
		  "mime-type='application/x-votable+xml;serialization=binary2'/></results>",
		  "result.vot=");
}

Test(job_result_name, without_a_type_it_is_what_was_asked_for)
{
	names_are("<phase>COMPLETED</phase><parameters><parameter id='responseformat'>csv"
		  "</parameter></parameters><results><result id='result' href='r'/></results>",
		  "result?=(csv)");
	names_are("<phase>COMPLETED</phase><parameters><parameter id='responseformat'/>"
		  "<parameter id='FORMAT'>fits</parameter></parameters>"
		  "<results><result id='result' href='r'/></results>",
		  "result?=(fits)");
	names_are("<phase>COMPLETED</phase><results><result id='result' href='r'/></results>",
		  "result?=(vot)");
}

Test(job_result_name, other_results_keep_their_names)
{
	names_are("<phase>COMPLETED</phase><results>"
		  "<result id='result' href='http://x/a/results/result' mime-type='text/csv'/>"
		  "<result id='plot/1' href='http://x/p' mime-type='image/png'/>"
		  "<result href='http://x/files/log.txt'/></results>",
		  "result.csv= plot%2F1.png=plot/1 log.txt=http://x/files/log.txt");
}

/* CADC lists numbers as results. */
Test(job_result_name, what_is_no_file_has_no_name)
{
	names_are("<phase>COMPLETED</phase><results><result id='diag' href='uws:executing:10'/>"
		  "<result id='rowcount' href='final:3'/>"
		  "<result id='result' href='https://x/store/abc'/></results>",
		  "result?=(vot)");
}

Test(job_result_name, a_completed_query_has_a_result_that_is_not_listed)
{
	names_are("<phase>COMPLETED</phase>", "result?=(vot)");
	names_are("<phase>EXECUTING</phase>", "");
	names_are("<phase>ERROR</phase>", "");
}

Test(job_result_name, the_extension_is_not_said_twice)
{
	struct result_name n = {.stem = (char *)"table.FITS"};
	char *text = result_name_text(&n, "fits");

	cr_expect_str_eq(text, "table.FITS");
	free(text);
	text = result_name_text(&n, NULL);
	cr_expect_str_eq(text, "table.FITS");
	free(text);
	text = result_name_text(&n, "gz");
	cr_expect_str_eq(text, "table.FITS.gz");
	free(text);
}

Test(job_result_name, a_key_leads_back_to_the_result)
{
	static const char xml[] = "<job><phase>COMPLETED</phase><results><result id='a' "
				  "href='http://x/a/results/result'/>"
				  "<result id='b' href='http://x/b'/></results></job>";
	struct uws_job *job = uws_job_parse(xml, sizeof(xml) - 1, NULL);

	cr_expect_str_eq(result_of_key(job, "")->id, "a");
	cr_expect_str_eq(result_of_key(job, "b")->href, "http://x/b");
	cr_expect_null(result_of_key(job, "c"));
	uws_job_free(job);
}
