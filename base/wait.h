/*
 * wait.h: lists of those who wait for a thing to change.
 *
 * Whatever can change (a query, a load of tables, a download) has a waitlist.
 * Who needs the change puts a waiter on it; waitlist_wake calls everybody once
 * and empties the list. A waiter is embedded in its owner's struct: waiting
 * allocates nothing. Loop thread only.
 */
#ifndef TAPFS_BASE_WAIT_H
#define TAPFS_BASE_WAIT_H

#include <stdbool.h>
#include <sys/queue.h>

struct waiter {
	TAILQ_ENTRY(waiter) link;
	struct waitlist *list; /* NULL when it waits for nothing */
	void (*wake)(struct waiter *);
};

struct waitlist {
	TAILQ_HEAD(waiter_head, waiter) waiters;
};

void waitlist_init(struct waitlist *);
/* Puts w at the end; w must not be waiting. */
void waitlist_add(struct waitlist *, struct waiter *w);
/* Takes w off its list, if it is on one. */
void waiter_cancel(struct waiter *w);
/*
 * Calls every waiter that is on the list now, first come first served. They are off the list when
 * called and may wait again, or free the thing that holds the list (pass ownership with care: the
 * list itself is not touched after the last waiter was called).
 */
void waitlist_wake(struct waitlist *);
bool waitlist_empty(const struct waitlist *);

#endif
