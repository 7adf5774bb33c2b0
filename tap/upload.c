/* upload.c: see upload.h. */
#include "tap/upload.h"

#include <ctype.h>
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
#include "tap/query_run.h"
#include "tap/table_in.h"

struct uploads {
	struct query_run *run;
	struct waiter waiter;    /* for another query's result */
	struct query *waits_for; /* whose; borrowed, as the waiter is on it */
	size_t n, next;
	struct upload *at;
};

/* --- one table: on a worker --- */

struct checking {
	struct work work; /* first */
	struct query_run *run;
	char *path;   /* on disk */
	char *folder; /* where a file without a name can be made */
	int fd;       /* of the VOTable that is sent */
	uint64_t size;
	struct table_sink sink;
	struct format_writer *writer; /* what is no VOTable becomes one; NULL: it is one */
	uint64_t rows;
	struct buf notes; /* what was changed of its names, a line each */
	struct error *error;
};

static struct checking *of_sink(struct table_sink *s)
{
	return (struct checking *)((char *)s - offsetof(struct checking, sink));
}

static bool on_begin(struct table_sink *s, const struct table *t, struct error **err)
{
	struct format_writer *w = of_sink(s)->writer;

	return !w || w->sink.begin(&w->sink, t, err);
}

static bool on_row(struct table_sink *s, const struct cell *cells, struct error **err)
{
	struct format_writer *w = of_sink(s)->writer;

	of_sink(s)->rows++;
	return !w || w->sink.row(&w->sink, cells, err);
}

static bool on_end(struct table_sink *s, const struct table_end *end, struct error **err)
{
	struct format_writer *w = of_sink(s)->writer;

	return !w || w->sink.end(&w->sink, end, err);
}

/* Into a file without a name: it goes with its descriptor. */
static int new_file(const struct checking *c, struct error **err)
{
	int fd = open(c->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd < 0)
		error_set(err, errno, "cannot make a file in %s: %s", c->folder, strerror(errno));
	return fd;
}

static bool read_table(struct checking *c, int fd, enum table_kind kind)
{
	bool ok;

	c->rows = 0;
	if (kind != TABLE_VOTABLE) {
		c->fd = new_file(c, &c->error);
		if (c->fd < 0)
			return false;
		c->writer = votable_writer_new(c->fd);
	}
	ok = table_read(fd, kind, &c->sink, &c->notes, &c->error);
	if (c->writer)
		c->writer->free(c->writer);
	c->writer = NULL;
	return ok;
}

static void checking_run(struct work *w)
{
	struct checking *c = (struct checking *)w;
	CLEANUP_CLOSE int fd = open(c->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	const char *dot = strrchr(c->path, '.');
	enum table_kind kind = table_kind_by_ext(dot + 1, strlen(dot + 1));
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		error_set(&c->error, ENOENT, "there is no such table in queries/");
		return;
	}
	if (!read_table(c, fd, kind))
		return;
	if (c->fd < 0)
		c->fd = steal_fd(fd);
	if (fstat(c->fd, &st) == 0)
		c->size = (uint64_t)st.st_size;
}

static void next(struct query_run *r);

static void refuse(struct query_run *r, const struct upload *u, struct error *why)
{
	error_prefix(&why, "-- UPLOAD = %s = %s", u->name, u->path);
	run_fail(r, why);
}

/* What the service takes at most (TAPRegExt 1.0 §2.6); nothing is sent that it would refuse. */
static bool fits(const struct service *s, const struct upload *u, struct error **err)
{
	const struct capabilities *c = s->capabilities;
	char has[CLOCK_TEXT], may[CLOCK_TEXT];

	if (!c || c->upload_limit.hard <= 0)
		return true;
	if (c->upload_limit.in_bytes && u->size > (uint64_t)c->upload_limit.hard)
		return error_set(err, EFBIG, "the table has %s, and this service takes %s at most",
				 clock_bytes(u->size, has),
				 clock_bytes((uint64_t)c->upload_limit.hard, may));
	if (!c->upload_limit.in_bytes && u->rows > (uint64_t)c->upload_limit.hard)
		return error_set(err, EFBIG,
				 "the table has %" PRIu64 " rows, and this service takes %" PRId64
				 " at most",
				 u->rows, c->upload_limit.hard);
	return true;
}

static void checking_done(struct work *w)
{
	struct checking *c = (struct checking *)w;
	struct query_run *r = c->run;
	struct error *err = steal(c->error);
	struct upload *u;

	CLEANUP_BUF struct buf notes = c->notes;
	char *line, *rest;

	free(c->path);
	free(c->folder);
	if (run_was_cancelled(r)) {
		error_free(err);
		if (c->fd >= 0)
			close(c->fd);
		free(c);
		return;
	}
	for (rest = notes.data; !err && rest && (line = strsep(&rest, "\n"));)
		if (*line)
			query_log(r->query, "%s: %s", r->uploads->at[r->uploads->next].path, line);
	u = &r->uploads->at[r->uploads->next];
	u->fd = c->fd;
	u->size = c->size;
	u->rows = c->rows;
	free(c);
	if (err || !fits(r->service, u, &err)) {
		refuse(r, u, err);
		return;
	}
	r->uploads->next++;
	next(r);
}

static void check(struct query_run *r, char *path)
{
	struct checking *c = xcalloc(1, sizeof(*c));

	c->work.run = checking_run;
	c->work.done = checking_done;
	c->run = r;
	c->path = path;
	c->folder = xstrdup(r->service->dir.results);
	c->fd = -1;
	c->sink = (struct table_sink){.begin = on_begin, .row = on_row, .end = on_end};
	r->working = true;
	work_submit(r->service->loop, LANE_CONVERT, &c->work);
}

