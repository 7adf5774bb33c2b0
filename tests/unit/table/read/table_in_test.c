/* table_in_test.c: CSV and TSV as users bring them: values, types, names, and what is refused. */
#include "table/read/table_in.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/column_guess.h"
#include "table/column_name.h"
#include "tests/unit/table/table_in_fixture.h"

/* --- which it is --- */

Test(table_in, the_extension_tells_the_format)
{
	cr_expect_eq(table_kind_of("a/b.csv"), TABLE_CSV);
	cr_expect_eq(table_kind_of("a/b.TSV"), TABLE_TSV);
	cr_expect_eq(table_kind_of("a/b.ecsv"), TABLE_ECSV);
	cr_expect_eq(table_kind_of("a/b.vot"), TABLE_VOTABLE);
	cr_expect_eq(table_kind_of("a/b.votable"), TABLE_VOTABLE);
	cr_expect_eq(table_kind_of("a/b.xml"), TABLE_VOTABLE);
	cr_expect_eq(table_kind_of("a/b.fits"), TABLE_FITS);
	cr_expect_eq(table_kind_of("a/b.csvx"), TABLE_NONE);
	cr_expect_eq(table_kind_of("a/b."), TABLE_NONE);
	cr_expect_null(table_reader_new(TABLE_FITS, NULL));
}

Test(table_in, a_file_of_no_kind_is_refused)
{
	CLEANUP_CLOSE int fd = file_of("a\n", 2);
	CLEANUP_ERROR struct error *err = NULL;

	cr_expect_not(table_read(fd, TABLE_NONE, NULL, NULL, NULL, &err));
	cr_expect_eq(error_errno(err), EINVAL);
}

Test(table_in, a_votable_passes_as_it_is)
{
	expect_votable(
	    TABLE_VOTABLE,
	    "<VOTABLE><RESOURCE><TABLE><FIELD name='a b' datatype='int'/><DATA><TABLEDATA>"
	    "<TR><TD>5</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
	    "<FIELD name=\"a b\" datatype=\"int\">");
}

/* --- cells --- */

Test(table_csv, quotes_keep_commas_line_ends_and_quotation_marks)
{
	expect_values(TABLE_CSV, "a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\r\nlines\",z\n",
		      "a,b\n\"x, y\",\"say \"\"hi\"\"\"\n\"two\r\nlines\",z\n");
}

Test(table_csv, a_quotation_mark_within_a_value_is_one)
{
	expect_values(TABLE_CSV, "a,b\n5\" disc,x\"\n", "a,b\n\"5\"\" disc\",\"x\"\"\"\n");
}

Test(table_csv, lines_end_in_lf_crlf_or_cr_and_the_last_one_in_nothing)
{
	expect_values(TABLE_CSV, "a,b\r\nx,y\r\nz,w", "a,b\nx,y\nz,w\n");
	expect_values(TABLE_CSV, "a,b\rx,y\rz,w\r", "a,b\nx,y\nz,w\n");
}

Test(table_csv, empty_lines_are_none_in_a_table_of_columns)
{
	expect_values(TABLE_CSV, "\n\na,b\n\nx,y\n\n\n", "a,b\nx,y\n");
}

Test(table_csv, and_a_missing_value_in_a_table_of_one)
{
	expect_values(TABLE_CSV, "a\n1\n\n2\n\"\"\n", "a\n1\n\"\"\n2\n\"\"\n");
}

Test(table_csv, a_byte_order_mark_is_not_of_the_name)
{
	expect_values(TABLE_CSV,
		      "\xef\xbb\xbf"
		      "a,b\n1,2\n",
		      "a,b\n1,2\n");
	expect_values(TABLE_CSV,
		      "\xef\xbb\xbf"
		      "a,b\n",
		      "a,b\n");
}

Test(table_csv, comments_above_the_header_are_skipped)
{
	expect_values(TABLE_CSV, "# made by \"x, y\n#\n# 5\n\na,b\n# 1,2\n", "a,b\n\"# 1\",2\n");
	expect_values(TABLE_CSV, "#a,b\n#1,2\n", "a,b\n\"#1\",2\n");
	expect_refusal(TABLE_CSV, "# a\n#",
		       "there is no table: the first line must be the names of the columns");
}

