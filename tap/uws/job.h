/*
 * job.h: jobs on the service: the requests of UWS 1.1, one function each.
 *
 * Each calls back once, never from inside; a call under way is cancelled with
 * its handle. Loop thread only.
 */
#ifndef TAPFS_TAP_UWS_JOB_H
#define TAPFS_TAP_UWS_JOB_H

#include "tap/service/service.h"
#include "tap/service/tap_params.h"
#include "tap/uws/uws.h"

struct job_call;

/*
 * POST /async: the job is created PENDING. url is its absolute URL; caller owns nothing. EREMOTEIO:
 * the server failed (5xx), and may have made it.
 */
struct job_call *job_create(struct service *, const struct query_spec *,
			    void (*done)(void *arg, const char *url, struct error *), void *arg);
/* The same of any service with jobs: its list, and what is sent to it. */
struct job_call *job_create_at(struct service *, const char *list, const struct buf *form,
			       void (*done)(void *arg, const char *url, struct error *), void *arg);
/* While such a done is called: the service had no time (429), and has made no job. */
bool job_call_is_refused(const struct job_call *);
/* The seconds after which it wants to be asked again; -1: it did not say. */
int64_t job_call_retry_after(const struct job_call *);
/*
 * POST NAME=value to /name of the job: phase (RUN, ABORT), executionduration (s), destruction
 * (UWS 1.1 §2.2.3). What the service makes of it is to be read back.
 */
struct job_call *job_set(struct service *, const char *url, const char *name, const char *value,
			 void (*done)(void *arg, struct error *), void *arg);
/*
 * GET the job. wait_s > 0: UWS 1.1 §2.2.1.3 WAIT, as long as the phase is `last`. The job is
 * borrowed during the call.
 */
struct job_call *job_get(struct service *, const char *url, unsigned wait_s, enum uws_phase last,
			 void (*done)(void *arg, const struct uws_job *, struct error *),
			 void *arg);
/* The same, with the document as it was sent. The job is taken; of xml the bytes may be. */
struct job_call *
job_fetch(struct service *, const char *url, unsigned wait_s, enum uws_phase last,
	  void (*done)(void *arg, struct uws_job *, struct buf *xml, struct error *), void *arg);
/* GET /error: the service's message, "" if it gives none. */
struct job_call *job_get_error(struct service *, const char *url,
			       void (*done)(void *arg, const char *text, struct error *),
			       void *arg);
/* What of the job list is asked for (UWS 1.1 §2.2.2.1); a service of UWS 1.0 gives all. */
struct job_filter {
	enum uws_phase phase; /* UWS_UNKNOWN: any, but for ARCHIVED */
	unsigned last;        /* the newest n; 0: all */
	int64_t after;        /* ms: created after this; 0: any time */
	bool look;            /* somebody waits: a service that cannot be reached is told at once */
};

/* GET the job list. It is borrowed during the call; what the filter says is not to be relied on. */
struct job_call *job_list(struct service *, const struct job_filter *,
			  void (*done)(void *arg, const struct uws_joblist *, struct error *),
			  void *arg);
/* DELETE; a job that is gone is success. */
struct job_call *job_delete(struct service *, const char *url,
			    void (*done)(void *arg, struct error *), void *arg);

/* The same by POST ACTION=DELETE (UWS 1.1 §2.2.3.2). */
struct job_call *job_delete_by_post(struct service *, const char *url,
				    void (*done)(void *arg, struct error *), void *arg);

/* The callback is not called any more. NULL is allowed. */
void job_call_cancel(struct job_call *);

#endif
