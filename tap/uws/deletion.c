/*
 * deletion.c: jobs to be deleted on the service; see deletion.h.
 *
 * A pending deletion is journaled, then tried until it succeeds or the service refuses
 * for good, then taken from the journal. In the journal (id > 0) and still to
 * be done is what the next mount goes on with.
 */
#include "tap/uws/deletion.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/url.h"
#include "tap/uws/job_removal.h"
#include "tap/uws/recovery.h"

#define RETRY_FIRST_MS 2000
#define RETRY_CAP_MS   300000
#define SEARCHES       3 /* for a job that nobody heard of */

struct deletion {
	struct work work;              /* first */
	struct deletions *deletions;   /* NULL once they are being freed */
	struct journal_deletion entry; /* as journaled */
	bool working;
	bool job_is_over; /* known of it: it needs no abort */
	uint64_t delay;
	const void *post;                        /* not to be tried while it is under way */
	void (*over)(void *arg, struct error *); /* may be NULL */
	void *arg;
	struct job_removal *removal;
	struct recovery *search;
	unsigned searches; /* that found nothing */
	struct timer *timer;
	struct journal_deletion *found; /* of the load */
	size_t nfound;
	struct journal *journal;
	struct error *error;
	LIST_ENTRY(deletion) link;
};

struct deletions {
	struct service *service;
	bool (*is_taken)(void *arg, const char *job_url);                   /* NULL: no job is */
	bool (*is_awaited)(void *arg, const char *runid, const char *sent); /* NULL: the same */
	void *taken_arg;
	LIST_HEAD(, deletion) all;
};

static struct deletion *deletion_new(struct deletions *es)
{
	struct deletion *e = xcalloc(1, sizeof(*e));

	e->deletions = es;
	e->journal = es->service->journal;
	e->delay = RETRY_FIRST_MS;
	LIST_INSERT_HEAD(&es->all, e, link);
	return e;
}

static void deletion_free(struct deletion *e)
{
	if (e->deletions)
		LIST_REMOVE(e, link);
	error_free(e->error);
	journal_deletion_clear(&e->entry);
	free(e);
}

static void deletion_work(struct deletion *e, void (*run)(struct work *),
			  void (*done)(struct work *))
{
	e->work.run = run;
	e->work.done = done;
	e->working = true;
	work_submit(e->deletions->service->loop, LANE_STATE, &e->work);
}

static void forget_run(struct work *w)
{
	struct deletion *e = (struct deletion *)w;

	journal_deletion_done(e->journal, e->entry.id, &e->error);
}

static void forget_done(struct work *w)
{
	deletion_free((struct deletion *)w);
}

static void deletion_try(void *arg);

static void deletion_later(struct deletion *e)
{
	e->timer = timer_start(e->deletions->service->loop, e->delay, deletion_try, e);
	e->delay = e->delay * 2 < RETRY_CAP_MS ? e->delay * 2 : RETRY_CAP_MS;
}

/* The demo's last port is not there to be waited for. */
static bool is_worth_waiting(const struct deletion *e, const struct error *err)
{
	const struct service *s = e->deletions->service;

	if (!e->over && error_errno(err) == EACCES) /* signed out, for now: the job stays ours */
		return true;
	return error_is_transient(err) && !(e->entry.url && strcmp(s->name, "demo") == 0 &&
					    !url_same_origin(e->entry.url, s->url));
}

/* What a removed query leaves on the service has nobody else to tell of it. */
static void tell_left(const char *url, const struct error *why)
{
	CLEANUP_FREE char *shown = url_redact(url);
	CLEANUP_FREE char *path = xasprintf("jobs/%s", strrchr(shown, '/') + 1);
	CLEANUP_ERROR struct error *err = error_copy(why);

	error_prefix(&err, "the job of a query that was removed stays on the service");
	failure_add(path, shown, 0, err);
}

static void deletion_answered(void *arg, struct error *err)
{
	struct deletion *e = arg;

	e->removal = NULL;
	if (is_worth_waiting(e, err)) {
		deletion_later(e);
		return;
	}
	if (err && !e->over)
		tell_left(e->entry.url, err);
	if (e->over)
		e->over(e->arg, err);
	deletion_work(e, forget_run, forget_done);
}

/* A query is about to hear of its new job, of the same name and text: it must not be taken for the
 * one that is looked for. */
static bool deletion_is_early(const struct deletion *e)
{
	const struct deletions *es = e->deletions;

	return es->is_awaited && es->is_awaited(es->taken_arg, e->entry.runid, e->entry.sent_hash);
}

bool recovered_may_go(const struct service *s, const struct recovered *j)
{
	return j->phase == UWS_PENDING && (j->sure || !setting_is(s->settings, OPT_AUTH, "none"));
}

static void deletion_jobs_found(void *arg, const struct recovered *jobs, size_t n,
				struct error *err)
{
	struct deletion *e = arg;