Test(table_csv, a_header_alone_is_a_table_without_rows)
{
	expect_values(TABLE_CSV, "a,b", "a,b\n");
	expect_votable(TABLE_CSV, "a,b\n", "<TABLEDATA>\n</TABLEDATA>");
}

Test(table_tsv, has_tabs_between)
{
	expect_values(TABLE_TSV, "a\tb\nx,y\t\"two\nlines\"\n\t5\" disc\n",
		      "a,b\n\"x,y\",\"two\nlines\"\n,\"5\"\" disc\"\n");
}

/* --- types --- */

static void expect_type(const char *values, const char *attributes)
{
	CLEANUP_FREE char *text = xasprintf("c,x\n%s", values);
	CLEANUP_FREE char *part = xasprintf("<FIELD name=\"c\" %s>", attributes);

	expect_votable(TABLE_CSV, text, part);
}

#define TEXT    "datatype=\"char\" arraysize=\"*\""
#define UNICODE "datatype=\"unicodeChar\" arraysize=\"*\""
#define TIME    TEXT " xtype=\"timestamp\""

Test(table_csv, integers_are_int_or_long)
{
	expect_type("1,\n-5,\n+7,\n 12 ,\n", "datatype=\"int\"");
	expect_type("2147483647,\n", "datatype=\"int\"");
	expect_type("2147483648,\n", "datatype=\"long\"");
	expect_type("-2147483648,\n", "datatype=\"long\"");
	expect_type("-9223372036854775808,\n9223372036854775807,\n", "datatype=\"long\"");
	expect_type("9223372036854775808,\n", "datatype=\"long\"");
	expect_type("-0,\n5,\n", "datatype=\"int\"");
}

/* No column of numbers becomes text because of it. */
Test(table_csv, a_number_that_is_too_large_is_missing)
{
	expect_values(TABLE_CSV, "id,x\n5853498713190525696,a\n9223372036854775808,b\n-0,c\n",
		      "id,x\n5853498713190525696,a\n,b\n0,c\n");
	expect_values(TABLE_CSV, "x\n9223372036854775808\n7\n", "x\n\"\"\n7\n");
	expect_values(TABLE_CSV, "x\n1e400\n1\n-1e400\n", "x\n\"\"\n1\n\"\"\n");
}

Test(table_csv, but_an_integer_beside_fractions_is_one_of_them)
{
	expect_values(TABLE_CSV, "x\n1.5\n9999999999999999999\n", "x\n1.5\n1e+19\n");
	expect_type("1.5,\n100000000000000000000,\n", "datatype=\"double\"");
	expect_type("1.5,\n-0,\n", "datatype=\"double\"");
}

Test(table_csv, numbers_with_a_point_or_an_exponent_are_double)
{
	expect_type("1.5,\n2,\n", "datatype=\"double\"");
	expect_type("1e5,\n", "datatype=\"double\"");
	expect_type("1.5D+03,\n", "datatype=\"double\"");
	expect_type(".5,\n5.,\n-05.12,\n", "datatype=\"double\"");
	expect_type("inf,\n-Infinity,\n", "datatype=\"double\"");
	expect_type("NaN,\n", "datatype=\"double\"");
	expect_type("1e999,\n", "datatype=\"double\"");
}

Test(table_csv, what_only_looks_like_a_number_is_text)
{
	expect_type("007,\n", TEXT);
	expect_type("1,\n2,\n007,\n", TEXT);
	expect_type("3D12,\n", TEXT);
	expect_type("007e5,\n", TEXT);
	expect_type("0x10,\n", TEXT);
	expect_type("1_000,\n", TEXT);
	expect_type("1 2,\n", TEXT);
	expect_type(".,\n", TEXT);
	expect_type("+,\n", TEXT);
	expect_type("1.2.3,\n", TEXT);
	expect_type("5e,\n", TEXT);
}

