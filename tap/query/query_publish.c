/*
 * query_publish.c: the files of a result when they are whole: synced, renamed, told of; or given
 * up.
 *
 * A worker on the lane of the state folder does it, behind what it has there.
 */
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
#include "tap/query/overflow.h"
#include "tap/query/query_record.h"
#include "tap/query/query_result.h"
#include "tap/query/query_run.h"

#define WARNINGS_LOGGED 10

struct publishing {
	struct work work; /* first */
	struct query_run *run;
	struct result_file files[FORMATS_MAX];
	int64_t sizes[FORMATS_MAX];
	bool give_up; /* take the files away instead */
	bool damaged; /* all but what the service sent, since its table cannot be read */
	struct error *error;
};

static void result_file_close(struct result_file *m)
{
	if (m->fd >= 0)
		close(m->fd);
	free(m->part);
	free(m->path);
	*m = (struct result_file){.fd = -1};
}

static void publishing_run(struct work *w)
{
	struct publishing *p = (struct publishing *)w;
	struct stat st;

	for (int f = 0; f < FORMATS_MAX; f++) {
		struct result_file *m = &p->files[f];

		p->sizes[f] = -1;
		if (m->fd < 0)
			continue;
		if (p->give_up || (p->damaged && f != FORMAT_SENT && f != FORMAT_PARTIAL)) {
			unlink(m->part);
			unlink(m->path); /* published already when its run was cancelled */
		} else if (format_at((size_t)f)->hidden && fstat(m->fd, &st) == 0 && !st.st_size) {
			unlink(m->part);
		} else if (!p->error && file_publish(m->fd, m->part, m->path, &p->error) &&
			   fstat(m->fd, &st) == 0) {
			p->sizes[f] = st.st_size;
		}
	}
	for (int f = 0; p->error && f < FORMATS_MAX; f++) {
		if (p->files[f].fd < 0)
			continue;
		unlink(p->files[f].part); /* the disk may be full of it */
		unlink(p->files[f].path);
	}
}

static void publishing_free(struct publishing *p)
{
	for (int f = 0; f < FORMATS_MAX; f++)
		result_file_close(&p->files[f]);
	error_free(p->error);
	free(p);
}

/* A line for each kind of cell that could not be read; all of them are in .warning.txt. */
static void log_warnings(struct query_run *r)
{
	const char *line = r->end.warnings;

	for (int i = 0; line && *line && i < WARNINGS_LOGGED; i++) {
		size_t n = strcspn(line, "\n");

		query_log(r->query, "%.*s", (int)n, line);
		line += n + (line[n] == '\n');
	}
	if (line && *line)
		query_log(r->query, "and more: see .warning.txt");
}

/* "1000 rows, 2.1 MB in 3.4 s (0.6 MB/s), 5.2 s in all" */
static void log_done(struct query_run *r)
{
	char bytes[CLOCK_TEXT], rate[CLOCK_TEXT], fetching[CLOCK_TEXT], all[CLOCK_TEXT];
	int64_t now = clock_now();
	int64_t ms = now > r->fetching ? now - r->fetching : 1;

	if (r->query->asked) {
		query_log(r->query, "%s in %s (%s/s), %s in all", clock_bytes(r->bytes, bytes),
			  clock_span(ms, fetching),
			  clock_bytes(r->bytes * 1000 / (uint64_t)ms, rate),
			  clock_span(now - r->began, all));
		return;
	}
	query_log(r->query, "%" PRIu64 " row%s, %s in %s (%s/s), %s in all%s", r->end.rows,
		  r->end.rows == 1 ? "" : "s", clock_bytes(r->bytes, bytes),
		  clock_span(ms, fetching), clock_bytes(r->bytes * 1000 / (uint64_t)ms, rate),
		  clock_span(now - r->began, all),
		  r->end.overflow ? "; rows are missing (see .overflow.txt)" : "");
	log_warnings(r);
}

