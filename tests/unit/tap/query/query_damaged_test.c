/* query_damaged_test.c: results with cells that cannot be read, and tables that are damaged. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/file.h"
#include "table/write/convert.h"
#include "table/write/format_out.h"
#include "tap/service/incoming.h"
#include "tests/unit/tap/tap_fixture.h"

#define TEXT "SELECT a FROM s.t"
#define TABLE(rows)                                                                       \
	"<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/><TABLE>" \
	"<FIELD name='a' datatype='int'/><FIELD name='b' datatype='double'/><DATA>"       \
	"<TABLEDATA>" rows "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"

static struct tap_fixture f;

static void start(void)
{
	f = (struct tap_fixture){.tap.looks_it_takes = 1};
	tap_start(&f, NULL);
}

static void stop(void)
{
	tap_stop(&f);
}

TestSuite(query_damaged, .init = start, .fini = stop);

/* What is in that format's file; NULL: it is not there. */
static char *result_text(struct query *q, const char *extension)
{
	struct result *r = query_result(q, format_by_ext(extension, strlen(extension)));
	size_t n;
	char *text = r && r->there ? file_get(r->path, 8u << 20, &n, NULL) : NULL;

	result_unref(r);
	return text;
}

static void has(struct query *q, const char *extension, const char *text)
{
	CLEANUP_FREE char *is = result_text(q, extension);

	cr_assert_not_null(is, "%s", extension);
	cr_expect_str_eq(is, text);
}

static bool is_there(struct query *q, const char *extension)
{
	CLEANUP_FREE char *is = result_text(q, extension);

	return is != NULL;
}

#define ODD TABLE("<TR><TD>1</TD><TD>0.5</TD></TR><TR><TD>x</TD><TD>00 42 44.3</TD></TR>")

Test(query_damaged, a_cell_that_cannot_be_read_is_null_and_told)
{
	struct query *q;

	f.tap.result = ODD;
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	has(q, "vot", ODD);
	has(q, "csv", "a,b\n1,0.5\n,\n");
	cr_expect(query_has_note(q, NOTE_WARNING));
	cr_expect_str_eq(q->entry.warnings,
			 "column \"a\": 1 value is not a valid int: \"x\" in row 2\n"
			 "column \"b\": 1 value is not a valid double: \"00 42 44.3\" in row 2\n");
	cr_expect_not_null(strstr(buf_str(&q->log), "not a valid double: \"00 42 44.3\" in row 2"));
	tap_restart(&f);
	q = tap_query(&f, "q.adql");
	query_resume(q);
	cr_expect(query_has_note(q, NOTE_WARNING), "also after the next mount");
	f.tap.result = NULL;
	q = tap_drop(&f, "q.adql", TEXT " WHERE a > 1");
	cr_expect(tap_wait(&f, q, 60000));
	cr_expect_not(query_has_note(q, NOTE_WARNING), "not of another run");
}

Test(query_damaged, a_table_that_is_damaged_is_there_as_it_was_sent)
{
	static const char *const damaged[] = {
	    TABLE("<TR><TD>1</TD><TD>2</TD><TD>3</TD></TR>"),
	    TABLE("<TR><TD>1</TD></TD></TR><TR><TD>2</TD></TR>"),
	    "<VOTABLE><RESOURCE type='results'><TABLE><FIELD name='a' datatype='int'/><DATA>"
	    "<BINARY><STREAM encoding='base64'>AAA</STREAM></BINARY></DATA></TABLE></RESOURCE>"
	    "</VOTABLE>",
	};

	for (size_t i = 0; i < sizeof(damaged) / sizeof(*damaged); i++) {
		CLEANUP_FREE char *text = NULL;
		struct query *q;

		f.tap.result = damaged[i];
		cr_assert(asprintf(&text, TEXT " WHERE a = %zu", i) > 0);
		q = tap_drop(&f, "q.adql", text);
		cr_expect_not(tap_wait(&f, q, 600000));
		cr_expect_eq(q->state, QUERY_FAILED);
		has(q, "vot", damaged[i]);
		cr_expect_not(is_there(q, "csv"), "%zu", i);
		cr_expect_not_null(strstr(buf_str(&q->log), "as the service sent it"));
		tap_restart(&f);
		q = tap_query(&f, "q.adql");
		query_resume(q);
		has(q, "vot", damaged[i]);
	}
}

