/*
 * job_entry.c: one job of the service's list, in memory; see job_entry.h.
 */
#include "tap/uws/job_entry.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/name.h"
#include "tap/uws/runid.h"

struct job *job_new(struct jobs *jobs, const char *name, char *url)
{
	struct job *j = xcalloc(1, sizeof(*j));

	j->refs = 1;
	j->jobs = jobs;
	j->name = xstrdup(name);
	j->url = url;
	j->created = -1;
	LIST_INIT(&j->results);
	HASH_ADD_KEYPTR(hh, jobs->all, j->name, strlen(j->name), j);
	return j;
}

struct job *job_ref(struct job *j)
{
	j->refs++;
	return j;
}

static void drop_parts(struct job *j)
{
	for (const struct job_part *p = j->jobs->parts; p->drop; p++)
		p->drop(j);
}

void job_unref(struct job *j)
{
	if (!j || --j->refs)
		return;
	drop_parts(j);
	free(j->name);
	free(j->url);
	free(j->runid);
	free(j->group);
	free(j->owner);
	free(j);
}

const char *job_url(const struct job *j)
{
	return j->url;
}

/* Who waits for something of it is told that it is gone. */
void job_drop_parts(struct job *j)
{
	struct jobs *jobs = j->jobs;

	j->gone = true;
	if (jobs->left && j->refs > 1)
		jobs->left(jobs->left_arg, j);
	job_ref(j); /* the woken may give theirs back */
	drop_parts(j);
	job_unref(j);
}

void job_vanished(struct job *j)
{
	struct jobs *jobs = j->jobs;

	if (j->gone)
		return;
	HASH_DEL(jobs->all, j);
	jobs->changed_at = clock_now();
	job_drop_parts(j);
	job_unref(j);
}

void job_bury(struct job *j)
{
	struct jobs *jobs = j->jobs;

	HASH_DEL(jobs->all, j);
	HASH_ADD_KEYPTR(hh, jobs->deleted, j->name, strlen(j->name), j);
	j->settled = false;
	j->settled_for = 0;
	jobs->changed_at = clock_now();
	job_drop_parts(j);
}

void job_revive(struct job *j)
{
	struct jobs *jobs = j->jobs;

	HASH_DEL(jobs->deleted, j);
	HASH_ADD_KEYPTR(hh, jobs->all, j->name, strlen(j->name), j);
	j->gone = false;
	jobs->changed_at = clock_now();
}

void job_saw_phase(struct job *j, enum uws_phase phase, uint64_t asked)
{
	if (asked < j->phase_asked || (phase == UWS_UNKNOWN && j->phase_asked))
		return;
	j->phase_asked = asked;
	if (phase == j->phase)
		return;
	j->phase = phase;
	j->jobs->changed_at = clock_now();
	for (const struct job_part *p = j->jobs->parts; p->drop; p++)
		if (p->phase_changed)
			p->phase_changed(j);
}

/* True if it is another than it was. */
static bool job_set_text(char **where, const char *text)
{
	if (!text || (*where && strcmp(*where, text) == 0))
		return false;
	free(*where);
	*where = xstrdup(text);
	return true;
}

static char *group_of(const char *runid)
{
	CLEANUP_FREE char *shown = runid_shown(runid);
	struct buf name = BUF_INIT;

	if (!shown || !*shown)
		return NULL;
	name_escape(&name, shown, strlen(shown));
	return buf_steal(&name);
}

void job_describe(struct job *j, const char *runid, const char *owner)
{
	if (job_set_text(&j->runid, runid)) {
		free(j->group);
		j->group = group_of(runid);
	}
	job_set_text(&j->owner, owner);
}

void job_learn(struct job *j, const struct uws_job *known)
{
	job_describe(j, known->runid, known->owner);
	if (j->created < 0)
		j->created = known->creation_time;
}

void jobs_expire(struct jobs *jobs)
{
	jobs->expired = ~0u;
}