Test(table_csv, the_last_row_counts_as_much_as_the_first)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	for (int i = 0; i < 5000; i++)
		buf_addf(&b, "%d,\n", i);
	expect_type(buf_str(&b), "datatype=\"int\"");
	buf_adds(&b, "M31,\n");
	expect_type(buf_str(&b), TEXT);
}

/* One line of a column; `others` are n numbers before it. */
static void expect_notes(const char *number, size_t n, const char *odd, const char *told)
{
	CLEANUP_BUF struct buf text = BUF_INIT;
	CLEANUP_BUF struct buf notes = BUF_INIT;
	CLEANUP_FREE char *vot = NULL;

	buf_adds(&text, "name,mag\n");
	for (size_t i = 0; i < n; i++)
		buf_addf(&text, "x,%s\n", number);
	buf_addf(&text, "x,%s\nx,\nx,%s\n", odd, number);
	vot = brought_as(votable_writer_new, TABLE_CSV, text.data, text.len, 0, &notes, NULL);
	cr_assert(vot);
	cr_expect(strstr(vot, "name=\"mag\" " TEXT), "%s", vot);
	cr_expect_str_eq(buf_str(&notes), told, "%s", buf_str(&notes));
}

Test(table_csv, the_value_that_makes_numbers_texts_is_told)
{
	expect_notes("12.5", 1000, "n.a.",
		     "column 2, \"mag\", is text: line 1002 has \"n.a.\"; if it should hold "
		     "numbers, correct that line\n");
	expect_notes("7", 5, "n.a.", "");
	expect_notes("n.a.", 100, "7", "");
	expect_notes("007", 100, "7", "");
}

Test(table_csv, and_so_is_the_one_that_is_too_large)
{
	CLEANUP_BUF struct buf notes = BUF_INIT;
	static const char text[] = "id,mag\n7,1.5\n9223372036854775808,1\n1,-1e400\n"
				   "99999999999999999999,3\n";
	CLEANUP_FREE char *csv =
	    brought_as(csv_writer_new, TABLE_CSV, text, strlen(text), 0, &notes, NULL);

	cr_assert_str_eq(csv, "id,mag\n7,1.5\n,1\n1,\n,3\n");
	cr_expect_str_eq(buf_str(&notes),
			 "column 1, \"id\": 9223372036854775808 (line 3) and 1 more are too large "
			 "for a long and read as missing\n"
			 "column 2, \"mag\": -1e400 (line 4) is too large for a double and read as "
			 "missing\n");
}

Test(table_csv, true_and_false_are_booleans)
{
	expect_type("true,\nFalse,\n,\n", "datatype=\"boolean\"");
	expect_type("true,\n1,\n", TEXT);
	expect_type("T,\nF,\n", TEXT);
	expect_values(TABLE_CSV, "c,x\nTRUE,a\n,b\nFalse,c\n", "c,x\ntrue,a\n,b\nfalse,c\n");
}

Test(table_csv, iso_times_are_timestamps)
{
	expect_type("2026-11-21,\n2026-11-21T07:16:18,\n,\n", TIME);
	expect_type("2026-11-21T07:16:18.123Z,\n", TIME);
	expect_type("1902-01-01T00:00:00,\n", TIME);
	expect_type("2026-11-21 07:16:18,\n", TEXT);
	expect_type("2026-11-21T07:16:18+01:00,\n", TEXT);
	expect_type("2026-11-21T07:16,\n", TEXT);
	expect_type("2026-13-21,\n", TEXT);
	expect_type("2026-11-21,\n5,\n", TEXT);
}

Test(table_csv, text_that_is_not_ascii_is_unicode)
{
	expect_type("\xc3\xa9,\n", UNICODE);
	expect_type("1,\n\xce\xb1,\n", UNICODE);
}

Test(table_csv, a_column_of_nothing_is_text)
{
	expect_type(",\n,\n", TEXT);
}

