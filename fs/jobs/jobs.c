/*
 * jobs.c: names in jobs/: the service's own list of jobs, and the same by phase and by RUNID.
 *
 * Names are answered from the list in memory. Who opens a folder to list it
 * waits for a new one if it is old (jobs_look), and so does who asks for a
 * name that is not in it; neither waits long. Removing a job's folder, or a link to it,
 * deletes the job on the service.
 */
#include "fs/jobs/jobs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/name.h"
#include "fs/core/listing.h"
#include "fs/core/node.h"
#include "fs/core/worker_op.h"
#include "fs/jobs/branch.h"

#define ARCHIVED_FRESH_MS 60000 /* how old the archived list may be to tell if there are any */

struct job *job_of(const struct node *n)
{
	while (n->kind->line != LINE_JOB && n->kind->line != LINE_JOB_LINK)
		n = n->parent;
	return n->object;
}

static struct jobs *node_jobs(const struct node *n)
{
	return jobs_of(n->service);
}

enum outcome jobs_wait(struct node *n, enum jobs_list which, uint64_t max_age, struct ask *ask)
{
	struct waitlist *wait;

	if (!jobs_ready(node_jobs(n), which, max_age, &wait))
		return ask_wait(ask, wait);
	own_jobs_tell(node_jobs(n));
	return READY;
}

enum outcome jobs_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	(void)ask;
	a->mtime = node_jobs(n)->changed_at;
	return READY;
}

/* An empty folder would be a puzzle: where no list ever came the reason is the answer. */
enum outcome jobs_look(struct node *n, struct ask *ask)
{
	enum outcome o = jobs_wait(n, JOBS_LIVE, JOBS_FRESH_MS, ask);
	const struct error *missing = jobs_missing(node_jobs(n), JOBS_LIVE);

	if (o != READY || !missing)
		return o;
	ask->known = true;
	return ask_failed(ask, error_copy(missing));
}

/* --- jobs/ --- */

enum outcome jobs_list(struct node *dir, struct listing *l, struct ask *ask)
{
	struct job *j, *next;

	(void)ask;
	HASH_ITER (hh, node_jobs(dir)->all, j, next)
		if (j->lists & 1u << JOBS_LIVE)
			listing_add(l, j->name, LINE_JOB, 0);
	return READY;
}

/* A job by its name. One that is not known may have been made since the list came. */
static enum outcome job_named(struct node *dir, const char *name, struct job **j, struct ask *ask)
{
	*j = jobs_get(node_jobs(dir), name);
	if (*j || *name == '.')
		return READY;
	return jobs_wait(dir, JOBS_LIVE, JOBS_FRESH_MS, ask);
}

static void found_job(struct found *f, enum tree_line line, struct job *j)
{
	f->line = line;
	f->object = job_ref(j);
}

enum outcome jobs_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct job *j;
	enum outcome o = job_named(dir, name, &j, ask);

	if (o == READY && j)
		found_job(f, LINE_JOB, j);
	return o;
}

void job_release(void *object)
{
	job_unref(object);
}

/* Nothing to do: the journal's lane is in order, so the deletion is journaled when this is run. */
static void after_journal(struct worker_op *o)
{
	(void)o;
}

/* The answer waits until the deletion is journaled; then it happens, whatever dies. */
static enum outcome remove_job(struct node *dir, struct job *j, struct ask *ask)
{
	enum outcome may = job_may_go(dir, j, ask);

	if (may != READY)
		return may;
	job_remove(j);
	worker_op_submit(worker_op_new(sizeof(struct worker_op), after_journal), dir->service->loop,
			 LANE_STATE, ask);
	return ask_operation(ask);
}

static enum outcome jobs_rmdir(struct node *dir, const char *name, struct ask *ask)
{
	struct job *j = jobs_get(node_jobs(dir), name);

	if (ask->op)
		return ask_operation(ask);
	if (j)
		return remove_job(dir, j, ask);
	if (strcmp(name, "by-phase") == 0 || strcmp(name, "by-runid") == 0)
		return ask_fail(ask, EPERM, "%s is tapfs's own", name);
	return ask_fail(ask, ENOENT, "no such job");
}

const struct folder_ops jobs_folder = {.rmdir = jobs_rmdir};

/* --- by-phase/PHASE/ and by-runid/NAME/ --- */

void job_name_release(void *object)
{
	(void)object; /* it is found by its name: there is none */
}

/* Whether a job belongs into a folder of that kind. */
static bool belongs(const struct job *j, const struct node *dir)
{
	if (dir->kind->line == LINE_JOB_PHASE)
		return strcmp(uws_phase_name(j->phase), dir->name) == 0;
	return j->group && strcmp(j->group, dir->name) == 0;
}

enum outcome job_group_list(struct node *dir, struct listing *l, struct ask *ask)
{
	struct job *j, *next;

	(void)ask;
	HASH_ITER (hh, node_jobs(dir)->all, j, next)
		if (belongs(j, dir))
			listing_add(l, j->name, LINE_JOB_LINK, 0);
	return READY;
}

enum outcome job_group_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct job *j;
	enum outcome o = job_named(dir, name, &j, ask);

	if (o == READY && j && belongs(j, dir))
		found_job(f, LINE_JOB_LINK, j);
	return o;
}

