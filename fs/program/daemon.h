/*
 * daemon.h: going to the background.
 */
#ifndef TAPFS_FS_PROGRAM_DAEMON_H
#define TAPFS_FS_PROGRAM_DAEMON_H

#include <stdbool.h>

#include "base/error.h"

/*
 * Forks; to be called before anything is made. In the parent it does not return: it waits for
 * the child's word, prints a reason if there is one, and exits. In the child it returns.
 * foreground: no fork, the words go to standard error.
 */
void daemon_start(bool foreground);
/* The child's word: the mount answers. The parent exits with 0; standard streams go to /dev/null.
 */
void daemon_ready(void);
/* The child's word: it failed. The parent prints it and exits with 1; so does the caller. */
_Noreturn void daemon_failed(const struct error *);

#endif
