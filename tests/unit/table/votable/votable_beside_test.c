/* votable_beside_test.c: rows of a STREAM that are in a file of their own (VOTable 1.5 §6). */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/votable/votable.h"
#include "table/write/format.h"
#include "tests/unit/table/formats_fixture.h"

#define INT "<FIELD name='n' datatype='int'/>"

TestSuite(votable_beside);

static char *document(const char *serialization, const char *encoding)
{
	return xasprintf("<VOTABLE><RESOURCE><TABLE>" INT "<DATA><%s><STREAM href='rows.bin' %s/>"
			 "</%s></DATA></TABLE></RESOURCE></VOTABLE>",
			 serialization, encoding, serialization);
}

/* NULL with *err */
static char *csv_of_both(const char *doc, const void *rows, size_t n, struct error **err)
{
	CLEANUP_CLOSE int beside = memfd_create("rows", MFD_CLOEXEC);
	CLEANUP_CLOSE int out = memfd_create("out", MFD_CLOEXEC);
	struct format_writer *w = csv_writer_new(out);
	struct votable *v = votable_new(&w->sink);
	char *csv = xcalloc(256, 1);
	bool ok;

	cr_assert_eq(write(beside, rows, n), (ssize_t)n);
	votable_set_beside(v, beside);
	ok = votable_feed(v, doc, strlen(doc), err) && votable_finish(v, err);
	votable_free(v);
	w->free(w);
	cr_assert_geq(pread(out, csv, 255, 0), 0);
	return ok ? csv : (free(csv), NULL);
}

static void expect_rows(const char *serialization, const char *encoding, const void *rows, size_t n,
			const char *csv)
{
	CLEANUP_FREE char *doc = document(serialization, encoding);
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_FREE char *got = csv_of_both(doc, rows, n, &err);

	cr_assert(got, "%s: %s", serialization, error_text(err));
	cr_expect_str_eq(got, csv);
}

Test(votable_beside, rows_are_the_bytes_of_the_file)
{
	expect_rows("BINARY", "", "\0\0\0\1\0\0\0\2", 8, "n\n1\n2\n");
	expect_rows("BINARY2", "", "\0\0\0\0\1\x80\0\0\0\2", 10, "n\n1\n\"\"\n");
	expect_rows("BINARY", "", "", 0, "n\n");
}

Test(votable_beside, they_may_be_base64)
{
	expect_rows("BINARY", "encoding='base64'", "AAAAAQ==", 8, "n\n1\n");
}

Test(votable_beside, a_fits_file_may_be_there)
{
	static const char doc[] = "<VOTABLE><RESOURCE><TABLE>" INT
				  "<DATA><TABLEDATA><TR><TD>7</TD></TR></TABLEDATA></DATA></TABLE>"
				  "</RESOURCE></VOTABLE>";
	CLEANUP_FREE char *fits;
	size_t n;

	fits = converted_to("fits", doc, &n, NULL);
	expect_rows("FITS", "", fits, n, "n\n7\n");
}

Test(votable_beside, what_is_cut_off_is_an_error)
{
	CLEANUP_FREE char *doc = document("BINARY", "");
	CLEANUP_FREE char *packed = document("BINARY", "encoding='gzip'");
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_ERROR struct error *other = NULL;

	cr_expect_null(csv_of_both(doc, "\0\0\0\1\0\0", 6, &err));
	cr_expect_not_null(strstr(error_text(err), "the last row is cut off"), "%s",
			   error_text(err));
	cr_expect_null(csv_of_both(packed, "\0\0\0\1", 4, &other));
	cr_expect_not_null(strstr(error_text(other), "cannot be unpacked (gzip)"), "%s",
			   error_text(other));
}

Test(votable_beside, without_the_file_its_address_is_told)
{
	CLEANUP_FREE char *doc = document("BINARY", "");
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_CLOSE int out = memfd_create("out", MFD_CLOEXEC);
	struct format_writer *w = csv_writer_new(out);
	struct votable *v = votable_new(&w->sink);

	cr_expect_not(votable_feed(v, doc, strlen(doc), &err));
	cr_expect_str_eq(votable_table_end(v).elsewhere, "rows.bin");
	votable_free(v);
	w->free(w);
}
