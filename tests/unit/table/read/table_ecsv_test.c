/* table_ecsv_test.c: ECSV as astropy and we write it, read in. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/unit/table/formats_fixture.h"
#include "tests/unit/table/table_in_fixture.h"
#include "tests/unit/table/votable_csv.h"

#define HEAD "# %ECSV 1.0\n# ---\n"

static void expect_field(const char *column, const char *field)
{
	CLEANUP_FREE char *text =
	    xasprintf("%s# datatype:\n# - {name: c, %s}\n# - {name: x, datatype: int32}\nc x\n",
		      HEAD, column);

	expect_votable(TABLE_ECSV, text, field);
}

/* One column of this type and these cells, as CSV. */
static void expect_cells(const char *type, const char *cells, const char *csv)
{
	CLEANUP_FREE char *text = xasprintf("%s# delimiter: ','\n# datatype:\n"
					    "# - {name: c, datatype: %s}\n"
					    "# - {name: x, datatype: string}\nc,x\n%s",
					    HEAD, type, cells);
	CLEANUP_FREE char *wanted = xasprintf("c,x\n%s", csv);

	expect_values(TABLE_ECSV, text, wanted);
}

static void expect_bad_cell(const char *type, const char *cell, const char *sentence)
{
	CLEANUP_FREE char *text =
	    xasprintf("%s# datatype:\n# - {name: c, datatype: %s}\nc\n%s\n", HEAD, type, cell);

	expect_refusal(TABLE_ECSV, text, sentence);
}

/* --- the head --- */

Test(table_ecsv, columns_are_as_the_head_says)
{
	expect_field("unit: deg, datatype: float64, description: 'it''s, so'",
		     "<FIELD name=\"c\" datatype=\"double\" unit=\"deg\">\n"
		     "<DESCRIPTION>it's, so</DESCRIPTION>");
	expect_field("datatype: bool", "datatype=\"boolean\"");
	expect_field("datatype: int8", "datatype=\"short\"");
	expect_field("datatype: uint8", "datatype=\"unsignedByte\"");
	expect_field("datatype: uint16", "datatype=\"int\"");
	expect_field("datatype: uint64", "datatype=\"long\"");
	expect_field("datatype: float32", "datatype=\"float\"");
	expect_field("datatype: complex128", "datatype=\"doubleComplex\"");
	expect_field("datatype: string", "datatype=\"char\" arraysize=\"*\"");
	expect_field("datatype: float64, unit: !astropy.units.Unit {unit: m / s}",
		     "unit=\"m / s\"");
	expect_field("datatype: float64, meta: {ucd: 'a.b', utype: u}", "ucd=\"a.b\" utype=\"u\"");
}

Test(table_ecsv, shapes_are_arraysizes)
{
	expect_field("datatype: string, subtype: 'float64[2,3]'",
		     "datatype=\"double\" arraysize=\"3x2\"");
	expect_field("datatype: string, subtype: 'int64[null]'",
		     "datatype=\"long\" arraysize=\"*\"");
	expect_field("datatype: string, subtype: 'int64[null, 2]'",
		     "datatype=\"long\" arraysize=\"2x*\"");
	expect_field("datatype: string, subtype: 'int64[2,null]'",
		     "datatype=\"long\" arraysize=\"*\"");
	expect_field("datatype: string, subtype: json", "datatype=\"char\" arraysize=\"*\"");
}

