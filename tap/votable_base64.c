/*
 * votable_base64.c: base64 as it streams by (RFC 4648).
 *
 * State: `bits` holds nbits (0, 2, 4 or 6 … always below 8 between bytes) of
 * the byte that is not complete yet. '=' ends a group: what is left then is
 * padding. Some writers pad every line, so decoding goes on behind it.
 */
#include <endian.h>
#include <string.h>

#include "tap/votable_row.h"

enum { BAD = 64, BLANK = 65, PAD = 66 };

static unsigned char values[256];
/* The same where it stands in a group of four: bits 23 to 0; BAD_GROUP: it is none. */
static uint32_t places[4][256];

#define BAD_GROUP (1u << 31)

__attribute__((constructor)) static void fill_values(void)
{
	static const char alphabet[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	memset(values, BAD, sizeof(values));
	for (unsigned i = 0; i < 64; i++)
		values[(unsigned char)alphabet[i]] = (unsigned char)i;
	values[' '] = values['\t'] = values['\r'] = values['\n'] = BLANK;
	values['='] = PAD;
	for (unsigned c = 0; c < 256; c++)
		for (unsigned k = 0; k < 4; k++)
			places[k][c] =
			    values[c] < 64 ? (uint32_t)values[c] << (18 - 6 * k) : BAD_GROUP;
}

/* Whole groups of four while nothing is left over: most of a document. */
static size_t decode_groups(unsigned char **out, const unsigned char *s, size_t n)
{
	unsigned char *p = *out;
	size_t i = 0;

	for (; i + 4 <= n; i += 4, p += 3) {
		uint32_t group = places[0][s[i]] | places[1][s[i + 1]] | places[2][s[i + 2]] |
				 places[3][s[i + 3]];

		if (group & BAD_GROUP)
			break;
		group = htobe32(group << 8);
		memcpy(p, &group, 4); /* the fourth byte is written over, or beyond the end */
	}
	*out = p;
	return i;
}

bool base64_decode(struct base64 *b, struct buf *out, const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned char *p = (unsigned char *)buf_reserve(out, n / 4 * 3 + 8);
	bool ok = true;
	size_t i = 0;

	while (i < n && ok) {
		unsigned v;

		if (b->nbits == 0 && (i += decode_groups(&p, s + i, n - i)) == n)
			break;
		v = values[s[i++]];
		if (v < 64) {
			b->bits = (b->bits << 6 | v) & 0xffff;
			b->nbits += 6;
			if (b->nbits >= 8) {
				b->nbits -= 8;
				*p++ = (unsigned char)(b->bits >> b->nbits);
			}
		} else if (v == PAD) {
			ok = b->nbits < 6; /* six bits alone are no byte */
			b->nbits = 0;
		} else {
			ok = v == BLANK;
		}
	}
	out->len = (size_t)((char *)p - out->data);
	out->data[out->len] = '\0';
	return ok;
}

bool base64_is_complete(const struct base64 *b)
{
	return b->nbits < 6;
}
