/* cutout_test.c: a cut-out is asked for once, at once or by a job, and kept whole. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/datalink/cutout.h"
#include "tests/unit/tap/tap_fixture.h"

#define PIXELS "SIMPLE  = these are the pixels"

static struct tap_fixture f;
static struct dataset *d;
static char image[2880 + 1]; /* a whole one: its header tells of no data */

static struct dataset *dataset(void)
{
	struct waitlist *wait;
	struct dataset *x = dataset_by_id(f.service, "x01", NULL);

	cr_assert_not_null(x);
	for (int i = 0; i < 100 && dataset_ready(x, &wait, NULL) == DATASET_WAIT; i++)
		loop_turn(f.loop, 20);
	cr_assert(x->known);
	return x;
}

static void start(void)
{
	f = (struct tap_fixture){.tap.looks_it_takes = 1};
	memset(image, ' ', sizeof(image) - 1);
	memcpy(image, PIXELS, strlen(PIXELS));
	memcpy(image + 80, "END", 3);
	tap_start(&f, "datalink_url=http://tap.test/links");
	d = dataset();
}

static void stop(void)
{
	dataset_unref(d);
	tap_stop(&f);
}

TestSuite(cutout, .init = start, .fini = stop);

static void soda_answers(unsigned times, int status, const char *type, const char *body)
{
	fake_net_answer(f.net, NULL, "/soda", times, status, type, body);
}

static struct cutout *get(const char *name)
{
	struct error *err = NULL;
	struct cutout *c = cutout_get(d, name, &err);

	cr_assert_not_null(c, "%s", error_text(err));
	return c;
}

/* Turns the clock until it is there, or not; the errno, 0 if it is. */
static int make(struct cutout *c, uint64_t ms)
{
	struct error *err = NULL;
	int errnum;

	for (uint64_t t = 0; t < ms; t += 20) {
		switch (cutout_ready(c, true, &err)) {
		case CUTOUT_YES: return 0;
		case CUTOUT_FAILS:
			errnum = error_errno(err);
			error_free(err);
			return errnum;
		case CUTOUT_NO:
		case CUTOUT_WAIT: loop_turn(f.loop, 20);
		}
	}
	return ETIME;
}

static void has_pixels(const struct cutout *c)
{
	char got[64] = "";

	cr_assert_not_null(c->file);
	cr_expect_eq(pread(c->file->fd, got, strlen(PIXELS), 0), (ssize_t)strlen(PIXELS));
	cr_expect_str_eq(got, PIXELS);
}

Test(cutout, it_comes_and_is_kept)
{
	struct cutout *c = get("10,20,0.1.fits");

	soda_answers(1, 200, "Content-Type: image/fits", image);
	cr_expect_eq(make(c, 5000), 0);
	has_pixels(c);
	cutout_unref(c);
	loop_turn(f.loop, 100);
	c = get("10,20,0.1.fits");
	cr_expect_eq(make(c, 5000), 0);
	cr_expect_eq(fake_net_count(f.net, NULL, "/soda"), 1);
	has_pixels(c);
	cutout_unref(c);
}

Test(cutout, nothing_is_asked_before_somebody_opens_it)
{
	struct cutout *c = get("10,20,0.1.fits");

	loop_turn(f.loop, 1000);
	cr_expect_eq(cutout_ready(c, false, NULL), CUTOUT_NO);
	cr_expect_eq(fake_net_count(f.net, NULL, "/soda"), 0);
	cutout_unref(c);
}

Test(cutout, a_place_outside_the_image_does_not_exist)
{
	struct cutout *c = get("10,20,0.1.fits");

	soda_answers(1, 204, NULL, "");
	cr_expect_eq(make(c, 5000), ENOENT);
	cutout_unref(c);
}

Test(cutout, one_that_is_not_ready_is_waited_for)
{
	static const char *const bodies[] = {"", "the image comes from tape"};

	for (size_t i = 0; i < 2; i++) {
		struct cutout *c = get(i ? "10,20,0.1.fits" : "10,20,0.2.fits");

		soda_answers(2, 202, "Content-Type: text/plain\nRetry-After: 5", bodies[i]);
		soda_answers(1, 200, "Content-Type: image/fits", image);
		cr_expect_eq(make(c, 8000), ETIME, "not before the service said so");
		cr_expect_eq(make(c, 8000), 0, "%s", error_text(c->failure));
		has_pixels(c);
		cutout_unref(c);
	}
	cr_expect_eq(fake_net_count(f.net, NULL, "/soda"), 6);
}

Test(cutout, one_that_does_not_get_ready_is_told_to_be_tried_later)
{
	struct cutout *c = get("10,20,0.1.fits");

	soda_answers(FAKE_ALWAYS, 202, "Content-Type: text/plain", "the image comes from tape");
	cr_expect_eq(make(c, 50000), ETIME);
	cr_expect_eq(make(c, 20000), EAGAIN);
	cr_expect_not_null(strstr(error_text(c->failure), "ready yet: the image comes from tape"));
	cr_expect_eq(fake_net_count(f.net, NULL, "/soda"), 7, "at distances that grow");
	cutout_unref(c);
	loop_turn(f.loop, 100);
}

