/*
 * votable_scan.c: the rows of a VOTable, scanned by ourselves.
 *
 * libxml2 gets the document around the rows. It is fed tag by tag until it has seen <TABLEDATA> or
 * the <STREAM> of binary rows; from there on the bytes are ours until something comes that is
 * not plain. TABLEDATA is scanned row by row: <TR>, <TD>, characters, </TD>, <TD/>, </TR>, and
 * blanks between. A row with anything else (an entity, a comment, CDATA, a prefix, an attribute,
 * control characters, bad UTF-8) is odd: libxml2 reads it, and the next row is ours again. So what
 * is right and what is wrong is decided by libxml2 alone, and the values are made by the same code.
 *
 * A document in another encoding than UTF-8 goes through libxml2 as a whole.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/utf8.h"
#include "tap/number.h"
#include "tap/votable_inside.h"

#define ROW_MAX (1u << 20) /* bytes: a longer row is left to libxml2 */

enum scanned { ROW_WHOLE, ROW_PARTIAL, ROW_ODD };

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
static bool is_text(const char *s, size_t n)
{
	return utf8_is_valid(s, n) && !memmem(s, n, "\xef\xbf", 2);
}

static inline bool begins(const char *s, const char *end, const char *tag, size_t n)
{
	return (size_t)(end - s) >= n && memcmp(s, tag, n) == 0;
}

/* What a text was found to be. */
struct text {
	bool odd;      /* not plain */
	bool entities; /* with some of XML's own */
};

/* The length of one of XML's own entities that s begins with, and its character; 0 if it is none.
 */
static size_t entity(const char *s, const char *end, char *c)
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
static const char *text_end(const char *s, const char *end, struct text *t)
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
			t->odd = !ascii && !is_text(from, (size_t)(s - from));
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
			t->odd = !entity(s, end, &c);
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

static const char *skip_blanks(const char *s, const char *end)
{
	while (s < end && (*s == '\n' || *s == ' ' || *s == '\t' || *s == '\r'))
		s++;
	return s;
}

#define BEGINS(s, end, tag) begins(s, end, tag, sizeof(tag) - 1)

/* --- rows --- */

/*
 * The text with its entities as characters, in v->chars; `most` bytes are as many as the row can
 * still need of it, so that it does not move under the cells that are there already.
 */
static const char *with_entities(struct votable *v, const char *s, size_t *n, size_t most)
{
	const char *end = s + *n;
	size_t from = v->chars.len;
	char c;

	if (!from)
		buf_reserve(&v->chars, most);
	while (s < end) {
		size_t len = *s == '&' ? entity(s, end, &c) : 0;

		buf_addc(&v->chars, len ? c : *s);
		s += len ? len : 1;
	}
	*n = v->chars.len - from;
	return v->chars.data + from;
}

/* How many bytes at s can be handed on as they are; see table_sink.texts. 0: they must be read. */
static size_t plain_value(const struct field *f, const char *s)
{
	if (f->is_array || f->has_null)
		return 0;
	switch (f->type) {
	case DT_UNSIGNED_BYTE:
	case DT_SHORT:
	case DT_INT:
	case DT_LONG: return number_plain_int(s);
	case DT_FLOAT: return number_plain_float(s);
	case DT_DOUBLE: return number_plain_double(s);
	case DT_BOOLEAN: return memcmp(s, "true", 4) == 0 ? 4 : memcmp(s, "false", 5) == 0 ? 5 : 0;
	default: return 0;
	}
}

/* A cell whose value can be handed on as it is. */
static inline bool scan_plain(struct votable *v, size_t col, const char **s, const char *end)
{
	size_t n;

	if (!v->sink->texts || end - *s < NUMBER_PLAIN_ROOM + 5)
		return false;
	n = plain_value(&v->table.fields[col], *s);
	if (!n || memcmp(*s + n, "</TD>", 5) != 0)
		return false;
	row_as_text(&v->row, col, *s, n);
	*s += n + 5;
	return true;
}

/* One cell behind its <TD>; *s is behind its </TD> then. */
static enum scanned scan_cell(struct votable *v, size_t col, const char **s, const char *end)
{
	struct text t = {0};
	const char *close, *text = *s;
	size_t n;

	if (scan_plain(v, col, s, end))
		return ROW_WHOLE;
	close = text_end(text, end, &t);
	if (t.odd)
		return ROW_ODD;
	if (!close || end - close < 5)
		return ROW_PARTIAL;
	if (memcmp(close, "</TD>", 5) != 0)
		return ROW_ODD;
	n = (size_t)(close - text);
	if (t.entities)
		text = with_entities(v, text, &n, (size_t)(end - text));
	if (!tabledata_cell(&v->row, col, text, n))
		return ROW_ODD;
	*s = close + 5;
	return ROW_WHOLE;
}

/* The row at *s, which begins with <TR>; *s is behind it then. */
static enum scanned scan_row(struct votable *v, const char **s, const char *end)
{
	const char *p = *s + 4;
	size_t col = 0;

