/*
 * jobs.h: jobs (UWS 1.1) and the requests that wait for them.
 *
 * One lock for all: functions marked [locked] are called with it held. A job is
 * counted: the list, its run and each request that waits hold a reference. Its
 * parameters change only while it is PENDING, so that a run reads them without
 * the lock. A synchronous query is a job that stands in no list.
 */
#ifndef TAPFS_SERVICE_JOBS_H
#define TAPFS_SERVICE_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "tests/service/functions.h"
#include "tests/service/http.h"
#include "tests/service/params.h"
#include "tests/service/pool.h"

enum phase {
	PENDING,
	QUEUED,
	EXECUTING,
	COMPLETED,
	ERROR_PHASE,
	ABORTED,
	HELD,
	SUSPENDED,
	UNKNOWN,
	ARCHIVED
};

#define JOB_ID_SIZE 17

struct job {
	struct pool_task task; /* first */
	struct jobs *jobs;
	TAILQ_ENTRY(job) link;
	TAILQ_HEAD(, request) waiters;
	int references;
	bool listed;
	const char *owner; /* NULL: anonymous */
	char id[JOB_ID_SIZE];
	enum phase phase;
	int64_t created, started, ended, destruction; /* ms since 1970; 0: not yet */
	int64_t duration;                             /* s; 0: no limit */
	struct params params;
	struct svc_deadline deadline;
	char *error;    /* NULL: none */
	bool bad_query; /* the error is the query's fault, not ours */
	int fd;         /* the result, -1 until COMPLETED */
	uint64_t size;
	const char *type;
};

struct jobs *svc_jobs_new(struct service *);
/* Ends all jobs and waits; no request may wait any more afterwards. */
void svc_jobs_stop(struct jobs *);
void svc_jobs_free(struct jobs *);

void svc_jobs_lock(struct jobs *);
void svc_jobs_unlock(struct jobs *);

const char *svc_phase_name(enum phase);
/* By its name in any case; false if there is none such. */
bool svc_phase_find(const char *name, enum phase *);
bool svc_phase_final(enum phase);
/* Those in which WAIT waits (UWS 1.1 §2.2.1.3). */
bool svc_phase_active(enum phase);

/* [locked] A new PENDING job with one reference for the caller. */
struct job *svc_job_new(struct jobs *, bool listed);
/* [locked] NULL if there is none; no reference is taken. */
struct job *svc_job_find(struct jobs *, const char *id);
/* [locked] The first in the list, by time of creation; go on with TAILQ_NEXT(job, link). */
struct job *svc_job_first(struct jobs *);
/* [locked] PENDING or HELD only. */
void svc_job_run(struct job *);
/* [locked] Nothing if it has ended. */
void svc_job_abort(struct job *);
/* [locked] Aborts it and takes it off the list, or archives it if a test wants that. */
void svc_job_delete(struct job *);
/* [locked] Deletes all. */
void svc_jobs_forget(struct jobs *);
void svc_job_ref(struct job *);   /* [locked] */
void svc_job_unref(struct job *); /* [locked] NULL is allowed */

/*
 * [locked] The request's connection is suspended until the phase of r->job changes (which may be
 * NULL) or r->until is over; then again is called, without the lock.
 */
enum MHD_Result svc_wait(struct request *, route_fn *again);

/* Milliseconds since 1970. */
int64_t svc_now(void);

/* job_query.c: runs the query that the parameters ask for, to its end. False as svc_run. */
struct job_result {
	int fd; /* the caller's */
	uint64_t size;
	const char *type;
};
bool svc_job_query(const struct service *, const struct params *, struct svc_deadline *,
		   struct job_result *, struct error **err);

/* job_xml.c. [locked] */
void svc_job_xml(struct buf *out, const struct job *, const char *base);
void svc_job_parameters_xml(struct buf *out, const struct job *);
void svc_job_results_xml(struct buf *out, const struct job *, const char *base);
/* Which jobs a list has. */
struct job_filter {
	const char *owner; /* theirs only; NULL: those of nobody */
	unsigned phases;   /* 1 << phase */
	int64_t after;
	long last; /* so many, the newest; 0: all */
};
void svc_job_list_xml(struct buf *out, struct jobs *, const struct job_filter *, const char *base);
void svc_add_time(struct buf *out, int64_t ms);
/* ISO 8601 as in DALI 1.1 §3.3.3; false if it is none. */
bool svc_parse_time(const char *text, int64_t *ms);

#endif
