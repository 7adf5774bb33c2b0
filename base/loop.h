/*
 * loop.h: the one loop: descriptors, timers, signals, workers.
 *
 * One thread runs it and owns all state of the process. Nothing called from it
 * may block: what computes long or may wait for a disk is a work item, run on
 * a thread of the pool with its own copies, and comes back as a call of done().
 *
 * It is libuv underneath; curl's sockets are plugged in by http/curl_transport.c, the FUSE
 * descriptor by fs/fuse/session.c, both through poll_start.
 */
#ifndef TAPFS_BASE_LOOP_H
#define TAPFS_BASE_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/wait.h"

struct loop;

/*
 * Lanes keep kinds of work from holding up each other. STATE runs one item at a time in the
 * order they were given: journal, syncs and changes of the state folder rely on that.
 */
enum lane {
	LANE_STATE,   /* one at a time, in order */
	LANE_CATALOG, /* one at a time, in order: everything that uses catalog.db */
	LANE_CACHE,   /* one at a time, in order: the folder of kept files */
	LANE_FILE,    /* reads and writes of files; many at a time */
	LANE_CONVERT, /* computation; as many as there are processors */
	LANE_COUNT
};

/* Makes the process's loop. To be called after the last fork(). */
struct loop *loop_new(void);
/* Runs until loop_stop. */
void loop_run(struct loop *);
/* Lets all work that was submitted come back; nothing else happens. For the end. */
void loop_drain(struct loop *);
void loop_stop(struct loop *);
/* Frees the loop; timers and polls must have been stopped. */
void loop_free(struct loop *);
/* Milliseconds of a clock that never jumps; as of this turn of the loop. */
uint64_t loop_now(const struct loop *);

/*
 * A loop for tests, whose clock stands still until it is turned: timers fire in the order of their
 * times, and work is run in the order it was given, on the calling thread, while it is turned.
 * Descriptors and signals are not watched.
 */
struct loop *loop_new_turned(void);
/* Lets ms pass, and all that is due in them happen. The wall clock goes along (clock_fix). */
void loop_turn(struct loop *, uint64_t ms);
/* fn is called after each work item was run, before its done(). NULL: no more. */
void loop_watch_work(struct loop *, void (*fn)(void *arg, enum lane), void *arg);

/* --- descriptors --- */

struct poll_watch;
enum poll_events { POLL_READ = 1, POLL_WRITE = 2 };

/* Calls fn whenever fd is ready (and with 0 on a broken descriptor). The fd stays the caller's. */
struct poll_watch *poll_start(struct loop *, int fd, int events, void (*fn)(void *arg, int events),
			      void *arg);
void poll_change(struct poll_watch *, int events);
/* fn is not called any more; fd may be closed right after. */
void poll_stop(struct poll_watch *);

/* --- timers --- */

struct timer;

/* Calls fn once in ms milliseconds. The timer is freed by itself after fn, or by timer_cancel. */
struct timer *timer_start(struct loop *, uint64_t ms, void (*fn)(void *arg), void *arg);
/* NULL is allowed. fn is not called any more. */
void timer_cancel(struct timer *);

/* --- signals --- */

void signal_watch(struct loop *, int signum, void (*fn)(void *arg), void *arg);

/* --- workers --- */

struct work {
	void (*run)(struct work *);  /* on a worker: touches nothing that the loop owns */
	void (*done)(struct work *); /* on the loop; frees the item */
	struct loop *loop;           /* set by work_submit */
	enum lane lane;
	STAILQ_ENTRY(work) link;
};

/* Embed a struct work first in your own; it is yours again when done() is called. */
void work_submit(struct loop *, enum lane, struct work *);

#endif
