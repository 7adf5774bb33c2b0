/*
 * row_pipe.c: rows, from the thread that reads them to another that writes them; see row_pipe.h.
 *
 * Batches go round in a ring: `made` counts those that were handed over, `taken` those that the
 * other sink has had. The batch that is being filled is number `made`, and it is the reader's
 * alone; those from `taken` to `made` are the thread's. So made - taken < BATCHES whenever the
 * reader fills one. made, taken, closing, failed and error are read and written under the lock
 * while there is a thread.
 *
 * A row in a batch is a struct packed, its cells, and what they point to, each at a multiple of 8.
 */
#include "tap/row_pipe.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tap/descriptor.h"

#define BATCHES    3
#define BATCH_SIZE (256u << 10) /* bytes */

struct packed {
	size_t size; /* bytes to the next one */
	struct cell cells[];
};

struct batch {
	char *bytes;
	size_t len;
};

struct row_pipe {
	struct table_sink sink; /* first */
	struct table_sink *next;
	const struct table *table; /* the reader's */
	bool direct;               /* one processor */
	struct batch ring[BATCHES];
	pthread_t thread;
	bool running;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t made, taken;
	bool closing; /* no batch comes any more */
	bool failed;
	struct error *error; /* why, until it was told */
};

/* --- rows in a batch --- */

static size_t padded(size_t n)
{
	return (n + 7) & ~(size_t)7;
}

/* Copies n bytes behind the row; NULL if they do not fit before `end`. */
static inline char *add(char *to, const char *end, const void *from, size_t n)
{
	if (n + 8 > (size_t)(end - to))
		return NULL;
	if (n == 8) /* most of them */
		memcpy(to, from, 8);
	else if (n)
		memcpy(to, from, n);
	return to + padded(n);
}

/* The row with all that it points to, at `row`; false if it does not fit before `end`. */
static bool pack(const struct table *t, const struct cell *cells, struct packed *row,
		 const char *end)
{
	char *to = (char *)(row->cells + t->nfields);

	if (sizeof(*row) + t->nfields * sizeof(*cells) > (size_t)(end - (char *)row))
		return false;
	for (size_t i = 0; i < t->nfields; i++) {
		const struct field *f = &t->fields[i];
		struct cell *c = &row->cells[i];
		size_t n;

		*c = cells[i];
		if (c->null)
			continue;
		c->s = to; /* i and d as well */
		n = c->as_text || datatype_is_text(f->type)
			? c->len
			: c->count * (datatype_is_complex(f->type) ? 16 : 8);
		to = add(to, end, cells[i].s, n);
		if (to && c->element_null) {
			c->element_null = (const bool *)to;
			to = add(to, end, cells[i].element_null, c->count);
		}
		if (!to)
			return false;
	}
	row->size = (size_t)(to - (char *)row);
	return true;
}

/* All rows of a batch to the other sink. */
static bool deliver(struct row_pipe *p, const struct batch *b, struct error **err)
{
	for (size_t at = 0; at < b->len;) {
		const struct packed *row = (const struct packed *)(b->bytes + at);

		if (!p->next->row(p->next, row->cells, err))
			return false;
		at += row->size;
	}
	return true;
}

/* --- the thread --- */

static void *run(void *arg)
{
	struct row_pipe *p = arg;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct error *why = NULL;
		bool ok = true;

		while (p->made == p->taken && !p->closing)
			pthread_cond_wait(&p->changed, &p->lock);
		if (p->made == p->taken)
			break;
		if (!p->failed) {
			const struct batch *b = &p->ring[p->taken % BATCHES];

			pthread_mutex_unlock(&p->lock);
			ok = deliver(p, b, &why);
			pthread_mutex_lock(&p->lock);
		}
		if (!ok) {
			p->failed = true;
			p->error = why;
		}
		p->taken++;
		pthread_cond_signal(&p->changed);
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Signals are for the threads that are there all the time. */
static bool start(struct row_pipe *p)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	p->running = pthread_create(&p->thread, NULL, run, p) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return p->running;
}

static struct batch *filling(struct row_pipe *p)
{
	return &p->ring[p->made % BATCHES];
}

