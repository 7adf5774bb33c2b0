/* position_fetch_test.c: answers to searches by position: asked for, kept, asked for again. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/position/position.h"
#include "tests/unit/tap/tap_fixture.h"

#define DAY UINT64_C(86400000)
#define ANSWER                                                                        \
	"<VOTABLE><RESOURCE type='results'><INFO name='QUERY_STATUS' value='OK'/>"    \
	"<TABLE><FIELD name='a' datatype='int'/><DATA><TABLEDATA><TR><TD>1</TD></TR>" \
	"</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>"

static struct tap_fixture f;

static void start(void)
{
	f = (struct tap_fixture){0};
	tap_start(&f, "scs_url=http://tap.test/scs");
}

static void stop(void)
{
	tap_stop(&f);
}

TestSuite(position_fetch, .init = start, .fini = stop);

static struct position *at(const char *name)
{
	return position_get(search_named(positions_of(f.service), ENDPOINT_SCS, ""), name);
}

static void scs_answers(unsigned times, int status, const char *body)
{
	fake_net_answer(f.net, NULL, "/scs", times, status, NULL, body);
}

static unsigned asked(void)
{
	return fake_net_count(f.net, NULL, "/scs");
}

/* Turns the clock until its answer is there, or not; the errno, 0 if it is. */
static int need(struct position *p)
{
	struct error *err = NULL;
	int errnum;

	for (int i = 0; i < 3000; i++) {
		switch (position_need(p, &err)) {
		case POSITION_MADE: return 0;
		case POSITION_FAILS:
			errnum = error_errno(err);
			error_free(err);
			return errnum;
		case POSITION_WAIT: loop_turn(f.loop, 20);
		}
	}
	return ETIME;
}

Test(position_fetch, an_answer_comes_and_is_a_folder)
{
	struct position *p = at("10,20,1");
	CLEANUP_FREE char *csv = position_path(p, (size_t)format_by_ext("csv", 3));

	scs_answers(1, 200, ANSWER);
	cr_expect_eq(need(p), 0);
	cr_expect_eq(access(csv, R_OK), 0);
	position_unref(p);
}

Test(position_fetch, it_is_there_in_the_next_mount)
{
	struct position *p = at("10,20,1");

	scs_answers(1, 200, ANSWER);
	cr_expect_eq(need(p), 0);
	position_unref(p);
	tap_restart(&f);
	p = at("10,20,1");
	cr_expect_eq(need(p), 0);
	cr_expect_eq(asked(), 0);
	position_unref(p);
}

Test(position_fetch, an_old_answer_is_asked_for_again)
{
	struct position *p = at("10,20,1");
	CLEANUP_FREE char *vot = position_path(p, 0);
	struct timespec old[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};

	scs_answers(1, 200, ANSWER);
	cr_expect_eq(need(p), 0);
	position_unref(p);
	cr_assert_eq(utimensat(AT_FDCWD, vot, old, 0), 0);
	tap_restart(&f);
	scs_answers(1, 200, ANSWER);
	p = at("10,20,1");
	cr_expect_eq(need(p), 0);
	cr_expect_eq(asked(), 1);
	cr_expect_gt(p->fetched, INT64_C(1000000000000));
	position_unref(p);
}

Test(position_fetch, an_old_answer_is_shown_when_the_service_is_away)
{
	struct position *p = at("10,20,1");

	scs_answers(1, 200, ANSWER);
	cr_expect_eq(need(p), 0);
	loop_turn(f.loop, 2 * DAY);
	fake_net_refuse(f.net, NULL, "/scs", FAKE_ALWAYS);
	cr_expect_eq(need(p), 0);
	cr_expect_geq(asked(), 2);
	position_unref(p);
}

Test(position_fetch, a_failure_is_not_asked_again_at_once)
{
	struct position *p = at("10,20,1");

	scs_answers(FAKE_ALWAYS, 400, "");
	cr_expect_eq(need(p), EIO);
	cr_expect_eq(need(p), EIO);
	cr_expect_eq(asked(), 1);
	loop_turn(f.loop, 3000);
	cr_expect_eq(need(p), EIO);
	cr_expect_eq(asked(), 2);
	position_unref(p);
}

Test(position_fetch, an_answer_that_breaks_off_is_none)
{
	struct position *p = at("10,20,1");

	fake_net_cut(f.net, NULL, "/scs", 1, 50);
	scs_answers(2, 200, ANSWER);
	cr_expect_eq(need(p), ECONNRESET);
	loop_turn(f.loop, 3000);
	cr_expect_eq(need(p), 0);
	position_unref(p);
}

Test(position_fetch, two_that_want_one_share_the_request)
{
	struct position *p = at("10,20,1"), *q = at("10,20,1");

	scs_answers(1, 200, ANSWER);
	cr_expect_eq(p, q);
	position_need(p, NULL);
	cr_expect_eq(need(q), 0);
	cr_expect_eq(need(p), 0);
	cr_expect_eq(asked(), 1);
	position_unref(p);
	position_unref(q);
}

Test(position_fetch, one_that_is_forgotten_while_it_comes_leaves_nothing)
{
	struct position *p = at("10,20,1");

	fake_net_delay(f.net, NULL, "/scs", 1, 5000);
	scs_answers(1, 200, ANSWER);
	position_need(p, NULL);
	loop_turn(f.loop, 10);
	position_forget(p);
	loop_turn(f.loop, 10);
	cr_expect_eq(fake_net_open(f.net), 0);
	cr_expect_not(p->made);
	position_unref(p);
}

Test(position_fetch, a_format_is_made_when_it_is_opened)
{
	struct position *p = at("10,20,1");
	size_t tsv = (size_t)format_by_ext("tsv", 3);
	CLEANUP_FREE char *path = position_path(p, tsv);

	scs_answers(1, 200, ANSWER);
	cr_expect_eq(need(p), 0);
	cr_expect_eq(position_make(p, tsv, false, NULL), POSITION_WAIT);
	loop_turn(f.loop, 10);
	cr_expect_eq(position_make(p, tsv, false, NULL), POSITION_MADE);
	cr_expect_eq(access(path, R_OK), 0);
	position_unref(p);
}