/* What there is of a table that cannot be read to its end. */
static void log_damaged(struct query_run *r)
{
	bool rows = r->sizes[FORMAT_PARTIAL] > 0;

	query_log(r->query, ".%s is as the service sent it, and cannot be read to its end%s%s%s",
		  query_format_ext(r->query, FORMAT_SENT), rows ? "; ." : "",
		  rows ? format_at(FORMAT_PARTIAL)->ext : "",
		  rows ? " has the rows before that" : "");
}

/* Of a run that an earlier mount began only the service knows it. */
static int64_t maxrec_sent(const struct query_run *r)
{
	int64_t own = run_spec(r).maxrec;

	if (!r->text && r->maxrec >= 0)
		return r->maxrec;
	return own > 0 ? own : -1;
}

/* What the service says of missing rows, and how to get them; for NAME.overflow.txt. */
static void note_overflow(struct query_run *r)
{
	const struct capabilities *c = r->service->capabilities;
	int64_t maxrec = maxrec_sent(r);
	struct overflow o = {.rows = (int64_t)r->end.rows,
			     .maxrec = maxrec,
			     .of_option = !r->say.maxrec &&
					  maxrec == setting_int(r->service->settings, OPT_MAXREC),
			     .limit = c ? &c->output_limit : NULL,
			     .is_daiquiri = r->is_daiquiri};
	char **advice = &r->query->entry.advice;

	r->end.overflow = r->end.overflow && overflow_is_cut(&o);
	free(*advice);
	*advice = r->end.overflow ? overflow_advice(&o) : NULL;
}

static void publishing_done(struct work *w)
{
	struct publishing *p = (struct publishing *)w;
	struct query_run *r = p->run;

	if (r) {
		if (!r->query) { /* to be taken away again */
			memcpy(r->files, p->files, sizeof(r->files));
			for (int f = 0; f < FORMATS_MAX; f++)
				p->files[f] = (struct result_file){.fd = -1};
		}
		if (run_was_cancelled(r)) {
			publishing_free(p);
			return;
		}
		if (p->damaged) {
			if (!p->error) {
				memcpy(r->sizes, p->sizes, sizeof(r->sizes));
				log_damaged(r);
			}
			run_fail(r, steal(r->error));
		} else if (p->error) {
			run_fail(r, steal(p->error));
		} else {
			note_overflow(r);
			log_done(r);
			stats.result_rows += (int64_t)r->end.rows;
			memcpy(r->sizes, p->sizes, sizeof(r->sizes));
			run_over(r);
		}
	}
	publishing_free(p);
}

/* The CSV stays under the name that it had while it grew. */
static void keep_partial(const struct query *q, struct result_file files[FORMATS_MAX])
{
	struct result_file *csv = &files[format_by_ext("csv", 3)];

	if (csv->fd < 0)
		return;
	files[FORMAT_PARTIAL] = *csv;
	free(files[FORMAT_PARTIAL].path);
	files[FORMAT_PARTIAL].path = query_result_path(q, FORMAT_PARTIAL);
	*csv = (struct result_file){.fd = -1};
}

enum files_end { FILES_PUBLISH, FILES_GIVE_UP, FILES_DAMAGED };

/* Hands the files over to a worker on the lane of the state folder. */
static void files_submit(struct query_run *r, enum files_end how)
{
	bool give_up = how == FILES_GIVE_UP;
	struct publishing *p = xcalloc(1, sizeof(*p));

	for (int f = 0; f < FORMATS_MAX; f++) {
		p->files[f] = r->files[f];
		r->files[f] = (struct result_file){.fd = -1};
	}
	p->work.run = publishing_run;
	p->work.done = publishing_done;
	p->give_up = give_up;
	p->damaged = how == FILES_DAMAGED;
	p->run = give_up ? NULL : r;
	if (p->damaged)
		keep_partial(r->query, p->files);
	if (!give_up)
		r->working = true;
	work_submit(r->service->loop, LANE_STATE, &p->work);
}

void run_publish(struct query_run *r)
{
	files_submit(r, FILES_PUBLISH);
}

void run_publish_damaged(struct query_run *r)
{
	files_submit(r, FILES_DAMAGED);
}

void run_give_up_files(struct query_run *r)
{
	files_submit(r, FILES_GIVE_UP);
}
