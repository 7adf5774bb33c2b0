/* remote_test.c: a file on a server, read in parts over a network that fails. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tests/unit/tap/tap_fixture.h"

#define URL  "http://tap.test/files/a.bin"
#define SIZE 300000

static struct tap_fixture f;
static char *bytes;

static void start(void)
{
	bytes = xcalloc(1, SIZE);
	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (char)(i * 7 + i / 251);
	f = (struct tap_fixture){.tap = {.file = bytes, .file_len = SIZE, .etag = "\"one\""}};
	tap_start(&f, NULL);
}

static void stop(void)
{
	tap_stop(&f);
	free(bytes);
}

TestSuite(remote, .init = start, .fini = stop);

/* Turns the clock until the bytes are there, or not. The errno, 0 if they are. */
static int need(struct remote *r, struct remote_reader *reader, uint64_t offset, uint64_t n)
{
	struct error *err = NULL;
	int errnum;

	for (int i = 0; i < 3000; i++) {
		switch (remote_need(r, reader, offset, n, &err)) {
		case REMOTE_YES: return 0;
		case REMOTE_FAILS:
			errnum = error_errno(err);
			error_free(err);
			return errnum;
		case REMOTE_WAIT: loop_turn(f.loop, 100);
		}
	}
	return ETIME;
}

/* The same, and they are the file's. */
static int read_part(struct remote *r, struct remote_reader *reader, uint64_t offset, uint64_t n)
{
	int errnum = need(r, reader, offset, n);
	char *got = xcalloc(1, n);

	if (!errnum) {
		cr_expect_eq(pread(r->file.fd, got, n, (off_t)offset), (ssize_t)n);
		cr_expect_eq(memcmp(got, bytes + offset, n), 0, "other bytes at %ju",
			     (uintmax_t)offset);
	}
	free(got);
	return errnum;
}

static struct remote *get(void)
{
	struct remote *r = remote_get(f.remotes, f.service, URL);

	remote_open(r);
	return r;
}

static void put(struct remote *r)
{
	remote_close(r);
	remote_unref(r);
	loop_turn(f.loop, 10);
}

Test(remote, a_read_fetches_a_block)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	cr_expect_eq(read_part(r, &reader, 1000, 100), 0);
	cr_expect_eq(f.tap.file_requests, 1);
	cr_expect_eq(ranges_total(&r->file.ranges), 65536);
	cr_expect_eq(r->file.validators.length, SIZE);
	put(r);
}

Test(remote, what_came_is_not_asked_for_again)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	cr_expect_eq(read_part(r, &reader, 0, 1000), 0);
	cr_expect_eq(read_part(r, &reader, 60000, 1000), 0);
	cr_expect_eq(f.tap.file_requests, 1);
	put(r);
}

Test(remote, two_readers_of_one_part_share_one_request)
{
	struct remote *r = get(), *again = remote_get(f.remotes, f.service, URL);
	struct remote_reader one = {0}, two = {0};

	cr_expect_eq(r, again);
	remote_open(again);
	cr_expect_eq(remote_need(r, &one, 0, 1000, NULL), REMOTE_WAIT);
	loop_turn(f.loop, 0);
	cr_expect_eq(remote_need(r, &one, 0, 1000, NULL), REMOTE_WAIT);
	cr_expect_eq(remote_need(again, &two, 100, 1000, NULL), REMOTE_WAIT);
	cr_expect_eq(read_part(again, &two, 100, 1000), 0);
	cr_expect_eq(read_part(r, &one, 0, 1000), 0);
	cr_expect_eq(f.tap.file_requests, 1);
	put(again);
	put(r);
}

Test(remote, two_readers_of_two_parts_get_both)
{
	struct remote *r = get();
	struct remote_reader one = {0}, two = {0};

	cr_expect_eq(read_part(r, &one, 0, 1000), 0);
	cr_expect_eq(remote_need(r, &one, 100000, 10, NULL), REMOTE_WAIT);
	cr_expect_eq(remote_need(r, &two, 200000, 10, NULL), REMOTE_WAIT);
	cr_expect_eq(read_part(r, &two, 200000, 10), 0);
	cr_expect_eq(read_part(r, &one, 100000, 10), 0);
	put(r);
}

