/*
 * session.h: the session with the kernel at a mountpoint.
 */
#ifndef TAPFS_FS_FUSE_SESSION_H
#define TAPFS_FS_FUSE_SESSION_H

#include <fuse_lowlevel.h>
#include <stdbool.h>

#include "base/error.h"
#include "fs/core/mount.h"

struct session {
	struct mount *mount;
	void (*ready)(void);
	struct fuse_session *fuse; /* NULL before session_start and after session_stop */
	struct poll_watch *poll;
	struct fuse_buf buf; /* of the request being received */
};

/* Makes it the mount's front. ready is called once, when the kernel has our INIT answer. */
void session_init(struct session *, struct mount *, void (*ready)(void));
/* Puts the session at the mountpoint. After this the kernel asks. */
bool session_start(struct session *, struct error **err);
/* Makes the loop stop. */
void session_exit(struct session *);
/* Ends the session, unmounts, answers what still waits. */
void session_stop(struct session *);

#endif