Test(table_csv, empty_and_nan_are_missing)
{
	expect_votable(TABLE_CSV, "c,x\n1,\nNaN,\n,\n", "<VALUES null=\"-2147483648\"/>");
	expect_values(TABLE_CSV, "c,x\n5853498713190525696,a\nnan,b\n  ,c\n",
		      "c,x\n5853498713190525696,a\n,b\n,c\n");
	expect_values(TABLE_CSV, "c,x\n1.5,a\nNaN,b\n,c\n", "c,x\n1.5,a\n,b\n,c\n");
	expect_votable(TABLE_CSV, "c,x\n-9223372036854775808,a\n,b\n",
		       "datatype=\"long\">\n</FIELD>");
}

Test(table_csv, texts_keep_their_blanks)
{
	expect_values(TABLE_CSV, "c,x\n\" a \",y\n", "c,x\n\" a \",y\n");
	expect_values(TABLE_CSV, "c,x\na ,y\n", "c,x\n\"a \",y\n");
	expect_values(TABLE_TSV, "c\tx\n a \ty\n", "c,x\n\" a \",y\n");
}

Test(table_csv, each_cell_of_another_encoding_keeps_its_own_text)
{
	expect_values(TABLE_CSV, "a,b,c,d\n\xe9x,\xe8y,1.5,\xe0z and more\n\xe9,plain,2,\xe8\n",
		      "a,b,c,d\néx,èy,1.5,àz and more\né,plain,2,è\n");
	expect_values(TABLE_CSV, "a;b;c\n\xe9x;1,5;\xe8y\n\xe9;2,5;\xe8\n",
		      "a,b,c\néx,1.5,èy\né,2.5,è\n");
}

/* --- names --- */

static void expect_name(const char *header, const char *field)
{
	CLEANUP_FREE char *text = xasprintf("\"%s\",zz\n1,\n", header);

	expect_votable(TABLE_CSV, text, field);
}

Test(table_csv, units_stand_behind_the_name)
{
	expect_name("ra [deg]", "<FIELD name=\"ra\" datatype=\"int\" unit=\"deg\"");
	expect_name("pm (mas/yr)", "<FIELD name=\"pm\" datatype=\"int\" unit=\"mas/yr\"");
	expect_name("Teff[K]", "<FIELD name=\"Teff\" datatype=\"int\" unit=\"K\"");
	expect_name("v (km s-1)", "<FIELD name=\"v\" datatype=\"int\" unit=\"km s-1\"");
	expect_name("f (W m-2 Hz-1)", "unit=\"W m-2 Hz-1\"");
	expect_name("l (um)", "unit=\"um\"");
	expect_name("c (%)", "unit=\"%\"");
	expect_name("f [10**-3 Jy]", "<FIELD name=\"f\" datatype=\"int\" unit=\"10**-3 Jy\"");
	expect_name("flux(\xc2\xb5Jy)", "<FIELD name=\"flux\" datatype=\"int\" unit=\"uJy\"");
	expect_name("ra(deg)", "<FIELD name=\"ra\" datatype=\"int\" unit=\"deg\"");
	expect_name("v(km/s)", "<FIELD name=\"v\" datatype=\"int\" unit=\"km/s\"");
	expect_name("m(mag)", "<FIELD name=\"m\" datatype=\"int\" unit=\"mag\"");
	expect_name("T(K)", "<FIELD name=\"T\" datatype=\"int\" unit=\"K\"");
	expect_name("size (\"\")", "<FIELD name=\"size_\" datatype=\"int\" unit=\"arcsec\"");
	expect_name("d (')", "<FIELD name=\"d\" datatype=\"int\" unit=\"arcmin\"");
	expect_name("d ('')", "<FIELD name=\"d\" datatype=\"int\" unit=\"arcsec\"");
	expect_name("x [h:m:s]", "<FIELD name=\"x\" datatype=\"int\" unit=\"h:m:s\"");
	expect_name("x (hms)", "<FIELD name=\"x\" datatype=\"int\" unit=\"h:m:s\"");
	expect_name("d (h m s)", "<FIELD name=\"d\" datatype=\"int\" unit=\"h:m:s\"");
	expect_name("d(dd:mm:ss)", "<FIELD name=\"d\" datatype=\"int\" unit=\"d:m:s\"");
	expect_name("x (Degrees)", "<FIELD name=\"x\" datatype=\"int\" unit=\"Degrees\"");
	expect_name("f (erg/s/cm2/Ang)", "unit=\"erg/s/cm2/Ang\"");
}

