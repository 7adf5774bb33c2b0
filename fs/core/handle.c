/*
 * handle.c: open files: opening, reading, writing; see handle.h.
 *
 * Reads of stored files are answered in the loop from the page cache; only what
 * must come from the disk goes to a worker.
 */
#include "fs/core/handle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "cache/stored.h"
#include "fs/core/mount.h"
#include "fs/core/names.h"
#include "fs/core/node.h"
#include "fs/core/worker_op.h"
#include "tap/service/service.h"

static char read_buffer[HANDLE_READ_MAX]; /* of the loop: a front copies it at once */

struct handle *handle_new(struct node *n, int flags)
{
	struct handle *h = xcalloc(1, sizeof(*h));

	h->node = n;
	h->flags = flags;
	node_ref(n);
	LIST_INSERT_HEAD(&n->mount->handles, h, link);
	return h;
}

void handle_free(struct handle *h)
{
	LIST_REMOVE(h, link);
	stored_unref(h->stored);
	remote_close(h->remote);
	buf_free(&h->text);
	node_unref(h->node);
	free(h);
}

void handle_close(struct handle *h)
{
	if (h->node->kind->file && h->node->kind->file->release)
		h->node->kind->file->release(h);
	handle_free(h);
}

void handles_free(struct mount *m)
{
	while (!LIST_EMPTY(&m->handles))
		handle_free(LIST_FIRST(&m->handles));
}

enum outcome handle_open(struct handle *h, struct ask *ask)
{
	struct node *n = h->node;
	const struct kind *k = n->kind;
	bool writes = (h->flags & O_ACCMODE) != O_RDONLY;

	if (writes && n->service && n->service->read_only && (k->file || k->flags & KIND_SENDS))
		return ask_fail(ask, EROFS, "mounted read-only");
	if (writes && !k->command && !(k->file && k->file->write))
		return ask_fail(ask, EACCES, "read-only: this file is made by tapfs");
	if (k->text) {
		h->direct = (k->flags & KIND_LIVE) != 0;
		if ((h->flags & O_ACCMODE) == O_WRONLY)
			return READY; /* nobody reads it */
		return node_text(n, &h->text, ask);
	}
	return k->file->open(n, h, h->flags, ask);
}

/* --- reading --- */

struct read_op {
	struct worker_op worker; /* first */
	int file;                /* open as long as the handle, and that as long as its requests */
	size_t size;
	uint64_t offset;
	char *data;
	size_t got;
};

static void read_clear(struct worker_op *worker)
{
	free(((struct read_op *)worker)->data);
}

static void read_run(struct worker_op *worker)
{
	struct read_op *o = (struct read_op *)worker;

	while (o->got < o->size) {
		ssize_t n =
		    pread(o->file, o->data + o->got, o->size - o->got, (off_t)(o->offset + o->got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			worker_op_errno(worker, "cannot read");
		if (n <= 0)
			break;
		o->got += (size_t)n;
	}
}

static void read_submit(struct handle *h, uint64_t offset, size_t n, struct ask *ask)
{
	struct read_op *o = worker_op_new(sizeof(*o), read_run);

	o->worker.clear = read_clear;
	o->file = h->stored->fd;
	o->size = n;
	o->offset = offset;
	o->data = xmalloc(n);
	worker_op_submit(&o->worker, h->node->mount->loop, LANE_FILE, ask);
}

static enum outcome read_stored(struct handle *h, uint64_t offset, size_t n, const void **data,
				size_t *got, struct ask *ask)
{
	enum outcome o;

	if (!ask->op) {
		ssize_t now = stored_read_now(h->stored, read_buffer, n, offset);

		if (now >= 0) {
			*data = read_buffer;
			*got = (size_t)now;
			return READY;
		}
		if (errno != EAGAIN)
			return ask_refuse(ask, errno);
		read_submit(h, offset, n, ask);
	}
	o = ask_operation(ask);
	if (o == READY) {
		const struct read_op *op = worker_op_of(ask);

		*data = op->data;
		*got = op->got;
	}
	return o;
}

enum outcome handle_read(struct handle *h, uint64_t offset, size_t n, const void **data,
			 size_t *got, struct ask *ask)
{
	const struct file_ops *ops = h->node->kind->file;

	if (n > HANDLE_READ_MAX)
		n = HANDLE_READ_MAX;
	if (ops && ops->ready && !ask->op) {
		enum outcome o = ops->ready(h, offset, n, ask);

		if (o != READY)
			return o;
	}
	if (h->stored)
		return read_stored(h, offset, n, data, got, ask);
	*got = offset < h->text.len ? h->text.len - (size_t)offset : 0;
	*data = *got ? h->text.data + offset : "";
	if (*got > n)
		*got = n;
	return READY;
}

/* --- writing --- */

enum outcome handle_write(struct handle *h, const struct buf *data, uint64_t offset,
			  struct ask *ask)
{
	const struct kind *k = h->node->kind;

	if (k->command)
		return k->command(h->node, buf_str(data), data->len, ask);
	return k->file->write(h, data->data, data->len, offset, ask);
}

enum outcome handle_flush(struct handle *h, struct ask *ask)
{
	const struct file_ops *ops = h->node->kind->file;

	return ops && ops->flush ? ops->flush(h, ask) : READY;
}

enum outcome handle_sync(struct handle *h, struct ask *ask)
{
	const struct file_ops *ops = h->node->kind->file;

	return ops && ops->sync ? ops->sync(h, ask) : READY;
}