Test(remote, one_of_two_readers_that_goes_does_not_take_the_others_bytes_away)
{
	struct remote *r = get(), *again = remote_get(f.remotes, f.service, URL);
	struct remote_reader one = {0}, two = {0};

	remote_open(again);
	loop_turn(f.loop, 0);
	cr_expect_eq(remote_need(r, &one, 0, 1000, NULL), REMOTE_WAIT);
	cr_expect_eq(remote_need(again, &two, 0, 1000, NULL), REMOTE_WAIT);
	remote_close(r);
	remote_unref(r);
	cr_expect_eq(read_part(again, &two, 0, 1000), 0);
	put(again);
}

Test(remote, a_reader_that_goes_on_gets_a_growing_window)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	for (uint64_t at = 0; at + 10000 <= SIZE; at += 10000)
		cr_expect_eq(read_part(r, &reader, at, 10000), 0);
	cr_expect_leq(f.tap.file_requests, 6);
	put(r);
}

Test(remote, the_end_of_the_file_ends_the_request)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	cr_expect_eq(need(r, &reader, SIZE - 10, 5000), 0);
	cr_expect_eq(read_part(r, &reader, SIZE - 10, 10), 0);
	cr_expect_eq(need(r, &reader, SIZE + 100, 10), 0, "nothing lies there");
	put(r);
}

Test(remote, a_connection_that_breaks_in_the_middle_goes_on_where_it_stood)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	fake_net_cut(f.net, "GET", "/a.bin", 3, 5000);
	cr_expect_eq(read_part(r, &reader, 0, 60000), 0);
	cr_expect_eq(f.tap.file_requests, 4);
	put(r);
}

Test(remote, a_416_in_mid_file_is_a_file_that_changed)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	cr_expect_eq(read_part(r, &reader, 0, 10), 0);
	f.tap.file_len = 70000; /* it is shorter by now */
	cr_expect_eq(need(r, &reader, 200000, 10), ESTALE);
	put(r);
}

Test(remote, another_etag_in_mid_file_is_a_file_that_changed)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	cr_expect_eq(read_part(r, &reader, 0, 10), 0);
	f.tap.etag = "\"two\"";
	cr_expect_eq(need(r, &reader, 200000, 10), ESTALE);
	cr_expect_eq(r->state, REMOTE_STALE);
	put(r);
}

Test(remote, who_opens_a_changed_file_again_gets_the_new_one)
{
	struct remote *r = get(), *fresh;
	struct remote_reader reader = {0};

	cr_expect_eq(read_part(r, &reader, 0, 10), 0);
	f.tap.etag = "\"two\"";
	bytes[0] = '!';
	cr_expect_eq(need(r, &reader, 200000, 10), ESTALE);
	fresh = get();
	cr_expect_neq(fresh, r);
	cr_expect_eq(read_part(fresh, &(struct remote_reader){0}, 0, 10), 0);
	put(r);
	put(fresh);
}

Test(remote, a_503_is_waited_for)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	fake_net_answer(f.net, "GET", "/a.bin", 2, 503, NULL, "");
	cr_expect_eq(read_part(r, &reader, 0, 10), 0);
	put(r);
}

Test(remote, a_file_that_is_not_there_is_told)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	fake_net_answer(f.net, "GET", "/a.bin", FAKE_ALWAYS, 404, NULL, "");
	cr_expect_eq(need(r, &reader, 0, 10), ENOENT);
	put(r);
}

Test(remote, a_server_without_ranges_is_read_in_one_stream)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	f.tap.has_no_ranges = true;
	cr_expect_eq(read_part(r, &reader, 250000, 10), 0);
	cr_expect_eq(read_part(r, &reader, 100, 10), 0);
	cr_expect_leq(f.tap.file_requests, 2);
	put(r);
}

/* RFC 9110 §14.4: a server may not know, or not tell, how long the file is. */
Test(remote, a_part_of_an_untold_total_is_legal)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	f.tap.hides_total = true;
	cr_expect_eq(read_part(r, &reader, 1000, 100), 0);
	cr_expect_eq(r->file.validators.length, SIZE);
	cr_expect_eq(read_part(r, &reader, SIZE - 4, 4), 0);
	cr_expect_eq(need(r, &reader, SIZE, 4), 0);
	put(r);
}

