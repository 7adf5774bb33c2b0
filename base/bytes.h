/*
 * bytes.h: sixteen bytes at a time.
 *
 * Vectors as gcc and clang have them on every machine: a comparison makes 0xff of each byte that
 * fits, and 0 of the others.
 */
#ifndef TAPFS_BASE_BYTES_H
#define TAPFS_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef unsigned char bytes16 __attribute__((vector_size(16)));
typedef uint64_t words2 __attribute__((vector_size(16)));

static inline bytes16 bytes_load(const void *p)
{
	bytes16 v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* The n bytes at p, 0 < n < 16, in any order and some of them twice; the others are zero. */
static inline bytes16 bytes_few(const void *p, size_t n)
{
	const unsigned char *s = p;
	uint64_t a = 0, b = 0;
	uint32_t x, y;

	if (n >= 8) {
		memcpy(&a, s, 8);
		memcpy(&b, s + n - 8, 8);
	} else if (n >= 4) {
		memcpy(&x, s, 4);
		memcpy(&y, s + n - 4, 4);
		a = x;
		b = y;
	} else {
		a = s[0] | (uint64_t)s[n / 2] << 8 | (uint64_t)s[n - 1] << 16;
	}
	return (bytes16)(words2){a, b};
}

/* A bit for each byte of a comparison, the first one lowest. */
static inline uint32_t bytes_mask(bytes16 hits)
{
#ifdef __SSE2__
	typedef char signed16 __attribute__((vector_size(16)));

	return (uint32_t)__builtin_ia32_pmovmskb128((signed16)hits);
#else
	uint32_t mask = 0;

	for (size_t i = 0; i < 16; i++)
		mask |= (uint32_t)(hits[i] != 0) << i;
	return mask;
#endif
}

/* Whether any byte of a comparison fits. */
static inline bool bytes_any(bytes16 hits)
{
	return bytes_mask(hits) != 0;
}

#endif
