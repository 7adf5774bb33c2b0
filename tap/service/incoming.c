/*
 * incoming.c: a VOTable on its way; see incoming.h.
 *
 * One conversion, into all formats, reads the VOTable's file behind the download. The first error
 * ends all of it.
 */
#include "tap/service/incoming.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/stats.h"
#include "base/text/last_bytes.h"
#include "http/download.h"
#include "table/votable/votable.h"
#include "table/write/convert.h"
#include "tap/service/answer.h"
#include "tap/service/asked_format.h"

#define CUT_OFF "the result was cut off"

struct answer_look;

struct incoming {
	incoming_done done;
	void *arg;
	struct download *download;
	struct conversion *conversion; /* NULL: none, or it is over */
	int formats[FORMATS_MAX];      /* that it makes, in the order of its outputs */
	size_t nformats;
	uint64_t made[FORMATS_MAX]; /* bytes of each, when it is over */
	uint64_t bytes;             /* of the VOTable on disk */
	bool complete;              /* all of it came … */
	bool by_end;                /* … as far as the connection's end tells (HTTP/1.0) */
	struct table_end end;
	char *warnings, *elsewhere; /* of it */
	struct error *error;
	bool is_table; /* in spite of the error, and all of it came */
	bool broke;    /* the connection did: what came may be fetched again */
	bool failed_here;
	int status;
	struct loop *loop;
	struct answer_look *looking; /* what came instead of a VOTable is looked at */
	int fd;                      /* the VOTable's, while it is */
	char *url;                   /* that was asked */
	struct error *login;         /* it led to a page to log in at */
	char *content_type;
	int sent;        /* the format that is kept as it comes */
	char *extension; /* of it; NULL: a VOTable */
};

/* --- what came instead of a VOTable --- */

#define DISK_FULL                                                                            \
	"the disk that holds the state folder is full: free some space there, then `touch` " \
	"the query"

#define HEAD_MAX (64u << 10) /* bytes at the beginning, and at the end, that are looked at */

struct answer_look {
	struct work work;          /* first */
	struct incoming *incoming; /* NULL: cancelled */
	int fd;
	uint64_t bytes;
	char *content_type;
	char *extension;
	char *said;    /* NULL: it is what was asked for, and a reader's error stands */
	bool cut;      /* it is what was asked for, and breaks off … */
	bool by_end;   /* … which only its end can tell: all came that was sent */
	bool is_table; /* a VOTable, and no error document */
};

static size_t read_part(int fd, char *to, uint64_t from, uint64_t size)
{
	size_t n = size - from < HEAD_MAX ? (size_t)(size - from) : HEAD_MAX;
	ssize_t got = pread(fd, to, n, (off_t)from);

	to[got > 0 ? got : 0] = '\0';
	return got > 0 ? (size_t)got : 0;
}

/* Its root is VOTABLE, and it says more than why there is no table. */
static bool is_table_document(const char *text, const char *begin, size_t n)
{
	CLEANUP_FREE char *error = NULL;
	const char *lt = begin ? memrchr(text, '<', (size_t)(begin - text)) : NULL;

	if (!lt || memmem(text, (size_t)(begin - text), "<html", 5))
		return false;
	error = votable_error_message(text, n);
	return !error || memmem(text, n, "<FIELD", 6);
}

static void looking_run(struct work *w)
{
	struct answer_look *l = (struct answer_look *)w;
	CLEANUP_FREE char *text = xmalloc(HEAD_MAX + 1);
	CLEANUP_FREE char *said = NULL;
	size_t n = read_part(l->fd, text, 0, l->bytes);
	uint64_t from = l->bytes > HEAD_MAX ? l->bytes - HEAD_MAX : 0;
	char *begin = memmem(text, n, "VOTABLE", 7);

	if (l->extension) {
		l->said = asked_refusal(l->extension, l->content_type, text, n);
		l->cut = !l->said && last_bytes_are_missing(l->fd, l->bytes, l->extension);
		return;
	}
	l->is_table = is_table_document(text, begin, n);
	l->cut = l->by_end && n == 0;
	if (!begin) {
		said = answer_described(l->content_type, text, n);
		l->said = xasprintf("the service sent no VOTable, but %s", said);
		return;
	}
	if (from)
		n = read_part(l->fd, text, from, l->bytes);
	said = answer_intermixed(from ? text : begin, from ? n : n - (size_t)(begin - text));
	if (said)
		l->said = xasprintf("an error document came in the middle of the table: %s", said);
	else if (l->by_end)
		l->cut = last_bytes_are_missing(l->fd, l->bytes, NULL);
}

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
	if (a->looking)
		a->looking->incoming = NULL;
	if (a->fd >= 0)
		close(a->fd);
	error_free(a->error);
	error_free(a->login);
	free(a->url);
	free(a->content_type);
	free(a->warnings);
	free(a->elsewhere);
	free(a->extension);
	free(a);
}

static void incoming_advance(struct incoming *a)
{
	if (a->looking || (!a->error && (!a->complete || a->conversion)))
		return;
	if (a->is_table && a->download) /* it is damaged, and wanted as it is */
		return;
	a->done(a->arg, a->bytes, &a->end, a->error);
	incoming_cancel(a);
}

static void looking_done(struct work *w)
{
	struct answer_look *l = (struct answer_look *)w;
	struct incoming *a = l->incoming;

	if (a && (l->said || l->cut))
		error_set(&a->error,
			  l->cut     ? ECONNRESET
			  : a->error ? error_errno(a->error)
				     : EIO,
			  "%s", l->said ? l->said : CUT_OFF);
	if (a) {
		a->is_table = l->is_table && !a->broke;
		a->looking = NULL;
	}
	close(l->fd);
	free(l->said);
	free(l->content_type);
	free(l->extension);
	free(l);
	if (a)
		incoming_advance(a);
}

