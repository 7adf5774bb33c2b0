/*
 * jobs.c: the service's list of jobs; see jobs.h.
 *
 * A job that was deleted here moves from `all` to `deleted` and stays there as
 * long as the service may still list it: until the pending deletion is over and a list
 * that was asked for afterwards lacks it. If such a list still has it, the service has
 * refused, or has put it into its archive, and the job is back.
 */
#include "tap/uws/jobs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/name.h"
#include "http/url.h"
#include "tap/uws/deletion.h"
#include "tap/uws/job.h"
#include "tap/uws/job_address.h"
#include "tap/uws/job_document.h"
#include "tap/uws/job_result.h"

#define RETRY_MS     5000  /* after a list that could not be had, before a look asks again */
#define IMPATIENT    300   /* ms that a look waits after the last one waited in vain */
#define LIST_AT_MOST 20000 /* jobs to ask for where all make too large an answer */

struct job_listing {
	struct jobs *jobs;
	enum jobs_list which;
	bool known;            /* one came */
	bool in_vain;          /* the last look did not get it in time */
	bool late;             /* the same, of the request under way */
	uint64_t asked, came;  /* loop time of the last request, and of the last list */
	uint64_t took, failed; /* ms the last answer took; loop time of the last failure */
	unsigned last;         /* LAST to ask for; 0: all */
	struct job_call *call;
	struct timer *timer;
	struct error *error; /* of the last request */
	struct waitlist changed;
};

/* --- jobs --- */

struct job *jobs_get(const struct jobs *jobs, const char *name)
{
	struct job *j;

	HASH_FIND_STR(jobs->all, name, j);
	return j;
}

static void deletion_over(void *arg, struct error *err)
{
	struct job *j = arg;

	j->settled = true;
	jobs_expire(j->jobs);
	if (err && j->gone) {
		CLEANUP_FREE char *path = xasprintf("jobs/%s", j->name);
		CLEANUP_FREE char *shown = url_redact(job_url(j));
		struct error *e = error_copy(err);

		error_prefix(&e, "the job is not deleted");
		failure_add(path, shown, 0, e);
		error_free(e);
		job_revive(j);
	}
	job_unref(j);
}

void job_stays(struct error **err)
{
	error_set(err, EPERM,
		  "the job is ARCHIVED, and the service keeps it so: it lists archived jobs to "
		  "those only who ask for them, and removes them by itself");
}

void job_remove(struct job *j)
{
	if (j->gone)
		return;
	j->removed_from = j->phase;
	job_bury(j);
	deletion_add_then(j->jobs->service, job_url(j), uws_phase_is_final(j->phase), deletion_over,
			  job_ref(j));
}

/* --- lists --- */

/* The service has answered that it deleted an archived job, and has it still (Daiquiri). */
static void archive_stays(struct job *j)
{
	CLEANUP_FREE char *path = xasprintf("jobs/%s", j->name);
	CLEANUP_ERROR struct error *err = NULL;

	j->jobs->keeps_archived = true;
	job_stays(&err);
	failure_add(path, NULL, 0, err);
}

/* One that was deleted here is listed: true if it stays hidden. */
static bool still_hidden(struct job *j, enum jobs_list which, enum uws_phase phase)
{
	bool archived = which == JOBS_ARCHIVED || phase == UWS_ARCHIVED;

	j->seen = true;
	if (j->settled_for & 1u << which || (archived && j->phase != UWS_ARCHIVED)) {
		if (archived && j->removed_from == UWS_ARCHIVED)
			archive_stays(j);
		job_revive(j);
		j->lists = 0;
		return false;
	}
	return true;
}

static void take_one(struct jobs *jobs, enum jobs_list which, const struct uws_jobref *ref,
		     uint64_t asked)
{
	CLEANUP_BUF struct buf name = BUF_INIT;
	struct job *j;

	name_escape(&name, ref->id, strlen(ref->id));
	if (!*ref->id || strchr(buf_str(&name), '/'))
		return; /* longer than a file name: there are none */
	HASH_FIND_STR(jobs->deleted, name.data, j);
	if (j && still_hidden(j, which, ref->phase))
		return;
	j = jobs_get(jobs, name.data);
	if (!j) {
		char *url = job_ref_url(jobs->service, ref);

		if (!url) { /* never asked, run or deleted */
			jobs->strangers++;
			return;
		}
		j = job_new(jobs, name.data, url);
		jobs->changed_at = clock_now();
	}
	j->seen = true;
	j->lists |= 1u << which;
	if (ref->creation_time >= 0)
		j->created = ref->creation_time;
	job_describe(j, ref->runid, ref->owner);
	job_saw_phase(
	    j, which == JOBS_ARCHIVED && ref->phase == UWS_UNKNOWN ? UWS_ARCHIVED : ref->phase,
	    asked);
}

