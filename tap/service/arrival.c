/*
 * arrival.c: a VOTable on its way; see arrival.h.
 *
 * The conversions read the VOTable's file behind the download. The first error ends all of it.
 */
#include "tap/service/arrival.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/stats.h"
#include "table/write/convert.h"
#include "http/download.h"

struct converting {
	struct arrival *arrival;
	struct conversion *conversion; /* NULL: none, or it is over */
	uint64_t bytes;                /* made, when it is over */
};

struct arrival {
	arrival_done done;
	void *arg;
	struct download *download;
	struct converting formats[FORMATS_MAX]; /* [0] is unused */
	unsigned converting;                    /* under way */
	uint64_t bytes;                         /* of the VOTable on disk */
	bool complete;                          /* all of it came */
	struct table_end end;
	struct error *error;
};

static void stop(struct arrival *a)
{
	download_cancel(a->download);
	for (int f = 0; f < FORMATS_MAX; f++)
		conversion_cancel(a->formats[f].conversion);
}

void arrival_cancel(struct arrival *a)
{
	if (!a)
		return;
	stop(a);
	error_free(a->error);
	free(a);
}

static void advance(struct arrival *a)
{
	if (!a->error && (!a->complete || a->converting))
		return;
	a->done(a->arg, a->bytes, &a->end, a->error);
	arrival_cancel(a);
}

static void converted(void *arg, const struct table_end *end, struct error *err)
{
	struct converting *c = arg;
	struct arrival *a = c->arrival;

	c->bytes = conversion_written(c->conversion);
	c->conversion = NULL;
	a->converting--;
	if (c != &a->formats[FORMAT_LINKS]) /* which may leave rows out */
		a->end = *end;
	if (err)
		a->error = error_copy(err);
	advance(a);
}

static void feed(struct arrival *a)
{
	for (int f = 0; f < FORMATS_MAX; f++)
		if (a->formats[f].conversion)
			conversion_feed(a->formats[f].conversion, a->bytes, a->complete);
}

static void grew(void *arg, uint64_t bytes)
{
	struct arrival *a = arg;

	stats.result_bytes += (int64_t)(bytes - a->bytes);
	a->bytes = bytes;
	feed(a);
}

static void came(void *arg, struct http_reply *reply, uint64_t bytes, struct error *err)
{
	struct arrival *a = arg;

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

struct arrival *arrival_start(struct http *http, struct loop *loop, const struct http_call *call,
			      const int fds[FORMATS_MAX], arrival_done done, void *arg)
{
	struct arrival *a = xcalloc(1, sizeof(*a));
	struct download_events events = {.arg = a, .grew = grew, .done = came};

	a->done = done;
	a->arg = arg;
	for (int f = 1; f < FORMATS_MAX; f++) {
		struct converting *c = &a->formats[f];

		if (fds[f] < 0)
			continue;
		c->arrival = a;
		c->conversion =
		    conversion_start(loop, fds[0], format_at((size_t)f), fds[f], converted, c);
		a->converting++;
	}
	a->download = download_start(http, loop, call, fds[0], &events);
	return a;
}

uint64_t arrival_bytes(const struct arrival *a, int format)
{
	const struct converting *c = &a->formats[format];

	if (format == 0)
		return a->bytes;
	return c->conversion ? conversion_written(c->conversion) : c->bytes;
}

int64_t arrival_length(const struct arrival *a)
{
	return a->download ? download_length(a->download) : -1;
}
