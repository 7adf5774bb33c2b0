/* format_text_test.c: TSV, JSON, JSON Lines, ECSV, text for reading and HTML, value by value. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "table/table.h"
#include "table/write/format.h"
#include "tests/unit/table/formats_fixture.h"
#include "tests/unit/table/votable_csv.h"

#define STRING  "<FIELD name='s' datatype='char' arraysize='*'/>"
#define UNICODE "<FIELD name='s' datatype='unicodeChar' arraysize='*'/>"
#define INT     "<FIELD name='i' datatype='int'><VALUES null='-1'/></FIELD>"
#define DOUBLE  "<FIELD name='d' datatype='double'/>"
#define ROW(x)  "<TR><TD>" x "</TD></TR>"

/* --- TSV --- */

Test(format_tsv, has_tabs_between_and_nothing_for_what_is_missing)
{
	expect_written("tsv", STRING INT DOUBLE, "<TR><TD>a b,c</TD><TD>-1</TD><TD>NaN</TD></TR>",
		       "s\ti\td\na b,c\t\t\n");
}

Test(format_tsv, quotes_tabs_line_ends_and_a_quotation_mark_in_front)
{
	expect_written("tsv", STRING, ROW("a&#9;b") ROW("a\nb") ROW("\"x\"") ROW("6\" disc"),
		       "s\n\"a\tb\"\n\"a\nb\"\n\"\"\"x\"\"\"\n6\" disc\n");
}

Test(format_tsv, quotes_what_looks_like_a_comment_or_ends_a_line_for_python)
{
	expect_written("tsv", UNICODE,
		       ROW("#5") ROW(" #5") ROW("a#") ROW(" a ") ROW("a\xc2\x85")
			   ROW("\xe2\x80\xa8") ROW("\xe2\x80\xa9x") ROW("\xc2\xb5"),
		       "s\n\"#5\"\n\" #5\"\na#\n a \n\"a\xc2\x85\"\n\"\xe2\x80\xa8\"\n"
		       "\"\xe2\x80\xa9x\"\n\xc2\xb5\n");
}

/* astropy's fast reader cuts the line there, whichever cell it is. */
Test(format_tsv, quotes_what_looks_like_a_comment_in_every_column)
{
	expect_written("tsv", INT STRING STRING,
		       "<TR><TD>5</TD><TD>#x</TD><TD>p</TD></TR>"
		       "<TR><TD>6</TD><TD>y</TD><TD>#q</TD></TR>"
		       "<TR><TD>7</TD><TD> #z</TD><TD>r#</TD></TR>",
		       "i\ts\ts\n5\t\"#x\"\tp\n6\ty\t\"#q\"\n7\t\" #z\"\tr#\n");
}

/* astropy passes over lines of blanks, and those of letters that Python takes for some. */
Test(format_tsv, quotes_a_text_of_blanks_alone)
{
	static const char rows[] = ROW(" ") ROW("\xe3\x80\x80") ROW("\xc2\xa0 ") ROW("\xe2\x80\x83")
	    ROW("\xe3\x80\x80x") ROW("\xe3\x80\x82") ROW("\xe2\x80\x93") ROW("\xc2\xb5");

	expect_written("tsv", UNICODE, rows,
		       "s\n\" \"\n\"\xe3\x80\x80\"\n\"\xc2\xa0 \"\n\"\xe2\x80\x83\"\n"
		       "\xe3\x80\x80x\n\xe3\x80\x82\n\xe2\x80\x93\n\xc2\xb5\n");
	expect_written("csv", UNICODE, ROW("\xe3\x80\x80") ROW("\xe3\x80\x82"),
		       "s\n\"\xe3\x80\x80\"\n\xe3\x80\x82\n");
}

Test(format_tsv, has_a_line_for_a_row_of_missing_values)
{
	expect_written("tsv", INT, ROW("-1") ROW("5"), "i\n\"\"\n5\n");
	expect_written("tsv", INT STRING, "<TR><TD/><TD/></TR><TR><TD/><TD>x</TD></TR>",
		       "i\ts\n\"\"\t\n\tx\n");
	expect_written("csv", INT STRING, "<TR><TD/><TD/></TR>", "i,s\n,\n");
}

/* --- JSON --- */

