/*
 * reply_fuse.h: the kernel's requests, and the front that answers them.
 */
#ifndef TAPFS_FS_FUSE_REPLY_FUSE_H
#define TAPFS_FS_FUSE_REPLY_FUSE_H

#include <fuse_lowlevel.h>

#include "fs/core/reply.h"
#include "fs/fuse/session.h"

struct fuse_request {
	struct request request; /* first */
	fuse_req_t fuse;
	struct fuse_file_info fi;
	struct timer *watch; /* a signal came that does not end the wait; see interrupt.h */
};

extern const struct front fuse_front;

static inline struct fuse_request *fuse_request_of(const struct request *r)
{
	return (struct fuse_request *)(uintptr_t)r;
}

/* Call request_run when the arguments are in place. */
struct request *request_new(fuse_req_t, fuse_ino_t, void (*handler)(struct request *));
/* The same on an open file or folder. */
struct request *request_on_open(fuse_req_t, fuse_ino_t, const struct fuse_file_info *,
				void (*handler)(struct request *));
/* What LOOKUP and its like answer. */
struct fuse_entry_param entry_param(const struct node_view *);

#endif
