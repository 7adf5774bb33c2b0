/* votable_test.c: VOTables in TABLEDATA, and what stands around the table. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "table/votable/votable.h"
#include "tests/unit/table/votable_csv.h"

#define INT  "<FIELD name='n' datatype='int'/>"
#define TEXT "<FIELD name='s' datatype='char' arraysize='*'/>"

static void expect_rows(const char *fields, const char *rows, const char *csv)
{
	CLEANUP_FREE char *doc = tabledata(fields, rows);

	expect_csv(doc, csv);
}

static struct table_end end_of(const char *doc)
{
	CLEANUP_ERROR struct error *err = NULL;
	struct table_end end = {0};
	CLEANUP_FREE char *csv = csv_of(doc, strlen(doc), 7, &end, &err);

	cr_assert(csv, "%s", error_text(err));
	return end;
}

Test(votable, rows_become_lines)
{
	expect_rows(INT TEXT, "<TR><TD>1</TD><TD>a</TD></TR>\n <TR><TD>-2</TD><TD>b c</TD></TR>",
		    "n,s\n1,a\n-2,b c\n");
}

Test(votable, a_row_with_missing_cells_is_filled_with_nulls)
{
	expect_rows(INT TEXT, "<TR><TD>1</TD></TR><TR/>", "n,s\n1,\n,\n");
}

Test(votable, surplus_cells_are_an_error)
{
	static const char *const rows[] = {"<TR><TD>1</TD><TD>2</TD></TR>",
					   "<TR><TD>1</TD><TD/></TR>",
					   "<TR><TD>1</TD><TD id='x'>2</TD></TR>"};

	for (size_t i = 0; i < 3; i++) {
		CLEANUP_FREE char *doc = tabledata(INT, rows[i]);

		expect_failure(doc, "a row has more cells than there are columns");
	}
}

Test(votable, empty_cells_are_null)
{
	expect_rows(INT TEXT, "<TR><TD/><TD></TD></TR><TR><TD> </TD><TD> </TD></TR>",
		    "n,s\n,\n,\" \"\n");
}

Test(votable, the_null_value_is_null)
{
	expect_rows("<FIELD name='n' datatype='short'><VALUES null='-1'/></FIELD>",
		    "<TR><TD>-1</TD></TR><TR><TD>1</TD></TR>", "n\n\"\"\n1\n");
}

Test(votable, a_null_value_that_is_no_number_is_ignored)
{
	expect_rows("<FIELD name='n' datatype='short'><VALUES null=''/></FIELD>",
		    "<TR><TD>-1</TD></TR>", "n\n-1\n");
}

Test(votable, null_elements_keep_their_position)
{
	expect_rows("<FIELD name='n' datatype='int' arraysize='3'><VALUES null='-9'/></FIELD>",
		    "<TR><TD>1 -9 3</TD></TR>", "n\n1 null 3\n");
}

Test(votable, booleans_come_in_many_spellings)
{
	const char *field = "<FIELD name='b' datatype='boolean'/>";

	expect_rows(
	    field,
	    "<TR><TD>T</TD></TR><TR><TD>t</TD></TR><TR><TD>1</TD></TR><TR><TD>true</TD></TR>"
	    "<TR><TD>TRUE</TD></TR>",
	    "b\ntrue\ntrue\ntrue\ntrue\ntrue\n");
	expect_rows(
	    field,
	    "<TR><TD>F</TD></TR><TR><TD>f</TD></TR><TR><TD>0</TD></TR><TR><TD>False</TD></TR>",
	    "b\nfalse\nfalse\nfalse\nfalse\n");
	expect_rows(field, "<TR><TD>?</TD></TR><TR><TD> </TD></TR><TR><TD/></TR>",
		    "b\n\"\"\n\"\"\n\"\"\n");
}

Test(votable, arrays_of_booleans_may_have_no_blanks)
{
	expect_rows("<FIELD name='b' datatype='boolean' arraysize='*'/>",
		    "<TR><TD>T F ?</TD></TR><TR><TD>TFT</TD></TR>",
		    "b\ntrue false null\ntrue false true\n");
}

Test(votable, bits_may_have_no_blanks)
{
	expect_rows("<FIELD name='b' datatype='bit' arraysize='4'/>",
		    "<TR><TD>1011</TD></TR><TR><TD>1 0 1 1</TD></TR>", "b\n1 0 1 1\n1 0 1 1\n");
}

Test(votable, floats_know_nan_and_infinities)
{
	expect_rows("<FIELD name='d' datatype='double'/>",
		    "<TR><TD>NaN</TD></TR><TR><TD>+Inf</TD></TR><TR><TD>-Inf</TD></TR>"
		    "<TR><TD>Infinity</TD></TR>",
		    "d\n\"\"\nInfinity\n-Infinity\nInfinity\n");
}

Test(votable, a_float_column_has_the_digits_of_floats)
{
	expect_rows("<FIELD name='f' datatype='float'/>", "<TR><TD>10.684575080871582</TD></TR>",
		    "f\n10.684575\n");
}

Test(votable, nan_in_an_array_stays)
{
	expect_rows("<FIELD name='f' datatype='float' arraysize='*'/>",
		    "<TR><TD>1.5 NaN 2</TD></TR><TR><TD/></TR>", "f\n1.5 NaN 2\n\"\"\n");
}

/* What stands there as it would be written is not read; all else is. */
Test(votable, arrays_come_out_the_same_whether_they_are_read_or_not)
{
	expect_rows("<FIELD name='d' datatype='double' arraysize='*'/>"
		    "<FIELD name='n' datatype='int' arraysize='2'/>"
		    "<FIELD name='b' datatype='boolean' arraysize='*'/>",
		    "<TR><TD>1.5 -2.25 3</TD><TD>1 2</TD><TD>true false</TD></TR>"
		    "<TR><TD>1.50  2\t3.0</TD><TD> 01 2 </TD><TD>T F</TD></TR>"
		    "<TR><TD>NaN 0.1</TD><TD>null 7</TD><TD>true ?</TD></TR>"
		    "<TR><TD>1.5 nan</TD><TD>-0 +4</TD><TD>true</TD></TR>"
		    "<TR><TD>1.5 1e3</TD><TD>5 6 7</TD><TD>TF</TD></TR>"
		    "<TR><TD>0.1000000000000000055 1</TD><TD>5</TD><TD>false  true</TD></TR>"
		    "<TR><TD>NaN</TD><TD/><TD> </TD></TR>",
		    "d,n,b\n1.5 -2.25 3,1 2,true false\n1.5 2 3,1 2,true false\n"
		    "NaN 0.1,null 7,true null\n1.5 NaN,0 4,true\n1.5 1000,5 6 7,true false\n"
		    "0.1 1,5,false true\n,,\n");
	expect_rows("<FIELD name='d' datatype='double' arraysize='*'/>",
		    "<TR><TD>1.5 2.5 x</TD></TR>", "d\n\"\"\n");
	expect_rows("<FIELD name='d' datatype='double'/>", "<TR><TD>1.5 2.5</TD></TR>",
		    "d\n\"\"\n");
}