Test(table_ecsv, the_head_is_any_yaml)
{
	expect_votable(
	    TABLE_ECSV,
	    "# %ECSV 1.0\n# ---\n# meta: !!omap\n# - keywords: [1, {a: &id1 [2]}, *id1]\n"
	    "# - {name: stars, description: My table}\n"
	    "# - __serialized_columns__: {c: {__class__: x, value: !astropy.table."
	    "SerializedColumn {name: c}}}\n"
	    "# datatype:\n"
	    "# - name: c\n"
	    "#   unit: deg\n"
	    "#   datatype: float64\n"
	    "#   description: >-\n#     two\n#     lines\n"
	    "#   meta: !!omap\n#   - {ucd: pos.eq.ra;meta.main}\n#   - {other: 5}\n"
	    "# - {name: x, datatype: string, description: \"a long\n"
	    "#     text\"}\n"
	    "# schema: astropy-2.0\n"
	    "c x\n1.5 a\n",
	    "<TABLE name=\"stars\">\n<DESCRIPTION>My table</DESCRIPTION>\n"
	    "<FIELD name=\"c\" datatype=\"double\" unit=\"deg\" "
	    "ucd=\"pos.eq.ra;meta.main\">\n"
	    "<DESCRIPTION>two lines</DESCRIPTION>\n</FIELD>\n"
	    "<FIELD name=\"x\" datatype=\"char\" arraysize=\"*\">\n"
	    "<DESCRIPTION>a long text</DESCRIPTION>\n</FIELD>");
}

Test(table_ecsv, a_csv_that_begins_as_one_is_one)
{
	expect_values(TABLE_CSV,
		      "\xef\xbb\xbf" HEAD "# datatype:\n# - {name: c, datatype: string}\nc\n007\n",
		      "c\n007\n");
}

Test(table_ecsv, blanks_between_may_be_many)
{
	expect_values(TABLE_ECSV,
		      HEAD "# datatype:\n# - {name: a, datatype: int32}\n"
			   "# - {name: b, datatype: string}\n# - {name: d, datatype: float64}\n"
			   "a b d\n1  \"x y\"   1.5 \n  2 \"\" \"\"\n# no row\n\n3 \"#\" 2\n",
		      "a,b,d\n1,x y,1.5\n2,,\n3,#,2\n");
}

Test(table_ecsv, what_is_wrong_with_the_head_is_told_with_its_line)
{
	expect_refusal(TABLE_ECSV, "a,b\n1,2\n", "line 1: an ECSV begins with \"# %ECSV 1.0\"");
	expect_refusal(TABLE_ECSV, HEAD "# datatype:\n# - {name: c}\nc\n",
		       "line 4: the head of the ECSV: column \"c\" has no datatype");
	expect_refusal(TABLE_ECSV, HEAD "# datatype:\n# - {datatype: int8}\nc\n",
		       "line 4: the head of the ECSV: a column has no name");
	expect_refusal(
	    TABLE_ECSV, HEAD "# datatype:\n# - {name: c, datatype: object}\nc\n",
	    "line 4: the head of the ECSV: column \"c\" has the datatype \"object\", which "
	    "is none of ECSV's");
	expect_refusal(
	    TABLE_ECSV, HEAD "# datatype:\n# - {name: c, datatype: string, subtype: 'x[2]'}\nc\n",
	    "line 4: the head of the ECSV: column \"c\" has the subtype \"x[2]\", which cannot "
	    "be read");
	expect_refusal(TABLE_ECSV, HEAD "# delimiter: '|'\n# datatype: []\nc\n",
		       "line 3: the head of the ECSV: the delimiter is neither a comma nor a "
		       "blank");
	expect_refusal(TABLE_ECSV, HEAD "# delimiter: ','\nc\n",
		       "line 4: the head of the ECSV: it names no columns (datatype)");
	expect_refusal(TABLE_ECSV, HEAD "# datatype: 5\nc\n",
		       "line 3: the head of the ECSV: datatype is no list of columns");
	expect_refusal(TABLE_ECSV, HEAD "# datatype:\n# - c\nc\n",
		       "line 4: the head of the ECSV: a column is no mapping such as {name: ra, "
		       "datatype: float64}");
	expect_refusal(TABLE_ECSV, HEAD "# datatype: [{]\nc\n",
		       "line 3: the head of the ECSV: did not find expected node content");
}

