/* text_decode.c: see text_decode.h. */
#include "table/read/text_decode.h"

#include <string.h>

#include "base/utf8.h"

#define MARK_MAX 3 /* bytes of a byte order mark */

static void add_unit(struct text_decode *d, uint16_t unit, struct buf *out)
{
	if (d->high && unit >= 0xdc00 && unit < 0xe000) {
		utf8_add(out, 0x10000 + (((uint32_t)d->high - 0xd800) << 10) + (unit - 0xdc00u));
		d->high = 0;
		return;
	}
	if (d->high)
		utf8_add(out, 0xfffd);
	d->high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
	if (!d->high)
		utf8_add(out, unit);
}

static void add_utf16(struct text_decode *d, const unsigned char *s, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (!d->has_odd) {
			d->odd = s[i];
			d->has_odd = true;
			continue;
		}
		d->has_odd = false;
		add_unit(d,
			 d->as == DECODE_UTF16LE ? (uint16_t)(d->odd | s[i] << 8)
						 : (uint16_t)(d->odd << 8 | s[i]),
			 out);
	}
}

static void add_decoded(struct text_decode *d, const void *data, size_t n, struct buf *out)
{
	if (d->as == DECODE_PLAIN)
		buf_add(out, data, n);
	else
		add_utf16(d, data, n, out);
}

/* How many bytes of a mark the text begins with. */
static size_t find_mark(struct text_decode *d)
{
	const char *s = buf_str(&d->start);
	size_t n = d->start.len;

	d->as = DECODE_PLAIN;
	if (n >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		return 3;
	if (n >= 2 && memcmp(s, "\xff\xfe", 2) == 0)
		d->as = DECODE_UTF16LE;
	else if (n >= 2 && memcmp(s, "\xfe\xff", 2) == 0)
		d->as = DECODE_UTF16BE;
	return d->as == DECODE_PLAIN ? 0 : 2;
}

void text_decode(struct text_decode *d, const void *data, size_t n, bool end, struct buf *out)
{
	size_t mark;

	if (d->as != DECODE_BEGIN) {
		add_decoded(d, data, n, out);
	} else {
		buf_add(&d->start, data, n);
		if (d->start.len < MARK_MAX && !end)
			return;
		mark = find_mark(d);
		add_decoded(d, buf_str(&d->start) + mark, d->start.len - mark, out);
		buf_free(&d->start);
	}
	if (end && (d->has_odd || d->high))
		utf8_add(out, 0xfffd);
}

void text_decode_clear(struct text_decode *d)
{
	buf_free(&d->start);
	*d = (struct text_decode){0};
}
