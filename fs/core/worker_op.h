/*
 * worker_op.h: an operation that a worker does on a lane: it runs, then whoever waits is woken.
 *
 *	struct look_op {
 *		struct worker_op worker; // first
 *		... what run() reads and finds ...
 *	};
 *
 * Of an error, set by run(), apply() is not told: the operation fails with it.
 */
#ifndef TAPFS_FS_CORE_WORKER_OP_H
#define TAPFS_FS_CORE_WORKER_OP_H

#include "fs/core/operation.h"

struct worker_op {
	struct work work; /* first */
	struct operation op;
	void (*run)(struct worker_op *); /* on the lane: touches nothing that the loop owns */
	/* On the loop; may be NULL. True: it calls worker_op_finish itself, later. */
	bool (*apply)(struct worker_op *);
	void (*clear)(struct worker_op *); /* frees what the struct around it owns; may be NULL */
	char *path; /* what it works on, for .tapfs/errors where nobody waits; owned, may be NULL */
	int fd;     /* found or made by run(): closed unless taken; or -1 */
	struct error *error; /* set by run() */
};

/* size: of the struct that it is embedded in, which is zeroed. */
void *worker_op_new(size_t size, void (*run)(struct worker_op *));
/* Frees one that was not submitted. */
void worker_op_drop(struct worker_op *);
/* Submits it and hangs it on the request (ask may be NULL: nobody waits). */
void worker_op_submit(struct worker_op *, struct loop *, enum lane, struct ask *);
/* Wakes who waits; owns err. */
void worker_op_finish(struct worker_op *, struct error *err);
/* The struct around the operation that hangs on a request. */
void *worker_op_of(const struct ask *);
/* Sets the operation's error from errno. */
void worker_op_errno(struct worker_op *, const char *what);

#endif
