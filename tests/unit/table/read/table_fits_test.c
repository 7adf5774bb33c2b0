/* table_fits_test.c: FITS tables as astropy and we write them, read in. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/unit/table/formats_fixture.h"
#include "tests/unit/table/table_in_fixture.h"
#include "tests/unit/table/votable_csv.h"

#define ROW(x) "<TR><TD>" x "</TD></TR>"

static char *read_as(struct format_writer *(*writer)(int fd), const char *sample, struct buf *notes)
{
	CLEANUP_ERROR struct error *err = NULL;
	size_t n;
	CLEANUP_FREE char *bytes = read_sample(sample, &n);
	char *is = brought_as(writer, TABLE_FITS, bytes, n, 0, notes, &err);

	cr_assert(is, "%s", error_text(err));
	return is;
}

static void expect_failure_of(const void *bytes, size_t n, const char *part)
{
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *is = brought_as(csv_writer_new, TABLE_FITS, bytes, n, 0, NULL, &err);

	cr_assert_null(is, "should have failed: %s", is);
	cr_expect(strstr(error_text(err), part), "%s", error_text(err));
}

Test(table_fits, a_binary_table_has_the_values_that_were_written)
{
	size_t n;
	CLEANUP_FREE char *wanted = read_sample("astropy-fits.csv", &n);
	CLEANUP_FREE char *is = read_as(csv_writer_new, "astropy.fits", NULL);

	cr_expect_str_eq(is, wanted, "%s", is);
}

Test(table_fits, columns_keep_what_fits_says_of_them)
{
	CLEANUP_BUF struct buf notes = BUF_INIT;
	CLEANUP_FREE char *is = read_as(votable_writer_new, "astropy.fits", &notes);
	static const char *const parts[] = {
	    ("name=\"ra\" datatype=\"double\" unit=\"deg\" ucd=\"pos.eq.ra;meta.main\">\n"
	     "<DESCRIPTION>Right ascension</DESCRIPTION>"),
	    "name=\"i16\" datatype=\"short\">\n<VALUES null=\"-99\"/>",
	    "name=\"u16\" datatype=\"int\"",
	    "name=\"u32\" datatype=\"long\"",
	    "name=\"b\" datatype=\"unsignedByte\"",
	    "name=\"sb\" datatype=\"short\"",
	    "name=\"scaled\" datatype=\"double\"",
	    "name=\"bits\" datatype=\"bit\" arraysize=\"11\"",
	    "name=\"name\" datatype=\"char\" arraysize=\"*\"",
	    "name=\"list\" datatype=\"char\" arraysize=\"4x3\"",
	    "name=\"mat\" datatype=\"int\" arraysize=\"3x2\"",
	    "name=\"vl\" datatype=\"double\" arraysize=\"*\"",
	    "name=\"odd_name\"",
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		cr_expect(strstr(is, parts[i]), "%s is not in %s", parts[i], is);
	cr_expect_str_eq(buf_str(&notes), "column 19: \"odd name\" is named odd_name\n");
}

Test(table_fits, so_has_an_ascii_table)
{
	CLEANUP_FREE char *is = read_as(csv_writer_new, "astropy-ascii.fits", NULL);

	cr_expect_str_eq(is,
			 "id,x,d,s\n1,1.5,10000000000,ab\n,-2.25,0.000025,cde\n"
			 "300,1000.125,0,\n",
			 "%s", is);
}

/* A table of numbers in characters: its header and rows in blocks. */
static char *ascii_fits(size_t *n)
{
	static const char *const cards[] = {
	    "SIMPLE  =                    T", "BITPIX  =                    8",
	    "NAXIS   =                    0", "END",
	    "XTENSION= 'TABLE   '",           "BITPIX  =                    8",
	    "NAXIS   =                    2", "NAXIS1  =                   12",
	    "NAXIS2  =                    3", "PCOUNT  =                    0",
	    "GCOUNT  =                    1", "TFIELDS =                    1",
	    "TTYPE1  = 'n       '",           "TBCOL1  =                    1",
	    "TFORM1  = 'I12     '",           "END"};
	char *fits = xmalloc(3 * 2880 + 1), *at = fits;

	memset(fits, ' ', 3 * 2880);
	for (size_t i = 0; i < sizeof(cards) / sizeof(*cards); i++) {
		memcpy(at, cards[i], strlen(cards[i]));
		at = strcmp(cards[i], "END") == 0 && i == 3 ? fits + 2880 : at + 80;
	}
	memcpy(fits + 2 * 2880, "  9999999999           5 -9999999999", 36);
	*n = 3 * 2880;
	return fits;
}

