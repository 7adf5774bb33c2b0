/* text_layout_test.c: CSV and TSV as people have them: separators, heads, encodings, nulls, units.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "tests/unit/table/table_in_fixture.h"

/* Its notes are these. */
static void expect_notes(enum table_kind kind, const char *text, const char *told)
{
	CLEANUP_BUF struct buf notes = BUF_INIT;
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *csv =
	    brought_as(csv_writer_new, kind, text, strlen(text), 0, &notes, &err);

	cr_assert_not_null(csv, "%s", error_text(err));
	cr_expect_str_eq(buf_str(&notes), told, "%s", buf_str(&notes));
}

/* --- what is between the columns --- */

Test(text_layout, the_whole_head_tells_what_is_between_the_columns)
{
	static const char table[] = "a,b\n1,2\n3,4\n";

	expect_values(TABLE_CSV, "a;b\n1;2\n3;4\n", table);
	expect_values(TABLE_CSV, "a\tb\n1\t2\n3\t4\n", table);
	expect_values(TABLE_CSV, "a|b\n1|2\n3|4\n", table);
	expect_values(TABLE_CSV, "a | b\n1 | 2\n3 | 4\n", table);
	expect_values(TABLE_CSV, "a b\n1 2\n3  4\n", table);
	expect_values(TABLE_TSV, "a,b\n1,2\n3,4\n", table);
	expect_values(TABLE_TSV, "a;b\n1;2\n3;4\n", table);
	expect_notes(TABLE_CSV, "a;b\n1;2\n", "columns are separated by semicolons\n");
}

Test(text_layout, what_the_name_promises_goes_before_what_else_fits)
{
	expect_values(TABLE_CSV, "a,b\nx;y,1\nz;w,2\n", "a,b\nx;y,1\nz;w,2\n");
	expect_values(TABLE_TSV, "a\tb;c,d\n1\t2\n", "a,b_c_d\n1,2\n");
	expect_values(TABLE_CSV, "a,b\nM 31,1\nM 33,2\n", "a,b\nM 31,1\nM 33,2\n");
	expect_values(TABLE_CSV, "name\nM 31\nNGC\n", "name\nM 31\nNGC\n");
	expect_values(TABLE_CSV, "a\nx;y\nz\n", "a\nx;y\nz\n");
}

Test(text_layout, excels_first_line_names_the_separator)
{
	expect_values(TABLE_CSV, "sep=,\na,b\n1,2\n", "a,b\n1,2\n");
	expect_values(TABLE_CSV, "sep=;\r\na;b,c\r\n1;2\r\n", "a,b_c\n1,2\n");
	expect_values(TABLE_CSV, "\xef\xbb\xbfSEP=|\na|b\n1|2\n", "a,b\n1,2\n");
}

Test(text_layout, two_readings_are_refused)
{
	expect_refusal(TABLE_CSV, "star name\nAlpha Centauri\nBeta Persei\n",
		       "line 1 may name one column, or 2 with blanks between (\"star\", \"name\" "
		       "…): put commas between the columns, or quotation marks around a value with "
		       "blanks");
	expect_values(TABLE_CSV, "\"star name\"\n\"Alpha Centauri\"\n",
		      "star_name\nAlpha Centauri\n");
}

Test(text_layout, commas_are_decimal_points_where_semicolons_are_between)
{
	expect_values(TABLE_CSV, "a;b\n1;10,5\n2;-0,25\n", "a,b\n1,10.5\n2,-0.25\n");
	expect_notes(TABLE_CSV, "a;b\n1;10,5\n",
		     "columns are separated by semicolons\n"
		     "decimal commas are read as points (line 2)\n");
	expect_values(TABLE_CSV, "a;b\n1;10,5\n2;x\n", "a,b\n1,\"10,5\"\n2,x\n");
	expect_values(TABLE_CSV, "a;b\n1.5;10,5\n", "a,b\n1.5,\"10,5\"\n");
}

/* --- blanks --- */

Test(text_layout, blanks_in_front_of_a_cell_are_none_of_it)
{
	expect_values(TABLE_CSV, "id, name, ra\n1, \"a, b\", 10.5\n2, c, 11.5\n",
		      "id,name,ra\n1,\"a, b\",10.5\n2,c,11.5\n");
}

/* --- above and below the names --- */

Test(text_layout, sdss_has_a_mark_above)
{
	expect_values(TABLE_CSV, "#Table1\nobjid,ra\n1237648720693755918,180.5\n",
		      "objid,ra\n1237648720693755918,180.5\n");
	expect_values(TABLE_CSV, "#Table1\nobjid\n1237648720693755918\n",
		      "objid\n1237648720693755918\n");
	expect_values(TABLE_CSV, "#Table2\nname\nM31\n", "name\nM31\n");
}

