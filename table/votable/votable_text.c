/*
 * votable_text.c: strings of binary rows, to UTF-8.
 *
 * `char` is ASCII by the standard and UTF-8 in practice (VOTable 1.5 §2.1);
 * bytes that are no UTF-8 are taken as Latin-1. `unicodeChar` is UCS-2, big
 * endian, but servers send surrogate pairs. A NUL ends a string before its
 * length does. Blanks at the end of a single string stay, as in STILTS.
 */
#include <string.h>

#include "base/utf8.h"
#include "table/votable/votable_row.h"

static uint32_t unit(const unsigned char *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static void add_unicode(struct buf *out, const unsigned char *p, size_t n)
{
	char *to = buf_reserve(out, n * UTF8_MAX);

	for (size_t i = 0; i < n; i++) {
		uint32_t c = unit(p + 2 * i);

		if (c >= 0xd800 && c < 0xe000) {
			uint32_t low = c < 0xdc00 && i + 1 < n ? unit(p + 2 * i + 2) : 0;

			if (low >= 0xdc00 && low < 0xe000) { /* else half a pair */
				c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
				i++;
			}
		}
		to = utf8_put(to, c);
	}
	out->len = (size_t)(to - out->data);
	*to = '\0';
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

static void add_chars(struct row *r, const unsigned char *p, size_t n, bool wide)
{
	if (wide) {
		add_unicode(&r->text, p, n);
		return;
	}
	r->spoiled = r->spoiled || !utf8_is_valid(p, n);
	utf8_add_text(&r->text, p, n);
}

static void add_char_list(struct row *r, size_t col, const unsigned char *p, size_t n, bool wide)
{
	size_t width = r->table->fields[col].string_len;
	size_t count = 0;

	row_text_begin(r, col);
	for (size_t i = 0; i < n; i += width, count++) {
		const unsigned char *s = p + i * (wide ? 2 : 1);
		size_t from = r->text.len;

		add_chars(r, s, until_nul(s, n - i < width ? n - i : width, wide), wide);
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
		add_char_list(r, col, p, n, wide);
		return;
	}
	n = until_nul(p, n, wide);
	if (!wide && utf8_is_valid(p, n)) {
		row_string(r, col, (const char *)p, n);
		return;
	}
	row_text_begin(r, col);
	add_chars(r, p, n, wide);
	row_text_end(r, col, 1);
}
