/* unpack_test.c: compressed bodies: of several members, unannounced, cut off, paused. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/unpack.h"
#include "http/http.h"
#include "tests/unit/http/fake_net.h"

/* window_bits: 31 is gzip, 15 is zlib's format, which HTTP calls deflate. */
static void add_packed(struct buf *b, const char *text, size_t n, int window_bits)
{
	size_t room = compressBound(n) + 64;
	CLEANUP_FREE unsigned char *out = xmalloc(room);
	z_stream z = {0};

	deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (unsigned char *)text;
	z.avail_in = (unsigned)n;
	z.next_out = out;
	z.avail_out = (unsigned)room;
	cr_assert_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	buf_add(b, out, room - z.avail_out);
	deflateEnd(&z);
}

struct taker {
	struct buf got;
	unsigned calls, pauses; /* each call that counts to 3 pauses once */
};

static enum body_verdict take(void *arg, const void *data, size_t n)
{
	struct taker *t = arg;

	if (t->pauses && ++t->calls % 3 == 0) {
		t->pauses--;
		return BODY_PAUSE;
	}
	buf_add(&t->got, data, n);
	return BODY_TAKEN;
}

static enum body_verdict feed_all(struct unpack *u, const struct buf *b, size_t piece,
				  struct taker *t)
{
	for (size_t at = 0; at < b->len;) {
		size_t n = b->len - at < piece ? b->len - at : piece;
		enum body_verdict v = unpack_feed(u, b->data + at, n, take, t);

		if (v == BODY_STOP)
			return v;
		if (v == BODY_TAKEN)
			at += n;
		else if (n > 1)
			piece = n / 2; /* what comes again comes in other pieces */
	}
	return BODY_TAKEN;
}

static void makes(const struct buf *packed, bool deflate, unsigned pauses, const char *want,
		  size_t want_len)
{
	static const size_t pieces[] = {1, 7, 1000, 1u << 20};

	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		struct unpack *u = unpack_new(deflate);
		struct taker t = {.pauses = pauses};

		cr_expect_eq(feed_all(u, packed, pieces[i], &t), BODY_TAKEN);
		cr_expect(unpack_is_whole(u));
		cr_expect_eq(t.got.len, want_len, "%zu", t.got.len);
		cr_expect(t.got.len == want_len && memcmp(buf_str(&t.got), want, want_len) == 0);
		buf_free(&t.got);
		unpack_free(u);
	}
}

Test(unpack, members_one_behind_the_other_are_one_body)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	add_packed(&b, "hello ", 6, 31);
	add_packed(&b, "", 0, 31);
	add_packed(&b, "world", 5, 31);
	makes(&b, false, 0, "hello world", 11);
	buf_add(&b, "\0\0\0", 3); /* padding, as tapes have it */
	makes(&b, false, 0, "hello world", 11);
}

Test(unpack, deflate_is_zlibs_format)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	add_packed(&b, "hello", 5, 15);
	makes(&b, true, 0, "hello", 5);
}

Test(unpack, a_body_that_grows_a_thousandfold_comes_in_pieces)
{
	CLEANUP_BUF struct buf b = BUF_INIT;
	CLEANUP_FREE char *zeros = xcalloc(1, 3u << 20);

	add_packed(&b, zeros, 3u << 20, 31);
	makes(&b, false, 0, zeros, 3u << 20);
}

Test(unpack, a_reader_that_pauses_loses_nothing)
{
	CLEANUP_BUF struct buf b = BUF_INIT;
	CLEANUP_FREE char *text = xmalloc(500000);

	for (size_t i = 0; i < 500000; i++)
		text[i] = (char)('a' + i * i % 23 + i % 3);
	add_packed(&b, text, 300000, 31);
	add_packed(&b, text + 300000, 200000, 31);
	makes(&b, false, 50, text, 500000);
}