Test(table_csv, and_what_is_no_unit_is_of_the_name)
{
	expect_name("log(g)", "<FIELD name=\"log_g\" datatype=\"int\">");
	expect_name("log(K)", "<FIELD name=\"log_K\" datatype=\"int\">");
	expect_name("log10 (s)", "<FIELD name=\"log10_s\" datatype=\"int\">");
	expect_name("F_log(mag)", "<FIELD name=\"F_log_mag\" datatype=\"int\">");
	expect_name("[Fe/H]", "<FIELD name=\"Fe_H\" datatype=\"int\">");
	expect_name("e_[Fe/H]", "<FIELD name=\"e_Fe_H\" datatype=\"int\">");
	expect_name("n (as given)", "<FIELD name=\"n_as_given\" datatype=\"int\">");
	expect_name("n ()", "<FIELD name=\"n\" datatype=\"int\">");
	expect_name("mag (J)", "<FIELD name=\"mag_J\" datatype=\"int\">");
	expect_name("log (g)", "<FIELD name=\"log_g\" datatype=\"int\">");
	expect_name("f (min)", "<FIELD name=\"f_min\" datatype=\"int\">");
	expect_name("EW (Mg)", "<FIELD name=\"EW_Mg\" datatype=\"int\">");
	expect_name("t (s, UTC)", "<FIELD name=\"t_s_UTC\" datatype=\"int\">");
}

Test(table_csv, names_are_made_valid_for_adql)
{
	expect_name("2MASS J", "<FIELD name=\"col_2MASS_J\"");
	expect_name("_RAJ2000", "<FIELD name=\"RAJ2000\"");
	expect_name("b-v", "<FIELD name=\"b_v\"");
	expect_name("flux_\xc2\xb5Jy", "<FIELD name=\"flux_uJy\"");
	expect_name("\xce\xbc", "<FIELD name=\"col1\"");
	expect_name("date", "<FIELD name=\"date_\"");
	expect_name("Size", "<FIELD name=\"Size_\"");
	expect_name("a_", "<FIELD name=\"a_\"");
	expect_name("\xce\xb1", "<FIELD name=\"col1\"");
	expect_name("***", "<FIELD name=\"col1\"");
	expect_name(" mag ", "<FIELD name=\"mag\"");
}

Test(table_csv, what_was_changed_of_names_is_told)
{
	const char *text = "b-v,B_V,mag,Mag (mag)\n1,2,3,4\n";
	CLEANUP_BUF struct buf notes = BUF_INIT;
	CLEANUP_FREE char *vot =
	    brought_as(votable_writer_new, TABLE_CSV, text, strlen(text), 0, &notes, NULL);

	cr_expect_str_eq(buf_str(&notes), "column 1: \"b-v\" is named b_v_2\n"
					  "column 4: \"Mag (mag)\" is named Mag_2\n");
	cr_expect(strstr(vot, "<FIELD name=\"b_v_2\" datatype=\"int\">\n"
			      "<DESCRIPTION>b-v</DESCRIPTION>"),
		  "%s", vot);
}

/* The names as ADQL gets them, in the order of the columns. */
static void expect_names(enum table_kind kind, const char *text, const char *names)
{
	CLEANUP_FREE char *csv =
	    brought_as(csv_writer_new, kind, text, strlen(text), 0, NULL, NULL);

	cr_assert(csv);
	csv[strcspn(csv, "\n")] = '\0';
	cr_expect_str_eq(csv, names, "%s", csv);
}

