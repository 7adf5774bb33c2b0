/* interrupt.h: ends waits on signals that end the process, or that it handles. */
#ifndef TAPFS_FS_FUSE_INTERRUPT_H
#define TAPFS_FS_FUSE_INTERRUPT_H

#include "fs/fuse/reply_fuse.h"

/* It waits: an interrupt may end that from now on, with EINTR. */
void interrupt_watch(struct fuse_request *);
/* It was answered. */
void interrupt_unwatch(struct fuse_request *);

#endif
