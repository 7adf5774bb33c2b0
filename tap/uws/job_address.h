/*
 * job_address.h: where a service's jobs are (UWS 1.1 §2.2.1.1): what may be asked, run and deleted.
 *
 * A job's URL is one path segment below the async URL in use: that of the service as it is
 * configured, of the interface that its capabilities declare, or where the answers to our own POSTs
 * led on the same host. A service's list may name anything else; that is never touched.
 */
#ifndef TAPFS_TAP_UWS_JOB_ADDRESS_H
#define TAPFS_TAP_UWS_JOB_ADDRESS_H

#include "tap/service/service.h"
#include "tap/uws/uws.h"

/* The job list. Caller owns. */
char *jobs_address(const struct service *);
/* The URL in its canonical form if it is a job of this service; NULL if not. Caller owns. */
char *job_address(const struct service *, const char *url);
/* One segment below that list, and not one that a server may read as leading up from it. */
bool job_is_below(const char *url, const char *list);
/* The job of that id, percent-encoded; NULL for ".." and its like, which is none. Caller owns. */
char *job_address_of(const struct service *, const char *id);
/*
 * A job of the list: where its href leads, if that is here, else by its id; NULL if that is none
 * either. Caller owns.
 */
char *job_ref_url(const struct service *, const struct uws_jobref *);
/* A job that our own POST made, on the service's host: others may be beside it. */
void job_address_learn(struct service *, const char *job_url);

#endif
