/* jobs.h: what the files of jobs/ share. */
#ifndef TAPFS_FS_JOBS_JOBS_H
#define TAPFS_FS_JOBS_JOBS_H

#include "fs/core/kind.h"
#include "tap/uws/jobs.h"

/* The job of a node in jobs/ID/, or of a link to it. */
struct job *job_of(const struct node *);
/* The list is new enough, or is waited for. */
enum outcome jobs_wait(struct node *, enum jobs_list, uint64_t max_age_ms, struct ask *);

/*
 * job_query.c: the query, with the directives that a rerun needs. head: those of our own query, ""
 * for none; NULL: another program's job. False with *err if no query is told.
 */
bool job_query_text(const struct uws_job *, const char *head, const struct settings *,
		    struct buf *out, struct error **err);

/* own_jobs.c */
/* Whether the process that asks may remove this job, from this folder. */
enum outcome job_may_go(const struct node *dir, const struct job *, struct ask *);
/* The directives of the query that the job is of, "" for none; NULL: it is of none here. */
const char *own_job_head(const struct job *);
/* Our own jobs have their RUNIDs, also where the list does not tell them. */
void own_jobs_tell(struct jobs *);

#endif
