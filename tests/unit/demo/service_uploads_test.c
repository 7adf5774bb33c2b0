/* What the service makes of UPLOAD (TAP 1.1 §2.5), and of catalogues in front of another. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "tests/service/tap/uploads.h"
#include "tests/unit/demo/adql_fixture.h"

static struct svc_uploads own, parts;

static void set_up(void)
{
	svc_uploads_add(&parts, "p1", dup(0), 600);
	svc_uploads_add(&parts, "P2", dup(0), 300);
}

static void tear_down(void)
{
	svc_uploads_clear(&own);
	svc_uploads_clear(&parts);
}

TestSuite(service_uploads, .init = set_up, .fini = tear_down);

static bool read_value(const char *value, uint64_t limit, struct error **err)
{
	struct params p = {NULL, 0};
	bool ok;

	svc_params_add(&p, "small", "<VOTABLE/>");
	svc_params_add(&p, "Upload", value);
	ok = svc_uploads_read(&own, &p, &parts, limit, err);
	svc_params_free(&p);
	return ok;
}

static void check_refused(const char *value, const char *why)
{
	CLEANUP_ERROR struct error *err = NULL;
	size_t before = own.n;

	cr_assert_not(read_value(value, 1000, &err), "%s", value);
	cr_assert_eq(error_errno(err), EINVAL);
	cr_assert_not_null(strstr(error_text(err), why), "%s: %s", value, error_text(err));
	cr_assert_eq(strncmp(error_text(err), "UsageFault: ", 12), 0);
	cr_assert_eq(own.n, before, "%s left a table", value);
}

Test(service_uploads, are_parts_parameters_and_urls)
{
	const char *url = "http://example.org/t?a=1,2";
	char text[16] = "";

	cr_assert(read_value("a,param:p1;B_2,param:p2;c,param:small;", 1000, NULL));
	cr_assert(read_value("d,http://example.org/t?a=1,2", 1000, NULL));
	cr_assert_eq(own.n, 4);
	cr_assert_str_eq(own.list[0].name, "a");
	cr_assert_eq(own.list[0].size, 600);
	cr_assert_eq(svc_uploads_find(&own, "b_2")->size, 300);
	cr_assert_eq(own.list[2].size, 10);
	cr_assert_eq(pread(own.list[2].fd, text, sizeof(text), 0), 10);
	cr_assert_str_eq(text, "<VOTABLE/>");
	cr_assert_str_eq(own.list[3].url, url);
	cr_assert_null(own.list[0].url);
	cr_assert_eq(svc_uploads_size(&own), 910);
}

Test(service_uploads, one_part_may_be_two_tables)
{
	cr_assert(read_value("a,param:p1;b,param:p1", 1200, NULL));
	cr_assert_neq(own.list[0].fd, own.list[1].fd);
}

Test(service_uploads, none_is_none)
{
	cr_assert(read_value("", 1000, NULL));
	cr_assert_eq(own.n, 0);
}

Test(service_uploads, what_is_no_upload_is_refused_as_a_whole)
{
	check_refused("a", "NAME,param:PART or NAME,URL, not \"a\"");
	check_refused("a,param:p1;1b,param:p2", "\"1b\" is no name of a table");
	check_refused("a.b,param:p1", "\"a.b\" is no name");
	check_refused(",param:p1", "\"\" is no name");
	check_refused("\xc3\xa4,param:p1", "is no name");
	check_refused("select,param:p1", "\"select\" is a word of ADQL");
	check_refused("a,param:p1;A,param:p2", "two tables are named \"A\"");
	check_refused("a,param:p3", "no part \"p3\"");
	check_refused("a,ftp://example.org/t", "none of param:, http: and https:");
	check_refused("a,p1", "none of param:");
}

Test(service_uploads, add_up)
{
	cr_assert(read_value("a,param:p1", 1000, NULL));
	check_refused("A,param:p2", "two tables are named");
	cr_assert(read_value("b,param:p2", 1000, NULL));
	cr_assert_eq(own.n, 2);
}

Test(service_uploads, have_a_limit_together)
{
	CLEANUP_ERROR struct error *err = NULL;

	cr_assert(read_value("a,param:p1", 899, NULL));
	cr_assert_not(read_value("b,param:p2", 899, &err));
	cr_assert_eq(error_errno(err), EFBIG);
	cr_assert_not_null(strstr(error_text(err), "more than 899 bytes"), "%s", error_text(err));
	cr_assert_eq(own.n, 1);
}

Test(service_catalog, of_a_query_goes_before_that_of_the_service)
{
	struct adql_name mine[] = {{"tap_upload", false, {1, 1}}, {"T1", false, {1, 1}}};
	struct adql_name theirs[] = {{"demo", false, {1, 1}}, {"messier", false, {1, 1}}};
	struct catalog *c = svc_catalog_over(fixture_catalog(), 1);
	const struct catalog_table *t = svc_catalog_add(c, "TAP_UPLOAD", "t1", 2);

	cr_assert_eq(svc_catalog_find(c, mine, 2), t);
	cr_assert_null(svc_catalog_find(c, mine + 1, 1), "needs its schema");
	cr_assert_eq(t->ncolumns, 2);
	cr_assert_eq(svc_catalog_find(c, theirs, 2),
		     svc_catalog_find(fixture_catalog(), theirs, 2));
	cr_assert_not_null(svc_catalog_find(c, theirs, 2));
	cr_assert_eq(svc_catalog_like(c, "T1"), t);
	cr_assert_not_null(svc_catalog_like(c, "Messier"));
	cr_assert_null(svc_catalog_find(fixture_catalog(), mine, 2));
	svc_catalog_free(c);
}
