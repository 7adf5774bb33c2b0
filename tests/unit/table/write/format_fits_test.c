/* format_fits_test.c: FITS tables, read back by cfitsio. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fitsio.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "table/write/fits_column.h"
#include "tests/unit/table/formats_fixture.h"
#include "tests/unit/table/votable_csv.h"

#define ROW(x) "<TR><TD>" x "</TD></TR>"

struct opened {
	fitsfile *f;
	void *bytes;
	size_t n;
	int status;
};

static void open_table(struct opened *o, const char *fields, const char *rows)
{
	CLEANUP_FREE char *doc = tabledata(fields, rows);
	CLEANUP_ERROR struct error *err = NULL;

	*o = (struct opened){0};
	o->bytes = converted_to("fits", doc, &o->n, &err);
	cr_assert(o->bytes, "%s", error_text(err));
	cr_assert_eq(o->n % 2880, 0);
	fits_open_memfile(&o->f, "x.fits", READONLY, &o->bytes, &o->n, 0, NULL, &o->status);
	fits_movabs_hdu(o->f, 2, NULL, &o->status);
	cr_assert_eq(o->status, 0);
}

static void close_table(struct opened *o)
{
	fits_close_file(o->f, &o->status);
	cr_expect_eq(o->status, 0);
	free(o->bytes);
}

static void expect_key(struct opened *o, const char *key, const char *value)
{
	char is[FLEN_VALUE] = "";
	int status = 0;

	fits_read_key(o->f, TSTRING, key, is, NULL, &status);
	cr_expect_eq(status, 0, "%s", key);
	cr_expect_str_eq(is, value, "%s is %s", key, is);
}

static void expect_no_key(struct opened *o, const char *key)
{
	char is[FLEN_VALUE];
	int status = 0;

	cr_expect_eq(fits_read_key(o->f, TSTRING, key, is, NULL, &status), KEY_NO_EXIST, "%s", key);
}

static void expect_longs(struct opened *o, int column, long row, const long long *v, long n)
{
	for (long i = 0; i < n; i++) {
		LONGLONG is = 0;

		fits_read_col(o->f, TLONGLONG, column, row, i + 1, 1, NULL, &is, NULL, &o->status);
		cr_expect_eq(is, v[i], "row %ld, value %ld: %lld", row, i + 1, is);
	}
	cr_expect_eq(o->status, 0);
}

static void expect_string(struct opened *o, int column, long row, long at, const char *v)
{
	char is[512] = "", *p = is;

	fits_read_col(o->f, TSTRING, column, row, at, 1, NULL, &p, NULL, &o->status);
	cr_expect_eq(o->status, 0);
	cr_expect_str_eq(is, v);
}

Test(format_fits, columns_have_names_units_and_what_is_said_of_them)
{
	struct opened o;

	open_table(&o,
		   "<FIELD name='ra' datatype='double' unit='deg' ucd='pos.eq.ra' utype='u:x'>"
		   "<DESCRIPTION>A description that is so long that one card of eighty "
		   "characters has no room for it</DESCRIPTION></FIELD>"
		   "<FIELD name='RA' datatype='float' unit='\xc3\x85' xtype='t'/>",
		   "<TR><TD>10.684575</TD><TD>0.1</TD></TR>");
	expect_key(&o, "EXTNAME", "TABLE");
	expect_key(&o, "TTYPE1", "ra");
	expect_key(&o, "TFORM1", "1D");
	expect_key(&o, "TUNIT1", "deg");
	expect_key(&o, "TUCD1", "pos.eq.ra");
	expect_key(&o, "TUTYP1", "u:x");
	expect_key(&o, "TTYPE2", "RA_2");
	expect_key(&o, "TUNIT2", "Angstrom");
	expect_key(&o, "TXTYP2", "t");
	close_table(&o);
}

Test(format_fits, a_column_without_a_name_gets_one)
{
	struct opened o;

	open_table(&o,
		   "<FIELD datatype='int'/><FIELD name='' ID='x' datatype='int'/>"
		   "<FIELD name='' datatype='int'/><FIELD name='col1' datatype='int'/>",
		   "<TR><TD>1</TD><TD>2</TD><TD>3</TD><TD>4</TD></TR>");
	expect_key(&o, "TTYPE1", "col1");
	expect_key(&o, "TTYPE2", "x");
	expect_key(&o, "TTYPE3", "col3");
	expect_key(&o, "TTYPE4", "col1_2");
	close_table(&o);
}

Test(format_fits, a_missing_integer_has_the_number_that_the_votable_gives_it)
{
	static const long long v[] = {5, -99};
	struct opened o;

	open_table(&o, "<FIELD name='i' datatype='int'><VALUES null='-99'/></FIELD>",
		   ROW("5") ROW("-99"));
	expect_key(&o, "TNULL1", "-99");
	expect_longs(&o, 1, 1, v, 1);
	expect_longs(&o, 1, 2, v + 1, 1);
	close_table(&o);
}

Test(format_fits, or_one_that_no_row_has)
{
	struct opened o;

	open_table(&o, "<FIELD name='i' datatype='short'/>", ROW("-32768") ROW("") ROW("-32767"));
	expect_key(&o, "TNULL1", "-32766");
	close_table(&o);
	open_table(&o, "<FIELD name='i' datatype='unsignedByte'/>", ROW("255") ROW(""));
	expect_key(&o, "TNULL1", "254");
	close_table(&o);
	open_table(&o, "<FIELD name='i' datatype='long'/>", ROW("1"));
	expect_no_key(&o, "TNULL1");
	close_table(&o);
}

Test(format_fits, bytes_of_all_values_and_a_missing_one_become_shorts)
{
	static const long long v[] = {0, 255, -1};
	CLEANUP_BUF struct buf rows = BUF_INIT;
	struct opened o;

	for (int i = 0; i < 256; i++)
		buf_addf(&rows, ROW("%d"), i);
	buf_adds(&rows, ROW(""));
	open_table(&o, "<FIELD name='i' datatype='unsignedByte'/>", buf_str(&rows));
	expect_key(&o, "TFORM1", "1I");
	expect_key(&o, "TNULL1", "-1");
	expect_longs(&o, 1, 1, v, 1);
	expect_longs(&o, 1, 256, v + 1, 1);
	expect_longs(&o, 1, 257, v + 2, 1);
	close_table(&o);
}

Test(format_fits, arrays_have_their_dimensions)
{
	static const long long v[] = {1, 2, 3, 4, 5, 6};
	struct opened o;

	open_table(&o, "<FIELD name='m' datatype='int' arraysize='3x2'/>", ROW("1 2 3 4 5 6"));
	expect_key(&o, "TFORM1", "6J");
	expect_key(&o, "TDIM1", "(3,2)");
	expect_longs(&o, 1, 1, v, 6);
	close_table(&o);
}

Test(format_fits, units_are_spelt_as_fits_does)
{
	struct opened o;

	open_table(&o,
		   "<FIELD name='a' datatype='double' unit='\xc2\xb5Jy'/>"
		   "<FIELD name='b' datatype='double' unit='\xce\xbcJy'/>"
		   "<FIELD name='c' datatype='double' unit='\xc2\xb0'/>"
		   "<FIELD name='d' datatype='double' unit='erg/s/cm\xc2\xb2'/>"
		   "<FIELD name='e' datatype='double' unit='mas.yr**-1'/>"
		   "<FIELD name='f' datatype='double' unit='\xe2\x98\x83'/>"
		   "<FIELD name='g' datatype='double' unit='M\xe2\x98\x89'/>"
		   "<FIELD name='h' datatype='double' unit='R\xe2\x8a\x99/yr'/>",
		   "");
	expect_key(&o, "TUNIT1", "uJy");
	expect_key(&o, "TUNIT2", "uJy");
	expect_key(&o, "TUNIT3", "deg");
	expect_key(&o, "TUNIT4", "erg/s/cm2");
	expect_key(&o, "TUNIT5", "mas.yr**-1");
	expect_key(&o, "TUNIT6", "\\u2603");
	expect_key(&o, "TUNIT7", "solMass");
	expect_key(&o, "TUNIT8", "solRad/yr");
	close_table(&o);
}

Test(format_fits, what_an_array_lacks_is_missing)
{
	static const long long v[] = {1, 2, -32768}, w[] = {4, 5, 6};
	struct opened o;
	char flags[2] = "";

	open_table(&o,
		   "<FIELD name='a' datatype='short' arraysize='3'/>"
		   "<FIELD name='b' datatype='bit' arraysize='2'/>"
		   "<FIELD name='c' datatype='int' arraysize='999999999'/>"
		   "<FIELD name='d' datatype='short' arraysize='3'/>",
		   "<TR><TD>1 2</TD><TD>1</TD><TD>7 8</TD><TD>4 5 6</TD></TR>"
		   "<TR><TD>4 5 6</TD><TD>0 1</TD><TD>9</TD><TD>4 5 6</TD></TR>");
	expect_key(&o, "TFORM1", "3I");
	expect_key(&o, "TNULL1", "-32768");
	expect_longs(&o, 1, 1, v, 3);
	expect_longs(&o, 1, 2, w, 3);
	expect_key(&o, "TFORM2", "2L");
	fits_read_tblbytes(o.f, 1, 7, 2, (unsigned char *)flags, &o.status);
	cr_expect(flags[0] == 'T' && flags[1] == 0);
	expect_key(&o, "TFORM3", "2J");
	expect_key(&o, "TNULL3", "-2147483648");
	expect_no_key(&o, "TNULL4");
	close_table(&o);
}

Test(format_fits, arrays_of_any_length_lie_in_the_heap)
{
	static const long long v[] = {1, -7, 3};
	struct opened o;
	LONGLONG n = -1, at;

	open_table(&o, "<FIELD name='m' datatype='int' arraysize='*'><VALUES null='-7'/></FIELD>",
		   ROW("") ROW("1 -7 3"));
	expect_key(&o, "TFORM1", "1PJ(3)");
	fits_read_descriptll(o.f, 1, 1, &n, &at, &o.status);
	cr_expect_eq(n, 0);
	fits_read_descriptll(o.f, 1, 2, &n, &at, &o.status);
	cr_expect_eq(n, 3);
	expect_longs(&o, 1, 2, v, 3);
	close_table(&o);
}

Test(format_fits, logicals_may_be_missing_and_bits_are_packed)
{
	struct opened o;
	char bits[3], undefined[2];
	unsigned char flags[2] = {0};

	open_table(&o,
		   "<FIELD name='b' datatype='boolean' arraysize='2'/>"
		   "<FIELD name='x' datatype='bit' arraysize='3'/>",
		   "<TR><TD>T ?</TD><TD>1 0 1</TD></TR>");
	expect_key(&o, "TFORM1", "2L");
	expect_key(&o, "TFORM2", "3X");
	fits_read_colnull(o.f, TLOGICAL, 1, 1, 1, 2, flags, undefined, NULL, &o.status);
	cr_expect(flags[0] && !undefined[0] && undefined[1]);
	fits_read_col_bit(o.f, 2, 1, 1, 3, bits, &o.status);
	cr_expect(bits[0] && !bits[1] && bits[2]);
	close_table(&o);
}

Test(format_fits, reals_are_exact_and_complex_ones_pairs)
{
	double d[4] = {0};
	float f[2] = {0};
	struct opened o;

	open_table(&o,
		   "<FIELD name='c' datatype='doubleComplex'/><FIELD name='f' datatype='float'/>"
		   "<FIELD name='d' datatype='double'/>",
		   "<TR><TD>0.1 -2</TD><TD>0.1</TD><TD>NaN</TD></TR>"
		   "<TR><TD/><TD>-Inf</TD><TD>-0</TD></TR>");
	fits_read_col(o.f, TDBLCOMPLEX, 1, 1, 1, 1, NULL, d, NULL, &o.status);
	cr_expect(d[0] == 0.1 && d[1] == -2);
	fits_read_col(o.f, TFLOAT, 2, 1, 1, 2, NULL, f, NULL, &o.status);
	cr_expect(f[0] == 0.1f && f[1] < 0 && isinf(f[1]));
	fits_read_col(o.f, TDOUBLE, 3, 1, 1, 2, NULL, d, NULL, &o.status);
	cr_expect(isnan(d[0]) && d[1] == 0 && signbit(d[1]));
	close_table(&o);
}

Test(format_fits, text_is_ascii)
{
	struct opened o;

	open_table(
	    &o,
	    "<FIELD name='s' datatype='unicodeChar' arraysize='*'/>"
	    "<FIELD name='l' datatype='char' arraysize='3x*'/>",
	    "<TR><TD>\xc3\xa9\n\xf0\x9f\x94\xad</TD><TD>ab cde</TD></TR><TR><TD/><TD/></TR>");
	expect_string(&o, 1, 1, 1, "\\u00e9\\n\\U0001f52d");
	expect_string(&o, 1, 2, 1, "");
	expect_key(&o, "TFORM2", "6A");
	expect_key(&o, "TDIM2", "(3,2)");
	close_table(&o);
}

Test(format_fits, without_rows_it_is_a_table)
{
	struct opened o;
	long rows = -1;

	open_table(&o, "<FIELD name='s' datatype='char' arraysize='*'/>", "");
	fits_get_num_rows(o.f, &rows, &o.status);
	cr_expect_eq(rows, 0);
	expect_key(&o, "TFORM1", "1A");
	close_table(&o);
}

Test(format_fits, many_rows_come_in_order)
{
	CLEANUP_BUF struct buf rows = BUF_INIT;
	struct opened o;

	for (int i = 0; i < 20000; i++)
		buf_addf(&rows, "<TR><TD>%d</TD><TD>%d</TD></TR>", i, i * 2);
	open_table(
	    &o, "<FIELD name='i' datatype='int'/><FIELD name='v' datatype='long' arraysize='*'/>",
	    buf_str(&rows));
	for (long i = 0; i < 20000; i += 777) {
		long long v[] = {i, 2 * i};

		expect_longs(&o, 1, i + 1, v, 1);
		expect_longs(&o, 2, i + 1, v + 1, 1);
	}
	close_table(&o);
}

Test(format_fits, more_than_999_columns_are_refused_with_a_reason)
{
	CLEANUP_BUF struct buf fields = BUF_INIT;
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *doc = NULL;
	size_t n;

	for (int i = 0; i < 1000; i++)
		buf_addf(&fields, "<FIELD name='c%d' datatype='int'/>", i);
	doc = tabledata(buf_str(&fields), "");
	cr_expect_null(converted_to("fits", doc, &n, &err));
	cr_expect_eq(error_errno(err), EFBIG);
	cr_expect(strstr(error_text(err), "999 columns at most"));
}

Test(format_fits, long_texts_that_few_rows_have_lie_in_the_heap)
{
	struct field f = {.type = DT_CHAR, .variable = true};
	struct fits_column k = {.field = &f, .most = 1, .longest = 10000, .values = 20000};

	fits_column_lay_out(&k, 1000000);
	cr_expect(k.in_heap);
	cr_expect_eq(fits_column_heap(&k), 20000);
	fits_column_lay_out(&k, 100);
	cr_expect_not(k.in_heap);
	cr_expect_eq(k.width, 10000);
}

/* A long text is room in every row: what would be gigabytes of blanks is refused. */
Test(format_fits, one_long_text_in_many_rows_is_refused_with_a_reason)
{
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_BUF struct buf rows = BUF_INIT;
	CLEANUP_FREE char *doc = NULL;
	size_t n;

	buf_adds(&rows, "<TR><TD>1</TD><TD>");
	for (int i = 0; i < 3000000; i++)
		buf_addc(&rows, 'x');
	buf_adds(&rows, "</TD></TR>");
	for (int i = 0; i < 1499; i++)
		buf_adds(&rows, "<TR><TD>1</TD><TD/></TR>");
	doc = tabledata("<FIELD name='i' datatype='int'/>"
			"<FIELD name='a' datatype='char' arraysize='*'/>",
			buf_str(&rows));
	cr_expect_null(converted_to("fits", doc, &n, &err));
	cr_assert(err);
	cr_expect_eq(error_errno(err), EFBIG);
	cr_expect_str_eq(error_text(err),
			 "column \"a\" has texts of up to 3000000 characters, which would make "
			 "4.5 GB of FITS: use another format",
			 "%s", error_text(err));
}
