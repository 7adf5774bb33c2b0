/*
 * loop_turned.h: the inside of a loop for tests (loop_new_turned), for loop.c: what it does instead
 * of libuv.
 */
#ifndef TAPFS_BASE_LOOP_TURNED_H
#define TAPFS_BASE_LOOP_TURNED_H

#include "base/loop.h"

struct turned;
struct turned_timer;

struct turned *turned_new(void);
void turned_free(struct turned *);
uint64_t turned_now(const struct turned *);
struct turned_timer *turned_timer_start(struct turned *, uint64_t ms, void (*fn)(void *),
					void *arg);
void turned_timer_cancel(struct turned *, struct turned_timer *);
void turned_submit(struct turned *, struct work *);
/* Runs all work that was given. */
void turned_drain(struct turned *);
void turned_turn(struct turned *, uint64_t ms);
void turned_watch(struct turned *, void (*fn)(void *arg, enum lane), void *arg);

#endif