Test(format_json, is_one_object_with_the_columns_before_the_rows)
{
	CLEANUP_FREE char *is = written_as(
	    "json",
	    "<FIELD name='ra' datatype='double' unit='deg' ucd='pos.eq.ra' utype='u' xtype='x'>"
	    "<DESCRIPTION>say \"x\"</DESCRIPTION></FIELD>",
	    ROW("10.684575"));

	cr_expect_str_eq(
	    is,
	    "{\"name\": null, \"description\": null,\n"
	    " \"metadata\": [\n"
	    "  {\"name\": \"ra\", \"datatype\": \"double\", \"xtype\": \"x\", \"unit\": \"deg\","
	    " \"ucd\": \"pos.eq.ra\", \"utype\": \"u\", \"description\": \"say \\\"x\\\"\"}],\n"
	    " \"data\": [\n  {\"ra\": 10.684575}],\n"
	    " \"rows\": 1, \"overflow\": false}\n");
}

Test(format_json, without_rows_is_an_empty_list)
{
	CLEANUP_FREE char *is = written_as("json", INT, "");

	cr_expect(strstr(is, "\"data\": [],\n \"rows\": 0"), "%s", is);
}

Test(format_json, tells_that_rows_are_missing)
{
	const char *doc = "<VOTABLE><RESOURCE type='results'><TABLE>" INT "<DATA><TABLEDATA>" ROW(
	    "1") "</TABLEDATA></DATA></TABLE><INFO name='QUERY_STATUS' value='OVERFLOW'/>"
		 "</RESOURCE></VOTABLE>";
	size_t n;
	CLEANUP_FREE char *is = converted_to("json", doc, &n, NULL);

	cr_expect(strstr(is, "\"overflow\": true"), "%s", is);
}

Test(format_json, says_null_for_what_is_missing_and_infinity_in_quotes)
{
	expect_written("jsonl", DOUBLE, ROW("NaN") ROW("") ROW("+Inf") ROW("-Inf") ROW("-0"),
		       "{\"d\": null}\n{\"d\": null}\n{\"d\": \"Infinity\"}\n{\"d\": "
		       "\"-Infinity\"}\n{\"d\": -0}\n");
}

Test(format_json, has_all_digits_of_long_integers)
{
	expect_written("jsonl", "<FIELD name='l' datatype='long'/>",
		       ROW("9223372036854775807") ROW("-9223372036854775808"),
		       "{\"l\": 9223372036854775807}\n{\"l\": -9223372036854775808}\n");
}

Test(format_json, escapes_what_ends_a_string_or_is_no_text)
{
	expect_written("jsonl", UNICODE,
		       ROW("\"\\/&#9;\n&#13;") ROW("\xc3\xa9\xe2\x80\xa8\xc2\x85"),
		       "{\"s\": \"\\\"\\\\/\\t\\n\\r\"}\n{\"s\": \"\xc3\xa9\\u2028\\u0085\"}\n");
}

Test(format_json, arrays_are_lists_in_lists)
{
	expect_written("jsonl", "<FIELD name='m' datatype='int' arraysize='3x2'/>",
		       ROW("1 2 3 4 5 6"), "{\"m\": [[1,2,3],[4,5,6]]}\n");
	expect_written("jsonl", "<FIELD name='m' datatype='double' arraysize='2x*'/>",
		       ROW("1 NaN 3 4") ROW(""), "{\"m\": [[1,null],[3,4]]}\n{\"m\": null}\n");
	expect_written("jsonl", "<FIELD name='m' datatype='char' arraysize='2x3'/>", ROW("ab c d"),
		       "{\"m\": [\"ab\",\" c\",\" d\"]}\n");
	expect_written("jsonl", "<FIELD name='m' datatype='boolean' arraysize='*'/>", ROW("T F ?"),
		       "{\"m\": [true,false,null]}\n");
	expect_written("jsonl", "<FIELD name='m' datatype='floatComplex' arraysize='2'/>",
		       ROW("1 2 3 -4"), "{\"m\": [[1,2],[3,-4]]}\n");
}

Test(format_json, names_that_come_twice_are_numbered)
{
	expect_written("jsonl", INT INT INT, "<TR><TD>1</TD><TD>2</TD><TD>3</TD></TR>",
		       "{\"i\": 1, \"i_2\": 2, \"i_3\": 3}\n");
}

/* --- ECSV --- */

Test(format_ecsv, has_types_units_and_meta_in_its_head)
{
	expect_written(
	    "ecsv",
	    "<FIELD name='a b' datatype='double' unit='mas.yr-1' ucd='pos.pm' xtype='x'>"
	    "<DESCRIPTION>it's: \"#\"</DESCRIPTION></FIELD>" INT,
	    "<TR><TD>0.1</TD><TD>-1</TD></TR>",
	    "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n"
	    "# - {name: \"a b\", unit: \"mas.yr-1\", datatype: float64, description: \"it's: "
	    "\\\"#\\\"\", meta: {ucd: \"pos.pm\", xtype: \"x\"}}\n"
	    "# - {name: \"i\", datatype: int32}\n# schema: astropy-2.0\na b,i\n0.1,\n");
}

