/* table_fits_header_test.c: FITS tables made by hand: headers that lie, and what they are read as.
 */
#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/unit/table/table_in_fixture.h"

static struct buf file;

static void clear(void)
{
	buf_free(&file);
}

TestSuite(table_fits_header, .fini = clear);

static void fill(char c)
{
	while (file.len % 2880)
		buf_addc(&file, c);
}

/* Cards, one a line. */
static void add_header(const char *cards)
{
	for (const char *end; *cards; cards = end + 1) {
		end = strchr(cards, '\n');
		buf_addf(&file, "%-80.*s", (int)(end - cards), cards);
	}
	buf_addf(&file, "%-80s", "END");
	fill(' ');
}

static void add_primary(void)
{
	add_header("SIMPLE  = T\nBITPIX  = 8\nNAXIS   = 0\n");
}

static void add_table(const char *kind, const char *width, const char *rows, const char *fields,
		      const char *cards)
{
	CLEANUP_FREE char *all =
	    xasprintf("XTENSION= '%s'\nBITPIX  = 8\nNAXIS   = 2\nNAXIS1  = %s\nNAXIS2  = %s\n"
		      "PCOUNT  = 0\nGCOUNT  = 1\nTFIELDS = %s\n%s",
		      kind, width, rows, fields, cards);

	add_header(all);
}

static void add_big_endian(uint64_t v)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_addc(&file, (char)(v >> shift));
}

static void expect_failure(const char *sentence)
{
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *is =
	    brought_as(csv_writer_new, TABLE_FITS, file.data, file.len, 0, NULL, &err);

	cr_assert_null(is, "should have failed: %s", is);
	cr_expect_str_eq(error_text(err), sentence, "%s", error_text(err));
}

static void expect_csv(const char *csv, const char *notes)
{
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_BUF struct buf told = BUF_INIT;
	CLEANUP_FREE char *is =
	    brought_as(csv_writer_new, TABLE_FITS, file.data, file.len, 0, &told, &err);

	cr_assert(is, "%s", error_text(err));
	cr_expect_str_eq(is, csv, "%s", is);
	cr_expect_str_eq(buf_str(&told), notes, "%s", buf_str(&told));
}

/* --- headers that lie --- */

Test(table_fits_header, more_columns_than_fits_has_are_refused)
{
	add_primary();
	add_table("BINTABLE", "8", "1", "5000000", "TFORM1  = '1K'\n");
	fill(' ');
	expect_failure("the FITS table has 5000000 columns: FITS allows 999");
}

Test(table_fits_header, no_columns_are_no_table)
{
	add_primary();
	add_table("BINTABLE", "0", "0", "0", "");
	expect_failure("the FITS table has no columns");
}

Test(table_fits_header, rows_without_bytes_are_refused)
{
	add_primary();
	add_table("BINTABLE", "0", "1000000000000", "1", "TFORM1  = '0J'\n");
	expect_failure("the FITS file is damaged: its table has rows without bytes");
}

Test(table_fits_header, rows_that_are_not_there_are_refused)
{
	add_primary();
	add_table("BINTABLE", "8", "1000000000000", "1", "TFORM1  = '0J'\n");
	expect_failure("the FITS file is cut off: it has 5.8 kB, and by its header 2 it must have "
		       "8.0 TB");
}

Test(table_fits_header, sizes_that_no_file_has_are_refused)
{
	add_primary();
	add_table("BINTABLE", "9223372036854775807", "9223372036854775807", "1",
		  "TFORM1  = '1K'\n");
	expect_failure(
	    "the FITS file is damaged: its header 2 does not tell how many bytes follow");
}

Test(table_fits_header, numbers_that_are_none_are_refused)
{
	add_primary();
	add_table("BINTABLE", "-8", "1", "1", "TFORM1  = '1K'\n");
	expect_failure("the FITS file is damaged: its header 2 has a NAXIS1 that cannot be");
}

Test(table_fits_header, headers_end)
{
	add_primary();
	for (int i = 0; i < 36; i++)
		buf_addf(&file, "%-80s", i ? "COMMENT" : "XTENSION= 'BINTABLE'");
	expect_failure("the FITS file is cut off: its header 2 does not end");
}

Test(table_fits_header, the_first_of_two_cards_alike_counts)
{
	add_primary();
	add_table("BINTABLE", "8", "1", "5000000", "TFIELDS = 1\nTFORM1  = '1K'\n");
	add_big_endian(5);
	fill('\0');
	expect_failure("the FITS table has 5000000 columns: FITS allows 999");
}

