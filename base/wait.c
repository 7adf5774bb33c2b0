/*
 * wait.c: lists of those who wait; see wait.h.
 *
 * waitlist_wake moves all waiters to a list on its own stack first: a waiter
 * that waits again lands on the real list and is not called twice, and one that
 * is cancelled by another's wake is taken off the stack list, since
 * waiter->list says which one it is on.
 */
#include "base/wait.h"

#include <stddef.h>

void waitlist_init(struct waitlist *l)
{
	TAILQ_INIT(&l->waiters);
}

void waitlist_add(struct waitlist *l, struct waiter *w)
{
	w->list = l;
	TAILQ_INSERT_TAIL(&l->waiters, w, link);
}

void waiter_cancel(struct waiter *w)
{
	if (!w->list)
		return;
	TAILQ_REMOVE(&w->list->waiters, w, link);
	w->list = NULL;
}

void waitlist_wake(struct waitlist *l)
{
	struct waitlist now;
	struct waiter *w;

	waitlist_init(&now);
	while ((w = TAILQ_FIRST(&l->waiters))) {
		waiter_cancel(w);
		waitlist_add(&now, w);
	}
	while ((w = TAILQ_FIRST(&now.waiters))) {
		waiter_cancel(w);
		w->wake(w);
	}
}

bool waitlist_empty(const struct waitlist *l)
{
	return TAILQ_EMPTY(&l->waiters);
}