Test(votable, a_complex_value_is_two_numbers)
{
	expect_rows("<FIELD name='c' datatype='doubleComplex'/>",
		    "<TR><TD>1 -2.5</TD></TR><TR><TD/></TR>", "c\n1 -2.5\n\"\"\n");
	expect_rows("<FIELD name='c' datatype='doubleComplex'/>", "<TR><TD>1</TD></TR>",
		    "c\n\"\"\n");
}

Test(votable, integers_may_be_hexadecimal)
{
	expect_rows("<FIELD name='n' datatype='unsignedByte' arraysize='*'/>",
		    "<TR><TD>0xff 0x10 7</TD></TR>", "n\n255 16 7\n");
}

Test(votable, integers_may_look_like_floats)
{
	expect_rows(INT, "<TR><TD>12.0</TD></TR><TR><TD>NaN</TD></TR>", "n\n12\n\"\"\n");
}

/* --- cells that cannot be read --- */

static void warns(const char *fields, const char *rows, const char *csv, const char *warnings)
{
	CLEANUP_FREE char *doc = tabledata(fields, rows);

	expect_csv(doc, csv);
	expect_warnings(doc, warnings);
}

Test(votable, a_cell_that_its_type_cannot_hold_is_null_and_told)
{
	warns(INT, "\n<TR><TD>many</TD></TR><TR><TD>7</TD></TR><TR><TD>12.5</TD></TR>",
	      "n\n\"\"\n7\n\"\"\n",
	      "column \"n\": 2 values are not a valid int: \"many\" in row 1 is the first\n");
	warns("<FIELD name='ra' datatype='double'/><FIELD name='s' datatype='char' arraysize='*'/>",
	      "<TR><TD>10.5</TD><TD>a</TD></TR><TR><TD>00 42 44.3</TD><TD>b</TD></TR>",
	      "ra,s\n10.5,a\n,b\n",
	      "column \"ra\": 1 value is not a valid double: \"00 42 44.3\" in row 2\n");
	warns("<FIELD name='b' datatype='boolean'/>", "<TR><TD>perhaps</TD></TR>", "b\n\"\"\n",
	      "column \"b\": 1 value is not a valid boolean: \"perhaps\" in row 1\n");
	warns(INT, "<TR><TD>0x       4</TD></TR>", "n\n\"\"\n",
	      "column \"n\": 1 value is not a valid int: \"0x       4\" in row 1\n");
	warns("<FIELD name='f' datatype='float'/><FIELD name='d' datatype='double'/>",
	      "<TR><TD>1e39</TD><TD>-1e400</TD></TR><TR><TD>Inf</TD><TD>-Infinity</TD></TR>",
	      "f,d\n,\nInfinity,-Infinity\n",
	      "column \"f\": 1 value is not a valid float: \"1e39\" in row 1\n"
	      "column \"d\": 1 value is not a valid double: \"-1e400\" in row 1\n");
	warns("<FIELD name='d' datatype='double' arraysize='*'/>",
	      "<TR><TD>1 2 x</TD></TR><TR><TD>1 2</TD></TR>", "d\n\"\"\n1 2\n",
	      "column \"d\": 1 value is not a valid double array: \"1 2 x\" in row 1\n");
}

