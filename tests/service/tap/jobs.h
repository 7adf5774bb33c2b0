/*
 * jobs.h: jobs (UWS 1.1) and the requests that wait for them.
 *
 * One lock for all: functions marked [locked] are called with it held. A job is
 * counted: the list, its run and each request that waits hold a reference. Its
 * parameters change only while it is PENDING, so that a run reads them without
 * the lock. A synchronous query is a job that stands in no list.
 */
#ifndef TAPFS_SERVICE_TAP_JOBS_H
#define TAPFS_SERVICE_TAP_JOBS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "tests/service/adql/functions.h"
#include "tests/service/http/http.h"
#include "tests/service/http/params.h"
#include "tests/service/http/pool.h"
#include "tests/service/tap/uploads.h"

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

struct job;

struct job_result {
	int fd; /* the caller's; -1: there is nothing to give */
	uint64_t size;
	const char *type; /* a literal, or the job's own */
};

/* What jobs do: TAP's queries, SODA's cut-outs, files that must be made first. */
struct job_kind {
	const char *home; /* listed ones are at HOME/async/ID */
	/* To its end; false with *err. On a thread of a pool; reads parameters and root only. */
	bool (*work)(const struct service *, const struct job *, struct job_result *,
		     struct error **err);
	/* [locked] Answers a request that waited for the end of r->job. */
	route_fn *answer;
	bool repeats; /* a parameter that is given twice has two values */
	bool cone;    /* UCDs as Simple Cone Search wants them */
};

extern const struct job_kind svc_tap_jobs, svc_soda_jobs, svc_file_jobs, svc_cone_jobs;

struct job {
	struct pool_task task; /* first */
	struct jobs *jobs;
	const struct job_kind *kind;
	char *root; /* svc_root of the request that made it */
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
	struct svc_uploads uploads; /* until it is over */
	struct svc_deadline deadline;
	char *error; /* NULL: none */
	int error_errno;
	int fd; /* the result, -1 until COMPLETED, or if there is nothing to give */
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

/*
 * [locked] Takes the tables that the request brings along, if the job is a query. False with *err
 * as svc_uploads_read.
 */
bool svc_job_take_uploads(struct job *, const struct request *, struct error **err);
/* The error is the query's fault, not ours. */
bool svc_job_bad_query(const struct job *);
/* [locked] A new PENDING job with one reference for the caller. */
struct job *svc_job_new(const struct request *, const struct job_kind *, bool listed);
/* [locked] NULL if there is none; no reference is taken. */
struct job *svc_job_find(struct jobs *, const struct job_kind *, const char *id);
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
/* [locked] Runs r->job, which is new, and answers when it has ended. */
enum MHD_Result svc_run_and_answer(struct request *);
/*
 * For who has nothing to send yet: suspends the connection for so long. False where the service is
 * ending. Takes the lock.
 */
bool svc_pause(struct request *, int64_t ms);
/* The request is over: gives back its job. Takes the lock. */
void svc_leave(struct request *);

/* job_query.c */
bool svc_job_query(const struct service *, const struct job *, struct job_result *,
		   struct error **err);

/* job_xml.c. [locked] */
void svc_job_xml(struct buf *out, const struct job *, const char *base);
void svc_job_parameters_xml(struct buf *out, const struct job *);
void svc_job_results_xml(struct buf *out, const struct job *, const char *base);
/* Which jobs a list has. */
struct job_filter {
	const struct job_kind *kind;
	const char *owner; /* theirs only; NULL: those of nobody */
	unsigned phases;   /* 1 << phase */
	int64_t after;
	long last; /* so many, the newest; 0: all */
};
void svc_job_list_xml(struct buf *out, struct jobs *, const struct job_filter *, const char *base);

#endif
