/*
 * cutout_job.h: a job of the service that makes a cut-out (SODA 1.0 §2.2, UWS 1.1).
 */
#ifndef TAPFS_TAP_DATALINK_CUTOUT_JOB_H
#define TAPFS_TAP_DATALINK_CUTOUT_JOB_H

#include "tap/datalink/soda.h"
#include "tap/service/service.h"
#include "tap/uws/result_address.h"

struct cutout_job;

struct cutout_job_events {
	void *arg;
	/* It is completed: where its result may be (taken). Once; the job is to be ended
	 * afterwards. */
	void (*made)(void *arg, struct result_addresses *);
	/* Or it is not (err, taken), and the job is gone. */
	void (*failed)(void *arg, struct error *err);
};

/* The events are copied; none comes from here. */
struct cutout_job *cutout_job_start(struct service *, const struct soda_request *,
				    const struct cutout_job_events *);
/*
 * It is over, or not wanted any more: it is deleted on the service; one whose POST is under way
 * when the answer tells where it is. NULL is allowed.
 */
void cutout_job_end(struct cutout_job *);
/* The service ends: no answer is waited for any more. */
void cutout_jobs_end(struct service *);

#endif
