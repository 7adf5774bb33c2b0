/*
 * query_run.h: the inside of queries, shared by query.c (what lasts), query_result.c (its files),
 * query_text.c (its text), query_submit.c (up to the job), query_run.c (the job) and query_fetch.c
 * (its result).
 */
#ifndef TAPFS_TAP_QUERY_QUERY_RUN_H
#define TAPFS_TAP_QUERY_QUERY_RUN_H

#include <sys/queue.h>

#include "tap/query/directives.h"
#include "tap/query/query.h"
#include "tap/service/incoming.h"
#include "tap/uws/job.h"

enum run_step {
	RUN_READ,     /* a worker reads the text */
	RUN_SLOT,     /* waits until fewer than running_jobs run */
	RUN_INTENT,   /* the intent is being committed */
	RUN_RECOVER,  /* a job whose URL nobody heard is looked for */
	RUN_CREATE,   /* POST /async under way */
	RUN_DURATION, /* POST /executionduration */
	RUN_COMMIT,   /* the job's URL is being committed */
	RUN_CHECK,    /* GET job: PENDING? */
	RUN_START,    /* POST PHASE=RUN */
	RUN_WAIT,     /* GET job, with WAIT where the service has it */
	RUN_FETCH,    /* the result streams to disk and is converted */
	RUN_PUBLISH,  /* a worker syncs and renames */
	RUN_REASON,   /* GET /error */
};

/* A result in the making. */
struct making {
	int fd;                /* -1: not made */
	struct part *arriving; /* one reference, while it is fetched */
	char *part, *path;
};

struct query_run {
	struct query *query; /* one reference; NULL once cancelled */
	struct service *service;
	enum run_step step;
	bool has_slot;
	bool working;  /* a worker or a commit has the run */
	int64_t began; /* ms */

	char *text;              /* of the query */
	struct directives say;   /* at its head */
	char *text_path;         /* read from */
	struct uploads *uploads; /* tables that go along (upload.h); NULL: none */
	enum uws_phase phase;
	bool has_wait;     /* UWS 1.1 */
	bool long_poll;    /* one of the host's WAITs is ours */
	bool held_run;     /* PHASE=RUN was sent to a HELD job */
	uint64_t asked;    /* loop time of the last GET */
	uint64_t delay;    /* ms until the next */
	unsigned failures; /* in a row, of reaching the service */
	unsigned fetches;  /* of the result */
	unsigned starts;   /* PHASE=RUN that was refused */
	bool lost_answers; /* of the creation: the service may have a job that is not known here */
	struct recovery *recovery;
	char *result_url;
	struct job_call *call;
	struct timer *timer;
	void (*again)(void *); /* the timer's, where the service could not be reached */

	struct incoming *incoming;
	struct making making[FORMATS_MAX];
	int64_t fetching; /* ms: since when */
	uint64_t bytes;   /* of the VOTable, when it is over */
	struct table_end end;
	struct error *error; /* why the job failed */
	TAILQ_ENTRY(query_run) waiting;
};

/* query_text.c */

/* Reads the text; run_text_read follows, or the run fails. */
void run_read_text(struct query_run *);
/* LANG for it. */
const char *query_language(const struct query *);

/* query_submit.c */

void run_text_read(struct query_run *);
void slot_take(struct query_run *);
/* Gives it back, or leaves the queue. */
void slot_give(struct query_run *);
/* What is asked of the service; borrows from the run. */
struct query_spec run_spec(const struct query_run *);
void run_log_spec(struct query_run *, const char *verb, const struct query_spec *);

/* query_run.c */

/* The job's URL is committed: looks what its phase is, and runs it. */
void run_check(void *run);
/* The service has answered. */
void run_reached(struct query_run *);
void run_free(struct query_run *);
/* True if the run was cancelled while somebody had it; it is freed then. */
bool run_was_cancelled(struct query_run *);
void run_fail(struct query_run *, struct error *); /* takes the error */
/* Tries the step again later: the service could not be reached. */
void run_again(struct query_run *, void (*step)(void *), const struct error *why);
void run_end(struct query_run *, const int64_t sizes[FORMATS_MAX], struct error *);

/* --- for query.c --- */

/* query.c: tells those who look at the folder; and also those who wait. */
void query_touched(struct query *);
void query_changed(struct query *);
/* query.c: commits q->entry as it is now; done may be NULL. */
void query_commit(struct query *, void (*done)(void *arg, struct error *), void *arg);
/* query_result.c: RESULTS/ID/RUN.EXT; caller owns. */
char *query_result_path(const struct query *, int format);
/* query_result.c: of a file in the making, whose descriptor is duplicated. */
struct part *query_part_new(struct query_run *, int format, int fd);
void query_run_start(struct query *);
void query_run_resume(struct query *);
/* The service may be reached again: what waits for that does not wait any longer. */
void query_run_retry(struct query_run *);
/* What still goes on of it, for deletion_add_unheard: a POST, else NULL. */
const void *query_run_cancel(struct query_run *);
const char *query_run_phase(const struct query_run *);
/* What the run is doing, in words; for query_describe. Caller owns. */
char *query_run_describe(const struct query_run *);
/* query.c: the run ends: sizes of the results by format (-1: not made), or an error (taken). */
void query_ended(struct query *, const int64_t sizes[FORMATS_MAX], int64_t rows, bool overflow,
		 struct error *);

/* query_result.c */

struct result *query_result_new(struct query *, int format);
/* The results of this run are of the past; their files go. */
void query_results_forget(struct query *);
/* The mount ends: what is being made of a result is given up. */
void query_results_end(struct query *);
/* entry.formats from results[], and back. */
void query_formats_write(struct query *);
void query_formats_read(struct query *);
/* A worker removes a file, and then a folder if it is empty; takes both, either may be NULL. */
void query_remove_file(struct query *, char *path, char *folder);

/* query_fetch.c */
void run_fetch(void *run);
/* MODE = sync: asks, and what answers is the result. */
void run_ask(void *run);
/* Gives up what is in the making, and its files. */
void run_fetch_cancel(struct query_run *);

#endif
