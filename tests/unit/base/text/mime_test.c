/* mime_test.c: file name extensions of media types. */
#include <criterion/criterion.h>

#include "base/text/mime.h"

Test(mime, parameters_and_case_do_not_matter)
{
	cr_expect_str_eq(mime_extension("application/x-votable+xml;serialization=binary2"), "vot");
	cr_expect_str_eq(mime_extension("Text/CSV; header=present"), "csv");
	cr_expect_str_eq(mime_extension("application/fits"), "fits");
}

Test(mime, a_votable_may_hide_in_the_parameters)
{
	cr_expect_str_eq(mime_extension("text/xml;content=x-votable"), "vot");
	cr_expect_str_eq(mime_extension("text/xml"), "xml");
}

Test(mime, the_short_names_of_tap_are_known)
{
	cr_expect_str_eq(mime_extension("votable/td"), "vot");
	cr_expect_str_eq(mime_extension("csv"), "csv");
}

Test(mime, what_tells_nothing_has_no_extension)
{
	cr_expect_null(mime_extension(NULL));
	cr_expect_null(mime_extension(""));
	cr_expect_null(mime_extension("application/octet-stream"));
	cr_expect_null(mime_extension("text/csvx"));
}
