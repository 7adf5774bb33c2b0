/* near.h: how far two words are apart, for "did you mean". */
#ifndef TAPFS_BASE_NEAR_H
#define TAPFS_BASE_NEAR_H

#include <stddef.h>

/*
 * Letters to insert, leave out, change or swap with the next until a is b, in any case of ASCII
 * letters (optimal string alignment); more than limit is limit + 1.
 */
size_t near_distance(const char *a, const char *b, size_t limit);

#endif
