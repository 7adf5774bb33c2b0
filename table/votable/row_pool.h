/*
 * row_pool.h: jobs that several threads do, and their owner takes in order.
 *
 * Jobs are slots of a ring, whose contents are the owner's (row_pool_next) until row_pool_put, any
 * thread's until it is done, and the owner's again from row_pool_oldest to row_pool_taken. Where it
 * waits for one it does others meanwhile. The threads begin with the first job and end with
 * row_pool_stop.
 */
#ifndef TAPFS_TABLE_VOTABLE_ROW_POOL_H
#define TAPFS_TABLE_VOTABLE_ROW_POOL_H

#include <stdbool.h>
#include <stddef.h>

#define ROW_POOL_MAX 4 /* threads, with the owner's */
#define ROW_POOL_SLOTS \
	10 /* jobs that have not been taken; some more than threads, so that none waits */

struct row_pool;

/* Processors that this process may use, ROW_POOL_MAX at most. */
size_t row_pool_processors(void);
/* work does the job in a slot; member tells which of the threads it is, 0 is the owner's. */
struct row_pool *row_pool_new(size_t threads, void (*work)(void *arg, size_t slot, size_t member),
			      void *arg);
bool row_pool_is_full(const struct row_pool *);
bool row_pool_is_empty(const struct row_pool *);
/* The slot for the next job, if it is not full; put: the job is in it. */
size_t row_pool_next(const struct row_pool *);
void row_pool_put(struct row_pool *);
/* The slot of the oldest job, which is done then, if it is not empty; taken: the slot is free. */
size_t row_pool_oldest(struct row_pool *);
void row_pool_taken(struct row_pool *);
/* Ends the threads; when it is empty. */
void row_pool_stop(struct row_pool *);
/* Jobs that nobody has begun are not done. */
void row_pool_free(struct row_pool *);

#endif
