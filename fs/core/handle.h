/*
 * handle.h: one open file.
 *
 * It reads from a text that was rendered at open, from a stored file, or from
 * both kinds' absence: nothing. Stored files are shared by all who have them open. Of a file on a
 * server, `stored` is what is kept of it, and grows as it is read.
 */
#ifndef TAPFS_FS_CORE_HANDLE_H
#define TAPFS_FS_CORE_HANDLE_H

#include <sys/queue.h>

#include "base/buf.h"
#include "fs/core/kind.h"
#include "tap/remote/remote.h"

#define HANDLE_READ_MAX (1u << 20) /* bytes that are read at a time */

struct mount;
struct stored; /* cache/stored.h: a file on disk with one descriptor, shared */

struct handle {
	struct node *node;     /* one reference */
	int flags;             /* of open(2) */
	struct buf text;       /* KIND_LIVE and rendered files */
	struct stored *stored; /* results and the user's files; one reference */
	struct remote *remote; /* a file on a server; one reference */
	struct remote_reader reader;
	bool fresh;              /* what a reader kept of it is of an older file */
	bool direct;             /* past the page cache: size unknown or changing */
	LIST_ENTRY(handle) link; /* of all that are open in the mount */
};

/* One that is not open yet: it reads nothing. */
struct handle *handle_new(struct node *, int flags);
/* Frees one that handle_open did not open. */
void handle_free(struct handle *);
/* The last descriptor is closed: frees it. */
void handle_close(struct handle *);
/* The mount is over: those that the kernel has not closed, and will not. */
void handles_free(struct mount *);

enum outcome handle_open(struct handle *, struct ask *);
/*
 * HANDLE_READ_MAX bytes at most from that offset on; *got is less than n at the end of the file.
 * *data is borrowed until the request ends, or the loop turns.
 */
enum outcome handle_read(struct handle *, uint64_t offset, size_t n, const void **data, size_t *got,
			 struct ask *);
/* offset may be WRITE_AT_END. */
enum outcome handle_write(struct handle *, const struct buf *data, uint64_t offset, struct ask *);
/* A descriptor is closed; the answer to close() waits for it. */
enum outcome handle_flush(struct handle *, struct ask *);
enum outcome handle_sync(struct handle *, struct ask *);

#endif
