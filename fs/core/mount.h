/*
 * mount.h: one mount, as the tree knows it: its loop, its services, and the front that it is seen
 * through. Loop thread only.
 */
#ifndef TAPFS_FS_CORE_MOUNT_H
#define TAPFS_FS_CORE_MOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/loop.h"

struct front;
struct handle;
struct http;
struct kept;
struct mount;
struct node;
struct opener;
struct remotes;
struct request;
struct service;

/* A service in the mount; services.c keeps more of it. */
struct service_slot {
	struct service *service; /* NULL while a worker prepares it */
	const struct settings *settings;
};

/* Extended attributes, answered from memory. */
struct xattr_ops {
	/* Adds the value; nothing where the node has no such attribute. */
	void (*get)(struct node *, const char *name, struct buf *out);
	/* Adds the names of those that it has, each with its NUL. */
	void (*list)(struct node *, struct buf *out);
};

/* What announce.c has to say in a mount: requests of the helper are answered by its script. */
struct mount_hooks {
	/* A request on a name: true if it was answered here. */
	bool (*lookup)(struct request *);
	bool (*create)(struct request *);
	bool (*remove)(struct request *); /* unlink or rmdir */
	/* A change of attributes that is to change nothing. */
	bool (*is_helper)(const struct request *);
	/* A service has begun: names of its queries are below `prefix` ("" or "SERVICE/"). */
	void (*begun)(struct mount *, struct service *, const char *prefix);
};

struct mount {
	struct config *config;
	const char *source; /* as given on the command line */
	char *mountpoint;   /* absolute */
	bool all;           /* every configured service in a folder of its own */
	int64_t mounted;    /* ms since 1970 */
	uid_t uid;
	gid_t gid;

	struct loop *loop;
	struct http *http;
	struct kept *kept;       /* NULL where the cache folder cannot be written */
	struct remotes *remotes; /* NULL likewise */
	struct node *root;
	struct node *nodes;             /* uthash by id */
	TAILQ_HEAD(, request) requests; /* all that are not answered yet */
	LIST_HEAD(, opener) openers;    /* openers.h */

	const struct front *front;       /* reply.h */
	void *front_state;               /* the front's own */
	const struct xattr_ops *xattrs;  /* NULL: without -o xattr */
	const struct mount_hooks *hooks; /* never NULL once requests come */
	struct announcer *announcer;     /* of the hooks */

	/* Begun services: one, or of `all` those that were entered. */
	struct service_slot **services;
	size_t nservices;
	bool ended;                  /* no new service is begun */
	LIST_HEAD(, handle) handles; /* all that are open */
};

#endif
