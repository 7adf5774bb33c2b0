/*
 * text_decode.h: the bytes of a text file as UTF-8, as they stream by: UTF-16 with a byte order
 * mark is converted, a mark of UTF-8 is left out, anything else goes through.
 */
#ifndef TAPFS_TABLE_READ_TEXT_DECODE_H
#define TAPFS_TABLE_READ_TEXT_DECODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* All zero at first. */
struct text_decode {
	enum { DECODE_BEGIN, DECODE_PLAIN, DECODE_UTF16LE, DECODE_UTF16BE } as;
	struct buf start;  /* the first bytes, until they tell */
	unsigned char odd; /* half of a unit */
	bool has_odd;
	uint16_t high; /* the first half of a pair; 0 */
};

/* Adds what the bytes are to out. end: they are the last ones. */
void text_decode(struct text_decode *, const void *data, size_t n, bool end, struct buf *out);
void text_decode_clear(struct text_decode *);

#endif
