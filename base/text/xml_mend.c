/* xml_mend.c: see xml_mend.h. */
#include "base/text/xml_mend.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/utf8.h"

#define DECLARATION_MAX 1024 /* bytes, blanks before it included */
#define ENTITY_MAX      12   /* bytes of "&#x10FFFF;" and the like */
#define MARK            "\xef\xbb\xbf"

#define NO_CHARACTER "\xef\xbf\xbd" /* U+FFFD */

/* What is done with the bytes at a place. */
struct mending {
	enum {
		KEEP,
		REPLACE,
		READ_BYTE, /* of Windows-1252 */
		AWAIT,     /* more has to come first */
	} how;
	size_t length;    /* of the bytes */
	const char *with; /* REPLACE */
};

/* --- the beginning --- */

/* The encoding that a declaration names; false: none. */
static bool declared_encoding(const char *s, const char *end, const char **name, size_t *n)
{
	const char *at = memmem(s, (size_t)(end - s), "encoding", 8);
	const char *quote = at ? at + 8 : end;

	while (quote < end && *quote != '"' && *quote != '\'')
		quote++;
	if (quote == end)
		return false;
	*name = quote + 1;
	at = memchr(*name, *quote, (size_t)(end - *name));
	*n = at ? (size_t)(at - *name) : 0;
	return at;
}

static bool names(const char *name, size_t n, const char *encoding)
{
	return n == strlen(encoding) && strncasecmp(name, encoding, n) == 0;
}

static bool is_of_wide_units(const char *name, size_t n)
{
	static const char *const begins[] = {"UTF-16", "UTF-32", "UCS", "ISO-10646-UCS", "EBCDIC"};

	for (size_t i = 0; i < sizeof(begins) / sizeof(*begins); i++)
		if (n >= strlen(begins[i]) && strncasecmp(name, begins[i], strlen(begins[i])) == 0)
			return true;
	return false;
}

