/* job_result_inside.h: what the two files of job_result.h share. */
#ifndef TAPFS_TAP_UWS_JOB_RESULT_INSIDE_H
#define TAPFS_TAP_UWS_JOB_RESULT_INSIDE_H

#include "tap/uws/job_result.h"

/* --- job_result.c --- */

/* The file that was filled has so many bytes: who waits gets it. */
void job_result_store(struct job_result *, uint64_t bytes);
/* What is under way of it ends. */
void job_result_cancel(struct job_result *);

#endif
