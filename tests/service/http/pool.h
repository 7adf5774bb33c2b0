/*
 * pool.h: threads that run tasks, first come first served.
 */
#ifndef TAPFS_SERVICE_HTTP_POOL_H
#define TAPFS_SERVICE_HTTP_POOL_H

#include <sys/queue.h>

struct pool;

struct pool_task {
	void (*run)(struct pool_task *);
	STAILQ_ENTRY(pool_task) link;
};

struct pool *svc_pool_new(int threads);
/* The task is the pool's until run is called, then the callee's. Any thread. */
void svc_pool_add(struct pool *, struct pool_task *);
/* Waits for all tasks, those queued too, and frees the pool: make them end soon before. */
void svc_pool_free(struct pool *);

#endif