/* Once for each number of them. */
static void report_strangers(struct jobs *jobs)
{
	struct error *e = NULL;

	if (jobs->strangers && jobs->strangers != jobs->strangers_reported) {
		error_set(
		    &e, EPROTO,
		    "the service's list names %u job%s that %s not below %s/async: left alone",
		    jobs->strangers, jobs->strangers == 1 ? "" : "s",
		    jobs->strangers == 1 ? "is" : "are", jobs->service->url);
		failure_add("jobs", NULL, 0, e);
		error_free(e);
	}
	jobs->strangers_reported = jobs->strangers;
}

void jobs_take(struct jobs *jobs, enum jobs_list which, const struct uws_joblist *list,
	       uint64_t asked)
{
	struct job *j, *next;

	HASH_ITER (hh, jobs->all, j, next)
		j->seen = false;
	HASH_ITER (hh, jobs->deleted, j, next)
		j->seen = false;
	jobs->strangers = 0;
	for (size_t i = 0; i < list->n; i++)
		take_one(jobs, which, &list->jobs[i], asked);
	report_strangers(jobs);
	HASH_ITER (hh, jobs->all, j, next) {
		if (j->seen)
			continue;
		j->lists &= ~(1u << which);
		if (!j->lists)
			job_vanished(j);
	}
	HASH_ITER (hh, jobs->deleted, j, next) {
		if (!j->seen && j->settled_for & 1u << which)
			j->lists &= ~(1u << which);
		if (j->lists)
			continue;
		HASH_DEL(jobs->deleted, j);
		job_unref(j);
	}
}

void jobs_asked(struct jobs *jobs, enum jobs_list which)
{
	struct job *j, *next;

	HASH_ITER (hh, jobs->deleted, j, next)
		if (j->settled)
			j->settled_for |= 1u << which;
}

/* --- asking --- */

static void list_ask(struct job_listing *l);

/* Told once, not at every look. That nothing is archived is no failure. */
static void list_failed(struct job_listing *l, struct error *err)
{
	bool news = !l->error || strcmp(error_text(l->error), error_text(err)) != 0;

	error_free(l->error);
	l->error = err;
	if (news && l->which == JOBS_LIVE)
		failure_add("jobs", NULL, 0, err);
}

static void list_late(void *arg)
{
	struct job_listing *l = arg;
	struct error *err = NULL;

	l->timer = NULL;
	l->late = true;
	if (l->jobs->service->health == HEALTH_DOWN) {
		err = error_copy(l->jobs->service->health_error);
		error_prefix(&err, "the service's list of jobs");
		list_failed(l, err);
	} else if (!l->in_vain) {
		error_set(&err, ETIMEDOUT,
			  "the service has not sent its list of jobs within %d s%s",
			  JOBS_BOUND_MS / 1000,
			  l->known ? "; the last one is shown" : "; look again in a while");
		list_failed(l, err);
	}
	l->in_vain = true;
	waitlist_wake(&l->changed);
}

static void list_came(void *arg, const struct uws_joblist *list, struct error *err)
{
	struct job_listing *l = arg;
	uint64_t now = loop_now(l->jobs->service->loop);

	l->call = NULL;
	timer_cancel(l->timer);
	l->timer = NULL;
	l->took = now - l->asked;
	if (err && error_errno(err) == EFBIG && !l->last) {
		l->last = LIST_AT_MOST;
		list_ask(l);
		return;
	}
	if (!err || error_is_transient(err))
		service_set_health(l->jobs->service, err);
	l->in_vain = err || l->took > JOBS_BOUND_MS;
	if (err) {
		struct error *e = NULL;

		if (error_errno(err) == ENOENT) /* of this folder it is not true */
			error_set(&e, ENOTSUP, "%s", error_text(err));
		else
			e = error_copy(err);
		error_prefix(&e, "the service's list of jobs");
		l->failed = now;
		list_failed(l, e);
	} else {
		jobs_take(l->jobs, l->which, list, l->asked);
		l->came = now;
		l->known = true;
		error_clear(&l->error);
	}
	waitlist_wake(&l->changed);
}

