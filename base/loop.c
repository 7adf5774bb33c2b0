/*
 * loop.c: the one loop over libuv; see loop.h.
 *
 * Invariants: every uv handle made here is freed in its close callback, never
 * before. lanes[l].running items of a lane are in libuv's pool, the rest wait
 * in lanes[l].queue in order; an item that comes back starts the next one
 * before its own done() is called.
 */
#include "base/loop.h"

#include <stdlib.h>
#include <uv.h>

#include "base/loop_turned.h"
#include "base/mem.h"

struct lane_state {
	STAILQ_HEAD(, work) queue;
	unsigned running;
	unsigned limit;
};

struct loop {
	struct turned *turned; /* instead of all else, in tests; else NULL */
	uv_loop_t uv;
	struct lane_state lanes[LANE_COUNT];
};

struct poll_watch {
	uv_poll_t uv;
	void (*fn)(void *, int);
	void *arg;
};

struct timer {
	uv_timer_t uv; /* first */
	struct loop *loop;
	struct turned_timer *turned;
	void (*fn)(void *);
	void *arg;
};

struct signal_watch {
	uv_signal_t uv;
	void (*fn)(void *);
	void *arg;
};

struct loop *loop_new(void)
{
	struct loop *l = xcalloc(1, sizeof(*l));
	unsigned limits[LANE_COUNT] = {[LANE_STATE] = 1,
				       [LANE_CATALOG] = 1,
				       [LANE_CACHE] = 1,
				       [LANE_FILE] = 10,
				       [LANE_CONVERT] = 4};

	setenv("UV_THREADPOOL_SIZE", "16", 1);
	if (uv_loop_init(&l->uv) != 0)
		abort();
	for (int i = 0; i < LANE_COUNT; i++) {
		STAILQ_INIT(&l->lanes[i].queue);
		l->lanes[i].limit = limits[i];
	}
	return l;
}

struct loop *loop_new_turned(void)
{
	struct loop *l = xcalloc(1, sizeof(*l));

	l->turned = turned_new();
	return l;
}

void loop_turn(struct loop *l, uint64_t ms)
{
	turned_turn(l->turned, ms);
}

void loop_watch_work(struct loop *l, void (*fn)(void *, enum lane), void *arg)
{
	turned_watch(l->turned, fn, arg);
}

void loop_run(struct loop *l)
{
	uv_run(&l->uv, UV_RUN_DEFAULT);
}

void loop_drain(struct loop *l)
{
	if (l->turned) {
		turned_drain(l->turned);
		return;
	}
	for (;;) {
		bool busy = false;

		for (int i = 0; i < LANE_COUNT; i++)
			busy = busy || l->lanes[i].running;
		if (!busy)
			return;
		uv_run(&l->uv, UV_RUN_ONCE);
	}
}

void loop_stop(struct loop *l)
{
	uv_stop(&l->uv);
}

static void close_any(uv_handle_t *h, void *arg)
{
	(void)arg;
	if (!uv_is_closing(h))
		uv_close(h, h->data ? (uv_close_cb)free : NULL);
}

void loop_free(struct loop *l)
{
	if (l->turned) {
		turned_free(l->turned);
		free(l);
		return;
	}
	uv_walk(&l->uv, close_any, NULL);
	uv_run(&l->uv, UV_RUN_DEFAULT);
	uv_loop_close(&l->uv);
	free(l);
}

uint64_t loop_now(const struct loop *l)
{
	return l->turned ? turned_now(l->turned) : uv_now(&l->uv);
}

static void poll_ready(uv_poll_t *uv, int status, int events)
{
	struct poll_watch *p = uv->data;
	int e = 0;

	if (status == 0)
		e = (events & UV_READABLE ? POLL_READ : 0) |
		    (events & UV_WRITABLE ? POLL_WRITE : 0);
	p->fn(p->arg, e);
}

static int uv_events(int events)
{
	return (events & POLL_READ ? UV_READABLE : 0) | (events & POLL_WRITE ? UV_WRITABLE : 0);
}