Test(table_ecsv, the_line_of_names_agrees_with_the_head)
{
#define TWO HEAD "# datatype:\n# - {name: c, datatype: int8}\n# - {name: d, datatype: int8}\n"
	expect_refusal(TABLE_ECSV, TWO "c\n", "line 6 names 1 columns, and the head of the ECSV 2");
	expect_refusal(TABLE_ECSV, TWO "c e\n",
		       "line 6, column 2 is \"e\", and \"d\" in the head of the ECSV");
	expect_refusal(TABLE_ECSV, TWO "c d\n1 2\n3\n",
		       "line 8 has 1 cell, and the header has 2: column 2, \"d\", is missing");
}

/* --- cells --- */

Test(table_ecsv, types_are_told_and_not_guessed)
{
	expect_cells("string", "007,a\nTrue,b\n", "007,a\nTrue,b\n");
	expect_cells("float64", "5,a\n,b\nnan,c\n-inf,d\n1e5,e\n",
		     "5,a\n,b\n,c\n-Infinity,d\n100000,e\n");
	expect_cells("float32", "0.1,a\n", "0.1,a\n");
	expect_cells("bool", "True,a\nFalse,b\n,c\n", "true,a\nfalse,b\n,c\n");
	expect_cells("complex64", "1.5-2j,a\n(1+2j),b\n3j,c\n1e-5+2e+3j,d\n7,e\n",
		     "1.5 -2,a\n1 2,b\n0 3,c\n0.00001 2000,d\n7 0,e\n");
	expect_cells("int64", "-9223372036854775808,a\n,b\n", "-9223372036854775808,a\n,b\n");
}

Test(table_ecsv, arrays_are_json)
{
	expect_cells("string, subtype: 'float64[2,2]'", "\"[[1,2],[3,NaN]]\",a\n,b\n",
		     "1 2 3 NaN,a\n,b\n");
	expect_cells("string, subtype: 'int32[null]'", "\"[1,null,3]\",a\n[],b\n[5],c\n",
		     "1 null 3,a\n,b\n5,c\n");
	expect_cells("string, subtype: 'bool[3]'", "\"[true,false,null]\",a\n",
		     "true false null,a\n");
	expect_cells("string, subtype: 'float64[2,null]'", "\"[[1],[2,3]]\",a\n", "1 2 3,a\n");
	expect_cells("string, subtype: 'float64[null]'", "\"[Infinity,-Infinity]\",a\n",
		     "Infinity -Infinity,a\n");
	expect_cells("string, subtype: 'string[null]'", "\"[\"\"ab\"\",\"\"\\u00e9\\n\"\"]\",a\n",
		     "\"ab \xc3\xa9\n\",a\n");
	expect_cells("string, subtype: json", "\"{\"\"a\"\": [1]}\",a\n",
		     "\"{\"\"a\"\": [1]}\",a\n");
}

Test(table_ecsv, a_missing_value_in_an_array_gets_a_number)
{
	expect_votable(TABLE_ECSV,
		       HEAD "# datatype:\n# - {name: c, datatype: string, subtype: 'int32[null]'}\n"
			    "c\n[1,null]\n",
		       "<VALUES null=\"-2147483648\"/>\n</FIELD>\n<DATA>\n<TABLEDATA>\n"
		       "<TR><TD>1 -2147483648</TD></TR>");
	expect_votable(TABLE_ECSV,
		       HEAD "# datatype:\n# - {name: c, datatype: string, subtype: 'string[2]'}\n"
			    "c\n\"[\"\"ab\"\",\"\"cde\"\"]\"\n",
		       "arraysize=\"3x2\">\n</FIELD>\n<DATA>\n<TABLEDATA>\n"
		       "<TR><TD>ab cde</TD></TR>");
}

/* A column of this type with these two cells, as a VOTable. */
static void expect_settled(const char *type, const char *cells, const char *part)
{
	CLEANUP_FREE char *text = xasprintf("%s# delimiter: ','\n# datatype:\n"
					    "# - {name: c, datatype: %s}\n"
					    "# - {name: x, datatype: string}\nc,x\n%s",
					    HEAD, type, cells);

	expect_votable(TABLE_ECSV, text, part);
}

