/*
 * votable_batches_test.c: rows that several threads read are those that one reads, wherever in a
 * table something odd stands; and what the pool of threads promises.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "table/votable/row_pool.h"
#include "table/votable/votable.h"
#include "tests/unit/table/votable_csv.h"

#define ROWS 300
#define FIELDS                                                      \
	"<FIELD name='n' datatype='int'><VALUES null='7'/></FIELD>" \
	"<FIELD name='x' datatype='double'/>"                       \
	"<FIELD name='s' datatype='char' arraysize='*'/>\n"

static const size_t pieces[] = {61, 1000, 1u << 20};

/* csv_of compares the readers; whether they read it is told by the caller. */
static void expect_agreement(const char *doc, size_t n, bool fails)
{
	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		CLEANUP_ERROR struct error *err = NULL;
		struct table_end end = {0};
		CLEANUP_FREE char *csv = csv_of(doc, n, pieces[i], &end, &err);

		cr_assert_eq(!csv, fails, "%.300s", csv ? csv : error_text(err));
	}
}

static void add_rows(struct buf *b, int from, int to)
{
	for (int i = from; i < to; i++)
		buf_addf(b, "<TR>\n <TD>%d</TD><TD>%.17g</TD>%s</TR>\n", i % 10, i / 7.0,
			 i % 3   ? "<TD>a &amp; b, <"
				   "/TD>"
			 : i % 2 ? "<TD/>"
				 : "<TD>\xc3\xa9</TD>");
}

/* A table whose first, a middle or last row is `odd`. */
static void expect_odd(const char *odd, bool fails)
{
	static const int places[] = {0, 1, ROWS / 2, ROWS - 1};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		CLEANUP_BUF struct buf rows = BUF_INIT;
		CLEANUP_FREE char *doc = NULL;

		add_rows(&rows, 0, places[i]);
		buf_adds(&rows, odd);
		add_rows(&rows, places[i], ROWS);
		doc = tabledata(FIELDS, buf_str(&rows));
		expect_agreement(doc, strlen(doc), fails);
	}
}

Test(votable_batches, plain_rows)
{
	expect_odd("", false);
	expect_odd("<TR/><TR></TR><TR><TD>1</TD></TR>", false);
	expect_odd("<TR><TD/><TD> </TD><TD></TD></TR>", false);
	expect_odd("<TR><TD> 0x1f </TD><TD>NaN</TD><TD>\t \n</TD></TR>", false);
}

Test(votable_batches, odd_rows_are_read_where_they_stand)
{
	static const char *const odd[] = {
	    "<!-- </TR> <TR> </TABLEDATA> -->",
	    "<TR><TD>1</TD><!-- </TR> --><TD>2</TD></TR>",
	    "<TR><TD>1</TD><TD>2</TD><TD><![CDATA[</TD></TR>]]></TD></TR>",
	    "<TR><TD>1</TD><TD>2</TD><TD>&#65;&#xe9;</TD></TR>",
	    "<TR ID='r'><TD>1</TD><TD ID='x'>2</TD><TD>x</TD></TR >",
	    "<?odd </TR>?>",
	    "<TR><?odd </TR>?><TD>1</TD></TR>",
	    "<x><TR><TD>8</TD></TR></x>",
	    "<TR><x><TR><TD>8</TD></TR></x><TD>9</TD></TR>",
	    "<TR><TD>one</TD></TR>",
	    "<TR>\n\n<TD>1</TD><TD>2..</TD></TR>",
	    "<INFO name='QUERY_STATUS' value='OVERFLOW'/>",
	    "<TR\n><TD>1</TD></TR>\n<TR><TD>2</TD></TR\n><TR><TD>3</TD></TR>",
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		expect_odd(odd[i], false);
}

Test(votable_batches, what_is_wrong_is_told_with_its_line)
{
	static const char *const wrong[] = {
	    "<TR><TD>1</TD><TD>2</TD><TD>3</TD><TD>4</TD></TR>",
	    "<TR><TD>1</TD></TD></TR>",
	    "<TR><TD>1</TD>",
	    "<TR><TD a=b>1</TD></TR>",
	    "<INFO name='QUERY_STATUS' value='ERROR'>no more</INFO>",
	    "</TABLEDATA>",
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		expect_odd(wrong[i], true);
}

Test(votable_batches, what_no_parser_takes_is_mended)
{
	static const char *const odd[] = {
	    "<TR><TD>1</TD><TD>2</TD><TD>&bad;</TD></TR>",
	    "<TR><TD>1</TD><TD>2</TD><TD>\x01</TD></TR>",
	    "<TR><TD>1</TD><TD>2</TD><TD>]]></TD></TR>",
	    "<TR><TD>1</TD><TD>2</TD><TD>a & b < c</TD></TR>",
	    "<TR><TD>1</TD><TD>2</TD><TD>caf\xe9</TD></TR>",
	};

	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		expect_odd(odd[i], false);
}

Test(votable_batches, the_document_goes_on_behind_the_rows)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	buf_adds(&b, "<VOTABLE><RESOURCE type='results'><TABLE>" FIELDS "<DATA><TABLEDATA>");
	add_rows(&b, 0, ROWS);
	buf_adds(&b, "</TABLEDATA></DATA></TABLE><TABLE>" FIELDS "<DATA><TABLEDATA>");
	add_rows(&b, 0, ROWS); /* not those that are wanted */
	buf_adds(&b, "</TABLEDATA></DATA></TABLE><INFO name='QUERY_STATUS' value='OVERFLOW'/>");
	buf_adds(&b, "</RESOURCE></VOTABLE>");
	expect_agreement(b.data, b.len, false);
}

Test(votable_batches, a_document_that_is_cut_off_anywhere)
{
	CLEANUP_BUF struct buf rows = BUF_INIT;
	CLEANUP_FREE char *doc = NULL;
	size_t n;

	add_rows(&rows, 0, 40);
	doc = tabledata(FIELDS, buf_str(&rows));
	n = strlen(doc);
	for (size_t i = n - 200; i < n; i++)
		expect_agreement(doc, i, true);
	for (size_t i = 1; i < n; i += 97)
		expect_agreement(doc, i, true);
}

/* --- binary --- */

#define BINARY_FIELDS                                     \
	"<FIELD name='n' datatype='short'/>"              \
	"<FIELD name='s' datatype='char' arraysize='*'/>" \
	"<FIELD name='f' datatype='float' arraysize='*'/>\n"

static void add_count(struct buf *b, size_t n)
{
	const unsigned char bytes[] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16),
				       (unsigned char)(n >> 8), (unsigned char)n};

	buf_add(b, bytes, 4);
}