Test(table_csv, a_name_that_is_valid_keeps_itself)
{
	expect_names(TABLE_CSV, "a b,a_b\n1,2\n", "a_b_2,a_b");
	expect_names(TABLE_TSV, "a b\ta-b\ta_b\ta_b_2\n1\t2\t3\t4\n", "a_b_3,a_b_4,a_b,a_b_2");
	expect_names(TABLE_CSV, "mag (mag),MAG\n1,2\n", "mag_2,MAG");
	expect_names(TABLE_ECSV,
		     "# %ECSV 1.0\n# ---\n# datatype:\n# - {name: a-b, datatype: int32}\n"
		     "# - {name: a_b, datatype: int32}\na-b a_b\n1 2\n",
		     "a_b_2,a_b");
}

/* Our own .csv has such, where the VOTable has. */
Test(table_csv, names_that_are_missing_or_alike_are_made)
{
	const char *text = "a,a,,b\n1,2,3,4\n";
	CLEANUP_BUF struct buf notes = BUF_INIT;
	CLEANUP_FREE char *csv =
	    brought_as(csv_writer_new, TABLE_CSV, text, strlen(text), 0, &notes, NULL);

	cr_expect_str_eq(csv, "a,a_2,col3,b\n1,2,3,4\n");
	cr_expect_str_eq(buf_str(&notes), "column 2: \"a\" is named a_2\n"
					  "column 3: \"\" is named col3\n");
	expect_names(TABLE_CSV, "col2,\n1,2\n", "col2,col2_2");
}

/* Ends at all: it took minutes while each tried all numbers from 2. */
Test(table_csv, many_columns_may_be_named_alike, .timeout = 20)
{
	struct table t = {.nfields = 50000};

	t.fields = xcalloc(t.nfields, sizeof(*t.fields));
	for (size_t i = 0; i < t.nfields; i++)
		t.fields[i].name = xstrdup(i % 2 ? "a" : "A");
	column_names_make(&t, false, NULL);
	cr_expect_str_eq(t.fields[0].name, "A");
	cr_expect_str_eq(t.fields[1].name, "a_2");
	cr_expect_str_eq(t.fields[49999].name, "a_50000");
	table_clear(&t);
}

Test(table_csv, positions_get_their_ucds)
{
	expect_votable(TABLE_CSV, "ra,RAJ2000,dec\n1.5,2.5,3\n",
		       "name=\"ra\" datatype=\"double\" ucd=\"pos.eq.ra;meta.main\">\n</FIELD>\n"
		       "<FIELD name=\"RAJ2000\" datatype=\"double\">\n</FIELD>\n"
		       "<FIELD name=\"dec\" datatype=\"int\" ucd=\"pos.eq.dec;meta.main\">");
	expect_votable(TABLE_CSV, "RA_ICRS,DE_ICRS\n1,2\n", "ucd=\"pos.eq.dec;meta.main\"");
	expect_votable(TABLE_CSV, "ra,dec\n00:42:44,x\n", "<FIELD name=\"ra\" " TEXT ">");
}

/* --- what is refused --- */

Test(table_csv, rows_of_another_width_are_refused)
{
	expect_refusal(TABLE_CSV, "a,b\n1,2\n\"x\ny\",4\n5\n",
		       "line 5 has 1 cell, and the header has 2: column 2, \"b\", is missing");
	expect_refusal(TABLE_CSV, "a,b\n1,2,\n",
		       "line 2 has 3 cells, and the header has 2: column 3 is one too many");
}

Test(table_csv, names_must_be_there)
{
	expect_refusal(TABLE_CSV, ",,\n1,2,3\n", "line 1: no column has a name");
	expect_refusal(TABLE_CSV, "\"\", \n1,2\n", "line 1: no column has a name");
}

Test(table_csv, a_first_line_of_numbers_is_no_header)
{
	static const char sentence[] =
	    "line 1 holds values: the first line must be the names of the columns, without # in "
	    "front";

	expect_refusal(TABLE_CSV, "10.684575,41.27,\n1,2,3\n", sentence);
	expect_refusal(TABLE_CSV, "1,2\n", sentence);
	expect_refusal(TABLE_CSV, "M31,10.684575\n", sentence);
}

