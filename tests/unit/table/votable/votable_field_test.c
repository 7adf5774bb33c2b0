/* votable_field_test.c: what columns are called, and the number that means nothing in them. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "tests/unit/table/formats_fixture.h"
#include "tests/unit/table/votable_csv.h"

static void expect_names(const char *fields, const char *names)
{
	CLEANUP_FREE char *is = written_as("csv", fields, "");

	cr_expect_str_eq(is, names, "%s", is);
}

Test(votable_field, the_id_is_the_name_where_there_is_none)
{
	static const char *const fields = "<FIELD ID='a' name='' datatype='int'/>"
					  "<FIELD ID='b' name=' ' datatype='int'/>"
					  "<FIELD ID='c' datatype='int'/>"
					  "<FIELD ID='d' name='x' datatype='int'/>"
					  "<FIELD name='' datatype='int'/>"
					  "<FIELD datatype='int'/>";

	expect_names(fields, "a,b,c,x,col5,col6\n");
	expect_written("tsv", fields, "", "a\tb\tc\tx\tcol5\tcol6\n");
	expect_written(
	    "jsonl", fields, "<TR><TD>1</TD></TR>",
	    "{\"a\": 1, \"b\": null, \"c\": null, \"x\": null, \"col5\": null, \"col6\": "
	    "null}\n");
}

Test(votable_field, names_stand_on_one_line)
{
	expect_names(
	    "<FIELD name='a&#10;b' datatype='int'/><FIELD name='&#13;c&#9;' datatype='int'/>"
	    "<FIELD name='d\xc2\x85"
	    "e' datatype='int'/><FIELD name='f\xe2\x80\xa8' datatype='int'/>"
	    "<FIELD name=' g h ' datatype='int'/><FIELD name='\xc3\xa9' datatype='int'/>",
	    "a b,c,d e,f,g h,\xc3\xa9\n");
}

Test(votable_field, a_name_that_looks_like_a_comment_is_quoted)
{
	expect_names("<FIELD name='#' datatype='int'/><FIELD name='b' datatype='int'/>",
		     "\"#\",b\n");
}

#define A "<FIELD name='a' datatype='int'><VALUES ID='nulls' null='-99'/></FIELD>"
#define B "<FIELD name='b' datatype='int'><VALUES ref='nulls'/></FIELD>"

static const char rows[] = "<TR><TD>-99</TD><TD>-99</TD></TR><TR><TD>1</TD><TD>2</TD></TR>";

Test(votable_field, a_null_is_taken_over_by_reference)
{
	expect_written("csv", A B, rows, "a,b\n,\n1,2\n");
	expect_written("csv", B A, rows, "b,a\n,\n1,2\n");
}

Test(votable_field, a_reference_to_nothing_is_no_null)
{
	expect_written("csv", B "<FIELD name='c' datatype='int'/>", rows, "b,c\n-99,-99\n1,2\n");
	expect_written(
	    "csv", "<FIELD name='a' datatype='char' arraysize='*'><VALUES ID='nulls'/></FIELD>" B,
	    rows, "a,b\n-99,-99\n1,2\n");
}

Test(votable_field, its_own_null_goes_before_that_of_a_reference)
{
	expect_written("csv",
		       A "<FIELD name='b' datatype='int'><VALUES null='2' ref='nulls'/></FIELD>",
		       rows, "a,b\n,-99\n1,\n");
	expect_written(
	    "csv",
	    A "<FIELD name='b' datatype='int'><VALUES null='2'/><VALUES type='actual' ref='nulls'/>"
	      "</FIELD>",
	    rows, "a,b\n,-99\n1,\n");
	expect_written("csv",
		       "<FIELD name='a' datatype='int'><VALUES null='1'/><VALUES type='actual'/>"
		       "</FIELD><FIELD name='b' datatype='int'/>",
		       rows, "a,b\n-99,-99\n,2\n");
}

Test(votable_field, the_null_may_stand_in_another_table)
{
	expect_csv("<VOTABLE><RESOURCE type='meta'><TABLE>" A "</TABLE><PARAM name='p' "
		   "datatype='int' value='1'><VALUES ID='n2' null='7'/></PARAM></RESOURCE>"
		   "<RESOURCE type='results'><TABLE>" B
		   "<FIELD name='c' datatype='short'><VALUES ref='n2'/></FIELD>"
		   "<DATA><TABLEDATA><TR><TD>-99</TD><TD>7</TD></TR></TABLEDATA></DATA></TABLE>"
		   "</RESOURCE></VOTABLE>",
		   "b,c\n,\n");
}