Test(unpack, what_is_cut_off_is_not_whole)
{
	CLEANUP_BUF struct buf b = BUF_INIT;
	struct unpack *u = unpack_new(false);
	struct taker t = {0};

	add_packed(&b, "hello", 5, 31);
	b.len -= 4;
	cr_expect_eq(feed_all(u, &b, 1000, &t), BODY_TAKEN);
	cr_expect_not(unpack_is_whole(u));
	buf_free(&t.got);
	unpack_free(u);
}

Test(unpack, what_is_broken_is_bad)
{
	CLEANUP_BUF struct buf b = BUF_INIT;
	struct unpack *u = unpack_new(false);
	struct taker t = {0};

	buf_add(&b, "\x1f\x8b\x08\0\0\0\0\0\0\x03 no, it is not", 24);
	cr_expect_eq(feed_all(u, &b, 1000, &t), BODY_STOP);
	cr_expect(unpack_is_bad(u));
	buf_free(&t.got);
	unpack_free(u);
}

/* --- of requests --- */

static struct {
	struct buf body;
	const char *headers;
	struct error *err;
	struct buf got;
	int64_t length;
	unsigned done;
} is;

static void serve(void *arg, const struct fake_request *q, struct fake_reply *r)
{
	(void)arg, (void)q;
	r->status = 200;
	r->headers = xstrdup(is.headers);
	buf_add(&r->body, is.body.data, is.body.len);
}

static void over(void *arg, struct http_reply *r, struct error *err)
{
	(void)arg;
	is.done++;
	is.err = error_copy(err);
	is.length = r->length;
	buf_add(&is.got, buf_str(&r->body), r->body.len);
}

static void ask(bool document, bool as_sent)
{
	struct loop *loop = loop_new_turned();
	struct fake_net *net = fake_net_new(loop);
	struct http *http = http_new(loop, fake_net_transport(net));
	struct http_call call = {
	    .url = "http://a.test/x", .document = document, .as_sent = as_sent, .on_done = over};

	is.done = 0;
	error_clear(&is.err);
	buf_reset(&is.got);
	fake_net_serve(net, serve, NULL);
	http_start(http, &call);
	loop_turn(loop, 600000);
	cr_expect_eq(is.done, 1);
	http_free(http);
	fake_net_free(net);
	loop_free(loop);
}

static void begin(const char *headers)
{
	is.headers = headers;
	buf_reset(&is.body);
	add_packed(&is.body, "<a/>", 4, 31);
	add_packed(&is.body, "<!-- -->", 8, 31);
}

Test(unpack, an_answer_of_two_members_is_one_document)
{
	begin("Content-Encoding: gzip\n");
	ask(false, false);
	cr_expect_str_eq(buf_str(&is.got), "<a/><!-- -->");
	cr_expect_eq(is.length, -1, "Content-Length is of what was sent");
}

Test(unpack, a_document_is_unpacked_without_a_header)
{
	begin("Content-Type: text/xml\n");
	ask(true, false);
	cr_expect_str_eq(buf_str(&is.got), "<a/><!-- -->");
}

Test(unpack, a_file_is_left_as_it_is)
{
	begin("Content-Type: application/gzip\n");
	ask(false, false);
	cr_expect_eq(is.got.len, is.body.len);
	begin("Content-Encoding: gzip\n");
	ask(false, true);
	cr_expect_eq(is.got.len, is.body.len);
}

Test(unpack, a_header_that_says_gzip_of_plain_text_is_wrong)
{
	begin("Content-Encoding: gzip\n");
	buf_reset(&is.body);
	buf_adds(&is.body, "<a/>");
	ask(true, false);
	cr_expect_str_eq(buf_str(&is.got), "<a/>");
}

Test(unpack, an_answer_that_is_cut_off_is_broken)
{
	begin("Content-Encoding: gzip\n");
	is.body.len -= 5;
	ask(true, false);
	cr_assert_not_null(is.err);
	cr_expect_eq(error_errno(is.err), ECONNRESET);
	cr_expect_str_eq(error_text(is.err), "the compressed answer was cut off");
}
