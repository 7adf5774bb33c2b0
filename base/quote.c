/* quote.c: text as a cell of CSV or as text of XML; see quote.h. */
#include "base/quote.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"

/* RFC 4180 §2.6 */
static bytes16 wants_quotes(bytes16 v)
{
	return (v == ',') | (v == '"') | (v == '\n') | (v == '\r');
}

static bool needs_no_quotes(const char *s, size_t n)
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

	if (needs_no_quotes(s, n)) {
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
