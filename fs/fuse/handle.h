/*
 * handle.h: one open file.
 *
 * It reads from a text that was rendered at open, from a stored file, or from
 * both kinds' absence: nothing. Stored files are shared by all who have them open. Of a file on a
 * server, `stored` is what is kept of it, and grows as it is read.
 */
#ifndef TAPFS_FS_FUSE_HANDLE_H
#define TAPFS_FS_FUSE_HANDLE_H

#include "base/buf.h"
#include "fs/core/kind.h"
#include "tap/remote/remote.h"

struct stored; /* cache/stored.h: a file on disk with one descriptor, shared */

struct handle {
	struct node *node;
	int flags;             /* of open(2) */
	struct buf text;       /* KIND_LIVE and rendered files */
	struct stored *stored; /* results and the user's files; one reference */
	struct remote *remote; /* a file on a server; one reference */
	struct remote_reader reader;
	bool fresh;  /* what the kernel has in its pages is of an older file */
	bool direct; /* past the page cache: size unknown or changing */
};

#endif
