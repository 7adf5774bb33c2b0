/*
 * request.c: from coming to ending; see request.h.
 *
 * Invariant: a request is on mount->requests from request_init to request_end,
 * and on at most one waitlist. Its end cancels the wait.
 */
#include "fs/core/request.h"

#include <stdlib.h>

#include "base/stats.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/core/reply.h"

static void request_woken(struct waiter *w)
{
	struct request *r = (struct request *)((char *)w - offsetof(struct request, waiter));

	stats.fuse_parked--;
	r->handler(r);
}

void request_init(struct request *r, struct mount *m, uint64_t id, pid_t pid,
		  void (*handler)(struct request *))
{
	r->mount = m;
	r->handler = handler;
	r->waiter.wake = request_woken;
	r->ask.pid = pid;
	r->node = node_by_id(m, id);
	if (r->node)
		node_ref(r->node);
	TAILQ_INSERT_TAIL(&m->requests, r, link);
	stats.fuse_requests++;
}

void request_end(struct request *r)
{
	if (r->waiter.list) {
		waiter_cancel(&r->waiter);
		stats.fuse_parked--;
	}
	TAILQ_REMOVE(&r->mount->requests, r, link);
	error_free(r->ask.error);
	operation_unref(r->ask.op);
	node_unref(r->node);
	node_unref(r->newdir);
	node_unref(r->held);
	free(r->name);
	free(r->newname);
	buf_free(&r->data);
	r->mount->front->ended(r);
}