/* Else the first row would be lost, and its values would be names. */
Test(table_csv, a_value_among_the_names_has_two_readings)
{
#define READINGS                                                                                 \
	": if the line is a row, write a line above it with the names of the columns; if it is " \
	"that line, put a letter in front of this name"
	expect_refusal(TABLE_CSV, "31,M31\n33,M33\n", "line 1, column 1 is \"31\"" READINGS);
	expect_refusal(TABLE_CSV, "M31,2020\n1,2\n", "line 1, column 2 is \"2020\"" READINGS);
	expect_refusal(TABLE_CSV, "M31,2026-11-30\nM33,2026-12-01\n",
		       "line 1, column 2 is \"2026-11-30\"" READINGS);
	expect_values(TABLE_CSV, "2MASS,inf,J2000\n1,2,3\n", "col_2MASS,inf,J2000\n1,2,3\n");
}

Test(table_csv, quotation_marks_must_close)
{
	expect_refusal(TABLE_CSV, "a,b\n1,\"x\n2,y\n",
		       "line 2, column 2: the quotation mark is not closed");
	expect_refusal(
	    TABLE_CSV, "a,b\n1,\"x\"y\n",
	    "line 2, column 2: there is text behind a closing quotation mark: double the "
	    "quotation marks within a value");
	expect_values(TABLE_CSV, "a,b\n\"x\" ,\"y\" \n", "a,b\nx,y\n");
}

Test(table_csv, a_zero_byte_is_refused)
{
	CLEANUP_ERROR struct error *err = NULL;

	cr_expect_null(brought_as(csv_writer_new, TABLE_CSV, "a,b\n1,\0\n", 8, 3, NULL, &err));
	cr_expect(strstr(error_text(err), "line 2, column 2: this is no text"), "%s",
		  error_text(err));
}

Test(table_in, a_packed_file_is_told_to_be_one)
{
	static const enum table_kind kinds[] = {TABLE_CSV, TABLE_TSV, TABLE_ECSV, TABLE_VOTABLE};
	const char *zip = "this is a zip file, as .xlsx and .ods are: save the table as CSV";

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		expect_refusal(kinds[i], "\x1f\x8b\x08 and so on",
			       "the file is packed (gzip): unpack it first");
		expect_refusal(kinds[i], "BZh91AY&SYxx",
			       "the file is packed (bzip2): unpack it first");
		expect_refusal(kinds[i], "PK\3\4\x14 and so on", zip);
	}
	expect_values(TABLE_CSV, "PK,BZh9\n1,2\n", "PK,BZh9\n1,2\n");
}

Test(table_csv, an_empty_file_is_refused)
{
	static const char sentence[] =
	    "there is no table: the first line must be the names of the columns";

	expect_refusal(TABLE_CSV, "", sentence);
	expect_refusal(TABLE_CSV, "\n\n", sentence);
	expect_refusal(TABLE_CSV, "\xef\xbb\xbf", sentence);
}

Test(table_csv, a_value_without_end_is_refused_before_it_fills_the_memory)
{
	size_t n = TABLE_ROW_MAX + (1u << 20);
	CLEANUP_FREE char *text = xmalloc(n);
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_ERROR struct error *other = NULL;

	memset(text, 'x', n);
	memcpy(text, "a\n\"", 3);
	cr_expect_null(brought_as(csv_writer_new, TABLE_CSV, text, n, 65536, NULL, &err));
	cr_expect_str_eq(error_text(err),
			 "line 2, column 1: the value is longer than 16 MiB: is its "
			 "quotation mark not closed?");
	text[2] = 'x';
	cr_expect_null(brought_as(csv_writer_new, TABLE_CSV, text, n, 65536, NULL, &other));
	cr_expect_str_eq(error_text(other), "line 2: the row is longer than 16 MiB");
}

Test(table_csv, a_sink_that_refuses_ends_the_reading)
{
	CLEANUP_CLOSE int fd = file_of("a\n1\n", 4);
	CLEANUP_ERROR struct error *err = NULL;
	struct format_writer *w = csv_writer_new(-1);

	cr_expect_not(table_read(fd, TABLE_CSV, &w->sink, NULL, NULL, &err));
	cr_expect_neq(err, NULL);
	w->free(w);
}
