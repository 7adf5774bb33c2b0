/*
 * jobs.h: the service's jobs, as its list tells them (UWS 1.1 §2.2.2.1).
 *
 * The list is kept in memory, some 400 bytes a job, and asked for anew only when somebody looks
 * and it is old (jobs_ready); one request, whoever looks. Archived jobs are a list of their own,
 * which services send only when they are asked for it. A job's document and its results are in
 * job_document.h and job_result.h. Nothing here knows of FUSE. Loop thread only.
 */
#ifndef TAPFS_TAP_UWS_JOBS_H
#define TAPFS_TAP_UWS_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "tap/uws/job_entry.h"

#define JOBS_FRESH_MS 1000 /* how old the list may be that a look is shown */
#define JOBS_BOUND_MS 3000 /* how long a look waits for a new one */

struct jobs *jobs_new(struct service *);
void jobs_free(struct jobs *); /* NULL is allowed */
/*
 * At the end what is under way is cancelled, and who waits is woken. Those that failed a moment
 * ago are asked for again at retry.
 */
extern const struct service_part jobs_part;

static inline struct jobs *jobs_of(const struct service *s)
{
	return s->parts[SERVICE_JOBS];
}

/*
 * True when the list is not older than max_age_ms (or than it takes to be sent, where that is
 * longer), or cannot be had soon; else *wait is woken when to look again.
 */
bool jobs_ready(struct jobs *, enum jobs_list, uint64_t max_age_ms, struct waitlist **wait);
/* Why there is no list; NULL once one came, be it old. */
const struct error *jobs_missing(const struct jobs *, enum jobs_list);

/* NULL if there is none. */
struct job *jobs_get(const struct jobs *, const char *name);
/*
 * Deletes it on the service, now or when that can be reached (deletion.h); it is gone from here at
 * once. If the service refuses, it is there again.
 */
void job_remove(struct job *);
/* Why an archived job cannot be removed, where jobs->keeps_archived. */
void job_stays(struct error **err);

/* --- for the parts --- */

/* A list that was asked for at that loop time. */
void jobs_take(struct jobs *, enum jobs_list, const struct uws_joblist *, uint64_t asked);
/* The lists are being asked for: what was settled by now must show in them. */
void jobs_asked(struct jobs *, enum jobs_list);

#endif
