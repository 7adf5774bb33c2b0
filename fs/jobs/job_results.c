/*
 * job_results.c: jobs/ID/results/: a job's results as files; see tap/uws/job_result.h.
 *
 * A result that was not read yet has size 0 and nobody caches it; open waits
 * until the whole is there. From then on its size is exact and its bytes never change.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "fs/core/handle.h"
#include "fs/core/listing.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/jobs/branch.h"
#include "fs/jobs/jobs.h"
#include "tap/uws/job_document.h"
#include "tap/uws/job_result.h"

enum outcome job_results_look(struct node *dir, struct ask *ask)
{
	enum outcome o = job_look(dir, ask);
	struct waitlist *wait;

	if (o != READY)
		return o;
	return job_results_ready(job_of(dir), &wait) ? READY : ask_wait(ask, wait);
}

enum outcome job_results_list(struct node *dir, struct listing *l, struct ask *ask)
{
	char *name;

	(void)ask;
	for (size_t i = 0; (name = job_result_name(job_of(dir), i)); i++) {
		listing_add(l, name, LINE_JOB_RESULT, 0);
		free(name);
	}
	return READY;
}

enum outcome job_results_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct job *j = job_of(dir);
	struct job_result *r = job_result_find(j, name);
	struct waitlist *wait;

	if (!r && *name != '.' && !job_document_soon(j, JOB_ENDED, &wait))
		return ask_wait(ask, wait);
	if (!r)
		r = job_result_find(j, name);
	if (!r)
		return READY;
	f->line = LINE_JOB_RESULT;
	f->object = r;
	f->id = r->id;
	return READY;
}

/* The disk is freed; the result is still listed, as the service has it. */
static enum outcome job_results_unlink(struct node *dir, const char *name, struct ask *ask)
{
	struct job_result *r = job_result_find(job_of(dir), name);

	(void)ask;
	if (r)
		job_result_drop(r);
	job_result_unref(r);
	return READY;
}

const struct folder_ops job_results_folder = {.unlink = job_results_unlink};

enum outcome job_result_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	const struct job_result *r = n->object;

	if (!r->job)
		return ask_fail(ask, ESTALE, "given up");
	a->size = r->stored ? r->stored->size : 0;
	a->mtime = r->stored ? r->mtime : r->job->created > 0 ? r->job->created : 0;
	a->fixed = r->stored != NULL;
	return READY;
}

static bool is_over(const struct job_result *r)
{
	return !r->job || uws_phase_is_final(r->job->phase) || r->job->phase == UWS_UNKNOWN;
}

static enum outcome job_results_open(struct node *n, struct handle *h, int flags, struct ask *ask)
{
	struct waitlist *wait = NULL;
	struct error *err = NULL;

	(void)flags;
	h->stored = job_result_open(n->object, &wait, &err);
	if (err)
		return ask_failed(ask, err);
	if (h->stored)
		return READY;
	return is_over(n->object) ? ask_wait(ask, wait) : ask_wait_job(ask, wait);
}

static void job_results_closed(struct handle *h)
{
	struct jobs *jobs = jobs_of(h->node->service);

	stored_unref(h->stored);
	h->stored = NULL;
	job_results_make_room(jobs);
}

const struct file_ops job_result_file = {.open = job_results_open, .release = job_results_closed};

void job_result_release(void *object)
{
	job_result_unref(object);
}
