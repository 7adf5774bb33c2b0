/* jobs_test.c: the list of jobs in memory: what lists bring, what deletions hide. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/buf.h"
#include "tap/uws/job_document.h"
#include "tap/uws/job_result.h"
#include "tap/uws/jobs.h"

static struct service service = {.url = (char *)"http://example.org/tap"};
static struct jobs *jobs;

static void start(void)
{
	jobs = jobs_new(&service);
}

static void end(void)
{
	jobs_free(jobs);
}

TestSuite(jobs, .init = start, .fini = end);

/* A list as the service sends it: "ID PHASE RUNID" each, asked for at that time. */
static void take(enum jobs_list which, uint64_t asked, const char *const refs[][3], size_t n)
{
	struct buf xml = BUF_INIT;
	struct uws_joblist *list;

	jobs_asked(jobs, which);
	buf_adds(&xml, "<jobs version='1.1'>");
	for (size_t i = 0; i < n; i++)
		buf_addf(&xml, "<jobref id='%s'><phase>%s</phase><runId>%s</runId></jobref>",
			 refs[i][0], refs[i][1], refs[i][2]);
	buf_adds(&xml, "</jobs>");
	list = uws_joblist_parse(xml.data, xml.len, NULL);
	cr_assert_not_null(list);
	jobs_take(jobs, which, list, asked);
	uws_joblist_free(list);
	buf_free(&xml);
}

#define TAKE(which, asked, ...)                                   \
	take(which, asked, (const char *const[][3]){__VA_ARGS__}, \
	     sizeof((const char *const[][3]){__VA_ARGS__}) / sizeof(const char *[3]))

Test(jobs, a_list_brings_new_ones_and_takes_old_ones_away)
{
	struct job *a;

	TAKE(JOBS_LIVE, 1, {"a", "PENDING", "x"}, {"b", "COMPLETED", ""});
	a = job_ref(jobs_get(jobs, "a"));
	cr_expect_str_eq(a->runid, "x");
	cr_expect_eq(jobs_get(jobs, "b")->phase, UWS_COMPLETED);
	cr_expect_null(jobs_get(jobs, "b")->runid);
	TAKE(JOBS_LIVE, 2, {"b", "COMPLETED", ""}, {"c", "QUEUED", ""});
	cr_expect_null(jobs_get(jobs, "a"));
	cr_expect(a->gone);
	cr_expect_not_null(jobs_get(jobs, "c"));
	job_unref(a);
}

Test(jobs, an_id_that_is_no_file_name_is_escaped)
{
	TAKE(JOBS_LIVE, 1, {"a/b", "PENDING", ""}, {".", "PENDING", ""});
	cr_expect_not_null(jobs_get(jobs, "a%2Fb"));
	cr_expect_null(jobs_get(jobs, "%2E"), "no URL leads there");
	cr_expect_str_eq(job_url(jobs_get(jobs, "a%2Fb")), "http://example.org/tap/async/a%2Fb");
}

Test(jobs, a_list_that_was_asked_for_earlier_does_not_turn_a_phase_back)
{
	TAKE(JOBS_LIVE, 10, {"a", "EXECUTING", ""});
	job_saw_phase(jobs_get(jobs, "a"), UWS_COMPLETED, 12);
	TAKE(JOBS_LIVE, 11, {"a", "EXECUTING", ""});
	cr_expect_eq(jobs_get(jobs, "a")->phase, UWS_COMPLETED);
	TAKE(JOBS_LIVE, 13, {"a", "ABORTED", ""});
	cr_expect_eq(jobs_get(jobs, "a")->phase, UWS_ABORTED);
}

Test(jobs, a_phase_that_is_not_told_does_not_hide_the_last_one)
{
	TAKE(JOBS_LIVE, 1, {"a", "QUEUED", ""});
	TAKE(JOBS_LIVE, 2, {"a", "", ""});
	cr_expect_eq(jobs_get(jobs, "a")->phase, UWS_QUEUED);
}

Test(jobs, a_deleted_one_stays_hidden_until_a_list_that_must_lack_it_comes)
{
	struct job *a;

	TAKE(JOBS_LIVE, 1, {"a", "COMPLETED", ""});
	a = jobs_get(jobs, "a");
	job_bury(a);
	cr_expect_null(jobs_get(jobs, "a"));
	TAKE(JOBS_LIVE, 2, {"a", "COMPLETED", ""});
	cr_expect_null(jobs_get(jobs, "a"), "its deletion is under way");
	a->settled = true;
	TAKE(JOBS_LIVE, 3, {"b", "COMPLETED", ""});
	cr_expect_null(jobs->deleted, "nothing is left to hide");
}