Test(cutout, one_that_is_ready_in_an_hour_is_not_waited_for)
{
	struct cutout *c = get("10,20,0.1.fits");

	soda_answers(1, 202, "Retry-After: 3600", "");
	cr_expect_eq(make(c, 5000), EAGAIN);
	cutout_unref(c);
	c = get("10,20,0.2.fits");
	soda_answers(1, 202, "Retry-After: 30", "");
	cr_expect_eq(make(c, 5000), ETIME);
	cutout_unref(c); /* and nobody waits any more */
	loop_turn(f.loop, 60000);
	cr_expect_eq(fake_net_count(f.net, NULL, "/soda"), 2);
}

Test(cutout, a_web_page_is_no_cut_out)
{
	struct cutout *c = get("10,20,0.1.fits");

	soda_answers(1, 200, "Content-Type: text/html", "<html>log in</html>");
	cr_expect_eq(make(c, 5000), EIO);
	cutout_unref(c);
}

Test(cutout, a_fault_in_words_is_told_and_the_image_comes_afterwards)
{
	static const char *const faults[][2] = {
	    {"Content-Type: text/plain", "UsageFault: circle does not overlap"},
	    {"Content-Type: application/json", "{\"error\": \"does not overlap\"}"},
	    {"Content-Type: text/xml", "<error>does not overlap</error>"},
	    {"Content-Type: image/fits", "does not overlap"},
	};

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		struct cutout *c = get("10,20,0.1.fits");

		soda_answers(1, 200, faults[i][0], faults[i][1]);
		cr_expect_eq(make(c, 5000), EIO);
		cr_assert_not_null(c->failure);
		cr_expect_not_null(strstr(error_text(c->failure), "does not overlap"), "%s",
				   error_text(c->failure));
		cutout_unref(c);
	}
	loop_turn(f.loop, 3000);
	soda_answers(1, 200, "Content-Type: image/fits", image);
	struct cutout *c = get("10,20,0.1.fits");
	cr_expect_eq(make(c, 5000), 0);
	has_pixels(c);
	cutout_unref(c);
}

#define PARTS(type, content)                                                           \
	"preamble\r\n--sep x\r\nContent-Type: text/plain\r\n\r\na note\r\n--sep x\r\n" \
	"Content-Type: " type "\r\n\r\n" content "\r\n--sep x--\r\n"

Test(cutout, one_in_several_parts_is_unpacked)
{
	struct cutout *c = get("10,20,0.1.fits");

	soda_answers(1, 200, "Content-Type: multipart/mixed; boundary=\"sep x\"",
		     PARTS("image/fits", PIXELS));
	cr_expect_eq(make(c, 5000), 0, "%s", error_text(c->failure));
	has_pixels(c);
	cr_expect_eq(c->file->size, strlen(PIXELS));
	cutout_unref(c);
}

Test(cutout, several_parts_without_an_image_are_no_cut_out)
{
	struct cutout *c = get("10,20,0.1.fits");

	soda_answers(1, 200, "Content-Type: multipart/mixed; boundary=\"sep x\"",
		     PARTS("text/plain", "no image"));
	cr_expect_eq(make(c, 5000), EIO);
	cr_expect_not_null(strstr(error_text(c->failure), "several parts"));
	cutout_unref(c);
	c = get("10,20,0.2.fits");
	soda_answers(1, 200, "Content-Type: multipart/mixed", PARTS("image/fits", PIXELS));
	cr_expect_eq(make(c, 5000), EIO, "no boundary is told");
	cutout_unref(c);
}

Test(cutout, parts_that_break_off_are_not_kept)
{
	struct cutout *c = get("10,20,0.1.fits");

	soda_answers(1, 200, "Content-Type: multipart/mixed; boundary=b",
		     "--b\r\nContent-Type: image/fits\r\n\r\nSIMPLE  = these are th");
	cr_expect_eq(make(c, 5000), ECONNRESET, "%s", error_text(c->failure));
	cr_expect_not_null(strstr(error_text(c->failure), "cut off"));
	loop_turn(f.loop, 3000);
	soda_answers(1, 200, "Content-Type: multipart/mixed; boundary=\"sep x\"",
		     PARTS("image/fits", PIXELS));
	cr_expect_eq(make(c, 5000), 0);
	has_pixels(c);
	cutout_unref(c);
}

Test(cutout, one_that_breaks_off_is_not_kept)
{
	struct cutout *c = get("10,20,0.1.fits");

	fake_net_cut(f.net, NULL, "/soda", 1, 10);
	soda_answers(2, 200, "Content-Type: image/fits", image);
	cr_expect_eq(make(c, 5000), ECONNRESET);
	loop_turn(f.loop, 3000);
	cr_expect_eq(make(c, 5000), 0);
	has_pixels(c);
	cutout_unref(c);
}

