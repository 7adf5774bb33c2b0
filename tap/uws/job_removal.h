/*
 * job_removal.h: the requests by which one job leaves the service (UWS 1.1 §2.2.3.2).
 *
 * A job that runs is aborted first, and its end is waited for: the worker of Daiquiri else writes
 * its own phase over that of the deletion. Where DELETE is refused, ACTION=DELETE is posted. What
 * does not answer as a job is left alone. Loop thread only.
 */
#ifndef TAPFS_TAP_UWS_JOB_REMOVAL_H
#define TAPFS_TAP_UWS_JOB_REMOVAL_H

#include <stdbool.h>

#include "tap/service/service.h"

struct job_removal;

/*
 * is_over: it is known to be a job whose phase is final. done: NULL once it is gone (also if it was
 * before), else the error (borrowed): a transient one, or why the service keeps the job.
 */
struct job_removal *job_removal_start(struct service *, const char *url, bool is_over,
				      void (*done)(void *arg, struct error *), void *arg);
/* done is not called then. NULL is allowed. */
void job_removal_cancel(struct job_removal *);

#endif
