/* writers_test.c: CSV and the index of links, written while the table is read once. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "table/links/link_index.h"
#include "table/votable/votable.h"
#include "table/write/format.h"
#include "table/write/writers.h"

#define FIELDS                                                                    \
	"<FIELD name='id' ID='c1' datatype='int'/>"                               \
	"<FIELD name='x' datatype='float'><LINK href='http://h/x/${x}'/></FIELD>" \
	"<FIELD name='access_url' datatype='char' arraysize='*'/>"

#define SERVICE_BEHIND                                                                  \
	"<RESOURCE type='meta' utype='adhoc:service'>"                                  \
	"<PARAM name='accessURL' datatype='char' arraysize='*' value='http://h/plot'/>" \
	"<GROUP name='inputParams'>"                                                    \
	"<PARAM name='ID' datatype='int' value='' ref='c1'/></GROUP></RESOURCE>"

static char *document(const char *fields, const char *rows, const char *behind)
{
	return xasprintf("<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' "
			 "value='OK'/><TABLE>%s<DATA><TABLEDATA>%s</TABLEDATA></DATA></TABLE>"
			 "</RESOURCE>%s</VOTABLE>",
			 fields, rows, behind);
}

/* Many rows: names come again, values are missing, and one is odd. */
static char *many_rows(void)
{
	struct buf b = BUF_INIT;

	for (int i = 0; i < 300; i++) {
		buf_addf(&b, "<TR><TD>%d</TD><TD>%d.5</TD>", i % 70, i);
		buf_addf(&b, i % 7 ? "<TD>http://h/f?a=%d&amp;b</TD></TR>" : "<TD/></TR>", i);
	}
	buf_adds(&b, "<TR><!-- odd --><TD></TD><TD>NaN</TD><TD> </TD></TR>"
		     "<TR><TD>0x10</TD><TD>1e3</TD><TD><![CDATA[http://h/<odd>]]></TD></TR>");
	return buf_steal(&b);
}

static struct votable *small_batches(struct table_sink *s)
{
	return votable_new_parallel(s, 3, 400);
}

typedef struct votable *reader(struct table_sink *);

/* Reads the document for the writer as often as it wants; how often that was. */
static unsigned read_for(struct format_writer *w, reader *reader_new, const char *doc)
{
	struct error *err = NULL;
	unsigned times = 0;

	do {
		struct votable *v = reader_new(&w->sink);

		cr_assert(votable_feed(v, doc, strlen(doc), &err), "%s", error_text(err));
		cr_assert(votable_finish(v, &err), "%s", error_text(err));
		votable_free(v);
		times++;
	} while (w->again && w->again(w));
	return times;
}

static char paths[16][32]; /* of the files, whose names SQLite needs */
static size_t npaths;

static int new_file(void)
{
	char *path = paths[npaths++];
	int fd;

	snprintf(path, sizeof(*paths), "/tmp/tapfs-writers-XXXXXX");
	fd = mkstemp(path);
	cr_assert_geq(fd, 0);
	return fd;
}

static void remove_files(void)
{
	while (npaths)
		unlink(paths[--npaths]);
}

TestSuite(writers, .fini = remove_files);

static void expect_same_bytes(int a, int b)
{
	off_t n = lseek(a, 0, SEEK_END);
	CLEANUP_FREE char *of_a = xmalloc((size_t)n + 1);
	CLEANUP_FREE char *of_b = xmalloc((size_t)n + 1);

	cr_assert_eq(n, lseek(b, 0, SEEK_END));
	cr_assert_eq(pread(a, of_a, (size_t)n, 0), n);
	cr_assert_eq(pread(b, of_b, (size_t)n, 0), n);
	cr_expect_eq(memcmp(of_a, of_b, (size_t)n), 0);
}

static struct format_writer *csv_and_links(int csv, int links)
{
	return writers_new(
	    (struct format_writer *[]){csv_writer_new(csv), link_index_writer_new(links)}, 2);
}

/* Both files are what they are when each is made alone, by one thread. */
static void expect_as_alone(const char *doc, reader *reader_new, unsigned times)
{
	CLEANUP_CLOSE int csv = new_file(), links = new_file();
	CLEANUP_CLOSE int csv_alone = new_file(), links_alone = new_file();
	struct format_writer *both = csv_and_links(csv, links);
	struct format_writer *w = csv_writer_new(csv_alone);

	cr_expect_eq(read_for(both, reader_new, doc), times);
	cr_expect_eq(read_for(w, votable_new, doc), 1);
	w->free(w);
	w = link_index_writer_new(links_alone);
	cr_expect_eq(read_for(w, votable_new, doc), times);
	w->free(w);
	both->free(both);
	expect_same_bytes(csv, csv_alone);
	expect_same_bytes(links, links_alone);
}

Test(writers, each_gets_what_it_would_get_alone)
{
	CLEANUP_FREE char *rows = many_rows();
	CLEANUP_FREE char *doc = document(FIELDS, rows, "");

	expect_as_alone(doc, votable_new, 1);
	expect_as_alone(doc, votable_new_reference, 1);
	expect_as_alone(doc, small_batches, 1);
}

Test(writers, a_second_reading_is_for_the_one_that_asked_for_it)
{
	CLEANUP_FREE char *rows = many_rows();
	CLEANUP_FREE char *doc = document(FIELDS, rows, SERVICE_BEHIND);

	expect_as_alone(doc, votable_new, 2);
	expect_as_alone(doc, small_batches, 2);
}

Test(writers, a_row_without_any_value_that_is_wanted_counts)
{
	CLEANUP_FREE char *doc =
	    document("<FIELD name='v' datatype='double'><LINK href='http://h/a${b'/></FIELD>",
		     "<TR><TD>1</TD></TR><TR><TD>2</TD></TR><TR><TD>3</TD></TR>", "");

	expect_as_alone(doc, votable_new, 1);
	expect_as_alone(doc, small_batches, 1);
}

Test(writers, rows_are_left_out_where_no_writer_wants_them)
{
	CLEANUP_FREE char *doc =
	    document("<FIELD name='v' datatype='double'/>", "<TR><TD>1</TD></TR>", "");
	CLEANUP_CLOSE int a = new_file(), b = new_file();
	struct format_writer *w = csv_and_links(a, b);

	read_for(w, votable_new, doc);
	cr_expect_not(w->sink.no_rows);
	w->free(w);
	w = writers_new(
	    (struct format_writer *[]){link_index_writer_new(a), link_index_writer_new(b)}, 2);
	read_for(w, votable_new, doc);
	cr_expect(w->sink.no_rows);
	w->free(w);
}

Test(writers, one_that_needs_the_rows_in_order_keeps_all_from_batches)
{
	CLEANUP_FREE char *rows = many_rows();
	CLEANUP_FREE char *doc = document(FIELDS, rows, "");
	CLEANUP_CLOSE int csv = new_file(), alone = new_file(), html = new_file();
	struct format_writer *w =
	    writers_new((struct format_writer *[]){csv_writer_new(csv), html_writer_new(html)}, 2);

	cr_expect_null(w->sink.row_text);
	cr_expect_not(w->sink.texts);
	read_for(w, small_batches, doc);
	w->free(w);
	w = csv_writer_new(alone);
	read_for(w, votable_new, doc);
	w->free(w);
	expect_same_bytes(csv, alone);
}
