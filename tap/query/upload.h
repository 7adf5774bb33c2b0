/*
 * upload.h: tables that go along with a query (TAP 1.1 §2.5).
 *
 * A query that names TAP_UPLOAD.targets gets the table of that name in uploads/; or its head says
 * which table is meant:
 *
 *	-- UPLOAD = targets = m31.vot
 *
 * a path as it is seen from queries/: another query's result, which is waited for, or a table of
 * the user's own there or in uploads/. Nothing else can be named: a query that was copied from
 * elsewhere must not send a file away. Each is read to its end before anything is sent.
 * Loop thread only, but for upload_read.c.
 */
#ifndef TAPFS_TAP_QUERY_UPLOAD_H
#define TAPFS_TAP_QUERY_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/wait.h"
#include "tap/service/tap_params.h"

struct query_run;
struct service;
struct run_uploads;

/* A file of the user's; borrowed. */
struct upload_file {
	const char *name;
	const char *target;    /* what a link says, as seen from uploads/; else NULL */
	struct waitlist *busy; /* it is being written, until this is woken; else NULL */
	bool cut_off;          /* tapfs ended while it was being written */
	uint64_t version;      /* another for other contents; never 0 */
};

/* The user's own files, which are kept elsewhere: struct queries. */
struct upload_folder {
	void *arg;
	/* Below the service's folder: "uploads/targets.csv", "queries/paper/t.csv". */
	bool (*by_path)(void *arg, const char *path, struct upload_file *);
	/* The table in uploads/ that is TAP_UPLOAD.NAME, in any case. */
	bool (*by_table)(void *arg, const char *table, struct upload_file *, struct error **err);
};

#define UPLOAD_CUT_OFF                                                                          \
	"tapfs ended while this table was being written: see whether it is whole, and copy it " \
	"again, or `touch` it"

/*
 * Where a path leads to that is seen from a folder ("queries", "uploads") of the service: below
 * queries/ or uploads/, else NULL. Pure; caller owns.
 */
char *upload_path(const char *folder, const char *path);

/* The step UPLOADS: takes what the directives say and the text names, finds, waits and reads. */
void run_find_uploads(struct query_run *);
/* They are not waited for any more. */
void run_uploads_cancel(struct query_run *);
void run_uploads_free(struct run_uploads *); /* NULL is allowed, also below */
/* Whether one is sent with texts of any length, arraysize="*". */
bool run_uploads_have_texts(const struct run_uploads *);
/* Borrowed; *n of them. */
const struct upload *run_uploads_at(const struct run_uploads *, size_t *n);

#endif