/* Rows of variable length. */
static void add_binary(struct buf *b, size_t rows, bool nulls)
{
	for (size_t i = 0; i < rows; i++) {
		if (nulls)
			buf_addc(b, (char)(i % 8 << 5));
		buf_addc(b, (char)(i >> 8));
		buf_addc(b, (char)i);
		add_count(b, i % 11);
		buf_add(b, "a,\"b\"\xc3\xa9 xyz", i % 11);
		add_count(b, i % 3);
		buf_add(b, "\x3f\x80\0\0\x40\x49\x0f\xdb", i % 3 * 4);
	}
}

static void expect_binary(const struct buf *bytes, const char *serialization, bool fails)
{
	CLEANUP_FREE char *doc = binary(BINARY_FIELDS, bytes->data, bytes->len, serialization);

	expect_agreement(doc, strlen(doc), fails);
}

Test(votable_batches, binary_rows)
{
	for (size_t rows = 0; rows <= ROWS; rows += 50) {
		CLEANUP_BUF struct buf one = BUF_INIT, two = BUF_INIT;

		add_binary(&one, rows, false);
		add_binary(&two, rows, true);
		buf_reserve(&one, 1);
		buf_reserve(&two, 1);
		expect_binary(&one, "BINARY", false);
		expect_binary(&two, "BINARY2", false);
	}
}

Test(votable_batches, binary_rows_that_are_damaged)
{
	CLEANUP_BUF struct buf rows = BUF_INIT;

	add_binary(&rows, ROWS, false);
	expect_binary(&(struct buf){rows.data, rows.len - 1, rows.cap}, "BINARY", true);
	memset(rows.data + rows.len / 2, 0xff, 30);
	expect_binary(&rows, "BINARY", true);
}

Test(votable_batches, base64_that_is_damaged_or_odd)
{
	static const struct {
		const char *text;
		bool fails;
	} odd[] = {{"*", true},        {"<!-- no row -->", false}, {"&#10;", false},
		   {"\n\n \t", false}, {"<![CDATA[]]>", false},    {"</STREAM>", true}};
	CLEANUP_BUF struct buf rows = BUF_INIT;
	CLEANUP_FREE char *doc = NULL;
	size_t at;

	add_binary(&rows, ROWS, true);
	doc = binary(BINARY_FIELDS, rows.data, rows.len, "BINARY2");
	at = strlen(doc) / 2;
	for (char *p = doc; (p = strchr(p, '\n'));) /* which line it is, libxml2 tells otherwise */
		*p = ' ';
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		CLEANUP_FREE char *with =
		    xasprintf("%.*s%s%s", (int)at, doc, odd[i].text, doc + at);

		expect_agreement(with, strlen(with), odd[i].fails);
	}
}

/* --- what the sink is told --- */

struct witness {
	struct table_sink sink; /* first */
	size_t rows, refuse;    /* refuse: from the take that brings this row on */
};

static bool on_begin(struct table_sink *s, const struct table *t, struct error **err)
{
	(void)s, (void)t, (void)err;
	return true;
}

static bool on_row(struct table_sink *s, const struct cell *c, struct error **err)
{
	struct witness *w = (struct witness *)s;

	(void)c;
	return ++w->rows < w->refuse || error_set(err, ENOSPC, "the disk is full");
}

static void on_row_text(const struct table_sink *s, const struct cell *c, struct buf *out,
			struct buf *scratch)
{
	(void)s, (void)c, (void)scratch;
	buf_addc(out, '\n');
}

