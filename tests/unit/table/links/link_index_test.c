/* links_test.c: which rows of a result lead to files, and what their folders are called. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/links/link_index.h"
#include "table/votable/votable.h"

static char path[] = "/tmp/links_test.XXXXXX";
static struct link_index *index_of;
static struct linked_row row;

static void finish(void)
{
	linked_row_clear(&row);
	link_index_close(index_of);
	unlink(path);
}

TestSuite(links, .fini = finish);

static size_t piece = SIZE_MAX; /* bytes that the reader gets at a time */

static void feed(struct format_writer *w, const char *doc)
{
	struct votable *v = votable_new(&w->sink);
	struct error *err = NULL;

	for (size_t i = 0; i < strlen(doc); i += piece)
		cr_assert(votable_feed(v, doc + i,
				       strlen(doc) - i < piece ? strlen(doc) - i : piece, &err),
			  "%s", error_text(err));
	cr_assert(votable_finish(v, &err), "%s", error_text(err));
	votable_free(v);
}

static unsigned times; /* that the document was read */

/* Writes the index of a VOTable; its size. */
static off_t index_text(const char *doc)
{
	int fd = mkstemp(path);
	struct format_writer *w = link_index_writer_new(fd);
	struct error *err = NULL;
	struct stat st;

	times = 0;
	do {
		feed(w, doc);
		times++;
	} while (w->again(w));
	w->free(w);
	fstat(fd, &st);
	close(fd);
	if (st.st_size)
		index_of = link_index_open(path, &err);
	cr_assert(!st.st_size || index_of, "%s", error_text(err));
	return st.st_size;
}

/* That of a table with these FIELDs and rows, and what is said behind it. */
static off_t index_document(const char *fields, const char *rows, const char *behind)
{
	CLEANUP_FREE char *doc =
	    xasprintf("<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' "
		      "value='OK'/><TABLE>%s<DATA><TABLEDATA>%s</TABLEDATA></DATA></TABLE>"
		      "</RESOURCE>%s</VOTABLE>",
		      fields, rows, behind);

	return index_text(doc);
}

static off_t index_table(const char *fields, const char *rows)
{
	return index_document(fields, rows, "");
}

#define TEXT(name, more) "<FIELD name='" name "' datatype='char' arraysize='*' " more "/>"

/* The row of that name, into *r. */
static bool find_row(const char *name, struct linked_row *r)
{
	int64_t number = link_index_number(index_of, name, NULL);
	size_t n = 0;

	return number && link_index_rows(index_of, number, 1, r, &n, NULL) && n == 1;
}

static void expect_row(const char *name, const char *url)
{
	linked_row_clear(&row);
	cr_assert(find_row(name, &row), "%s", name);
	cr_assert_gt(row.n, 0);
	cr_expect_str_eq(row.links[0].url, url);
}

Test(links, a_table_without_links_has_no_index)
{
	cr_expect_eq(index_table(TEXT("name", ""), "<TR><TD>M31</TD></TR>"), 0);
}

Test(links, obscore_rows_are_named_by_their_observation)
{
	index_table(TEXT("obs_publisher_did", "") TEXT("obs_id", "") TEXT("access_url", "")
			TEXT("access_format", ""),
		    "<TR><TD>ivo://x/~?m31</TD><TD>m31 V/1</TD><TD>http://h/l?ID=1</TD>"
		    "<TD>application/x-votable+xml;content=datalink</TD></TR>"
		    "<TR><TD>ivo://x/~?m33</TD><TD>m33</TD><TD>http://h/m33.fits</TD>"
		    "<TD>image/fits</TD></TR>"
		    "<TR><TD>ivo://x/~?m34</TD><TD>m34</TD><TD></TD><TD>image/fits</TD></TR>");
	expect_row("m31 V%2F1", "http://h/l?ID=1");
	cr_expect_str_eq(linked_row_datalink(&row), "http://h/l?ID=1");
	expect_row("m33", "http://h/m33.fits");
	cr_expect_null(linked_row_datalink(&row));
	cr_expect_str_eq(row.links[0].content_type, "image/fits");
	cr_expect_not(find_row("m34", &row), "it leads nowhere");
}