/* A server that sends one part, whatever it is asked for, and does not tell of how much. */
Test(remote, a_part_that_nobody_asked_for_ends_where_the_file_does)
{
	static const char *const said[] = {"bytes 0-9/*", "bytes 0-9/*", "bytes 0-9/10"};

	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		CLEANUP_FREE char *header =
		    xasprintf("Content-Range: %s\nETag: \"%zu\"\n", said[i], i);
		CLEANUP_FREE char *url = xasprintf("http://tap.test/files/%zu.bin", i);
		struct remote *r = remote_get(f.remotes, f.service, url);
		struct remote_reader reader = {0};

		remote_open(r);
		fake_net_answer(f.net, "GET", strrchr(url, '/'), FAKE_ALWAYS, 206, header,
				"some bytes");
		if (i == 0)
			cr_expect_eq(remote_size(r, NULL), REMOTE_WAIT, "by stat first");
		cr_expect_eq(need(r, &reader, 0, 100), 0, "%zu", i);
		cr_expect_eq(r->file.validators.length, 10);
		cr_expect_leq(fake_net_count(f.net, NULL, strrchr(url, '/')), 3);
		put(r);
	}
}

Test(remote, a_range_that_cannot_be_is_refused)
{
	static const char *const said[] = {
	    "0-9223372036854775806/9223372036854775807",
	    "0-9223372036854775807/*",
	    "0-18446744073709551615/18446744073709551616",
	    "-5-10/300000",
	    "10-5/300000",
	    "0-300000/300000",
	    "9223372036854775807-9223372036854775807/*",
	};

	for (size_t i = 0; i < sizeof(said) / sizeof(*said); i++) {
		struct remote *r = get();
		char *header = xasprintf("Content-Range: bytes %s\n", said[i]);

		fake_net_answer(f.net, "GET", "/a.bin", 1, 206, header, "some bytes");
		cr_expect_eq(need(r, &(struct remote_reader){0}, 0, 10), EPROTO, "%s", said[i]);
		cr_expect_eq(ranges_total(&r->file.ranges), 0);
		free(header);
		put(r);
		loop_turn(f.loop, 3000);
	}
}

Test(remote, a_range_that_no_cache_holds_is_an_end)
{
	struct remote *r = get();

	fake_net_answer(f.net, "GET", "/a.bin", 1, 206,
			"Content-Range: bytes 0-899999999999999999/900000000000000000\n",
			"some bytes");
	cr_expect_eq(need(r, &(struct remote_reader){0}, 0, 10), ENOSPC);
	put(r);
}

Test(remote, a_part_that_never_comes_is_not_asked_for_for_ever)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	cr_expect_eq(read_part(r, &reader, 0, 10), 0);
	fake_net_answer(f.net, "GET", "/a.bin", FAKE_ALWAYS, 416, "Content-Range: bytes */300000\n",
			"");
	cr_expect_eq(need(r, &reader, 200000, 10), EPROTO);
	put(r);
}

/* Archives answer so in place of a file of which a link says that it is FITS. */
Test(remote, what_is_no_fits_file_is_not_kept_as_one)
{
	static const struct {
		int status;
		const char *type, *body;
		int errnum;
		unsigned tries;
	} answers[] = {
	    {200, "Content-Type: text/html\n", "<!DOCTYPE html><html>Please log in</html>", EIO, 1},
	    {200, "Content-Type: text/plain\n", "UsageFault: no such thing", EIO, 1},
	    {200, "Content-Type: application/json\n", "{\"error\":\"no\"}", EIO, 1},
	    {200, "Content-Type: application/fits\n", "<VOTABLE><RESOURCE/></VOTABLE>", EIO, 1},
	    {204, NULL, "", EIO, 1},
	    {202, "Content-Type: text/plain\n", "being staged", EAGAIN, 4},
	    {202, NULL, "", EAGAIN, 4},
	    {202, "Retry-After: 3600\n", "being staged", EAGAIN, 1},
	};

	memcpy(bytes, "SIMPLE  =", 9);
	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		struct remote *r = get();

		remote_promise(r, "application/fits", -1);
		fake_net_answer(f.net, "GET", "/a.bin", answers[i].tries, answers[i].status,
				answers[i].type, answers[i].body);
		cr_expect_eq(need(r, &(struct remote_reader){0}, 0, 10), answers[i].errnum, "%zu",
			     i);
		cr_expect_eq(ranges_total(&r->file.ranges), 0);
		put(r);
		loop_turn(f.loop, 3000);
	}
}