static bool on_take(struct table_sink *s, const struct buf *texts, struct error **err)
{
	struct witness *w = (struct witness *)s;

	w->rows += texts->len;
	return w->rows < w->refuse || error_set(err, ENOSPC, "the disk is full");
}

static bool on_end(struct table_sink *s, const struct table_end *end, struct error **err)
{
	(void)err;
	return ((struct witness *)s)->rows == end->rows;
}

static const struct table_sink witness = {
    .begin = on_begin, .row = on_row, .end = on_end, .row_text = on_row_text, .take = on_take};

static char *plain_document(void)
{
	CLEANUP_BUF struct buf rows = BUF_INIT;

	add_rows(&rows, 0, ROWS);
	return tabledata(FIELDS, buf_str(&rows));
}

Test(votable_batches, once_it_is_settled_all_rows_have_arrived)
{
	CLEANUP_FREE char *doc = plain_document();
	const char *p = doc, *next;
	struct witness w = {witness, 0, SIZE_MAX};
	struct votable *v = votable_new_parallel(&w.sink, 2, 200);

	for (size_t rows = 1; (next = strstr(p, "</TR>")); rows++) {
		next += 5;
		cr_assert(votable_feed(v, p, (size_t)(next - p), NULL));
		if (rows % 50 == 0) {
			cr_assert(votable_settle(v, NULL));
			cr_expect_eq(w.rows, rows);
		}
		p = next;
	}
	cr_assert(votable_feed(v, p, strlen(p), NULL));
	cr_expect(votable_finish(v, NULL));
	votable_free(v);
}

Test(votable_batches, a_sink_that_refuses_is_asked_no_more)
{
	CLEANUP_FREE char *doc = plain_document();
	CLEANUP_ERROR struct error *err = NULL;
	struct witness w = {witness, 0, 100};
	struct votable *v = votable_new_parallel(&w.sink, 4, 200);
	size_t rows;

	cr_expect(!votable_feed(v, doc, strlen(doc), &err));
	cr_expect_str_eq(error_text(err), "the disk is full");
	rows = w.rows;
	cr_expect(!votable_settle(v, NULL));
	cr_expect(!votable_finish(v, NULL));
	cr_expect_eq(w.rows, rows);
	votable_free(v);
}

Test(votable_batches, rows_that_are_under_way_may_be_dropped)
{
	CLEANUP_FREE char *doc = plain_document();
	struct witness w = {witness, 0, SIZE_MAX};

	for (size_t n = 0; n < strlen(doc); n += 500) {
		struct votable *v = votable_new_parallel(&w.sink, 3, 100);

		cr_assert(votable_feed(v, doc, n, NULL));
		votable_free(v);
	}
}

/* --- the pool of threads --- */

struct sums {
	size_t in[ROW_POOL_SLOTS], out[ROW_POOL_SLOTS];
};

static void add_up(void *arg, size_t slot, size_t member)
{
	struct sums *s = arg;

	cr_assert_lt(member, ROW_POOL_MAX);
	s->out[slot] = 0;
	for (size_t i = 1; i <= s->in[slot]; i++)
		s->out[slot] += i;
}

Test(row_pool, jobs_are_taken_in_order_whoever_did_them)
{
	for (size_t threads = 1; threads <= ROW_POOL_MAX + 1; threads++) {
		struct sums s = {0};
		struct row_pool *c = row_pool_new(threads, add_up, &s);
		size_t taken = 0;

		for (size_t made = 0; taken < 500;) {
			if (made < 500 && !row_pool_is_full(c)) {
				s.in[row_pool_next(c)] = made++ % 97;
				row_pool_put(c);
				continue;
			}
			cr_assert_eq(s.out[row_pool_oldest(c)], taken % 97 * (taken % 97 + 1) / 2);
			row_pool_taken(c);
			if (++taken == 250) {
				while (!row_pool_is_empty(c)) {
					row_pool_oldest(c);
					row_pool_taken(c);
					taken++;
				}
				row_pool_stop(c);
			}
		}
		row_pool_free(c);
	}
	row_pool_free(NULL);
}

/* Whichever thread read it. */
Test(votable_batches, one_spoiled_text_among_many_is_told)
{
	static const char field[] = "<FIELD name='s' datatype='char' arraysize='*'/>";

	for (int odd = -1; odd < ROWS; odd += 60) {
		CLEANUP_BUF struct buf rows = BUF_INIT;
		CLEANUP_FREE char *doc = NULL;
		struct table_end end = {0};

		for (int i = 0; i < ROWS; i++)
			buf_add(&rows, i == odd ? "\0\0\0\1\xe9" : "\0\0\0\1x", 5);
		doc = binary(field, rows.data, rows.len, "BINARY");
		free(csv_of(doc, strlen(doc), 1000, &end, NULL));
		cr_expect_eq(end.spoiled, odd >= 0, "%d", odd);
		cr_expect_eq(end.rows, ROWS);
	}
}