Test(votable, what_all_can_read_is_not_told)
{
	warns(INT, "<TR><TD>1</TD></TR><TR><TD/></TR><TR><TD>null</TD></TR>", "n\n1\n\"\"\n\"\"\n",
	      "");
	warns("<FIELD name='b' datatype='boolean'/>",
	      "<TR><TD>Yes</TD></TR><TR><TD>no</TD></TR><TR><TD>T</TD></TR>",
	      "b\ntrue\nfalse\ntrue\n", "");
}

Test(votable, an_integer_may_be_any_of_64_bits_whatever_its_type)
{
	warns("<FIELD name='k' datatype='short'/><FIELD name='b' datatype='unsignedByte'/>"
	      "<FIELD name='i' datatype='int'/>",
	      "<TR><TD>3403340</TD><TD>-1</TD><TD>9223372036854775807</TD></TR>"
	      "<TR><TD>-32768</TD><TD>255</TD><TD>2147483647</TD></TR>",
	      "k,b,i\n3403340,-1,9223372036854775807\n-32768,255,2147483647\n", "");
	warns(
	    "<FIELD name='l' datatype='long'/>",
	    "<TR><TD>18446744073709551615</TD></TR><TR><TD>-9223372036854775808</TD></TR>",
	    "l\n\"\"\n-9223372036854775808\n",
	    "column \"l\": 1 value does not fit into 64 bits: \"18446744073709551615\" in row 1\n");
}

Test(votable, unknown_datatypes_are_kept_as_text)
{
	expect_rows("<FIELD name='p' datatype='adql:POINT'/><FIELD name='q'/>",
		    "<TR><TD>1 2</TD><TD>x</TD></TR>", "p,q\n1 2,x\n");
}

Test(votable, lists_of_strings_are_cut_by_characters)
{
	expect_rows("<FIELD name='s' datatype='char' arraysize='3x*'/>",
		    "<TR><TD>ab cd efg</TD></TR><TR><TD>äöüßé</TD></TR>", "s\nab cd efg\näöü ßé\n");
}

Test(votable, blanks_in_strings_stay)
{
	expect_rows("<FIELD name='s' datatype='char' arraysize='6'/>", "<TR><TD> ab   </TD></TR>",
		    "s\n\" ab   \"\n");
}

Test(votable, markup_in_cells_is_decoded)
{
	expect_rows(TEXT,
		    "<TR><TD>a &lt; b &amp; c&#233;</TD></TR><TR><TD><![CDATA[<x>]]></TD></TR>",
		    "s\na < b & cé\n<x>\n");
}

