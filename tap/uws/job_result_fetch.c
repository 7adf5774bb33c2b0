/*
 * job_result_fetch.c: a job's result, fetched; see job_result.h.
 *
 *	a worker makes the file ──▶ download ──▶ [a worker looks at its end] ──▶ stored
 *	        ▲                    │ broke off
 *	        └────── timer ───────┘
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/last_bytes.h"
#include "cache/file.h"
#include "http/download.h"
#include "tap/service/answer.h"
#include "tap/uws/job_document.h"
#include "tap/uws/job_result_inside.h"
#include "tap/uws/job_result_name.h"

#define TRIES    4
#define CUT_OFF  "the result was cut off"
#define ERROR_MS 1000 /* how long a failure is answered without trying again */

struct result_making {
	struct work work;          /* first */
	struct job_result *result; /* one reference */
	char *folder;
	int fd;
	struct error *error;
};

static void job_file_run(struct work *w)
{
	struct result_making *m = (struct result_making *)w;

	if (dir_make(m->folder, &m->error))
		m->fd = file_unnamed(m->folder, &m->error);
}

static void job_result_failed(struct job_result *r, struct error *err)
{
	job_result_cancel(r);
	error_free(r->error);
	r->error = err;
	r->failed = loop_now(r->job->jobs->service->loop);
	waitlist_wake(&r->changed);
}

static void make_job_file(void *arg);

/* From another address, or from this one again; false: that was all. Takes the error then. */
static bool is_asked_again(struct job_result *r, struct error *err)
{
	struct loop *loop = r->job->jobs->service->loop;
	bool elsewhere = result_address_fails(&r->addresses, err);
	uint64_t ms = elsewhere ? 0 : 500u << r->tries;

	if (!elsewhere && (error_errno(err) != ECONNRESET || r->tries >= TRIES))
		return false;
	error_free(err);
	job_result_cancel(r);
	r->tries -= elsewhere;
	r->timer = timer_start(loop, ms, make_job_file, r);
	return true;
}

/* Takes the error. */
static void job_result_over(struct job_result *r, struct error *err)
{
	if (is_asked_again(r, err))
		return;
	if (error_errno(err) == ENOENT) /* no name of this folder is meant */
		error_set(&err, EIO, "the service does not have this result: %s", error_text(err));
	error_prefix(&err, "the result cannot be fetched");
	job_result_failed(r, err);
}

/* --- what came without a length --- */

struct result_look {
	struct work work;          /* first */
	struct job_result *result; /* one reference */
	int fd;
	uint64_t bytes;
	bool cut;
};

static void result_look_run(struct work *w)
{
	struct result_look *l = (struct result_look *)w;

	l->cut = last_bytes_are_missing(l->fd, l->bytes, NULL);
}

static void result_look_done(struct work *w)
{
	struct result_look *l = (struct result_look *)w;
	struct job_result *r = l->result;
	struct error *err = NULL;

	r->working = false;
	if (!r->job) {
		job_result_cancel(r);
	} else if (l->cut) {
		error_set(&err, ECONNRESET, CUT_OFF);
		job_result_over(r, err);
	} else {
		job_result_store(r, l->bytes);
	}
	close(l->fd);
	job_result_unref(r);
	free(l);
}

/* Only its last bytes tell whether it is whole (HTTP/1.0). */
static void look_at_end(struct job_result *r, uint64_t bytes)
{
	struct result_look *l = xcalloc(1, sizeof(*l));

	l->work.run = result_look_run;
	l->work.done = result_look_done;
	l->result = r;
	l->fd = fcntl(r->fd, F_DUPFD_CLOEXEC, 3);
	l->bytes = bytes;
	r->working = true;
	r->refs++;
	work_submit(r->job->jobs->service->loop, LANE_FILE, &l->work);
}

static void job_result_came(void *arg, struct http_reply *reply, uint64_t bytes, struct error *err)
{
	struct job_result *r = arg;
	struct error *own = NULL;

	r->download = NULL;
	if (err && (reply->status >= 300 ||
		    !answer_leads_to_login(reply->url, result_address(&r->addresses), &own)))
		own = error_copy(err);
	else if (!err && download_is_cut(reply, bytes))
		error_set(&own, ECONNRESET, CUT_OFF);
	if (own)
		job_result_over(r, own);
	else if (reply->length < 0)
		look_at_end(r, bytes);
	else
		job_result_store(r, bytes);
}

