/*
 * converted.c: a kept VOTable as one more file; see converted.h.
 *
 *	OPENING (lane) ──▶ CONVERTING (LANE_CONVERT) ──▶ PUBLISHING (lane) ──▶ done
 *
 * The works on the lane come back before it is freed. Cancelled, it gives the removal of its files
 * to the lane at once: behind what it has there, and before what is made anew under that name.
 */
#include "table/write/converted.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/file.h"
#include "table/write/convert.h"

struct converted {
	struct work work; /* first */
	struct loop *loop;
	enum lane lane;
	const struct format *format;
	char *from, *beside, *to, *part;
	int in_fd, beside_fd, out_fd;
	uint64_t in_bytes, bytes;
	struct conversion *conversion; /* CONVERTING */
	struct error *error;
	bool cancelled;
	void (*done)(void *arg, uint64_t bytes, struct error *err);
	void *arg;
};

static void converted_free(struct converted *c)
{
	if (c->in_fd >= 0)
		close(c->in_fd);
	if (c->beside_fd >= 0)
		close(c->beside_fd);
	if (c->out_fd >= 0)
		close(c->out_fd);
	error_free(c->error);
	free(c->from);
	free(c->beside);
	free(c->to);
	free(c->part);
	free(c);
}

static void converted_ended(struct converted *c)
{
	if (!c->cancelled)
		c->done(c->arg, c->bytes, c->error);
	converted_free(c);
}

/* --- publishing --- */

static void converted_publish_run(struct work *w)
{
	struct converted *c = (struct converted *)w;
	struct stat st;

	if (!c->error && file_publish(c->out_fd, c->part, c->to, &c->error) &&
	    fstat(c->out_fd, &st) == 0)
		c->bytes = (uint64_t)st.st_size;
	if (!c->error)
		return;
	unlink(c->part); /* the disk may be full of it */
	unlink(c->to);
}

static void converted_publish_done(struct work *w)
{
	converted_ended((struct converted *)w);
}

static void converted_to_its_end(void *arg, const struct table_end *end, struct error *err)
{
	struct converted *c = arg;

	(void)end;
	c->conversion = NULL;
	c->error = error_copy(err);
	c->work.run = converted_publish_run;
	c->work.done = converted_publish_done;
	work_submit(c->loop, c->lane, &c->work);
}

/* --- opening --- */

static void converted_open_run(struct work *w)
{
	struct converted *c = (struct converted *)w;
	struct stat st;

	c->in_fd = open(c->from, O_RDONLY | O_CLOEXEC);
	if (c->in_fd < 0 || fstat(c->in_fd, &st) < 0) {
		error_set(&c->error, errno, "cannot read the VOTable that was kept: %s",
			  strerror(errno));
		return;
	}
	c->in_bytes = (uint64_t)st.st_size;
	c->beside_fd = open(c->beside, O_RDONLY | O_CLOEXEC);
	c->out_fd = open(c->part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (c->out_fd < 0)
		error_set(&c->error, errno, "cannot make %s: %s", c->part, strerror(errno));
}

static void converted_open_done(struct work *w)
{
	struct converted *c = (struct converted *)w;

	if (c->cancelled || c->error) {
		converted_ended(c);
		return;
	}
	c->conversion = conversion_start(
	    c->loop, &(struct conversion_input){c->in_fd, c->beside_fd},
	    &(struct conversion_output){c->format, c->out_fd}, 1, converted_to_its_end, c);
	conversion_feed(c->conversion, c->in_bytes, true);
}

struct converted *converted_start(struct loop *loop, enum lane lane, const char *from,
				  const char *to, const struct format *format,
				  void (*done)(void *, uint64_t, struct error *), void *arg)
{
	struct converted *c = xcalloc(1, sizeof(*c));

	c->loop = loop;
	c->lane = lane;
	c->format = format;
	c->from = xstrdup(from);
	c->beside = xasprintf("%s" CONVERTED_BESIDE, from);
	c->to = xstrdup(to);
	c->part = xasprintf("%s.part", to);
	c->in_fd = c->beside_fd = c->out_fd = -1;
	c->done = done;
	c->arg = arg;
	c->work.run = converted_open_run;
	c->work.done = converted_open_done;
	work_submit(loop, lane, &c->work);
	return c;
}

/* --- giving up --- */

struct converted_removal {
	struct work work; /* first */
	char *part, *to;
};

static void converted_removal_run(struct work *w)
{
	const struct converted_removal *r = (struct converted_removal *)w;

	unlink(r->part);
	unlink(r->to);
}

static void converted_removal_done(struct work *w)
{
	struct converted_removal *r = (struct converted_removal *)w;

	free(r->part);
	free(r->to);
	free(r);
}

void converted_cancel(struct converted *c)
{
	struct converted_removal *r;

	if (!c)
		return;
	r = xcalloc(1, sizeof(*r));
	r->part = xstrdup(c->part);
	r->to = xstrdup(c->to);
	r->work.run = converted_removal_run;
	r->work.done = converted_removal_done;
	work_submit(c->loop, c->lane, &r->work);
	c->cancelled = true;
	if (!c->conversion)
		return; /* its work comes back */
	conversion_cancel(c->conversion);
	converted_free(c);
}