Test(votable, cells_are_quoted_as_rfc_4180_says)
{
	expect_rows(TEXT, "<TR><TD>a,b</TD></TR><TR><TD>say \"x\"</TD></TR><TR><TD>1\n2</TD></TR>",
		    "s\n\"a,b\"\n\"say \"\"x\"\"\"\n\"1\n2\"\n");
}

Test(votable, a_field_without_name_gets_one)
{
	expect_rows("<FIELD datatype='int' ID='i'/><FIELD datatype='int'/>",
		    "<TR><TD>1</TD><TD>2</TD></TR>", "i,col2\n1,2\n");
}

Test(votable, any_namespace_will_do)
{
	expect_csv("<v:VOTABLE xmlns:v='http://www.ivoa.net/xml/VOTable/v1.1'><v:RESOURCE><v:TABLE>"
		   "<v:FIELD name='n' datatype='int'/><v:DATA><v:TABLEDATA><v:TR><v:TD>1</v:TD>"
		   "</v:TR></v:TABLEDATA></v:DATA></v:TABLE></v:RESOURCE></v:VOTABLE>",
		   "n\n1\n");
	expect_csv("<v:VOTABLE><v:RESOURCE><v:TABLE><v:FIELD name='n' datatype='int'/>"
		   "</v:TABLE></v:RESOURCE></v:VOTABLE>",
		   "n\n");
}

Test(votable, other_encodings_are_read)
{
	expect_csv("<?xml version='1.0' encoding='ISO-8859-1'?><VOTABLE><RESOURCE><TABLE>" TEXT
		   "<DATA><TABLEDATA><TR><TD>\xe9</TD></TR></TABLEDATA></DATA>"
		   "</TABLE></RESOURCE></VOTABLE>",
		   "s\né\n");
}

/* As UTF-16, most significant byte first, with a mark in front. */
static char *utf16(const char *s, size_t *n)
{
	struct buf b = BUF_INIT;

	buf_add(&b, "\xfe\xff", 2);
	for (; *s; s++) {
		buf_addc(&b, '\0');
		buf_addc(&b, *s);
	}
	*n = b.len;
	return buf_steal(&b);
}

Test(votable, utf16_is_read_in_pieces)
{
	CLEANUP_FREE char *doc = tabledata(INT, "<TR><TD>1</TD></TR>");
	size_t n;
	CLEANUP_FREE char *wide = utf16(doc, &n);

	for (size_t piece = 1; piece < 1000; piece *= 3) {
		CLEANUP_ERROR struct error *err = NULL;
		CLEANUP_FREE char *csv = csv_of(wide, n, piece, NULL, &err);

		cr_assert(csv, "pieces of %zu: %s", piece, error_text(err));
		cr_expect_str_eq(csv, "n\n1\n");
	}
}

Test(votable, text_that_is_no_xml_is_read_as_it_is_meant)
{
	expect_csv("\n<?xml version='1.0' encoding='UTF-8'?><VOTABLE><RESOURCE><TABLE>" TEXT
		   "<DATA><TABLEDATA><TR><TD>caf\xe9</TD></TR><TR><TD>a & b</TD></TR>"
		   "<TR><TD>x < 3 &nbsp;</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
		   "s\ncaf\xc3\xa9\na & b\nx < 3 &nbsp;\n");
}

Test(votable, text_in_another_encoding_than_it_says_is_an_error)
{
	expect_failure(
	    "<?xml version='1.0' encoding='EUC-JP'?><VOTABLE><RESOURCE><TABLE>" TEXT
	    "<DATA><TABLEDATA><TR><TD>\xff\xff</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE>"
	    "</VOTABLE>",
	    "line 1");
}

Test(votable, a_table_without_data_has_only_columns)
{
	expect_csv(
	    "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/><TABLE>" INT
		TEXT "</TABLE></RESOURCE></VOTABLE>",
	    "n,s\n");
}

Test(votable, the_results_are_taken_not_the_rest)
{
	expect_csv("<VOTABLE><RESOURCE type='meta'><TABLE>" TEXT "</TABLE></RESOURCE>"
		   "<RESOURCE type='results'><TABLE>" INT "</TABLE><TABLE>" TEXT
		   "</TABLE></RESOURCE>"
		   "<RESOURCE type='meta' utype='adhoc:service'><GROUP><PARAM name='ID' value=''/>"
		   "</GROUP><TABLE>" TEXT "</TABLE></RESOURCE></VOTABLE>",
		   "n\n");
}

