/* votable_stream_test.c: STREAMs that are packed, FITS files in them, and cells in base64. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "tests/unit/table/formats_fixture.h"
#include "tests/unit/table/table_in_fixture.h"
#include "tests/unit/table/votable_csv.h"

#define INT "<FIELD name='n' datatype='int'/>"

static void gzip(const void *bytes, size_t n, struct buf *out)
{
	z_stream z = {.next_in = (unsigned char *)bytes, .avail_in = (unsigned)n};

	cr_assert_eq(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
	z.avail_out = (unsigned)deflateBound(&z, n) + 64;
	z.next_out = (unsigned char *)buf_reserve(out, z.avail_out);
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->len += z.total_out;
	deflateEnd(&z);
}

/* The document that says base64, and the same that says gzip. */
static char *says_gzip(const char *doc)
{
	const char *at = strstr(doc, "base64");

	return xasprintf("%.*sgzip%s", (int)(at - doc), doc, at + 6);
}

static void expect_packed(const char *fields, const char *serialization, const void *bytes,
			  size_t n, const char *csv)
{
	CLEANUP_BUF struct buf packed = BUF_INIT;
	CLEANUP_FREE char *as_base64 = NULL;
	CLEANUP_FREE char *as_gzip = NULL;

	gzip(bytes, n, &packed);
	as_base64 = binary(fields, packed.data, packed.len, serialization);
	as_gzip = says_gzip(as_base64);
	expect_csv(as_base64, csv);
	expect_csv(as_gzip, csv);
}

Test(votable_stream, packed_rows_are_unpacked)
{
	expect_packed(INT, "BINARY", "\0\0\0\1\0\0\0\2\0\0\0\3", 12, "n\n1\n2\n3\n");
	expect_packed(INT, "BINARY2", "\0\0\0\0\1\x80\0\0\0\2", 10, "n\n1\n\"\"\n");
	expect_packed(INT, "BINARY", "", 0, "n\n");
}

Test(votable_stream, there_may_be_many_packed_rows)
{
	CLEANUP_BUF struct buf bytes = BUF_INIT;
	CLEANUP_BUF struct buf csv = BUF_INIT;

	buf_adds(&csv, "n\n");
	for (unsigned i = 0; i < 20000; i++) {
		unsigned v = i * 7919 % 65536;
		const char four[] = {0, 0, (char)(v >> 8), (char)v};

		buf_add(&bytes, four, 4);
		buf_addf(&csv, "%u\n", v);
	}
	expect_packed(INT, "BINARY", bytes.data, bytes.len, csv.data);
}

/* Rows that happen to begin as gzip does: 1f 8b 08. */
Test(votable_stream, what_only_begins_as_gzip_is_rows)
{
	CLEANUP_FREE char *doc = binary(INT, "\x1f\x8b\x08\0\0\0\0\1\0\0\0\2", 12, "BINARY");
	CLEANUP_FREE char *one = binary(INT, "\x1f\x8b\x08\0", 4, "BINARY");
	CLEANUP_FREE char *other = binary(INT, "\x1f\x80\0\0", 4, "BINARY");

	expect_csv(doc, "n\n529205248\n1\n2\n");
	expect_csv(one, "n\n529205248\n");
	expect_csv(other, "n\n528482304\n");
}

Test(votable_stream, damage_of_packed_rows_is_told)
{
	CLEANUP_BUF struct buf packed = BUF_INIT;
	CLEANUP_FREE char *cut = NULL, *cut_gzip = NULL, *half = NULL, *none = NULL, *bad = NULL;

	gzip("\0\0\0\1\0\0\0\2\0\0\0", 11, &packed);
	half = binary(INT, packed.data, packed.len, "BINARY");
	expect_failure(half, "the last row is cut off");
	cut = binary(INT, packed.data, packed.len - 6, "BINARY");
	cut_gzip = says_gzip(cut);
	expect_failure(cut_gzip, "the packed rows (gzip) are cut off");
	none = binary(INT, "\0\0\0\1", 4, "BINARY");
	bad = says_gzip(none);
	expect_failure(bad, "the rows cannot be unpacked (gzip): the data are damaged");
}

/* --- FITS --- */

static char *fits_of(const char *fields, const char *rows, size_t *n)
{
	CLEANUP_FREE char *doc = tabledata(fields, rows);
	CLEANUP_ERROR struct error *err = NULL;
	char *bytes = converted_to("fits", doc, n, &err);

	cr_assert(bytes, "%s", error_text(err));
	return bytes;
}

#define COLUMNS                                                        \
	"<FIELD name='ra' datatype='double' unit='deg'/>"              \
	"<FIELD name='s' datatype='char' arraysize='*'/>"              \
	"<FIELD name='i' datatype='short'><VALUES null='-1'/></FIELD>" \
	"<FIELD name='a' datatype='int' arraysize='2'/>"
static const char rows[] = "<TR><TD>1.5</TD><TD>abc</TD><TD>7</TD><TD>1 2</TD></TR>"
			   "<TR><TD/><TD/><TD>-1</TD><TD>3 4</TD></TR>";
static const char csv[] = "ra,s,i,a\n1.5,abc,7,1 2\n,,,3 4\n";

Test(votable_stream, a_fits_file_inside_is_read)
{
	size_t n;
	CLEANUP_FREE char *bytes = fits_of(COLUMNS, rows, &n);
	CLEANUP_FREE char *doc = binary(COLUMNS, bytes, n, "FITS");

	expect_csv(doc, csv);
	expect_packed(COLUMNS, "FITS", bytes, n, csv);
}

