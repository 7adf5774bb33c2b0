/*
 * ops.c: the kernel's requests on names and attributes, and the table of all.
 *
 * Each op copies its arguments into a request and runs its handler.
 */
#include "fs/fuse/ops.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "fs/core/changes.h"
#include "fs/core/names.h"
#include "fs/core/node.h"
#include "fs/core/worker_op.h"
#include "fs/fuse/reply_fuse.h"
#include "tap/service/service.h"

/* The node is the request's from then on: what it waits for may be the node's own. */
static enum outcome find_view(struct request *r, struct node_view *v)
{
	struct node *n = NULL;
	enum outcome o = names_find(r->node, r->name, &n, &r->ask);

	if (o != READY)
		return o;
	node_unref(r->held);
	r->held = n;
	return node_view_of(n, v, &r->ask);
}

static void do_lookup(struct request *r)
{
	struct node_view v;
	enum outcome o;

	if (r->mount->hooks->lookup(r))
		return;
	o = find_view(r, &v);
	if (o == FAILED && r->held && r->held->stale) { /* changed since its stat: a new node */
		error_clear(&r->ask.error);
		o = find_view(r, &v);
	}
	if (settled(r, o))
		reply_entry(r, &v);
}

static void op_lookup(fuse_req_t fuse, fuse_ino_t parent, const char *name)
{
	struct request *r = request_new(fuse, parent, do_lookup);

	r->name = xstrdup(name);
	request_run(r);
}

static struct mount *mount_of(fuse_req_t fuse)
{
	return ((struct session *)fuse_req_userdata(fuse))->mount;
}

static void forget_lookups(fuse_req_t fuse, fuse_ino_t ino, uint64_t nlookup)
{
	struct node *n = node_by_id(mount_of(fuse), ino);

	if (n)
		node_forget(n, nlookup);
}

static void op_forget(fuse_req_t fuse, fuse_ino_t ino, uint64_t nlookup)
{
	forget_lookups(fuse, ino, nlookup);
	fuse_reply_none(fuse);
}

static void op_forget_multi(fuse_req_t fuse, size_t count, struct fuse_forget_data *forgets)
{
	for (size_t i = 0; i < count; i++)
		forget_lookups(fuse, forgets[i].ino, forgets[i].nlookup);
	fuse_reply_none(fuse);
}

/* What an open handle reads is what fstat tells of. */
static void do_getattr(struct request *r)
{
	struct stat st;
	double timeout;

	if (!settled(r, node_stat(r->node, &st, &timeout, &r->ask)))
		return;
	if (r->handle && r->node->kind->text)
		st.st_size = (off_t)r->handle->text.len;
	reply_attributes(r, &st, timeout);
}

static void op_getattr(fuse_req_t fuse, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct request *r = request_new(fuse, ino, do_getattr);

	if (fi)
		r->handle = (struct handle *)(uintptr_t)fi->fh;
	request_run(r);
}

static void do_setattr(struct request *r)
{
	struct stat st;
	double timeout;

	/* The helper makes inotify speak, and changes nothing. */
	if (!r->mount->hooks->is_helper(r) &&
	    !settled(r, change_attributes(r->node, &r->change, &r->ask)))
		return;
	if (settled(r, node_stat(r->node, &st, &timeout, &r->ask)))
		reply_attributes(r, &st, timeout);
}

static void op_setattr(fuse_req_t fuse, fuse_ino_t ino, struct stat *st, int what,
		       struct fuse_file_info *fi)
{
	struct request *r = request_new(fuse, ino, do_setattr);

	if (fi)
		r->handle = (struct handle *)(uintptr_t)fi->fh;
	r->change.size = what & FUSE_SET_ATTR_SIZE;
	r->change.new_size = (uint64_t)st->st_size;
	r->change.mode = what & FUSE_SET_ATTR_MODE;
	r->change.new_mode = st->st_mode & 07777;
	r->change.times = what & (FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_MTIME_NOW);
	r->change.mtime_now = what & FUSE_SET_ATTR_MTIME_NOW;
	r->change.new_mtime = r->change.mtime_now ? clock_now() : clock_of(&st->st_mtim);
	request_run(r);
}

static void do_readlink(struct request *r)
{
	CLEANUP_BUF struct buf target = BUF_INIT;

	if (settled(r, node_text(r->node, &target, &r->ask)))
		reply_link(r, buf_str(&target));
}

static void op_readlink(fuse_req_t fuse, fuse_ino_t ino)
{
	request_run(request_new(fuse, ino, do_readlink));
}

struct statfs_op {
	struct worker_op worker; /* first */
	char *path;
	bool known;
	struct statvfs st;
};

static void statfs_clear(struct worker_op *worker)
{
	free(((struct statfs_op *)worker)->path);
}

static void statfs_run(struct worker_op *worker)
{
	struct statfs_op *o = (struct statfs_op *)worker;

	o->known = statvfs(o->path, &o->st) == 0;
}

