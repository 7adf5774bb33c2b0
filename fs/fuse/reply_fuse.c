/*
 * reply_fuse.c: the kernel's requests, and their answers; see reply_fuse.h.
 *
 * An entry that is answered counts as a lookup of the kernel's, until it forgets the node.
 */
#include "fs/fuse/reply_fuse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "fs/core/node.h"
#include "fs/fuse/interrupt.h"

_Static_assert(NODE_ROOT_ID == FUSE_ROOT_ID, "the kernel asks for the root by this number");

struct request *request_new(fuse_req_t fuse, fuse_ino_t ino, void (*handler)(struct request *))
{
	const struct session *s = fuse_req_userdata(fuse);
	struct fuse_request *r = xcalloc(1, sizeof(*r));

	r->fuse = fuse;
	request_init(&r->request, s->mount, ino, fuse_req_ctx(fuse)->pid, handler);
	return &r->request;
}

struct request *request_on_open(fuse_req_t fuse, fuse_ino_t ino, const struct fuse_file_info *fi,
				void (*handler)(struct request *))
{
	struct request *r = request_new(fuse, ino, handler);

	fuse_request_of(r)->fi = *fi;
	return r;
}

struct fuse_entry_param entry_param(const struct node_view *v)
{
	return (struct fuse_entry_param){
	    .ino = v->node->id,
	    .attr = v->stat,
	    .attr_timeout = v->stat_timeout,
	    .entry_timeout = v->name_timeout,
	};
}

/* False: nobody waits for the answer. */
static bool was_taken(int rc)
{
	/* ENOENT: the request was aborted, nobody waits for the answer */
	if (rc < 0 && rc != -ENOENT && rc != -ENODEV && rc != -ENOTCONN)
		log_debug("answer to the kernel: %s", strerror(-rc));
	return rc == 0;
}

static bool fuse_error(struct request *r, int errnum)
{
	return was_taken(fuse_reply_err(fuse_request_of(r)->fuse, errnum));
}

static bool fuse_ok(struct request *r)
{
	return fuse_error(r, 0);
}

static bool fuse_entry(struct request *r, const struct node_view *v)
{
	struct fuse_entry_param e = entry_param(v);
	int rc;

	node_looked_up(v->node);
	rc = fuse_reply_entry(fuse_request_of(r)->fuse, &e);
	if (rc < 0)
		node_forget(v->node, 1);
	return was_taken(rc);
}

static bool fuse_attributes(struct request *r, const struct stat *st, double timeout)
{
	return was_taken(fuse_reply_attr(fuse_request_of(r)->fuse, st, timeout));
}

/* What the kernel is told about caching. */
static void fill_open(struct fuse_file_info *fi, struct handle *h)
{
	const struct file_ops *ops = h->node->kind->file;

	fi->fh = (uintptr_t)h;
	fi->direct_io = h->direct;
	fi->keep_cache = !h->direct && !h->fresh && !(ops && ops->write);
	fi->noflush = !(ops && ops->flush);
}

static bool fuse_opened(struct request *r, struct handle *h)
{
	struct fuse_request *f = fuse_request_of(r);

	if (h)
		fill_open(&f->fi, h);
	return was_taken(fuse_reply_open(f->fuse, &f->fi));
}

static bool fuse_created(struct request *r, const struct node_view *v, struct handle *h)
{
	struct fuse_request *f = fuse_request_of(r);
	struct fuse_entry_param e = entry_param(v);

	fill_open(&f->fi, h);
	node_looked_up(v->node);
	return was_taken(fuse_reply_create(f->fuse, &e, &f->fi));
}

static bool fuse_data(struct request *r, const void *data, size_t n)
{
	return was_taken(fuse_reply_buf(fuse_request_of(r)->fuse, data, n));
}

static bool fuse_written(struct request *r, size_t n)
{
	return was_taken(fuse_reply_write(fuse_request_of(r)->fuse, n));
}

static bool fuse_link(struct request *r, const char *target)
{
	return was_taken(fuse_reply_readlink(fuse_request_of(r)->fuse, target));
}

static bool fuse_statfs(struct request *r, const struct statvfs *st)
{
	return was_taken(fuse_reply_statfs(fuse_request_of(r)->fuse, st));
}

static void fuse_parked(struct request *r)
{
	interrupt_watch(fuse_request_of(r));
}

static void fuse_ended(struct request *r)
{
	interrupt_unwatch(fuse_request_of(r));
	free(fuse_request_of(r));
}

/* Offset -1 takes no lock: no other notification is safe in the loop. */
static void fuse_text_changed(const struct node *n)
{
	const struct session *s = n->mount->front_state;

	if (s->fuse)
		fuse_lowlevel_notify_inval_inode(s->fuse, n->id, -1, 0);
}

const struct front fuse_front = {
    .error = fuse_error,
    .ok = fuse_ok,
    .entry = fuse_entry,
    .attributes = fuse_attributes,
    .opened = fuse_opened,
    .created = fuse_created,
    .data = fuse_data,
    .written = fuse_written,
    .link = fuse_link,
    .statfs = fuse_statfs,
    .parked = fuse_parked,
    .ended = fuse_ended,
    .text_changed = fuse_text_changed,
};