/* --- where it is --- */

static bool is_name(const char *s)
{
	if (!isalpha((unsigned char)*s))
		return false;
	for (; *s; s++)
		if (!isalnum((unsigned char)*s) && *s != '_')
			return false;
	return true;
}

static bool is_below(const char *path)
{
	return *path && *path != '/' && strcmp(path, "..") != 0 && strncmp(path, "../", 3) != 0 &&
	       !strstr(path, "/../") &&
	       strcmp(path + strlen(path) - (strlen(path) > 2 ? 3 : 0), "/..");
}

/* The query whose result is at that path; NULL: it is a file of the user's. */
static struct query *query_of(const struct service *s, const char *path)
{
	size_t stem = (size_t)(strrchr(path, '.') - path);
	struct query *q;

	LIST_FOREACH (q, &s->queries->all, link) {
		const char *dot = strrchr(q->entry.path, '.');

		if (dot && (size_t)(dot - q->entry.path) == stem &&
		    memcmp(q->entry.path, path, stem) == 0)
			return q;
	}
	return NULL;
}

/* Whether that query waits for this run's, maybe through others: nobody would ever go on. */
static bool is_circle(const struct query *q, const struct query_run *r)
{
	for (; q; q = q->run && q->run->uploads ? q->run->uploads->waits_for : NULL)
		if (q == r->query)
			return true;
	return false;
}

static void woken(struct waiter *w)
{
	struct uploads *u = (struct uploads *)((char *)w - offsetof(struct uploads, waiter));

	u->waits_for = NULL;
	next(u->run);
}

/* True if the result is there (*path; the caller's); else it is waited for, or *err. */
static bool take_result(struct query_run *r, struct query *q, char **path, struct error **err)
{
	const struct result *vot = q->results[0];

	if (is_circle(q, r))
		return error_set(err, EINVAL, "the queries would wait for one another");
	if (q->state == QUERY_ACTIVE || q->awaited) {
		query_log(r->query, "waits for %s, whose result goes along", q->entry.path);
		r->uploads->waits_for = q;
		waitlist_add(&q->changed, &r->uploads->waiter);
		return false;
	}
	if (q->state != QUERY_DONE || !vot || !vot->there)
		return error_set(err, ENOENT, "%s has no result: see its .error.txt",
				 q->entry.path);
	*path = xstrdup(vot->path);
	return true;
}

static bool find(struct query_run *r, const struct upload *u, char **path, struct error **err)
{
	const char *dot = strrchr(u->path, '.');
	struct query *q;

	if (!is_name(u->name))
		return error_set(
		    err, EINVAL,
		    "a table is named by letters, digits and _, and begins with a letter");
	if (!is_below(u->path))
		return error_set(err, EPERM, "only what is below queries/ can be sent along");
	if (!dot || table_kind_by_ext(dot + 1, strlen(dot + 1)) == TABLE_NONE)
		return error_set(err, EINVAL,
				 "what goes along is a table: .vot, .csv, .tsv, .ecsv or .fits");
	q = query_of(r->service, u->path);
	if (q && format_by_ext(dot + 1, strlen(dot + 1)) >= 0) /* in whichever format: as it came */
		return take_result(r, q, path, err);
	*path = xasprintf("%s/%s", r->service->dir.queries, u->path);
	return true;
}

/* The next table, or on with the query. */
static void next(struct query_run *r)
{
	struct uploads *all = r->uploads;
	struct error *err = NULL;
	char *path = NULL;

	if (all->next == all->n) {
		run_text_read(r);
		return;
	}
	if (find(r, &all->at[all->next], &path, &err))
		check(r, path);
	else if (err)
		refuse(r, &all->at[all->next], err);
}

void run_uploads(struct query_run *r)
{
	const struct named_values *said = &r->say.uploads;
	const struct capabilities *c = r->service->capabilities;
	struct error *err = NULL;

	if (c && !capabilities_has_upload(c)) {
		error_set(&err, ENOTSUP,
			  "-- UPLOAD: this service takes no tables along with a query (see "
			  "service/limits.txt)");
		run_fail(r, err);
		return;
	}
	uploads_free(r->uploads);
	r->uploads = xcalloc(1, sizeof(*r->uploads));
	r->uploads->run = r;
	r->uploads->waiter.wake = woken;
	r->uploads->at = xcalloc(said->n, sizeof(*r->uploads->at));
	r->uploads->n = said->n;
	for (size_t i = 0; i < said->n; i++)
		r->uploads->at[i] = (struct upload){.name = xstrdup(said->at[i].name),
						    .path = xstrdup(said->at[i].value),
						    .fd = -1};
	next(r);
}

void uploads_cancel(struct uploads *u)
{
	if (!u)
		return;
	waiter_cancel(&u->waiter);
	u->waits_for = NULL;
}

void uploads_free(struct uploads *u)
{
	if (!u)
		return;
	uploads_cancel(u);
	for (size_t i = 0; i < u->n; i++) {
		if (u->at[i].fd >= 0)
			close(u->at[i].fd);
		free(u->at[i].name);
		free(u->at[i].path);
	}
	free(u->at);
	free(u);
}

const struct upload *uploads_at(const struct uploads *u, size_t *n)
{
	*n = u ? u->n : 0;
	return u ? u->at : NULL;
}
