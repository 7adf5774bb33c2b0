/* wider_types_test.c: values beyond their FIELD's type (VizieR): what formats declare holds them.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "table/read/table_in.h"
#include "table/votable/votable.h"
#include "table/write/format.h"
#include "table/write/writers.h"
#include "tests/unit/table/votable_csv.h"

#define FIELDS                                                                             \
	"<FIELD name='a' datatype='unsignedByte'/><FIELD name='b' datatype='short'/>"      \
	"<FIELD name='c' datatype='short' arraysize='*'/><FIELD name='d' datatype='int'/>" \
	"<FIELD name='e' datatype='short'><VALUES null='-32768'/></FIELD>"

/* Row 77 has values that are too large; all others fit. */
static char *document(bool wide)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	for (int i = 0; i < 300; i++)
		if (i == 77 && wide)
			buf_adds(&b, "<TR><TD>-1</TD><TD>3403340</TD><TD>1 40000</TD>"
				     "<TD>-9223372036854775808</TD><TD>40000</TD></TR>");
		else
			buf_addf(&b,
				 "<TR><TD>%d</TD><TD>%d</TD><TD>%d 5</TD><TD>%d</TD>"
				 "<TD>-32768</TD></TR>",
				 i % 256, i * 7, i, i * 100000);
	return tabledata(FIELDS, buf_str(&b));
}

static struct votable *threads(struct table_sink *s)
{
	return votable_new_parallel(s, 3, 400);
}

static void read_all(struct format_writer *w, struct votable *(*reader)(struct table_sink *),
		     const char *doc)
{
	struct error *err = NULL;

	do {
		struct votable *v = reader(&w->sink);

		cr_assert(votable_feed(v, doc, strlen(doc), &err) && votable_finish(v, &err), "%s",
			  error_text(err));
		votable_free(v);
	} while (w->again && w->again(w));
}

static char *text_of(int fd)
{
	size_t n = (size_t)lseek(fd, 0, SEEK_END);
	char *text = xcalloc(1, n + 1);

	cr_assert_eq(pread(fd, text, n, 0), (ssize_t)n);
	return text;
}

static void has(const char *text, const char *part)
{
	cr_expect_not_null(strstr(text, part), "%s is not in\n%.2000s", part, text);
}

static void is_wide_ecsv(const char *text)
{
	has(text, "{name: \"a\", datatype: int16}");
	has(text, "{name: \"b\", datatype: int32}");
	has(text, "datatype: string, subtype: 'int32[null]'");
	has(text, "{name: \"d\", datatype: int64}");
	has(text, "{name: \"e\", datatype: int32}");
	has(text, "\n-1,3403340,\"[1,40000]\",-9223372036854775808,40000\n");
	cr_expect_null(strstr(strstr(text, "schema") + 6, "schema"), "it was written twice");
}

static void expect_formats(const char *doc, struct votable *(*reader)(struct table_sink *))
{
	CLEANUP_CLOSE int ecsv = memfd_create("ecsv", MFD_CLOEXEC);
	CLEANUP_CLOSE int json = memfd_create("json", MFD_CLOEXEC);
	CLEANUP_CLOSE int csv = memfd_create("csv", MFD_CLOEXEC);
	struct format_writer *each[] = {ecsv_writer_new(ecsv), csv_writer_new(csv),
					json_writer_new(json)};
	struct format_writer *all = writers_new(each, 3);
	CLEANUP_FREE char *text = NULL;
	CLEANUP_FREE char *object = NULL;
	CLEANUP_FREE char *values = NULL;

	read_all(all, reader, doc);
	all->free(all);
	text = text_of(ecsv);
	object = text_of(json);
	values = text_of(csv);
	is_wide_ecsv(text);
	has(object, "{\"name\": \"b\", \"datatype\": \"int\"}");
	has(object, "{\"name\": \"d\", \"datatype\": \"long\"}");
	has(object, "\"rows\": 300,");
	has(values, "\n-1,3403340,1 40000,-9223372036854775808,40000");
	cr_expect_eq(*values, 'a');
}

Test(wider_types, the_head_declares_what_the_values_need)
{
	CLEANUP_FREE char *doc = document(true);

	expect_formats(doc, votable_new);
	expect_formats(doc, threads);
}

static char *ecsv_of(const char *doc, struct votable *(*reader)(struct table_sink *))
{
	CLEANUP_CLOSE int fd = memfd_create("ecsv", MFD_CLOEXEC);
	struct format_writer *w = ecsv_writer_new(fd);

	read_all(w, reader, doc);
	w->free(w);
	return text_of(fd);
}

Test(wider_types, a_writer_alone_is_given_them_too)
{
	CLEANUP_FREE char *doc = document(true);
	CLEANUP_FREE char *one = ecsv_of(doc, votable_new);
	CLEANUP_FREE char *many = ecsv_of(doc, threads);

	is_wide_ecsv(one);
	cr_expect_str_eq(one, many);
}

Test(wider_types, what_fits_stays_as_it_is)
{
	CLEANUP_FREE char *doc = document(false);
	CLEANUP_FREE char *text = ecsv_of(doc, threads);

	has(text, "{name: \"a\", datatype: uint8}");
	has(text, "{name: \"b\", datatype: int16}");
}

Test(wider_types, fits_has_columns_that_hold_them)
{
	CLEANUP_FREE char *doc = document(true);
	CLEANUP_CLOSE int fits = memfd_create("fits", MFD_CLOEXEC);
	CLEANUP_CLOSE int csv = memfd_create("csv", MFD_CLOEXEC);
	struct format_writer *w = fits_writer_new(fits);
	struct format_writer *back = csv_writer_new(csv);
	CLEANUP_FREE char *values = NULL;
	struct error *err = NULL;

	read_all(w, threads, doc);
	w->free(w);
	cr_assert(table_read(fits, TABLE_FITS, &back->sink, NULL, NULL, &err), "%s",
		  error_text(err));
	back->free(back);
	values = text_of(csv);
	has(values, "\n-1,3403340,1 40000,-9223372036854775808,40000");
	has(values, "\n1,7,1 5,100000,\n");
}