static void statfs_submit(const struct service *s, struct ask *ask)
{
	struct statfs_op *o = worker_op_new(sizeof(*o), statfs_run);

	o->worker.clear = statfs_clear;
	o->path = xstrdup(s->dir.state);
	worker_op_submit(&o->worker, s->loop, LANE_FILE, ask);
}

/* The room that there is for queries and results. */
static void do_statfs(struct request *r)
{
	const struct service *svc = r->node->service;
	struct statvfs st = {.f_bsize = 4096, .f_frsize = 4096, .f_namemax = 255};

	if (svc && !r->ask.op)
		statfs_submit(svc, &r->ask);
	if (svc) {
		const struct statfs_op *o;

		if (!settled(r, ask_operation(&r->ask)))
			return;
		o = worker_op_of(&r->ask);
		if (o->known)
			st = o->st;
		st.f_namemax = 255;
	}
	reply_statfs(r, &st);
}

static void op_statfs(fuse_req_t fuse, fuse_ino_t ino)
{
	request_run(request_new(fuse, ino ? ino : FUSE_ROOT_ID, do_statfs));
}

/* --- extended attributes --- */

static void reply_value(fuse_req_t fuse, const struct buf *b, size_t size)
{
	if (!size)
		fuse_reply_xattr(fuse, b->len);
	else if (b->len > size)
		fuse_reply_err(fuse, ERANGE);
	else
		fuse_reply_buf(fuse, buf_str(b), b->len);
}

static void op_getxattr(fuse_req_t fuse, fuse_ino_t ino, const char *name, size_t size)
{
	const struct xattr_ops *ops = mount_of(fuse)->xattrs;
	struct node *n = node_by_id(mount_of(fuse), ino);
	CLEANUP_BUF struct buf b = BUF_INIT;

	if (!ops || !n) {
		fuse_reply_err(fuse, n ? ENOSYS : ESTALE);
		return;
	}
	ops->get(n, name, &b);
	if (b.len)
		reply_value(fuse, &b, size);
	else
		fuse_reply_err(fuse, ENODATA);
}

static void op_listxattr(fuse_req_t fuse, fuse_ino_t ino, size_t size)
{
	const struct xattr_ops *ops = mount_of(fuse)->xattrs;
	struct node *n = node_by_id(mount_of(fuse), ino);
	CLEANUP_BUF struct buf b = BUF_INIT;

	if (!ops || !n) {
		fuse_reply_err(fuse, n ? ENOSYS : ESTALE);
		return;
	}
	ops->list(n, &b);
	reply_value(fuse, &b, size);
}

/* --- what there is not; and the session --- */

static void op_link(fuse_req_t fuse, fuse_ino_t ino, fuse_ino_t parent, const char *name)
{
	(void)ino;
	(void)parent;
	(void)name;
	fuse_reply_err(fuse, EPERM); /* as on FAT: no hard links */
}

static void op_mknod(fuse_req_t fuse, fuse_ino_t parent, const char *name, mode_t mode, dev_t dev)
{
	(void)parent;
	(void)name;
	(void)mode;
	(void)dev;
	fuse_reply_err(fuse, EPERM);
}

static void op_init(void *arg, struct fuse_conn_info *conn)
{
	struct session *s = arg;

	/*
	 * What the kernel reads ahead is in the background queue, and must not fill that while it
	 * is parked: every RELEASE, and with it every launch, would be held back.
	 */
	conn->want &= ~(unsigned)(FUSE_CAP_SPLICE_READ | FUSE_CAP_AUTO_INVAL_DATA);
	/* O_TRUNC then comes as SETATTR, like every other truncation. */
	conn->want &= ~(unsigned)FUSE_CAP_ATOMIC_O_TRUNC;
	conn->want |= conn->capable & (FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO);
	/*
	 * Around a page of a mapping the kernel reads this much: FITS readers map files of which
	 * they want a corner. Who reads asks for 128 KiB at a time anyway.
	 */
	conn->max_readahead = 16384;
	conn->max_background = 16384;
	conn->congestion_threshold = 12288;
	s->buf.flags = 0;
}

const struct fuse_lowlevel_ops session_ops = {
    .init = op_init,
    .lookup = op_lookup,
    .forget = op_forget,
    .forget_multi = op_forget_multi,
    .getattr = op_getattr,
    .setattr = op_setattr,
    .readlink = op_readlink,
    .statfs = op_statfs,
    .link = op_link,
    .mknod = op_mknod,
    .open = op_open,
    .create = op_create,
    .read = op_read,
    .write = op_write,
    .flush = op_flush,
    .fsync = op_fsync,
    .release = op_release,
    .opendir = op_opendir,
    .readdir = op_readdir,
    .readdirplus = op_readdirplus,
    .releasedir = op_releasedir,
    .mkdir = op_mkdir,
    .symlink = op_symlink,
    .unlink = op_unlink,
    .rmdir = op_rmdir,
    .rename = op_rename,
    .getxattr = op_getxattr,
    .listxattr = op_listxattr,
};
