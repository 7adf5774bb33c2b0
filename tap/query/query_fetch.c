/*
 * query_fetch.c: a job's result: to disk, and converted on the way.
 *
 * It arrives in RUN.vot.part, and the formats that are made at once beside it (incoming.h). When it
 * is whole all are published (query_publish.c), and the run ends.
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
#include "http/url.h"
#include "tap/query/query_record.h"
#include "tap/query/query_result.h"
#include "tap/query/query_run.h"
#include "tap/service/tap_params.h"

#define SYNC_CAP_S 1800 /* seconds at most that a service may think in MODE = sync */

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

void run_fetch_cancel(struct query_run *r)
{
	bool any = false;

	for (int f = 0; f < FORMATS_MAX; f++) {
		part_over(&r->files[f]);
		any = any || r->files[f].part;
	}
	incoming_cancel(r->incoming);
	r->incoming = NULL;
	r->beside.there = false;
	if (any)
		run_give_up_files(r);
}

/* It is kept as it was sent. */
static void result_is_damaged(struct query_run *r, struct error *err)
{
	error_free(r->error);
	r->error = err;
	run_publish_damaged(r);
}

/* The answer was no good: anew, a few times, unless it is what the service has to say. */
static void result_failed(struct query_run *r, struct error *err)
{
	if (run_wants_beside(r, err)) {
		run_fetch_cancel(r);
		error_free(err);
		run_later(r, RUN_BESIDE, 0);
		return;
	}
	if (r->beside.error && r->beside.url)
		error_move(&err, steal(r->beside.error));
	if (r->is_table && !r->query->asked &&
	    (!error_is_transient(err) || run_fetch_was_last(r, err))) {
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
	r->end.elsewhere = NULL;
	free(r->beside.url);
	r->beside.url = xstrdup_or_null(end->elsewhere);
	r->end.overflow = end->overflow && !r->say.no_rows; /* of MAXREC = 0 nothing is missing */
	r->asks_anew = !err && run_is_spoiled(r);
	if (err)
		result_failed(r, error_copy(err));
	else
		run_over(r);
}

/* Its files can be read while they grow. */
static void arrive(struct query_run *r, const struct http_call *call)
{
	int sent = query_format_sent(r->query);
	int fds[FORMATS_MAX];

	for (int f = 0; f < FORMATS_MAX; f++) {
		fds[f] = r->files[f].fd;
		if (fds[f] >= 0 && f != FORMAT_BESIDE)
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
		m->fd =
		    open(m->part, O_RDWR | O_CREAT | O_CLOEXEC | (f == FORMAT_BESIDE ? 0 : O_TRUNC),
			 0600);
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
		if (f == FORMAT_BESIDE ? !r->beside.there : !is_fetched(r->query, f))
			continue;
		p->files[f].path = query_result_path(r->query, f);
		p->files[f].part = xasprintf("%s.part", p->files[f].path);
	}
	r->working = true;
	work_submit(r->service->loop, LANE_STATE, &p->work);
}