Test(links, names_that_come_again_are_made_unique)
{
	CLEANUP_BUF struct buf names = BUF_INIT;
	size_t n;

	index_table(TEXT("obs_id", "") TEXT("access_url", ""),
		    "<TR><TD>a</TD><TD>http://h/1</TD></TR><TR><TD>a~2</TD><TD>http://h/2</TD></TR>"
		    "<TR><TD>a</TD><TD>http://h/3</TD></TR><TR><TD>a</TD><TD>http://h/4</TD></TR>");
	expect_row("a", "http://h/1");
	expect_row("a~2", "http://h/2");
	expect_row("a~3", "http://h/3");
	expect_row("a~4", "http://h/4");
	cr_expect(link_index_page(index_of, 2, 2, &names, &n, NULL));
	cr_expect_eq(n, 2);
	cr_expect_str_eq(names.data, "a~2");
	cr_expect_str_eq(names.data + 4, "a~3");
}

Test(links, a_url_by_its_ucd_and_a_number_for_a_name)
{
	index_table(
	    "<FIELD name='source_id' datatype='long' ucd='meta.id;meta.main'/>" TEXT(
		"picture", "ucd='meta.ref.url'"),
	    "<TR><TD>42</TD><TD>http://h/42.png</TD></TR><TR><TD></TD><TD>http://h/x</TD></TR>");
	expect_row("42", "http://h/42.png");
	expect_row("row2", "http://h/x");
}

static void expect_link(size_t i, enum link_kind kind, const char *url, const char *semantics)
{
	cr_assert_lt(i, row.n);
	cr_expect_eq(row.links[i].kind, kind);
	cr_expect_str_eq(row.links[i].url, url);
	cr_expect_str_eq(row.links[i].semantics, semantics);
}

Test(links, all_columns_of_a_row_that_link)
{
	index_table(TEXT("name", "ucd='meta.id;meta.main'") TEXT("url", "ucd='meta.ref.url'")
			TEXT("preview", "ucd='meta.ref.url;meta.preview'")
			    TEXT("spectrum_url", "ucd='meta.ref.url'")
				TEXT("file_path", "ucd='meta.file'"),
		    "<TR><TD>a</TD><TD>http://h/a.fits</TD><TD>http://h/a.png</TD>"
		    "<TD>http://h/s</TD><TD>x/a.fits</TD></TR>"
		    "<TR><TD>b</TD><TD></TD><TD>http://h/b.png</TD><TD></TD><TD></TD></TR>");
	expect_row("a", "http://h/a.fits");
	expect_link(0, LINK_FILE, "http://h/a.fits", "#this");
	expect_link(1, LINK_FILE, "http://h/a.png", "#preview");
	expect_link(2, LINK_FILE, "http://h/s", "spectrum");
	expect_link(3, LINK_PATH, "x/a.fits", "file");
	expect_row("b", "http://h/b.png");
	cr_expect_eq(row.n, 1, "what the row lacks is none");
}

Test(links, a_link_template_is_filled_with_the_values_of_the_row)
{
	index_table("<FIELD name='id' datatype='int'/>"
		    "<FIELD name='note' datatype='char' arraysize='*'>"
		    "<LINK content-type='text/plain' href='http://h/${note}/x?n=${id}&amp;v=1'/>"
		    "</FIELD>",
		    "<TR><TD>7</TD><TD>a b/c&amp;d</TD></TR><TR><TD>8</TD><TD></TD></TR>");
	expect_row("7", "http://h/a%20b/c%26d/x?n=7&v=1");
	expect_link(0, LINK_FILE, "http://h/a%20b/c%26d/x?n=7&v=1", "note");
	cr_expect_str_eq(row.links[0].content_type, "text/plain");
	cr_expect_not(find_row("8", &row), "it has no value for it");
}

#define SERVICE(standard, url, params)                                                  \
	"<RESOURCE type='meta' utype='adhoc:service' ID='s'>"                           \
	"<PARAM name='standardID' datatype='char' arraysize='*' value='" standard "'/>" \
	"<PARAM name='accessURL' datatype='char' arraysize='*' value='" url "'/>"       \
	"<GROUP name='inputParams'>" params "</GROUP></RESOURCE>"
#define LINKS_SERVICE(url)                                                            \
	SERVICE("ivo://ivoa.net/std/DataLink#links-1.1", url,                         \
		"<PARAM name='ID' datatype='char' arraysize='*' value='' ref='did'/>" \
		"<PARAM name='RESPONSEFORMAT' datatype='char' arraysize='*' value=''/>")

