/* pool.c: one queue under one lock. */
#include "tests/service/http/pool.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mem.h"

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t more;
	STAILQ_HEAD(, pool_task) tasks;
	bool ending;
	int nthreads;
	pthread_t *threads;
};

static void *work(void *arg)
{
	struct pool *p = arg;

	pthread_mutex_lock(&p->lock);
	for (;;) {
		struct pool_task *t = STAILQ_FIRST(&p->tasks);

		if (t) {
			STAILQ_REMOVE_HEAD(&p->tasks, link);
			pthread_mutex_unlock(&p->lock);
			t->run(t);
			pthread_mutex_lock(&p->lock);
		} else if (p->ending) {
			break;
		} else {
			pthread_cond_wait(&p->more, &p->lock);
		}
	}
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

struct pool *svc_pool_new(int threads)
{
	struct pool *p = xcalloc(1, sizeof(*p));

	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->more, NULL);
	STAILQ_INIT(&p->tasks);
	p->threads = xcalloc((size_t)threads, sizeof(*p->threads));
	while (p->nthreads < threads &&
	       pthread_create(&p->threads[p->nthreads], NULL, work, p) == 0)
		p->nthreads++;
	return p;
}

void svc_pool_add(struct pool *p, struct pool_task *t)
{
	pthread_mutex_lock(&p->lock);
	STAILQ_INSERT_TAIL(&p->tasks, t, link);
	pthread_cond_signal(&p->more);
	pthread_mutex_unlock(&p->lock);
}

void svc_pool_free(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->ending = true;
	pthread_cond_broadcast(&p->more);
	pthread_mutex_unlock(&p->lock);
	for (int i = 0; i < p->nthreads; i++)
		pthread_join(p->threads[i], NULL);
	pthread_mutex_destroy(&p->lock);
	pthread_cond_destroy(&p->more);
	free(p->threads);
	free(p);
}
