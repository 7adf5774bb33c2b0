/* url_query_test.c: parameters of URLs. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/text/url_query.h"

Test(url_query, parameters_are_percent_encoded)
{
	struct buf b = BUF_INIT;

	url_add_param(&b, "QUERY", "SELECT 'ä' & 1+1");
	url_add_param(&b, "LANG", "ADQL");
	cr_expect_str_eq(b.data, "QUERY=SELECT%20%27%C3%A4%27%20%26%201%2B1&LANG=ADQL");
	buf_free(&b);
}

Test(url_query, a_query_is_added_to_what_is_there)
{
	static const char *const cases[][3] = {
	    {"http://h/a", "x=1", "http://h/a?x=1"},
	    {"http://h/a?", "x=1", "http://h/a?x=1"},
	    {"http://h/a?y=2&", "x=1", "http://h/a?y=2&x=1"},
	    {"http://h/a?y=2", "x=1", "http://h/a?y=2&x=1"},
	    {"http://h/a?y=2", "", "http://h/a?y=2"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CLEANUP_FREE char *url = url_with_query(cases[i][0], cases[i][1]);

		cr_expect_str_eq(url, cases[i][2]);
	}
}

Test(url_query, one_parameter_is_taken_out)
{
	CLEANUP_FREE char *rest = NULL;
	CLEANUP_FREE char *other = NULL;
	CLEANUP_FREE char *none = NULL;
	CLEANUP_FREE char *id = url_take_param("http://h/l?a=1&id=ivo%3A//x+y%3F1&b=", "ID", &rest);

	cr_expect_str_eq(id, "ivo://x y?1");
	cr_expect_str_eq(rest, "http://h/l?a=1&b=");
	free(id);
	id = url_take_param("http://h/l?ID=a%2", "ID", &other);
	cr_expect_str_eq(id, "a%2");
	cr_expect_str_eq(other, "http://h/l");
	cr_expect_null(url_take_param("http://h/l?ID=1&ID=2", "ID", &none));
	cr_expect_null(url_take_param("http://h/l?XID=1", "ID", &none));
}
