/* name_test.c: names from outside as file names, and back. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/name.h"
#include "base/utf8.h"

static void check(const char *raw, size_t n, const char *escaped)
{
	struct buf e = BUF_INIT, back = BUF_INIT;

	name_escape(&e, raw, n);
	cr_expect_str_eq(buf_str(&e), escaped);
	cr_expect(name_unescape(&back, e.data, e.len));
	cr_expect_eq(back.len, n);
	cr_expect(memcmp(buf_str(&back), raw, n) == 0, "%s does not come back", escaped);
	buf_free(&e);
	buf_free(&back);
}

Test(name, plain_names_stay)
{
	check("messier", 7, "messier");
	check("My table (2)", 12, "My table (2)");
	check("Größe", 7, "Größe");
}

Test(name, dots_slashes_controls_and_percent_are_escaped)
{
	check(".", 1, "%2E");
	check("..", 2, "%2E%2E");
	check("...", 3, "...");
	check("a/b", 3, "a%2Fb");
	check("a\nb", 3, "a%0Ab");
	check("100%", 4, "100%25");
	check("a\0b", 3, "a%00b");
}

Test(name, the_empty_name_is_a_percent_sign)
{
	check("", 0, "%");
}

Test(name, bytes_that_are_no_utf8_are_escaped)
{
	check("a\xff", 2, "a%FF");
	check("\xc3", 1, "%C3");
	check("\xed\xa0\x80", 3, "%ED%A0%80"); /* a lone surrogate */
}

Test(name, a_long_name_of_a_path_continues_in_a_folder)
{
	char raw[600];
	struct buf e = BUF_INIT, back = BUF_INIT;

	memset(raw, 'x', sizeof(raw));
	name_escape_path(&e, raw, sizeof(raw));
	for (const char *p = e.data; *p; p += strcspn(p, "/") + (p[strcspn(p, "/")] == '/'))
		cr_expect_leq(strcspn(p, "/"), 255);
	cr_expect(name_unescape(&back, e.data, e.len));
	cr_expect_eq(back.len, sizeof(raw));
	buf_free(&e);
	buf_free(&back);
}

Test(name, slashes_of_a_path_are_folders)
{
	struct buf e = BUF_INIT;

	name_escape_path(&e, "J/A+AS/134/483/table3", 21);
	cr_expect_str_eq(e.data, "J/A+AS/134/483/table3");
	buf_reset(&e);
	name_escape_path(&e, "a//..", 5);
	cr_expect_str_eq(e.data, "a/%/%2E%2E");
	buf_free(&e);
}

Test(name, what_is_no_escape_is_refused)
{
	struct buf b = BUF_INIT;

	cr_expect_not(name_unescape(&b, "%G0", 3));
	cr_expect_not(name_unescape(&b, "a%", 2));
	cr_expect_not(name_unescape(&b, "%2e", 3)); /* not as name_escape writes it */
	buf_free(&b);
}

Test(name, a_long_name_alone_is_cut_and_is_still_its_own)
{
	char raw[10000];
	struct buf a = BUF_INIT, b = BUF_INIT;

	for (int odd = 0; odd < 3; odd++) {
		memset(raw, 'x', sizeof(raw));
		for (size_t i = (size_t)odd; odd && i + 2 < sizeof(raw); i += 3)
			memcpy(raw + i, odd == 1 ? "\xe4\xb8\xad" : "%\n/", 3);
		buf_reset(&a);
		buf_reset(&b);
		name_escape(&a, raw, sizeof(raw));
		raw[sizeof(raw) - 1] = 'y';
		name_escape(&b, raw, sizeof(raw));
		cr_expect_leq(a.len, 255);
		cr_expect_null(strchr(a.data, '/'));
		cr_expect_not_null(strstr(a.data, "%~"));
		cr_expect_str_neq(a.data, b.data);
		cr_expect(utf8_is_valid(a.data, a.len));
	}
	cr_expect_not(name_unescape(&b, a.data, a.len));
	buf_free(&a);
	buf_free(&b);
}

Test(name, marks_that_a_terminal_obeys_are_escaped)
{
	check("a\xc2\x9b"
	      "31m",
	      6, "a%C2%9B31m");
	check("\xe2\x80\xae"
	      "abc",
	      6, "%E2%80%AEabc");
	check("a\xe2\x80\xa8", 4, "a%E2%80%A8");
	check("\xef\xbb\xbf", 3, "%EF%BB%BF");
	check("\xd8\x9c", 2, "%D8%9C");
}
