/*
 * loop_turned.c: a loop whose clock stands still until a test turns it; see loop_turned.h.
 *
 * Invariant: timers are in the order of their times, and of those with one time in the order in
 * which they were started.
 */
#include "base/loop_turned.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

struct turned_timer {
	uint64_t due;
	void (*fn)(void *);
	void *arg;
	TAILQ_ENTRY(turned_timer) link;
};

struct turned {
	uint64_t now; /* ms */
	TAILQ_HEAD(, turned_timer) timers;
	STAILQ_HEAD(, work) work;
	void (*watch)(void *, enum lane);
	void *watch_arg;
};

struct turned *turned_new(void)
{
	struct turned *t = xcalloc(1, sizeof(*t));

	t->now = 1000000; /* no time is 0 */
	TAILQ_INIT(&t->timers);
	STAILQ_INIT(&t->work);
	return t;
}

void turned_free(struct turned *t)
{
	struct turned_timer *timer;

	while ((timer = TAILQ_FIRST(&t->timers)))
		turned_timer_cancel(t, timer);
	free(t);
}

uint64_t turned_now(const struct turned *t)
{
	return t->now;
}

struct turned_timer *turned_timer_start(struct turned *t, uint64_t ms, void (*fn)(void *),
					void *arg)
{
	struct turned_timer *timer = xcalloc(1, sizeof(*timer));
	struct turned_timer *at;

	timer->due = t->now + ms;
	timer->fn = fn;
	timer->arg = arg;
	TAILQ_FOREACH (at, &t->timers, link)
		if (at->due > timer->due)
			break;
	if (at)
		TAILQ_INSERT_BEFORE(at, timer, link);
	else
		TAILQ_INSERT_TAIL(&t->timers, timer, link);
	return timer;
}

void turned_timer_cancel(struct turned *t, struct turned_timer *timer)
{
	TAILQ_REMOVE(&t->timers, timer, link);
	free(timer);
}

void turned_submit(struct turned *t, struct work *w)
{
	STAILQ_INSERT_TAIL(&t->work, w, link);
}

void turned_drain(struct turned *t)
{
	struct work *w;

	while ((w = STAILQ_FIRST(&t->work))) {
		STAILQ_REMOVE_HEAD(&t->work, link);
		w->run(w);
		if (t->watch)
			t->watch(t->watch_arg, w->lane);
		w->done(w);
	}
}

static void go_to(struct turned *t, uint64_t now)
{
	if (now <= t->now)
		return;
	clock_go_on((int64_t)(now - t->now));
	t->now = now;
}

void turned_turn(struct turned *t, uint64_t ms)
{
	uint64_t until = t->now + ms;
	struct turned_timer *timer;

	turned_drain(t);
	while ((timer = TAILQ_FIRST(&t->timers)) && timer->due <= until) {
		void (*fn)(void *) = timer->fn;
		void *arg = timer->arg;

		go_to(t, timer->due);
		turned_timer_cancel(t, timer);
		fn(arg);
		turned_drain(t);
	}
	go_to(t, until);
}

void turned_watch(struct turned *t, void (*fn)(void *, enum lane), void *arg)
{
	t->watch = fn;
	t->watch_arg = arg;
}
