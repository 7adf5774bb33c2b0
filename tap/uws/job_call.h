/*
 * job_call.h: what the requests of UWS share: one under way, and a job document that came.
 */
#ifndef TAPFS_TAP_UWS_JOB_CALL_H
#define TAPFS_TAP_UWS_JOB_CALL_H

#include "base/loop.h"
#include "tap/uws/job.h"

struct job_call {
	struct work work; /* first: a long list is read */
	bool working, cancelled;
	struct buf body; /* of that */
	struct uws_joblist *list;
	struct error *error;
	struct service *service;
	struct transfer *transfer; /* NULL once it is over */
	char *content_type;        /* of body */
	char *url;                 /* of the job list, or of the job */
	char *login;               /* where the list led: a page to log in at; NULL: it did not */
	char *phase_url;           /* of the job, where its document cannot be read */
	bool wants_document;
	char *created;            /* the new job's, while it is looked at */
	bool looks_after_failure; /* EREMOTEIO where the server failed (5xx) */
	bool refused;             /* 429: no job was made */
	int64_t retry_after;      /* s, of that answer; -1 */
	void *arg;
	union {
		void (*created)(void *, const char *, struct error *);
		void (*ended)(void *, struct error *);
		void (*job)(void *, const struct uws_job *, struct error *);
		void (*document)(void *, struct uws_job *, struct buf *, struct error *);
		void (*list)(void *, const struct uws_joblist *, struct error *);
		void (*text)(void *, const char *, struct error *);
	} done;
};

/* url is taken. */
struct job_call *job_call_new(struct service *, char *url, void *arg);
/* http's call, with arg and on_done filled in. */
void job_call_start(struct job_call *, struct http_call *,
		    void (*done)(void *, struct http_reply *, struct error *));
void job_call_free(struct job_call *);
/*
 * The document that came; caller owns. NULL with *own: it is none, or the server failed for a
 * while; NULL alone: err says it.
 */
struct uws_job *job_of_reply(const struct job_call *, const struct http_reply *,
			     const struct error *err, struct error **own);

#endif