/* False with *err: a row was refused, which is told once. */
static bool told(struct row_pipe *p, struct error **err)
{
	if (!p->failed)
		return true;
	error_move(err, p->error);
	p->error = NULL;
	return false;
}

/* Here and now, where there is no thread. */
static bool deliver_here(struct row_pipe *p, struct error **err)
{
	struct batch *b = filling(p);

	if (!p->failed && !deliver(p, b, &p->error))
		p->failed = true;
	b->len = 0;
	return told(p, err);
}

/* The batch is full: to the thread, which is started for it. Another one is free then. */
static bool hand_over(struct row_pipe *p, struct error **err)
{
	bool ok;

	if (!p->running && !start(p))
		return deliver_here(p, err);
	pthread_mutex_lock(&p->lock);
	p->made++;
	pthread_cond_signal(&p->changed);
	while (p->made - p->taken == BATCHES)
		pthread_cond_wait(&p->changed, &p->lock);
	ok = told(p, err);
	pthread_mutex_unlock(&p->lock);
	filling(p)->len = 0;
	return ok;
}

bool row_pipe_settle(struct row_pipe *p, struct error **err)
{
	if (p->running) {
		pthread_mutex_lock(&p->lock);
		p->closing = true;
		pthread_cond_signal(&p->changed);
		pthread_mutex_unlock(&p->lock);
		pthread_join(p->thread, NULL);
		p->running = p->closing = false;
	}
	return deliver_here(p, err);
}

/* --- the sink --- */

static bool pipe_begin(struct table_sink *s, const struct table *t, struct error **err)
{
	struct row_pipe *p = (struct row_pipe *)s;

	p->table = t;
	return p->next->begin(p->next, t, err);
}

/* False: the batch that is being filled has no room for the row. */
static bool put(struct row_pipe *p, const struct cell *cells)
{
	struct batch *b = filling(p);
	struct packed *row;

	if (!b->bytes)
		b->bytes = xmalloc(BATCH_SIZE);
	row = (struct packed *)(b->bytes + b->len);
	if (!pack(p->table, cells, row, b->bytes + BATCH_SIZE))
		return false;
	b->len += row->size;
	return true;
}

static bool pipe_row(struct table_sink *s, const struct cell *cells, struct error **err)
{
	struct row_pipe *p = (struct row_pipe *)s;

	if (!p->direct) {
		if (put(p, cells))
			return true;
		if (filling(p)->len && !hand_over(p, err))
			return false;
		if (put(p, cells))
			return true;
	}
	return row_pipe_settle(p, err) && p->next->row(p->next, cells, err);
}

static bool pipe_end(struct table_sink *s, const struct table_end *end, struct error **err)
{
	struct row_pipe *p = (struct row_pipe *)s;

	return row_pipe_settle(p, err) && p->next->end(p->next, end, err);
}

static bool pipe_descriptor(struct table_sink *s, struct descriptor *d, struct error **err)
{
	struct row_pipe *p = (struct row_pipe *)s;

	if (row_pipe_settle(p, err))
		return p->next->descriptor(p->next, d, err);
	descriptor_clear(d);
	return false;
}

static size_t processors(void)
{
	cpu_set_t mine;

	return sched_getaffinity(0, sizeof(mine), &mine) == 0 ? (size_t)CPU_COUNT(&mine) : 2;
}

struct row_pipe *row_pipe_new(struct table_sink *next)
{
	struct row_pipe *p = xcalloc(1, sizeof(*p));

	p->sink = (struct table_sink){.begin = pipe_begin,
				      .row = pipe_row,
				      .end = pipe_end,
				      .descriptor = next->descriptor ? pipe_descriptor : NULL,
				      .texts = next->texts};
	p->next = next;
	p->direct = processors() < 2;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->changed, NULL);
	return p;
}

struct table_sink *row_pipe_sink(struct row_pipe *p)
{
	return &p->sink;
}

void row_pipe_free(struct row_pipe *p)
{
	if (!p)
		return;
	pthread_mutex_lock(&p->lock);
	p->failed = true;
	pthread_mutex_unlock(&p->lock);
	row_pipe_settle(p, NULL);
	for (size_t i = 0; i < BATCHES; i++)
		free(p->ring[i].bytes);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->changed);
	free(p);
}
