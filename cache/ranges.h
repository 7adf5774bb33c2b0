/*
 * ranges.h: which bytes of a file are there.
 *
 * A set of half-open ranges [from, to), kept sorted, apart from each other. Pure.
 */
#ifndef TAPFS_CACHE_RANGES_H
#define TAPFS_CACHE_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct range {
	uint64_t from, to; /* bytes; to is not in it */
};

struct ranges {
	struct range *at;
	size_t n, cap;
};

void ranges_free(struct ranges *);
/* Adds what may overlap; from >= to adds nothing. */
void ranges_add(struct ranges *, uint64_t from, uint64_t to);
/* The first part of [from, to) that is not there; false if there is none. */
bool ranges_gap(const struct ranges *, uint64_t from, uint64_t to, struct range *gap);
/* Bytes from `from` on that are there without a gap. */
uint64_t ranges_run(const struct ranges *, uint64_t from);
uint64_t ranges_total(const struct ranges *);

/* "0-65536 131072-200000", and back; false if it is no such text. */
void ranges_write(const struct ranges *, struct buf *out);
bool ranges_read(const char *text, struct ranges *);

#endif