static bool job_result_headers(void *arg, const struct http_reply *reply)
{
	const struct job_result *r = arg;

	return !answer_is_login(reply->url, result_address(&r->addresses));
}

static void unwanted(void *arg)
{
	struct job_result *r = arg;

	r->timer = NULL;
	if (waitlist_empty(&r->changed))
		job_result_cancel(r);
}

/* When the last who waited was interrupted, so is the download. */
static void job_file_grew(void *arg, uint64_t bytes)
{
	struct job_result *r = arg;

	(void)bytes;
	if (waitlist_empty(&r->changed) && !r->timer) /* not from inside the download */
		r->timer = timer_start(r->job->jobs->service->loop, 0, unwanted, r);
}

/* Where it may be; false with *err if the document does not have it (any more). */
static bool note_addresses(struct job_result *r, const struct uws_job *known, struct error **err)
{
	const struct uws_result *listed = result_of_key(known, r->key);
	bool main = listed ? listed->href == uws_result_href(known) : !*r->key;

	result_addresses_clear(&r->addresses);
	if (!listed && (*r->key || known->phase != UWS_COMPLETED))
		return error_set(err, ESTALE, "the job has no such result");
	r->addresses = result_addresses(r->job->jobs->service, job_url(r->job),
					listed ? listed->href : NULL, main);
	return r->addresses.n ||
	       error_set(err, EPROTO, "the service does not tell where this result is");
}

static void job_file_done(struct work *w)
{
	struct result_making *m = (struct result_making *)w;
	struct job_result *r = m->result;
	struct download_events events = {.arg = r,
					 .headers = job_result_headers,
					 .grew = job_file_grew,
					 .done = job_result_came};
	const struct uws_job *known = r->job ? job_document_known(r->job) : NULL;
	struct http_call call;

	r->working = false;
	r->fd = steal_fd(m->fd);
	if (known && !m->error && !r->addresses.n)
		note_addresses(r, known, &m->error);
	if (known && !m->error) {
		call = service_call(r->job->jobs->service, result_address(&r->addresses));
		call.large = true;
		call.document = false; /* it may be a .gz */
		call.tries = r->addresses.next + 1 < r->addresses.n ? 1 : 0;
		r->download = download_start(r->job->jobs->service->http,
					     r->job->jobs->service->loop, &call, r->fd, &events);
	} else if (r->job && m->error) {
		job_result_failed(r, steal(m->error));
	} else { /* given up, or its document was: who still wants it asks anew */
		job_result_cancel(r);
		waitlist_wake(&r->changed);
	}
	job_result_unref(r);
	error_free(m->error);
	free(m->folder);
	free(m);
}

static void make_job_file(void *arg)
{
	struct job_result *r = arg;
	struct service *s = r->job->jobs->service;
	struct result_making *m = xcalloc(1, sizeof(*m));

	r->timer = NULL;
	r->working = true;
	r->tries++;
	r->refs++;
	m->result = r;
	m->fd = -1;
	m->folder = xasprintf("%s/jobs", s->dir.cache);
	m->work.run = job_file_run;
	m->work.done = job_file_done;
	work_submit(s->loop, LANE_FILE, &m->work);
}

struct stored *job_result_open(struct job_result *r, struct waitlist **wait, struct error **err)
{
	struct jobs *jobs = r->job ? r->job->jobs : NULL;

	if (!jobs || r->job->gone || jobs->ended) {
		error_set(err, ESTALE, "the job is gone");
		return NULL;
	}
	if (r->stored) { /* to the end of the order of use */
		TAILQ_REMOVE(&jobs->kept, r, use);
		TAILQ_INSERT_TAIL(&jobs->kept, r, use);
		return stored_ref(r->stored);
	}
	*wait = &r->changed;
	if (r->working || r->download || r->timer)
		return NULL;
	if (r->error && loop_now(jobs->service->loop) < r->failed + ERROR_MS) {
		error_move(err, error_copy(r->error));
		return NULL;
	}
	if (!job_document(r->job, JOB_ENDED, wait, err))
		return NULL;
	*wait = &r->changed;
	r->tries = 0;
	result_addresses_clear(&r->addresses);
	make_job_file(r);
	return NULL;
}
