/*
 * convert.c: a VOTable file into another format; see convert.h.
 *
 * The reader pushes into `tap`, a sink that counts rows and hands on to the
 * format's writer. Where there is much it has threads of its own; between
 * steps there are none. While a step is under way (busy) everything below "worker"
 * belongs to the worker; available and complete belong to the loop and are
 * copied into the step.
 */
#include "table/write/convert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/votable/descriptor.h"
#include "table/votable/votable.h"

#define READ_SIZE    (256u << 10)
#define STEP_LEAST   (2u << 20) /* bytes */
#define STEP_WAIT_MS 50

struct conversion {
	struct work work; /* first */
	struct loop *loop;
	void (*done)(void *arg, const struct table_end *, struct error *);
	void *arg;
	uint64_t available;
	bool complete, busy;
	_Atomic bool cancelled;
	struct timer *timer; /* what is there waits for more */
	bool due;            /* it has waited enough */
	uint64_t written;    /* bytes of the output, as of the last step */

	/* worker */
	struct table_sink sink;
	struct format_writer *writer; /* NULL: rows are counted only */
	struct votable *reader;
	struct table_end end;
	struct error *error;
	int in_fd, out_fd;
	uint64_t read;   /* bytes of the input that were fed */
	uint64_t target; /* of this step */
	bool last;       /* the step ends the document */
	bool finished;
	uint64_t made; /* bytes of the output */
};

static struct conversion *of_sink(struct table_sink *s)
{
	return (struct conversion *)((char *)s - offsetof(struct conversion, sink));
}

static bool tap_begin(struct table_sink *s, const struct table *t, struct error **err)
{
	struct conversion *c = of_sink(s);

	if (!c->writer)
		return true;
	if (!c->writer->sink.begin(&c->writer->sink, t, err))
		return false;
	c->sink.no_rows = c->writer->sink.no_rows;
	return true;
}

static bool tap_row(struct table_sink *s, const struct cell *cells, struct error **err)
{
	struct conversion *c = of_sink(s);

	return !c->writer || c->writer->sink.row(&c->writer->sink, cells, err);
}

static void tap_row_text(const struct table_sink *s, const struct cell *cells, struct buf *out,
			 struct buf *scratch)
{
	const struct table_sink *to = &of_sink((struct table_sink *)s)->writer->sink;

	to->row_text(to, cells, out, scratch);
}

static bool tap_take(struct table_sink *s, const struct buf *texts, struct error **err)
{
	struct table_sink *to = &of_sink(s)->writer->sink;

	return to->take(to, texts, err);
}

static bool tap_end(struct table_sink *s, const struct table_end *end, struct error **err)
{
	struct conversion *c = of_sink(s);

	c->end = *end;
	return !c->writer || c->writer->sink.end(&c->writer->sink, end, err);
}

static bool tap_descriptor(struct table_sink *s, struct descriptor *d, struct error **err)
{
	struct conversion *c = of_sink(s);

	if (c->writer && c->writer->sink.descriptor)
		return c->writer->sink.descriptor(&c->writer->sink, d, err);
	descriptor_clear(d);
	return true;
}

static void conversion_free(struct conversion *c)
{
	timer_cancel(c->timer);
	votable_free(c->reader);
	if (c->writer)
		c->writer->free(c->writer);
	error_free(c->error);
	close(c->in_fd);
	if (c->out_fd >= 0)
		close(c->out_fd);
	free(c);
}

/* The document is read to its end; the writer may want to see all of it a second time. */
static void conversion_finish(struct conversion *c)
{
	c->finished = votable_finish(c->reader, &c->error);
	if (!c->finished || !c->writer || !c->writer->again || !c->writer->again(c->writer))
		return;
	c->finished = false;
	votable_free(c->reader);
	c->reader = votable_new_parallel(&c->sink, 0, 0);
	c->read = 0;
}

