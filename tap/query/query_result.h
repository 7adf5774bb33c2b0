/*
 * query_result.h: the results of a query as files, for the parts of a query; see query.h for the
 * others.
 */
#ifndef TAPFS_TAP_QUERY_QUERY_RESULT_H
#define TAPFS_TAP_QUERY_QUERY_RESULT_H

#include "tap/query/query.h"

struct result *query_result_new(struct query *, int format);
/* RESULTS/ID/RUN.EXT; caller owns. */
char *query_result_path(const struct query *, int format);
/* Of a file in the making, whose descriptor is duplicated; NULL if there is none to be had. */
struct part *query_part_new(struct query_run *, int format, int fd);
/*
 * The results of this run are of the past; their files go. Those that never came are the next
 * run's, where there is one.
 */
void query_results_forget(struct query *, bool runs_again);
/* entry.run is a new one: what was passed on to it gets its place. */
void query_results_begin(struct query *);
/* The mount ends: what is being made of a result is given up. */
void query_results_end(struct query *);
/* entry.formats from results[], and back. */
void query_formats_write(struct query *);
void query_formats_read(struct query *);
/* A worker removes a file, and then a folder if it is empty; takes both, either may be NULL. */
void query_remove_file(struct query *, char *path, char *folder);

#endif
