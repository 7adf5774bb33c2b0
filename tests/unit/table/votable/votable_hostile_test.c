/* votable_hostile_test.c: VOTables without an end: refused with a sentence, and with bounded
 * memory. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "table/votable/votable.h"
#include "table/write/format.h"

#define FIELD "<FIELD name='a' datatype='char' arraysize='*'/>"
#define PIECE (64u << 10)

/* The reader may have this much, beside what a test has anyway. */
#define MEMORY_KIB (128 << 10)

static long peak_kib(void)
{
	struct rusage u;

	getrusage(RUSAGE_SELF, &u);
	return u.ru_maxrss;
}

static bool feed(struct votable *v, const char *s, struct error **err)
{
	return votable_feed(v, s, strlen(s), err);
}

/* `before`, then `again` for a gigabyte, then `after`, is refused with that sentence. */
static void refused(struct votable *(*reader)(struct table_sink *), const char *before,
		    const char *again, const char *after, const char *sentence)
{
	CLEANUP_ERROR struct error *err = NULL;
	CLEANUP_BUF struct buf piece = BUF_INIT;
	struct format_writer *csv = csv_writer_new(-1);
	struct votable *v = reader(&csv->sink);
	long had = peak_kib();
	bool ok = feed(v, before, &err);

	while (piece.len < PIECE)
		buf_adds(&piece, again);
	for (uint64_t n = 0; ok && n < UINT64_C(1) << 30; n += piece.len)
		ok = votable_feed(v, piece.data, piece.len, &err);
	ok = ok && feed(v, after, &err) && votable_finish(v, &err);
	cr_expect_not(ok, "%s", sentence);
	cr_expect(strstr(error_text(err), sentence), "%s", error_text(err));
#ifndef __SANITIZE_ADDRESS__
	cr_expect_lt(peak_kib() - had, MEMORY_KIB, "%s", sentence);
#endif
	(void)had;
	votable_free(v);
	csv->free(csv);
}

static void both_refuse(const char *before, const char *again, const char *after,
			const char *sentence)
{
	refused(votable_new, before, again, after, sentence);
	refused(votable_new_reference, before, again, after, sentence);
}

#define HEAD "<VOTABLE><RESOURCE><TABLE>"
#define TAIL "</TD></TR></TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"

Test(votable_hostile, a_text_of_a_gigabyte)
{
	both_refuse(HEAD FIELD "<DATA><TABLEDATA><TR><TD>", "xxxxxxxx", TAIL,
		    "a row or a text is longer than 32 MiB");
}

Test(votable_hostile, a_description_of_a_gigabyte)
{
	both_refuse(HEAD "<DESCRIPTION>", "x y ",
		    "</DESCRIPTION>" FIELD "<DATA><TABLEDATA><TR><TD>" TAIL,
		    "a row or a text is longer than 32 MiB");
}

Test(votable_hostile, a_tag_of_a_gigabyte)
{
	both_refuse(HEAD "<FIELD name='", "xxxxxxxx", "' datatype='int'/>" TAIL,
		    "a tag, comment or CDATA section is longer than 24 MiB");
}

Test(votable_hostile, a_comment_of_a_gigabyte)
{
	both_refuse(HEAD "<!--", "xxxxxxxx", "-->" TAIL,
		    "a tag, comment or CDATA section is longer than 24 MiB");
}

Test(votable_hostile, ten_million_columns)
{
	both_refuse(HEAD, "<FIELD name='a' datatype='int' ucd='meta.id' utype='a.b' unit='deg'/>",
		    TAIL, "the table has more than 100000 columns");
}

Test(votable_hostile, a_row_of_a_gigabyte)
{
	both_refuse(HEAD FIELD "<DATA><TABLEDATA><TR>", "<TD>1</TD>", "</TR>" TAIL,
		    "a row has more cells than there are columns");
}

Test(votable_hostile, elements_without_an_end)
{
	both_refuse("<VOTABLE>", "<RESOURCE>", "", "elements are nested too deeply");
}

Test(votable_hostile, entities_of_entities)
{
	both_refuse("<!DOCTYPE VOTABLE [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>",
		    "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;'>", "]>" HEAD FIELD,
		    "a tag, comment or CDATA section is longer than 24 MiB");
}

Test(votable_hostile, data_that_never_end_in_a_row)
{
	both_refuse(HEAD FIELD "<DATA><BINARY><STREAM encoding='base64'>f////w", "AAAA",
		    "</STREAM></BINARY></DATA></TABLE></RESOURCE></VOTABLE>",
		    "has a value of absurd length: the data are damaged");
}

Test(votable_hostile, an_error_message_of_a_gigabyte)
{
	both_refuse("<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='ERROR'>",
		    "no ", "</INFO></RESOURCE></VOTABLE>", "a row or a text is longer than 32 MiB");
}
