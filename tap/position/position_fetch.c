/*
 * position_fetch.c: one answer for a position: asked for, written to disk, converted, put in place.
 *
 * A worker makes a tmp folder with a file a format, into which the answer arrives (incoming.h).
 * When it is whole a worker gives the folder its place. A cancelled fetch ends when its worker
 * comes back.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/stats.h"
#include "cache/file.h"
#include "tap/position/position_disk.h"
#include "tap/position/position_fetch.h"
#include "tap/service/incoming.h"

struct position_fetch {
	struct work work;       /* first: the step that a worker does */
	position_fetched *done; /* NULL: cancelled, or it was called */
	void *arg;
	struct service *service;
	char *url, *root, *folder;
	char *tmp;            /* NULL: there is none */
	int fds[FORMATS_MAX]; /* -1: none */
	struct incoming *incoming;
	bool working, published;
	struct table_end end;
	int64_t sizes[POSITION_FILES];
	int64_t fetched;
	struct error *error;
};

static void answer_free(struct position_fetch *f)
{
	for (size_t i = 0; i < FORMATS_MAX; i++)
		if (f->fds[i] >= 0)
			close(f->fds[i]);
	error_free(f->error);
	free(f->url);
	free(f->root);
	free(f->folder);
	free(f->tmp);
	free(f);
}

static void answer_work(struct position_fetch *f, void (*run)(struct work *),
			void (*done)(struct work *))
{
	f->work.run = run;
	f->work.done = done;
	f->working = true;
	work_submit(f->service->loop, LANE_CACHE, &f->work);
}

/* --- the end --- */

static void discard_run(struct work *w)
{
	const struct position_fetch *f = (struct position_fetch *)w;

	position_disk_remove(f->root, f->published ? f->folder : strrchr(f->tmp, '/') + 1);
}

static void discard_done(struct work *w)
{
	answer_free((struct position_fetch *)w);
}

/* Whoever wanted it was told, or is not there any more. */
static void discard(struct position_fetch *f)
{
	if (f->tmp)
		answer_work(f, discard_run, discard_done);
	else
		answer_free(f);
}

void position_fetch_cancel(struct position_fetch *f)
{
	f->done = NULL;
	incoming_cancel(f->incoming);
	f->incoming = NULL;
	if (!f->working)
		discard(f);
}

static void answer_failed(struct position_fetch *f)
{
	position_fetched *done = f->done;

	f->done = NULL;
	if (error_errno(f->error) == ENOENT) { /* no name of this folder is meant */
		struct error *why = NULL;

		error_set(&why, EIO, "%s", error_text(f->error));
		error_free(f->error);
		f->error = why;
	}
	done(f->arg, NULL, 0, steal(f->error));
	discard(f);
}

/* What is missing, and what can be done about it. */
static bool write_overflow(struct position_fetch *f)
{
	CLEANUP_FREE char *name = position_disk_name(POSITION_OVERFLOW);
	CLEANUP_FREE char *path = xasprintf("%s/%s", f->tmp, name);
	CLEANUP_FREE char *text = xasprintf(
	    "Rows are missing: the service cut the answer off after %" PRIu64 " rows.\n\n"
	    "To get the rest, look at smaller places, or set the option maxrec in tapfs.ini and\n"
	    "remove this folder (rmdir), so that it is asked for anew.\n",
	    f->end.rows);

	f->sizes[POSITION_OVERFLOW] = (int64_t)strlen(text);
	return file_put(path, text, strlen(text), &f->error);
}

static void publish_run(struct work *w)
{
	struct position_fetch *f = (struct position_fetch *)w;
	struct stat st;

	for (size_t i = 0; i < POSITION_FILES; i++)
		f->sizes[i] = -1;
	for (size_t i = 0; i < FORMATS_MAX; i++) {
		CLEANUP_FREE char *name = position_disk_name(i < format_count() ? i : 0);
		CLEANUP_FREE char *path = xasprintf("%s/%s", f->tmp, name);

		if (f->fds[i] < 0 || fstat(f->fds[i], &st) < 0)
			continue;
		if (format_at(i)->hidden && !st.st_size) {
			unlink(path);
			continue;
		}
		if (fdatasync(f->fds[i]) < 0) {
			error_set(&f->error, errno, "cannot write %s: %s", path, strerror(errno));
			return;
		}
		f->sizes[i] = st.st_size;
		if (i == 0)
			f->fetched = clock_of(&st.st_mtim);
	}
	if (f->end.overflow && !write_overflow(f))
		return;
	f->published = position_disk_publish(f->root, f->tmp, f->folder, &f->error);
}

static void publish_done(struct work *w)
{
	struct position_fetch *f = (struct position_fetch *)w;

	f->working = false;
	if (!f->done) { /* forgotten meanwhile */
		discard(f);
	} else if (f->error) {
		answer_failed(f);
	} else {
		stats.result_rows += (int64_t)f->end.rows;
		f->done(f->arg, f->sizes, f->fetched, NULL);
		answer_free(f);
	}
}

/* --- while it comes --- */

static void answer_arrived(void *arg, uint64_t bytes, const struct table_end *end,
			   struct error *err)
{
	struct position_fetch *f = arg;

	(void)bytes;
	f->incoming = NULL;
	f->end = *end;
	if (err) {
		f->error = error_copy(err);
		answer_failed(f);
	} else {
		answer_work(f, publish_run, publish_done);
	}
}

static void request_answer(struct position_fetch *f)
{
	struct http_call call = service_call(f->service, f->url);

	call.large = true;
	f->incoming =
	    incoming_start(f->service->http, f->service->loop, &call, f->fds, answer_arrived, f);
}

/* --- the beginning --- */

static void prepare_run(struct work *w)
{
	struct position_fetch *f = (struct position_fetch *)w;

	f->tmp = position_disk_new(f->root, &f->error);
	for (size_t i = 0; i < format_count() && !f->error; i++) {
		CLEANUP_FREE char *name = position_disk_name(i);
		CLEANUP_FREE char *path = xasprintf("%s/%s", f->tmp, name);

		if (i && !format_at(i)->made_at_once)
			continue;
		f->fds[i] = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (f->fds[i] < 0)
			error_set(&f->error, errno, "cannot make %s: %s", path, strerror(errno));
	}
}

static void prepare_done(struct work *w)
{
	struct position_fetch *f = (struct position_fetch *)w;

	f->working = false;
	if (!f->done)
		discard(f);
	else if (f->error)
		answer_failed(f);
	else
		request_answer(f);
}

struct position_fetch *position_fetch_start(struct service *s, const struct position_place *place,
					    const char *url, position_fetched *done, void *arg)
{
	struct position_fetch *f = xcalloc(1, sizeof(*f));

	f->done = done;
	f->arg = arg;
	f->service = s;
	f->url = xstrdup(url);
	f->root = xstrdup(place->root);
	f->folder = xasprintf("%s/%s", place->search, place->name);
	for (size_t i = 0; i < FORMATS_MAX; i++)
		f->fds[i] = -1;
	answer_work(f, prepare_run, prepare_done);
	return f;
}
