/*
 * row_pool.c: jobs that several threads do, and their owner takes in order; see row_pool.h.
 *
 * taken <= claimed <= made <= taken + ROW_POOL_SLOTS. Jobs from taken to claimed are being done or
 * are done (`done` of their slot), those from claimed to made wait for a thread. All but taken is
 * read and written under the lock while there are threads; made and taken are written by the owner
 * alone.
 */
#include "table/votable/row_pool.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"

struct row_pool_member {
	struct row_pool *row_pool;
	size_t number;
	pthread_t thread;
};

struct row_pool {
	void (*work)(void *arg, size_t slot, size_t member);
	void *arg;
	size_t threads, running; /* beside the owner's: wanted, started */
	struct row_pool_member members[ROW_POOL_MAX];
	pthread_mutex_t lock;
	pthread_cond_t ready; /* a job can be claimed, or the crew is to rest */
	pthread_cond_t ended; /* a job is done */
	size_t made, claimed, taken;
	bool closing;
	bool done[ROW_POOL_SLOTS];
};

size_t row_pool_processors(void)
{
	cpu_set_t mine;
	size_t n = sched_getaffinity(0, sizeof(mine), &mine) == 0 ? (size_t)CPU_COUNT(&mine) : 1;

	return n < ROW_POOL_MAX ? n : ROW_POOL_MAX;
}

struct row_pool *row_pool_new(size_t threads, void (*work)(void *, size_t, size_t), void *arg)
{
	struct row_pool *c = xcalloc(1, sizeof(*c));

	threads = threads < ROW_POOL_MAX ? threads : ROW_POOL_MAX;
	c->work = work;
	c->arg = arg;
	c->threads = threads - 1;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->ready, NULL);
	pthread_cond_init(&c->ended, NULL);
	return c;
}

/* Under the lock, which is given away meanwhile. */
static void do_next(struct row_pool *c, size_t member)
{
	size_t slot = c->claimed++ % ROW_POOL_SLOTS;

	pthread_mutex_unlock(&c->lock);
	c->work(c->arg, slot, member);
	pthread_mutex_lock(&c->lock);
	c->done[slot] = true;
}

static void *row_pool_thread(void *arg)
{
	const struct row_pool_member *m = arg;
	struct row_pool *c = m->row_pool;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		while (c->claimed == c->made && !c->closing)
			pthread_cond_wait(&c->ready, &c->lock);
		if (c->closing)
			break;
		do_next(c, m->number);
		pthread_cond_signal(&c->ended);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

/* Signals are for the threads that are there all the time. Without threads the owner does it all.
 */
static void row_pool_start(struct row_pool *c)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (; c->running < c->threads; c->running++) {
		struct row_pool_member *m = &c->members[c->running];

		*m = (struct row_pool_member){.row_pool = c, .number = c->running + 1};
		if (pthread_create(&m->thread, NULL, row_pool_thread, m) != 0)
			break;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool row_pool_is_full(const struct row_pool *c)
{
	return c->made - c->taken == ROW_POOL_SLOTS;
}

bool row_pool_is_empty(const struct row_pool *c)
{
	return c->made == c->taken;
}

size_t row_pool_next(const struct row_pool *c)
{
	return c->made % ROW_POOL_SLOTS;
}

void row_pool_put(struct row_pool *c)
{
	if (!c->running)
		row_pool_start(c);
	pthread_mutex_lock(&c->lock);
	c->done[c->made % ROW_POOL_SLOTS] = false;
	c->made++;
	pthread_cond_signal(&c->ready);
	pthread_mutex_unlock(&c->lock);
}

size_t row_pool_oldest(struct row_pool *c)
{
	size_t slot = c->taken % ROW_POOL_SLOTS;

	pthread_mutex_lock(&c->lock);
	while (!c->done[slot]) {
		if (c->claimed < c->made)
			do_next(c, 0);
		else
			pthread_cond_wait(&c->ended, &c->lock);
	}
	pthread_mutex_unlock(&c->lock);
	return slot;
}

void row_pool_taken(struct row_pool *c)
{
	c->taken++;
}

void row_pool_rest(struct row_pool *c)
{
	pthread_mutex_lock(&c->lock);
	c->closing = true;
	pthread_cond_broadcast(&c->ready);
	pthread_mutex_unlock(&c->lock);
	while (c->running)
		pthread_join(c->members[--c->running].thread, NULL);
	c->closing = false;
}

void row_pool_free(struct row_pool *c)
{
	if (!c)
		return;
	row_pool_rest(c);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->ready);
	pthread_cond_destroy(&c->ended);
	free(c);
}
