/*
 * errand.h: jobs that are to be deleted on the service, now or when it can be reached.
 */
#ifndef TAPFS_TAP_ERRAND_H
#define TAPFS_TAP_ERRAND_H

#include "tap/service.h"

struct errands;

/* Takes up what the journal still holds. */
struct errands *errands_new(struct service *);
void errands_free(struct errands *);
/* Journals the deletion (which also aborts, UWS 1.1 §2.2.3.2), then does it; when the service is
 * being ended the next mount does. */
void errand_delete_job(struct service *, const char *job_url);

#endif