Test(table_fits, ten_digits_in_characters_are_more_than_an_int)
{
	CLEANUP_ERROR struct error *err = NULL;
	size_t n;
	CLEANUP_FREE char *fits = ascii_fits(&n);
	CLEANUP_FREE char *is = brought_as(ecsv_writer_new, TABLE_FITS, fits, n, 0, NULL, &err);

	cr_assert(is, "%s", error_text(err));
	cr_expect(strstr(is, "datatype: int64"), "%s", is);
	cr_expect(strstr(is, "\n9999999999\n5\n-9999999999\n"), "%s", is);
}

/* Written by us, what comes back is the CSV of the VOTable. */
static void expect_back(const char *fields, const char *rows)
{
	CLEANUP_FREE char *doc = tabledata(fields, rows);
	CLEANUP_FREE char *csv = csv_of(doc, strlen(doc), 4096, NULL, NULL);
	CLEANUP_ERROR struct error *err = NULL;
	size_t n;
	CLEANUP_FREE char *fits = converted_to("fits", doc, &n, &err);
	CLEANUP_FREE char *is = NULL;

	cr_assert(fits, "%s", error_text(err));
	is = brought_as(csv_writer_new, TABLE_FITS, fits, n, 0, NULL, &err);
	cr_assert(is, "%s", error_text(err));
	cr_expect(strcmp(is, csv) == 0, "%.2000s", is);
}

Test(table_fits, ours_reads_back)
{
	expect_back("<FIELD name='i' datatype='int'/>", ROW("5") ROW("") ROW("-2147483648"));
	expect_back("<FIELD name='i' datatype='long'><VALUES null='-1'/></FIELD>",
		    ROW("9223372036854775807") ROW("-1"));
	expect_back("<FIELD name='i' datatype='long' arraysize='2'/>",
		    ROW("9223372036854775807 -9223372036854775808"));
	expect_back("<FIELD name='d' datatype='double'/>", ROW("0.1") ROW("NaN") ROW("-Inf"));
	expect_back("<FIELD name='d' datatype='float' arraysize='*'/>",
		    ROW("0.1 NaN +Inf") ROW("") ROW("5"));
	expect_back("<FIELD name='s' datatype='char' arraysize='*'/>", ROW("M31") ROW("") ROW("x"));
	expect_back("<FIELD name='s' datatype='char' arraysize='3x2'/>", ROW("ab cde"));
	expect_back("<FIELD name='b' datatype='boolean'/>", ROW("T") ROW("F") ROW("?"));
	expect_back("<FIELD name='b' datatype='bit' arraysize='9'/>", ROW("101010101"));
	expect_back("<FIELD name='c' datatype='doubleComplex'/>", ROW("1 -2.5"));
	expect_back("<FIELD name='i' datatype='short' arraysize='*'/>", ROW("1 2 3") ROW(""));
}

Test(table_fits, more_rows_than_are_read_at_once)
{
	CLEANUP_BUF struct buf rows = BUF_INIT;

	for (int i = 0; i < 30000; i++)
		buf_addf(&rows, "<TR><TD>%d</TD><TD>star %d</TD><TD>%d 1</TD></TR>", i, i, i);
	expect_back(
	    "<FIELD name='i' datatype='int'/><FIELD name='s' datatype='char' arraysize='*'/>"
	    "<FIELD name='v' datatype='int' arraysize='*'/>",
	    buf_str(&rows));
}

