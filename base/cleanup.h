/*
 * cleanup.h: what a function holds is given back when it returns.
 *
 *	CLEANUP_FREE char *path = xasprintf("%s/x", dir);
 *	...
 *	return steal(path);         (ownership moves to the caller)
 */
#ifndef TAPFS_BASE_CLEANUP_H
#define TAPFS_BASE_CLEANUP_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_fclose(FILE **f)
{
	if (*f)
		fclose(*f);
}

#define CLEANUP_FREE   __attribute__((cleanup(cleanup_free)))
#define CLEANUP_CLOSE  __attribute__((cleanup(cleanup_close)))
#define CLEANUP_FCLOSE __attribute__((cleanup(cleanup_fclose)))

/* Takes the pointer out of a CLEANUP variable; the variable becomes NULL. */
#define steal(p)                      \
	({                            \
		__auto_type p_ = (p); \
		(p) = NULL;           \
		p_;                   \
	})

/* The same for a file descriptor; the variable becomes -1. */
#define steal_fd(fd)            \
	({                      \
		int fd_ = (fd); \
		(fd) = -1;      \
		fd_;            \
	})

#endif
