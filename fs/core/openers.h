/*
 * openers.h: which processes have a folder open to list it, or had a moment ago.
 *
 * Of folders with KIND_HELD only: what `rm -r` of one may remove depends on it. A process is told
 * by its thread group, as a program may list in one thread and remove in another.
 */
#ifndef TAPFS_FS_CORE_OPENERS_H
#define TAPFS_FS_CORE_OPENERS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>
#include <sys/types.h>

struct mount;
struct node;

#define OPENERS_MS 10000 /* how long one that has closed it is remembered */

struct opener {
	uint64_t folder; /* id of its node */
	pid_t thread;    /* that opened it */
	pid_t process;   /* 0: it cannot be told, and may be any */
	unsigned open;
	uint64_t closed; /* loop time; where open is 0 */
	bool told;       /* for who asks: it was told why nothing is removed */
	LIST_ENTRY(opener) link;
};

/* The process of a thread, from /proc, which is made in memory; 0 if it cannot be told. */
pid_t process_of(pid_t tid);

/* A thread has opened the folder, and closed it again. */
void opener_add(struct node *folder, pid_t tid);
void opener_closed(struct node *folder, pid_t tid);
/* The opener that the thread's process is, or may be; NULL: it is none. Borrowed. */
struct opener *opener_of(const struct node *folder, pid_t tid);
void openers_free(struct mount *);

#endif
