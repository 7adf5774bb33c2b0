/*
 * buf.h: a growing string of bytes.
 *
 * `struct buf b = BUF_INIT;` owns nothing yet. After any buf_add* the data is
 * followed by a NUL that len does not count. Freed with buf_free or CLEANUP_BUF.
 */
#ifndef TAPFS_BASE_BUF_H
#define TAPFS_BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <string.h>

struct buf {
	char *data; /* NULL until something is added */
	size_t len; /* bytes used */
	size_t cap; /* bytes allocated */
};

#define BUF_INIT           \
	{                  \
		NULL, 0, 0 \
	}

/* Makes room for n more bytes and the NUL. */
void buf_grow(struct buf *b, size_t n);

/* Makes room for n more bytes (and the NUL) and returns where they go; len is not changed. */
static inline char *buf_reserve(struct buf *b, size_t n)
{
	if (b->len + n >= b->cap)
		buf_grow(b, n);
	return b->data + b->len;
}

static inline void buf_add(struct buf *b, const void *data, size_t n)
{
	char *at = buf_reserve(b, n);

	if (n)
		memcpy(at, data, n);
	at[n] = '\0';
	b->len += n;
}

void buf_adds(struct buf *b, const char *s);
static inline void buf_addc(struct buf *b, char c)
{
	char *at = buf_reserve(b, 1);

	at[0] = c;
	at[1] = '\0';
	b->len++;
}

void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* Keeps the first n bytes, of at least as many. */
void buf_cut(struct buf *b, size_t n);
/* Drops the first n bytes. */
void buf_consume(struct buf *b, size_t n);
void buf_reset(struct buf *b);            /* len = 0, memory kept */
void buf_free(struct buf *b);             /* memory given back; b can be used again */
char *buf_steal(struct buf *b);           /* caller owns the bytes, never NULL; b is empty */
const char *buf_str(const struct buf *b); /* the bytes as a string, "" when empty */

#define CLEANUP_BUF __attribute__((cleanup(buf_free)))

#endif