/* A server that closes the connection, and told no length. */
Test(cutout, one_that_ends_too_early_is_not_kept)
{
	struct cutout *c = get("10,20,0.1.fits");

	soda_answers(1, 200, "Content-Type: image/fits", PIXELS);
	cr_expect_eq(make(c, 5000), ECONNRESET);
	loop_turn(f.loop, 3000);
	soda_answers(1, 200, "Content-Type: image/fits", image);
	cr_expect_eq(make(c, 5000), 0);
	has_pixels(c);
	cutout_unref(c);
}

Test(cutout, a_failure_is_not_asked_again_at_once)
{
	struct cutout *c = get("10,20,0.1.fits");

	soda_answers(FAKE_ALWAYS, 500, NULL, "");
	cr_expect_eq(make(c, 5000), EIO);
	cr_expect_eq(make(c, 100), EIO);
	cr_expect_eq(fake_net_count(f.net, NULL, "/soda"), 1);
	cutout_unref(c);
}

Test(cutout, one_that_nobody_wants_any_more_is_given_up)
{
	struct cutout *c = get("10,20,0.1.fits");

	fake_net_delay(f.net, NULL, "/soda", 1, 5000);
	soda_answers(1, 200, "Content-Type: image/fits", image);
	cr_expect_eq(make(c, 1000), ETIME);
	cutout_unref(c);
	loop_turn(f.loop, 10);
	cr_expect_eq(fake_net_open(f.net), 0);
}

Test(cutout, a_job_makes_it_and_is_deleted)
{
	struct cutout *c = get("10,20,0.1,MODE=async.fits");

	fake_net_answer(f.net, "GET", "/results/result", 1, 200, "Content-Type: image/fits", image);
	cr_expect_eq(make(c, 60000), 0);
	has_pixels(c);
	loop_turn(f.loop, 1000);
	cr_expect_eq(fake_tap_runs(&f.tap), 1);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
	cutout_unref(c);
}

Test(cutout, a_service_that_has_no_time_for_a_job_is_asked_again)
{
	struct cutout *c = get("10,20,0.1,MODE=async.fits");

	fake_net_answer(f.net, "POST", "/soda", 1, 503, "Retry-After: 3\n", "busy");
	fake_net_answer(f.net, "POST", "/soda", 1, 429, NULL, "busy");
	fake_net_answer(f.net, "GET", "/results/result", 1, 200, "Content-Type: image/fits", image);
	cr_expect_eq(make(c, 60000), 0, "%s", error_text(c->failure));
	has_pixels(c);
	cr_expect_eq(fake_tap_runs(&f.tap), 1);
	cutout_unref(c);
}

Test(cutout, a_job_that_fails_tells_why)
{
	struct cutout *c = get("10,20,0.1,MODE=async.fits");

	f.tap.fails = true;
	cr_expect_eq(make(c, 60000), EIO);
	cr_expect_str_eq(error_text(c->failure), "the disk of the service is full");
	loop_turn(f.loop, 1000);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
	cutout_unref(c);
}

Test(cutout, a_job_that_nobody_wants_any_more_is_deleted)
{
	struct cutout *c = get("10,20,0.1,MODE=async.fits");

	f.tap.looks_it_takes = 1000;
	cr_expect_eq(make(c, 5000), ETIME);
	cutout_unref(c);
	loop_turn(f.loop, 1000);
	cr_expect_eq(f.tap.njobs, 1);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
}

/* One whose POST is not answered yet. */
static void leave_early(unsigned answered_after_ms)
{
	struct cutout *c = get("10,20,0.1,MODE=async.fits");

	fake_net_delay(f.net, "POST", "/async", 1, answered_after_ms);
	cr_expect_eq(make(c, 1000), ETIME);
	cutout_unref(c);
}

Test(cutout, a_job_that_nobody_wants_before_it_is_there_is_deleted)
{
	leave_early(3000);
	loop_turn(f.loop, 1000);
	cr_expect_eq(f.tap.njobs, 1);
	for (int i = 0; i < 50; i++)
		loop_turn(f.loop, 100);
	cr_expect_eq(f.tap.njobs, 1);
	cr_expect_eq(fake_tap_jobs(&f.tap), 0);
	cr_expect_eq(fake_tap_runs(&f.tap), 0);
	cr_expect_eq(fake_net_open(f.net), 0);
}

Test(cutout, the_end_does_not_wait_for_a_job_that_nobody_wants)
{
	leave_early(3000);
	dataset_unref(steal(d));
	tap_restart(&f);
	d = dataset();
	cr_expect_eq(fake_net_open(f.net), 0);
}

Test(cutout, a_job_that_nobody_wants_and_that_is_refused_is_no_more)
{
	struct cutout *c = get("10,20,0.1,MODE=async.fits");

	fake_net_delay(f.net, "POST", "/async", 1, 3000);
	fake_net_answer(f.net, "POST", "/async", 1, 400, NULL, "no");
	cr_expect_eq(make(c, 1000), ETIME);
	cutout_unref(c);
	for (int i = 0; i < 50; i++)
		loop_turn(f.loop, 100);
	cr_expect_eq(fake_net_count(f.net, "DELETE", NULL), 0);
	cr_expect_eq(fake_net_open(f.net), 0);
}
