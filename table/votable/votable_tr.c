/*
 * votable_tr.c: a row of TABLEDATA, scanned by ourselves.
 *
 * <TR>, <TD>, characters, </TD>, <TD/>, </TR>, and blanks between. A row with anything else (an
 * entity that is not one of XML's own, a comment, CDATA, a prefix, an attribute, control
 * characters, bad UTF-8, a cell that is no value) is odd.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/text/number.h"
#include "base/utf8.h"
#include "table/votable/votable_row.h"

/* --- characters --- */

/* Which of sixteen bytes may end a text or make it odd: < & ] a control character, no ASCII. */
static inline bytes16 special(bytes16 v)
{
	return (v == '<') | (v == '&') | (v == ']') | (v < 0x20) | (v >= 0x80);
}

/* The first such byte from s on, or one of the last fifteen. */
static inline const char *skip_plain(const char *s, const char *end)
{
	for (; end - s >= 16; s += 16) {
		uint32_t mask = bytes_mask(special(bytes_load(s)));

		if (mask)
			return s + __builtin_ctz(mask);
	}
	return s;
}

/* What XML allows beyond ASCII, but for U+FFFE and U+FFFF, which are rare enough to be odd. */
static bool is_xml_text(const char *s, size_t n)
{
	return utf8_is_valid(s, n) && !memmem(s, n, "\xef\xbf", 2);
}

/* What a text was found to be. */
struct td_text {
	bool odd;      /* not plain */
	bool entities; /* with some of XML's own */
};

/* The length of one of XML's own entities that s begins with, and its character; 0 if it is none.
 */
static size_t entity_length(const char *s, const char *end, char *c)
{
	static const struct {
		const char *name;
		size_t n;
		char c;
	} known[] = {{"&amp;", 5, '&'},
		     {"&lt;", 4, '<'},
		     {"&gt;", 4, '>'},
		     {"&quot;", 6, '"'},
		     {"&apos;", 6, '\''}};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (begins(s, end, known[i].name, known[i].n)) {
			*c = known[i].c;
			return known[i].n;
		}
	}
	return 0;
}

/* The `<` that ends a text; NULL if it does not come, or if the text is odd. */
static const char *td_text_end(const char *s, const char *end, struct td_text *t)
{
	const char *from = s;
	bool ascii = true;
	char c;

	for (;; s++) {
		s = skip_plain(s, end);
		if (s == end)
			return NULL;
		switch (*s) {
		case '<':
			t->odd = !ascii && !is_xml_text(from, (size_t)(s - from));
			return t->odd ? NULL : s;
		case '\t':
		case '\n': break;
		case ']':
			if (end - s >= 3 && memcmp(s, "]]>", 3) == 0)
				return t->odd = true, NULL;
			break;
		case '&':
			t->entities = true;
			if (end - s < 6) /* cannot be told yet */
				return NULL;
			t->odd = !entity_length(s, end, &c);
			if (t->odd)
				return NULL;
			break;
		default:
			if ((unsigned char)*s >= 0x80)
				ascii = false;
			else if ((unsigned char)*s < 0x20)
				return t->odd = true, NULL;
		}
	}
}

/* --- rows --- */

/*
 * The text with its entities as characters, in r->chars; `most` bytes are as many as the row can
 * still need of it, so that it does not move under the cells that are there already.
 */
static const char *with_entities(struct row *r, const char *s, size_t *n, size_t most)
{
	const char *end = s + *n;
	size_t from = r->chars.len;
	char c;

	if (!from)
		buf_reserve(&r->chars, most);
	while (s < end) {
		size_t len = *s == '&' ? entity_length(s, end, &c) : 0;

		buf_addc(&r->chars, len ? c : *s);
		s += len ? len : 1;
	}
	*n = r->chars.len - from;
	return r->chars.data + from;
}

/* An integer between these two; with `short_enough` characters it is. */
static size_t plain_int(const char *s, size_t short_enough, int64_t least, int64_t most)
{
	size_t n = number_plain_int(s);
	int64_t v = 0;

	if (n <= short_enough)
		return n;
	if (n > 11)
		return 0;
	for (size_t i = *s == '-'; i < n; i++)
		v = v * 10 + (s[i] - '0');
	v = *s == '-' ? -v : v;
	return v >= least && v <= most ? n : 0;
}

/* How many bytes at s can be handed on as they are; see table_sink.texts. 0: they must be read. */
static size_t plain_value(const struct field *f, const char *s)
{
	if (f->is_array || f->has_null)
		return 0;
	switch (f->type) {
	case DT_UNSIGNED_BYTE: return plain_int(s, 1, 0, UINT8_MAX);
	case DT_SHORT: return plain_int(s, 4, INT16_MIN, INT16_MAX);
	case DT_INT: return plain_int(s, 9, INT32_MIN, INT32_MAX);
	case DT_LONG: return number_plain_int(s);
	case DT_FLOAT: return number_plain_float(s);
	case DT_DOUBLE: return number_plain_double(s);
	case DT_BOOLEAN: return memcmp(s, "true", 4) == 0 ? 4 : memcmp(s, "false", 5) == 0 ? 5 : 0;
	default: return 0;
	}
}

/* A cell whose value can be handed on as it is. */
static inline bool scan_plain(struct row *r, size_t col, const char **s, const char *end)
{
	size_t n;

	if (!r->texts || end - *s < NUMBER_PLAIN_ROOM + 5)
		return false;
	n = plain_value(&r->table->fields[col], *s);
	if (!n || memcmp(*s + n, "</TD>", 5) != 0)
		return false;
	row_as_text(r, col, *s, n);
	*s += n + 5;
	return true;
}

/* One cell behind its <TD>; *s is behind its </TD> then. */
static enum scanned scan_cell(struct row *r, size_t col, const char **s, const char *end)
{
	struct td_text t = {0};
	const char *close, *text = *s;
	size_t n;

	if (scan_plain(r, col, s, end))
		return ROW_WHOLE;
	close = td_text_end(text, end, &t);
	if (t.odd)
		return ROW_ODD;
	if (!close || end - close < 5)
		return ROW_PARTIAL;
	if (memcmp(close, "</TD>", 5) != 0)
		return ROW_ODD;
	n = (size_t)(close - text);
	if (t.entities)
		text = with_entities(r, text, &n, (size_t)(end - text));
	if (!tabledata_cell(r, col, text, n))
		return ROW_ODD;
	*s = close + 5;
	return ROW_WHOLE;
}

enum scanned tabledata_row(struct row *r, const char **s, const char *end)
{
	const char *p = skip_blanks(*s, end);
	size_t col = 0;

	if (!BEGINS(p, end, "<TR>"))
		return end - p < 4 ? ROW_PARTIAL : ROW_ODD;
	p += 4;
	row_start(r);
	buf_reset(&r->chars);
	for (;; col++) {
		enum scanned cell;

		p = skip_blanks(p, end);
		if (col == r->table->nfields && BEGINS(p, end, "<TD"))
			return ROW_ODD; /* one too many */
		if (BEGINS(p, end, "<TD>")) {
			p += 4;
			cell = scan_cell(r, col, &p, end);
			if (cell != ROW_WHOLE)
				return cell;
		} else if (BEGINS(p, end, "<TD/>")) {
			p += 5;
			if (!tabledata_cell(r, col, p, 0))
				return ROW_ODD;
		} else {
			break;
		}
	}
	if (!BEGINS(p, end, "</TR>"))
		return end - p < 5 ? ROW_PARTIAL : ROW_ODD;
	for (; col < r->table->nfields; col++)
		row_null(r, col);
	*s = p + 5;
	return ROW_WHOLE;
}
