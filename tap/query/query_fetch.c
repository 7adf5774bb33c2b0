/*
 * query_fetch.c: a job's result: to disk, converted on the way, published.
 *
 * It arrives in RUN.vot.part, and the formats that are made at once beside it (incoming.h). When it
 * is whole all are synced and renamed by a worker, and the run ends.
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
#include "http/url.h"
#include "tap/query/overflow.h"
#include "tap/query/query_record.h"
#include "tap/query/query_result.h"
#include "tap/query/query_run.h"
#include "tap/service/tap_params.h"

#define FORMAT_SENT     0 /* the VOTable */
#define WARNINGS_LOGGED 10
#define SYNC_CAP_S      1800 /* seconds at most that a service may think in MODE = sync */

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
			if (!p->error)
				memcpy(r->sizes, p->sizes, sizeof(r->sizes));
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

uint64_t part_size(struct part *p)
{
	if (p->file && p->run && p->run->incoming)
		p->file->size = incoming_bytes(p->run->incoming, p->format);
	return p->file ? p->file->size : p->size;
}

/* No more comes, or it is whole: there is no such name any more. */
static void part_over(struct result_file *m)
{
	if (!m->arriving)
		return;
	m->arriving->size = part_size(m->arriving);
	m->arriving->run = NULL;
	stored_unref(
	    m->arriving->file); /* who has it open keeps it; a name that is remembered not */
	m->arriving->file = NULL;
	part_unref(m->arriving);
	m->arriving = NULL;
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

void run_fetch_cancel(struct query_run *r)
{
	bool any = false;

	for (int f = 0; f < FORMATS_MAX; f++) {
		part_over(&r->files[f]);
		any = any || r->files[f].part;
	}
	incoming_cancel(r->incoming);
	r->incoming = NULL;
	if (any)
		files_submit(r, FILES_GIVE_UP);
}

/* It is kept as it was sent. */
static void result_is_damaged(struct query_run *r, struct error *err)
{
	query_log(r->query,
		  ".%s is as the service sent it, and cannot be read to its end; .%s has the rows "
		  "before that",
		  query_format_ext(r->query, FORMAT_SENT), format_at(FORMAT_PARTIAL)->ext);
	error_free(r->error);
	r->error = err;
	files_submit(r, FILES_DAMAGED);
}

/* The answer was no good: anew, a few times, unless it is what the service has to say. */
static void result_failed(struct query_run *r, struct error *err)
{
	if (r->is_table && !r->query->asked && !error_is_transient(err)) {
		result_is_damaged(r, err);
		return;
	}
	run_fetch_cancel(r);
	if (r->failed_here) { /* the service has nothing to do with it */
		r->ended_by = ADVICE_HERE;
		error_clear(&r->error);
		run_fail(r, err);
	} else if (!run_fetch_again(r, &err)) {
		run_fail(r, err);
	}
}

static void result_came(void *arg, uint64_t bytes, const struct table_end *end, struct error *err)
{
	struct query_run *r = arg;

	for (int f = 0; f < FORMATS_MAX; f++)
		part_over(&r->files[f]);
	r->is_table = incoming_is_table(r->incoming);
	r->failed_here = err && incoming_failed_here(r->incoming);
	if (err)
		run_fetch_refused(r, incoming_status(r->incoming));
	r->incoming = NULL;
	r->bytes = bytes;
	r->end = *end;
	free(r->warnings);
	r->end.warnings = r->warnings = xstrdup_or_null(end->warnings);
	r->end.overflow = end->overflow && !r->say.no_rows; /* of MAXREC = 0 nothing is missing */
	r->asks_anew = !err && run_is_spoiled(r);
	if (err)
		result_failed(r, error_copy(err));
	else
		run_over(r);
}

void run_publish(struct query_run *r)
{
	files_submit(r, FILES_PUBLISH);
}

/* Its files can be read while they grow. */
static void arrive(struct query_run *r, const struct http_call *call)
{
	int sent = query_format_sent(r->query);
	int fds[FORMATS_MAX];

	for (int f = 0; f < FORMATS_MAX; f++) {
		fds[f] = r->files[f].fd;
		if (fds[f] >= 0)
			r->files[f].arriving = query_part_new(r, f, fds[f]);
	}
	r->fetching = clock_now();
	r->incoming =
	    r->query->asked
		? incoming_start_as(r->service->http, r->service->loop, call, fds[sent], sent,
				    r->query->asked, result_came, r)
		: incoming_start(r->service->http, r->service->loop, call, fds, result_came, r);
}

/* --- making the files --- */

struct fetch_preparing {
	struct work work; /* first */
	struct query_run *run;
	char *folder;
	struct result_file files[FORMATS_MAX];
	struct error *error;
};

static void preparing_run(struct work *w)
{
	struct fetch_preparing *p = (struct fetch_preparing *)w;

	dir_make(p->folder, &p->error);
	for (int f = 0; f < FORMATS_MAX && !p->error; f++) {
		struct result_file *m = &p->files[f];

		if (!m->part)
			continue;
		m->fd = open(m->part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		if (m->fd < 0)
			error_set(&p->error, errno, "cannot make %s: %s", m->part,
				  error_why(errno));
	}
}

/* How long a service may think about a query without a job. */
static unsigned sync_seconds(const struct service *s)
{
	const struct capabilities *c = s->capabilities;

	if (c && c->execution_duration.normal > 0 && c->execution_duration.normal < SYNC_CAP_S)
		return (unsigned)c->execution_duration.normal + 30;
	return SYNC_CAP_S;
}

static void request_result(struct query_run *r)
{
	CLEANUP_FREE char *sync = url_append(r->service->url, "sync");
	struct http_call call =
	    service_call(r->service, r->say.sync ? sync : result_address(&r->results));
	struct tap_body body = {0};

	call.large = true;
	if (r->results.next + 1 < r->results.n)
		call.tries = 1; /* there is another address */
	if (r->say.sync) {
		struct query_spec spec = run_spec(r);

		body = tap_body(r->service, &spec);
		call.first_byte_s = sync_seconds(r->service);
		tap_body_send(&body, &call);
	}
	arrive(r, &call);
	tap_body_clear(&body);
}

static void preparing_done(struct work *w)
{
	struct fetch_preparing *p = (struct fetch_preparing *)w;
	struct query_run *r = p->run;

	memcpy(r->files, p->files, sizeof(r->files));
	free(p->folder);
	if (run_was_cancelled(r)) {
		error_free(p->error);
	} else if (p->error) {
		r->ended_by = ADVICE_HERE;
		run_fail(r, p->error);
	} else {
		request_result(r);
		query_touched(r->query);
	}
	free(p);
}

/* What comes, and what is made of it on the way. */
static bool is_fetched(const struct query *q, int format)
{
	if (q->asked || format == 0)
		return format == query_format_sent(q);
	return (size_t)format < format_count() && format_at((size_t)format)->made_at_once;
}

void run_fetch(struct query_run *r)
{
	struct fetch_preparing *p = xcalloc(1, sizeof(*p));
	struct query_spec spec = run_spec(r);

	if (r->say.sync && !r->fetches)
		run_log_spec(r, "asking", &spec);
	r->fetches++;
	p->run = r;
	p->work.run = preparing_run;
	p->work.done = preparing_done;
	p->folder = xasprintf("%s/%" PRId64, r->service->dir.results, r->query->entry.id);
	for (int f = 0; f < FORMATS_MAX; f++) {
		p->files[f].fd = -1;
		if (!is_fetched(r->query, f))
			continue;
		p->files[f].path = query_result_path(r->query, f);
		p->files[f].part = xasprintf("%s.part", p->files[f].path);
	}
	r->working = true;
	work_submit(r->service->loop, LANE_STATE, &p->work);
}