Test(votable, a_resource_without_type_will_do)
{
	expect_csv("<VOTABLE><RESOURCE/><RESOURCE><TABLE>" INT "</TABLE></RESOURCE></VOTABLE>",
		   "n\n");
}

Test(votable, resources_may_be_nested)
{
	expect_csv("<VOTABLE><RESOURCE><RESOURCE type='meta'><TABLE>" TEXT "</TABLE></RESOURCE>"
		   "<RESOURCE type='results'><TABLE>" INT
		   "</TABLE></RESOURCE></RESOURCE></VOTABLE>",
		   "n\n");
}

Test(votable, overflow_before_the_table_is_seen)
{
	cr_expect(
	    end_of("<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OVERFLOW'/>"
		   "<TABLE>" INT "</TABLE></RESOURCE></VOTABLE>")
		.overflow);
}

Test(votable, overflow_after_the_table_is_seen)
{
	cr_expect(end_of("<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/>"
			 "<TABLE>" INT
			 "</TABLE><INFO name='QUERY_STATUS' value='OVERFLOW'/></RESOURCE>"
			 "</VOTABLE>")
		      .overflow);
}

Test(votable, overflow_within_the_table_is_seen)
{
	cr_expect(end_of("<VOTABLE><RESOURCE type='results'><TABLE>" INT
			 "<DATA><TABLEDATA/></DATA><INFO name='QUERY_STATUS' value='OVERFLOW'/>"
			 "</TABLE></RESOURCE></VOTABLE>")
		      .overflow);
}

Test(votable, what_is_complete_is_no_overflow)
{
	struct table_end end = end_of(
	    "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/><TABLE>" INT
	    "<DATA><TABLEDATA><TR/><TR/></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>");

	cr_expect_not(end.overflow);
	cr_expect_eq(end.rows, 2);
}

Test(votable, an_error_fails_with_the_services_own_words)
{
	const char *doc =
	    "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='ERROR'>\n"
	    " Field query: no table &quot;x&quot;\n</INFO></RESOURCE></VOTABLE>";
	CLEANUP_ERROR struct error *err = NULL;

	cr_expect_null(csv_of(doc, strlen(doc), 7, NULL, &err));
	cr_expect_eq(error_errno(err), EIO);
	cr_expect_str_eq(error_text(err), "Field query: no table \"x\"");
}

Test(votable, an_error_at_the_root_fails)
{
	expect_failure("<VOTABLE><INFO name='QUERY_STATUS' value='error'>no</INFO></VOTABLE>",
		       "no");
}

Test(votable, an_error_after_the_rows_fails)
{
	expect_failure(
	    "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/><TABLE>" INT
	    "<DATA><TABLEDATA><TR><TD>1</TD></TR></TABLEDATA></DATA></TABLE>"
	    "<INFO name='QUERY_STATUS' value='ERROR'>the database died</INFO>"
	    "</RESOURCE></VOTABLE>",
	    "the database died");
}

Test(votable, an_error_in_a_document_that_is_cut_off_is_told)
{
	expect_failure(
	    "<VOTABLE><RESOURCE type='results'><TABLE>" INT
	    "<DATA><TABLEDATA><TR><TD>1<INFO name='QUERY_STATUS' value='ERROR'>time is up"
	    "</INFO>",
	    "time is up");
}

Test(votable, an_error_without_words_is_an_error)
{
	expect_failure(
	    "<VOTABLE><RESOURCE><INFO name='QUERY_STATUS' value='ERROR'/></RESOURCE></VOTABLE>",
	    "without saying");
}