/* A declaration that has come whole goes on, but for an encoding that promises less than comes. */
static void take_declaration(struct xml_mend *m, const char *s, const char *to)
{
	const char *name;
	size_t n;

	if (!declared_encoding(s, to, &name, &n) || names(name, n, "UTF-8")) {
		buf_add(&m->out, s, (size_t)(to - s));
	} else if (names(name, n, "US-ASCII") || names(name, n, "ASCII")) {
		buf_add(&m->out, s, (size_t)(name - s));
		buf_adds(&m->out, "UTF-8");
		buf_add(&m->out, name + n, (size_t)(to - name) - n);
	} else {
		m->is_bytes = true;
		if (is_of_wide_units(name, n))
			m->state = XML_AS_IS;
		buf_add(&m->out, s, (size_t)(to - s));
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * The document's first bytes. True once they can be judged: *s is behind the declaration then, or
 * where it would be.
 */
static bool begin(struct xml_mend *m, const char **s, const char *end, bool last)
{
	const char *p = *s, *to;

	if (!last && end - p < 2)
		return false;
	if (end - p >= 2 && (!p[0] || !p[1] || (unsigned char)*p >= 0xfe)) {
		m->state = XML_AS_IS;
		return true;
	}
	if (!last && end - p < 5 && (p == end || memcmp(p, MARK, 1) == 0))
		return false;
	if (end - p >= 3 && memcmp(p, MARK, 3) == 0)
		p += 3;
	while (p < end && is_blank(*p))
		p++;
	to = memmem(p, (size_t)(end - p), "?>", 2);
	if (!last && !to && end - *s < DECLARATION_MAX &&
	    memcmp(p, "<?xml", end - p < 5 ? (size_t)(end - p) : 5) == 0)
		return false;
	m->state = XML_TEXT;
	if (end - p >= 5 && memcmp(p, "<?xml", 5) == 0 && to) {
		take_declaration(m, p, to + 2);
		p = to + 2;
	}
	*s = p;
	return true;
}

/* --- one place --- */

static bool is_character(unsigned long c)
{
	return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c < 0xd800) ||
	       (c >= 0xe000 && c < 0xfffe) || (c >= 0x10000 && c <= 0x10ffff);
}

/* What "&#N;" or "&#xN;" stands for; 0 for what is no number. */
static unsigned long referred(const char *s, const char *end)
{
	bool hex = end - s > 2 && (s[2] == 'x' || s[2] == 'X');
	unsigned long code = 0;

	for (s += hex ? 3 : 2; s < end && *s != ';'; s++) {
		unsigned digit = isdigit((unsigned char)*s)
				     ? (unsigned)(*s - '0')
				     : (unsigned)(tolower((unsigned char)*s) - 'a' + 10);

		if (digit >= (hex ? 16u : 10u) || code > 0x10ffff)
			return 0;
		code = code * (hex ? 16 : 10) + digit;
	}
	return code;
}

/* One of XML's own five, between & and `;`: others stand in a DTD, which nobody fetches. */
static bool is_entity(const char *s, size_t n)
{
	static const char *const names_of_xml[] = {"amp", "lt", "gt", "quot", "apos"};

	for (size_t i = 0; i < sizeof(names_of_xml) / sizeof(*names_of_xml); i++)
		if (n == strlen(names_of_xml[i]) && memcmp(s, names_of_xml[i], n) == 0)
			return true;
	return *s == '#' && n > 1;
}

/* "&amp;", "&#38;", "&#x26;"; or an `&` */
static struct mending at_ampersand(const char *s, const char *end, bool last)
{
	const char *p = s + 1;

	if (p < end && *p == '#')
		p++;
	while (p < end && p - s < ENTITY_MAX && isalnum((unsigned char)*p))
		p++;
	if (p == end && p - s < ENTITY_MAX && !last)
		return (struct mending){.how = AWAIT};
	if (p == end || *p != ';' || !is_entity(s + 1, (size_t)(p - s) - 1))
		return (struct mending){REPLACE, 1, "&amp;"};
	if (s[1] == '#' && !is_character(referred(s, end)))
		return (struct mending){REPLACE, (size_t)(p + 1 - s), NO_CHARACTER};
	return (struct mending){KEEP, (size_t)(p + 1 - s), NULL};
}

static bool begins(const char *s, const char *end, const char *what, bool *may)
{
	size_t n = strlen(what), there = (size_t)(end - s) < n ? (size_t)(end - s) : n;
	bool is = memcmp(s, what, there) == 0;

	*may |= is && there < n;
	return is && there == n;
}

/* A tag, comment, CDATA section or instruction; or a `<` */
static struct mending at_bracket(struct xml_mend *m, const char *s, const char *end, bool last)
{
	bool may = false;
	unsigned char next;

	if (begins(s, end, "<!--", &may)) {
		m->state = XML_COMMENT;
		return (struct mending){KEEP, 4, NULL};
	}
	if (begins(s, end, "<![CDATA[", &may)) {
		m->state = XML_CDATA;
		return (struct mending){KEEP, 9, NULL};
	}
	if (may && !last)
		return (struct mending){.how = AWAIT};
	if (s + 1 == end) /* it is cut off */
		return (struct mending){KEEP, 1, NULL};
	next = (unsigned char)s[1];
	if (isalpha(next) || next >= 0x80 || (next && strchr("/!?_:", next)))
		return (struct mending){KEEP, 1, NULL};
	return (struct mending){REPLACE, 1, "&lt;"};
}

static struct mending at_high_byte(const struct xml_mend *m, const char *s, const char *end,
				   bool last)
{
	size_t n = m->is_bytes ? 1 : utf8_length((const unsigned char *)s, (size_t)(end - s));
	size_t whole = (unsigned char)*s >= 0xf0 ? 4 : (unsigned char)*s >= 0xe0 ? 3 : 2;

	if (n == 3 && memcmp(s, "\xef\xbf", 2) == 0 && (unsigned char)s[2] >= 0xbe)
		return (struct mending){REPLACE, 3, NO_CHARACTER}; /* U+FFFE, U+FFFF */
	if (n)
		return (struct mending){KEEP, n, NULL};
	if (!last && (size_t)(end - s) < whole && (unsigned char)*s >= 0xc2)
		return (struct mending){.how = AWAIT};
	return (struct mending){READ_BYTE, 1, NULL};
}

/* Within a comment or CDATA section: only its end, and what is no character, counts. */
static struct mending in_section(struct xml_mend *m, const char *s, const char *end, bool last)
{
	const char *over = m->state == XML_CDATA ? "]]>" : "-->";
	unsigned char c = (unsigned char)*s;
	bool may = false;

	if (c >= 0x80)
		return at_high_byte(m, s, end, last);
	if (begins(s, end, over, &may)) {
		m->state = XML_TEXT;
		return (struct mending){KEEP, 3, NULL};
	}
	if (may && !last)
		return (struct mending){.how = AWAIT};
	return (struct mending){is_character(c) ? KEEP : REPLACE, 1, NO_CHARACTER};
}

/* "]]>" may only end a CDATA section (XML 1.0 §2.4). */
static struct mending at_square_bracket(const char *s, const char *end, bool last)
{
	bool may = false;

	if (begins(s, end, "]]>", &may))
		return (struct mending){REPLACE, 3, "]]&gt;"};
	if (may && !last)
		return (struct mending){.how = AWAIT};
	return (struct mending){KEEP, 1, NULL};
}

static struct mending judge(struct xml_mend *m, const char *s, const char *end, bool last)
{
	unsigned char c = (unsigned char)*s;

	if (m->state != XML_TEXT)
		return in_section(m, s, end, last);
	if (c == '&')
		return at_ampersand(s, end, last);
	if (c == '<')
		return at_bracket(m, s, end, last);
	if (c == ']')
		return at_square_bracket(s, end, last);
	if (c >= 0x80)
		return at_high_byte(m, s, end, last);
	return (struct mending){is_character(c) ? KEEP : REPLACE, 1, NO_CHARACTER};
}

/* --- all of it --- */

static bool is_plain(char c)
{
	return (c >= 0x20 && c != '&' && c != '<' && c != ']') || c == '\n' || c == '\t' ||
	       c == '\r';
}

/* From s on; what was given out before it stands in m->out. Returns where it waits, or the end. */
static const char *mend(struct xml_mend *m, const char *s, const char *end, bool last)
{
	const char *given = s; /* up to which m->out has all */
	struct mending a;

	while (s < end) {
		while (s < end && m->state == XML_TEXT && is_plain(*s))
			s++;
		if (s == end)
			break;
		a = judge(m, s, end, last);
		if (a.how == AWAIT)
			break;
		if (a.how != KEEP) {
			buf_add(&m->out, given, (size_t)(s - given));
			if (a.how == REPLACE)
				buf_adds(&m->out, a.with);
			else
				utf8_add_byte(&m->out, (unsigned char)*s);
			given = s + a.length;
		}
		s += a.length;
	}
	if (m->out.len)
		buf_add(&m->out, given, (size_t)(s - given));
	return s;
}

const char *xml_mend(struct xml_mend *m, const char *s, size_t n, bool last, size_t *given)
{
	CLEANUP_BUF struct buf joined = BUF_INIT;
	const char *end, *from, *to;

	s = n ? s : "";
	end = s + n;
	buf_reset(&m->out);
	*given = 0;
	if (m->carry.len) {
		joined = m->carry;
		m->carry = (struct buf)BUF_INIT;
		buf_add(&joined, s, n);
		s = joined.data;
		end = s + joined.len;
	}
	if (m->state == XML_BEGINNING && !begin(m, &s, end, last)) {
		buf_add(&m->carry, s, (size_t)(end - s));
		return "";
	}
	from = s;
	to = m->state == XML_AS_IS ? end : mend(m, s, end, last);
	buf_add(&m->carry, to, (size_t)(end - to));
	if (!m->out.len && !joined.len) {
		*given = (size_t)(to - from);
		return from;
	}
	if (!m->out.len)
		buf_add(&m->out, from, (size_t)(to - from));
	*given = m->out.len;
	return buf_str(&m->out);
}

void xml_mend_clear(struct xml_mend *m)
{
	buf_free(&m->carry);
	buf_free(&m->out);
}
