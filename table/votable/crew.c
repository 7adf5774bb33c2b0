/*
 * crew.c: jobs that several threads do, and their owner takes in order; see crew.h.
 *
 * taken <= claimed <= made <= taken + CREW_SLOTS. Jobs from taken to claimed are being done or are
 * done (`done` of their slot), those from claimed to made wait for a thread. All but taken is read
 * and written under the lock while there are threads; made and taken are written by the owner
 * alone.
 */
#include "table/votable/crew.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>

#include "base/mem.h"

struct member {
	struct crew *crew;
	size_t number;
	pthread_t thread;
};

struct crew {
	void (*work)(void *arg, size_t slot, size_t member);
	void *arg;
	size_t threads, running; /* beside the owner's: wanted, started */
	struct member members[CREW_MAX];
	pthread_mutex_t lock;
	pthread_cond_t ready; /* a job can be claimed, or the crew is to rest */
	pthread_cond_t ended; /* a job is done */
	size_t made, claimed, taken;
	bool closing;
	bool done[CREW_SLOTS];
};

size_t crew_processors(void)
{
	cpu_set_t mine;
	size_t n = sched_getaffinity(0, sizeof(mine), &mine) == 0 ? (size_t)CPU_COUNT(&mine) : 1;

	return n < CREW_MAX ? n : CREW_MAX;
}

struct crew *crew_new(size_t threads, void (*work)(void *, size_t, size_t), void *arg)
{
	struct crew *c = xcalloc(1, sizeof(*c));

	threads = threads < CREW_MAX ? threads : CREW_MAX;
	c->work = work;
	c->arg = arg;
	c->threads = threads - 1;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->ready, NULL);
	pthread_cond_init(&c->ended, NULL);
	return c;
}

/* Under the lock, which is given away meanwhile. */
static void do_next(struct crew *c, size_t member)
{
	size_t slot = c->claimed++ % CREW_SLOTS;

	pthread_mutex_unlock(&c->lock);
	c->work(c->arg, slot, member);
	pthread_mutex_lock(&c->lock);
	c->done[slot] = true;
}

static void *run(void *arg)
{
	const struct member *m = arg;
	struct crew *c = m->crew;

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
static void start(struct crew *c)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (; c->running < c->threads; c->running++) {
		struct member *m = &c->members[c->running];

		*m = (struct member){.crew = c, .number = c->running + 1};
		if (pthread_create(&m->thread, NULL, run, m) != 0)
			break;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

bool crew_is_full(const struct crew *c)
{
	return c->made - c->taken == CREW_SLOTS;
}

bool crew_is_empty(const struct crew *c)
{
	return c->made == c->taken;
}

size_t crew_next(const struct crew *c)
{
	return c->made % CREW_SLOTS;
}

void crew_put(struct crew *c)
{
	if (!c->running)
		start(c);
	pthread_mutex_lock(&c->lock);
	c->done[c->made % CREW_SLOTS] = false;
	c->made++;
	pthread_cond_signal(&c->ready);
	pthread_mutex_unlock(&c->lock);
}

size_t crew_oldest(struct crew *c)
{
	size_t slot = c->taken % CREW_SLOTS;

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

void crew_taken(struct crew *c)
{
	c->taken++;
}

void crew_rest(struct crew *c)
{
	pthread_mutex_lock(&c->lock);
	c->closing = true;
	pthread_cond_broadcast(&c->ready);
	pthread_mutex_unlock(&c->lock);
	while (c->running)
		pthread_join(c->members[--c->running].thread, NULL);
	c->closing = false;
}

void crew_free(struct crew *c)
{
	if (!c)
		return;
	crew_rest(c);
	pthread_mutex_destroy(&c->lock);
	pthread_cond_destroy(&c->ready);
	pthread_cond_destroy(&c->ended);
	free(c);
}
