/* format_votable_test.c: the VOTable that is made to be sent. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "tests/unit/table/table_in_fixture.h"
#include "tests/unit/table/votable_csv.h"

#define ROW(x) "<TR><TD>" x "</TD></TR>"

static char *sent(const char *fields, const char *rows)
{
	CLEANUP_FREE char *doc = tabledata(fields, rows);
	CLEANUP_ERROR struct error *err = NULL;
	char *is = brought_as(votable_writer_new, TABLE_VOTABLE, doc, strlen(doc), 100, NULL, &err);

	cr_assert(is, "%s", error_text(err));
	return is;
}

static void expect_row(const char *fields, const char *rows, const char *row)
{
	CLEANUP_FREE char *is = sent(fields, rows);

	cr_expect(strstr(is, row), "\"%s\" is not in: %s", row, is);
}

Test(format_votable, is_a_whole_document)
{
	CLEANUP_FREE char *is = sent("<FIELD name='i' datatype='int'/>", ROW("5"));

	cr_expect_str_eq(
	    is, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\">\n"
		"<RESOURCE type=\"results\">\n<TABLE>\n"
		"<FIELD name=\"i\" datatype=\"int\">\n</FIELD>\n"
		"<DATA>\n<TABLEDATA>\n<TR><TD>5</TD></TR>\n</TABLEDATA>\n</DATA>\n"
		"</TABLE>\n</RESOURCE>\n</VOTABLE>\n");
}

Test(format_votable, fields_keep_all_they_have)
{
	expect_row(
	    "<FIELD ID='c1' name='a&lt;b' datatype='long' arraysize='2x*' unit='m' ucd='u' "
	    "utype='t' xtype='x'><DESCRIPTION>a &amp; b</DESCRIPTION>"
	    "<VALUES null='-1'/></FIELD>",
	    "",
	    "<FIELD ID=\"c1\" name=\"a&lt;b\" datatype=\"long\" arraysize=\"2x*\" unit=\"m\" "
	    "ucd=\"u\" utype=\"t\" xtype=\"x\">\n<DESCRIPTION>a &amp; b</DESCRIPTION>\n"
	    "<VALUES null=\"-1\"/>\n</FIELD>");
}

Test(format_votable, what_is_missing_is_empty_or_the_number_for_it)
{
	expect_row("<FIELD name='i' datatype='int'/>", ROW(""), ROW(""));
	expect_row("<FIELD name='i' datatype='int'><VALUES null='-9'/></FIELD>", ROW(""),
		   ROW("-9"));
	expect_row("<FIELD name='i' datatype='int' arraysize='*'><VALUES null='-9'/></FIELD>",
		   ROW("1 -9 2"), ROW("1 -9 2"));
	expect_row("<FIELD name='b' datatype='boolean' arraysize='3'/>", ROW("T ? F"),
		   ROW("true ? false"));
	expect_row("<FIELD name='d' datatype='double'/>", ROW(""), ROW(""));
}

Test(format_votable, numbers_are_as_votable_writes_them)
{
	expect_row("<FIELD name='d' datatype='double' arraysize='*'/>",
		   ROW("0.1 NaN Infinity -inf -0"), ROW("0.1 NaN +Inf -Inf -0"));
	expect_row("<FIELD name='c' datatype='floatComplex'/>", ROW("1 -2.5"), ROW("1 -2.5"));
	expect_row("<FIELD name='b' datatype='bit' arraysize='4'/>", ROW("1011"), ROW("1 0 1 1"));
}

Test(format_votable, texts_are_escaped)
{
	expect_row("<FIELD name='s' datatype='char' arraysize='*'/>",
		   ROW(" a &lt; b &amp; c&#13;&#10;\xc3\xa9 "),
		   ROW(" a &lt; b &amp; c&#13;\n\xc3\xa9 "));
}

Test(format_votable, lists_of_strings_have_blanks_between)
{
	expect_row("<FIELD name='s' datatype='unicodeChar' arraysize='3x*'/>",
		   ROW("ab \xc3\xa9  c"), ROW("ab \xc3\xa9  c  "));
}

Test(format_votable, what_it_writes_reads_back_to_the_same)
{
	static const char *const samples[] = {"stil-tabledata.vot", "stil-binary2.vot",
					      "dachs-tabledata.vot", "dachs-binary2.vot"};

	for (int i = 0; i < 4; i++) {
		size_t n;
		CLEANUP_FREE char *doc = read_sample(samples[i], &n);
		CLEANUP_FREE char *vot =
		    brought_as(votable_writer_new, TABLE_VOTABLE, doc, n, 4096, NULL, NULL);
		CLEANUP_FREE char *again = brought_as(votable_writer_new, TABLE_VOTABLE, vot,
						      strlen(vot), 4096, NULL, NULL);
		CLEANUP_FREE char *csv = csv_of(doc, n, 4096, NULL, NULL);
		CLEANUP_FREE char *csv_again = csv_of(vot, strlen(vot), 4096, NULL, NULL);

		cr_expect_str_eq(vot, again);
		cr_expect_str_eq(csv, csv_again, "%s", samples[i]);
	}
}
