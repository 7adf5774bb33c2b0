/* utf8.c: text that is said to be UTF-8, and may not be; see utf8.h. */
#include "base/utf8.h"

#include <string.h>

#include "base/bytes.h"

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

/* Mostly it is ASCII: how many bytes from s on are. */
static inline size_t ascii_length(const unsigned char *s, size_t n)
{
	size_t i = 0;

	if (n < 16)
		return n && !bytes_any(bytes_few(s, n) >= 0x80) ? n : 0;
	for (; i + 16 <= n; i += 16)
		if (bytes_any(bytes_load(s + i) >= 0x80))
			return i;
	return bytes_any(bytes_load(s + n - 16) >= 0x80) ? i : n;
}

bool utf8_is_valid(const void *text, size_t n)
{
	const unsigned char *s = text;
	size_t i = ascii_length(s, n);

	while (i < n) {
		size_t len = utf8_length(s + i, n - i);

		if (!len)
			return false;
		i += len;
		if (n - i >= 16)
			i += ascii_length(s + i, n - i);
	}
	return true;
}

uint32_t utf8_next(const unsigned char *s, size_t n, size_t *len)
{
	static const unsigned char first[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	uint32_t c;

	*len = utf8_length(s, n);
	if (!*len) {
		*len = 1;
		return 0xfffd;
	}
	c = s[0] & first[*len];
	for (size_t i = 1; i < *len; i++)
		c = c << 6 | (s[i] & 0x3f);
	return c;
}

struct code_range {
	uint32_t first, last;
};

static bool is_in_ranges(const struct code_range *ranges, size_t n, uint32_t c)
{
	for (size_t i = 0; i < n && ranges[i].first <= c; i++)
		if (c <= ranges[i].last)
			return true;
	return false;
}

unsigned utf8_width(uint32_t c)
{
	static const struct code_range none[] = {
	    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},  {0x0610, 0x061a},
	    {0x064b, 0x065f}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},  {0x200b, 0x200f},
	    {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20f0},  {0xfe00, 0xfe0f},
	    {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0xe0100, 0xe01ef}};
	static const struct code_range wide[] = {
	    {0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},  {0x3400, 0x4dbf},
	    {0x4e00, 0xa4cf},   {0xa960, 0xa97c},   {0xac00, 0xd7a3},  {0xf900, 0xfaff},
	    {0xfe30, 0xfe6f},   {0xff00, 0xff60},   {0xffe0, 0xffe6},  {0x1f300, 0x1f64f},
	    {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

	if (c < 0x300)
		return 1;
	if (is_in_ranges(none, sizeof(none) / sizeof(*none), c))
		return 0;
	return is_in_ranges(wide, sizeof(wide) / sizeof(*wide), c) ? 2 : 1;
}

void utf8_add(struct buf *out, uint32_t c)
{
	out->len = (size_t)(utf8_put(buf_reserve(out, UTF8_MAX), c) - out->data);
	out->data[out->len] = '\0';
}

/* Windows-1252 where it differs from Latin-1; what it leaves open is as there. */
static uint32_t from_cp1252(unsigned char c)
{
	static const uint16_t upper[] = {
	    0x20ac, 0x81,   0x201a, 0x192,  0x201e, 0x2026, 0x2020, 0x2021, 0x2c6,  0x2030, 0x160,
	    0x2039, 0x152,  0x8d,   0x17d,  0x8f,   0x90,   0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
	    0x2013, 0x2014, 0x2dc,  0x2122, 0x161,  0x203a, 0x153,  0x9d,   0x17e,  0x178};

	return c >= 0x80 && c < 0xa0 ? upper[c - 0x80] : c;
}

void utf8_add_byte(struct buf *out, unsigned char byte)
{
	utf8_add(out, from_cp1252(byte));
}

void utf8_add_text(struct buf *out, const void *text, size_t n)
{
	const unsigned char *s = text;

	if (utf8_is_valid(s, n)) {
		buf_add(out, s, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		utf8_add_byte(out, s[i]);
}