static void expect_ecsv(const char *fields, const char *rows, const char *column, const char *data)
{
	CLEANUP_FREE char *is = written_as("ecsv", fields, rows);
	CLEANUP_FREE char *head = xasprintf("# - {name: %s}\n", column);
	CLEANUP_FREE char *tail = xasprintf("astropy-2.0\n%s", data);

	cr_expect(strstr(is, head), "%s", is);
	cr_expect(strstr(is, tail), "%s", is);
}

Test(format_ecsv, values_are_as_python_reads_them)
{
	expect_ecsv("<FIELD name='b' datatype='boolean'/>", ROW("T") ROW("0") ROW("?"),
		    "\"b\", datatype: bool", "b\nTrue\nFalse\n\"\" \n");
	expect_ecsv("<FIELD name='c' datatype='doubleComplex'/>", ROW("1.5 -2") ROW("0 1") ROW(""),
		    "\"c\", datatype: complex128", "c\n1.5-2j\n0+1j\n\"\" \n");
	expect_ecsv("<FIELD name='f' datatype='float'/>", ROW("-Inf") ROW("NaN") ROW("0.1"),
		    "\"f\", datatype: float32", "f\n-Infinity\n\"\" \n0.1\n");
	expect_ecsv("<FIELD name='x' datatype='bit'/>", ROW("1"), "\"x\", datatype: bool",
		    "x\nTrue\n");
	expect_ecsv("<FIELD name='y' datatype='unsignedByte'/>", ROW("255"),
		    "\"y\", datatype: uint8", "y\n255\n");
}

Test(format_ecsv, no_row_is_taken_for_a_comment_or_an_empty_line)
{
	expect_ecsv(STRING, ROW("#5") ROW("#\"6\"") ROW("") ROW("7"), "\"s\", datatype: string",
		    "s\n\"#5\"\n\"#\"\"6\"\"\"\n\"\" \n7\n");
	expect_ecsv(INT, ROW("-1") ROW("5"), "\"i\", datatype: int32", "i\n\"\" \n5\n");
}

/* stilts takes inf for what is missing. */
Test(format_ecsv, infinities_are_words_that_every_reader_knows)
{
	expect_ecsv(DOUBLE, ROW("+Inf") ROW("-Inf") ROW("1"), "\"d\", datatype: float64",
		    "d\nInfinity\n-Infinity\n1\n");
	expect_ecsv("<FIELD name='c' datatype='doubleComplex'/>", ROW("Inf -Inf"),
		    "\"c\", datatype: complex128", "c\nInfinity-Infinityj\n");
}

Test(format_ecsv, text_that_ends_lines_for_python_is_quoted)
{
	expect_ecsv(UNICODE, ROW("a\xc2\x85") ROW("\xe2\x80\xa8") ROW(" x"),
		    "\"s\", datatype: string", "s\n\"a\xc2\x85\"\n\"\xe2\x80\xa8\"\n\" x\"\n");
}

/* astropy refuses the whole table else. */
Test(format_ecsv, arrays_of_a_fixed_shape_have_all_of_their_values)
{
	expect_ecsv("<FIELD name='a' datatype='short' arraysize='3'/>",
		    ROW("1 2") ROW("") ROW("1 2 3"), "\"a\", datatype: string, subtype: 'int16[3]'",
		    "a\n\"[1,2,null]\"\n\"\" \n\"[1,2,3]\"\n");
	expect_ecsv("<FIELD name='a' datatype='double' arraysize='2x2'/>", ROW("1 2 3"),
		    "\"a\", datatype: string, subtype: 'float64[2,2]'",
		    "a\n\"[[1,2],[3,null]]\"\n");
	expect_ecsv("<FIELD name='a' datatype='char' arraysize='2x3'/>", ROW("abc"),
		    "\"a\", datatype: string, subtype: 'string[3]'",
		    "a\n\"[\"\"ab\"\",\"\"c\"\",\"\"\"\"]\"\n");
	expect_ecsv("<FIELD name='a' datatype='boolean' arraysize='2'/>", ROW("T"),
		    "\"a\", datatype: string, subtype: 'bool[2]'", "a\n\"[true,null]\"\n");
	expect_ecsv("<FIELD name='a' datatype='floatComplex' arraysize='2'/>", ROW("1 2"),
		    "\"a\", datatype: string, subtype: 'float32[2,2]'",
		    "a\n\"[[1,2],[null,null]]\"\n");
	expect_ecsv("<FIELD name='a' datatype='int' arraysize='999999999'/>", ROW("1 2"),
		    "\"a\", datatype: string, subtype: 'int32[null]'", "a\n\"[1,2]\"\n");
	expect_written("jsonl", "<FIELD name='a' datatype='short' arraysize='3'/>", ROW("1 2"),
		       "{\"a\": [1,2]}\n");
}

