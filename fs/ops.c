/*
 * ops.c: the kernel's requests: names and attributes; and the table of all.
 *
 * Each op copies its arguments into a request and runs its handler.
 */
#include "fs/ops.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "fs/announce.h"
#include "fs/core/names.h"
#include "fs/xattr.h"

enum outcome entry_for(struct node *n, struct fuse_entry_param *e, struct ask *ask)
{
	enum outcome o;

	*e = (struct fuse_entry_param){0};
	o = node_stat(n, &e->attr, &e->attr_timeout, ask);
	e->ino = n->id;
	e->entry_timeout = node_entry_timeout(n);
	return o;
}

/* The node is the request's from then on: what it waits for may be the node's own. */
static enum outcome find_entry(struct request *r, struct fuse_entry_param *e)
{
	struct node *n = NULL;
	enum outcome o = names_find(r->node, r->name, &n, &r->ask);

	if (o != READY)
		return o;
	node_unref(r->held);
	r->held = n;
	return entry_for(n, e, &r->ask);
}

static void do_lookup(struct request *r)
{
	struct fuse_entry_param e;
	enum outcome o;

	if (announce_lookup(r))
		return;
	o = find_entry(r, &e);
	if (o == FAILED && r->held && r->held->stale) { /* changed since its stat: a new node */
		error_clear(&r->ask.error);
		o = find_entry(r, &e);
	}
	if (settled(r, o))
		reply_entry(r, &e);
}

static void op_lookup(fuse_req_t fuse, fuse_ino_t parent, const char *name)
{
	struct request *r = request_new(fuse, parent, do_lookup);

	r->name = xstrdup(name);
	request_run(r);
}

static void op_forget(fuse_req_t fuse, fuse_ino_t ino, uint64_t nlookup)
{
	struct node *n = node_by_id(fuse_req_userdata(fuse), ino);

	if (n)
		node_forget(n, nlookup);
	fuse_reply_none(fuse);
}

static void op_forget_multi(fuse_req_t fuse, size_t count, struct fuse_forget_data *forgets)
{
	for (size_t i = 0; i < count; i++) {
		struct node *n = node_by_id(fuse_req_userdata(fuse), forgets[i].ino);

		if (n)
			node_forget(n, forgets[i].nlookup);
	}
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
	reply_attr(r, &st, timeout);
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
	const struct kind *k = r->node->kind;
	struct stat st;
	double timeout;

	if (announce_is_helper(r)) {
		; /* it makes inotify speak, and changes nothing */
	} else if (k->change) {
		if (!settled(r, k->change(r->node, &r->change, &r->ask)))
			return;
	} else if (!(k->command && !r->change.mode)) { /* `echo refresh > ctl` truncates first */
		settled(r, ask_fail(&r->ask, EPERM, "this cannot be changed: it is made by tapfs"));
		return;
	}
	if (settled(r, node_stat(r->node, &st, &timeout, &r->ask)))
		reply_attr(r, &st, timeout);
}

static int64_t to_ms(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000 + t->tv_nsec / 1000000;
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
	r->change.new_mtime = r->change.mtime_now ? clock_now() : to_ms(&st->st_mtim);
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
	struct work work; /* first */
	struct operation op;
	char *path;
	struct statvfs st;
	int errnum;
};

static void statfs_free(struct operation *op)
{
	struct statfs_op *s = (struct statfs_op *)((char *)op - offsetof(struct statfs_op, op));

	free(s->path);
	free(s);
}

static void statfs_run(struct work *w)
{
	struct statfs_op *s = (struct statfs_op *)w;

	s->errnum = statvfs(s->path, &s->st) < 0 ? errno : 0;
}

static void statfs_done(struct work *w)
{
	operation_finish(&((struct statfs_op *)w)->op, NULL);
}

/* The room that there is for queries and results. */
static void do_statfs(struct request *r)
{
	const struct service *svc = r->node->service;
	struct statvfs st = {.f_bsize = 4096, .f_frsize = 4096, .f_namemax = 255};
	struct statfs_op *s;

	if (svc && !r->ask.op) {
		s = xcalloc(1, sizeof(*s));
		operation_init(&s->op, statfs_free);
		s->work.run = statfs_run;
		s->work.done = statfs_done;
		s->path = xstrdup(svc->dir.state);
		r->ask.op = &s->op;
		work_submit(r->mount->loop, LANE_FILE, &s->work);
	}
	if (svc) {
		if (!settled(r, ask_operation(&r->ask)))
			return;
		s = (struct statfs_op *)((char *)r->ask.op - offsetof(struct statfs_op, op));
		if (!s->errnum)
			st = s->st;
		st.f_namemax = 255;
	}
	reply_statfs(r, &st);
}

static void op_statfs(fuse_req_t fuse, fuse_ino_t ino)
{
	request_run(request_new(fuse, ino ? ino : FUSE_ROOT_ID, do_statfs));
}

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
	struct mount *m = arg;

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
	m->buf.flags = 0;
}

const struct fuse_lowlevel_ops mount_ops = {
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