enum outcome job_group_look(struct node *dir, struct ask *ask)
{
	enum outcome o = jobs_look(dir, ask);

	if (o != READY || strcmp(dir->name, uws_phase_name(UWS_ARCHIVED)) != 0)
		return o;
	return jobs_wait(dir, JOBS_ARCHIVED, JOBS_FRESH_MS, ask);
}

enum outcome job_link_text(struct node *n, struct buf *out, struct ask *ask)
{
	(void)ask;
	buf_addf(out, "../../%s", n->name);
	return READY;
}

static enum outcome job_group_unlink(struct node *dir, const char *name, struct ask *ask)
{
	struct job *j = jobs_get(node_jobs(dir), name);

	if (ask->op)
		return ask_operation(ask);
	if (!j || !belongs(j, dir))
		return ask_fail(ask, ENOENT, "no such job");
	return remove_job(dir, j, ask);
}

const struct folder_ops job_group_folder = {.unlink = job_group_unlink};

static bool has_phase(struct node *dir, enum uws_phase phase)
{
	struct job *j, *next;

	HASH_ITER (hh, node_jobs(dir)->all, j, next)
		if (j->phase == phase)
			return true;
	return false;
}

static const enum uws_phase usual[] = {UWS_PENDING,   UWS_QUEUED, UWS_EXECUTING,
				       UWS_COMPLETED, UWS_ERROR,  UWS_ABORTED};

static bool is_usual(enum uws_phase phase)
{
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		if (usual[i] == phase)
			return true;
	return false;
}

/* Archived jobs are listed to those only who ask for them (UWS 1.1 §2.2.2.1). */
enum outcome job_phases_look(struct node *dir, struct ask *ask)
{
	enum outcome o = jobs_look(dir, ask);

	return o == READY ? jobs_wait(dir, JOBS_ARCHIVED, ARCHIVED_FRESH_MS, ask) : o;
}

enum outcome job_phases_list(struct node *dir, struct listing *l, struct ask *ask)
{
	(void)ask;
	for (enum uws_phase p = UWS_UNKNOWN; p <= UWS_ARCHIVED; p++)
		if (is_usual(p) || has_phase(dir, p))
			listing_add(l, uws_phase_name(p), LINE_JOB_PHASE, 0);
	return READY;
}

enum outcome job_phases_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	enum uws_phase p = uws_phase_parse(name, strlen(name));
	enum outcome o = READY;

	if (strcmp(uws_phase_name(p), name) != 0)
		return READY;
	if (!is_usual(p) && !has_phase(dir, p))
		o = p == UWS_ARCHIVED ? jobs_wait(dir, JOBS_ARCHIVED, ARCHIVED_FRESH_MS, ask)
				      : jobs_wait(dir, JOBS_LIVE, JOBS_FRESH_MS, ask);
	if (o == READY && (is_usual(p) || has_phase(dir, p)))
		f->line = LINE_JOB_PHASE;
	return o;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

enum outcome job_runids_list(struct node *dir, struct listing *l, struct ask *ask)
{
	CLEANUP_FREE char **groups = NULL;
	struct job *j, *next;
	size_t n = 0;

	(void)ask;
	groups = xmalloc((HASH_COUNT(node_jobs(dir)->all) + 1) * sizeof(*groups));
	HASH_ITER (hh, node_jobs(dir)->all, j, next)
		if (j->group)
			groups[n++] = j->group;
	qsort(groups, n, sizeof(*groups), by_text);
	for (size_t i = 0; i < n; i++)
		if (!i || strcmp(groups[i], groups[i - 1]) != 0)
			listing_add(l, groups[i], LINE_JOB_RUNID, 0);
	return READY;
}

static bool has_group(struct job *in, const char *group)
{
	struct job *j, *next;

	HASH_ITER (hh, in, j, next)
		if (j->group && strcmp(j->group, group) == 0)
			return true;
	return false;
}

/* One whose last job was deleted here a moment ago is still found, so that `rm -r` succeeds. */
enum outcome job_runids_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct jobs *jobs = node_jobs(dir);
	bool there = has_group(jobs->all, name) || has_group(jobs->deleted, name);
	enum outcome o = READY;

	if (!there && *name != '.')
		o = jobs_wait(dir, JOBS_LIVE, JOBS_FRESH_MS, ask);
	if (there || (o == READY && has_group(jobs->all, name))) {
		f->line = LINE_JOB_RUNID;
		return READY;
	}
	return o;
}

/* The folders come and go with their jobs: removing an empty one is nothing to do. */
static enum outcome job_groups_rmdir(struct node *dir, const char *name, struct ask *ask)
{
	enum uws_phase p = uws_phase_parse(name, strlen(name));
	bool full = dir->kind->line == LINE_JOBS_BY_PHASE ? has_phase(dir, p)
							  : has_group(node_jobs(dir)->all, name);

	if (full)
		return ask_fail(ask, ENOTEMPTY, "there are jobs in it: remove them first");
	return READY;
}

const struct folder_ops job_groups_folder = {.rmdir = job_groups_rmdir};