Test(format_ecsv, arrays_that_are_longer_than_declared_are_of_any_length)
{
	expect_ecsv("<FIELD name='a' datatype='short' arraysize='3'/>",
		    ROW("1 2") ROW("") ROW("1 2 3 4"),
		    "\"a\", datatype: string, subtype: 'int16[null]'",
		    "a\n\"[1,2]\"\n\"\" \n\"[1,2,3,4]\"\n");
	expect_ecsv("<FIELD name='a' datatype='double' arraysize='2x2'/>",
		    ROW("1 2 3 4") ROW("1 2 3 4 5"),
		    "\"a\", datatype: string, subtype: 'float64[null]'",
		    "a\n\"[1,2,3,4]\"\n\"[1,2,3,4,5]\"\n");
	expect_ecsv("<FIELD name='a' datatype='char' arraysize='2x2'/>", ROW("abcde"),
		    "\"a\", datatype: string, subtype: 'string[null]'",
		    "a\n\"[\"\"ab\"\",\"\"cd\"\",\"\"e\"\"]\"\n");
}

Test(format_ecsv, arrays_are_json_of_a_subtype)
{
	expect_ecsv("<FIELD name='a' datatype='short' arraysize='3x2'/>", ROW("1 2 3 4 5 6"),
		    "\"a\", datatype: string, subtype: 'int16[2,3]'", "a\n\"[[1,2,3],[4,5,6]]\"\n");
	expect_ecsv("<FIELD name='a' datatype='float' arraysize='*'/>", ROW("1 NaN Inf"),
		    "\"a\", datatype: string, subtype: 'float32[null]'",
		    "a\n\"[1,null,Infinity]\"\n");
	expect_ecsv("<FIELD name='a' datatype='char' arraysize='2x2'/>", ROW("abc\""),
		    "\"a\", datatype: string, subtype: 'string[2]'",
		    "a\n\"[\"\"ab\"\",\"\"c\\\"\"\"\"]\"\n");
	expect_ecsv("<FIELD name='a' datatype='int' arraysize='2x*'/>", ROW("1 2 3 4"),
		    "\"a\", datatype: string, subtype: 'int32[null]'", "a\n\"[1,2,3,4]\"\n");
}

/* --- text for reading --- */

Test(format_txt, is_aligned_with_units_and_numbers_to_the_right)
{
	expect_written("txt",
		       "<FIELD name='name' datatype='char' arraysize='*'/>"
		       "<FIELD name='ra' datatype='double' unit='deg'/>",
		       "<TR><TD>M31</TD><TD>10.684575</TD></TR><TR><TD>M1</TD><TD/></TR>"
		       "<TR><TD/><TD>5</TD></TR>",
		       "name         ra\n            deg\n----  ---------\nM31   10.684575\nM1\n"
		       "              5\n\n3 rows\n");
}

Test(format_txt, long_texts_are_cut_and_wide_letters_counted)
{
	expect_written("txt", UNICODE INT,
		       "<TR><TD>0123456789012345678901234567890123456789</TD><TD>1</TD></TR>"
		       "<TR><TD>01234567890123456789012345678901234567890</TD><TD>2</TD></TR>"
		       "<TR><TD>\xe6\x98\x9fx</TD><TD>3</TD></TR>"
		       "<TR><TD>a\nb</TD><TD>4</TD></TR>",
		       "s                                         i\n"
		       "----------------------------------------  -\n"
		       "0123456789012345678901234567890123456789  1\n"
		       "012345678901234567890123456789012345678…  2\n"
		       "\xe6\x98\x9fx                                       3\n"
		       "a b                                       4\n\n4 rows\n");
}

Test(format_txt, numbers_are_never_cut)
{
	CLEANUP_FREE char *is =
	    written_as("txt", "<FIELD name='l' datatype='long'/>", ROW("-9223372036854775808"));

	cr_expect(strstr(is, "\n-9223372036854775808\n"), "%s", is);
}

/* --- HTML --- */

