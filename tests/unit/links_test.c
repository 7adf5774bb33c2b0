/* links_test.c: which rows of a result lead to files, and what their folders are called. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/links.h"
#include "tap/votable.h"

static char path[] = "/tmp/links_test.XXXXXX";
static struct links *index_of;
static struct linked_row row;

static void finish(void)
{
	linked_row_clear(&row);
	links_close(index_of);
	unlink(path);
}

TestSuite(links, .fini = finish);

/* Writes the index of a table with these FIELDs and rows; its size. */
static off_t index_table(const char *fields, const char *rows)
{
	CLEANUP_FREE char *doc =
	    xasprintf("<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' "
		      "value='OK'/><TABLE>%s<DATA>"
		      "<TABLEDATA>%s</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>",
		      fields, rows);
	int fd = mkstemp(path);
	struct format_writer *w = links_writer_new(fd);
	struct votable *v = votable_new(&w->sink);
	struct error *err = NULL;
	struct stat st;

	cr_assert(votable_feed(v, doc, strlen(doc), &err), "%s", error_text(err));
	cr_assert(votable_finish(v, &err), "%s", error_text(err));
	votable_free(v);
	w->free(w);
	fstat(fd, &st);
	close(fd);
	if (st.st_size)
		index_of = links_open(path, &err);
	cr_assert(!st.st_size || index_of, "%s", error_text(err));
	return st.st_size;
}

#define TEXT(name, more) "<FIELD name='" name "' datatype='char' arraysize='*' " more "/>"

static void expect_row(const char *name, const char *url)
{
	linked_row_clear(&row);
	cr_assert(links_find(index_of, name, &row, NULL), "%s", name);
	cr_expect_str_eq(row.url, url);
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
	cr_expect(row.datalink);
	expect_row("m33", "http://h/m33.fits");
	cr_expect_not(row.datalink);
	cr_expect_str_eq(row.content_type, "image/fits");
	cr_expect_not(links_find(index_of, "m34", &row, NULL), "it leads nowhere");
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
	cr_expect(links_page(index_of, 2, 2, &names, &n, NULL));
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
