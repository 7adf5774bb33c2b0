/* http_reply.c: what comes of an answer: headers, then the body; see transfer.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <curl/curl.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/stats.h"
#include "http/transfer.h"

#define ERROR_BODY_MAX 65536 /* bytes of an error's text that are looked at */

void transfer_reply_clear(struct http_reply *r)
{
	free(r->url);
	free(r->location);
	free(r->content_type);
	free(r->etag);
	free(r->last_modified);
	buf_free(&r->body);
	*r = (struct http_reply){.length = -1,
				 .retry_after = -1,
				 .max_age = -1,
				 .range_from = -1,
				 .range_to = -1,
				 .range_total = -1};
}

static void set_string(char **where, const char *value, size_t n)
{
	free(*where);
	*where = xstrndup(value, n);
}

/* Digits, at most 18: no file is longer, and sums of two such numbers fit. */
static bool take_size(const char **p, int64_t *n)
{
	size_t len = strspn(*p, "0123456789");

	if (len == 0 || len > 18)
		return false;
	*n = strtoll(*p, NULL, 10);
	*p += len;
	return true;
}

/*
 * "bytes 0-99/1234", or with a star for the total, or of a 416 with one for the range (RFC 9110
 * §14.4). What contradicts itself says nothing.
 */
static void read_content_range(struct http_reply *r, const char *value, size_t n)
{
	CLEANUP_FREE char *text = xstrndup(value, n);
	const char *p = text;
	int64_t from = -1, last = -1, total = -1;
	bool no_range;

	if (strncasecmp(p, "bytes", 5) != 0)
		return;
	p += 5;
	p += strspn(p, " =");
	no_range = *p == '*';
	if (no_range)
		p++;
	else if (!take_size(&p, &from) || *p++ != '-' || !take_size(&p, &last) || last < from)
		return;
	if (*p++ != '/' || (*p != '*' && !take_size(&p, &total)))
		return;
	if (total >= 0 && last >= total)
		return;
	r->range_from = from;
	r->range_to = no_range ? -1 : last + 1;
	r->range_total = total;
}

/* Seconds, or a date (RFC 9110 §10.2.3); 0: now, at our own pace. */
static int64_t read_retry_after(const char *value, size_t n)
{
	CLEANUP_FREE char *text = xstrndup(value, n);
	int64_t until;

	if (strspn(text, "0123456789") == n)
		return strtol(text, NULL, 10);
	until = (int64_t)curl_getdate(text, NULL) * 1000 - clock_now();
	return until > 0 ? (until + 999) / 1000 : 0;
}

/* RFC 9111 §4.2.1: max-age goes before Expires. What has expired already tells nothing. */
static void read_max_age(struct http_reply *r, const char *value, size_t n)
{
	CLEANUP_FREE char *text = xstrndup(value, n);
	const char *p = strcasestr(text, "max-age=");
	int64_t s;

	if (p && (p += 8, take_size(&p, &s)) && s > 0)
		r->max_age = s;
}

static void read_expires(struct http_reply *r, const char *value, size_t n)
{
	CLEANUP_FREE char *text = xstrndup(value, n);
	int64_t left = (int64_t)curl_getdate(text, NULL) - clock_now() / 1000;

	if (r->max_age < 0 && left > 0)
		r->max_age = left;
}

static unsigned low_speed_time(const struct transfer *t)
{
	return t->call.settings ? (unsigned)setting_int(t->call.settings, OPT_LOW_SPEED_TIME) : 30;
}

static void status_came(void *arg, int status)
{
	struct transfer *t = arg;

	t->reply.status = status;
	if (t->call.as_sent) /* a file does not have to be thought about */
		transfer_watch(t, low_speed_time(t));
}

static void read_coding(struct transfer *t, const char *value, size_t len)
{
	t->reply.packed = strncasecmp(value, "identity", len) != 0;
	t->deflated = len == 7 && strncasecmp(value, "deflate", len) == 0;
}