Test(table_fits, samples_of_others_read_back)
{
	size_t n, m;
	CLEANUP_FREE char *doc = read_sample("dachs-tabledata.vot", &n);
	CLEANUP_FREE char *csv = csv_of(doc, n, 4096, NULL, NULL);
	CLEANUP_FREE char *fits = converted_to("fits", doc, &m, NULL);
	CLEANUP_FREE char *is = brought_as(csv_writer_new, TABLE_FITS, fits, m, 0, NULL, NULL);

	cr_expect_str_eq(is, csv);
}

/* Cards of a header, up to the end of its block. */
static void add_header(struct buf *b, const char *const *cards)
{
	for (; *cards; cards++)
		buf_addf(b, "%-80s", *cards);
	while (b->len % 2880)
		buf_addc(b, ' ');
}

/* A text of so many x in the heap, of which the heap has so many. */
static void add_long_text(struct buf *b, unsigned length, size_t there)
{
	static const char *const primary[] = {"SIMPLE  =                    T",
					      "BITPIX  =                    8",
					      "NAXIS   =                    0", "END", NULL};
	static const char *const table[] = {"XTENSION= 'BINTABLE'",
					    "BITPIX  =                    8",
					    "NAXIS   =                    2",
					    "NAXIS1  =                    8",
					    "NAXIS2  =                    1",
					    "PCOUNT  =                40000",
					    "GCOUNT  =                    1",
					    "TFIELDS =                    1",
					    "TTYPE1  = 's       '",
					    "TFORM1  = '1PA(40000)'",
					    "END",
					    NULL};

	add_header(b, primary);
	add_header(b, table);
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_addc(b, (char)(length >> shift));
	buf_add(b, "\0\0\0\0", 4);
	for (size_t i = 0; i < there; i++)
		buf_addc(b, 'x');
	while (b->len % 2880)
		buf_addc(b, '\0');
}

Test(table_fits, a_text_of_variable_length_may_be_long)
{
	CLEANUP_BUF struct buf fits = BUF_INIT;
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *is = NULL;

	add_long_text(&fits, 40000, 40000);
	is = brought_as(csv_writer_new, TABLE_FITS, fits.data, fits.len, 0, NULL, &err);
	cr_assert(is, "%s", error_text(err));
	cr_expect_eq(strspn(is + 2, "x"), 40000);
}

Test(table_fits, but_no_longer_than_the_file)
{
	CLEANUP_BUF struct buf cut = BUF_INIT;
	CLEANUP_BUF struct buf outside = BUF_INIT;

	add_long_text(&cut, 40000, 30000);
	expect_failure_of(cut.data, cut.len, "FITS file");
	add_long_text(&outside, 50000, 40000);
	expect_failure_of(outside.data, outside.len, "a text lies outside of it");
}

Test(table_fits, a_table_without_rows_is_one)
{
	expect_back("<FIELD name='i' datatype='int'/>", "");
}

Test(table_fits, what_is_no_table_is_refused)
{
	char image[2880];

	memset(image, ' ', sizeof(image));
	memcpy(image, "SIMPLE  =                    T", 30);
	memcpy(image + 80, "BITPIX  =                    8", 30);
	memcpy(image + 160, "NAXIS   =                    0", 30);
	memcpy(image + 240, "END", 3);
	expect_failure_of(image, sizeof(image), "the FITS file holds no table");
	expect_failure_of("a,b\n", 4, "this is no FITS file");
	expect_failure_of("\x1f\x8b\x08", 3, "the file is packed (gzip): unpack it first");
	expect_failure_of("", 0, "this is no FITS file");
	expect_failure_of("SIMPLE  =                    T", 30, "FITS file");
}

Test(table_fits, a_file_that_is_cut_off_is_refused)
{
	CLEANUP_BUF struct buf rows = BUF_INIT;
	CLEANUP_FREE char *doc = NULL;
	CLEANUP_FREE char *fits = NULL;
	size_t n;

	for (int i = 0; i < 5000; i++)
		buf_addf(&rows, ROW("%d"), i);
	doc = tabledata("<FIELD name='i' datatype='int'/>", buf_str(&rows));
	fits = converted_to("fits", doc, &n, NULL);
	expect_failure_of(fits, n - 8640, "the FITS file is cut off");
	expect_failure_of(fits, 4000, "");
}
