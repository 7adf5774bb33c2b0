/*
 * job_entry.h: one job of the service's list, in memory, and the list that holds it.
 *
 * A job is counted. It is in jobs->all (one reference), in jobs->deleted (the same), or gone and
 * only somebody's who still looks at it. Its document, its results and what is being changed of it
 * are parts, which hang on the entry; the entry does not know them. Loop thread only.
 */
#ifndef TAPFS_TAP_UWS_JOB_ENTRY_H
#define TAPFS_TAP_UWS_JOB_ENTRY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <uthash.h>

#include "base/wait.h"
#include "tap/service/service.h"
#include "tap/uws/uws.h"

enum jobs_list { JOBS_LIVE, JOBS_ARCHIVED, JOBS_LISTS };

struct job_document;
struct job_result;
struct job_listing;
struct job_change;

struct job {
	unsigned refs;
	struct jobs *jobs;
	char *name;          /* its ID as a file name, see base/name.h */
	char *url;           /* job_address.h */
	char *runid, *owner; /* NULL where it is not told */
	char *group; /* of its RUNID, what a user calls it (runid.h), as a file name; NULL: none */
	enum uws_phase phase;        /* as last seen, in a list or its document */
	uint64_t phase_asked;        /* loop time of the request that told it */
	int64_t created;             /* ms; -1 not told */
	unsigned lists;              /* 1u << enum jobs_list: where it stands */
	bool seen;                   /* in the list that is being taken */
	bool gone;                   /* deleted, here or on the service */
	bool listed_plain;           /* its results were listed before its document came */
	bool aborted;                /* ABORT was sent from here */
	bool settled;                /* deleted here: the service has done so, or refused */
	enum uws_phase removed_from; /* deleted here: when it was in that phase */
	unsigned settled_for; /* 1u << enum jobs_list: settled before that list was asked for */
	struct job_document *document; /* NULL until it is asked for */
	LIST_HEAD(, job_result) results;
	UT_hash_handle hh;
};

/*
 * What is kept of a job beyond its entry: it is told when the job goes, cancels its requests then,
 * wakes who waits, and frees what it has.
 */
struct job_part {
	void (*drop)(struct job *);
	/* The phase is another. May be NULL. */
	void (*phase_changed)(struct job *);
};

struct jobs {
	struct service *service;
	const struct job_part *parts; /* the last one's drop is NULL */
	struct job *all;              /* uthash by name; one reference each */
	struct job *deleted;          /* those the service may still list; the same */
	struct job_listing *lists[JOBS_LISTS];
	int64_t changed_at; /* ms: when a list last brought something new; 0 */
	/* A job that somebody still holds is not listed any more. NULL: nobody wants to know. */
	void (*left)(void *arg, const struct job *);
	void *left_arg;
	LIST_HEAD(, job_change) changes;
	TAILQ_HEAD(, job_document) documents; /* in the order of their use */
	size_t ndocuments, document_bytes;
	TAILQ_HEAD(, job_result) kept; /* results with a file, in the order of their use */
	size_t nkept;
	uint64_t kept_bytes;
	unsigned peeks;    /* job_results_ready: documents that may be asked for */
	uint64_t peeks_at; /* loop time when that was counted */
	unsigned strangers, strangers_reported; /* listed, and not at this service */
	unsigned expired; /* 1u << enum jobs_list: something was changed since it was asked for */
	bool keeps_archived; /* the service does not delete what it has archived */
	bool ended;
};

/* A new one in jobs->all. */
struct job *job_new(struct jobs *, const char *name, char *url /* taken */);
struct job *job_ref(struct job *);
void job_unref(struct job *); /* NULL is allowed */
/* Where it is on the service. */
const char *job_url(const struct job *);
/* The next look asks for the lists again. */
void jobs_expire(struct jobs *);
/* Its phase, as told by an answer to a request of that loop time; wakes who waits for a change. */
void job_saw_phase(struct job *, enum uws_phase, uint64_t asked);
/* Whose it is and how it is called there, as far as it is told (NULL: not). */
void job_describe(struct job *, const char *runid, const char *owner);
/* What lists of UWS 1.0 do not tell, from its document. */
void job_learn(struct job *, const struct uws_job *);
/* The service does not know it any more. */
void job_vanished(struct job *);
/* Takes it out of the list; the deletion is not yet settled. */
void job_bury(struct job *);
/* One that was taken out is in the list again. */
void job_revive(struct job *);
/* Who waits for something of it is told that it is gone. */
void job_drop_parts(struct job *);

#endif
