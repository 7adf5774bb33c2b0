/*
 * request.h: one request of the kernel, from its coming to its answer.
 *
 * The handler runs when the request comes and again, from its start, whenever
 * what it was parked on changes. It ends by one of the replies, or parks
 * through settled(). Arguments are copies: libfuse reuses its buffer.
 */
#ifndef TAPFS_FS_CORE_REQUEST_H
#define TAPFS_FS_CORE_REQUEST_H

#include <sys/queue.h>

#include "fs/core/kind.h"
#include "fs/core/operation.h"
#include "fs/fuse/handle.h"
#include "fs/fuse/mount.h"

struct request {
	fuse_req_t fuse;
	struct mount *mount;
	void (*handler)(struct request *);
	struct waiter waiter;
	struct ask ask;
	TAILQ_ENTRY(request) link;

	struct node *node;   /* one reference */
	struct node *newdir; /* RENAME; one reference */
	struct node *held;   /* LOOKUP: found, and being waited for; one reference */
	char *name, *newname;
	struct handle
	    *handle; /* of the open file; made here by OPEN and CREATE until they are answered */
	struct fuse_file_info fi;
	size_t size;
	off_t offset;
	unsigned flags;
	mode_t mode;
	struct buf data;
	struct change change;

	struct timer *watch; /* a signal came that does not end the wait; see interrupt.c */
};

/* node may be NULL: then ESTALE is answered. Call request_run when the arguments are in place. */
struct request *request_new(fuse_req_t, uint64_t id, void (*handler)(struct request *));
void request_run(struct request *);

/*
 * READY: true, the handler goes on. FAILED: the error is answered. PENDING: parked (or EAGAIN,
 * when it may not wait). In the latter two the request must not be touched any more.
 */
bool settled(struct request *, enum outcome);

/* Each answers and frees the request. */
void reply_errno(struct request *, int errnum);
void reply_ok(struct request *);
void reply_entry(struct request *, const struct fuse_entry_param *);
void reply_attr(struct request *, const struct stat *, double timeout);
/* False: nobody waits for the file any more, and no RELEASE will come. */
bool reply_open(struct request *);
void reply_created(struct request *, const struct fuse_entry_param *);
void reply_data(struct request *, const void *data, size_t n);
void reply_written(struct request *, size_t n);
void reply_link(struct request *, const char *target);
void reply_statfs(struct request *, const struct statvfs *);

/* interrupt.c: ends waits on signals that end the process or that it handles. */
void interrupt_watch(struct request *);
void interrupt_unwatch(struct request *);

#endif