Test(table_ecsv, a_missing_integer_gets_one_that_no_row_has)
{
	expect_settled("int16", "5,\n,\n", "\"short\">\n<VALUES null=\"-32768\"/>");
	expect_settled("uint8", "5,\n,\n", "\"unsignedByte\">\n<VALUES null=\"255\"/>");
	expect_settled("uint8", "255,\n,\n", "\"unsignedByte\">\n</FIELD>");
	expect_settled("int32", "5,\n,\n", "\"int\">\n<VALUES null=\"-2147483648\"/>");
	expect_settled("int32", "5,\n6,\n", "\"int\">\n</FIELD>");
}

/* An array has no other way to say that an element is missing. */
Test(table_ecsv, a_missing_value_in_an_array_makes_the_type_wider_where_it_must)
{
	expect_settled("string, subtype: 'int32[null]'", "\"[-2147483648,null]\",\n",
		       "datatype=\"long\" arraysize=\"*\">\n"
		       "<VALUES null=\"-9223372036854775808\"/>");
	expect_settled("string, subtype: 'uint8[null]'", "\"[0,255,null]\",\n",
		       "datatype=\"short\" arraysize=\"*\">\n<VALUES null=\"-32768\"/>");
	expect_settled("string, subtype: 'int64[2]'", "\"[-9223372036854775808,null]\",\n",
		       "datatype=\"long\" arraysize=\"2\">\n"
		       "<VALUES null=\"9223372036854775807\"/>");
	expect_settled("string, subtype: 'uint8[2]'", "\"[0,255]\",\n,\n",
		       "datatype=\"unsignedByte\" arraysize=\"2\">\n</FIELD>");
}

/* The notes on this column. */
static void expect_notes(const char *type, const char *cells, const char *told)
{
	CLEANUP_FREE char *text = xasprintf("%s# delimiter: ','\n# datatype:\n"
					    "# - {name: c, datatype: %s}\n"
					    "# - {name: x, datatype: string}\nc,x\n%s",
					    HEAD, type, cells);
	CLEANUP_BUF struct buf notes = BUF_INIT;
	CLEANUP_FREE char *csv =
	    brought_as(csv_writer_new, TABLE_ECSV, text, strlen(text), 0, &notes, NULL);

	cr_expect(csv);
	cr_expect_str_eq(buf_str(&notes), told, "%s", buf_str(&notes));
}

Test(table_ecsv, a_number_that_its_type_has_no_room_for_is_missing)
{
	expect_cells("uint64", "18446744073709551615,a\n9223372036854775807,b\n",
		     ",a\n9223372036854775807,b\n");
	expect_notes(
	    "uint64", "5,a\n18446744073709551615,b\n9223372036854775808,c\n",
	    "column 1, \"c\": 18446744073709551615 (line 9) and 1 more are too large for a "
	    "long and read as missing\n");
	expect_settled("uint64", "18446744073709551615,\n",
		       "\"long\">\n<VALUES null=\"-9223372036854775808\"/>");
	expect_cells("string, subtype: 'uint64[2]'", "\"[18446744073709551615,7]\",a\n",
		     "null 7,a\n");
	expect_notes("string, subtype: 'uint64[2]'", "\"[18446744073709551615,7]\",a\n",
		     "column 1, \"c\": 18446744073709551615 (line 8) is too large for a long and "
		     "read as missing\n");
	expect_cells("float64", "1e400,a\n-Infinity,b\n1,c\n", ",a\n-Infinity,b\n1,c\n");
	expect_notes("float32", "1e39,a\n",
		     "column 1, \"c\": 1e39 (line 8) is too large for a float and read as "
		     "missing\n");
}

