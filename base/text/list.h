/*
 * list.h: an array that grows by one.
 *
 *	struct capability *cap = LIST_ADD(c->capabilities, c->ncapabilities);
 *
 * gives the new last element, zeroed. Room doubles at each power of two.
 */
#ifndef TAPFS_BASE_TEXT_LIST_H
#define TAPFS_BASE_TEXT_LIST_H

#include <string.h>

#include "base/mem.h"

static inline void *list_grow(void *list, size_t n, size_t size)
{
	if ((n & (n - 1)) == 0)
		list = xrealloc(list, (n ? 2 * n : 1) * size);
	memset((char *)list + n * size, 0, size);
	return list;
}

#define LIST_ADD(list, n) ((list) = list_grow((list), (n), sizeof(*(list))), &(list)[(n)++])

#endif