Test(remote, a_few_words_in_place_of_a_longer_text_are_refused)
{
	static const struct {
		const char *type;
		int64_t promised;
		int errnum;
	} answers[] = {
	    {"Content-Type: text/plain\n", 100000, EIO},
	    {"Content-Type: text/plain\n", -1, 0}, /* who knows */
	    {"Content-Type: text/plain\n", 20, 0},
	    {"Content-Type: text/csv\n", 100000, 0}, /* the link was wrong */
	};

	for (size_t i = 0; i < sizeof(answers) / sizeof(*answers); i++) {
		CLEANUP_FREE char *url = xasprintf("http://tap.test/files/%zu.csv", i);
		struct remote *r = remote_get(f.remotes, f.service, url);

		remote_open(r);
		remote_promise(r, "text/csv", answers[i].promised);
		fake_net_answer(f.net, "GET", strrchr(url, '/'), FAKE_ALWAYS, 200, answers[i].type,
				"UsageFault: no such row");
		cr_expect_eq(need(r, &(struct remote_reader){0}, 0, 10), answers[i].errnum, "%zu",
			     i);
		put(r);
	}
}

Test(remote, what_comes_after_something_else_is_kept)
{
	struct remote *r = get();

	memcpy(bytes, "SIMPLE  =", 9);
	remote_promise(r, "application/fits", -1);
	fake_net_answer(f.net, "GET", "/a.bin", 1, 200, "Content-Type: text/html\n",
			"<html>in</html>");
	cr_expect_eq(need(r, &(struct remote_reader){0}, 0, 10), EIO);
	loop_turn(f.loop, 3000);
	cr_expect_eq(read_part(r, &(struct remote_reader){0}, 0, 10), 0);
	put(r);
}

Test(remote, a_file_that_is_staged_soon_is_waited_for)
{
	struct remote *r = get();

	fake_net_answer(f.net, "GET", "/a.bin", 2, 202, "Retry-After: 20\n", "being staged");
	cr_expect_eq(read_part(r, &(struct remote_reader){0}, 0, 10), 0);
	put(r);
}

/* Turns the clock until the size is known, or it is said that it is not. The errno, or 0. */
static int size_of(struct remote *r, unsigned ms)
{
	CLEANUP_ERROR struct error *err = NULL;

	for (unsigned i = 0; i < ms; i += 10) {
		switch (remote_size(r, &err)) {
		case REMOTE_YES: return 0;
		case REMOTE_FAILS: return error_errno(err);
		case REMOTE_WAIT: loop_turn(f.loop, 10);
		}
	}
	return ETIME;
}

Test(remote, stat_does_not_wait_for_a_file_that_is_staged)
{
	struct remote *r = get();

	fake_net_answer(f.net, "GET", "/a.bin", 3, 202, "Retry-After: 20\n", "being staged");
	cr_expect_eq(size_of(r, 1000), EAGAIN);
	cr_expect_eq(size_of(r, 1000), EAGAIN);
	cr_expect_eq(fake_net_count(f.net, NULL, "/a.bin"), 1, "nor does it ask again at once");
	cr_expect_eq(remote_size_surely(r, NULL), REMOTE_WAIT, "who opens it waits");
	loop_turn(f.loop, 15000);
	cr_expect_eq(fake_net_count(f.net, NULL, "/a.bin"), 2);
	cr_expect_eq(size_of(r, 1000), EAGAIN, "and nobody else");
	cr_expect_eq(read_part(r, &(struct remote_reader){0}, 0, 10), 0);
	cr_expect_eq(size_of(r, 1000), 0);
	put(r);
}

Test(remote, who_opens_a_file_while_its_size_is_asked_for_waits_for_the_staging)
{
	struct remote *r = get();

	fake_net_answer(f.net, "GET", "/a.bin", 1, 202, "Retry-After: 20\n", "being staged");
	while (r->state == REMOTE_LOOKING)
		loop_turn(f.loop, 0);
	cr_expect_eq(remote_size(r, NULL), REMOTE_WAIT);
	cr_expect_eq(remote_size_surely(r, NULL), REMOTE_WAIT);
	loop_turn(f.loop, 100);
	cr_expect_eq(size_of(r, 1000), EAGAIN);
	cr_expect_eq(remote_size_surely(r, NULL), REMOTE_WAIT);
	loop_turn(f.loop, 21000);
	cr_expect_eq(size_of(r, 1000), 0);
	cr_expect_eq(fake_net_count(f.net, NULL, "/a.bin"), 2);
	put(r);
}

