/* uws_test.c: job documents and job lists as services send them. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text/isotime.h"
#include "tap/uws/uws.h"
#include "tests/unit/table/votable_csv.h"

static struct uws_job *parse(const char *doc)
{
	CLEANUP_ERROR struct error *err = NULL;
	struct uws_job *job = uws_job_parse(doc, strlen(doc), &err);

	cr_assert(job, "%s", error_text(err));
	return job;
}

static int64_t ms(const char *s)
{
	return isotime_parse(s, strlen(s));
}

Test(uws, a_job_of_dachs_is_read_in_full)
{
	size_t n;
	CLEANUP_FREE char *doc = read_sample("dachs-job.xml", &n);
	struct uws_job *job = parse(doc);

	cr_expect_str_eq(job->id, "on19h81l");
	cr_expect_str_eq(job->version, "1.1");
	cr_expect_null(job->owner);
	cr_expect_null(job->runid);
	cr_expect_eq(job->phase, UWS_COMPLETED);
	cr_expect_eq(job->creation_time, ms("2026-11-21T07:16:18Z"));
	cr_expect_eq(job->start_time, ms("2026-11-21T07:16:19Z"));
	cr_expect_eq(job->end_time, ms("2026-11-21T07:16:20Z"));
	cr_expect_eq(job->destruction, ms("2026-11-23T07:16:18Z"));
	cr_expect_eq(job->execution_duration, 3600);
	cr_expect_str_eq(uws_job_parameter(job, "QUERY"), "SELECT TOP 5 * FROM demo_cat.stars");
	cr_expect_str_eq(uws_job_parameter(job, "maxrec"), "");
	cr_expect_null(uws_job_parameter(job, "nonsense"));
	cr_expect_str_eq(uws_result_href(job),
			 "http://127.0.0.1:18080/__system__/tap/run/async/on19h81l/results/result");
	cr_expect_not(job->has_error);
	uws_job_free(job);
}

Test(uws, an_error_of_dachs_has_its_message)
{
	size_t n;
	CLEANUP_FREE char *doc = read_sample("dachs-job-error.xml", &n);
	struct uws_job *job = parse(doc);

	cr_expect_eq(job->phase, UWS_ERROR);
	cr_expect(job->has_error);
	cr_expect_not(job->error_transient);
	cr_expect_not(job->error_has_detail);
	cr_expect_str_eq(job->error_message,
			 "Field query: Could not locate table 'demo_cat.starsx'");
	cr_expect_null(uws_result_href(job));
	uws_job_free(job);
}

Test(uws, any_prefix_and_namespace_will_do)
{
	static const char *const docs[] = {
	    "<job "
	    "xmlns='http://www.ivoa.net/xml/UWS/v1.0'><jobId>7</jobId><phase>HELD</phase></job>",
	    "<ns0:job xmlns:ns0='http://www.ivoa.net/xml/UWS/v1.0rc3'><ns0:jobId>7</ns0:jobId>"
	    "<ns0:phase>HELD</ns0:phase></ns0:job>",
	    "<uws:job><uws:jobId>7</uws:jobId><uws:phase>HELD</uws:phase></uws:job>",
	};

	for (int i = 0; i < 3; i++) {
		struct uws_job *job = parse(docs[i]);

		cr_expect_str_eq(job->id, "7");
		cr_expect_eq(job->phase, UWS_HELD);
		cr_expect_str_eq(job->version, "1.0");
		uws_job_free(job);
	}
}

Test(uws, cdata_and_blanks_are_taken_away)
{
	struct uws_job *job =
	    parse("<uws:job><uws:jobId>\n   <![CDATA[a7b53da7]]>\n </uws:jobId>"
		  "<uws:ownerId><![CDATA[]]></uws:ownerId>"
		  "<uws:phase>COMPLETED\r\n</uws:phase><uws:parameters><uws:parameter "
		  "id='query'>\n<![CDATA[SELECT 1]]>\n</uws:parameter></uws:parameters>"
		  "</uws:job>");

	cr_expect_str_eq(job->id, "a7b53da7");
	cr_expect_null(job->owner);
	cr_expect_eq(job->phase, UWS_COMPLETED);
	cr_expect_str_eq(uws_job_parameter(job, "query"), "SELECT 1");
	uws_job_free(job);
}

Test(uws, nil_is_nothing)
{
	struct uws_job *job =
	    parse("<uws:job xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'>"
		  "<uws:quote xsi:nil='true'/><uws:startTime xsi:nil='true'></uws:startTime>"
		  "<uws:errorSummary xsi:nil='true'/></uws:job>");

	cr_expect_eq(job->quote, -1);
	cr_expect_eq(job->start_time, -1);
	cr_expect_eq(job->execution_duration, -1);
	cr_expect_not(job->has_error);
	cr_expect_str_eq(job->id, "");
	uws_job_free(job);
}

Test(uws, a_quote_of_minus_one_is_none)
{
	struct uws_job *job = parse("<job><quote>-1</quote></job>");

	cr_expect_eq(job->quote, -1);
	uws_job_free(job);
}

Test(uws, job_info_does_not_disturb)
{
	struct uws_job *job =
	    parse("<job><phase>QUEUED</phase><jobInfo><job><phase>ERROR</phase></job>"
		  "<phase>ERROR</phase><x/></jobInfo></job>");

	cr_expect_eq(job->phase, UWS_QUEUED);
	uws_job_free(job);
}

Test(uws, a_transient_error_is_told_as_such)
{
	struct uws_job *job =
	    parse("<job><phase>ERROR</phase><errorSummary type='transient' hasDetail='true'>"
		  "<message> try again </message></errorSummary></job>");

	cr_expect(job->error_transient);
	cr_expect(job->error_has_detail);
	cr_expect_str_eq(job->error_message, "try again");
	uws_job_free(job);
}

static void expect_result(const char *results, const char *href)
{
	CLEANUP_FREE char *doc = NULL;
	struct uws_job *job;
	const char *is;

	cr_assert_gt(asprintf(&doc,
			      "<uws:job xmlns:xlink='http://www.w3.org/1999/xlink'>"
			      "<uws:results>%s</uws:results></uws:job>",
			      results),
		     0);
	job = parse(doc);
	is = uws_result_href(job);
	if (href)
		cr_expect(is && strcmp(is, href) == 0, "%s", is);
	else
		cr_expect_null(is);
	uws_job_free(job);
}

Test(uws, the_result_is_what_ends_in_results_result)
{
	expect_result("<uws:result id='a' xlink:href='http://x/log'/>"
		      "<uws:result id='b' xlink:href='http://x/async/1/results/result'/>",
		      "http://x/async/1/results/result");
	expect_result("<uws:result id='a' xlink:href='1/results/result'/>", "1/results/result");
}

Test(uws, the_result_may_be_percent_encoded)
{
	expect_result("<uws:result id='log' xlink:href='http%3A%2F%2Fx%2Flog'/>"
		      "<uws:result id='b' xlink:href='http%3A%2F%2Fx%2F1%2Fresults%2Fresult'/>",
		      "http%3A%2F%2Fx%2F1%2Fresults%2Fresult");
}

Test(uws, else_the_result_is_what_is_called_so)
{
	expect_result("<uws:result id='other' xlink:href='http://x/1'/>"
		      "<uws:result id='result' xlink:href=' http://x/result_ae5.xml '/>",
		      "http://x/result_ae5.xml");
}

Test(uws, else_the_result_is_the_only_one)
{
	expect_result("<uws:result id='x' href='http://x/1'/>", "http://x/1");
	expect_result(
	    "<uws:result id='x' href='http://x/1'/><uws:result id='y' href='http://x/2'/>", NULL);
	expect_result("", NULL);
}

Test(uws, numbers_that_cadc_lists_are_no_results)
{
	expect_result("<uws:result id='diag' xlink:href='query:parse:2'/>"
		      "<uws:result id='diag' xlink:href='jndi:connect:1'/>"
		      "<uws:result id='rowcount' xlink:href='final:0'/>"
		      "<uws:result id='x' xlink:href=''/><uws:result id='y' xlink:href='uws:x:1'/>"
		      "<uws:result id='table' xlink:href='https://x/table.xml'/>",
		      "https://x/table.xml");
}

Test(uws, a_result_has_its_size_and_type)
{
	struct uws_job *job = parse("<job><results><result id='r' href='x' mime-type='text/csv' "
				    "size='123'/><result href='y' size='?'/></results></job>");

	cr_expect_eq(job->nresults, 2);
	cr_expect_str_eq(job->results[0].mime, "text/csv");
	cr_expect_eq(job->results[0].size, 123);
	cr_expect_eq(job->results[1].size, -1);
	cr_expect_str_eq(job->results[1].id, "");
	uws_job_free(job);
}

Test(uws, phases_are_read_with_blanks_in_any_case)
{
	cr_expect_eq(uws_phase_parse("EXECUTING\r\n", 11), UWS_EXECUTING);
	cr_expect_eq(uws_phase_parse(" completed ", 11), UWS_COMPLETED);
	cr_expect_eq(uws_phase_parse("", 0), UWS_UNKNOWN);
	cr_expect_eq(uws_phase_parse("RESTING", 7), UWS_UNKNOWN);
	for (enum uws_phase p = UWS_UNKNOWN; p <= UWS_ARCHIVED; p++)
		cr_expect_eq(uws_phase_parse(uws_phase_name(p), strlen(uws_phase_name(p))), p);
}

Test(uws, a_phase_is_final_or_goes_on_or_waits_for_somebody)
{
	cr_expect(uws_phase_is_final(UWS_COMPLETED) && uws_phase_is_final(UWS_ARCHIVED));
	cr_expect(uws_phase_is_final(UWS_ERROR) && uws_phase_is_final(UWS_ABORTED));
	cr_expect(uws_phase_is_active(UWS_QUEUED) && uws_phase_is_active(UWS_SUSPENDED));
	cr_expect_not(uws_phase_is_active(UWS_HELD) || uws_phase_is_final(UWS_HELD));
	cr_expect_not(uws_phase_is_active(UWS_PENDING) || uws_phase_is_final(UWS_UNKNOWN));
}

Test(uws, wait_came_with_version_1_1)
{
	cr_expect(uws_version_has_wait("1.1"));
	cr_expect(uws_version_has_wait("1.2"));
	cr_expect_not(uws_version_has_wait("1.0"));
	cr_expect_not(uws_version_has_wait("new"));
}

static struct uws_joblist *parse_list(const char *doc)
{
	CLEANUP_ERROR struct error *err = NULL;
	struct uws_joblist *list = uws_joblist_parse(doc, strlen(doc), &err);

	cr_assert(list, "%s", error_text(err));
	return list;
}

Test(uws, a_job_list_has_what_the_service_tells)
{
	struct uws_joblist *list = parse_list(
	    "<uws:jobs version='1.1' xmlns:xlink='http://www.w3.org/1999/xlink'>"
	    "<uws:jobref id='a1' xlink:href='http://x/async/a1'><uws:phase>ERROR\n</uws:phase>"
	    "<uws:runId>mine</uws:runId><uws:ownerId>me</uws:ownerId>"
	    "<uws:creationTime>2024-02-29T12:00:00.5Z</uws:creationTime></uws:jobref>"
	    "<uws:jobref xlink:href='http://x/async/b2/'/><uws:jobref id='c3'/></uws:jobs>");

	cr_assert_eq(list->n, 3);
	cr_expect_str_eq(list->version, "1.1");
	cr_expect_str_eq(list->jobs[0].id, "a1");
	cr_expect_str_eq(list->jobs[0].href, "http://x/async/a1");
	cr_expect_str_eq(list->jobs[0].runid, "mine");
	cr_expect_str_eq(list->jobs[0].owner, "me");
	cr_expect_eq(list->jobs[0].phase, UWS_ERROR);
	cr_expect_eq(list->jobs[0].creation_time, ms("2024-02-29T12:00:00.500Z"));
	cr_expect_str_eq(list->jobs[1].id, "b2");
	cr_expect_eq(list->jobs[1].phase, UWS_UNKNOWN);
	cr_expect_str_eq(list->jobs[2].id, "c3");
	cr_expect_null(list->jobs[2].href);
	uws_joblist_free(list);
}

Test(uws, esa_lists_whole_jobs)
{
	struct uws_joblist *list = parse_list(
	    "<uws:jobs total='1'><uws:job><uws:jobId><![CDATA[1479O]]></uws:jobId>"
	    "<uws:phase>COMPLETED</uws:phase><uws:creationTime>2016-11-17T13:33:50.738+0100"
	    "</uws:creationTime><uws:parameters><uws:parameter id='phase'>no"
	    "</uws:parameter></uws:parameters></uws:job></uws:jobs>");

	cr_assert_eq(list->n, 1);
	cr_expect_str_eq(list->jobs[0].id, "1479O");
	cr_expect_eq(list->jobs[0].phase, UWS_COMPLETED);
	cr_expect_eq(list->jobs[0].creation_time, ms("2016-11-17T12:33:50.738Z"));
	uws_joblist_free(list);
}

Test(uws, an_empty_list_is_a_list)
{
	struct uws_joblist *list = parse_list("<jobs/>");

	cr_expect_eq(list->n, 0);
	uws_joblist_free(list);
}

Test(uws, other_documents_are_refused)
{
	static const char *const bad[] = {"", "COMPLETED", "<html/>", "<job>",
					  "<jobs><jobref></jobs>"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CLEANUP_ERROR struct error *err = NULL;

		cr_expect_null(uws_job_parse(bad[i], strlen(bad[i]), &err));
		cr_expect_not_null(err);
		cr_expect_null(uws_joblist_parse(bad[i], strlen(bad[i]), NULL));
	}
}

Test(isotime, times_are_read_as_services_write_them)
{
	cr_expect_eq(ms("1970-01-01T00:00:00Z"), 0);
	cr_expect_eq(ms("2024-02-29T12:34:56Z"), 1709210096000);
	cr_expect_eq(ms("2024-02-29T12:34:56"), 1709210096000);
	cr_expect_eq(ms("2024-02-29 12:34:56"), 1709210096000);
	cr_expect_eq(ms("2024-02-29T12:34:56.789Z"), 1709210096789);
	cr_expect_eq(ms("2024-02-29T12:34:56.7891234Z"), 1709210096789);
	cr_expect_eq(ms("2024-02-29T13:34:56+0100"), 1709210096000);
	cr_expect_eq(ms("2024-02-29T13:34:56+01:00"), 1709210096000);
	cr_expect_eq(ms("2024-02-29T07:04:56-05:30"), 1709210096000);
	cr_expect_eq(ms("2024-02-29T13:34:56+01"), 1709210096000);
	cr_expect_eq(ms("2024-02-29T12:34Z"), 1709210040000);
	cr_expect_eq(ms(" 2024-02-29\n"), 1709164800000);
	cr_expect_eq(ms("2000-03-01T00:00:00Z"), 951868800000);
}

Test(isotime, what_is_no_time_is_minus_one)
{
	static const char *const bad[] = {"",
					  "-1",
					  "tomorrow",
					  "2024-13-01",
					  "2024-02-29T",
					  "2024-02-29T25:00:00",
					  "2024-02-29Tx",
					  "2024-02-29T12:00:00x",
					  "20240229"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		cr_expect_eq(ms(bad[i]), -1, "%s", bad[i]);
}

Test(uws, the_reason_is_found_wherever_it_stands)
{
	static const char *const documents[] = {
	    "<job><phase>ERROR</phase><errorSummary><message>no t</message></errorSummary></job>",
	    "<job><phase>ERROR</phase><errorSummary> no t </errorSummary></job>",
	    "<job><phase>ERROR</phase><errorSummary><message><content>no t</content></message>"
	    "</errorSummary></job>",
	    "<job><phase>ERROR</phase><errorSummary>[ErrorDetail(string='no t', code='x')]"
	    "</errorSummary></job>",
	    "<job><phase>ERROR</phase><errorSummary><message>{\"message\": \"no t\"}</message>"
	    "</errorSummary></job>",
	};

	for (size_t i = 0; i < sizeof(documents) / sizeof(*documents); i++) {
		struct uws_job *job = uws_job_parse(documents[i], strlen(documents[i]), NULL);

		cr_assert_not_null(job);
		cr_expect_str_eq(job->error_message, "no t");
		uws_job_free(job);
	}
}

Test(uws, what_jobInfo_holds_is_not_the_jobs_own)
{
	static const char text[] =
	    "<uws:job xmlns:uws='http://www.ivoa.net/xml/UWS/v1.0'"
	    " xmlns:xlink='http://www.w3.org/1999/xlink' version='1.1'><uws:jobId>1</uws:jobId>"
	    "<uws:jobInfo><uws:job><uws:jobId>2</uws:jobId><uws:phase>ERROR</uws:phase>"
	    "<uws:parameters><uws:parameter id='QUERY'>inner</uws:parameter></uws:parameters>"
	    "<uws:results><uws:result id='result' xlink:href='http://x/2'/></uws:results>"
	    "<uws:errorSummary><uws:message>inner</uws:message></uws:errorSummary></uws:job>"
	    "<results><result id='result'/></results><message><content>inner</content></message>"
	    "</uws:jobInfo><uws:phase>COMPLETED</uws:phase>"
	    "<uws:parameters><uws:parameter id='QUERY'>outer</uws:parameter></uws:parameters>"
	    "<uws:results><uws:result id='result' xlink:href='http://x/1'/></uws:results>"
	    "</uws:job>";
	struct uws_job *job = uws_job_parse(text, sizeof(text) - 1, NULL);

	cr_assert_not_null(job);
	cr_expect_str_eq(job->id, "1");
	cr_expect_eq(job->phase, UWS_COMPLETED);
	cr_expect_eq(job->nresults, 1);
	cr_expect_eq(job->nparameters, 1);
	cr_expect_str_eq(uws_job_parameter(job, "QUERY"), "outer");
	cr_expect_str_eq(uws_result_href(job), "http://x/1");
	cr_expect_null(job->error_message);
	uws_job_free(job);
}
