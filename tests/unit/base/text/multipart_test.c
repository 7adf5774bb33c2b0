/* multipart_test.c: bodies of several parts. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/text/multipart.h"

static void is_part(struct multipart *m, const char *content)
{
	struct multipart_part p;

	cr_assert(multipart_next(m, &p), "%s", content);
	cr_expect_eq(p.n, strlen(content));
	cr_expect_eq(memcmp(p.data, content, strlen(content)), 0);
}

static void parts_are(const char *type, const char *body, const char *one, const char *two,
		      bool whole)
{
	struct multipart_part p;
	struct multipart m;

	cr_assert(multipart_begin(&m, type, body, strlen(body)));
	if (one)
		is_part(&m, one);
	if (two)
		is_part(&m, two);
	cr_expect_not(multipart_next(&m, &p));
	cr_expect_eq(m.whole, whole, "%s", body);
	multipart_end(&m);
}

static void has_parts(const char *type, const char *body, const char *one, const char *two)
{
	parts_are(type, body, one, two, true);
}

static void is_cut_off(const char *body, const char *one, const char *two)
{
	parts_are("multipart/mixed; boundary=b", body, one, two, false);
}

Test(multipart, parts_stand_between_their_delimiters)
{
	has_parts("multipart/mixed; boundary=b",
		  "--b\r\nA: x\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--", "one", "two");
	has_parts("Multipart/Related; Boundary=\"b c\"; x=y", "--b c\nA: x\n\none\n--b c--\n",
		  "one", NULL);
	has_parts("multipart/mixed;boundary=b", "to be ignored\r\n--b\r\n\r\none--b\r\n--b--",
		  "one--b", NULL);
}

Test(multipart, a_part_that_is_cut_off_is_none)
{
	is_cut_off("--b\r\nA: x\r\n\r\non", NULL, NULL);
	is_cut_off("--b\r\nA: x\r\n\r\none\r\n--b", NULL, NULL);
	is_cut_off("--b\r\n\r\none\r\n--b\r\n\r\ntwo", "one", NULL);
	is_cut_off("--b\r\n\r\none\r\n--b\r\n", "one", NULL);
	is_cut_off("--b\r\nA: x\r\n", NULL, NULL);
	is_cut_off("", NULL, NULL);
}

Test(multipart, a_longer_boundary_is_another)
{
	has_parts("multipart/mixed; boundary=b", "--b\r\n\r\none\r\n--bb\r\nx\r\n--b--\r\n",
		  "one\r\n--bb\r\nx", NULL);
	has_parts("multipart/mixed; boundary=b", "--b \t\r\n\r\none\r\n--b--", "one", NULL);
}

Test(multipart, other_types_have_none)
{
	static const char *const types[] = {NULL, "image/fits", "multipart/mixed",
					    "multipart/mixed; boundary=\"\"", "boundary=b"};
	struct multipart m;

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		cr_expect_not(multipart_begin(&m, types[i], "--b", 3));
		multipart_end(&m);
	}
}