static void header_came(void *arg, const char *data, size_t name, const char *value, size_t len)
{
	struct transfer *t = arg;

#define IS(h) (name == sizeof(h) - 1 && strncasecmp(data, h, name) == 0)
	if (IS("Location"))
		set_string(&t->reply.location, value, len);
	else if (IS("Content-Type"))
		set_string(&t->reply.content_type, value, len);
	else if (IS("ETag"))
		set_string(&t->reply.etag, value, len);
	else if (IS("Content-Range"))
		read_content_range(&t->reply, value, len);
	else if (IS("Content-Encoding"))
		read_coding(t, value, len);
	else if (IS("Cache-Control"))
		read_max_age(&t->reply, value, len);
	else if (IS("Expires"))
		read_expires(&t->reply, value, len);
	else if (IS("Last-Modified"))
		set_string(&t->reply.last_modified, value, len);
	else if (IS("Retry-After"))
		t->retry_after = read_retry_after(value, len);
#undef IS
}

/* Tells the caller of the headers, once. False: it does not want the body. */
static bool headers_taken(struct transfer *t)
{
	if (t->headers_told || t->reply.status >= 300 || !t->call.on_headers)
		return true;
	t->headers_told = true;
	t->reply.length = t->unpack ? -1 : transfer_length(t);
	if (t->call.on_headers(t->call.arg, &t->reply))
		return true;
	error_set(&t->failure, ECANCELED, "stopped");
	return false;
}

/* By its first byte: what has a header that says gzip may not be, and the other way round. */
static void look_at_coding(struct transfer *t, const unsigned char *first)
{
	bool gzip = *first == 0x1f && (t->reply.packed || t->call.document);

	t->looked = true;
	if (t->call.as_sent || (!gzip && !t->deflated))
		return;
	t->unpack = unpack_new(t->deflated);
	t->reply.packed = true;
}

/* A piece of the body, decompressed. */
static enum body_verdict body_came(void *arg, const void *data, size_t n)
{
	struct transfer *t = arg;
	enum body_verdict verdict;

	if (!t->window_bytes && !t->body_begun)
		transfer_watch(t, low_speed_time(t));
	if (t->reply.status >= 300) {
		if (t->error_body.len < ERROR_BODY_MAX)
			buf_add(&t->error_body, data, n);
	} else if (t->call.on_body) {
		t->body_begun = true;
		verdict = t->call.on_body(t->call.arg, data, n);
		if (verdict == BODY_PAUSE) {
			t->paused = true;
			return BODY_PAUSE;
		}
		if (verdict == BODY_STOP) {
			error_set(&t->failure, ECANCELED, "stopped");
			return BODY_STOP;
		}
	} else if (t->reply.body.len + n > HTTP_COLLECT_MAX) {
		error_set(&t->failure, EFBIG, "the answer is larger than %u MiB",
			  HTTP_COLLECT_MAX >> 20);
		return BODY_STOP;
	} else {
		buf_add(&t->reply.body, data, n);
	}
	t->window_bytes += n;
	stats.http_bytes_in += (int64_t)n;
	return BODY_TAKEN;
}

static enum body_verdict data_came(void *arg, const void *data, size_t n)
{
	struct transfer *t = arg;
	enum body_verdict verdict;

	if (!t->looked && n)
		look_at_coding(t, data);
	if (!headers_taken(t))
		return BODY_STOP;
	if (!t->unpack)
		return body_came(t, data, n);
	verdict = unpack_feed(t->unpack, data, n, body_came, t);
	if (unpack_is_bad(t->unpack))
		error_set(&t->failure, EIO, "the answer cannot be decompressed");
	return verdict;
}

static void exchange_ended(void *arg, enum exchange_end end, const char *why)
{
	struct transfer *t = arg;

	if (end == EXCHANGE_OVER && t->unpack && !unpack_is_whole(t->unpack)) {
		end = EXCHANGE_BROKEN;
		why = "the compressed answer was cut off";
	}

	t->reply.retry_after = t->retry_after;
	transfer_ended(t, end, why);
}

const struct exchange_events transfer_events = {
    .status = status_came, .header = header_came, .data = data_came, .ended = exchange_ended};