Test(votable_stream, the_votable_describes_its_columns_and_the_file_their_values)
{
	size_t n;
	CLEANUP_FREE char *bytes = fits_of(COLUMNS, rows, &n);
	CLEANUP_FREE char *doc = binary("<FIELD name='alpha' datatype='float' unit='rad' ucd='u'/>"
					"<FIELD name='t' datatype='char'/><FIELD name='k'/>"
					"<FIELD name='l' datatype='int' arraysize='*'/>",
					bytes, n, "FITS");
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *vot =
	    brought_as(votable_writer_new, TABLE_VOTABLE, doc, strlen(doc), 0, NULL, &err);

	expect_csv(doc, "alpha,t,k,l\n1.5,abc,7,1 2\n,,,3 4\n");
	cr_assert(vot, "%s", error_text(err));
	cr_expect(strstr(vot, "name=\"alpha\" datatype=\"double\" unit=\"rad\" ucd=\"u\""), "%s",
		  vot);
	cr_expect(strstr(vot, "name=\"k\" datatype=\"short\""), "%s", vot);
	cr_expect(strstr(vot, "name=\"l\" datatype=\"int\" arraysize=\"2\""), "%s", vot);
}

Test(votable_stream, a_file_with_other_columns_describes_itself)
{
	size_t n;
	CLEANUP_FREE char *bytes = fits_of(COLUMNS, rows, &n);
	CLEANUP_FREE char *without = binary("", bytes, n, "FITS");
	CLEANUP_FREE char *other = binary(INT, bytes, n, "FITS");
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *again = converted_to("fits", other, &n, &err);

	expect_csv(without, csv);
	expect_csv(other, csv);
	cr_expect(again, "%s", error_text(err)); /* which reads it twice */
}

Test(votable_stream, damage_of_a_fits_file_inside_is_told)
{
	size_t n;
	CLEANUP_FREE char *bytes = fits_of(COLUMNS, rows, &n);
	CLEANUP_FREE char *cut = binary(COLUMNS, bytes, n - 2880, "FITS");
	CLEANUP_FREE char *none = binary(COLUMNS, "abc", 3, "FITS");
	CLEANUP_FREE char *empty = binary(COLUMNS, "", 0, "FITS");

	expect_failure(cut, ": the FITS file in the VOTable: the FITS file is cut off");
	expect_failure(none, ": the FITS file in the VOTable: this is no FITS file");
	expect_failure(empty, "there is no FITS file in the STREAM");
	expect_failure(
	    "<VOTABLE><RESOURCE><TABLE>" INT
	    "<DATA><FITS extnum='2'><STREAM/></FITS></DATA></TABLE></RESOURCE></VOTABLE>",
	    "not in its first extension (FITS extnum), which alone is read");
	expect_failure("<VOTABLE><RESOURCE><TABLE>" INT
		       "<DATA><FITS><STREAM href='http://x/y.fits'/></FITS></DATA></TABLE>"
		       "</RESOURCE></VOTABLE>",
		       "the rows are in another file, http://x/y.fits (STREAM href)");
}

/* --- cells --- */

static void expect_cells(const char *field, const char *cells, const char *text)
{
	CLEANUP_FREE char *doc = tabledata(field, cells);

	expect_csv(doc, text);
}

#define B64(x) "<TR><TD encoding='base64'>" x "</TD></TR>"

Test(votable_stream, a_cell_may_be_base64)
{
	expect_cells(INT, "<TR><TD>1</TD></TR>" B64("AAAABw==") B64("") B64(" AAAA\nCA== "),
		     "n\n1\n7\n\"\"\n8\n");
	expect_cells("<FIELD name='d' datatype='double'/>", B64("P/gAAAAAAAA="), "d\n1.5\n");
	expect_cells("<FIELD name='a' datatype='short' arraysize='3'/>", B64("AAEAAgAD"),
		     "a\n1 2 3\n");
	expect_cells("<FIELD name='s' datatype='char' arraysize='3'/>", B64("YSxi"),
		     "s\n\"a,b\"\n");
	expect_cells("<FIELD name='b' datatype='boolean'/>", B64("VA==") B64("Rg=="),
		     "b\ntrue\nfalse\n");
}

/* With the count that BINARY has in front of it, as astropy wants it, or without. */
Test(votable_stream, so_may_one_of_any_length)
{
	expect_cells("<FIELD name='a' datatype='short' arraysize='*'/>",
		     B64("AAAAAgABAAI=") B64("AAEAAgAD"), "a\n1 2\n1 2 3\n");
	expect_cells(
	    "<FIELD name='s' datatype='char' arraysize='*'/>"
	    "<FIELD name='t' datatype='char' arraysize='*'/>",
	    "<TR><TD encoding='base64'>AAAAA2FiYw==</TD><TD encoding='base64'>YWJjZGVm</TD>"
	    "</TR>",
	    "s,t\nabc,abcdef\n");
}

Test(votable_stream, a_cell_that_is_no_value_in_base64_is_told)
{
	expect_failure("<VOTABLE><RESOURCE><TABLE>" INT
		       "<DATA><TABLEDATA><TR><TD encoding='gzip'>H4sI</TD></TR></TABLEDATA></DATA>"
		       "</TABLE></RESOURCE></VOTABLE>",
		       "a cell is packed (TD encoding gzip)");
}