	row_start(&v->row);
	buf_reset(&v->chars);
	for (;; col++) {
		enum scanned cell;

		p = skip_blanks(p, end);
		if (col == v->table.nfields && BEGINS(p, end, "<TD"))
			return ROW_ODD; /* one too many */
		if (BEGINS(p, end, "<TD>")) {
			p += 4;
			cell = scan_cell(v, col, &p, end);
			if (cell != ROW_WHOLE)
				return cell;
		} else if (BEGINS(p, end, "<TD/>")) {
			p += 5;
			if (!tabledata_cell(&v->row, col, p, 0))
				return ROW_ODD;
		} else {
			break;
		}
	}
	if (!BEGINS(p, end, "</TR>"))
		return end - p < 5 ? ROW_PARTIAL : ROW_ODD;
	for (; col < v->table.nfields; col++)
		row_null(&v->row, col);
	*s = p + 5;
	return ROW_WHOLE;
}

/* Scans rows as long as they are plain and whole; *s is behind the last one. */
static enum scanned scan_rows(struct votable *v, const char **s, const char *end)
{
	enum scanned row = ROW_PARTIAL;
	const char *from = *s;

	for (;;) {
		const char *p = skip_blanks(*s, end);

		row = BEGINS(p, end, "<TR>") ? scan_row(v, &p, end)
		      : end - p < 4          ? ROW_PARTIAL
					     : ROW_ODD;
		if (row != ROW_WHOLE)
			break;
		*s = p;
		if (!votable_push_row(v))
			break;
	}
	xml_add_lines(v->xml, from, (size_t)(*s - from));
	return row;
}

/* --- between libxml2 and us --- */

/* libxml2 reads an odd row, or the end of the rows; what is no row at all, and all behind it. */
static const char *give_odd(struct votable *v, const char *s, const char *end)
{
	const char *p = skip_blanks(s, end);
	const char *to = NULL;

	if (BEGINS(p, end, "<TR")) {
		to = memmem(p, (size_t)(end - p), "</TR>", 5);
		to = to ? to + 5 : end;
	} else if (BEGINS(p, end, "</")) {
		to = memchr(p, '>', (size_t)(end - p));
		to = to ? to + 1 : end;
	} else {
		v->scan.off = true;
		to = end;
	}
	xml_feed(v->xml, s, (size_t)(to - s), NULL);
	return to;
}

static void give_rest(struct votable *v)
{
	xml_feed(v->xml, v->scan.row.data, v->scan.row.len, NULL);
	buf_reset(&v->scan.row);
}

/* The row that began in an earlier piece, with as much of this one as its end needs. */
static const char *scan_begun(struct votable *v, const char *s, const char *end)
{
	struct buf *begun = &v->scan.row;
	const char *to = memmem(s, (size_t)(end - s), "</TR>", 5);
	const char *p;
	enum scanned row;

	to = to ? to + 5 : end;
	buf_add(begun, s, (size_t)(to - s));
	p = begun->data;
	row = scan_rows(v, &p, begun->data + begun->len);
	buf_consume(begun, (size_t)(p - begun->data));
	if (row == ROW_ODD || begun->len > ROW_MAX)
		give_rest(v);
	return to;
}

static const char *tabledata(struct votable *v, const char *s, const char *end)
{
	enum scanned row;

	if (v->scan.row.len)
		return scan_begun(v, s, end);
	row = scan_rows(v, &s, end);
	if (row == ROW_ODD)
		return give_odd(v, s, end);
	if (row == ROW_PARTIAL)
		buf_add(&v->scan.row, s, (size_t)(end - s));
	return row == ROW_PARTIAL ? end : s;
}

/* Base64 up to the next tag. */
static const char *stream(struct votable *v, const char *s, const char *end)
{
	const char *to = memchr(s, '<', (size_t)(end - s));
	const char *tag = to ? to : end;

	if (memchr(s, '&', (size_t)(tag - s)) || (end - tag >= 2 && tag[1] != '/')) {
		v->scan.off = true; /* a reference, CDATA, a comment */
		return s;
	}
	if (tag > s) {
		votable_stream_text(v, s, (size_t)(tag - s));
		xml_add_lines(v->xml, s, (size_t)(tag - s));
		return tag;
	}
	to = memchr(s, '>', (size_t)(end - s));
	to = to ? to + 1 : end;
	xml_feed(v->xml, s, (size_t)(to - s), NULL);
	return to;
}

/* libxml2 reads one tag, or text. */
static const char *document(struct votable *v, const char *s, const char *end)
{
	const char *to = memchr(s, '>', (size_t)(end - s));
	enum place here;

	to = to ? to + 1 : end;
	xml_feed(v->xml, s, (size_t)(to - s), NULL);
	here = *votable_place(v);
	v->scan.off = (here == TABLEDATA || here == STREAM) && to[-1] == '>' &&
		      !xml_can_yield(v->xml); /* another encoding */
	return to;
}

bool votable_scan(struct votable *v, const char *s, size_t n, struct error **err)
{
	const char *end = s + n;

	while (s < end && !v->scan.off && v->stage != DONE && !xml_has_failed(v->xml)) {
		enum place here = *votable_place(v);

		if (here == TABLEDATA && xml_can_yield(v->xml))
			s = tabledata(v, s, end);
		else if (here == STREAM && xml_can_yield(v->xml))
			s = stream(v, s, end);
		else
			s = document(v, s, end);
	}
	return xml_feed(v->xml, s, (size_t)(end - s), err);
}

bool votable_scan_finish(struct votable *v, struct error **err)
{
	give_rest(v);
	return xml_finish(v->xml, err);
}
