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

#include <stdbool.h>

#include "fs/fuse/mount.h"

struct request;

/* The mount answers: the helper can be told. */
void announce_start(struct mount *);
/* Names of this service's queries below `prefix` ("" or "SERVICE/"); those there now are known. */
void announce_service(struct mount *, struct service *, const char *prefix);
/* Before the services are freed. */
void announce_end(struct mount *);

/* A request on a name by the helper: true if it was answered here. */
bool announce_lookup(struct request *);
bool announce_create(struct request *);
bool announce_unlink(struct request *);
/* A change of attributes by the helper, which changes nothing. */
bool announce_is_helper(const struct request *);

#endif
