/*
 * job_result.h: a job's results as files.
 *
 * A result is downloaded when it is opened, once for all who want it, into a file
 * without a name in CACHE/jobs/; so nothing is left behind, however tapfs ends. It
 * is kept, so that it can be opened again, until the job goes or RESULTS_KEPT is
 * exceeded (those used longest ago go first; who has one open keeps its bytes).
 */
#ifndef TAPFS_TAP_UWS_JOB_RESULT_H
#define TAPFS_TAP_UWS_JOB_RESULT_H

#include "base/buf.h"
#include "cache/stored.h"
#include "tap/uws/jobs.h"
#include "tap/uws/result_address.h"

#define RESULTS_KEPT_BYTES (UINT64_C(2) << 30)
#define RESULTS_KEPT       256 /* files */

struct job_result {
	unsigned refs;
	uint64_t id;     /* inode number: no other has it in this mount */
	struct job *job; /* NULL once it was given up: the next look finds another */
	char *key;       /* its id in the document; "" for the query's result (TAP 1.1 §2.4) */
	struct stored *stored; /* the complete file; one reference */
	int64_t mtime;         /* ms: when the job ended */

	/* while it is fetched */
	bool working; /* a worker makes the file */
	int fd;       /* -1: none */
	unsigned tries;
	struct result_addresses addresses; /* where it may be */
	struct download *download;
	struct timer *timer;
	struct error *error;
	uint64_t failed; /* loop time of that */
	struct waitlist changed;
	LIST_ENTRY(job_result) link;
	TAILQ_ENTRY(job_result) use; /* where it is stored */
};

/*
 * True once the names are known, or cannot be had soon. Who lists the results of many jobs gets
 * documents for a few only: of the others just the query's result is known, by its plain name
 * "result", which it keeps.
 */
bool job_results_ready(struct job *, struct waitlist **wait);
/* The name of result i, with its extension; NULL after the last. Caller owns. */
char *job_result_name(struct job *, size_t i);
/* By its name, or its name without extension: one reference; NULL if there is none. */
struct job_result *job_result_find(struct job *, const char *name);
/* The file, one reference. NULL: *wait is woken when to ask again, or *err says why there is none.
 */
struct stored *job_result_open(struct job_result *, struct waitlist **wait, struct error **err);
/* Gives up its file: the disk is freed once nobody has it open. */
void job_result_drop(struct job_result *);
void job_result_unref(struct job_result *); /* NULL is allowed */

/* Gives up what is too much, where nobody has it open. */
void job_results_make_room(struct jobs *);
/* Gives up all of a job; who waits is woken. */
void job_results_drop(struct job *);

#endif
