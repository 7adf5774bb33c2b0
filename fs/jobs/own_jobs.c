/*
 * own_jobs.c: which of the jobs that a service lists are ours, and what may be removed.
 *
 * A service that is used without signing in may show everybody's jobs. Ours among them are those
 * of our queries. Whoever has signed in is shown their own only.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/name.h"
#include "fs/core/node.h"
#include "fs/core/openers.h"
#include "fs/core/operation.h"
#include "fs/jobs/jobs.h"
#include "tap/query/query.h"

/* Whether that is the URL of the job of that name in jobs/. */
static bool is_url_of(const char *url, const char *name)
{
	const char *slash = url ? strrchr(url, '/') : NULL;

	return slash && name_is_of(name, slash + 1);
}

/* The query whose job it is; NULL if it is of none that is there. */
static const struct query *query_of_job(const struct job *j)
{
	const struct query *q;

	LIST_FOREACH (q, &queries_of(j->jobs->service)->all, link)
		if (is_url_of(q->entry.job_url, j->name))
			return q;
	return NULL;
}

void own_jobs_tell(struct jobs *jobs)
{
	const struct query *q;

	LIST_FOREACH (q, &queries_of(jobs->service)->all, link) {
		CLEANUP_BUF struct buf name = BUF_INIT;
		const char *slash = q->entry.job_url ? strrchr(q->entry.job_url, '/') : NULL;
		struct job *j;

		if (!slash || !q->entry.runid)
			continue;
		name_escape(&name, slash + 1, strlen(slash + 1));
		j = jobs_get(jobs, buf_str(&name));
		if (j && !j->runid)
			job_describe(j, q->entry.runid, NULL);
	}
}

const char *own_job_head(const struct job *j)
{
	const struct query *q = query_of_job(j);

	return !q ? NULL : q->entry.head ? q->entry.head : "";
}

static bool is_ours(const struct job *j)
{
	const struct service *s = j->jobs->service;

	return !setting_is(s->settings, OPT_AUTH, "none") || query_of_job(j);
}

static const struct node *jobs_node(const struct node *n)
{
	while (n->kind->line != LINE_JOBS)
		n = n->parent;
	return n;
}

enum outcome job_may_go(const struct node *dir, const struct job *j, struct ask *ask)
{
	struct opener *lister = opener_of(jobs_node(dir), ask->pid);

	if (lister) {
		ask->known = lister->told; /* one line for all of them */
		lister->told = true;
		return ask_fail(ask, EPERM,
				"a program that lists jobs/ itself removes nothing there, since "
				"that would delete every job on the service: remove one with "
				"`rm -r jobs/%s`, or those of a phase with `rm "
				"jobs/by-phase/COMPLETED/*`",
				j->name);
	}
	if (j->phase == UWS_ARCHIVED && j->jobs->keeps_archived) {
		job_stays(&ask->error);
		return FAILED;
	}
	if (!is_ours(j) && !setting_bool(j->jobs->service->settings, OPT_DELETE_FOREIGN_JOBS))
		return ask_fail(
		    ask, EPERM,
		    "this job may be somebody else's: the service shows it to everybody, "
		    "and it is of no query here. Sign in, or mount with -o "
		    "delete_foreign_jobs");
	return READY;
}
