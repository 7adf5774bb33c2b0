/* job_removal.c: see job_removal.h. */
#include "tap/uws/job_removal.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/uws/job.h"

#define LOOK_FIRST_MS 100
#define LOOK_CAP_MS   2000
#define ABORT_MS      15000 /* in which an aborted job ends; it is deleted then in any case */

struct job_removal {
	struct service *service;
	char *url;
	bool aborted;
	uint64_t aborted_at, delay; /* loop time; ms until the next look */
	struct job_call *call;
	struct timer *timer;
	void (*done)(void *, struct error *);
	void *arg;
};

void job_removal_cancel(struct job_removal *r)
{
	if (!r)
		return;
	job_call_cancel(r->call);
	timer_cancel(r->timer);
	free(r->url);
	free(r);
}

static void removal_over(struct job_removal *r, struct error *err)
{
	r->done(r->arg, err && error_errno(err) == ENOENT ? NULL : err);
	job_removal_cancel(r);
}

static void removal_posted(void *arg, struct error *err)
{
	struct job_removal *r = arg;

	r->call = NULL;
	removal_over(r, err);
}

/* UWS 1.1 §2.2.3.2 has both; firewalls let no DELETE through. */
static void removal_deleted(void *arg, struct error *err)
{
	struct job_removal *r = arg;

	r->call = NULL;
	if (err && !error_is_transient(err))
		r->call = job_delete_by_post(r->service, r->url, removal_posted, r);
	else
		removal_over(r, err);
}

static void removal_delete(struct job_removal *r)
{
	r->call = job_delete(r->service, r->url, removal_deleted, r);
}

static void removal_look(void *arg);

static void removal_wait(struct job_removal *r)
{
	r->timer = timer_start(r->service->loop, r->delay, removal_look, r);
	r->delay = r->delay + r->delay / 2 < LOOK_CAP_MS ? r->delay + r->delay / 2 : LOOK_CAP_MS;
}

static void removal_aborted(void *arg, struct error *err)
{
	struct job_removal *r = arg;

	r->call = NULL;
	if (error_is_transient(err) || (err && error_errno(err) == ENOENT))
		removal_over(r, err);
	else if (err)
		removal_delete(r); /* which aborts as well */
	else
		removal_wait(r);
}

static bool needs_abort(enum uws_phase p)
{
	return p != UWS_PENDING && !uws_phase_is_final(p);
}

static void removal_seen(void *arg, const struct uws_job *job, struct error *err)
{
	struct job_removal *r = arg;
	uint64_t now = loop_now(r->service->loop);

	r->call = NULL;
	if (err) {
		removal_over(r, err);
	} else if (!needs_abort(job->phase) || (r->aborted && now - r->aborted_at > ABORT_MS)) {
		removal_delete(r);
	} else if (r->aborted) {
		removal_wait(r);
	} else {
		r->aborted = true;
		r->aborted_at = now;
		r->call = job_set(r->service, r->url, "phase", "ABORT", removal_aborted, r);
	}
}

static void removal_look(void *arg)
{
	struct job_removal *r = arg;

	r->timer = NULL;
	r->call = job_get(r->service, r->url, 0, UWS_UNKNOWN, removal_seen, r);
}

struct job_removal *job_removal_start(struct service *s, const char *url, bool is_over,
				      void (*done)(void *, struct error *), void *arg)
{
	struct job_removal *r = xcalloc(1, sizeof(*r));

	r->service = s;
	r->url = xstrdup(url);
	r->delay = LOOK_FIRST_MS;
	r->done = done;
	r->arg = arg;
	if (is_over)
		removal_delete(r);
	else
		removal_look(r);
	return r;
}
