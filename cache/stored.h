/*
 * stored.h: a file on disk that is open once, whoever reads it.
 *
 * Results are immutable: a new run is a new stored file, and who holds the old
 * one keeps the old bytes even after rm. The user's own files change by writes
 * through it. References are counted on the loop.
 */
#ifndef TAPFS_CACHE_STORED_H
#define TAPFS_CACHE_STORED_H

#include <stdint.h>
#include <sys/types.h>

struct stored {
	unsigned refs;
	int fd;
	uint64_t size; /* bytes; exact for results */
	int64_t mtime; /* ms */
	/* Called before the last reference goes; may be NULL. */
	void (*gone)(struct stored *, void *arg);
	void *arg;
};

/* Takes the descriptor. */
struct stored *stored_new(int fd, uint64_t size, int64_t mtime);
struct stored *stored_ref(struct stored *);
void stored_unref(struct stored *); /* NULL is allowed */

/*
 * Reads without waiting for the disk: bytes read, or -1 with errno EAGAIN when only a worker may
 * read this.
 */
ssize_t stored_read_now(const struct stored *, void *out, size_t n, uint64_t offset);

#endif
