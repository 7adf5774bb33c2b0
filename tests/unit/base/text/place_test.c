/* place_test.c: lines and columns of a text in UTF-8. */
#include <criterion/criterion.h>

#include "base/text/place.h"

#define TEXT "ab\nçé d\n\nz"

TestSuite(place);

Test(place, characters_become_lines_and_columns)
{
	struct text_place p;

	cr_expect(text_place_of(TEXT, 0, &p));
	cr_expect(p.line == 1 && p.column == 1);
	cr_expect(text_place_of(TEXT, 4, &p), "the second letter of the second line");
	cr_expect(p.line == 2 && p.column == 2, "%u:%u", p.line, p.column);
	cr_expect(text_place_of(TEXT, 9, &p));
	cr_expect(p.line == 4 && p.column == 1, "%u:%u", p.line, p.column);
	cr_expect_not(text_place_of(TEXT, 11, &p));
}

Test(place, lines_and_columns_become_bytes)
{
	cr_expect_eq(text_place_offset(TEXT, (struct text_place){2, 3}), 7);
	cr_expect_eq(text_place_offset(TEXT, (struct text_place){1, 9}), 2, "the line's end");
	cr_expect_eq(text_place_offset(TEXT, (struct text_place){9, 1}), sizeof(TEXT) - 1);
	cr_expect(text_has_line(TEXT, 4));
	cr_expect_not(text_has_line(TEXT, 5));
}

Test(place, characters_are_counted)
{
	cr_expect_eq(text_characters(TEXT, 7), 5);
	cr_expect_eq(text_characters(TEXT, 999), 10);
}