static void step_run(struct work *w)
{
	struct conversion *c = (struct conversion *)w;
	CLEANUP_FREE char *block = xmalloc(READ_SIZE);
	struct stat st;

	while (c->read < c->target && !c->error && !c->cancelled) {
		uint64_t want = c->target - c->read;
		ssize_t n =
		    pread(c->in_fd, block, want < READ_SIZE ? want : READ_SIZE, (off_t)c->read);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			error_set(&c->error, n ? errno : EIO, "cannot read the result: %s",
				  n ? strerror(errno) : "it is shorter than it was");
			break;
		}
		if (!votable_feed(c->reader, block, (size_t)n, &c->error))
			break;
		c->read += (uint64_t)n;
	}
	if (c->last && !c->error)
		conversion_finish(c);
	else if (votable_settle(c->reader, c->error ? NULL : &c->error) && c->writer &&
		 c->writer->flush)
		c->writer->flush(c->writer, c->error ? NULL : &c->error);
	if (c->out_fd >= 0 && fstat(c->out_fd, &st) == 0)
		c->made = (uint64_t)st.st_size;
}

static void conversion_advance(struct conversion *c);

static void conversion_waited(void *arg)
{
	struct conversion *c = arg;

	c->timer = NULL;
	c->due = true;
	conversion_advance(c);
}

/* Little is not worth a step, unless no more comes for a while. */
static void conversion_advance(struct conversion *c)
{
	uint64_t n;

	if (c->busy) /* `read` is the worker's */
		return;
	n = c->available - c->read;
	if (!n && !c->complete)
		return;
	if (n < STEP_LEAST && !c->complete && !c->due) {
		if (!c->timer)
			c->timer = timer_start(c->loop, STEP_WAIT_MS, conversion_waited, c);
		return;
	}
	timer_cancel(c->timer);
	c->timer = NULL;
	c->due = false;
	c->target = c->available - c->read > CONVERT_STEP ? c->read + CONVERT_STEP : c->available;
	c->last = c->complete && c->target == c->available;
	c->busy = true;
	work_submit(c->loop, LANE_CONVERT, &c->work);
}

static void step_done(struct work *w)
{
	struct conversion *c = (struct conversion *)w;

	c->busy = false;
	c->written = c->made;
	if (!c->cancelled && !c->error && !c->finished) {
		conversion_advance(c);
		return;
	}
	if (!c->cancelled)
		c->done(c->arg, &c->end, c->error);
	conversion_free(c);
}

struct conversion *conversion_start(struct loop *loop, int in_fd, const struct format *format,
				    int out_fd,
				    void (*done)(void *, const struct table_end *, struct error *),
				    void *arg)
{
	struct conversion *c = xcalloc(1, sizeof(*c));

	c->loop = loop;
	c->done = done;
	c->arg = arg;
	c->work.run = step_run;
	c->work.done = step_done;
	c->sink = (struct table_sink){
	    .begin = tap_begin, .row = tap_row, .end = tap_end, .descriptor = tap_descriptor};
	c->in_fd = fcntl(in_fd, F_DUPFD_CLOEXEC, 3);
	c->out_fd = out_fd >= 0 ? fcntl(out_fd, F_DUPFD_CLOEXEC, 3) : -1;
	c->writer = format && format->writer ? format->writer(c->out_fd) : NULL;
	if (c->writer) {
		c->sink.texts = c->writer->sink.texts;
		if (c->writer->sink.row_text) {
			c->sink.row_text = tap_row_text;
			c->sink.take = tap_take;
		}
	}
	c->reader = votable_new_parallel(&c->sink, 0, 0);
	return c;
}

void conversion_feed(struct conversion *c, uint64_t available, bool complete)
{
	c->available = available;
	c->complete = complete;
	conversion_advance(c);
}

uint64_t conversion_written(const struct conversion *c)
{
	return c->written;
}

void conversion_cancel(struct conversion *c)
{
	if (!c)
		return;
	c->cancelled = true;
	if (!c->busy)
		conversion_free(c);
}
