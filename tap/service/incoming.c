/*
 * incoming.c: a VOTable on its way; see incoming.h.
 *
 * One conversion, into all formats, reads the VOTable's file behind the download. The first error
 * ends all of it.
 */
#include "tap/service/incoming.h"

#include <errno.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/stats.h"
#include "http/download.h"
#include "table/write/convert.h"

struct incoming {
	incoming_done done;
	void *arg;
	struct download *download;
	struct conversion *conversion; /* NULL: none, or it is over */
	int formats[FORMATS_MAX];      /* that it makes, in the order of its outputs */
	size_t nformats;
	uint64_t made[FORMATS_MAX]; /* bytes of each, when it is over */
	uint64_t bytes;             /* of the VOTable on disk */
	bool complete;              /* all of it came */
	struct table_end end;
	struct error *error;
};

static void incoming_stop(struct incoming *a)
{
	download_cancel(a->download);
	conversion_cancel(a->conversion);
}

void incoming_cancel(struct incoming *a)
{
	if (!a)
		return;
	incoming_stop(a);
	error_free(a->error);
	free(a);
}

static void incoming_advance(struct incoming *a)
{
	if (!a->error && (!a->complete || a->conversion))
		return;
	a->done(a->arg, a->bytes, &a->end, a->error);
	incoming_cancel(a);
}

static void converted(void *arg, const struct table_end *end, struct error *err)
{
	struct incoming *a = arg;

	for (size_t i = 0; i < a->nformats; i++)
		a->made[a->formats[i]] = conversion_written(a->conversion, i);
	a->conversion = NULL;
	a->end = *end;
	if (err)
		a->error = error_copy(err);
	incoming_advance(a);
}

static void incoming_feed(struct incoming *a)
{
	if (a->conversion)
		conversion_feed(a->conversion, a->bytes, a->complete);
}

static void incoming_grew(void *arg, uint64_t bytes)
{
	struct incoming *a = arg;

	stats.result_bytes += (int64_t)(bytes - a->bytes);
	a->bytes = bytes;
	incoming_feed(a);
}

static void incoming_came(void *arg, struct http_reply *reply, uint64_t bytes, struct error *err)
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
		incoming_feed(a);
	}
	incoming_advance(a);
}

struct incoming *incoming_start(struct http *http, struct loop *loop, const struct http_call *call,
				const int fds[FORMATS_MAX], incoming_done done, void *arg)
{
	struct incoming *a = xcalloc(1, sizeof(*a));
	struct conversion_output outputs[FORMATS_MAX];
	struct download_events events = {.arg = a, .grew = incoming_grew, .done = incoming_came};

	a->done = done;
	a->arg = arg;
	for (int f = 1; f < FORMATS_MAX; f++) {
		if (fds[f] < 0)
			continue;
		outputs[a->nformats] = (struct conversion_output){format_at((size_t)f), fds[f]};
		a->formats[a->nformats++] = f;
	}
	if (a->nformats)
		a->conversion = conversion_start(loop, fds[0], outputs, a->nformats, converted, a);
	a->download = download_start(http, loop, call, fds[0], &events);
	return a;
}

uint64_t incoming_bytes(const struct incoming *a, int format)
{
	if (format == 0)
		return a->bytes;
	for (size_t i = 0; a->conversion && i < a->nformats; i++)
		if (a->formats[i] == format)
			return conversion_written(a->conversion, i);
	return a->made[format];
}

int64_t incoming_length(const struct incoming *a)
{
	return a->download ? download_length(a->download) : -1;
}
