/* sweep.h: results of the past that a crash left behind, and those that no journal knows. */
#ifndef TAPFS_CACHE_SWEEP_H
#define TAPFS_CACHE_SWEEP_H

#include <stddef.h>

#include "cache/journal.h"

/*
 * Removes from RESULTS/ID/ what the journal says is of the past: directories of queries that it had
 * (ID is below next) and has no more, files of earlier runs, and files that are not among a run's
 * formats, *.part too. What the journal does not know stays: it may be older than the results. For
 * a mount that holds the lock, before anything runs; waits for the disk.
 */
void results_sweep(const char *results, const struct journal_entry *, size_t n, int64_t next);
/* Queries that have a directory there, and the highest of their ids; waits for the disk. */
size_t results_count(const char *results, int64_t *highest);

#endif
