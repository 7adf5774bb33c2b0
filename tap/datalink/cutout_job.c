/*
 * cutout_job.c: a cut-out that a job makes (SODA 1.0 §2.2, UWS 1.1); see cutout_job.h.
 *
 *	POST (again, if it has no time) ──▶ PHASE=RUN ──▶ WAIT until it is final ──▶ its result is
 *fetched ──▶ deleted
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/datalink/cutout_job.h"
#include "tap/uws/deletion.h"
#include "tap/uws/job.h"

#define WAIT_S      50
#define POLL_MS     500u /* at first, doubled */
#define POLL_MAX_MS 10000
#define TRIES       10 /* answers in a row that do not come */
#define POSTS       4  /* to a service that has no time */
#define BUSY_S      60 /* longest that it may ask to wait */

struct cutout_job {
	struct service *service;
	struct cutout_job_events tell;
	char *list; /* where it is made, of this form */
	struct buf form;
	unsigned posts;
	char *url; /* of the job; NULL: not made yet */
	struct job_call *call;
	struct timer *timer;
	enum uws_phase phase;
	bool waits; /* the service knows WAIT */
	bool run;   /* it was told to */
	unsigned poll_ms, failures;
	bool ended; /* nobody wants it; it is there until its POST is answered */
	LIST_ENTRY(cutout_job) link;
};

/* Those that ended while their POST was under way. */
static LIST_HEAD(, cutout_job) unheard = LIST_HEAD_INITIALIZER(unheard);

static void job_free(struct cutout_job *j)
{
	if (j->ended)
		LIST_REMOVE(j, link);
	job_call_cancel(j->call);
	timer_cancel(j->timer);
	free(j->list);
	buf_free(&j->form);
	free(j->url);
	free(j);
}

void cutout_jobs_end(struct service *s)
{
	struct cutout_job *next;

	for (struct cutout_job *j = LIST_FIRST(&unheard); j; j = next) {
		next = LIST_NEXT(j, link);
		if (j->service == s)
			job_free(j);
	}
}

void cutout_job_end(struct cutout_job *j)
{
	if (!j)
		return;
	if (!j->url && j->call && !atomic_load(&j->service->ending)) {
		j->ended = true;
		LIST_INSERT_HEAD(&unheard, j, link);
		return;
	}
	if (j->url)
		deletion_add(j->service, j->url, uws_phase_is_final(j->phase));
	job_free(j);
}

static void job_failed(struct cutout_job *j, struct error *err)
{
	struct cutout_job_events tell = j->tell;

	cutout_job_end(j);
	tell.failed(tell.arg, err);
}

static void look_at_job(void *arg);

static void later(struct cutout_job *j)
{
	j->timer = timer_start(j->service->loop, j->poll_ms, look_at_job, j);
	if (j->poll_ms < POLL_MAX_MS)
		j->poll_ms *= 2;
}

/* It is completed: its one result, or none where nothing lies there. */
static void completed(struct cutout_job *j, const struct uws_job *job)
{
	const char *href = uws_result_href(job);
	struct result_addresses at;
	struct error *err = NULL;

	if (!href && job->nresults)
		href = job->results[0].href;
	at = result_addresses(j->service, j->url, href, false);
	if (at.n) {
		j->tell.made(j->tell.arg, &at);
		return;
	}
	error_set(&err, ENOENT, "nothing of the image lies there: the service's job has no result");
	job_failed(j, err);
}

static void told_why(void *arg, const char *text, struct error *failed)
{
	struct cutout_job *j = arg;
	struct error *err = NULL;

	(void)failed;
	j->call = NULL;
	error_set(&err, EIO, "%s",
		  text && *text ? text : "the service's job failed without saying why");
	job_failed(j, err);
}

static void job_final(struct cutout_job *j, const struct uws_job *job)
{
	struct error *err = NULL;

	if (job->phase == UWS_COMPLETED) {
		completed(j, job);
	} else if (job->phase == UWS_ERROR && !(job->error_message && *job->error_message)) {
		j->call = job_get_error(j->service, j->url, told_why, j);
	} else {
		error_set(&err, EIO, "%s",
			  job->phase == UWS_ERROR ? job->error_message
						  : "the service's job was aborted");
		job_failed(j, err);
	}
}

static void ran(void *arg, struct error *err)
{
	struct cutout_job *j = arg;

	j->call = NULL;
	if (err)
		job_failed(j, error_copy(err));
	else
		look_at_job(j);
}

static void looked(void *arg, const struct uws_job *job, struct error *err)
{
	struct cutout_job *j = arg;
	bool same = job && job->phase == j->phase;

	j->call = NULL;
	if (!job) {
		if (++j->failures >= TRIES)
			job_failed(j, error_copy(err));
		else
			later(j);
		return;
	}
	j->failures = 0;
	j->phase = job->phase;
	j->waits = uws_version_has_wait(job->version);
	if (uws_phase_is_final(job->phase)) {
		job_final(j, job);
	} else if ((job->phase == UWS_PENDING || job->phase == UWS_HELD) && !j->run) {
		j->run = true;
		j->call = job_set(j->service, j->url, "phase", "RUN", ran, j);
	} else if (j->waits && !same) {
		look_at_job(j);
	} else {
		later(j);
	}
}

static void look_at_job(void *arg)
{
	struct cutout_job *j = arg;
	bool wait = j->waits && uws_phase_is_active(j->phase);

	j->timer = NULL;
	j->call = job_get(j->service, j->url, wait ? WAIT_S : 0, j->phase, looked, j);
}

static void created(void *arg, const char *url, struct error *err);

static void post(void *arg)
{
	struct cutout_job *j = arg;

	j->timer = NULL;
	j->posts++;
	j->call = job_create_at(j->service, j->list, &j->form, created, j);
}

static void created(void *arg, const char *url, struct error *err)
{
	struct cutout_job *j = arg;
	int64_t wait_s = job_call_retry_after(j->call);

	j->call = NULL;
	j->url = xstrdup_or_null(url);
	if (j->ended)
		cutout_job_end(j);
	else if (error_errno(err) == EAGAIN && j->posts < POSTS && wait_s <= BUSY_S)
		j->timer = timer_start(j->service->loop,
				       wait_s > 0 ? (uint64_t)wait_s * 1000 : POLL_MS << j->posts,
				       post, j);
	else if (err)
		job_failed(j, error_copy(err));
	else
		look_at_job(j);
}

struct cutout_job *cutout_job_start(struct service *s, const struct soda_request *request,
				    const struct cutout_job_events *tell)
{
	struct cutout_job *j = xcalloc(1, sizeof(*j));
	CLEANUP_FREE char *url = service_link_url(s, request->url);

	j->service = s;
	j->tell = *tell;
	j->poll_ms = POLL_MS;
	j->list = xstrdup(url ? url : "");
	buf_add(&j->form, buf_str(&request->form), request->form.len);
	post(j);
	return j;
}
