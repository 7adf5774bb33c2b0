/* dataset_test.c: the links of a result's rows, one by one and many in one request. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/datalink/cutout.h"
#include "tap/datalink/dataset.h"
#include "tests/unit/tap/tap_fixture.h"

#define ROWS 40

static struct tap_fixture f;
static struct buf table;
static struct open_index *rows;

/* A result whose rows lead to DataLink documents. */
static void start(void)
{
	struct query *q;

	buf_adds(&table, "<VOTABLE><RESOURCE type='results'>"
			 "<INFO name='QUERY_STATUS' value='OK'/><TABLE>"
			 "<FIELD name='obs_id' datatype='char' arraysize='*' "
			 "utype='obscore:DataID.observationID'/>"
			 "<FIELD name='access_url' datatype='char' arraysize='*' "
			 "utype='obscore:Access.reference'/>"
			 "<FIELD name='access_format' datatype='char' arraysize='*' "
			 "utype='obscore:Access.format'/><DATA><TABLEDATA>");
	for (int i = 1; i <= ROWS; i++)
		buf_addf(&table,
			 "<TR><TD>o%02d</TD><TD>http://tap.test/links?ID=x%02d</TD>"
			 "<TD>application/x-votable+xml;content=datalink</TD></TR>",
			 i, i);
	buf_adds(&table, "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>");
	f = (struct tap_fixture){.tap = {.looks_it_takes = 1, .result = buf_str(&table)}};
	tap_start(&f, NULL);
	q = tap_drop(&f, "q.adql", "SELECT * FROM ivoa.obscore");
	cr_assert(tap_wait(&f, q, 60000), "%s", buf_str(&q->log));
	rows = open_index_get(q);
	cr_assert_not_null(rows);
}

static void stop(void)
{
	open_index_unref(rows);
	tap_stop(&f);
	buf_free(&table);
}

TestSuite(dataset, .init = start, .fini = stop);

static struct dataset *row(int i)
{
	CLEANUP_FREE char *name = xasprintf("o%02d", i);
	struct dataset *d = dataset_find(f.service, rows, NULL, name);

	return d ? dataset_ref(d) : dataset_of_row(rows, name, i);
}

/* Turns the clock until its links are known, or not; the errno, 0 if they are. */
static int ready(struct dataset *d)
{
	struct waitlist *wait;
	struct error *err = NULL;
	int errnum;

	for (int i = 0; i < 3000; i++) {
		switch (dataset_ready(d, &wait, &err)) {
		case DATASET_KNOWN: return 0;
		case DATASET_FAIL:
			errnum = error_errno(err);
			error_free(err);
			return errnum;
		case DATASET_WAIT: loop_turn(f.loop, 20);
		}
	}
	return ETIME;
}

/* Looks into rows one after the other, as `find` does. */
static void walk(int from, int to)
{
	for (int i = from; i <= to; i++) {
		CLEANUP_FREE char *url = xasprintf("http://tap.test/files/x%02d.fits", i);
		struct dataset *d = row(i);
		int errnum = ready(d);

		cr_expect_eq(errnum, 0, "row %d: %s", i, strerror(errnum));
		cr_assert_gt(d->links.n, 0, "row %d", i);
		cr_expect_str_eq(d->links.at[0].url, url);
		dataset_unref(d);
	}
}

Test(dataset, a_row_alone_is_one_request)
{
	walk(5, 5);
	cr_expect_eq(f.tap.links_requests, 1);
}

Test(dataset, a_walk_asks_for_many_rows_at_a_time)
{
	walk(1, ROWS);
	cr_expect_leq(f.tap.links_requests, 5);
}

Test(dataset, two_that_look_into_one_row_share_the_request)
{
	struct dataset *a = row(3), *b = row(3);
	struct waitlist *wait;

	cr_expect_eq(a, b);
	cr_expect_eq(dataset_ready(a, &wait, NULL), DATASET_WAIT);
	cr_expect_eq(dataset_ready(b, &wait, NULL), DATASET_WAIT);
	cr_expect_eq(ready(a), 0);
	cr_expect_eq(f.tap.links_requests, 1);
	dataset_unref(a);
	dataset_unref(b);
}

Test(dataset, a_batch_that_breaks_off_in_the_middle_loses_no_row)
{
	walk(1, 2);
	fake_net_cut(f.net, "POST", "/links", 2, 1000);
	walk(3, ROWS);
}

Test(dataset, a_batch_that_is_refused_is_followed_by_rows_alone)
{
	fake_net_answer(f.net, "POST", "/links", FAKE_ALWAYS, 400, NULL, "one ID only");
	walk(1, ROWS);
	cr_expect_eq(rows->one_by_one, true);
	cr_expect_leq(fake_net_count(f.net, "POST", "/links"), 2);
}

Test(dataset, a_service_that_answers_some_of_many_is_asked_for_as_many)
{
	f.tap.most_ids = 3;
	walk(1, ROWS);
	cr_expect_not(rows->one_by_one);
}

