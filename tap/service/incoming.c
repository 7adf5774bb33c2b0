/*
 * incoming.c: a VOTable on its way; see incoming.h.
 *
 * The conversions read the VOTable's file behind the download. The first error ends all of it.
 */
#include "tap/service/incoming.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/stats.h"
#include "http/download.h"
#include "table/write/convert.h"

struct converting {
	struct incoming *incoming;
	struct conversion *conversion; /* NULL: none, or it is over */
	uint64_t bytes;                /* made, when it is over */
};

struct incoming {
	incoming_done done;
	void *arg;
	struct download *download;
	struct converting formats[FORMATS_MAX]; /* [0] is unused */
	unsigned converting;                    /* under way */
	uint64_t bytes;                         /* of the VOTable on disk */
	bool complete;                          /* all of it came */
	struct table_end end;
	struct error *error;
};

static void stop(struct incoming *a)
{
	download_cancel(a->download);
	for (int f = 0; f < FORMATS_MAX; f++)
		conversion_cancel(a->formats[f].conversion);
}

void incoming_cancel(struct incoming *a)
{
	if (!a)
		return;
	stop(a);
	error_free(a->error);
	free(a);
}

static void advance(struct incoming *a)
{
	if (!a->error && (!a->complete || a->converting))
		return;
	a->done(a->arg, a->bytes, &a->end, a->error);
	incoming_cancel(a);
}

static void converted(void *arg, const struct table_end *end, struct error *err)
{
	struct converting *c = arg;
	struct incoming *a = c->incoming;

	c->bytes = conversion_written(c->conversion);
	c->conversion = NULL;
	a->converting--;
	if (c != &a->formats[FORMAT_LINKS]) /* which may leave rows out */
		a->end = *end;
	if (err)
		a->error = error_copy(err);
	advance(a);
}

static void feed(struct incoming *a)
{
	for (int f = 0; f < FORMATS_MAX; f++)
		if (a->formats[f].conversion)
			conversion_feed(a->formats[f].conversion, a->bytes, a->complete);
}

static void grew(void *arg, uint64_t bytes)
{
	struct incoming *a = arg;

	stats.result_bytes += (int64_t)(bytes - a->bytes);
	a->bytes = bytes;
	feed(a);
}

static void came(void *arg, struct http_reply *reply, uint64_t bytes, struct error *err)
{
	struct incoming *a = arg;

	a->download = NULL;
	a->bytes = bytes;
	if (err) {
		a->error = error_copy(err);
	} else if (reply->length >= 0 && (uint64_t)reply->length > bytes) {
		error_set(&a->error, ECONNRESET, "the result was cut off");
	} else {
		a->complete = true;
		feed(a);
	}
	advance(a);
}

struct incoming *incoming_start(struct http *http, struct loop *loop, const struct http_call *call,
				const int fds[FORMATS_MAX], incoming_done done, void *arg)
{
	struct incoming *a = xcalloc(1, sizeof(*a));
	struct download_events events = {.arg = a, .grew = grew, .done = came};

	a->done = done;
	a->arg = arg;
	for (int f = 1; f < FORMATS_MAX; f++) {
		struct converting *c = &a->formats[f];

		if (fds[f] < 0)
			continue;
		c->incoming = a;
		c->conversion =
		    conversion_start(loop, fds[0], format_at((size_t)f), fds[f], converted, c);
		a->converting++;
	}
	a->download = download_start(http, loop, call, fds[0], &events);
	return a;
}

uint64_t incoming_bytes(const struct incoming *a, int format)
{
	const struct converting *c = &a->formats[format];

	if (format == 0)
		return a->bytes;
	return c->conversion ? conversion_written(c->conversion) : c->bytes;
}

int64_t incoming_length(const struct incoming *a)
{
	return a->download ? download_length(a->download) : -1;
}
