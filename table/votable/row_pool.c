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
	pthread_cond_t ready; /* a job can be claimed, or the threads are to end */
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
	struct row_pool *pool = xcalloc(1, sizeof(*pool));

	threads = threads < ROW_POOL_MAX ? threads : ROW_POOL_MAX;
	pool->work = work;
	pool->arg = arg;
	pool->threads = threads - 1;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->ready, NULL);
	pthread_cond_init(&pool->ended, NULL);
	return pool;
}

/* Under the lock, which is given away meanwhile. */
static void do_next(struct row_pool *pool, size_t member)
{
	size_t slot = pool->claimed++ % ROW_POOL_SLOTS;

	pthread_mutex_unlock(&pool->lock);
	pool->work(pool->arg, slot, member);
	pthread_mutex_lock(&pool->lock);
	pool->done[slot] = true;
}

static void *row_pool_thread(void *arg)
{
	const struct row_pool_member *m = arg;
	struct row_pool *pool = m->row_pool;

	pthread_mutex_lock(&pool->lock);
	for (;;) {
		while (pool->claimed == pool->made && !pool->closing)
			pthread_cond_wait(&pool->ready, &pool->lock);
		if (pool->closing)
			break;
		do_next(pool, m->number);
		pthread_cond_signal(&pool->ended);
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

/* Signals are for the threads that are there all the time. Without threads the owner does it all.
 */
static void row_pool_start(struct row_pool *pool)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (; pool->running < pool->threads; pool->running++) {
		struct row_pool_member *m = &pool->members[pool->running];

		*m = (struct row_pool_member){.row_pool = pool, .number = pool->running + 1};
		if (pthread_create(&m->thread, NULL, row_pool_thread, m) != 0)
			break;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool row_pool_is_full(const struct row_pool *pool)
{
	return pool->made - pool->taken == ROW_POOL_SLOTS;
}

bool row_pool_is_empty(const struct row_pool *pool)
{
	return pool->made == pool->taken;
}

size_t row_pool_next(const struct row_pool *pool)
{
	return pool->made % ROW_POOL_SLOTS;
}

void row_pool_put(struct row_pool *pool)
{
	if (!pool->running)
		row_pool_start(pool);
	pthread_mutex_lock(&pool->lock);
	pool->done[pool->made % ROW_POOL_SLOTS] = false;
	pool->made++;
	pthread_cond_signal(&pool->ready);
	pthread_mutex_unlock(&pool->lock);
}

size_t row_pool_oldest(struct row_pool *pool)
{
	size_t slot = pool->taken % ROW_POOL_SLOTS;

	pthread_mutex_lock(&pool->lock);
	while (!pool->done[slot]) {
		if (pool->claimed < pool->made)
			do_next(pool, 0);
		else
			pthread_cond_wait(&pool->ended, &pool->lock);
	}
	pthread_mutex_unlock(&pool->lock);
	return slot;
}

void row_pool_taken(struct row_pool *pool)
{
	pool->taken++;
}

void row_pool_stop(struct row_pool *pool)
{
	pthread_mutex_lock(&pool->lock);
	pool->closing = true;
	pthread_cond_broadcast(&pool->ready);
	pthread_mutex_unlock(&pool->lock);
	while (pool->running)
		pthread_join(pool->members[--pool->running].thread, NULL);
	pool->closing = false;
}

void row_pool_free(struct row_pool *pool)
{
	if (!pool)
		return;
	row_pool_stop(pool);
	pthread_mutex_destroy(&pool->lock);
	pthread_cond_destroy(&pool->ready);
	pthread_cond_destroy(&pool->ended);
	free(pool);
}
