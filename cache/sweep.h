/* sweep.h: results that nobody knows of any more: what a crash left half done. */
#ifndef TAPFS_CACHE_SWEEP_H
#define TAPFS_CACHE_SWEEP_H

#include "cache/journal.h"

/*
 * Removes from RESULTS/ID/ all that no row of the journal tells of: folders of removed queries,
 * files of earlier runs, and *.part. For a mount that holds the lock, before anything runs; waits
 * for the disk.
 */
void results_sweep(const char *results, const struct journal_entry *, size_t n);

#endif
