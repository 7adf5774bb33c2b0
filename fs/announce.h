/*
 * announce.h: what changed without a user's doing is told to those who watch folders.
 *
 * A result that arrives, a log that grows, results that go: file managers and
 * editors learn of them by inotify. For each query it is known which names were
 * shown last; what differs is told to the helper process (helper.h), one by one,
 * which makes a system call that fires the event. Its requests are answered here,
 * by a script, and change nothing. Loop thread only.
 */
#ifndef TAPFS_FS_ANNOUNCE_H
#define TAPFS_FS_ANNOUNCE_H

#include "fs/core/mount.h"

/* The mount's hooks are set, before services are added and requests come. */
void announce_start(struct mount *);
/* After the last request, before the services are freed. */
void announce_end(struct mount *);

#endif