Test(table_fits_header, images_before_it_are_passed_over)
{
	add_primary();
	add_header("XTENSION= 'IMAGE'\nBITPIX  = -64\nNAXIS   = 2\nNAXIS1  = 20\nNAXIS2  = 20\n"
		   "PCOUNT  = 0\nGCOUNT  = 1\n");
	for (int i = 0; i < 400; i++)
		add_big_endian(0);
	fill('\0');
	add_table("BINTABLE", "8", "2", "1", "TTYPE1  = 'n'\nTFORM1  = '1K'\n");
	add_big_endian(5);
	add_big_endian(6);
	fill('\0');
	expect_csv("n\n5\n6\n", "");
}

Test(table_fits_header, a_compressed_table_is_told_to_be_one)
{
	add_primary();
	add_table("BINTABLE", "8", "1", "1", "TFORM1  = '1K'\nZTABLE  = T\n");
	add_big_endian(5);
	fill('\0');
	expect_failure("the FITS table is compressed (ZTABLE): unpack it first, as by funpack");
}

Test(table_fits_header, and_a_compressed_image_is_no_table)
{
	add_primary();
	add_table("BINTABLE", "8", "1", "1", "TFORM1  = '1K'\nZIMAGE  = T\n");
	add_big_endian(5);
	fill('\0');
	expect_failure("the FITS file holds no table");
}

Test(table_fits_header, what_lies_outside_of_the_file_is_told_with_its_column)
{
	add_primary();
	add_table("BINTABLE", "16", "1", "1", "TTYPE1  = 'v'\nTFORM1  = '1QD'\n");
	add_big_endian(10);
	add_big_endian(1 << 30);
	fill('\0');
	expect_failure("the FITS file is cut off or damaged, column \"v\": it tells of values that "
		       "are not there");
}

/* --- unsigned 64 bits: TZERO is 2^63, and so is added --- */

#define UNSIGNED(form, more) \
	"TTYPE1  = 'id'\nTFORM1  = '" form "'\nTSCAL1  = 1\nTZERO1  = 9223372036854775808\n" more

Test(table_fits_header, unsigned_numbers_are_long_where_they_can)
{
	add_primary();
	add_table("BINTABLE", "8", "2", "1", UNSIGNED("1K", ""));
	add_big_endian(UINT64_C(1) << 63);
	add_big_endian(UINT64_MAX);
	fill('\0');
	expect_csv("id\n0\n9223372036854775807\n", "");
}

Test(table_fits_header, and_missing_where_a_long_has_no_room)
{
	add_primary();
	add_table("BINTABLE", "8", "3", "1", UNSIGNED("1K", "TNULL1  = 7\n"));
	add_big_endian(INT64_MAX);
	add_big_endian((UINT64_C(1) << 63) + 12);
	add_big_endian(7);
	fill('\0');
	expect_csv("id\n\"\"\n12\n\"\"\n",
		   "column 1, \"id\": 18446744073709551615 (row 1) is too large for a long and "
		   "read as missing\n");
}

Test(table_fits_header, so_it_is_in_arrays)
{
	add_primary();
	add_table("BINTABLE", "16", "1", "1", UNSIGNED("2K", ""));
	add_big_endian((UINT64_C(1) << 63) + 5);
	add_big_endian(INT64_MAX);
	fill('\0');
	expect_csv("id\n5 null\n",
		   "column 1, \"id\": 18446744073709551615 (row 1) is too large for a long and "
		   "read as missing\n");
}

Test(table_fits_header, and_in_arrays_of_variable_length)
{
	add_primary();
	add_header("XTENSION= 'BINTABLE'\nBITPIX  = 8\nNAXIS   = 2\nNAXIS1  = 16\nNAXIS2  = 2\n"
		   "PCOUNT  = 24\nGCOUNT  = 1\nTFIELDS = 1\n" UNSIGNED("1QK(2)", ""));
	add_big_endian(2);
	add_big_endian(0);
	add_big_endian(1);
	add_big_endian(16);
	add_big_endian(UINT64_C(1) << 63);
	add_big_endian(0);
	add_big_endian(1);
	fill('\0');
	expect_csv("id\n0 null\nnull\n",
		   "column 1, \"id\": 9223372036854775808 (row 1) and 1 more are too large for a "
		   "long and read as missing\n");
}

/* --- scaled columns: TSCAL and TZERO are doubles --- */

