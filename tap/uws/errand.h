/*
 * errand.h: jobs that are to be deleted on the service, now or when it can be reached.
 */
#ifndef TAPFS_TAP_ERRAND_H
#define TAPFS_TAP_ERRAND_H

#include "tap/service/service.h"

struct errands;

/* Takes up what the journal still holds. */
struct errands *errands_new(struct service *);
/* Does now what waits for the service to be reached again. */
void errands_retry(struct errands *);
void errands_free(struct errands *);
/* Journals the deletion (which also aborts, UWS 1.1 §2.2.3.2), then does it; when the service is
 * being ended the next mount does. */
void errand_delete_job(struct service *, const char *job_url);
/* The same; over is told when it is done, or with why the service refuses for good. Not at the end
 * of the service. */
void errand_delete_job_then(struct service *, const char *job_url,
			    void (*over)(void *arg, struct error *), void *arg);
/* Whether that job is to be deleted, and is not yet. */
bool errand_deletes(const struct service *, const char *job_url);
/*
 * The same for jobs that a POST may have made whose answer nobody heard, and that no query has
 * (adopt.h). What runs already is left alone. post: while that is under way they are not looked for
 * (NULL: at once); it is told by errand_post_over, and is not used otherwise.
 */
void errand_delete_unheard(struct service *, const char *runid, const char *sent_hash,
			   int64_t since, const void *post);
void errand_post_over(struct service *, const void *post);

#endif
