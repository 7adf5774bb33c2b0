/*
 * votable_text.c: strings of binary rows, to UTF-8.
 *
 * `char` is ASCII by the standard and UTF-8 in practice (VOTable 1.5 §2.1);
 * bytes that are no UTF-8 are taken as Latin-1. `unicodeChar` is UCS-2, big
 * endian, but servers send surrogate pairs. A NUL ends a string before its
 * length does. Blanks at the end of a single string stay, as in STILTS.
 */
#include <string.h>

#include "tap/votable_row.h"

/* Bytes of the UTF-8 sequence at s, 0 if it is none (RFC 3629 §4). */
static size_t sequence(const unsigned char *s, size_t n)
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

static bool is_utf8(const unsigned char *s, size_t n)
{
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
		len = sequence(s + i, n - i);
		if (!len)
			return false;
		i += len;
	}
	return true;
}

static void add_code(struct buf *out, uint32_t c)
{
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

static void add_chars(struct buf *out, const unsigned char *s, size_t n)
{
	if (is_utf8(s, n)) {
		buf_add(out, s, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		add_code(out, s[i]);
}

static uint32_t unit(const unsigned char *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static void add_unicode(struct buf *out, const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t c = unit(p + 2 * i);

		if (c >= 0xd800 && c < 0xe000) {
			uint32_t low = c < 0xdc00 && i + 1 < n ? unit(p + 2 * i + 2) : 0;

			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				i++;
			} else {
				c = 0xfffd; /* half a pair */
			}
		}
		add_code(out, c);
	}
}

/* Characters before the first NUL. */
static size_t until_nul(const unsigned char *p, size_t n, bool wide)
{
	const unsigned char *nul;
	size_t i = 0;

	if (!wide) {
		nul = n ? memchr(p, '\0', n) : NULL;
		return nul ? (size_t)(nul - p) : n;
	}
	while (i < n && unit(p + 2 * i))
		i++;
	return i;
}

static void add_string(struct row *r, const unsigned char *p, size_t n, bool wide)
{
	if (wide)
		add_unicode(&r->text, p, n);
	else
		add_chars(&r->text, p, n);
}

static void add_list(struct row *r, size_t col, const unsigned char *p, size_t n, bool wide)
{
	size_t width = r->table->fields[col].string_len;
	size_t count = 0;

	row_text_begin(r, col);
	for (size_t i = 0; i < n; i += width, count++) {
		const unsigned char *s = p + i * (wide ? 2 : 1);
		size_t from = r->text.len;

		add_string(r, s, until_nul(s, n - i < width ? n - i : width, wide), wide);
		while (r->text.len > from && r->text.data[r->text.len - 1] == ' ')
			r->text.len--;
		buf_addc(&r->text, '\0');
	}
	row_text_end(r, col, count);
}

void binary_text(struct row *r, size_t col, const unsigned char *p, size_t n)
{
	const struct field *f = &r->table->fields[col];
	bool wide = f->type == DT_UNICODE_CHAR;

	if (f->is_array) {
		add_list(r, col, p, n, wide);
		return;
	}
	n = until_nul(p, n, wide);
	if (!wide && is_utf8(p, n)) {
		row_string(r, col, (const char *)p, n);
		return;
	}
	row_text_begin(r, col);
	add_string(r, p, n, wide);
	row_text_end(r, col, 1);
}
