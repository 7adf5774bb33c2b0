/*
 * job_document.c: one job's document; see job_document.h.
 *
 * A document has at most one plain request under way (call) and one that
 * watches the phase (poll, or the timer before it). What either brings is
 * taken. Those with nothing under way and nobody waiting may be dropped.
 */
#include "tap/uws/job_document.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/uws/job.h"

#define KEPT_DOCUMENTS 200
#define KEPT_BYTES     (16u << 20)
#define ERROR_MS       1000 /* how long a failure is answered without asking again */
#define WAIT_S         60   /* what is asked as WAIT */
#define POLL_FIRST_MS  250
#define POLL_CAP_MS    15000

struct job_document {
	struct job *job;
	struct uws_job *known; /* NULL until it came */
	struct buf xml;
	bool expired;         /* changed since it was asked for */
	bool late;            /* the request under way takes longer than a look waits */
	uint64_t asked, came; /* loop time of the last request, and of what is known */
	uint64_t failed;
	struct error *error; /* of the last request */
	struct job_call *call;
	struct timer *timer; /* makes it late */
	struct waitlist changed;

	char *reason; /* of /error; NULL until it came */
	struct job_call *reason_call;

	struct job_call *poll;
	struct timer *poll_timer;
	bool long_poll;         /* one of the service's WAITs is ours */
	uint64_t polled, delay; /* loop time of the last; ms until the next */
	struct waitlist watchers;
	TAILQ_ENTRY(job_document) link;
};

/* --- those that are kept --- */

static bool is_idle(const struct job_document *d)
{
	return !d->call && !d->reason_call && !d->poll && !d->poll_timer &&
	       waitlist_empty(&d->changed) && waitlist_empty(&d->watchers);
}

/* Takes it from the job; it is to be freed. */
static void detach(struct job_document *d)
{
	struct jobs *jobs = d->job->jobs;

	TAILQ_REMOVE(&jobs->documents, d, link);
	jobs->ndocuments--;
	jobs->document_bytes -= d->xml.len;
	d->job->document = NULL;
}

static void document_free(struct job_document *d)
{
	uws_job_free(d->known);
	buf_free(&d->xml);
	error_free(d->error);
	free(d->reason);
	free(d);
}

static void drop_documents(struct jobs *jobs, const struct job_document *keep)
{
	struct job_document *d, *next;

	for (d = TAILQ_FIRST(&jobs->documents); d; d = next) {
		next = TAILQ_NEXT(d, link);
		if (jobs->ndocuments <= KEPT_DOCUMENTS && jobs->document_bytes <= KEPT_BYTES)
			return;
		if (d != keep && is_idle(d)) {
			detach(d);
			document_free(d);
		}
	}
}

/* The job's, to the end of the order of use. */
static struct job_document *document_of(struct job *j)
{
	struct jobs *jobs = j->jobs;
	struct job_document *d = j->document;

	if (d) {
		TAILQ_REMOVE(&jobs->documents, d, link);
	} else {
		d = xcalloc(1, sizeof(*d));
		d->job = j;
		d->delay = POLL_FIRST_MS;
		waitlist_init(&d->changed);
		waitlist_init(&d->watchers);
		jobs->ndocuments++;
		j->document = d;
	}
	TAILQ_INSERT_TAIL(&jobs->documents, d, link);
	drop_documents(jobs, d);
	return d;
}

static void long_poll_over(struct job_document *d)
{
	if (d->long_poll)
		d->job->jobs->service->long_polls--;
	d->long_poll = false;
}

void job_document_drop(struct job *j)
{
	struct job_document *d = j->document;

	if (!d)
		return;
	long_poll_over(d);
	job_call_cancel(d->call);
	job_call_cancel(d->reason_call);
	job_call_cancel(d->poll);
	timer_cancel(d->timer);
	timer_cancel(d->poll_timer);
	detach(d);
	waitlist_wake(&d->changed); /* they see that the job is gone */
	waitlist_wake(&d->watchers);
	document_free(d);
}

