/*
 * job_result.c: a job's results as files, by name, and those that are kept; see job_result.h.
 *
 * Invariants: a result with a job is on the job's list, which has one reference.
 * One that nobody else refers to and that has no file is dropped. `use` holds
 * those that are stored. A worker that is under way holds a reference.
 */
#include "tap/uws/job_result_inside.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "http/download.h"
#include "tap/uws/job_document.h"
#include "tap/uws/job_result_name.h"

#define PEEKS   10 /* documents asked for at once for their results' names; then one a second */
#define PEEK_MS 1000

static uint64_t next_id = UINT64_C(1) << 42;

/* --- names --- */

static struct job_result *by_key(const struct job *j, const char *key)
{
	struct job_result *r;

	LIST_FOREACH (r, &j->results, link)
		if (strcmp(r->key, key) == 0)
			return r;
	return NULL;
}

/*
 * With the type that the document tells, else the one to expect. What comes of it changes nothing:
 * a name that was listed stays, and so does the query's result without its type.
 */
static char *full_name(const struct job *j, const struct result_name *n)
{
	if (j->listed_plain && !*n->key)
		return xstrdup("result");
	return result_name_text(n, n->said ? n->said : n->guess);
}

char *job_result_name(struct job *j, size_t i)
{
	struct result_name n;
	char *name = NULL;
	size_t at = 0;

	while (!name && result_name_next(job_document_known(j), j->phase, &at, &n)) {
		if (!job_document_known(j))
			j->listed_plain = true;
		if (i-- == 0)
			name = full_name(j, &n);
		result_name_clear(&n);
	}
	return name;
}

/* The key of a name, with or without its extension; caller owns. */
static char *key_named(const struct job *j, const char *name)
{
	struct result_name n;
	char *key = NULL;
	size_t at = 0;

	while (!key && result_name_next(job_document_known(j), j->phase, &at, &n)) {
		CLEANUP_FREE char *shown = full_name(j, &n);
		CLEANUP_FREE char *full = result_name_text(&n, n.said ? n.said : n.guess);

		if (strcmp(shown, name) == 0 || strcmp(full, name) == 0 ||
		    strcmp(n.stem, name) == 0)
			key = steal(n.key);
		result_name_clear(&n);
	}
	return key;
}

/* A document may be asked for by one who only lists. */
static bool may_peek(struct jobs *jobs)
{
	uint64_t now = loop_now(jobs->service->loop);
	uint64_t more = jobs->peeks_at ? (now - jobs->peeks_at) / PEEK_MS : PEEKS;

	if (more) {
		jobs->peeks = jobs->peeks + more < PEEKS ? jobs->peeks + (unsigned)more : PEEKS;
		jobs->peeks_at = now;
	}
	return jobs->peeks > 0;
}

bool job_results_ready(struct job *j, struct waitlist **wait)
{
	const struct uws_job *known = job_document_known(j);

	if (j->gone || (j->phase != UWS_COMPLETED && j->phase != UWS_UNKNOWN) ||
	    (known && known->phase == UWS_COMPLETED))
		return true;
	if (!job_document_asked(j)) {
		if (!may_peek(j->jobs))
			return true;
		j->jobs->peeks--;
	}
	return job_document_soon(j, JOB_ENDED, wait);
}

/* --- results --- */

static void result_free(struct job_result *r)
{
	result_addresses_clear(&r->addresses);
	error_free(r->error);
	free(r->key);
	free(r);
}

static void give_up(struct job_result *r);

void job_result_unref(struct job_result *r)
{
	if (!r)
		return;
	if (--r->refs == 0)
		result_free(r);
	else if (r->refs == 1 && r->job && !r->stored && !r->download && !r->timer)
		give_up(r); /* only the list knows it, and there is nothing to know */
}

struct job_result *job_result_find(struct job *j, const char *name)
{
	CLEANUP_FREE char *key = key_named(j, name);
	struct job_result *r = key ? by_key(j, key) : NULL;

	if (key && !r) {
		r = xcalloc(1, sizeof(*r));
		r->refs = 1;
		r->id = next_id++;
		r->job = j;
		r->key = steal(key);
		r->fd = -1;
		waitlist_init(&r->changed);
		LIST_INSERT_HEAD(&j->results, r, link);
	}
	if (r)
		r->refs++;
	return r;
}

static void unstore(struct job_result *r)
{
	struct jobs *jobs = r->job->jobs;

	if (!r->stored)
		return;
	TAILQ_REMOVE(&jobs->kept, r, use);
	jobs->nkept--;
	jobs->kept_bytes -= r->stored->size;
	stored_unref(r->stored);
	r->stored = NULL;
}

void job_result_cancel(struct job_result *r)
{
	download_cancel(r->download);
	r->download = NULL;
	timer_cancel(r->timer);
	r->timer = NULL;
	if (r->fd >= 0)
		close(r->fd);
	r->fd = -1;
}

/* It is the job's no more; who waits for it is woken. Gives the list's reference back. */
static void give_up(struct job_result *r)
{
	job_result_cancel(r);
	unstore(r);
	LIST_REMOVE(r, link);
	r->job = NULL;
	waitlist_wake(&r->changed);
	if (--r->refs == 0)
		result_free(r);
}

void job_result_drop(struct job_result *r)
{
	if (r->job)
		give_up(r);
}

void job_results_drop(struct job *j)
{
	while (!LIST_EMPTY(&j->results))
		give_up(LIST_FIRST(&j->results));
}

/* --- what is kept --- */

void job_results_make_room(struct jobs *jobs)
{
	struct job_result *r, *next;

	for (r = TAILQ_FIRST(&jobs->kept); r; r = next) {
		next = TAILQ_NEXT(r, use);
		if (jobs->nkept <= RESULTS_KEPT && jobs->kept_bytes <= RESULTS_KEPT_BYTES)
			return;
		if (r->stored->refs == 1)
			give_up(r);
	}
}

void job_result_store(struct job_result *r, uint64_t bytes)
{
	struct jobs *jobs = r->job->jobs;
	const struct uws_job *known = job_document_known(r->job);

	r->mtime = known && known->end_time >= 0 ? known->end_time : clock_now();
	r->stored = stored_new(steal_fd(r->fd), bytes, r->mtime);
	TAILQ_INSERT_TAIL(&jobs->kept, r, use);
	jobs->nkept++;
	jobs->kept_bytes += bytes;
	waitlist_wake(&r->changed); /* who waited has it open now */
	job_results_make_room(jobs);
}
