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
	expect_values(TABLE_CSV, "\"sep=;\"\na;b\n1;2\n", "a,b\n1,2\n");
}

Test(text_layout, two_readings_are_refused)
{
	expect_refusal(TABLE_CSV, "star name\nAlpha Centauri\nBeta Persei\n",
		       "line 1 may name one column, or 2 with blanks between (\"star\", \"name\" "
		       "…): put commas between the columns, or quotation marks around a value with "
		       "blanks");
	expect_values(TABLE_CSV, "\"star name\"\n\"Alpha Centauri\"\n",
		      "star_name\nAlpha Centauri\n");
	expect_refusal(TABLE_CSV, "a:b\n1:2\n3:4\n",
		       "line 1 may name one column, or 2 with colons between (\"a\", \"b\" …): put "
		       "commas between the columns, or quotation marks around a value with colons");
	expect_refusal(
	    TABLE_CSV, "name, type;mag\nAndromeda, spiral;3.4\nTri, spiral;5.4\n",
	    "line 1 may name 2 columns with commas between (\"name\", \"type;mag\" …), or 2 "
	    "with semicolons (\"name, type\", \"mag\" …): put quotation marks around the "
	    "values that have one of these in them");
}

/* As a file with commas is: no column of whole lines is made of it. */
Test(text_layout, a_line_that_is_short_or_does_not_end_is_refused)
{
	static const char *const separators[] = {",", ";", "\t", "|", " "};

	for (size_t i = 0; i < sizeof(separators) / sizeof(*separators); i++) {
		const char *c = separators[i];
		CLEANUP_FREE char *text = NULL;

		cr_assert(asprintf(&text, "a%sb%sc\n1%s2%s3\n4%s5\n", c, c, c, c, c) > 0);
		expect_refusal(
		    TABLE_CSV, text,
		    "line 3 has 2 cells, and the header has 3: column 3, \"c\", is missing");
		free(text);
		cr_assert(asprintf(&text, "a%sb%sc\n1%s2%s\"x\n4%s5%s6\n", c, c, c, c, c, c) > 0);
		expect_refusal(TABLE_CSV, text,
			       "line 2, column 3: the quotation mark is not closed");
	}
}

Test(text_layout, of_two_separators_that_fit_one_may_tear_values_apart)
{
	expect_values(TABLE_CSV, "name\tcoords(ra,dec)\nM31\t10.6,41.2\nM33\t23.4,30.6\n",
		      "name,coords_ra_dec\nM31,\"10.6,41.2\"\nM33,\"23.4,30.6\"\n");
	expect_values(TABLE_CSV, "name;coords(ra,dec)\nM31;10.6,41.2\nM33;23.4,30.6\n",
		      "name,coords_ra_dec\nM31,\"10.6,41.2\"\nM33,\"23.4,30.6\"\n");
	expect_values(TABLE_CSV, "name,\"a;b\"\nx,\"1;2\"\ny,\"3;4\"\n",
		      "name,a_b\nx,1;2\ny,3;4\n");
}

/* --- frames --- */

Test(text_layout, psql_and_mysql_draw_frames)
{
	expect_values(TABLE_CSV, " ra | dec \n----+-----\n 1.5 | 2.5\n     | 3\n(2 rows)\n\n",
		      "ra,dec\n1.5,2.5\n,3\n");
	expect_values(TABLE_CSV, " ra \n----\n 1.5\n(1 row)\n", "ra\n1.5\n");
	expect_values(TABLE_CSV,
		      "+-----+------+\n| a   | b    |\n+-----+------+\n|   1 | x y  |\n"
		      "|   2 |      |\n+-----+------+\n2 rows in set (0.00 sec)\n",
		      "a,b\n1,x y\n2,\n");
	expect_values(TABLE_CSV, "+---+\n| a |\n+---+\n| 1 |\n| 2 |\n+---+\n", "a\n1\n2\n");
	expect_values(TABLE_CSV, "| a | b |\n|---|---|\n| 1 | x |\n", "a,b\n1,x\n");
}