Test(remote, a_kept_file_that_is_staged_again_is_read)
{
	struct remote *r = get();

	cr_expect_eq(read_part(r, &(struct remote_reader){0}, 0, 10), 0);
	clock_fix(clock_now() + 3600000);
	fake_net_answer(f.net, "GET", "/a.bin", FAKE_ALWAYS, 202, "Retry-After: 20\n", "");
	cr_expect_eq(remote_size_surely(r, NULL), REMOTE_WAIT);
	loop_turn(f.loop, 100);
	cr_expect_eq(remote_size_surely(r, NULL), REMOTE_YES);
	cr_expect_eq(read_part(r, &(struct remote_reader){0}, 0, 10), 0);
	put(r);
}

Test(remote, a_server_without_ranges_sends_what_it_promised)
{
	struct remote *r = get();

	memcpy(bytes, "SIMPLE  =", 9);
	f.tap.has_no_ranges = true;
	remote_promise(r, "image/fits", -1);
	cr_expect_eq(remote_size(r, NULL), REMOTE_WAIT);
	cr_expect_eq(read_part(r, &(struct remote_reader){0}, 250000, 10), 0);
	put(r);
}

Test(remote, the_hint_to_sign_in_is_for_the_services_own_files)
{
	struct remote *own = get();
	struct remote *other = remote_get(f.remotes, f.service, "http://store.test/x.dat");
	struct error *err = NULL;

	fake_net_answer(f.net, "GET", "/a.bin", FAKE_ALWAYS, 403, NULL, "denied");
	fake_net_answer(f.net, "GET", "/x.dat", FAKE_ALWAYS, 403, NULL, "denied");
	cr_expect_eq(need(own, &(struct remote_reader){0}, 0, 10), EPERM);
	cr_expect_eq(remote_need(own, &(struct remote_reader){0}, 0, 10, &err), REMOTE_FAILS);
	cr_expect_not_null(strstr(error_text(err), "sign in"), "%s", error_text(err));
	error_clear(&err);
	cr_expect_eq(need(other, &(struct remote_reader){0}, 0, 10), EPERM);
	cr_expect_eq(remote_need(other, &(struct remote_reader){0}, 0, 10, &err), REMOTE_FAILS);
	cr_expect_null(strstr(error_text(err), "sign in"), "%s", error_text(err));
	error_clear(&err);
	remote_unref(other);
	put(own);
}

Test(remote, a_new_address_goes_on_where_the_old_one_ended)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	cr_expect_eq(read_part(r, &reader, 0, 10), 0);
	fake_net_answer(f.net, "GET", "/a.bin", 1, 403, NULL, "expired");
	cr_expect_eq(need(r, &reader, 200000, 10), EPERM);
	remote_renew(r, URL "?X-Amz-Signature=2");
	cr_expect_eq(read_part(r, &reader, 200000, 10), 0);
	put(r);
}

Test(remote, what_is_kept_is_read_without_a_network)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	cr_expect_eq(read_part(r, &reader, 0, 1000), 0);
	put(r);
	loop_turn(f.loop, 60000);
	tap_restart(&f);
	fake_net_refuse(f.net, NULL, "/a.bin", FAKE_ALWAYS);
	r = get();
	cr_expect_eq(read_part(r, &(struct remote_reader){0}, 0, 1000), 0);
	cr_expect_neq(need(r, &(struct remote_reader){0}, 200000, 10), 0);
	put(r);
}

Test(remote, a_kept_file_is_checked_after_a_while)
{
	struct remote *r = get();

	cr_expect_eq(read_part(r, &(struct remote_reader){0}, 0, 1000), 0);
	put(r);
	loop_turn(f.loop, 600000);
	f.tap.etag = "\"two\"";
	r = get();
	cr_expect_eq(need(r, &(struct remote_reader){0}, 0, 1000), ESTALE);
	put(r);
}

Test(remote, nothing_is_under_way_when_nobody_reads)
{
	struct remote *r = get();
	struct remote_reader reader = {0};

	fake_net_delay(f.net, "GET", "/a.bin", 1, 5000);
	loop_turn(f.loop, 0);
	cr_expect_eq(remote_need(r, &reader, 0, 10, NULL), REMOTE_WAIT);
	loop_turn(f.loop, 10);
	put(r);
	cr_expect_leq(fake_net_open(f.net), 1, "a block that is nearly there may come");
	loop_turn(f.loop, 10000);
	cr_expect_eq(fake_net_open(f.net), 0);
}