Test(table_ecsv, text_that_is_not_ascii_is_unicode)
{
	expect_settled("string", "a,\n\xc3\xa9,\n", "\"unicodeChar\" arraysize=\"*\"");
	expect_settled("string, subtype: 'string[null]'", "\"[\"\"\xc3\xa9\xc3\xa9\"\"]\",\n",
		       "\"unicodeChar\" arraysize=\"2x*\"");
}

Test(table_ecsv, values_of_another_type_are_refused)
{
	expect_bad_cell("int32", "x", "line 6, column 1 (c): \"x\" is no value of type int");
	expect_bad_cell("int16", "40000",
			"line 6, column 1 (c): \"40000\" is no value of type short");
	expect_bad_cell("uint8", "-1",
			"line 6, column 1 (c): \"-1\" is no value of type unsignedByte");
	expect_bad_cell("int32", "1.5", "line 6, column 1 (c): \"1.5\" is no value of type int");
	expect_bad_cell("uint64", "x", "line 6, column 1 (c): \"x\" is no value of type long");
	expect_bad_cell("bool", "yes", "line 6, column 1 (c): \"yes\" is no value of type boolean");
	expect_bad_cell("string, subtype: 'int32[2]'", "[1]",
			"line 6, column 1 (c): \"[1]\" is no value of type int, array of 2");
	expect_bad_cell("string, subtype: 'int32[null]'", "[1",
			"line 6, column 1 (c): \"[1\" is no value of type int, array of *");
	expect_bad_cell("string, subtype: 'int32[2,2]'", "[1,2,3,4]",
			"line 6, column 1 (c): \"[1,2,3,4]\" is no value of type int, array of "
			"2x2");
	expect_bad_cell("complex64", "1+2",
			"line 6, column 1 (c): \"1+2\" is no value of type floatComplex");
}

Test(table_ecsv, lists_that_lie_too_deep_are_refused)
{
	CLEANUP_BUF struct buf deep = BUF_INIT;
	CLEANUP_ERROR struct error *err = NULL;

	buf_adds(&deep, HEAD "# datatype:\n# - {name: c, datatype: string, subtype: "
			     "'int32[null]'}\nc\n");
	for (int i = 0; i < 100000; i++)
		buf_addc(&deep, '[');
	cr_expect_null(brought_as(csv_writer_new, TABLE_ECSV, deep.data, deep.len, 0, NULL, &err));
	buf_reset(&deep);
	buf_adds(&deep, HEAD "# meta: ");
	for (int i = 0; i < 5000; i++)
		buf_addc(&deep, '[');
	buf_adds(&deep, "\nc\n");
	cr_expect_null(brought_as(csv_writer_new, TABLE_ECSV, deep.data, deep.len, 0, NULL, &err));
	cr_expect(strstr(error_text(err), "nested too deep"), "%s", error_text(err));
}

/* --- what others write, and we --- */

Test(table_ecsv, astropys_file_has_the_values_that_were_written)
{
	size_t n, m;
	CLEANUP_FREE char *ecsv = read_sample("astropy.ecsv", &n);
	CLEANUP_FREE char *wanted = read_sample("astropy.csv", &m);
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *csv = brought_as(csv_writer_new, TABLE_ECSV, ecsv, n, 0, NULL, &err);

	cr_assert(csv, "%s", error_text(err));
	cr_expect_str_eq(csv, wanted, "%s", csv);
}

Test(table_ecsv, ours_reads_back_to_itself)
{
	static const char *const samples[] = {"stil-tabledata.vot", "dachs-binary2.vot"};

	for (int i = 0; i < 2; i++) {
		size_t n, len;
		CLEANUP_FREE char *doc = read_sample(samples[i], &n);
		CLEANUP_ERROR struct error *err = NULL;
		CLEANUP_FREE char *ecsv = converted_to("ecsv", doc, &len, &err);
		CLEANUP_FREE char *again =
		    brought_as(ecsv_writer_new, TABLE_ECSV, ecsv, len, 0, NULL, &err);

		cr_assert(again, "%s", error_text(err));
		cr_expect_str_eq(again, ecsv, "%s", samples[i]);
	}
}
