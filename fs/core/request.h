/*
 * request.h: one request of a front, from its coming to its answer.
 *
 * The handler runs when the request comes and again, from its start, whenever
 * what it was parked on changes. It ends by one of the replies (reply.h), or parks
 * through settled(). Arguments are copies: a front reuses its buffers. A front
 * embeds it in a struct of its own.
 */
#ifndef TAPFS_FS_CORE_REQUEST_H
#define TAPFS_FS_CORE_REQUEST_H

#include <sys/queue.h>

#include "fs/core/kind.h"
#include "fs/core/mount.h"

struct request {
	struct mount *mount;
	void (*handler)(struct request *);
	struct waiter waiter;
	struct ask ask;
	TAILQ_ENTRY(request) link;

	struct node *node;     /* one reference; NULL: there is no such node any more */
	struct node *newdir;   /* RENAME; one reference */
	struct node *held;     /* LOOKUP: found, and being waited for; one reference */
	struct handle *handle; /* of an open file; borrowed */
	char *name, *newname;
	int open_flags; /* of OPEN and CREATE */
	size_t size;
	off_t offset;
	unsigned flags;
	mode_t mode;
	struct buf data;
	struct change change;
};

/* Fills in a zeroed request: on the node of that id, by that thread. */
void request_init(struct request *, struct mount *, uint64_t id, pid_t,
		  void (*handler)(struct request *));
/* It was answered: gives back what it holds, and the front frees it. */
void request_end(struct request *);

#endif
