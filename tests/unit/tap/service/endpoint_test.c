/* endpoint_test.c: where a service's other services are. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tap/service/endpoint.h"

#define CAPABILITY(id, url)                                                                     \
	"<capability standardID='" id "'><interface><accessURL>" url "</accessURL></interface>" \
	"</capability>"

#define CONE "ivo://ivoa.net/std/ConeSearch"

static struct endpoints declared(const char *capabilities, const char *standard_id)
{
	char doc[4096];
	struct capabilities *c;
	struct endpoints list;

	snprintf(doc, sizeof(doc), "<capabilities>%s</capabilities>", capabilities);
	c = capabilities_parse(doc, strlen(doc), NULL);
	cr_assert(c);
	list = endpoints_declared(c, standard_id);
	capabilities_free(c);
	return list;
}

static void expect(struct endpoints *list, size_t i, const char *name, const char *url)
{
	cr_assert_lt(i, list->n);
	cr_expect_str_eq(list->at[i].name, name);
	cr_expect_str_eq(list->at[i].url, url);
}

Test(endpoint, one_url_has_no_name)
{
	struct endpoints list = endpoints_configured("http://h/scs?table=a&");

	cr_expect_eq(list.n, 1);
	expect(&list, 0, "", "http://h/scs?table=a&");
	endpoints_clear(&list);
}

Test(endpoint, several_have_the_names_that_they_were_given)
{
	struct endpoints list = endpoints_configured(" a-1=http://h/a?x=y  b=http://h/b ");

	cr_expect_eq(list.n, 2);
	expect(&list, 0, "a-1", "http://h/a?x=y");
	expect(&list, 1, "b", "http://h/b");
	endpoints_clear(&list);
	list = endpoints_configured("");
	cr_expect_eq(list.n, 0);
}

Test(endpoint, the_only_one_that_is_declared_has_no_name)
{
	struct endpoints list = declared(CAPABILITY(CONE, "http://h/scs/messier?"), CONE);

	cr_expect_eq(list.n, 1);
	expect(&list, 0, "", "http://h/scs/messier?");
	endpoints_clear(&list);
}

Test(endpoint, several_that_are_declared_are_told_apart)
{
	struct endpoints list =
	    declared(CAPABILITY(CONE, "http://h/scs/messier?") CAPABILITY("ivo://ivoa.net/std/TAP",
									  "http://h/tap")
			 CAPABILITY(CONE "#query-1.1", "http://h/cat/scs.xml?")
			     CAPABILITY(CONE, "http://h/x/messier/")
				 CAPABILITY("ivo://ivoa.net/std/ConeSearcher", "http://h/other"),
		     CONE);

	cr_expect_eq(list.n, 3);
	expect(&list, 0, "messier", "http://h/scs/messier?");
	expect(&list, 1, "cat", "http://h/cat/scs.xml?");
	expect(&list, 2, "messier~2", "http://h/x/messier/");
	endpoints_clear(&list);
}

Test(endpoint, sia_2_is_neither_sia_1_nor_its_auxiliary)
{
	struct endpoints list =
	    declared(CAPABILITY("ivo://ivoa.net/std/SIA", "http://h/sia1")
			 CAPABILITY("ivo://ivoa.net/std/SIA#query-aux-2.0", "http://h/aux")
			     CAPABILITY("ivo://ivoa.net/std/SIA#query-2.0", "http://h/sia2"),
		     "ivo://ivoa.net/std/SIA#query-2");

	cr_expect_eq(list.n, 1);
	expect(&list, 0, "", "http://h/sia2");
	endpoints_clear(&list);
}

Test(endpoint, nothing_is_declared_where_nothing_is_known)
{
	struct endpoints list = endpoints_declared(NULL, CONE);

	cr_expect_eq(list.n, 0);
}