Test(query_damaged, the_rows_before_the_damage_are_there)
{
	struct query *q;
	struct result *r;
	CLEANUP_FREE char *text = NULL;
	size_t n;

	f.tap.result = TABLE("<TR><TD>1</TD><TD>2</TD></TR><TR><TD>3</TD><TD>4</TD></TR>"
			     "<TR><TD>1</TD><TD>2</TD><TD>3</TD></TR><TR><TD>5</TD></TR>");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 600000));
	tap_restart(&f);
	q = tap_query(&f, "q.adql");
	query_resume(q);
	cr_assert_not_null(q->results[FORMAT_PARTIAL]);
	r = query_result(q, FORMAT_PARTIAL);
	text = file_get(r->path, 1000, &n, NULL);
	cr_expect_str_eq(text, "a,b\n1,2\n3,4\n");
	result_unref(r);
	cr_expect_not(is_there(q, "csv"));
}

/* A long table whose second row is damaged; caller owns. */
static char *long_and_damaged(void)
{
	CLEANUP_BUF struct buf rows = BUF_INIT;

	buf_adds(&rows, "<TR><TD>1</TD><TD>2</TD></TR><TR><TD>1</TD><TD>2</TD><TD>3</TD></TR>");
	while (rows.len < (6u << 20))
		buf_adds(&rows, "<TR><TD>1</TD><TD>2</TD></TR>");
	return xasprintf(TABLE("%s"), buf_str(&rows));
}

/* The reader's complaint comes before the connection breaks, and is not the last word. */
Test(query_damaged, a_damaged_table_that_breaks_off_is_fetched_again)
{
	CLEANUP_FREE char *text = long_and_damaged();
	CLEANUP_FREE char *vot = NULL;
	struct query *q;

	f.tap.result = text;
	fake_net_cut(f.net, "GET", "/results/result", 1, 5u << 20);
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 600000));
	cr_expect_eq(fake_net_count(f.net, "GET", "/results/result"), 2);
	vot = result_text(q, "vot");
	cr_expect(vot && strlen(vot) == strlen(text));
	cr_expect_not_null(strstr(buf_str(&q->log), "as the service sent it"));
}

Test(query_damaged, what_never_comes_whole_is_not_called_as_sent)
{
	CLEANUP_FREE char *text = long_and_damaged();
	struct query *q;

	f.tap.result = text;
	fake_net_cut(f.net, "GET", "/results/result", FAKE_ALWAYS, 5u << 20);
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 600000));
	cr_expect_gt(fake_net_count(f.net, "GET", "/results/result"), 2);
	cr_expect_not(is_there(q, "vot"));
	cr_expect_null(strstr(buf_str(&q->log), "as the service sent it"), "%s", buf_str(&q->log));
}

Test(query_damaged, what_is_no_table_is_not_called_one)
{
	static const char *const others[] = {
	    "<html><body>VOTABLE</body></html>",
	    "{\"detail\": \"no\"}",
	    ("<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='ERROR'>no</INFO>"
	     "</RESOURCE></VOTABLE>"),
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		CLEANUP_FREE char *text = NULL;
		struct query *q;

		f.tap.result = others[i];
		cr_assert(asprintf(&text, TEXT " WHERE a = %zu", i) > 0);
		q = tap_drop(&f, "q.adql", text);
		cr_expect_not(tap_wait(&f, q, 600000));
		cr_expect_not(is_there(q, "vot"), "%zu", i);
	}
}

Test(query_damaged, a_new_run_takes_the_damaged_one_away)
{
	struct query *q;
	CLEANUP_FREE char *path = NULL;
	struct result *r;

	f.tap.result = TABLE("<TR><TD>1</TD><TD>2</TD><TD>3</TD></TR>");
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 600000));
	r = query_result(q, 0);
	path = strdup(r->path);
	result_unref(r);
	f.tap.result = NULL;
	query_launch(q, true);
	cr_expect(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	loop_turn(f.loop, 100);
	cr_expect_neq(access(path, F_OK), 0);
	has(q, "csv", "a\n1\n2\n");
}