void job_document_expire(struct job *j)
{
	if (j->document)
		j->document->expired = true;
}

void job_document_changed(struct job *j)
{
	if (j->document)
		waitlist_wake(&j->document->watchers);
}

/* --- asking --- */

/* An answer to either request. False: there is no document any more. */
static bool document_take(struct job_document *d, struct uws_job *known, struct buf *xml,
			  struct error *err, uint64_t asked)
{
	struct service *s = d->job->jobs->service;

	error_clear(&d->error);
	if (err && error_errno(err) == ENOENT) {
		jobs_expire(d->job->jobs);
		job_vanished(d->job);
		return false;
	}
	if (!err || error_is_transient(err))
		service_set_health(s, err);
	if (err) {
		d->error = error_copy(err);
		d->failed = loop_now(s->loop);
		return true;
	}
	uws_job_free(d->known);
	d->known = known;
	d->job->jobs->document_bytes += xml->len - d->xml.len;
	buf_free(&d->xml);
	d->xml = *xml;
	*xml = (struct buf)BUF_INIT;
	free(d->reason);
	d->reason = NULL;
	d->came = loop_now(s->loop);
	job_learn(d->job, known);
	job_saw_phase(d->job, known->phase, asked);
	return true;
}

static void document_late(void *arg)
{
	struct job_document *d = arg;

	d->timer = NULL;
	d->late = true;
	waitlist_wake(&d->changed);
}

static void job_document_came(void *arg, struct uws_job *known, struct buf *xml, struct error *err)
{
	struct job_document *d = arg;
	struct job *j = job_ref(d->job);

	d->call = NULL;
	timer_cancel(d->timer);
	d->timer = NULL;
	if (document_take(d, known, xml, err, d->asked))
		waitlist_wake(&d->changed);
	job_unref(j);
}

static void document_ask(struct job_document *d)
{
	struct service *s = d->job->jobs->service;

	d->expired = d->late = false;
	d->asked = loop_now(s->loop);
	d->timer = timer_start(s->loop, JOBS_BOUND_MS, document_late, d);
	d->call = job_fetch(s, job_url(d->job), 0, UWS_UNKNOWN, job_document_came, d);
}

static bool is_good(const struct job_document *d, enum job_age age)
{
	const struct uws_job *k = d->known;

	if (!k)
		return false;
	switch (age) {
	case JOB_EVER: return true;
	case JOB_STARTED:
		if (uws_phase_is_active(k->phase))
			return true;
		/* fallthrough */
	case JOB_ENDED:
		if (uws_phase_is_final(k->phase))
			return true;
		/* fallthrough */
	case JOB_NOW: break;
	}
	return !d->expired && loop_now(d->job->jobs->service->loop) <= d->came + JOBS_FRESH_MS;
}

static bool failed_just_now(const struct job_document *d)
{
	return d->error && loop_now(d->job->jobs->service->loop) < d->failed + ERROR_MS;
}

static const struct uws_job *document_gone(struct error **err)
{
	error_set(err, ESTALE, "the service does not know this job any more");
	return NULL;
}

const struct uws_job *job_document(struct job *j, enum job_age age, struct waitlist **wait,
				   struct error **err)
{
	struct job_document *d;

	if (j->gone || j->jobs->ended)
		return document_gone(err);
	d = document_of(j);
	if (is_good(d, age))
		return d->known;
	if (!d->call && failed_just_now(d)) {
		error_move(err, error_copy(d->error));
		return NULL;
	}
	if (!d->call)
		document_ask(d);
	*wait = &d->changed;
	return NULL;
}

bool job_document_soon(struct job *j, enum job_age age, struct waitlist **wait)
{
	CLEANUP_ERROR struct error *err = NULL;

	if (job_document(j, age, wait, &err) || err)
		return true;
	return j->document->late;
}

bool job_document_asked(const struct job *j)
{
	return j->document && j->document->call;
}

