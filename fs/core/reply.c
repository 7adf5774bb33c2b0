/* reply.c: running, parking and answering requests; see reply.h. */
#include "fs/core/reply.h"

#include <errno.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/stats.h"
#include "fs/core/names.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"

enum outcome node_view_of(struct node *n, struct node_view *v, struct ask *ask)
{
	*v = (struct node_view){.node = n, .name_timeout = node_name_timeout(n)};
	return node_stat(n, &v->stat, &v->stat_timeout, ask);
}

void request_run(struct request *r)
{
	if (!r->node)
		reply_errno(r, ESTALE);
	else
		r->handler(r);
}

/* Not worth a line each time. */
static bool is_everyday(int errnum)
{
	return errnum == ENOENT || errnum == EAGAIN || errnum == ESTALE;
}

static void note_failure(const struct request *r)
{
	CLEANUP_BUF struct buf path = BUF_INIT;

	if (r->ask.known || (!r->ask.telling && is_everyday(error_errno(r->ask.error))))
		return;
	node_path(r->node, &path);
	if (r->name)
		buf_addf(&path, "/%s", r->name);
	failure_add(buf_str(&path), NULL, 0, r->ask.error);
}

bool settled(struct request *r, enum outcome o)
{
	switch (o) {
	case READY: return true;
	case FAILED:
		note_failure(r);
		reply_errno(r, error_errno(r->ask.error));
		return false;
	case PENDING: break;
	}
	if (r->ask.nonblock && r->ask.awaits_job) {
		reply_errno(r, EAGAIN);
		return false;
	}
	stats.fuse_parked++;
	r->ask.waited = true;
	waitlist_add(r->ask.wait, &r->waiter);
	r->mount->front->parked(r);
	return false;
}

void reply_errno(struct request *r, int errnum)
{
	r->mount->front->error(r, errnum);
	request_end(r);
}

void reply_ok(struct request *r)
{
	r->mount->front->ok(r);
	request_end(r);
}

void reply_entry(struct request *r, const struct node_view *v)
{
	r->mount->front->entry(r, v);
	request_end(r);
}

void reply_attributes(struct request *r, const struct stat *st, double timeout)
{
	r->mount->front->attributes(r, st, timeout);
	request_end(r);
}

bool reply_opened(struct request *r, struct handle *h)
{
	bool taken = r->mount->front->opened(r, h);

	request_end(r);
	return taken;
}

void reply_created(struct request *r, const struct node_view *v, struct handle *h)
{
	r->mount->front->created(r, v, h);
	request_end(r);
}

void reply_created_empty(struct request *r, const struct node_view *v)
{
	reply_created(r, v, handle_new(v->node, r->open_flags));
}

void reply_data(struct request *r, const void *data, size_t n)
{
	r->mount->front->data(r, data, n);
	request_end(r);
}

void reply_written(struct request *r, size_t n)
{
	r->mount->front->written(r, n);
	request_end(r);
}

void reply_link(struct request *r, const char *target)
{
	r->mount->front->link(r, target);
	request_end(r);
}

void reply_statfs(struct request *r, const struct statvfs *st)
{
	r->mount->front->statfs(r, st);
	request_end(r);
}
