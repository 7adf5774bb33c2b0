/* buf.c: a growing string of bytes; see buf.h. */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/utf8.h"

void buf_grow(struct buf *b, size_t n)
{
	size_t need = b->len + n + 1;
	size_t cap = b->cap ? b->cap : 64;

	while (cap < need)
		cap += cap / 2 + 64;
	b->data = xrealloc(b->data, cap);
	b->cap = cap;
}

void buf_add(struct buf *b, const void *data, size_t n)
{
	char *at = buf_reserve(b, n);

	if (n)
		memcpy(at, data, n);
	at[n] = '\0';
	b->len += n;
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	char small[256];
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	if (n >= 0 && (size_t)n < sizeof(small)) {
		buf_add(b, small, (size_t)n);
	} else if (n >= 0) {
		char *at = buf_reserve(b, (size_t)n);

		vsnprintf(at, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

/* RFC 4180 §2.6 */
static bytes16 wants_quotes(bytes16 v)
{
	return (v == ',') | (v == '"') | (v == '\n') | (v == '\r');
}

static bool is_plain(const char *s, size_t n)
{
	size_t i = 0;

	if (n < 16)
		return n == 0 || !bytes_any(wants_quotes(bytes_few(s, n)));
	for (; i + 16 <= n; i += 16)
		if (bytes_any(wants_quotes(bytes_load(s + i))))
			return false;
	return !bytes_any(wants_quotes(bytes_load(s + n - 16)));
}

void buf_add_csv(struct buf *b, const char *s, size_t n)
{
	size_t from = 0;

	if (is_plain(s, n)) {
		buf_add(b, s, n);
		return;
	}
	buf_addc(b, '"');
	for (size_t i = 0; i < n; i++) {
		if (s[i] != '"')
			continue;
		buf_add(b, s + from, i + 1 - from);
		from = i; /* the quote is copied once more with what follows */
	}
	buf_add(b, s + from, n - from);
	buf_addc(b, '"');
}

void buf_add_xml(struct buf *b, const char *s, size_t n)
{
	const char *end = s + n;
	size_t len;

	for (; s < end; s += len) {
		unsigned char c = (unsigned char)*s;

		len = utf8_length((const unsigned char *)s, (size_t)(end - s));
		/* U+FFFE and U+FFFF are UTF-8 and yet not allowed in XML 1.0. */
		if (len > 1 &&
		    (len != 3 || memcmp(s, "\xef\xbf\xbe", 2) != 0 || (unsigned char)s[2] < 0xbe)) {
			buf_add(b, s, len);
			continue;
		}
		len = len ? len : 1;
		switch (c) {
		case '&': buf_adds(b, "&amp;"); break;
		case '<': buf_adds(b, "&lt;"); break;
		case '>': buf_adds(b, "&gt;"); break;
		case '"': buf_adds(b, "&quot;"); break;
		case '\r': buf_adds(b, "&#13;"); break;
		case '\t':
		case '\n': buf_addc(b, (char)c); break;
		default: /* XML 1.0 has no other control characters */
			buf_addc(b, c < 0x20 || c > 0x7f ? '?' : (char)c);
		}
	}
}

void buf_add_xml_attribute(struct buf *b, const char *name, const char *value)
{
	size_t n;

	if (!value)
		return;
	buf_addf(b, " %s=\"", name);
	/* A line break in an attribute would be read as a blank. */
	for (const char *s = value; *s; s += n) {
		n = strcspn(s, "\n\t");
		buf_add_xml(b, s, n);
		if (!n)
			buf_addf(b, "&#%d;", s[n++]);
	}
	buf_addc(b, '"');
}

void buf_consume(struct buf *b, size_t n)
{
	if (n >= b->len) {
		buf_reset(b);
		return;
	}
	memmove(b->data, b->data + n, b->len - n);
	b->len -= n;
	b->data[b->len] = '\0';
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	if (b->data)
		b->data[0] = '\0';
}

void buf_free(struct buf *b)
{
	free(b->data);
	*b = (struct buf)BUF_INIT;
}

char *buf_steal(struct buf *b)
{
	char *data = b->data ? b->data : xstrdup("");

	*b = (struct buf)BUF_INIT;
	return data;
}

const char *buf_str(const struct buf *b)
{
	return b->data ? b->data : "";
}
