/*
 * ops_file.c: the kernel's requests on open files.
 *
 * A handle belongs to its request until OPEN or CREATE is answered, then to
 * the kernel until RELEASE. Reads of stored files are answered in the loop
 * from the page cache; only what must come from the disk goes to a worker.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/stored.h"
#include "fs/announce.h"
#include "fs/core/names.h"
#include "fs/ops.h"

static char read_buffer[1 << 20]; /* of the loop; answers are copied by the kernel at once */

static struct handle *handle_new(struct node *n, int flags)
{
	struct handle *h = xcalloc(1, sizeof(*h));

	h->node = n;
	h->flags = flags;
	node_ref(n);
	return h;
}

static void handle_free(struct handle *h)
{
	stored_unref(h->stored);
	remote_close(h->remote);
	buf_free(&h->text);
	node_unref(h->node);
	free(h);
}

/* The last descriptor is closed. */
static void handle_close(struct handle *h)
{
	if (h->node->kind->file && h->node->kind->file->release)
		h->node->kind->file->release(h);
	handle_free(h);
}

static enum outcome handle_open(struct node *n, struct handle *h, int flags, struct ask *ask)
{
	const struct kind *k = n->kind;
	bool writes = (flags & O_ACCMODE) != O_RDONLY;

	if (writes && n->service && n->service->read_only && (k->file || k->flags & KIND_SENDS))
		return ask_fail(ask, EROFS, "mounted read-only");
	if (writes && !k->command && !(k->file && k->file->write))
		return ask_fail(ask, EACCES, "read-only: this file is made by tapfs");
	if (k->text) {
		h->direct = (k->flags & KIND_LIVE) != 0;
		if ((flags & O_ACCMODE) == O_WRONLY)
			return READY; /* nobody reads it */
		return node_text(n, &h->text, ask);
	}
	return k->file->open(n, h, flags, ask);
}

/* What OPEN and CREATE tell the kernel about caching. */
static void fill_open(struct request *r, struct handle *h)
{
	r->fi.fh = (uintptr_t)h;
	r->fi.direct_io = h->direct;
	r->fi.keep_cache =
	    !h->direct && !h->fresh && !(r->node->kind->file && r->node->kind->file->write);
	r->fi.noflush = !(r->node->kind->file && r->node->kind->file->flush);
}

static void do_open(struct request *r)
{
	struct handle *h = handle_new(r->node, r->fi.flags);
	enum outcome o = handle_open(r->node, h, r->fi.flags, &r->ask);

	if (o != READY)
		handle_free(h);
	if (!settled(r, o))
		return;
	fill_open(r, h);
	if (!reply_open(r))
		handle_close(h);
}

void op_open(fuse_req_t fuse, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct request *r = request_new(fuse, ino, do_open);

	r->fi = *fi;
	r->ask.nonblock = fi->flags & O_NONBLOCK;
	request_run(r);
}

void reply_created_empty(struct request *r, struct node *n, const struct fuse_entry_param *e)
{
	struct handle *h = handle_new(n, r->fi.flags);

	node_unref(r->node);
	r->node = n;
	node_ref(n);
	fill_open(r, h);
	reply_created(r, e);
}

static void do_create(struct request *r)
{
	struct node *dir = r->node;
	struct fuse_entry_param e;
	struct found f = {0};
	struct ask open_ask = {0};
	struct handle *h;
	struct node *n;

	if (announce_create(r))
		return;
	if (dir->service && dir->service->read_only) {
		settled(r, ask_fail(&r->ask, EROFS, "mounted read-only"));
		return;
	}
	if (!dir->kind->folder || !dir->kind->folder->create) {
		settled(r, ask_fail(&r->ask, EACCES,
				    "no file can be created here: drop queries into queries/"));
		return;
	}
	if (!settled(r, dir->kind->folder->create(dir, r->name, r->mode, &f, &r->ask)))
		return;
	n = node_get(dir, r->name, &f);
	h = handle_new(n, r->fi.flags);
	/* The new file is open already: neither of these waits. */
	if (n->kind->file->open(n, h, r->fi.flags, &open_ask) != READY ||
	    entry_for(n, &e, &open_ask) != READY) {
		int errnum = open_ask.error ? error_errno(open_ask.error) : EAGAIN;

		error_free(open_ask.error);
		handle_free(h);
		node_unref(n);
		reply_errno(r, errnum);
		return;
	}
	node_unref(r->node);
	r->node = n;
	fill_open(r, h);
	reply_created(r, &e);
}

void op_create(fuse_req_t fuse, fuse_ino_t parent, const char *name, mode_t mode,
	       struct fuse_file_info *fi)
{
	struct request *r = request_new(fuse, parent, do_create);

	r->name = xstrdup(name);
	r->mode = mode & 07777;
	r->fi = *fi;
	request_run(r);
}

/* --- reading --- */

struct read_op {
	struct work work; /* first */
	struct operation op;
	int fd;
	size_t size;
	uint64_t offset;
	char *data;
	ssize_t got;
	int errnum;
};