	e->search = NULL;
	if (is_worth_waiting(e, err) || deletion_is_early(e)) {
		deletion_later(e);
		return;
	}
	if (!n && !err && ++e->searches < SEARCHES) { /* a gateway may still be at it */
		deletion_later(e);
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (recovered_may_go(e->deletions->service, &jobs[i]))
			deletion_add(e->deletions->service, jobs[i].url, false);
	deletion_work(e, forget_run, forget_done);
}

bool job_is_taken(void *arg, const char *url)
{
	const struct deletions *es = arg;

	return (es->is_taken && es->is_taken(es->taken_arg, url)) ||
	       deletion_is_pending(es->service, url);
}

static void deletion_try(void *arg)
{
	struct deletion *e = arg;
	struct service *s = e->deletions->service;

	e->timer = NULL;
	if (e->entry.url)
		e->removal =
		    job_removal_start(s, e->entry.url, e->job_is_over, deletion_answered, e);
	else if (deletion_is_early(e))
		deletion_later(e);
	else
		e->search = recovery_start(s,
					   &(struct recovery_of){.runid = e->entry.runid,
								 .sent = e->entry.sent_hash,
								 .since = e->entry.since,
								 .is_taken = job_is_taken,
								 .arg = e->deletions},
					   deletion_jobs_found, e);
}

static void add_run(struct work *w)
{
	struct deletion *e = (struct deletion *)w;

	journal_deletion_add(e->journal, &e->entry, &e->error);
}

static void add_done(struct work *w)
{
	struct deletion *e = (struct deletion *)w;

	e->working = false;
	if (!e->deletions)
		deletion_free(e);
	else if (!e->post)
		deletion_try(e);
}

/* NULL at the end of the service: it is journaled only. */
static struct deletion *deletion_journal(struct service *s, const struct journal_deletion *entry,
					 const void *post)
{
	struct deletions *es = deletions_of(s);
	struct deletion *e;

	if (es) {
		e = deletion_new(es);
		e->entry = *entry;
		e->post = post;
		deletion_work(e, add_run, add_done);
		return e;
	}
	e = xcalloc(1, sizeof(*e)); /* the mount ends: the next one does it */
	e->journal = s->journal;
	e->entry = *entry;
	e->work.run = add_run;
	e->work.done = add_done;
	work_submit(s->loop, LANE_STATE, &e->work);
	return NULL;
}

void deletion_add(struct service *s, const char *job_url, bool is_over)
{
	deletion_add_then(s, job_url, is_over, NULL, NULL);
}

void deletion_add_then(struct service *s, const char *job_url, bool is_over,
		       void (*over)(void *arg, struct error *), void *arg)
{
	struct journal_deletion entry = {.url = xstrdup(job_url)};
	struct deletion *e = deletion_journal(s, &entry, NULL);

	if (e) {
		e->job_is_over = is_over;
		e->over = over;
		e->arg = arg;
	}
}

void deletion_journaled(struct service *s, struct journal_deletion *entry)
{
	struct deletions *es = deletions_of(s);
	struct deletion *e;

	if (!es) /* the mount ends: the next one does it */
		return;
	e = deletion_new(es);
	e->entry = *entry;
	*entry = (struct journal_deletion){0};
	deletion_try(e);
}

bool deletion_is_pending(const struct service *s, const char *job_url)
{
	const struct deletion *e;

	if (!deletions_of(s))
		return false;
	LIST_FOREACH (e, &deletions_of(s)->all, link)
		if (e->entry.url && strcmp(e->entry.url, job_url) == 0)
			return true;
	return false;
}

void deletion_add_unheard(struct service *s, const char *runid, const char *sent, int64_t since,
			  const void *post)
{
	struct journal_deletion entry = {.runid = xstrdup(runid), .since = since};

	memcpy(entry.sent_hash, sent, sizeof(entry.sent_hash));
	deletion_journal(s, &entry, post);
}

void deletion_post_over(struct service *s, const void *post)
{
	struct deletion *e;

	if (!deletions_of(s))
		return;
	LIST_FOREACH (e, &deletions_of(s)->all, link) {
		if (e->post != post)
			continue;
		e->post = NULL;
		if (!e->working)
			deletion_try(e);
	}
}

static void load_run(struct work *w)
{
	struct deletion *e = (struct deletion *)w;

	journal_deletions(e->journal, &e->found, &e->nfound, &e->error);
}

static void load_done(struct work *w)
{
	struct deletion *load = (struct deletion *)w;

	for (size_t i = 0; i < load->nfound; i++) {
		if (load->deletions) {
			struct deletion *e = deletion_new(load->deletions);

			e->entry = load->found[i];
			deletion_try(e);
		} else {
			journal_deletion_clear(&load->found[i]);
		}
	}
	free(load->found);
	deletion_free(load);
}

void deletions_spare(struct service *s, bool (*taken)(void *, const char *),
		     bool (*awaited)(void *, const char *, const char *), void *arg)
{
	struct deletions *es = deletions_of(s);

	es->is_taken = taken;
	es->is_awaited = awaited;
	es->taken_arg = arg;
}

static void deletions_begin(struct service *s)
{
	struct deletions *es = xcalloc(1, sizeof(*es));

	es->service = s;
	s->parts[SERVICE_DELETIONS] = es;
	if (!s->read_only)
		deletion_work(deletion_new(es), load_run, load_done);
}

static void deletions_retry(struct service *s)
{
	struct deletion *e;

	LIST_FOREACH (e, &deletions_of(s)->all, link) {
		if (!e->timer)
			continue;
		timer_cancel(e->timer);
		deletion_try(e);
	}
}

static void deletions_end(struct service *s)
{
	struct deletions *es = deletions_of(s);
	struct deletion *e;

	s->parts[SERVICE_DELETIONS] = NULL;
	while (es && (e = LIST_FIRST(&es->all))) {
		LIST_REMOVE(e, link);
		e->deletions = NULL;
		job_removal_cancel(e->removal);
		recovery_cancel(e->search);
		timer_cancel(e->timer);
		if (!e->working)
			deletion_free(e);
	}
	free(es);
}

const struct service_part deletions_part = {
    .begin = deletions_begin, .retry = deletions_retry, .end = deletions_end};