/* SCS 1.03 §2.3; and what some services make of QUERY_STATUS. */
Test(votable, an_error_is_found_wherever_it_stands)
{
	static const char *const documents[] = {
	    "<VOTABLE><INFO name='Error' value='no t'/></VOTABLE>",
	    "<VOTABLE><DEFINITIONS><PARAM name='Error' datatype='char' value='no t'/>"
	    "</DEFINITIONS></VOTABLE>",
	    "<VOTABLE><DEFINITIONS><INFO name='Error' value='no t'/></DEFINITIONS></VOTABLE>",
	    "<VOTABLE><RESOURCE type='results'><PARAM name='Error' value='no t'/></RESOURCE>"
	    "</VOTABLE>",
	    "<VOTABLE><RESOURCE type='meta'><INFO name='QUERY_STATUS' value='ERROR'>no t</INFO>"
	    "</RESOURCE></VOTABLE>",
	    "<VOTABLE><RESOURCE><RESOURCE><INFO name='QUERY_STATUS' value='ERROR'>no t</INFO>"
	    "</RESOURCE></RESOURCE></VOTABLE>",
	    "<VOTABLE><RESOURCE type='meta' utype='adhoc:service'><INFO name='QUERY_STATUS' "
	    "value='ERROR'>no t</INFO></RESOURCE></VOTABLE>",
	    "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='ERROR: no t'/>"
	    "</RESOURCE></VOTABLE>",
	    "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='error no t'/>"
	    "</RESOURCE></VOTABLE>",
	    "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='ERROR'>"
	    "[ErrorDetail(string='no t', code='invalid')]</INFO></RESOURCE></VOTABLE>",
	};

	for (size_t i = 0; i < sizeof(documents) / sizeof(*documents); i++) {
		CLEANUP_FREE char *said = votable_error_message(documents[i], strlen(documents[i]));

		cr_expect(said && strcmp(said, "no t") == 0, "%zu: %s", i, said);
	}
}

Test(votable, what_only_looks_like_an_error_is_none)
{
	static const char *const documents[] = {
	    "<VOTABLE><RESOURCE type='meta'><PARAM name='error' value='0.5'/></RESOURCE></VOTABLE>",
	    "<VOTABLE><INFO name='QUERY_STATUS' value='ERRORLESS'/></VOTABLE>",
	    "<VOTABLE><INFO name='QUERY_STATUS' value='OK'>ERROR</INFO></VOTABLE>",
	};

	for (size_t i = 0; i < sizeof(documents) / sizeof(*documents); i++)
		cr_expect_null(votable_error_message(documents[i], strlen(documents[i])));
}

Test(votable, a_cone_search_error_is_an_error)
{
	/* SCS 1.03 §2.3 */
	expect_failure(
	    "<VOTABLE><RESOURCE><INFO ID='Error' name='Error' value='bad RA'/></RESOURCE>"
	    "</VOTABLE>",
	    "bad RA");
	expect_failure("<VOTABLE><RESOURCE><PARAM name='Error' datatype='char' value='bad RA'/>"
		       "</RESOURCE></VOTABLE>",
		       "bad RA");
}

Test(votable, a_document_that_is_cut_off_is_an_error)
{
	CLEANUP_FREE char *doc = tabledata(INT, "<TR><TD>1</TD></TR>");

	for (size_t n = 0; n < strlen(doc); n++) {
		CLEANUP_ERROR struct error *err = NULL;

		cr_assert_null(csv_of(doc, n, 7, NULL, &err), "%zu bytes", n);
		cr_assert(strstr(error_text(err), "too early"), "%zu: %s", n, error_text(err));
	}
}

Test(votable, an_empty_document_is_an_error)
{
	expect_failure("", "too early");
	expect_failure("<", "too early");
}

Test(votable, bad_xml_is_an_error_with_its_line)
{
	expect_failure("<VOTABLE>\n<RESOURCE>\n</TABLE></VOTABLE>", "line 3");
}

Test(votable, other_documents_are_refused)
{
	expect_failure("<html><body/></html>", "no VOTable");
	expect_failure("<VOTABLE><RESOURCE/></VOTABLE>", "no table");
}

Test(votable, rows_in_another_file_are_refused)
{
	expect_failure("<VOTABLE><RESOURCE><TABLE>" INT
		       "<DATA><BINARY><STREAM href='file:///etc/passwd'/></BINARY></DATA>"
		       "</TABLE></RESOURCE></VOTABLE>",
		       "line 1: the rows are in another file, file:///etc/passwd (STREAM href), "
		       "which is not read: open the VOTable in TOPCAT, which fetches it, and save "
		       "it with its rows");
}

Test(votable, entities_are_refused)
{
	expect_failure("<!DOCTYPE VOTABLE [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
		       "<VOTABLE><DESCRIPTION>&b;</DESCRIPTION></VOTABLE>",
		       "entities");
	expect_failure("<!DOCTYPE VOTABLE [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
		       "<VOTABLE><DESCRIPTION>&x;</DESCRIPTION></VOTABLE>",
		       "entities");
	expect_failure(
	    "<!DOCTYPE VOTABLE [<!ENTITY % x SYSTEM 'http://127.0.0.1:1/x'> %x;]><VOTABLE/>",
	    "entities");
}

