/* sql_test.c: blanks, comments and quotes of a query. */
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "base/text/sql.h"

Test(sql, a_comment_ends_with_its_line_or_its_sign)
{
	cr_expect_str_eq(sql_skip_comment("-- a\nb"), "\nb");
	cr_expect_str_eq(sql_skip_comment("/* a\n */b"), "b");
	cr_expect_str_eq(sql_skip_comment("/* a"), "");
	cr_expect_str_eq(sql_skip_comment("- a"), "- a");
	cr_expect_str_eq(sql_skip_blank(" -- a\n\t/* b */ c"), "c");
}

Test(sql, a_quote_that_is_doubled_is_of_the_text)
{
	CLEANUP_BUF struct buf text = BUF_INIT;

	cr_expect_str_eq(sql_skip_quoted("'it''s' b", &text), " b");
	cr_expect_str_eq(buf_str(&text), "it's");
	cr_expect_str_eq(sql_skip_quoted("\"open", NULL), "");
}
