/*
 * crew.h: jobs that several threads do, and their owner takes in order.
 *
 * Jobs are slots of a ring, whose contents are the owner's (crew_next) until crew_put, any thread's
 * until it is done, and the owner's again from crew_oldest to crew_taken. Where he waits for one he
 * does others meanwhile. The threads begin with the first job and end with crew_rest.
 */
#ifndef TAPFS_TAP_CREW_H
#define TAPFS_TAP_CREW_H

#include <stdbool.h>
#include <stddef.h>

#define CREW_MAX 4 /* threads, with the owner's */
#define CREW_SLOTS \
	10 /* jobs that have not been taken; some more than threads, so that none waits */

struct crew;

/* Processors that this process may use, CREW_MAX at most. */
size_t crew_processors(void);
/* work does the job in a slot; member tells which of the threads it is, 0 is the owner's. */
struct crew *crew_new(size_t threads, void (*work)(void *arg, size_t slot, size_t member),
		      void *arg);
bool crew_is_full(const struct crew *);
bool crew_is_empty(const struct crew *);
/* The slot for the next job, if it is not full; put: the job is in it. */
size_t crew_next(const struct crew *);
void crew_put(struct crew *);
/* The slot of the oldest job, which is done then, if it is not empty; taken: the slot is free. */
size_t crew_oldest(struct crew *);
void crew_taken(struct crew *);
/* Ends the threads; when it is empty. */
void crew_rest(struct crew *);
/* Jobs that nobody has begun are not done. */
void crew_free(struct crew *);

#endif
