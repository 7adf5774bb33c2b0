/*
 * job_change.c: writing to a job: RUN, ABORT, destruction, executionduration; see job_document.h.
 *
 * POST, then read back: what a service is asked for in destruction and
 * executionduration it may cut down (UWS 1.1 §2.2.1.3), which is no error; if it
 * just keeps what was there, it has refused without saying so.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text/isotime.h"
#include "base/text/number.h"
#include "tap/uws/job.h"
#include "tap/uws/job_address.h"
#include "tap/uws/job_document.h"

struct job_change {
	struct job *job; /* one reference */
	struct job_call *call;
	char *name;
	bool aborts;
	int64_t wanted, before; /* seconds; of a phase nothing */
	void (*done)(void *arg, struct error *);
	void *arg;
	LIST_ENTRY(job_change) link;
};

static void change_over(struct job_change *c, struct error *err)
{
	job_document_expire(c->job);
	job_document_retry_now(c->job);
	jobs_expire(c->job->jobs);
	c->done(c->arg, err);
	LIST_REMOVE(c, link);
	job_unref(c->job);
	free(c->name);
	free(c);
}

static int64_t seconds_of(const struct uws_job *job, const char *name)
{
	if (strcmp(name, "destruction") == 0)
		return job->destruction < 0 ? -1 : job->destruction / 1000;
	return job->execution_duration;
}

static void read_back(void *arg, const struct uws_job *job, struct error *err)
{
	struct job_change *c = arg;
	CLEANUP_ERROR struct error *own = NULL;
	char when[CLOCK_TEXT];
	int64_t after;

	c->call = NULL;
	after = err ? c->wanted : seconds_of(job, c->name); /* it took it, whatever it is now */
	if (after != c->wanted && after == c->before) {
		if (after < 0)
			error_set(&own, EPERM, "the service sets no %s", c->name);
		else if (strcmp(c->name, "destruction") == 0)
			error_set(&own, EPERM, "the service keeps the destruction at %s",
				  clock_iso(after * 1000, when));
		else
			error_set(&own, EPERM, "the service keeps the %s at %lld s", c->name,
				  (long long)after);
	}
	change_over(c, own);
}

static void was_set(void *arg, struct error *err)
{
	struct job_change *c = arg;
	struct service *s = c->job->jobs->service;
	CLEANUP_ERROR struct error *own = NULL;

	c->call = NULL;
	if (err && c->aborts)
		c->job->aborted = false;
	if (err && error_errno(err) == ENOENT) {
		error_set(&own, ESTALE, "the service does not know this job any more");
		job_vanished(c->job);
		err = own;
	}
	if (err || strcmp(c->name, "phase") == 0)
		change_over(c, err);
	else
		c->call = job_get(s, job_url(c->job), 0, UWS_UNKNOWN, read_back, c);
}

void job_change(struct job *j, const struct uws_job *before, const char *name, const char *value,
		void (*done)(void *, struct error *), void *arg)
{
	struct job_change *c = xcalloc(1, sizeof(*c));
	int64_t v = -1;

	c->job = job_ref(j);
	c->name = xstrdup(name);
	c->done = done;
	c->arg = arg;
	c->before = seconds_of(before, name);
	c->aborts = strcmp(name, "phase") == 0 && strcmp(value, "ABORT") == 0;
	if (c->aborts)
		j->aborted = true; /* who watches it may see that before the answer comes */
	if (strcmp(name, "destruction") == 0)
		c->wanted = isotime_parse(value, strlen(value)) / 1000;
	else if (number_parse_int(value, strlen(value), &v))
		c->wanted = v;
	LIST_INSERT_HEAD(&j->jobs->changes, c, link);
	c->call = job_set(j->jobs->service, job_url(j), name, value, was_set, c);
}

void job_changes_end(struct jobs *jobs)
{
	struct job_change *c;

	while ((c = LIST_FIRST(&jobs->changes))) {
		CLEANUP_ERROR struct error *err = NULL;

		job_call_cancel(c->call);
		error_set(&err, ECANCELED, "the mount ends");
		change_over(c, err);
	}
}

bool job_was_aborted_here(const struct service *s, const char *url)
{
	CLEANUP_FREE char *canonical = job_address(s, url);
	const struct jobs *jobs = jobs_of(s);

	for (const struct job *j = jobs ? jobs->all : NULL; j; j = j->hh.next)
		if (j->aborted && strcmp(j->url, canonical ? canonical : url) == 0)
			return true;
	return false;
}
