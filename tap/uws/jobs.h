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
#include <sys/queue.h>
#include <uthash.h>

#include "base/wait.h"
#include "tap/service/service.h"
#include "tap/uws/uws.h"

#define JOBS_FRESH_MS 1000 /* how old the list may be that a look is shown */
#define JOBS_BOUND_MS 3000 /* how long a look waits for a new one */

enum jobs_list { JOBS_LIVE, JOBS_ARCHIVED, JOBS_LISTS };

struct job_document;
struct job_result;
struct job_listing;
struct job_change;

struct job {
	unsigned refs;
	struct jobs *jobs;
	char *name;           /* its ID as a file name, see base/name.h */
	char *href;           /* as the list tells it; NULL where it does not */
	char *url;            /* NULL until job_url */
	char *runid, *owner;  /* NULL where it is not told */
	enum uws_phase phase; /* as last seen, in a list or its document */
	uint64_t phase_asked; /* loop time of the request that told it */
	int64_t created;      /* ms; -1 not told */
	unsigned lists;       /* 1u << enum jobs_list: where it stands */
	bool seen;            /* in the list that is being taken */
	bool gone;            /* deleted, here or on the service */
	bool settled;         /* deleted here: the service has done so, or refused */
	unsigned settled_for; /* 1u << enum jobs_list: settled before that list was asked for */
	struct job_document *document; /* NULL until it is asked for */
	LIST_HEAD(, job_result) results;
	UT_hash_handle hh;
};

struct jobs {
	struct service *service;
	struct job *all;     /* uthash by name; one reference each */
	struct job *deleted; /* those the service may still list; the same */
	struct job_listing *lists[JOBS_LISTS];
	int64_t changed_at; /* ms: when a list last brought something new; 0 */
	LIST_HEAD(, job_change) changes;
	TAILQ_HEAD(, job_document) documents; /* in the order of their use */
	size_t ndocuments, document_bytes;
	TAILQ_HEAD(, job_result) kept; /* results with a file, in the order of their use */
	size_t nkept;
	uint64_t kept_bytes;
	unsigned peeks;    /* job_results_ready: documents that may be asked for */
	uint64_t peeks_at; /* loop time when that was counted */
	bool ended;
};

struct jobs *jobs_new(struct service *);
/* Cancels what is under way; who waits is woken. */
void jobs_end(struct jobs *);
void jobs_free(struct jobs *);

/*
 * True when the list is not older than max_age_ms (or than it takes to be sent, where that is
 * longer), or cannot be had soon; else *wait is woken when to look again.
 */
bool jobs_ready(struct jobs *, enum jobs_list, uint64_t max_age_ms, struct waitlist **wait);
/* Why there is no list; NULL once one came, be it old. */
const struct error *jobs_missing(const struct jobs *, enum jobs_list);
/* The next look asks anew. */
void jobs_expire(struct jobs *);
/* Those that failed a moment ago are asked for again when somebody looks. */
void jobs_retry(struct jobs *);

/* NULL if there is none. */
struct job *jobs_get(const struct jobs *, const char *name);
/*
 * Deletes it on the service, now or when that can be reached (deletion.h); it is gone from here at
 * once. If the service refuses, it is there again.
 */
void job_remove(struct job *);
/* Where it is on the service. */
const char *job_url(struct job *);
struct job *job_ref(struct job *);
void job_unref(struct job *); /* NULL is allowed */

/* --- for the parts --- */

/* A list that was asked for at that loop time. */
void jobs_take(struct jobs *, enum jobs_list, const struct uws_joblist *, uint64_t asked);
/* The lists are being asked for: what was settled by now must show in them. */
void jobs_asked(struct jobs *, enum jobs_list);
/* Its phase, as told by an answer to a request of that loop time; wakes who waits for a change. */
void job_saw_phase(struct job *, enum uws_phase, uint64_t asked);
/* What lists of UWS 1.0 do not tell, from its document. */
void job_learn(struct job *, const struct uws_job *);
/* The service does not know it any more. */
void job_vanished(struct job *);
/* Takes it out of the list; the deletion is not yet settled. */
void job_bury(struct job *);

#endif