/* Of a row of five columns. */
#define FORMS(b, i, j, k, e) \
	"TFORM1  = '1B'\nTFORM2  = '1I'\nTFORM3  = '1J'\nTFORM4  = '1K'\nTFORM5  = '1E'\n" b i j k e

static void expect_scaled(const char *cards, const char *csv, const char *const *types)
{
	static const char row[] = "\x05\x30\x39\x00\x00\x00\x07\0\0\0\0\0\0\0\x09\x3d\xcc\xcc\xcd"
				  "\xff\xff\xff\xff\xff\xff\xff\0\0\0\0\0\0\0\x0a\x40\0\0\0";
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *vot = NULL;

	add_primary();
	add_table("BINTABLE", "19", "2", "5", cards);
	buf_add(&file, row, sizeof(row) - 1);
	fill('\0');
	expect_csv(csv, "");
	vot = brought_as(votable_writer_new, TABLE_FITS, file.data, file.len, 0, NULL, &err);
	cr_assert(vot, "%s", error_text(err));
	for (int i = 0; i < 5; i++) {
		CLEANUP_FREE char *part =
		    xasprintf("name=\"col%d\" datatype=\"%s\"", i + 1, types[i]);

		cr_expect(strstr(vot, part), "%s is not in %s", part, vot);
	}
}

Test(table_fits_header, scaled_numbers_are_doubles)
{
	static const char *const types[] = {"double", "double", "double", "double", "double"};

	expect_scaled(FORMS("TSCAL1  = 0.1\n", "TSCAL2  = 0.001\nTZERO2  = 2450000.5\n",
			    "TSCAL3  = 1.0E-8\n", "TZERO4  = 0.25\n", "TZERO5  = 2450000.0\n"),
		      "col1,col2,col3,col4,col5\n0.5,2450012.845,7e-8,9.25,"
		      "2450000.1000000015\n25.5,2450000.499,-1e-8,10.25,2450002\n",
		      types);
}

Test(table_fits_header, and_so_they_are_by_whole_numbers_and_where_they_are_missing)
{
	static const char *const types[] = {"double", "double", "double", "double", "float"};

	expect_scaled(FORMS("TSCAL1  = 2\nTNULL1  = 255\n", "TZERO2  = 128\n", "TZERO3  = 32768\n",
			    "TSCAL4  = 1\nTZERO4  = 1\nTNULL4  = 9\n", "TSCAL5  = 1\n"),
		      "col1,col2,col3,col4,col5\n10,12473,32775,,0.1\n,127,32767,11,2\n", types);
}

Test(table_fits_header, but_for_the_convention_of_unsigned_and_signed_integers)
{
	static const char *const types[] = {"short", "int", "long", "long", "float"};

	expect_scaled(
	    FORMS("TZERO1  = -128\n", "TSCAL2  = 1.0\nTZERO2  = 32768.0\n",
		  "TZERO3  = 2147483648\n", "TSCAL4  = 1\nTNULL4  = 3\n", "TZERO5  = 0\n"),
	    "col1,col2,col3,col4,col5\n-123,45113,2147483655,9,0.1\n127,32767,2147483647,10,2\n",
	    types);
}

/* --- ASCII tables --- */

Test(table_fits_header, numbers_in_text_are_read_to_their_last_digit)
{
	add_primary();
	add_table("TABLE", "50", "3", "2",
		  "TBCOL1  = 1\nTFORM1  = 'D25.17'\nTTYPE1  = 'd'\n"
		  "TBCOL2  = 27\nTFORM2  = 'I20'\nTTYPE2  = 'i'\nTNULL1  = '-'\n");
	buf_addf(&file, "%25s %20s    ", "3.33333333333333315D-01", "9007199254740993");
	buf_addf(&file, "%25s %20s    ", "-1.7976931348623157D+308", "-5");
	buf_addf(&file, "%-25s %20s    ", "-", "0");
	fill(' ');
	expect_csv("d,i\n0.3333333333333333,9007199254740993\n-1.7976931348623157e+308,-5\n,0\n",
		   "");
}

/* FITS 4.0 §7.2.5: a point that is not written is where the format has it. */
Test(table_fits_header, and_a_point_may_be_missing)
{
	add_primary();
	add_table("TABLE", "8", "2", "1", "TBCOL1  = 1\nTFORM1  = 'F8.2'\nTTYPE1  = 'f'\n");
	buf_addf(&file, "%8s%8s", "12345", "0.1");
	fill(' ');
	expect_csv("f\n123.45\n0.1\n", "");
}
