/* quote.c: text as a cell of CSV or TSV, or as text of XML; see quote.h. */
#include "base/quote.h"

#include <stdbool.h>
#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"

/*
 * What may ask for quotation marks: separators, marks, control characters, and the first byte of a
 * character that some readers take for a line end.
 */
static bytes16 may_want_quotes(bytes16 v)
{
	return (v == ',') | (v == '"') | (v < 0x20) | (v == 0xc2) | (v == 0xe2);
}

static bool is_plain(const char *s, size_t n)
{
	size_t i = 0;

	if (n < 16)
		return !bytes_any(may_want_quotes(bytes_few(s, n)));
	for (; i + 16 <= n; i += 16)
		if (bytes_any(may_want_quotes(bytes_load(s + i))))
			return false;
	return !bytes_any(may_want_quotes(bytes_load(s + n - 16)));
}

/*
 * Python's str.splitlines(), and so astropy, ends lines there; a cell that is quoted stays in one
 * row, though astropy has LF in it then.
 */
static bool is_line_end(const char *s, size_t n)
{
	switch ((unsigned char)*s) {
	case '\n':
	case '\v':
	case '\f':
	case '\r':
	case 0x1c:
	case 0x1d:
	case 0x1e: return true;
	case 0xc2: return n > 1 && s[1] == '\x85'; /* U+0085 */
	case 0xe2: return n > 2 && s[1] == '\x80' && (s[2] == '\xa8' || s[2] == '\xa9');
	default: return false;
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Bytes of the blank at s, as Python's str.isspace() has them; 0: there is none. */
static size_t blank_length(const char *s, size_t n)
{
	static const char *const wide[] = {"\xe1\x9a\x80", "\xe2\x80\xaf", "\xe2\x81\x9f",
					   "\xe3\x80\x80"};
	unsigned char c = (unsigned char)*s;

	if (is_blank(*s) || c == 0x1f || is_line_end(s, n))
		return c < 0x80 ? 1 : c == 0xc2 ? 2 : 3;
	if (n > 1 && c == 0xc2 && s[1] == '\xa0')
		return 2;
	if (n > 2 && memcmp(s, "\xe2\x80", 2) == 0 && (unsigned char)s[2] <= 0x8a)
		return 3;
	for (size_t i = 0; n > 2 && i < sizeof(wide) / sizeof(*wide); i++)
		if (memcmp(s, wide[i], 3) == 0)
			return 3;
	return 0;
}

/* astropy takes a line of such cells for an empty one, unless they are quoted. */
static bool is_all_blank(const char *s, size_t n)
{
	size_t len;

	for (; n; s += len, n -= len) {
		len = blank_length(s, n);
		if (!len)
			return false;
	}
	return true;
}

static bool is_separated(const char *s, size_t n, char separator)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] == separator || (s[i] == '"' && (separator == ',' || !i)) ||
		    is_line_end(s + i, n - i))
			return true;
	return false;
}

/* astropy and R take what begins so for a comment, with blanks before or without. */
static bool is_comment(const char *s, size_t n)
{
	while (n && is_blank(*s))
		s++, n--;
	return n && *s == '#';
}

void buf_add_quoted(struct buf *b, const char *s, size_t n)
{
	size_t from = 0;

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

static bool begins_line(const struct buf *b)
{
	return !b->len || b->data[b->len - 1] == '\n';
}

void buf_add_csv(struct buf *b, const char *s, size_t n)
{
	/* Blanks at the ends are cut by stilts and others where the cell is not quoted. */
	if (n && (is_blank(*s) || is_blank(s[n - 1]) || (*s == '#' && begins_line(b)) ||
		  is_all_blank(s, n) || (!is_plain(s, n) && is_separated(s, n, ','))))
		buf_add_quoted(b, s, n);
	else
		buf_add(b, s, n);
}

void buf_add_tsv(struct buf *b, const char *s, size_t n)
{
	/* astropy's fast reader of TSV sees a comment in any cell, to the end of the line. */
	if (n && (is_comment(s, n) || is_all_blank(s, n) ||
		  (!is_plain(s, n) && is_separated(s, n, '\t'))))
		buf_add_quoted(b, s, n);
	else
		buf_add(b, s, n);
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