struct poll_watch *poll_start(struct loop *l, int fd, int events, void (*fn)(void *, int),
			      void *arg)
{
	struct poll_watch *p = xcalloc(1, sizeof(*p));

	p->fn = fn;
	p->arg = arg;
	if (uv_poll_init(&l->uv, &p->uv, fd) != 0)
		abort();
	p->uv.data = p;
	uv_poll_start(&p->uv, uv_events(events), poll_ready);
	return p;
}

void poll_change(struct poll_watch *p, int events)
{
	uv_poll_start(&p->uv, uv_events(events), poll_ready);
}

void poll_stop(struct poll_watch *p)
{
	if (!p)
		return;
	uv_poll_stop(&p->uv);
	uv_close((uv_handle_t *)&p->uv, (uv_close_cb)free);
}

static void loop_timer_fired(uv_timer_t *uv)
{
	struct timer *t = uv->data;
	void (*fn)(void *) = t->fn;
	void *arg = t->arg;

	uv_close((uv_handle_t *)uv, (uv_close_cb)free);
	fn(arg);
}

static void turned_fired(void *arg)
{
	struct timer *t = arg;
	void (*fn)(void *) = t->fn;
	void *fn_arg = t->arg;

	free(t);
	fn(fn_arg);
}

struct timer *timer_start(struct loop *l, uint64_t ms, void (*fn)(void *), void *arg)
{
	struct timer *t = xcalloc(1, sizeof(*t));

	t->loop = l;
	t->fn = fn;
	t->arg = arg;
	if (l->turned) {
		t->turned = turned_timer_start(l->turned, ms, turned_fired, t);
		return t;
	}
	uv_timer_init(&l->uv, &t->uv);
	t->uv.data = t;
	uv_update_time(&l->uv);
	uv_timer_start(&t->uv, loop_timer_fired, ms, 0);
	return t;
}

void timer_cancel(struct timer *t)
{
	if (t && t->turned) {
		turned_timer_cancel(t->loop->turned, t->turned);
		free(t);
	} else if (t) {
		uv_close((uv_handle_t *)&t->uv, (uv_close_cb)free);
	}
}

static void signal_came(uv_signal_t *uv, int signum)
{
	struct signal_watch *s = uv->data;

	(void)signum;
	s->fn(s->arg);
}

void signal_watch(struct loop *l, int signum, void (*fn)(void *), void *arg)
{
	struct signal_watch *s = xcalloc(1, sizeof(*s));

	s->fn = fn;
	s->arg = arg;
	uv_signal_init(&l->uv, &s->uv);
	s->uv.data = s;
	uv_signal_start(&s->uv, signal_came, signum);
	uv_unref((uv_handle_t *)&s->uv);
}

struct work_req {
	uv_work_t uv;
	struct work *work;
};

static void work_on_worker(uv_work_t *uv)
{
	struct work_req *r = uv->data;

	r->work->run(r->work);
}

static void lane_start(struct loop *l, enum lane lane);

static void work_came_back(uv_work_t *uv, int status)
{
	struct work_req *r = uv->data;
	struct work *w = r->work;

	(void)status; /* never cancelled */
	free(r);
	w->loop->lanes[w->lane].running--;
	lane_start(w->loop, w->lane);
	w->done(w);
}

static void lane_start(struct loop *l, enum lane lane)
{
	struct lane_state *s = &l->lanes[lane];
	struct work *w;

	while (s->running < s->limit && (w = STAILQ_FIRST(&s->queue))) {
		struct work_req *r = xcalloc(1, sizeof(*r));

		STAILQ_REMOVE_HEAD(&s->queue, link);
		s->running++;
		r->work = w;
		r->uv.data = r;
		if (uv_queue_work(&l->uv, &r->uv, work_on_worker, work_came_back) != 0)
			abort();
	}
}

void work_submit(struct loop *l, enum lane lane, struct work *w)
{
	w->loop = l;
	w->lane = lane;
	if (l->turned) {
		turned_submit(l->turned, w);
		return;
	}
	STAILQ_INSERT_TAIL(&l->lanes[lane].queue, w, link);
	lane_start(l, lane);
}
