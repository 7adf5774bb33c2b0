/*
 * download.c: a body that streams to a file; see download.h.
 *
 * Two buffers: `filling` takes what curl brings, `writing` is at the worker.
 * When the worker is idle and something was filled they are swapped. Invariant:
 * at most one write is under way, so that pieces reach the file in order.
 * A cancelled download that has a write under way is freed when that comes back.
 */
#include "http/download.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cache/file.h"

struct download {
	struct work work; /* first: the write under way */
	struct loop *loop;
	struct transfer *transfer; /* NULL once it is over */
	struct download_events events;
	int fd;         /* -1 until the first write has made the file at path */
	char *path;     /* NULL where the descriptor was given */
	bool held;      /* no file yet: nothing is written */
	bool told;      /* events.headers was called */
	bool looked;    /* events.look was called */
	uint64_t came;  /* bytes of the body so far */
	uint64_t limit; /* more are an error; 0: none */
	bool made;      /* something was written, be it nothing: the file is there */
	struct buf filling, writing;
	uint64_t offset;  /* where the body begins in the file */
	uint64_t written; /* bytes of the body that are on the file */
	bool busy;        /* a write is under way */
	bool paused;
	bool cancelled;
	bool spoilt;               /* by the disk, or too much came: nothing more is written */
	struct http_reply reply;   /* once the transfer is over */
	struct error *error;       /* of the transfer, or of the disk once a write came back */
	struct error *write_error; /* the worker's, while a write is under way */
};

static void download_free(struct download *d)
{
	if (d->fd >= 0)
		close(d->fd);
	free(d->path);
	buf_free(&d->filling);
	buf_free(&d->writing);
	free(d->reply.url);
	free(d->reply.content_type);
	error_free(d->error);
	free(d);
}

static void write_run(struct work *w)
{
	struct download *d = (struct download *)w;

	if (d->fd < 0 && d->path)
		d->fd = open(d->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (d->fd < 0)
		error_set(&d->write_error, d->path ? errno : EMFILE, "cannot create %s: %s",
			  d->path ? d->path : "a file", error_why(d->path ? errno : EMFILE));
	else
		file_write_at(d->fd, buf_str(&d->writing), d->writing.len, d->offset + d->written,
			      &d->write_error);
}

static void write_start(struct download *d)
{
	struct buf swap = d->writing;

	d->writing = d->filling;
	d->filling = swap;
	buf_reset(&d->filling);
	d->busy = true;
	d->made = true;
	work_submit(d->loop, LANE_FILE, &d->work);
}

/* Goes on after a change: writes, resumes, or ends. */
static void download_advance(struct download *d)
{
	bool empty = !d->transfer && !d->told; /* no body: nobody makes a file for it */

	if (d->busy || (d->held && !d->error && !empty))
		return;
	if (d->held)
		d->spoilt = true; /* there is no file to write to */
	if (d->error && d->transfer) {
		transfer_cancel(d->transfer);
		d->transfer = NULL;
	}
	if (!d->spoilt && (d->filling.len || (!d->transfer && !d->made && !d->error)))
		write_start(d); /* also what came before the connection broke */
	if (d->paused && d->transfer) {
		d->paused = false;
		transfer_resume(d->transfer);
		return;
	}
	if (d->transfer || d->busy)
		return;
	d->events.done(d->events.arg, &d->reply, d->written, d->error);
	download_free(d);
}

static void write_done(struct work *w)
{
	struct download *d = (struct download *)w;

	d->busy = false;
	if (d->write_error) {
		error_move(&d->error, d->write_error);
		d->write_error = NULL;
		d->spoilt = true;
	}
	if (d->cancelled) {
		download_free(d);
		return;
	}
	if (!d->spoilt) {
		d->written += d->writing.len;
		buf_reset(&d->writing);
		if (d->events.grew)
			d->events.grew(d->events.arg, d->written);
	}
	download_advance(d);
}

static bool on_headers(void *arg, const struct http_reply *r)
{
	struct download *d = arg;

	d->told = true;
	return d->events.headers(d->events.arg, r);
}

static enum body_verdict on_body(void *arg, const void *data, size_t n)
{
	struct download *d = arg;

	if (!d->looked && d->events.look && !d->events.look(d->events.arg, data, n))
		return BODY_STOP;
	d->looked = true;
	if (d->limit && d->came + n > d->limit) {
		error_set(&d->error, EPROTO, "the service sent more than it announced (%llu bytes)",
			  (unsigned long long)d->limit);
		d->spoilt = true;
		return BODY_STOP;
	}
	if (d->filling.len >= DOWNLOAD_BUFFER) {
		d->paused = true;
		return BODY_PAUSE;
	}
	buf_add(&d->filling, data, n);
	d->came += n;
	if (!d->busy && !d->error && !d->held)
		write_start(d);
	return BODY_TAKEN;
}

static void on_done(void *arg, struct http_reply *r, struct error *err)
{
	struct download *d = arg;

	d->transfer = NULL;
	d->paused = false;
	d->reply = (struct http_reply){.status = r->status,
				       .begun = r->begun,
				       .retry_after = r->retry_after,
				       .length = r->length,
				       .range_from = r->range_from,
				       .range_to = r->range_to,
				       .range_total = r->range_total,
				       .url = xstrdup_or_null(r->url),
				       .content_type = xstrdup_or_null(r->content_type)};
	if (err && !d->error)
		d->error = error_copy(err);
	download_advance(d);
}

static struct download *start(struct http *h, struct loop *loop, const struct http_call *call,
			      const struct download_events *events)
{
	struct download *d = xcalloc(1, sizeof(*d));
	struct http_call c = *call;

	d->loop = loop;
	d->events = *events;
	d->fd = -1;
	d->work.run = write_run;
	d->work.done = write_done;
	c.arg = d;
	c.on_headers = events->headers ? on_headers : NULL;
	c.on_body = on_body;
	c.on_done = on_done;
	d->transfer = http_start(h, &c);
	return d;
}

struct download *download_start_at(struct http *h, struct loop *loop, const struct http_call *call,
				   int fd, uint64_t offset, const struct download_events *events)
{
	struct download *d = start(h, loop, call, events);

	d->offset = offset;
	d->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	d->made = true;
	return d;
}

struct download *download_start_held(struct http *h, struct loop *loop,
				     const struct http_call *call, uint64_t offset,
				     const struct download_events *events)
{
	struct download *d = start(h, loop, call, events);

	d->offset = offset;
	d->held = true;
	d->made = true;
	return d;
}

void download_give(struct download *d, int fd)
{
	d->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	d->held = false;
	download_advance(d);
}

void download_move(struct download *d, uint64_t offset)
{
	d->offset = offset;
}

void download_limit(struct download *d, uint64_t bytes)
{
	d->limit = bytes;
}

struct download *download_start(struct http *h, struct loop *loop, const struct http_call *call,
				int fd, const struct download_events *events)
{
	return download_start_at(h, loop, call, fd, 0, events);
}

struct download *download_start_path(struct http *h, struct loop *loop,
				     const struct http_call *call, const char *path,
				     const struct download_events *events)
{
	struct download *d = start(h, loop, call, events);

	d->path = xstrdup(path);
	return d;
}

int64_t download_length(const struct download *d)
{
	return d->transfer ? transfer_length(d->transfer) : -1;
}

void download_cancel(struct download *d)
{
	if (!d)
		return;
	transfer_cancel(d->transfer);
	d->transfer = NULL;
	d->cancelled = true;
	if (!d->busy)
		download_free(d);
}