const struct buf *job_document_xml(const struct job *j)
{
	return j->document && j->document->known ? &j->document->xml : NULL;
}

const struct uws_job *job_document_known(const struct job *j)
{
	return j->document ? j->document->known : NULL;
}

/* --- the reason --- */

static void reason_came(void *arg, const char *text, struct error *err)
{
	struct job_document *d = arg;

	d->reason_call = NULL;
	free(d->reason);
	d->reason = xstrdup(err ? "" : text); /* none beside the document's */
	waitlist_wake(&d->changed);
}

const char *job_reason(struct job *j, struct waitlist **wait, struct error **err)
{
	const struct uws_job *known = job_document(j, JOB_ENDED, wait, err);
	struct job_document *d = j->document;

	if (!known)
		return NULL;
	if (d->reason)
		return *d->reason || !known->error_message ? d->reason : known->error_message;
	if (!d->reason_call)
		d->reason_call = job_get_error(j->jobs->service, job_url(j), reason_came, d);
	*wait = &d->changed;
	return NULL;
}

/* --- the next phase --- */

static void poll_now(void *arg);

/*
 * When to ask again. A WAIT that brought something new is followed by the next at once; else the
 * distance grows, also when a WAIT came back early (Daiquiri ignores it).
 */
static void poll_later(struct job_document *d, bool at_once)
{
	struct loop *loop = d->job->jobs->service->loop;
	uint64_t now = loop_now(loop);
	uint64_t due = d->polled + d->delay;

	if (waitlist_empty(&d->watchers) || d->job->jobs->ended) {
		d->delay = POLL_FIRST_MS;
		return;
	}
	if (at_once)
		d->delay = POLL_FIRST_MS;
	else
		d->delay = d->delay * 3 / 2 < POLL_CAP_MS ? d->delay * 3 / 2 : POLL_CAP_MS;
	d->poll_timer = timer_start(loop, at_once || due <= now ? 0 : due - now, poll_now, d);
}

static void poll_came(void *arg, struct uws_job *known, struct buf *xml, struct error *err)
{
	struct job_document *d = arg;
	struct job *j = job_ref(d->job);
	enum uws_phase before = j->phase;

	d->poll = NULL;
	long_poll_over(d);
	if (document_take(d, known, xml, err, d->polled) && j->document == d)
		waitlist_wake(&d->changed);
	if (err && !error_is_transient(err) && j->document == d)
		waitlist_wake(&d->watchers); /* they are told why */
	if (j->document == d && !d->poll_timer && !d->poll)
		poll_later(d, j->phase != before);
	job_unref(j);
}

static void poll_now(void *arg)
{
	struct job_document *d = arg;
	struct service *s = d->job->jobs->service;
	unsigned wait = 0;

	d->poll_timer = NULL;
	d->polled = loop_now(s->loop);
	if (d->known && uws_version_has_wait(d->known->version) && s->long_polls < LONG_POLLS) {
		wait = WAIT_S;
		d->long_poll = true;
		s->long_polls++;
	}
	d->poll = job_fetch(s, job_url(d->job), wait, d->job->phase, poll_came, d);
}

void job_document_retry_now(struct job *j)
{
	struct job_document *d = j->document;

	if (!d || !d->poll_timer)
		return;
	timer_cancel(d->poll_timer);
	d->delay = POLL_FIRST_MS;
	d->poll_timer = timer_start(j->jobs->service->loop, 0, poll_now, d);
}

struct waitlist *job_watch(struct job *j, struct error **err)
{
	struct job_document *d;

	if (j->gone || j->jobs->ended) {
		document_gone(err);
		return NULL;
	}
	d = document_of(j);
	if (failed_just_now(d) && !error_is_transient(d->error)) {
		error_move(err, error_copy(d->error));
		return NULL;
	}
	if (!d->poll && !d->poll_timer)
		d->poll_timer = timer_start(j->jobs->service->loop, 0, poll_now, d);
	return &d->watchers;
}
