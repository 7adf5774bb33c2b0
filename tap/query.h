/*
 * query.h: a query that was dropped: from its text to its results, durably.
 *
 *	IDLE ──launch──▶ ACTIVE ──▶ DONE
 *	                   └──────▶ FAILED        (each can be launched anew)
 *
 * A query is named by its path below queries/, without extension (its stem).
 * It lives as long as the journal knows it; the text is the file's, read at each
 * launch. Nothing here knows of FUSE. Loop thread only.
 *
 * Each run has a number; a result belongs to one run and never changes. A new
 * run makes new results; who holds an old one keeps its bytes.
 */
#ifndef TAPFS_TAP_QUERY_H
#define TAPFS_TAP_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/wait.h"
#include "cache/journal.h"
#include "cache/stored.h"
#include "tap/service.h"

#define QUERY_FORMATS_MAX 16

enum query_state { QUERY_IDLE, QUERY_ACTIVE, QUERY_DONE, QUERY_FAILED };

struct query;
struct query_run;

/* A result file of one run of a query, there or still to come. */
struct result {
	unsigned refs;
	uint64_t id;          /* its inode number: no other result ever has it in this mount */
	struct query *query;  /* NULL once it was superseded or removed */
	int format;           /* of format.h */
	struct stored *file;  /* NULL while it is still to come */
};

struct query {
	unsigned refs;
	struct service *service;
	struct journal_entry entry; /* entry.path: with the extension */
	enum query_state state;
	struct waitlist changed;    /* state and results */
	struct result *results[QUERY_FORMATS_MAX]; /* of the current run; NULL: nobody asked yet */
	struct error *error;        /* FAILED */
	struct query_run *run;      /* ACTIVE */
	struct buf log;             /* of the current run, as m31.log shows it */
	int64_t log_time;
	bool removed;
	LIST_ENTRY(query) link;
};

/* All queries of a service. */
struct queries {
	struct service *service;
	LIST_HEAD(, query) all;
	int64_t next_id;
	unsigned running, waiting;
	struct waitlist slot; /* woken when a running one ends */
	struct errands *errands;
};

/* From the journal's rows (taken). Runs that were under way go on when queries_resume is called. */
struct queries *queries_new(struct service *, struct journal_entry *, size_t n);
void queries_resume(struct queries *);
void queries_end(struct queries *);  /* cancels runs; the journal keeps them */
void queries_free(struct queries *);

/* A query for a file that has none; not in the journal before its text is accepted. */
struct query *query_new(struct queries *, const char *path);
struct query *query_ref(struct query *);
void query_unref(struct query *); /* NULL is allowed */

/*
 * The text was synced to disk with this length and hash, and the journal has it (entry was put by
 * the caller's worker); starts a run unless the same text runs or has succeeded.
 */
void query_launch(struct query *, bool even_if_same);
/* Ends the run under way, if any, aborts and deletes its job, forgets the results. */
void query_supersede(struct query *);
/* The file is gone: supersede, and take it from the journal and the disk. */
void query_remove(struct query *);
/* The file was renamed. The journal is told. */
void query_moved(struct query *, const char *path);
/* The user removed one result: the disk is freed. */
void query_drop_result(struct query *, int format);

/*
 * The result of the current run in a format, made if need be: one reference. NULL if it was removed
 * by the user.
 */
struct result *query_result(struct query *, int format);
struct result *result_ref(struct result *);
void result_unref(struct result *);

/* Adds a line with its time to m31.log. */
void query_log(struct query *, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* "queued", "running 2 min 10 s (EXECUTING)", "done, 1,000 rows", … for `status`. Caller owns. */
char *query_describe(const struct query *);

#endif
