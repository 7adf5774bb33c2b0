/*
 * convert.c: a VOTable file into other formats; see convert.h.
 *
 * The reader pushes into the format's writer, or into one that stands for several (writers.h).
 * Where there is much it has threads of its own; between steps there are none. While a step is
 * under way (busy) everything below "worker" belongs to the worker; available and complete belong
 * to the loop and are copied into the step.
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
#include "table/votable/votable.h"
#include "table/write/format_out.h"
#include "table/write/writers.h"

#define READ_SIZE    (256u << 10)
#define STEP_LEAST   (2u << 20) /* bytes */
#define STEP_WAIT_MS 50
#define CANNOT_READ  "cannot read the result: "

struct conversion {
	struct work work; /* first */
	struct loop *loop;
	void (*done)(void *arg, const struct table_end *, struct error *);
	void *arg;
	uint64_t available;
	bool complete, busy;
	_Atomic bool cancelled;
	struct timer *timer;           /* what is there waits for more */
	bool due;                      /* it has waited enough */
	uint64_t written[WRITERS_MAX]; /* bytes of the outputs, as of the last step */

	/* worker */
	struct format_writer *writer;
	struct votable *reader;
	struct table_end end;
	char *warnings, *elsewhere; /* of it */
	struct error *error;
	int in_fd, beside_fd, out_fds[WRITERS_MAX];
	size_t outputs;
	uint64_t read;   /* bytes of the input that were fed */
	uint64_t target; /* of this step */
	bool last;       /* the step ends the document */
	bool second;     /* the writer sees it a second time */
	bool finished;
	uint64_t made[WRITERS_MAX]; /* bytes of the outputs */
};

static void conversion_free(struct conversion *c)
{
	timer_cancel(c->timer);
	votable_free(c->reader);
	c->writer->free(c->writer);
	error_free(c->error);
	free(c->warnings);
	free(c->elsewhere);
	close(c->in_fd);
	if (c->beside_fd >= 0)
		close(c->beside_fd);
	for (size_t i = 0; i < c->outputs; i++)
		close(c->out_fds[i]);
	free(c);
}

/* What the first reading says; it outlives the reader. */
static void conversion_ended(struct conversion *c)
{
	c->end = votable_table_end(c->reader);
	c->end.warnings = c->warnings = xstrdup_or_null(c->end.warnings);
	c->end.elsewhere = NULL;
}

static void conversion_failed(struct conversion *c)
{
	c->end.elsewhere = c->elsewhere = xstrdup_or_null(votable_table_end(c->reader).elsewhere);
}

static void begin_reading(struct conversion *c)
{
	c->reader = votable_new_parallel(&c->writer->sink, 0, 0);
	votable_set_beside(c->reader, c->beside_fd);
	c->read = 0;
}

/* The document is read to its end; the writer may want to see all of it a second time. */
static void conversion_finish(struct conversion *c)
{
	c->finished = votable_finish(c->reader, &c->error);
	if (!c->finished)
		return;
	if (!c->second) /* when all rows are wanted that ever are */
		conversion_ended(c);
	if (!c->writer->again || !c->writer->again(c->writer))
		return;
	c->second = true;
	c->finished = false;
	votable_free(c->reader);
	begin_reading(c);
}

/* The outputs have all rows so far; where the document is damaged, those before that. */
static void show_what_came(struct conversion *c)
{
	votable_settle(c->reader, c->error ? NULL : &c->error);
	if (c->writer->flush)
		c->writer->flush(c->writer, c->error ? NULL : &c->error);
}

static void step_run(struct work *w)
{
	struct conversion *c = (struct conversion *)w;
	CLEANUP_FREE char *block = xmalloc(READ_SIZE);

	while (c->read < c->target && !c->error && !c->cancelled) {
		uint64_t want = c->target - c->read;
		ssize_t n =
		    pread(c->in_fd, block, want < READ_SIZE ? want : READ_SIZE, (off_t)c->read);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			error_set(&c->error, n ? errno : EIO, CANNOT_READ "%s",
				  n ? strerror(errno) : "it is shorter than it was");
			break;
		}
		if (!votable_feed(c->reader, block, (size_t)n, &c->error))
			break;
		c->read += (uint64_t)n;
	}
	if (c->last && !c->error)
		conversion_finish(c);
	if (!c->last || c->error)
		show_what_came(c);
	if (c->error && !c->second)
		conversion_failed(c);
	for (size_t i = 0; i < c->outputs; i++) {
		struct stat st;

		if (fstat(c->out_fds[i], &st) == 0)
			c->made[i] = (uint64_t)st.st_size;
	}
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
	memcpy(c->written, c->made, sizeof(c->written));
	if (!c->cancelled && !c->error && !c->finished) {
		conversion_advance(c);
		return;
	}
	if (!c->cancelled)
		c->done(c->arg, &c->end, c->error);
	conversion_free(c);
}

/* One writer for all outputs. */
static struct format_writer *conversion_writer(struct conversion *c,
					       const struct conversion_output *outputs, size_t n)
{
	struct format_writer *each[WRITERS_MAX];

	for (size_t i = 0; i < n; i++) {
		c->out_fds[i] = fcntl(outputs[i].fd, F_DUPFD_CLOEXEC, 3);
		each[i] = outputs[i].format->writer(c->out_fds[i]);
	}
	c->outputs = n;
	return n == 1 ? each[0] : writers_new(each, n);
}

struct conversion *conversion_start(struct loop *loop, const struct conversion_input *in,
				    const struct conversion_output *outputs, size_t n,
				    void (*done)(void *, const struct table_end *, struct error *),
				    void *arg)
{
	struct conversion *c = xcalloc(1, sizeof(*c));

	c->loop = loop;
	c->done = done;
	c->arg = arg;
	c->work.run = step_run;
	c->work.done = step_done;
	c->in_fd = fcntl(in->fd, F_DUPFD_CLOEXEC, 3);
	c->beside_fd = in->beside_fd < 0 ? -1 : fcntl(in->beside_fd, F_DUPFD_CLOEXEC, 3);
	c->writer = conversion_writer(c, outputs, n);
	begin_reading(c);
	return c;
}

void conversion_feed(struct conversion *c, uint64_t available, bool complete)
{
	c->available = available;
	c->complete = complete;
	conversion_advance(c);
}

bool conversion_failed_here(const struct error *err)
{
	const char *text = error_text(err);

	/* what a reader complains of has EIO, as a broken disk has */
	return error_errno(err) != EIO || format_out_is_failure(err) ||
	       strncmp(text, CANNOT_READ, strlen(CANNOT_READ)) == 0;
}

uint64_t conversion_written(const struct conversion *c, size_t output)
{
	return c->written[output];
}

void conversion_cancel(struct conversion *c)
{
	if (!c)
		return;
	c->cancelled = true;
	if (!c->busy)
		conversion_free(c);
}