Test(votable, a_doctype_is_not_fetched)
{
	expect_csv("<!DOCTYPE VOTABLE SYSTEM "
		   "'http://127.0.0.1:1/VOTable.dtd'><VOTABLE><RESOURCE><TABLE>" INT
		   "</TABLE></RESOURCE></VOTABLE>",
		   "n\n");
}

Test(votable, deep_nesting_is_refused)
{
	CLEANUP_BUF struct buf doc = BUF_INIT;

	buf_adds(&doc, "<VOTABLE>");
	for (int i = 0; i < 300; i++)
		buf_adds(&doc, "<RESOURCE>");
	expect_failure(buf_str(&doc), "nested");
}

static bool remember(struct table_sink *sink, const struct table *t, struct error **err);
static bool refuse_row(struct table_sink *sink, const struct cell *cells, struct error **err);
static bool never_ends(struct table_sink *sink, const struct table_end *end, struct error **err);

struct memory {
	struct table_sink sink; /* first */
	struct buf seen;
};

static bool remember(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct memory *m = (struct memory *)sink;

	(void)err;
	buf_addf(&m->seen, "%s|%s", t->name, t->description);
	for (size_t i = 0; i < t->nfields; i++) {
		const struct field *f = &t->fields[i];

		buf_addf(&m->seen, "|%s %s %s %s %s %s %s %s %d%d %zu %zu", f->name, f->id, f->unit,
			 f->ucd, f->utype, f->xtype, f->description, datatype_name(f->type),
			 f->is_array, f->variable, f->fixed, f->string_len);
	}
	return true;
}

static bool refuse_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	(void)sink, (void)cells;
	return error_set(err, ENOSPC, "the disk is full");
}

static bool never_ends(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	(void)sink, (void)end, (void)err;
	cr_assert_fail("a table that failed has no end");
	return true;
}

Test(votable, a_sink_that_refuses_stops_the_reader)
{
	CLEANUP_FREE char *doc = tabledata(INT, "<TR><TD>1</TD></TR>");
	struct memory m = {{.begin = remember, .row = refuse_row, .end = never_ends}, BUF_INIT};
	struct votable *v = votable_new(&m.sink);

	for (int i = 0; i < 2; i++) { /* later calls fail too */
		CLEANUP_ERROR struct error *err = NULL;

		cr_expect_not(votable_feed(v, doc, strlen(doc), &err));
		cr_expect_eq(error_errno(err), ENOSPC);
		cr_expect_str_eq(error_text(err), "the disk is full");
	}
	cr_expect_not(votable_finish(v, NULL));
	votable_free(v);
	buf_free(&m.seen);
}

Test(votable, the_header_is_told_in_full)
{
	struct memory m = {{.begin = remember, .row = refuse_row, .end = never_ends}, BUF_INIT};
	struct votable *v = votable_new(&m.sink);
	const char *doc =
	    "<VOTABLE><RESOURCE type='results'><TABLE name='t'><DESCRIPTION> All\n of it "
	    "</DESCRIPTION>"
	    "<PARAM name='p' datatype='int' value='1'><DESCRIPTION>no</DESCRIPTION></PARAM>"
	    "<GROUP><DESCRIPTION>no</DESCRIPTION><FIELDref ref='r'/></GROUP>"
	    "<FIELD name='ra' ID='r' unit='deg' ucd='pos.eq.ra' utype='u' xtype='x' "
	    "datatype='double'>"
	    "<DESCRIPTION>Right &amp; up</DESCRIPTION><LINK href='x'/></FIELD>"
	    "<FIELD name='s' datatype='unicodeChar' arraysize='8x4x10*'/>"
	    "<FIELD name='i' datatype='int' arraysize='2x3'/><FIELD name='j' datatype='long' "
	    "arraysize='1'/>"
	    "<DATA/></TABLE></RESOURCE></VOTABLE>";

	cr_expect(votable_feed(v, doc, strlen(doc) - 20, NULL));
	cr_expect_str_eq(buf_str(&m.seen),
			 "t|All\n of it"
			 "|ra r deg pos.eq.ra u x Right & up double 00 1 0"
			 "|s (null) (null) (null) (null) (null) (null) unicodeChar 11 0 8"
			 "|i (null) (null) (null) (null) (null) (null) int 10 6 0"
			 "|j (null) (null) (null) (null) (null) (null) long 00 1 0");
	votable_free(v);
	buf_free(&m.seen);
}