Test(links, a_service_that_is_told_behind_the_rows_leads_from_them)
{
	index_document("<FIELD name='source_id' ID='did' datatype='long' "
		       "ucd='meta.id;meta.main'/>",
		       "<TR><TD>42</TD></TR><TR><TD/></TR>", LINKS_SERVICE("http://h/dl?a=1"));
	cr_expect_eq(times, 2, "what it refers to was not known before");
	expect_row("42", "http://h/dl?a=1&ID=42");
	cr_expect_str_eq(linked_row_datalink(&row), "http://h/dl?a=1&ID=42");
	cr_expect_not(find_row("row2", &row), "it has no identifier");
}

/* Rows of one long. */
static off_t index_binary2(const char *base64, const char *behind)
{
	CLEANUP_FREE char *doc =
	    xasprintf("<VOTABLE><RESOURCE type='results'><TABLE><FIELD name='source_id' ID='did' "
		      "datatype='long' ucd='meta.id;meta.main'/><DATA><BINARY2><STREAM "
		      "encoding='base64'>%s</STREAM></BINARY2></DATA></TABLE></RESOURCE>%s"
		      "</VOTABLE>",
		      base64, behind);

	return index_text(doc);
}

/* Rows that are left out may be odd somewhere, and are read by libxml2 from there on. */
Test(links, binary_rows_that_do_not_link_are_left_out_whatever_they_look_like)
{
	static const char *const rows[] = {
	    "AAAAAAAAAAAqgAAAAAAAAAAA", "AAAAAAAAAAAq\ngAAAAA&#13;AAAAAA", "&#10;",
	    "AAAAAAAAAAAqgAAAAA<!-- c -->AAAAAA", "AAAAAAAAAAAqgAAAAA<![CDATA[AAAAAA]]>"};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		for (piece = 1; piece < 400; piece += 7) {
			cr_expect_eq(index_binary2(rows[i], ""), 0);
			unlink(path);
			strcpy(path + strlen(path) - 6, "XXXXXX");
		}
	}
}

Test(links, without_rows_a_service_leads_nowhere)
{
	cr_expect_eq(index_binary2("\n", LINKS_SERVICE("http://h/dl")), 0);
	cr_expect_eq(times, 1);
	unlink(path);
	strcpy(path + strlen(path) - 6, "XXXXXX");
	cr_expect_eq(index_document("<FIELD name='source_id' ID='did' datatype='long'/>", "",
				    LINKS_SERVICE("http://h/dl")),
		     0);
}

Test(links, a_service_behind_binary_rows_leads_from_them)
{
	/* 42, and a null of a BINARY2 row */
	index_binary2("AAAAAAAAAAAqgAAAAAAAAAAA", LINKS_SERVICE("http://h/dl"));
	cr_expect_eq(times, 2, "the rows were left out at first");
	expect_row("42", "http://h/dl?ID=42");
	cr_expect_not(find_row("row2", &row), "it has no identifier");
}

Test(links, what_a_service_refers_to_is_an_id_before_it_is_a_name)
{
	index_document("<FIELD name='did' datatype='long'/>"
		       "<FIELD name='source_id' ID='did' datatype='long' ucd='meta.id;meta.main'/>",
		       "<TR><TD>41</TD><TD>42</TD></TR>", LINKS_SERVICE("http://h/dl"));
	expect_row("42", "http://h/dl?ID=42");
}

Test(links, a_service_that_says_what_access_url_says_is_not_read_for_again)
{
	index_document(
	    "<FIELD name='obs_publisher_did' ID='did' datatype='char' arraysize='*'/>" TEXT(
		"access_url", "") TEXT("access_format", ""),
	    "<TR><TD>ivo://x</TD><TD>http://h/dl?ID=ivo://x</TD>"
	    "<TD>application/x-votable+xml;content=datalink</TD></TR>",
	    LINKS_SERVICE("http://h/dl"));
	cr_expect_eq(times, 1);
	expect_row("ivo:%2F%2Fx", "http://h/dl?ID=ivo://x");
	cr_expect_eq(row.n, 1);
}

