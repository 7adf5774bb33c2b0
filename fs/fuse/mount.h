/*
 * mount.h: one mount: its session with the kernel, its loop, its services.
 */
#ifndef TAPFS_FS_FUSE_MOUNT_H
#define TAPFS_FS_FUSE_MOUNT_H

#include <fuse_lowlevel.h>
#include <stdbool.h>
#include <sys/queue.h>

#include "base/config.h"
#include "base/loop.h"
#include "fs/core/node.h"
#include "fs/queries/entry.h"
#include "http/http.h"
#include "tap/service/service.h"

struct request;

struct mount {
	struct config *config;
	const char *source; /* as given on the command line */
	char *mountpoint;   /* absolute */
	bool all;           /* every configured service in a folder of its own */
	bool xattr;
	int64_t mounted; /* ms since 1970 */
	uid_t uid;
	gid_t gid;

	struct loop *loop;
	struct http *http;
	struct kept *kept;       /* NULL where the cache folder cannot be written */
	struct remotes *remotes; /* NULL likewise */
	struct fuse_session *session;
	struct poll_watch *poll;
	struct fuse_buf buf; /* of the request being received */
	struct node *root;
	struct node *nodes;             /* uthash by id */
	TAILQ_HEAD(, request) requests; /* all that are not answered yet */
	struct announcer *announcer;    /* announce.h */
	void (*ready)(struct mount *);  /* called once, when the kernel has our INIT answer */

	/* Begun services: one, or of `all` those that were entered. */
	struct mounted_service **services;
	size_t nservices;
	bool ended; /* no new service is begun */
};

/* A service in the mount, with what fs keeps of it. */
struct mounted_service {
	struct service *service; /* NULL while a worker prepares it */
	const struct settings *settings;
	struct own_files own;
	struct error *error; /* why it could not be prepared */
	bool preparing;      /* or has failed a moment ago */
	struct mount *mount;
	struct waiter waiter; /* on service->changed */
	uint64_t generation;  /* of the catalog that the kernel has been told of */
	struct waitlist changed;
};

/* Puts the session at the mountpoint. After this the kernel asks. */
bool mount_attach(struct mount *, struct error **err);
/* Ends the session, unmounts, answers what still waits. */
void mount_detach(struct mount *);

/* --- services.c --- */

/* Adds a service that was prepared, with the user's files there (taken), and begins it. */
void mount_add_service(struct mount *, struct service *, const struct own_files *);
/*
 * For an `all` mount: the service of these settings, prepared by a worker and begun at its first
 * use.
 */
enum outcome mount_service(struct mount *, const struct settings *, struct service **out,
			   struct ask *);
/* The roots of a service's queries/ and uploads/. */
struct entry *mount_queries(struct mount *, const struct service *);
struct entry *mount_uploads(struct mount *, const struct service *);
/* Ends all services; frees them after the loop has ended. */
void mount_end_services(struct mount *);
void mount_free_services(struct mount *);

/* --- cache_files.c --- */

/* Throws away all kept files that nobody has open; hangs an operation on the request. */
bool mount_drop_cache(struct mount *, struct ask *);

/* --- mount.c --- */

/* Tells of a mountpoint that cannot be used, and why; recovers a dead one if `recover`. */
bool mountpoint_check(const char *path, bool recover, struct error **err);

extern const struct fuse_lowlevel_ops mount_ops; /* ops.c */

#endif
