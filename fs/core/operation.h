/*
 * operation.h: something that a request started and waits for.
 *
 *	if (!ask->op)
 *		ask->op = operation_new(...);     (first call: start it)
 *	if (!ask->op->done)
 *		return ask_wait(ask, &ask->op->changed);
 *	... its result ...                        (called again: it is done)
 *
 * The request holds one reference, whoever works on it another.
 */
#ifndef TAPFS_FS_CORE_OPERATION_H
#define TAPFS_FS_CORE_OPERATION_H

#include "base/loop.h"
#include "fs/core/kind.h"

struct operation {
	struct waitlist changed;
	bool done;
	bool lasts;          /* waits for the service: a signal ends the wait for it */
	struct error *error; /* of a done one */
	unsigned refs;
	void (*free)(struct operation *); /* frees the struct that it is embedded in */
};

void operation_init(struct operation *, void (*free)(struct operation *));
void operation_unref(struct operation *); /* NULL is allowed */
/* Marks it done and wakes who waits; gives back the worker's reference. Owns err. */
void operation_finish(struct operation *, struct error *err);

/* Answers for handlers. */
enum outcome ask_wait(struct ask *, struct waitlist *);
/* The same until a job ends: O_NONBLOCK does not wait for that. */
enum outcome ask_wait_job(struct ask *, struct waitlist *);
enum outcome ask_fail(struct ask *, int errnum, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* With that errno, which is not worth a line in .tapfs/errors. */
enum outcome ask_refuse(struct ask *, int errnum);
/* Owns e. */
enum outcome ask_failed(struct ask *, struct error *e);
/* READY if it went well, FAILED with a copy of its error, PENDING while it is under way. */
enum outcome ask_operation(struct ask *);

#endif