Test(links, beside_a_file_the_service_has_more)
{
	index_document(
	    "<FIELD name='obs_publisher_did' ID='did' datatype='char' arraysize='*'/>" TEXT(
		"access_url", ""),
	    "<TR><TD>a</TD><TD>http://h/a.fits</TD></TR>", LINKS_SERVICE("http://h/dl"));
	expect_row("a", "http://h/a.fits");
	expect_link(1, LINK_DATALINK, "http://h/dl?ID=a", "s");
}

Test(links, cut_outs_that_the_result_itself_describes)
{
	struct descriptor d;

	index_document("<FIELD name='obs_publisher_did' ID='did' datatype='char' arraysize='*'/>",
		       "<TR><TD>a</TD></TR>",
		       SERVICE("ivo://ivoa.net/std/SODA#sync-1.0", "http://h/soda",
			       "<PARAM name='ID' datatype='char' arraysize='*' value='' ref='did'/>"
			       "<PARAM name='CIRCLE' datatype='double' arraysize='3' unit='deg' "
			       "value=''><VALUES><MAX value='1 2 3'/></VALUES></PARAM>"));
	expect_row("a", "a");
	cr_expect_eq(row.links[0].kind, LINK_CUTOUT);
	cr_assert(descriptor_parse(row.links[0].service, &d));
	cr_expect_str_eq(d.access_url, "http://h/soda");
	cr_expect_str_eq(descriptor_param(&d, "circle")->max, "1 2 3");
	descriptor_clear(&d);
}

Test(links, a_service_of_its_own_that_needs_nothing_more_is_a_file)
{
	index_document("<FIELD name='id' ID='c1' datatype='int'/>", "<TR><TD>5</TD></TR>",
		       SERVICE("", "http://h/plot?x",
			       "<PARAM name='N' datatype='int' value='' ref='c1'/>"
			       "<PARAM name='KIND' datatype='char' arraysize='*' value='a b'/>"));
	expect_row("5", "http://h/plot?x&N=5&KIND=a%20b");
}

Test(links, rows_in_the_order_of_their_names)
{
	struct linked_row rows[2];
	size_t n;

	index_table(TEXT("obs_id", "") TEXT("access_url", ""),
		    "<TR><TD>c</TD><TD>http://h/1</TD></TR><TR><TD>a</TD><TD>http://h/2</TD></TR>"
		    "<TR><TD>b</TD><TD>http://h/3</TD></TR>");
	cr_expect(link_index_rows_named(index_of, "a", 2, rows, &n, NULL));
	cr_assert_eq(n, 2);
	cr_expect_str_eq(rows[0].name, "a");
	cr_expect_str_eq(rows[1].name, "b");
	cr_expect_eq(rows[1].number, 3);
	for (size_t i = 0; i < n; i++)
		linked_row_clear(&rows[i]);
	cr_expect(link_index_rows(index_of, 2, 2, rows, &n, NULL));
	cr_expect_str_eq(rows[0].name, "a");
	for (size_t i = 0; i < n; i++)
		linked_row_clear(&rows[i]);
}

Test(links, images_and_spectra_of_the_older_protocols)
{
	index_table("<FIELD name='title' datatype='char' arraysize='*' ucd='VOX:Image_Title'/>"
		    "<FIELD name='fmt' datatype='char' arraysize='*' ucd='VOX:Image_Format'/>"
		    "<FIELD name='ref' datatype='char' arraysize='*' "
		    "ucd='VOX:Image_AccessReference'/>",
		    "<TR><TD>NGC 1</TD><TD>image/fits</TD><TD>http://h/i?1</TD></TR>");
	expect_row("NGC 1", "http://h/i?1");
	cr_expect_str_eq(row.links[0].content_type, "image/fits");
	link_index_close(index_of);
	unlink(path);
	memcpy(path + strlen(path) - 6, "XXXXXX", 6);
	index_table("<FIELD name='did' datatype='char' arraysize='*' "
		    "utype='ssa:Curation.PublisherDID'/>"
		    "<FIELD name='u' datatype='char' arraysize='*' utype='ssa:Access.Reference'/>"
		    "<FIELD name='f' datatype='char' arraysize='*' utype='ssa:Access.Format'/>",
		    "<TR><TD>s1</TD><TD>http://h/s?1</TD><TD>application/x-votable+xml</TD></TR>");
	expect_row("s1", "http://h/s?1");
	cr_expect_str_eq(row.links[0].content_type, "application/x-votable+xml");
	cr_expect_eq(row.links[0].kind, LINK_FILE);
}
