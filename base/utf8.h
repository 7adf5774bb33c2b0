/* utf8.h: text that is said to be UTF-8, and may not be. */
#ifndef TAPFS_BASE_UTF8_H
#define TAPFS_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Bytes of the character that s begins with (n > 0 bytes are there); 0 if it is none (RFC 3629 §4).
 */
size_t utf8_length(const unsigned char *s, size_t n);
/* RFC 3629 §4; a NUL is as good as any other byte. */
bool utf8_is_valid(const void *s, size_t n);
/* The character that s begins with (n > 0 bytes are there), and its bytes; U+FFFD and 1 for none.
 */
uint32_t utf8_next(const unsigned char *s, size_t n, size_t *len);
/* Places that a character takes on a terminal: 0, 1 or 2 (Unicode 15, UAX #11). */
unsigned utf8_width(uint32_t code);
#define UTF8_MAX 4 /* bytes of a character */

/* Puts a character to p and returns where it ends; what is none (a surrogate) becomes U+FFFD. */
static inline char *utf8_put(char *p, uint32_t c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	if (c < 0x80) {
		*p++ = (char)c;
	} else if (c < 0x800) {
		*p++ = (char)(0xc0 | c >> 6);
		*p++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*p++ = (char)(0xe0 | c >> 12);
		*p++ = (char)(0x80 | (c >> 6 & 0x3f));
		*p++ = (char)(0x80 | (c & 0x3f));
	} else {
		*p++ = (char)(0xf0 | c >> 18);
		*p++ = (char)(0x80 | (c >> 12 & 0x3f));
		*p++ = (char)(0x80 | (c >> 6 & 0x3f));
		*p++ = (char)(0x80 | (c & 0x3f));
	}
	return p;
}
/* One character; what is none (a surrogate) becomes U+FFFD. */
void utf8_add(struct buf *, uint32_t code);
/* What a byte is in Windows-1252, which has all of Latin-1's letters. */
void utf8_add_byte(struct buf *, unsigned char);
/* The text as it is if it is UTF-8, else from Windows-1252. */
void utf8_add_text(struct buf *, const void *s, size_t n);

#endif