static void list_ask(struct job_listing *l)
{
	struct service *s = l->jobs->service;
	struct job_filter filter = {.phase = l->which == JOBS_ARCHIVED ? UWS_ARCHIVED : UWS_UNKNOWN,
				    .last = l->last,
				    .look = true};

	jobs_asked(l->jobs, l->which);
	l->jobs->expired &= ~(1u << l->which);
	l->late = false;
	l->asked = loop_now(s->loop);
	l->timer =
	    timer_start(s->loop, l->in_vain || s->health == HEALTH_DOWN ? IMPATIENT : JOBS_BOUND_MS,
			list_late, l);
	l->call = job_list(s, &filter, list_came, l);
}

static bool is_new_enough(const struct job_listing *l, uint64_t now, uint64_t max_age)
{
	return l->known && !(l->jobs->expired & 1u << l->which) &&
	       now <= l->came + (l->took > max_age ? l->took : max_age);
}

bool jobs_ready(struct jobs *jobs, enum jobs_list which, uint64_t max_age, struct waitlist **wait)
{
	struct job_listing *l = jobs->lists[which];
	uint64_t now = loop_now(jobs->service->loop);

	if (jobs->ended || is_new_enough(l, now, max_age))
		return true;
	if (!l->call && !(l->error && now < l->failed + RETRY_MS))
		list_ask(l);
	if (!l->call || l->late)
		return true;
	*wait = &l->changed;
	return false;
}

const struct error *jobs_missing(const struct jobs *jobs, enum jobs_list which)
{
	return jobs->lists[which]->known ? NULL : jobs->lists[which]->error;
}

/* --- beginning and end --- */

static const struct job_part job_parts[] = {
    {job_document_drop, job_document_changed}, {job_results_drop, NULL}, {NULL, NULL}};

struct jobs *jobs_new(struct service *s)
{
	struct jobs *jobs = xcalloc(1, sizeof(*jobs));

	jobs->service = s;
	jobs->parts = job_parts;
	LIST_INIT(&jobs->changes);
	TAILQ_INIT(&jobs->documents);
	TAILQ_INIT(&jobs->kept);
	for (int i = 0; i < JOBS_LISTS; i++) {
		struct job_listing *l = xcalloc(1, sizeof(*l));

		l->jobs = jobs;
		l->which = (enum jobs_list)i;
		waitlist_init(&l->changed);
		jobs->lists[i] = l;
	}
	return jobs;
}

static void jobs_begin(struct service *s)
{
	s->parts[SERVICE_JOBS] = jobs_new(s);
}

static void jobs_retry(struct service *s)
{
	for (int i = 0; i < JOBS_LISTS; i++)
		jobs_of(s)->lists[i]->failed = 0;
}

static void jobs_end(struct service *s)
{
	struct jobs *jobs = jobs_of(s);
	struct job *j, *next;

	if (!jobs)
		return;
	jobs->ended = true;
	job_changes_end(jobs);
	for (int i = 0; i < JOBS_LISTS; i++) {
		struct job_listing *l = jobs->lists[i];

		job_call_cancel(l->call);
		timer_cancel(l->timer);
		l->call = NULL;
		l->timer = NULL;
		waitlist_wake(&l->changed);
	}
	HASH_ITER (hh, jobs->all, j, next)
		job_drop_parts(j);
}

void jobs_free(struct jobs *jobs)
{
	struct job *j, *next;

	if (!jobs)
		return;
	HASH_ITER (hh, jobs->all, j, next) {
		HASH_DEL(jobs->all, j);
		j->refs = 1; /* whoever held one is gone: the loop has ended */
		job_unref(j);
	}
	HASH_ITER (hh, jobs->deleted, j, next) {
		HASH_DEL(jobs->deleted, j);
		j->refs = 1;
		job_unref(j);
	}
	for (int i = 0; i < JOBS_LISTS; i++) {
		error_free(jobs->lists[i]->error);
		free(jobs->lists[i]);
	}
	free(jobs);
}

static void jobs_part_free(struct service *s)
{
	jobs_free(jobs_of(s));
}

const struct service_part jobs_part = {
    .begin = jobs_begin, .retry = jobs_retry, .end = jobs_end, .free = jobs_part_free};