Test(text_layout, names_may_stand_behind_a_hash)
{
	expect_values(TABLE_CSV, "#a,b\n1,2\n", "a,b\n1,2\n");
	expect_values(TABLE_CSV, "#a,b\nx,y\n", "a,b\nx,y\n");
	expect_values(TABLE_CSV, "#made by me\n#a,b\n1,2\n", "a,b\n1,2\n");
	expect_values(TABLE_CSV, "#a,b\nc,d\n1,2\n", "c,d\n1,2\n");
}

#define VIZIER                                                                           \
	"#\n#   VizieR Astronomical Server\n#Coosys\tJ2000:\teq_FK5 J2000\n#Name: I/1\n" \
	"#Column\tRAJ2000\t(F10.6)\tRight ascension\n"

Test(text_layout, vizier_has_units_and_dashes_below_the_names)
{
	static const char rows[] = "RAJ2000\tName\tVmag\ndeg\t \tmag\n-----\t----\t-----\n"
				   " 10.684708\tM  31\t 3.44\n 83.822083\tM  42\t     \n";
	static const char csv[] = "RAJ2000,Name,Vmag\n10.684708,M  31,3.44\n83.822083,M  42,\n";
	CLEANUP_FREE char *commented = NULL;

	expect_values(TABLE_TSV, rows, csv);
	expect_votable(TABLE_TSV, rows, "<FIELD name=\"RAJ2000\" datatype=\"double\" unit=\"deg\"");
	expect_votable(TABLE_TSV, rows, "<FIELD name=\"Vmag\" datatype=\"double\" unit=\"mag\"");
	cr_assert(asprintf(&commented, VIZIER "%s\n#END#\n", rows) > 0);
	expect_values(TABLE_TSV, commented, csv);
	expect_values(TABLE_CSV,
		      "#\n#RESOURCE=x\nRAJ2000;DEJ2000;Name\ndeg;deg; \n---;---;---\n1;2;a\n",
		      "RAJ2000,DEJ2000,Name\n1,2,a\n");
	expect_notes(TABLE_TSV, rows, "line 2 holds units, not a row\n");
}

Test(text_layout, a_line_of_units_needs_no_dashes)
{
	expect_values(TABLE_CSV, "ra,mag\ndeg,mag\n10.5,3\n", "ra,mag\n10.5,3\n");
	expect_votable(TABLE_CSV, "ra,mag\ndeg,mag\n10.5,3\n", "unit=\"deg\"");
	expect_values(TABLE_CSV, "a,b\nm,s\nx,y\n", "a,b\nm,s\nx,y\n");
}

Test(text_layout, a_line_of_types_is_no_row)
{
	static const char table[] = "obsid,target,ra\n1,a,10.5\n";

	expect_values(TABLE_CSV, "#int,string,float\nobsid,target,ra\n1,a,10.5\n", table);
	expect_values(TABLE_CSV, "int,string,float\nobsid,target,ra\n1,a,10.5\n", table);
	expect_values(TABLE_CSV, "obsid,target,ra\nint,string,float\n1,a,10.5\n", table);
	expect_notes(TABLE_CSV, "obsid,target\nint,string\n1,a\n",
		     "line 2 holds types, not a row\n");
	expect_values(TABLE_CSV, "name,kind\ntext,x\nint,y\n", "name,kind\ntext,x\nint,y\n");
}

Test(text_layout, comments_below_are_skipped_where_there_are_some_above)
{
	expect_values(TABLE_CSV, "# x\na,b\n1,2\n# y\n3,4\n#END#\n", "a,b\n1,2\n3,4\n");
	expect_refusal(TABLE_CSV, "a,b\n1,2\n# y\n",
		       "line 3 has 1 cell, and the header has 2: column 2, \"b\", is missing");
}

/* --- letters --- */

Test(text_layout, eight_bit_text_is_windows_1252)
{
	expect_values(TABLE_CSV, "a,b\n1,2\n3,caf\xe9 \x80\x96\n",
		      "a,b\n1,2\n3,caf\u00e9 \u20ac\u2013\n");
	expect_values(TABLE_CSV, "name,\xe9t\xe9\n1,2\n", "name,t\n1,2\n");
	expect_values(TABLE_CSV, "a,b,c\n\xe9,\xdfx,\x80\xa0y\nz,\xe9\xe9\xe9,w\n",
		      "a,b,c\n\u00e9,\u00dfx,\u20ac\u00a0y\nz,\u00e9\u00e9\u00e9,w\n");
	expect_notes(TABLE_CSV, "a,b\n1,x\n3,\xe9\n",
		     "not UTF-8 (line 3): read as Windows-1252; if letters come out wrong, save "
		     "the file as UTF-8\n");
	expect_refusal(TABLE_CSV, "a,b\n1,\u00e9\n3,\xe9\n",
		       "line 3, column 2 (b): letters are in two encodings: line 2 is UTF-8 and "
		       "line 3 is not; save the file as UTF-8");
}

