/*
 * helper.h: the helper process: it outlives a crash, and touches our own mount for us.
 *
 * It is forked before the mount is made, so it has no descriptor of /dev/fuse and
 * does not keep a dead mount alive. It must be a process: a thread of ours that
 * waits in our own mount would turn kill -9 into a zombie that hangs the mount.
 *
 * If tapfs ends without helper_goodbye, it unmounts lazily. Between, it makes the
 * system calls from which inotify tells of changes that no user made
 * (announce.h): nothing that FUSE has for that makes inotify speak.
 */
#ifndef TAPFS_FS_PROGRAM_HELPER_H
#define TAPFS_FS_PROGRAM_HELPER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/* What happened to a name, as watchers are told: IN_CREATE, IN_MODIFY, IN_DELETE; of a directory.
 */
enum happening { NAME_APPEARED = 'a', NAME_CHANGED = 'c', NAME_GONE = 'g', DIRECTORY_GONE = 'd' };

/* What it answers. */
enum helper_answer { HELPER_DONE = 'd', HELPER_WATCHED = 'w', HELPER_UNWATCHED = 'u' };

#define HELPER_PATH_MAX 4096 /* bytes of a path that it can be told */

/* To be called before the mount is made. */
bool helper_start(const char *mountpoint, struct error **err);
void helper_goodbye(void);

/* Requests of this process are answered by announce.c's script. */
pid_t helper_pid(void);
/* An answer, one byte, can be read here after each of the following. -1: there is no helper. */
int helper_answers(void);
/*
 * Whether anybody watches a folder of our mount: HELPER_WATCHED or not. Of the processes that we
 * may look into: those of this user, or all where we are root.
 */
bool helper_ask(void);
/* path is below the mountpoint. One at a time: wait for HELPER_DONE. False: it cannot be told. */
bool helper_tell(enum happening, const char *path);

#endif