Test(votable, an_error_document_gives_its_message)
{
	const char *doc =
	    "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='ERROR'>no "
	    "such table</INFO></RESOURCE></VOTABLE>";
	CLEANUP_FREE char *message = votable_error_message(doc, strlen(doc));

	cr_expect_str_eq(message, "no such table");
	cr_expect_null(votable_error_message("<html/>", 7));
	cr_expect_null(votable_error_message("oops", 4));
}

Test(votable, dachs_in_tabledata_and_binary2_is_the_same)
{
	CLEANUP_ERROR struct error *err = NULL;
	size_t n, m, k;
	CLEANUP_FREE char *td = read_sample("dachs-tabledata.vot", &n);
	CLEANUP_FREE char *b2 = read_sample("dachs-binary2.vot", &m);
	CLEANUP_FREE char *want = read_sample("dachs.csv", &k);

	for (size_t piece = 1; piece < 100000; piece *= 7) {
		CLEANUP_FREE char *a = csv_of(td, n, piece, NULL, &err);
		CLEANUP_FREE char *b = csv_of(b2, m, piece, NULL, &err);

		cr_assert(a && b, "%s", error_text(err));
		cr_expect_str_eq(a, want);
		cr_expect_str_eq(b, want);
	}
}

/* Rows that are not plain go through libxml2, and the next one is scanned again: see
 * votable_scan.c. */
Test(votable, odd_rows_among_plain_ones)
{
	expect_csv("<VOTABLE><RESOURCE type='results'><TABLE>"
		   "<FIELD name='a' datatype='int'/><FIELD name='b' datatype='char' arraysize='*'/>"
		   "<DATA><TABLEDATA>\n"
		   "<TR><TD>1</TD><TD>plain</TD></TR>\n"
		   "<TR><TD>2</TD><TD>a &amp; b &#65;</TD></TR>\r\n"
		   "<TR><TD>3</TD><TD>x\r\ny</TD></TR>"
		   "<TR id='r'><TD>4</TD><TD>attribute</TD></TR>"
		   "<TR><TD encoding='x'>5</TD><TD><![CDATA[<c>]]></TD></TR>"
		   "<TR><TD>6</TD></TR><TR/><TR></TR><TR><TD/><TD/></TR>"
		   "<TR><TD>7</TD><TD>ä]] €</TD></TR>"
		   "<TR ><TD >8</TD ><TD>blanks</TD></TR >"
		   "<TR> <TD>9</TD>\t<TD>tab\tin</TD> </TR>"
		   "<TR><!-- c --><TD>10</TD><TD>x<!-- c -->y</TD></TR>"
		   "<TR><TD>11</TD><TD>end</TD></TR>"
		   "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
		   "a,b\n1,plain\n2,a & b A\n3,\"x\ny\"\n4,attribute\n5,<c>\n6,\n,\n,\n,\n"
		   "7,ä]] €\n8,blanks\n9,tab\tin\n10,xy\n11,end\n");
	expect_csv("<v:VOTABLE xmlns:v='x'><v:RESOURCE><v:TABLE>"
		   "<v:FIELD name='a' datatype='int'/><v:DATA><v:TABLEDATA>"
		   "<v:TR><v:TD>1</v:TD></v:TR><v:TR><v:TD>2</v:TD></v:TR>"
		   "</v:TABLEDATA></v:DATA></v:TABLE></v:RESOURCE></v:VOTABLE>",
		   "a\n1\n2\n");
	expect_csv("<?xml version='1.0' encoding='ISO-8859-1'?><VOTABLE><RESOURCE><TABLE>"
		   "<FIELD name='a' datatype='char' arraysize='*'/><DATA><TABLEDATA>"
		   "<TR><TD>caf\xe9</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
		   "a\ncafé\n");
	expect_csv("<VOTABLE><RESOURCE><TABLE><FIELD name='a' datatype='int'/><DATA><TABLEDATA>"
		   "<TR><TD>1</TD></TR><!-- between --><TR><TD>2</TD></TR><?pi x?>"
		   "<TR><TD>3</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
		   "a\n1\n2\n3\n");
}