Test(format_html, no_data_is_markup)
{
	CLEANUP_FREE char *is = written_as(
	    "html",
	    "<FIELD name='&lt;b&gt;' unit='&quot;&gt;&lt;i&gt;' datatype='char' arraysize='*'>"
	    "<DESCRIPTION>\" onclick=\"x</DESCRIPTION></FIELD>",
	    ROW("&lt;script&gt;alert(1)&lt;/script&gt;") ROW("http://x/&quot;onclick=&quot;y"));

	cr_expect(strstr(is, "<td>&lt;script&gt;alert(1)&lt;/script&gt;"), "%s", is);
	cr_expect(strstr(is, "title=\"&quot; onclick=&quot;x\""), "%s", is);
	cr_expect(strstr(is, "<span>&lt;b&gt;</span>"), "%s", is);
	cr_expect(strstr(is, "<small>&quot;&gt;&lt;i&gt;</small>"), "%s", is);
	cr_expect_null(strstr(is, "href"), "%s", is);
	cr_expect(strstr(is, "default-src 'none'"), "%s", is);
}

Test(format_html, http_addresses_are_links_and_others_are_not)
{
	CLEANUP_FREE char *is =
	    written_as("html", STRING,
		       ROW("https://a.b/c?d&amp;e") ROW("javascript:alert(1)") ROW("see http://x/")
			   ROW("http://x y") ROW("data:text/html,x"));

	cr_expect(strstr(is, "<td><a rel=\"noreferrer\" href=\"https://a.b/c?d&amp;e\">"), "%s",
		  is);
	cr_expect_null(strstr(strstr(is, "href") + 1, "href"), "%s", is);
}

Test(format_html, has_ten_thousand_rows_and_says_so)
{
	CLEANUP_BUF struct buf rows = BUF_INIT;
	CLEANUP_FREE char *is = NULL;
	size_t n = 0;

	for (int i = 0; i < 10001; i++)
		buf_addf(&rows, ROW("%d"), i);
	is = written_as("html", INT, buf_str(&rows));
	for (const char *p = is; (p = strstr(p, "<tr><td")); p++)
		n++;
	cr_expect_eq(n, 10000);
	cr_expect(strstr(is, "The first 10000 of 10001 rows"));
}

/* --- all --- */

Test(format, a_full_disk_is_told_by_all)
{
	CLEANUP_FREE char *doc = tabledata(INT, ROW("1"));

	for (size_t i = 1; i < format_count(); i++) {
		CLEANUP_CLOSE int fd = open("/dev/full", O_RDWR | O_CLOEXEC);
		CLEANUP_ERROR struct error *err = NULL;

		if (format_at(i)->hidden)
			continue;
		cr_expect_not(written_to(fd, format_at(i), doc, &err), "%s", format_at(i)->ext);
		cr_expect_eq(error_errno(err), ENOSPC, "%s: %s", format_at(i)->ext,
			     error_text(err));
	}
}

Test(format, all_are_told_of_in_words)
{
	for (size_t i = 0; i < format_count(); i++)
		cr_expect(format_at(i)->hidden || *format_at(i)->what);
}

Test(table, shapes_have_the_innermost_dimension_last)
{
	static const struct {
		const char *arraysize;
		enum datatype type;
		size_t n, shape[3];
	} cases[] = {{"3", DT_INT, 1, {3}},
		     {"*", DT_INT, 1, {0}},
		     {"3x2", DT_INT, 2, {2, 3}},
		     {"3x2x*", DT_INT, 3, {0, 2, 3}},
		     {"8x3", DT_CHAR, 1, {3}},
		     {"8x3x*", DT_CHAR, 2, {0, 3}},
		     {"8", DT_CHAR, 0, {0}},
		     {"1", DT_INT, 0, {0}},
		     {"1x1x1x1x1x1x1x1x5", DT_INT, 1, {5}}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct field f = {.type = cases[i].type, .arraysize = (char *)cases[i].arraysize};
		size_t shape[TABLE_DIMS];

		field_set_arraysize(&f, f.arraysize);
		cr_expect_eq(field_shape(&f, shape), cases[i].n, "%s", cases[i].arraysize);
		for (size_t d = 0; d < cases[i].n; d++)
			cr_expect_eq(shape[d], cases[i].shape[d], "%s", cases[i].arraysize);
	}
}

Test(utf8, characters_have_widths)
{
	cr_expect_eq(utf8_width('a'), 1);
	cr_expect_eq(utf8_width(0xe9), 1);
	cr_expect_eq(utf8_width(0x301), 0);
	cr_expect_eq(utf8_width(0x661f), 2);
	cr_expect_eq(utf8_width(0x1f52d), 2);
}
