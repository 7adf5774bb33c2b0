/*
 * stats.h: the counters of `.tapfs/stats`, one line each. Loop thread only.
 *
 * To count a new thing, add its line to STATS.
 */
#ifndef TAPFS_BASE_STATS_H
#define TAPFS_BASE_STATS_H

#include <stdint.h>

#include "base/buf.h"

#define STATS(X)                                                  \
	X(fuse_requests, "requests from the kernel")              \
	X(fuse_parked, "requests waiting now")                    \
	X(fuse_interrupted, "waits ended by a signal")            \
	X(nodes, "names that the kernel remembers")               \
	X(http_requests, "requests sent to services")             \
	X(http_retries, "of these, sent again")                   \
	X(http_failures, "requests that failed for good")         \
	X(http_open, "requests under way")                        \
	X(http_bytes_in, "bytes received")                        \
	X(catalog_loads, "times that table metadata was fetched") \
	X(queries, "queries in queries/")                         \
	X(jobs_created, "jobs created on services")               \
	X(jobs_running, "jobs waited for now")                    \
	X(jobs_completed, "jobs whose result arrived")            \
	X(jobs_failed, "jobs that failed")                        \
	X(result_rows, "rows received in results")                \
	X(result_bytes, "bytes received in results")              \
	X(cache_files, "linked files that are kept")              \
	X(cache_bytes, "bytes kept of them")                      \
	X(cache_hits, "reads answered from what was kept")        \
	X(cache_hit_bytes, "bytes of these")                      \
	X(cache_misses, "reads that waited for a fetch")          \
	X(cache_miss_bytes, "bytes fetched")                      \
	X(evicted_files, "kept files thrown away by this mount")  \
	X(evicted_bytes, "bytes of these")

struct stats {
#define X(name, what) int64_t name;
	STATS(X)
#undef X
};

extern struct stats stats;

void stats_render(struct buf *out);

#endif
