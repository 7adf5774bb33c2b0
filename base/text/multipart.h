/*
 * multipart.h: bodies of several parts (RFC 2046 §5.1), read in memory.
 */
#ifndef TAPFS_BASE_TEXT_MULTIPART_H
#define TAPFS_BASE_TEXT_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

struct multipart {
	const char *at, *end;
	char *delimiter; /* "--boundary" */
	bool whole;      /* after the last part: the closing delimiter was there */
};

struct multipart_part {
	const char *data;
	size_t n;
};

/* False: the media type (NULL is allowed) is none of several parts. data is borrowed. */
bool multipart_begin(struct multipart *, const char *content_type, const void *data, size_t n);
/* The next part's content, without its headers; false at the end, or where the body breaks off. */
bool multipart_next(struct multipart *, struct multipart_part *);
void multipart_end(struct multipart *);

#endif
