/* utf8.c: text that is said to be UTF-8, and may not be; see utf8.h. */
#include "base/utf8.h"

#include <string.h>

size_t utf8_length(const unsigned char *s, size_t n)
{
	size_t len = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;

	if (s[0] > 0xf4 || len > n)
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

bool utf8_is_valid(const void *text, size_t n)
{
	const unsigned char *s = text;
	size_t i = 0;
	uint64_t eight;

	while (i < n) {
		size_t len;

		for (; i + 8 <= n; i += 8) { /* mostly it is ASCII */
			memcpy(&eight, s + i, 8);
			if (eight & 0x8080808080808080)
				break;
		}
		if (i == n)
			break;
		len = utf8_length(s + i, n - i);
		if (!len)
			return false;
		i += len;
	}
	return true;
}

void utf8_add(struct buf *out, uint32_t c)
{
	if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		c = 0xfffd;
	if (c < 0x80) {
		buf_addc(out, (char)c);
	} else if (c < 0x800) {
		buf_addc(out, (char)(0xc0 | c >> 6));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else if (c < 0x10000) {
		buf_addc(out, (char)(0xe0 | c >> 12));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	} else {
		buf_addc(out, (char)(0xf0 | c >> 18));
		buf_addc(out, (char)(0x80 | (c >> 12 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		buf_addc(out, (char)(0x80 | (c & 0x3f)));
	}
}

void utf8_add_text(struct buf *out, const void *text, size_t n)
{
	const unsigned char *s = text;

	if (utf8_is_valid(s, n)) {
		buf_add(out, s, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		utf8_add(out, s[i]);
}