Test(text_layout, utf16_with_a_mark_is_read)
{
	static const unsigned char le[] = {0xff, 0xfe, 'a',  0,    ',',  0, 'b',  0,
					   '\n', 0,    '1',  0,    ',',  0, 0xac, 0x20,
					   0x3d, 0xd8, 0x00, 0xde, '\n', 0};
	unsigned char be[sizeof(le)];

	for (size_t i = 0; i < sizeof(le); i += 2) {
		be[i] = le[i + 1];
		be[i + 1] = le[i];
	}
	for (size_t piece = 0; piece < 4; piece++) {
		char *a = brought_as(csv_writer_new, TABLE_CSV, le, sizeof(le), piece, NULL, NULL);
		char *b = brought_as(csv_writer_new, TABLE_CSV, be, sizeof(be), piece, NULL, NULL);

		cr_assert(a && b);
		cr_expect_str_eq(a, "a,b\n1,\u20ac\U0001f600\n");
		cr_expect_str_eq(b, a);
		free(a);
		free(b);
	}
}

/* --- what is missing --- */

Test(text_layout, words_for_what_is_missing_are_nulls_among_numbers)
{
	static const char *const words[] = {"NA", "null",  "NULL",   "N/A",  "-",
					    "--", "\\N",   "None",   "#N/A", "<NA>",
					    "?",  "INDEF", "masked", "nan"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		CLEANUP_FREE char *text = NULL;

		cr_assert(asprintf(&text, "name,ra\na,10.5\nb,%s\nc,11\n", words[i]) > 0);
		expect_values(TABLE_CSV, text, "name,ra\na,10.5\nb,\nc,11\n");
		free(text);
		cr_assert(asprintf(&text, "name,n\na,10\nb,%s\nc,11\n", words[i]) > 0);
		expect_values(TABLE_CSV, text, "name,n\na,10\nb,\nc,11\n");
	}
	expect_values(TABLE_CSV, "a,t\n1,2026-11-30\n2,NA\n", "a,t\n1,2026-11-30\n2,\n");
	expect_values(TABLE_CSV, "a,t\n1,true\n2,NA\n", "a,t\n1,true\n2,\n");
	expect_notes(TABLE_CSV, "name,ra\na,10.5\nb,NA\nc,null\nd,NA\n",
		     "column 2, \"ra\": \"NA\" (first in line 3), \"null\" (first in line 4) are "
		     "read as missing\n");
}

Test(text_layout, and_texts_among_texts)
{
	expect_values(TABLE_CSV, "a,b\nNA,x\nM31,null\n", "a,b\nNA,x\nM31,null\n");
	expect_values(TABLE_CSV, "a,b\nNA,1\nNA,2\n", "a,b\nNA,1\nNA,2\n");
	expect_notes(TABLE_CSV, "a,b\nNA,x\nM31,null\n", "");
}

#define GAIA                                                                    \
	"# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n"                   \
	"# - {name: source_id, datatype: int64}\n"                              \
	"# - {name: parallax, datatype: float64, unit: mas}\n"                  \
	"# - {name: cls, datatype: string}\n# - {name: flag, datatype: bool}\n" \
	"# schema: astropy-2.0\nsource_id,parallax,cls,flag\n"

Test(text_layout, gaias_ecsv_has_the_word_null_for_numbers)
{
	expect_values(TABLE_ECSV,
		      GAIA "4295806720,null,\"null\",\"False\"\n34361129088,0.35,star,null\n",
		      "source_id,parallax,cls,flag\n4295806720,,null,false\n"
		      "34361129088,0.35,star,\n");
	expect_notes(TABLE_ECSV, GAIA "4295806720,null,x,True\n",
		     "column 2, \"parallax\": \"null\" (first in line 11) is read as missing\n");
}

/* --- units --- */

Test(text_layout, a_unit_behind_a_name_is_the_columns)
{
	static const char text[] = "name,ra (\u00b0),flux (\u00b5Jy),m [mag],d (\u212b)\n"
				   "a,10.5,3,4,5\n";

	expect_values(TABLE_CSV, text, "name,ra,flux,m,d\na,10.5,3,4,5\n");
	expect_votable(TABLE_CSV, text, "name=\"ra\" datatype=\"double\" unit=\"deg\"");
	expect_votable(TABLE_CSV, text, "name=\"flux\" datatype=\"int\" unit=\"uJy\"");
	expect_votable(TABLE_CSV, text, "name=\"d\" datatype=\"int\" unit=\"Angstrom\"");
}