Test(text_layout, an_ipac_table_is_told_to_be_one)
{
#define IPAC                                                                                       \
	" begins an IPAC table, which cannot be read: save it as CSV, FITS or VOTable, in Python " \
	"by "                                                                                      \
	"astropy's Table.read(…, format=\"ipac\")"
	expect_refusal(TABLE_CSV, "\\fixlen = T\n\\ c\n|ra |dec |\n|r  |r   |\n 1.5 2.5\n",
		       "line 3" IPAC);
	expect_refusal(TABLE_TSV, "|ra |dec |\n 1.5 2.5\n", "line 1" IPAC);
}

Test(text_layout, commas_are_decimal_points_where_semicolons_are_between)
{
	expect_values(TABLE_CSV, "a;b\n1;10,5\n2;-0,25\n", "a,b\n1,10.5\n2,-0.25\n");
	expect_notes(TABLE_CSV, "a;b\n1;10,5\n",
		     "columns are separated by semicolons\n"
		     "decimal commas are read as points (line 2)\n");
	expect_values(TABLE_CSV, "a;b\n1;10,5\n2;x\n", "a,b\n1,\"10,5\"\n2,x\n");
	expect_values(TABLE_CSV, "a;b\n1;1,5e-3\n2;-2,5E+3\n", "a,b\n1,0.0015\n2,-2500\n");
}

/* Such texts may be lists, which a refusal would leave no way for. */
Test(text_layout, but_not_beside_decimal_points)
{
	static const char text[] = "ra;dec;n\n10,5;20,25;1\n1,5;2,5;1.5\n";

	expect_values(TABLE_CSV, text, "ra,dec,n\n\"10,5\",\"20,25\",1\n\"1,5\",\"2,5\",1.5\n");
	expect_notes(
	    TABLE_CSV, text,
	    "columns are separated by semicolons\n"
	    "column 1, \"ra\", is text: line 2 has a comma in a number, and line 3 a point; "
	    "if it should hold numbers, write all of them with points\n"
	    "column 2, \"dec\", is text: line 2 has a comma in a number, and line 3 a point; "
	    "if it should hold numbers, write all of them with points\n");
	expect_values(TABLE_CSV, "a;b\n1.5;x\n10,5;y\n", "a,b\n1.5,x\n\"10,5\",y\n");
	expect_values(TABLE_CSV, "a;v\n10,5;1.5\n2,5;x\n", "a,v\n10.5,1.5\n2.5,x\n");
}

