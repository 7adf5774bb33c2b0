/*
 * request.c: parking and answering; see request.h.
 *
 * Invariant: a request is on mount->requests from request_new to its answer,
 * and on at most one waitlist. Answering cancels the wait and the interrupt.
 */
#include "fs/core/request.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stats.h"

static void woken(struct waiter *w)
{
	struct request *r = (struct request *)((char *)w - offsetof(struct request, waiter));

	stats.fuse_parked--;
	r->handler(r);
}

struct request *request_new(fuse_req_t fuse, uint64_t id, void (*handler)(struct request *))
{
	struct mount *m = fuse_req_userdata(fuse);
	struct request *r = xcalloc(1, sizeof(*r));

	r->fuse = fuse;
	r->mount = m;
	r->handler = handler;
	r->waiter.wake = woken;
	r->ask.pid = fuse_req_ctx(fuse)->pid;
	r->node = node_by_id(m, id);
	if (r->node)
		node_ref(r->node);
	TAILQ_INSERT_TAIL(&m->requests, r, link);
	stats.fuse_requests++;
	return r;
}

void request_run(struct request *r)
{
	if (!r->node)
		reply_errno(r, ESTALE);
	else
		r->handler(r);
}

static void request_free(struct request *r)
{
	if (r->waiter.list) {
		waiter_cancel(&r->waiter);
		stats.fuse_parked--;
	}
	interrupt_unwatch(r);
	TAILQ_REMOVE(&r->mount->requests, r, link);
	error_free(r->ask.error);
	operation_unref(r->ask.op);
	node_unref(r->node);
	node_unref(r->newdir);
	node_unref(r->held);
	free(r->name);
	free(r->newname);
	buf_free(&r->data);
	free(r);
}

/* Not worth a line each time. */
static bool is_everyday(int errnum)
{
	return errnum == ENOENT || errnum == EAGAIN || errnum == ESTALE;
}

bool settled(struct request *r, enum outcome o)
{
	switch (o) {
	case READY: return true;
	case FAILED:
		if (!r->ask.known && (r->ask.telling || !is_everyday(error_errno(r->ask.error)))) {
			CLEANUP_BUF struct buf path = BUF_INIT;

			node_path(r->node, &path);
			if (r->name)
				buf_addf(&path, "/%s", r->name);
			failure_add(buf_str(&path), NULL, 0, r->ask.error);
		}
		reply_errno(r, error_errno(r->ask.error));
		return false;
	case PENDING: break;
	}
	if (r->ask.nonblock && !(r->ask.op && !r->ask.op->lasts)) {
		reply_errno(r, EAGAIN);
		return false;
	}
	stats.fuse_parked++;
	r->ask.waited = true;
	waitlist_add(r->ask.wait, &r->waiter);
	interrupt_watch(r);
	return false;
}

/* False: nobody waits for the answer. */
static bool answered(struct request *r, int rc)
{
	/* ENOENT: the request was aborted, nobody waits for the answer */
	if (rc < 0 && rc != -ENOENT && rc != -ENODEV && rc != -ENOTCONN)
		log_debug("answer to the kernel: %s", strerror(-rc));
	request_free(r);
	return rc == 0;
}

void reply_errno(struct request *r, int errnum)
{
	answered(r, fuse_reply_err(r->fuse, errnum));
}

void reply_ok(struct request *r)
{
	answered(r, fuse_reply_err(r->fuse, 0));
}

void reply_entry(struct request *r, const struct fuse_entry_param *e)
{
	struct node *n = e->ino ? node_by_id(r->mount, e->ino) : NULL;
	int rc;

	if (n)
		node_looked_up(n);
	rc = fuse_reply_entry(r->fuse, e);
	if (rc < 0 && n)
		node_forget(n, 1);
	answered(r, rc);
}

void reply_attr(struct request *r, const struct stat *st, double timeout)
{
	answered(r, fuse_reply_attr(r->fuse, st, timeout));
}

bool reply_open(struct request *r)
{
	return answered(r, fuse_reply_open(r->fuse, &r->fi));
}

void reply_created(struct request *r, const struct fuse_entry_param *e)
{
	node_looked_up(node_by_id(r->mount, e->ino));
	answered(r, fuse_reply_create(r->fuse, e, &r->fi));
}

void reply_data(struct request *r, const void *data, size_t n)
{
	answered(r, fuse_reply_buf(r->fuse, data, n));
}

void reply_written(struct request *r, size_t n)
{
	answered(r, fuse_reply_write(r->fuse, n));
}

void reply_link(struct request *r, const char *target)
{
	answered(r, fuse_reply_readlink(r->fuse, target));
}

void reply_statfs(struct request *r, const struct statvfs *st)
{
	answered(r, fuse_reply_statfs(r->fuse, st));
}