Test(jobs, one_that_is_listed_after_its_deletion_was_over_is_back)
{
	struct job *a;

	TAKE(JOBS_LIVE, 1, {"a", "COMPLETED", ""});
	a = jobs_get(jobs, "a");
	job_bury(a);
	a->settled = true;
	TAKE(JOBS_LIVE, 2, {"a", "COMPLETED", ""});
	cr_expect_eq(jobs_get(jobs, "a"), a);
	cr_expect_not(a->gone);
}

Test(jobs, a_list_from_before_the_deletion_was_over_tells_nothing)
{
	struct uws_joblist none = {0};

	TAKE(JOBS_LIVE, 1, {"a", "COMPLETED", ""});
	job_bury(jobs_get(jobs, "a"));
	jobs_asked(jobs, JOBS_LIVE);
	jobs->deleted->settled = true; /* while the list is on its way */
	jobs_take(jobs, JOBS_LIVE, &none, 2);
	cr_expect_not_null(jobs->deleted);
	TAKE(JOBS_LIVE, 3, {"a", "COMPLETED", ""});
	cr_expect_not_null(jobs_get(jobs, "a"));
}

Test(jobs, archived_ones_are_known_but_in_no_live_list)
{
	TAKE(JOBS_LIVE, 1, {"a", "COMPLETED", ""});
	TAKE(JOBS_ARCHIVED, 2, {"z", "ARCHIVED", ""});
	cr_expect_eq(jobs_get(jobs, "z")->lists, 1u << JOBS_ARCHIVED);
	TAKE(JOBS_LIVE, 3, {"a", "COMPLETED", ""});
	cr_expect_not_null(jobs_get(jobs, "z"));
	TAKE(JOBS_ARCHIVED, 4, {"y", "ARCHIVED", ""});
	cr_expect_null(jobs_get(jobs, "z"));
}

Test(jobs, a_deletion_that_archives_leaves_an_archived_job)
{
	TAKE(JOBS_LIVE, 1, {"a", "COMPLETED", ""});
	job_bury(jobs_get(jobs, "a"));
	TAKE(JOBS_ARCHIVED, 2, {"a", "ARCHIVED", ""});
	cr_assert_not_null(jobs_get(jobs, "a"));
	cr_expect_eq(jobs_get(jobs, "a")->phase, UWS_ARCHIVED);
	cr_expect_eq(jobs_get(jobs, "a")->lists, 1u << JOBS_ARCHIVED);
}

Test(jobs, an_archived_one_that_is_listed_after_its_deletion_is_kept_by_the_service)
{
	struct job *z;

	TAKE(JOBS_ARCHIVED, 1, {"z", "ARCHIVED", ""});
	z = jobs_get(jobs, "z");
	z->removed_from = z->phase;
	job_bury(z);
	z->settled = true;
	cr_expect_not(jobs->keeps_archived);
	TAKE(JOBS_ARCHIVED, 2, {"z", "ARCHIVED", ""});
	cr_expect_eq(jobs_get(jobs, "z"), z);
	cr_expect(jobs->keeps_archived);
}

Test(jobs, what_an_old_list_does_not_tell_is_learnt_from_the_document)
{
	struct uws_job known = {
	    .runid = (char *)"night", .owner = (char *)"me", .creation_time = 5};
	struct job *a;

	TAKE(JOBS_LIVE, 1, {"a", "COMPLETED", ""});
	a = jobs_get(jobs, "a");
	job_learn(a, &known);
	TAKE(JOBS_LIVE, 2, {"a", "COMPLETED", ""});
	cr_expect_str_eq(a->runid, "night");
	cr_expect_str_eq(a->owner, "me");
	cr_expect_eq(a->created, 5);
}

Test(jobs, without_a_document_a_completed_query_has_its_result)
{
	struct job_result *r;
	char *name;

	TAKE(JOBS_LIVE, 1, {"a", "COMPLETED", ""}, {"b", "EXECUTING", ""});
	name = job_result_name(jobs_get(jobs, "a"), 0);
	cr_expect_str_eq(name, "result");
	free(name);
	cr_expect_null(job_result_name(jobs_get(jobs, "a"), 1));
	cr_expect_null(job_result_name(jobs_get(jobs, "b"), 0));
	cr_expect_null(job_result_find(jobs_get(jobs, "a"), "diag"));
	r = job_result_find(jobs_get(jobs, "a"), "result");
	cr_assert_not_null(r);
	job_vanished(jobs_get(jobs, "a"));
	cr_expect_null(r->job, "it goes with its job");
	job_result_unref(r);
}
