/*
 * query_record.h: what every part of a query does to it: its log, its journal entry, references.
 *
 * The journal entry is changed first, then committed; LANE_STATE keeps commits in that order. Loop
 * thread only.
 */
#ifndef TAPFS_TAP_QUERY_QUERY_RECORD_H
#define TAPFS_TAP_QUERY_QUERY_RECORD_H

#include "tap/query/query.h"

struct query_run;

/* For those who look at the folder. */
void query_touched(struct query *);
/* For those who wait, too. */
void query_changed(struct query *);
/* Puts a failure into .tapfs/errors, under the path of the query's file. */
void query_tell_failure(const struct query *, const struct error *);
/* What q->text will ask for, which is about to be launched. */
void query_expects(struct query *);
/* A run's text (NULL: not read yet): its directives. */
void query_takes_head(struct query *, const char *text);
/* What they ask for, after entry.head was set. */
void query_asks(struct query *);
/* Commits q->entry as it is now (or its removal); done may be NULL. */
void query_commit(struct query *, void (*done)(void *arg, struct error *), void *arg);
/*
 * The same, and at once the deletion of a job (NULL: none) that it had until now; borrowed. It is
 * deleted on the service then.
 */
void query_commit_without(struct query *, const char *job_url,
			  void (*done)(void *arg, struct error *), void *arg);
/* The service has answered a run that could not reach it, or could. */
void run_reached(struct query_run *);

#endif
