/*
 * ops_file.c: the kernel's requests on open files.
 *
 * A handle belongs to its request until OPEN or CREATE is answered, then to
 * the kernel until RELEASE.
 */
#include <errno.h>
#include <fcntl.h>

#include "base/mem.h"
#include "fs/core/changes.h"
#include "fs/core/node.h"
#include "fs/fuse/ops.h"
#include "fs/fuse/reply_fuse.h"

static void do_open(struct request *r)
{
	struct handle *h = handle_new(r->node, r->open_flags);
	enum outcome o = handle_open(h, &r->ask);

	if (o != READY)
		handle_free(h);
	if (settled(r, o) && !reply_opened(r, h))
		handle_close(h);
}

void op_open(fuse_req_t fuse, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct request *r = request_on_open(fuse, ino, fi, do_open);

	r->open_flags = fi->flags;
	r->ask.nonblock = fi->flags & O_NONBLOCK;
	request_run(r);
}

static void do_create(struct request *r)
{
	struct found f = {0};
	struct ask open_ask = {0};
	struct node_view v;
	struct handle *h;
	struct node *n;

	if (r->mount->hooks->create(r))
		return;
	if (!settled(r, change_create(r->node, r->name, r->mode, &f, &r->ask)))
		return;
	n = node_get(r->node, r->name, &f);
	h = handle_new(n, r->open_flags);
	/* The new file is open already: neither of these waits. */
	if (n->kind->file->open(n, h, r->open_flags, &open_ask) == READY &&
	    node_view_of(n, &v, &open_ask) == READY) {
		reply_created(r, &v, h);
	} else {
		handle_free(h);
		reply_errno(r, open_ask.error ? error_errno(open_ask.error) : EAGAIN);
		error_free(open_ask.error);
	}
	node_unref(n);
}

void op_create(fuse_req_t fuse, fuse_ino_t parent, const char *name, mode_t mode,
	       struct fuse_file_info *fi)
{
	struct request *r = request_on_open(fuse, parent, fi, do_create);

	r->name = xstrdup(name);
	r->mode = mode & 07777;
	r->open_flags = fi->flags;
	request_run(r);
}

static struct handle *handle_of(const struct fuse_file_info *fi)
{
	return (struct handle *)(uintptr_t)fi->fh;
}

static struct request *on_handle(fuse_req_t fuse, fuse_ino_t ino, struct fuse_file_info *fi,
				 void (*handler)(struct request *))
{
	struct request *r = request_on_open(fuse, ino, fi, handler);

	r->handle = handle_of(fi);
	return r;
}

static void do_read(struct request *r)
{
	const void *data;
	size_t got;

	if (settled(r, handle_read(r->handle, (uint64_t)r->offset, r->size, &data, &got, &r->ask)))
		reply_data(r, data, got);
}

void op_read(fuse_req_t fuse, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *fi)
{
	struct request *r = on_handle(fuse, ino, fi, do_read);

	r->size = size;
	r->offset = offset;
	request_run(r);
}

static void do_write(struct request *r)
{
	/* What was written through a mapping has its place, also where all else is appended. */
	bool at_end = (r->handle->flags & O_APPEND) && !fuse_request_of(r)->fi.writepage;
	uint64_t offset = at_end ? WRITE_AT_END : (uint64_t)r->offset;

	if (settled(r, handle_write(r->handle, &r->data, offset, &r->ask)))
		reply_written(r, r->data.len);
}

void op_write(fuse_req_t fuse, fuse_ino_t ino, const char *data, size_t size, off_t offset,
	      struct fuse_file_info *fi)
{
	struct request *r = on_handle(fuse, ino, fi, do_write);

	buf_add(&r->data, data, size);
	r->offset = offset;
	request_run(r);
}

static void do_flush(struct request *r)
{
	if (settled(r, handle_flush(r->handle, &r->ask)))
		reply_ok(r);
}

void op_flush(fuse_req_t fuse, fuse_ino_t ino, struct fuse_file_info *fi)
{
	request_run(on_handle(fuse, ino, fi, do_flush));
}

static void do_fsync(struct request *r)
{
	if (settled(r, handle_sync(r->handle, &r->ask)))
		reply_ok(r);
}

void op_fsync(fuse_req_t fuse, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
	(void)datasync;
	request_run(on_handle(fuse, ino, fi, do_fsync));
}

void op_release(fuse_req_t fuse, fuse_ino_t ino, struct fuse_file_info *fi)
{
	(void)ino;
	handle_close(handle_of(fi));
	fuse_reply_err(fuse, 0);
}