static struct read_op *read_op_of(struct operation *op)
{
	return (struct read_op *)((char *)op - offsetof(struct read_op, op));
}

static void read_free(struct operation *op)
{
	struct read_op *o = read_op_of(op);

	free(o->data);
	free(o);
}

static void read_run(struct work *w)
{
	struct read_op *o = (struct read_op *)w;
	size_t have = 0;

	while (have < o->size) {
		ssize_t n = pread(o->fd, o->data + have, o->size - have, (off_t)(o->offset + have));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			o->errnum = errno;
		if (n <= 0)
			break;
		have += (size_t)n;
	}
	o->got = (ssize_t)have;
}

static void read_done(struct work *w)
{
	struct read_op *o = (struct read_op *)w;
	struct error *err = NULL;

	if (o->errnum)
		error_set(&err, o->errnum, "cannot read: %s", strerror(o->errnum));
	operation_finish(&o->op, err);
}

static void read_on_worker(struct request *r)
{
	struct read_op *o = xcalloc(1, sizeof(*o));

	operation_init(&o->op, read_free);
	o->work.run = read_run;
	o->work.done = read_done;
	o->fd =
	    r->handle->stored->fd; /* open as long as the handle, and that as long as this READ */
	o->size = r->size;
	o->offset = (uint64_t)r->offset;
	o->data = xmalloc(r->size);
	r->ask.op = &o->op;
	work_submit(r->mount->loop, LANE_FILE, &o->work);
}

static void read_stored(struct request *r)
{
	ssize_t n;

	if (r->ask.op) {
		if (settled(r, ask_operation(&r->ask)))
			reply_data(r, read_op_of(r->ask.op)->data,
				   (size_t)read_op_of(r->ask.op)->got);
		return;
	}
	n = stored_read_now(r->handle->stored, read_buffer, r->size, (uint64_t)r->offset);
	if (n >= 0) {
		reply_data(r, read_buffer, (size_t)n);
	} else if (errno != EAGAIN) {
		reply_errno(r, errno);
	} else {
		read_on_worker(r);
		settled(r, ask_operation(&r->ask));
	}
}

static void do_read(struct request *r)
{
	const struct file_ops *ops = r->node->kind->file;
	const struct buf *text = &r->handle->text;
	size_t from = (size_t)r->offset;
	size_t n;

	if (ops && ops->ready && !r->ask.op &&
	    !settled(r, ops->ready(r->handle, (uint64_t)r->offset, r->size, &r->ask)))
		return;

	if (r->handle->stored) {
		read_stored(r);
		return;
	}
	n = from < text->len ? text->len - from : 0;
	reply_data(r, n ? text->data + from : "", n < r->size ? n : r->size);
}

static struct request *on_handle(fuse_req_t fuse, fuse_ino_t ino, struct fuse_file_info *fi,
				 void (*handler)(struct request *))
{
	struct request *r = request_new(fuse, ino, handler);

	r->fi = *fi;
	r->handle = (struct handle *)(uintptr_t)fi->fh;
	return r;
}

void op_read(fuse_req_t fuse, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *fi)
{
	struct request *r = on_handle(fuse, ino, fi, do_read);

	r->size = size < sizeof(read_buffer) ? size : sizeof(read_buffer);
	r->offset = offset;
	request_run(r);
}

/* --- writing --- */

static void do_write(struct request *r)
{
	const struct kind *k = r->node->kind;
	/* What was written through a mapping has its place, also where all else is appended. */
	bool at_end = (r->handle->flags & O_APPEND) && !r->fi.writepage;
	enum outcome o;

	if (k->command)
		o = k->command(r->node, buf_str(&r->data), r->data.len, &r->ask);
	else
		o = k->file->write(r->handle, r->data.data, r->data.len,
				   at_end ? WRITE_AT_END : (uint64_t)r->offset, &r->ask);
	if (settled(r, o))
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
	const struct file_ops *ops = r->node->kind->file;

	if (!ops || !ops->flush || settled(r, ops->flush(r->handle, &r->ask)))
		reply_ok(r);
}

void op_flush(fuse_req_t fuse, fuse_ino_t ino, struct fuse_file_info *fi)
{
	request_run(on_handle(fuse, ino, fi, do_flush));
}

static void do_fsync(struct request *r)
{
	const struct file_ops *ops = r->node->kind->file;

	if (!ops || !ops->sync || settled(r, ops->sync(r->handle, &r->ask)))
		reply_ok(r);
}

void op_fsync(fuse_req_t fuse, fuse_ino_t ino, int datasync, struct fuse_file_info *fi)
{
	(void)datasync;
	request_run(on_handle(fuse, ino, fi, do_fsync));
}

void op_release(fuse_req_t fuse, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct handle *h = (struct handle *)(uintptr_t)fi->fh;

	(void)ino;
	handle_close(h);
	fuse_reply_err(fuse, 0);
}