Test(dataset, a_batch_that_answers_with_a_web_page_loses_no_row)
{
	fake_net_answer(f.net, "POST", "/links", 1, 200, "Content-Type: text/html",
			"<html>log in</html>");
	walk(1, ROWS);
}

Test(dataset, links_that_were_there_are_shown_when_the_service_is_away)
{
	struct dataset *d;

	walk(5, 5);
	loop_turn(f.loop, 1000);
	open_index_unref(rows);
	tap_restart(&f);
	rows = open_index_get(tap_query(&f, "q.adql"));
	fake_net_refuse(f.net, NULL, "/links", FAKE_ALWAYS);
	fake_net_refuse(f.net, NULL, "?ID=x05", FAKE_ALWAYS);
	d = row(5);
	cr_expect_eq(ready(d), 0);
	cr_expect_eq(d->links.n, 2);
	dataset_unref(d);
	d = row(9);
	cr_expect_eq(ready(d), EHOSTUNREACH);
	dataset_unref(d);
}

Test(dataset, a_failure_is_not_asked_again_at_once)
{
	struct dataset *d = row(5);
	unsigned sent;

	fake_net_answer(f.net, "GET", "?ID=x05", FAKE_ALWAYS, 500, NULL, "");
	cr_expect_eq(ready(d), EIO);
	sent = fake_net_count(f.net, NULL, NULL);
	cr_expect_eq(ready(d), EIO);
	cr_expect_eq(fake_net_count(f.net, NULL, NULL), sent);
	loop_turn(f.loop, 3000);
	cr_expect_eq(ready(d), EIO);
	cr_expect_eq(fake_net_count(f.net, NULL, NULL), sent + 1);
	dataset_unref(d);
}

Test(dataset, a_row_that_nobody_looks_into_any_more_asks_for_nothing)
{
	struct dataset *d = row(5);
	struct waitlist *wait;

	fake_net_delay(f.net, NULL, "?ID=x05", 1, 5000);
	dataset_ready(d, &wait, NULL);
	loop_turn(f.loop, 0);
	dataset_ready(d, &wait, NULL);
	loop_turn(f.loop, 0);
	dataset_unref(d);
	loop_turn(f.loop, 10);
	cr_expect_eq(fake_net_open(f.net), 0);
}

/* Rubin signs its links for a short time, as the document's max-age tells. */
Test(dataset, links_are_asked_for_anew_when_their_document_has_expired)
{
	struct dataset *d = row(3);

	cr_expect_eq(ready(d), 0);
	d->fresh_ms = 3000;
	loop_turn(f.loop, 2000);
	dataset_refresh(d);
	cr_expect(d->known);
	loop_turn(f.loop, 2000);
	dataset_refresh(d);
	cr_expect_not(d->known);
	cr_expect_eq(ready(d), 0);
	dataset_forget(d);
	cr_expect_not(d->known);
	cr_expect_eq(ready(d), 0);
	dataset_unref(d);
}

#define DOCUMENT(url, soda)                                                            \
	"<VOTABLE><RESOURCE type='results'><TABLE>"                                    \
	"<FIELD name='ID' datatype='char' arraysize='*'/>"                             \
	"<FIELD name='access_url' datatype='char' arraysize='*'/>"                     \
	"<FIELD name='semantics' datatype='char' arraysize='*'/><DATA><TABLEDATA>"     \
	"<TR><TD>x</TD><TD>" url "</TD><TD>#this</TD></TR></TABLEDATA></DATA></TABLE>" \
	"</RESOURCE>" soda "</VOTABLE>"

#define SODA                                                                  \
	"<RESOURCE type='meta' utype='adhoc:service' ID='s'>"                 \
	"<PARAM name='standardID' value='ivo://ivoa.net/std/SODA#sync-1.0'/>" \
	"<PARAM name='accessURL' value='soda'/><GROUP name='inputParams'>"    \
	"<PARAM name='ID' value=''/><PARAM name='CIRCLE' value=''/></GROUP></RESOURCE>"

static void answer_links(const char *document)
{
	fake_net_answer(f.net, NULL, "/links", 1, 200, "Content-Type: application/x-votable+xml\n",
			document);
}

Test(dataset, a_relative_address_is_below_its_document)
{
	struct dataset *d = row(7);

	answer_links(DOCUMENT("a/b.fits", SODA));
	cr_expect_eq(ready(d), 0);
	cr_assert_eq(d->links.n, 1);
	cr_expect_str_eq(d->links.at[0].url, "http://tap.test/a/b.fits");
	cr_assert_eq(d->links.services.n, 1);
	cr_expect_str_eq(d->links.services.at[0].access_url, "http://tap.test/soda");
	dataset_unref(d);
}

Test(dataset, a_service_that_no_link_names_makes_cutouts_of_the_dataset)
{
	struct dataset *d = row(8);

	answer_links(DOCUMENT("http://tap.test/b.fits", SODA));
	cr_expect_eq(ready(d), 0);
	cr_expect(dataset_has_cutouts(d));
	dataset_unref(d);
}