/* The reader's complaint helps nobody where something else came. */
static void look_at_answer(struct incoming *a)
{
	struct answer_look *l = xcalloc(1, sizeof(*l));

	l->work.run = looking_run;
	l->work.done = looking_done;
	l->incoming = a;
	l->fd = steal_fd(a->fd);
	l->bytes = a->bytes;
	l->content_type = xstrdup_or_null(a->content_type);
	l->extension = xstrdup_or_null(a->extension);
	l->by_end = a->by_end;
	a->looking = l;
	work_submit(a->loop, LANE_FILE, &l->work);
}

/* It says nothing of what came. */
static void failed_here(struct incoming *a, const struct error *err)
{
	int e = error_errno(err);

	a->failed_here = true;
	error_clear(&a->error);
	if (e == ENOSPC || e == EDQUOT)
		error_set(&a->error, e, DISK_FULL);
	else
		a->error = error_copy(err);
}

static void converted(void *arg, const struct table_end *end, struct error *err)
{
	struct incoming *a = arg;

	for (size_t i = 0; i < a->nformats; i++)
		a->made[a->formats[i]] = conversion_written(a->conversion, i);
	a->conversion = NULL;
	a->end = *end;
	a->end.warnings = a->warnings = xstrdup_or_null(end->warnings);
	a->end.elsewhere = a->elsewhere = xstrdup_or_null(end->elsewhere);
	if (err && conversion_failed_here(err))
		failed_here(a, err);
	else if (err)
		a->error = error_copy(err);
	if (err && !a->failed_here && a->fd >= 0)
		look_at_answer(a);
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

/* 413 and 507 have the same errno, but not as the end of an answer that was given. */
static bool is_of_the_disk(const struct error *err)
{
	int e = error_errno(err);

	return e == ENOSPC || e == EDQUOT || e == EFBIG || e == EROFS;
}

/*
 * It did not come whole. That counts more than what the reader says of what came: a damaged row may
 * be the first sign of it, and the next try may bring all.
 */
static void incoming_broke(struct incoming *a, const struct error *err)
{
	error_free(a->error);
	a->error = error_copy(err);
	a->broke = true;
	a->is_table = false;
}

static void incoming_came(void *arg, struct http_reply *reply, uint64_t bytes, struct error *err)
{
	struct incoming *a = arg;
	CLEANUP_ERROR struct error *cut = NULL;

	a->download = NULL;
	a->bytes = bytes;
	a->status = reply->status;
	if (!err && download_is_cut(reply, bytes)) {
		error_set(&cut, ECONNRESET, CUT_OFF);
		err = cut;
	}
	if (a->login) {
		incoming_broke(a, a->login);
	} else if (err && reply->status < 300 && is_of_the_disk(err)) {
		failed_here(a, err);
	} else if (err && !a->failed_here) {
		incoming_broke(a, err);
	} else if (!err && !a->error) { /* the first one stands */
		a->complete = true;
		a->by_end = reply->length < 0;
		incoming_feed(a);
		if (a->extension)
			look_at_answer(a);
	}
	incoming_advance(a);
}

static bool incoming_headers(void *arg, const struct http_reply *reply)
{
	struct incoming *a = arg;

	free(a->content_type);
	a->content_type = xstrdup_or_null(reply->content_type);
	return !answer_leads_to_login(reply->url, a->url, &a->login);
}

static struct incoming *incoming_new(struct loop *loop, int fd, incoming_done done, void *arg)
{
	struct incoming *a = xcalloc(1, sizeof(*a));

	a->done = done;
	a->loop = loop;
	a->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	a->arg = arg;
	return a;
}

static void incoming_download(struct incoming *a, struct http *http, const struct http_call *call,
			      int fd)
{
	struct download_events events = {
	    .arg = a, .headers = incoming_headers, .grew = incoming_grew, .done = incoming_came};

	a->url = xstrdup(call->url);
	a->download = download_start(http, a->loop, call, fd, &events);
}

struct incoming *incoming_start_as(struct http *http, struct loop *loop,
				   const struct http_call *call, int fd, int format,
				   const char *extension, incoming_done done, void *arg)
{
	struct incoming *a = incoming_new(loop, fd, done, arg);

	a->sent = format;
	a->extension = xstrdup(extension);
	incoming_download(a, http, call, fd);
	return a;
}

struct incoming *incoming_start(struct http *http, struct loop *loop, const struct http_call *call,
				const int fds[FORMATS_MAX], incoming_done done, void *arg)
{
	struct incoming *a = incoming_new(loop, fds[0], done, arg);
	struct conversion_output outputs[FORMATS_MAX];

	for (int f = 1; f < (int)format_count(); f++) {
		if (fds[f] < 0)
			continue;
		outputs[a->nformats] = (struct conversion_output){format_at((size_t)f), fds[f]};
		a->formats[a->nformats++] = f;
	}
	if (a->nformats)
		a->conversion =
		    conversion_start(loop, &(struct conversion_input){fds[0], fds[FORMAT_BESIDE]},
				     outputs, a->nformats, converted, a);
	incoming_download(a, http, call, fds[0]);
	return a;
}

int incoming_status(const struct incoming *a)
{
	return a->status;
}

bool incoming_failed_here(const struct incoming *a)
{
	return a->failed_here;
}

bool incoming_is_table(const struct incoming *a)
{
	return a->is_table;
}

uint64_t incoming_bytes(const struct incoming *a, int format)
{
	if (format == 0 || format == a->sent)
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
