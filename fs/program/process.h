/*
 * process.h: what a process that serves a mount has to be, whoever started it: cron, a daemon, a
 * shell with narrow limits.
 */
#ifndef TAPFS_FS_PROGRAM_PROCESS_H
#define TAPFS_FS_PROGRAM_PROCESS_H

#include <stdbool.h>

/*
 * First of all: descriptors 0 to 2 are open, so that no file of ours becomes one of them; as many
 * others as may be had; no more malloc arenas than are of use; no signal for a pipe or a file that
 * takes no more.
 */
void process_begin(void);

/*
 * There are secrets in its memory: no core dump, and nobody of the same user looks into it. Not
 * where it is looked for bugs.
 */
void process_keep_secrets(bool debug);

#endif
