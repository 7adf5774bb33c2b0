/* upload_name_test.c: which tables a query expects to be brought along. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "tap/query/upload_name.h"

/* All of a query's, with a blank before each. */
static void finds(const char *query, const char *wanted)
{
	CLEANUP_BUF struct buf name = BUF_INIT;
	CLEANUP_BUF struct buf all = BUF_INIT;
	const char *p = query;

	while (upload_name_next(&p, &name))
		buf_addf(&all, " %s", buf_str(&name));
	cr_assert_str_eq(buf_str(&all), wanted, "%s", query);
}

Test(upload_name, a_table_is_found_in_any_case)
{
	finds("SELECT * FROM TAP_UPLOAD.targets", " targets");
	finds("SELECT * FROM tap_upload.Targets AS t", " Targets");
	finds("SELECT * FROM Tap_Upload . targets", " targets");
	finds("SELECT * FROM \"TAP_UPLOAD\".\"My \"\"table\"\"\"", " My \"table\"");
}

Test(upload_name, each_mention_is_found)
{
	finds("SELECT TAP_UPLOAD.a.ra FROM TAP_UPLOAD.a JOIN TAP_UPLOAD.b ON 1=1", " a a b");
	finds("(TAP_UPLOAD.a)TAP_UPLOAD.b", " a b");
}

Test(upload_name, strings_and_comments_do_not_count)
{
	finds("SELECT 'TAP_UPLOAD.a', 'it''s TAP_UPLOAD.b' FROM t", "");
	finds("-- FROM TAP_UPLOAD.a\nSELECT 1 -- TAP_UPLOAD.b", "");
	finds("SELECT 1 /* TAP_UPLOAD.a */ FROM TAP_UPLOAD.b", " b");
	finds("SELECT 1 /* TAP_UPLOAD.a", "");
	finds("SELECT \"TAP_UPLOAD.a\" FROM t", "");
	finds("FROM TAP_UPLOAD -- of mine\n . /* too */ a", " a");
}

Test(upload_name, other_words_do_not_count)
{
	finds("SELECT my_TAP_UPLOAD.a, TAP_UPLOADS.b, TAP_UPLOAD FROM tap_schema.tables", "");
	finds("SELECT 1TAP_UPLOAD.a", "");
	finds("SELECT TAP_UPLOAD.1 FROM t", "");
	finds("SELECT TAP_UPLOAD.", "");
	finds("", "");
	finds("'open", "");
	finds("\"open", "");
}

Test(upload_name, every_service_takes_plain_names)
{
	cr_assert(upload_name_is_valid("targets_2"));
	cr_assert_not(upload_name_is_valid("2targets"));
	cr_assert_not(upload_name_is_valid("my-targets"));
	cr_assert_not(upload_name_is_valid("_t"));
	cr_assert_not(upload_name_is_valid(""));
}