/* --- the disk --- */

/* 60000 doubles: longer as CSV than in base64. */
static char *many_doubles(void)
{
	struct buf b = BUF_INIT;

	buf_adds(&b, "<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/>"
		     "<TABLE><FIELD name='a' datatype='double'/><DATA><BINARY>"
		     "<STREAM encoding='base64'>");
	for (int i = 0; i < 20000; i++)
		buf_adds(&b, "P/PAyeJJ9z1AKyL57ZhxYD/Y8sqMNlJI");
	buf_adds(&b, "</STREAM></BINARY></DATA></TABLE></RESOURCE></VOTABLE>");
	return buf_steal(&b);
}

Test(query_damaged, a_file_that_may_not_be_so_large_is_no_damage)
{
	CLEANUP_FREE char *table = many_doubles();
	struct rlimit limit = {.rlim_cur = 800000, .rlim_max = 800000};
	struct query *q;

	f.tap.result = table;
	signal(SIGXFSZ, SIG_IGN);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	q = tap_drop(&f, "q.adql", TEXT);
	cr_expect_not(tap_wait(&f, q, 600000));
	cr_expect_eq(q->state, QUERY_FAILED);
	cr_expect_null(strstr(buf_str(&q->log), "as the service sent it"), "%s", buf_str(&q->log));
	cr_expect_not_null(strstr(q->entry.error_text, "larger than this filesystem"), "%s",
			   q->entry.error_text);
	cr_expect_not_null(strstr(q->entry.advice, "`touch`"), "%s", q->entry.advice);
	cr_expect_not(is_there(q, "vot"));
	cr_expect_null(q->results[FORMAT_PARTIAL]);
	cr_expect_eq(fake_net_count(f.net, "GET", "/results/result"), 1);
}

struct arrived {
	struct incoming *incoming;
	bool over, here, table;
	char *text;
};

static void arrived_over(void *arg, uint64_t bytes, const struct table_end *end, struct error *err)
{
	struct arrived *a = arg;

	(void)bytes;
	(void)end;
	a->over = true;
	a->here = err && incoming_failed_here(a->incoming);
	a->table = incoming_is_table(a->incoming);
	a->text = strdup(error_text(err));
}

/* Into files that are full when they are opened. */
static void arrives(bool vot_is_full, struct arrived *a)
{
	CLEANUP_FREE char *path = xasprintf("%s/in.vot", f.dir);
	struct http_call call = {.url = FAKE_TAP_URL "/r.vot", .settings = f.service->settings};
	int fds[FORMATS_MAX];

	for (int i = 0; i < FORMATS_MAX; i++)
		fds[i] = -1;
	fds[0] =
	    vot_is_full ? open("/dev/full", O_RDWR) : open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	fds[format_by_ext("csv", 3)] = open("/dev/full", O_RDWR);
	*a = (struct arrived){0};
	a->incoming = incoming_start(f.http, f.loop, &call, fds, arrived_over, a);
	for (int i = 0; i < 1000 && !a->over; i++)
		loop_turn(f.loop, 100);
}

Test(query_damaged, a_full_disk_is_no_damage)
{
	CLEANUP_FREE char *table = many_doubles();

	fake_net_answer(f.net, "GET", "/r.vot", 2, 200, NULL, table);
	for (int i = 0; i < 2; i++) {
		struct arrived a;

		arrives(i, &a);
		cr_assert(a.over);
		cr_expect(a.here, "%s", a.text);
		cr_expect_not(a.table);
		cr_expect_not_null(strstr(a.text, "free some space there, then `touch`"), "%s",
				   a.text);
		free(a.text);
	}
}

Test(query_damaged, a_disk_that_breaks_is_no_damage_and_a_broken_table_is)
{
	CLEANUP_ERROR struct error *broken = NULL, *damage = NULL;

	format_out_failed("CSV", EIO, &broken);
	error_set(&damage, EIO, "line 1: there are more cells than columns");
	cr_expect(conversion_failed_here(broken));
	cr_expect_not(conversion_failed_here(damage));
}