Test(text_layout, the_last_row_may_bring_the_first_decimal_comma)
{
	CLEANUP_BUF struct buf text = BUF_INIT;
	CLEANUP_BUF struct buf csv = BUF_INIT;

	buf_adds(&text, "id;x\n");
	buf_adds(&csv, "id,x\n");
	for (int i = 0; i < 200; i++) {
		buf_addf(&text, "%d;%s\n", i, i < 199 ? "5" : "5,5");
		buf_addf(&csv, "%d,%s\n", i, i < 199 ? "5" : "5.5");
	}
	expect_values(TABLE_CSV, buf_str(&text), buf_str(&csv));
	expect_notes(TABLE_CSV, buf_str(&text),
		     "columns are separated by semicolons\n"
		     "decimal commas are read as points (line 201)\n");
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

Test(text_layout, and_another_above_a_second_table)
{
	expect_refusal(
	    TABLE_CSV, "#Table1\nobjid,ra\n1,2.5\n#Table2\nobjid,dec\n5,6.5\n",
	    "line 4 begins a second table (#Table2): save each table in a file of its own");
	expect_refusal(
	    TABLE_CSV, "#Table1\nobjid\n1\n\n#Table2\nobjid\n5\n",
	    "line 5 begins a second table (#Table2): save each table in a file of its own");
}

/* As numpy and astropy write them. */
Test(text_layout, names_may_stand_behind_a_hash_and_a_blank)
{
	expect_values(TABLE_CSV, "# a,b\n1,2\n", "a,b\n1,2\n");
	expect_values(TABLE_CSV, "# name,type\nM31,galaxy\nM33,galaxy\n",
		      "name,type\nM31,galaxy\nM33,galaxy\n");
	expect_values(TABLE_CSV, "# name,id\nM31,31\nM33,33\n", "name,id\nM31,31\nM33,33\n");
	expect_values(TABLE_CSV, "# name id\nM31 31\nM33 33\n", "name,id\nM31,31\nM33,33\n");
	expect_values(TABLE_CSV, "# name id\nM31 31\n", "name,id\nM31,31\n");
	expect_values(TABLE_CSV, "# name;ra\nM31;10,5\nM33;20,5\n",
		      "name,ra\nM31,10.5\nM33,20.5\n");
	expect_values(TABLE_TSV, "# name\tid\nM31\t31\n", "name,id\nM31,31\n");
	expect_values(TABLE_CSV, "# name,id\n# from a, b\nM31,31\n", "name,id\nM31,31\n");
	expect_values(TABLE_CSV, "# ra\n10.5\n11\n", "ra\n10.5\n11\n");
	expect_values(TABLE_CSV, "#ra,dec\ndeg,deg\n10.5,41\n11,42\n", "ra,dec\n10.5,41\n11,42\n");
	expect_notes(TABLE_CSV, "# name,type\nM31,galaxy\n",
		     "line 1, which begins with #, names the columns\n");
}

Test(text_layout, but_comments_do_not_take_the_names_away)
{
	expect_values(TABLE_CSV, "# made by me, today\nname,type\nM31,galaxy\n",
		      "name,type\nM31,galaxy\n");
	expect_values(TABLE_CSV, "# Gaia,DR3\nname,mag\nM31,3.4\n", "name,mag\nM31,3.4\n");
	expect_values(TABLE_CSV, "# name,type\nname,type\nM31,galaxy\n", "name,type\nM31,galaxy\n");
	expect_values(TABLE_CSV, "# all stars\nname\nM31\n", "name\nM31\n");
	expect_refusal(TABLE_CSV, "# name\nM31\nM33\n",
		       "line 1 (\"# name\") may be the name of the column or a comment: take the # "
		       "out of it if it is the name, else take out the line");
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

/* 2MASS has such; the dashes are as wide as the column. */
Test(text_layout, a_column_of_vizier_may_be_one_character_wide)
{
	static const char csv[] = "RAJ2000,Jmag,Xflg\n10.68,9.453,2\n";

	expect_values(TABLE_TSV,
		      "#\nRAJ2000\tJmag\tXflg\ndeg\tmag\t \n----------\t------\t-\n"
		      "010.68\t 9.453\t2\n",
		      csv);
	expect_values(TABLE_CSV,
		      "#\nRAJ2000;Jmag;Xflg\ndeg;mag; \n----------;------;-\n010.68; 9.453;2\n",
		      csv);
	expect_values(TABLE_CSV, "a,b\n-,-\n1,2\n", "a,b\n,\n1,2\n");
	expect_values(TABLE_CSV, "a,b\n10.5,41\n--,--\n11,42\n", "a,b\n10.5,41\n,\n11,42\n");
}

Test(text_layout, blanks_that_fill_a_column_of_vizier_are_none_of_its_texts)
{
	expect_values(TABLE_TSV,
		      "#\nra\tSp\ndeg\t \n----\t-----\n 1.5\tF5   \n 2.5\t G2\n 3.5\t     \n",
		      "ra,Sp\n1.5,F5\n2.5,\" G2\"\n3.5,\n");
}

Test(text_layout, a_line_of_units_needs_no_dashes)
{
	expect_values(TABLE_CSV, "id,name,ra\n,,deg\n1,M31,10\n", "id,name,ra\n1,M31,10\n");
	expect_values(TABLE_CSV, "name,ra\n,deg\nM31,\nM33,23.5\n", "name,ra\nM31,\nM33,23.5\n");
	expect_votable(TABLE_CSV, "ra,f\n[deg],[Jy]\n1,2\n",
		       "name=\"f\" datatype=\"int\" unit=\"Jy\"");
	expect_votable(TABLE_CSV, "ra,dec\n(deg),(deg)\n1,2\n",
		       "name=\"ra\" datatype=\"int\" unit=\"deg\"");
	expect_votable(TABLE_CSV, "ra,x,y,z\ndeg,---,-,unitless\n1,2,3,4\n",
		       "name=\"x\" datatype=\"int\">\n</FIELD>\n<FIELD name=\"y\" "
		       "datatype=\"int\">\n</FIELD>\n<FIELD name=\"z\" datatype=\"int\">");
	expect_votable(TABLE_CSV, "ra,x,y\nDegrees,W/m2,erg/s/cm2/Ang\n1,2,3\n",
		       "name=\"y\" datatype=\"int\" unit=\"erg/s/cm2/Ang\"");
	expect_votable(TABLE_CSV, "ra,x\ndeg,furlong\n1,2\n",
		       "name=\"x\" datatype=\"int\" unit=\"furlong\"");
	expect_votable(TABLE_CSV, "r,n\n\"h:m:s\",\n00 42 44.3,M31\n", "unit=\"h:m:s\"");
	expect_values(TABLE_CSV, "name,sp,mag\nM31,K,\nM33,J,3.4\n",
		      "name,sp,mag\nM31,K,\nM33,J,3.4\n");
	expect_values(TABLE_CSV, "ra,mag\ndeg,mag\n10.5,3\n", "ra,mag\n10.5,3\n");
	expect_votable(TABLE_CSV, "ra,mag\ndeg,mag\n10.5,3\n", "unit=\"deg\"");
	expect_values(TABLE_CSV, "a,b\nm,s\nx,y\n", "a,b\nm,s\nx,y\n");
}

Test(text_layout, a_line_that_may_be_units_or_a_row_is_refused)
{
	expect_refusal(
	    TABLE_CSV, "name,ra\nfoo,deg\nM31,1.5\n",
	    "line 2 may hold units (\"deg\" in column 2, where numbers are below) or be a "
	    "row: take the line out, and write units behind the names, as in \"ra (deg)\"");
	expect_refusal(
	    TABLE_CSV, "x,y\nfoo,bar\n1,2\n",
	    "line 2 may hold units (\"foo\" in column 1, where numbers are below) or be a "
	    "row: take the line out, and write units behind the names, as in \"ra (deg)\"");
}

Test(text_layout, a_line_of_types_is_no_row)
{
	static const char table[] = "obsid,target,ra\n1,a,10.5\n";

	expect_values(TABLE_CSV, "a,b,c\nbigint,varchar(32),double precision\n1,x,2\n",
		      "a,b,c\n1,x,2\n");
	expect_values(TABLE_CSV, "a,b,c\nint8,<U12,<f8\n1,x,2\n", "a,b,c\n1,x,2\n");
	expect_values(TABLE_CSV, "id,ra,name\nlong,double,char\n,deg,\n1,2,x\n",
		      "id,ra,name\n1,2,x\n");
	expect_votable(TABLE_CSV, "id,ra,name\nlong,double,char\n,deg,\n1,2,x\n",
		       "datatype=\"int\" unit=\"deg\"");
	expect_values(TABLE_CSV, "ra,name\ndeg,\ndouble,char\n2,x\n", "ra,name\n2,x\n");
	expect_values(TABLE_CSV, "date,text\nmonday,x\ntuesday,y\n",
		      "date_,text\nmonday,x\ntuesday,y\n");
	expect_values(TABLE_CSV, "name,type\nra,double\nint,char\n",
		      "name,type\nra,double\nint,char\n");

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
	expect_notes(TABLE_CSV, "a,b\nNA,1\n,2\nNA,3\n",
		     "column 1, \"a\", is text: it has nothing but \"NA\" (first in line 2); leave "
		     "cells empty where a value is missing\n");
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
