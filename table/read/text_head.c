/* text_head.c: see text_head.h. */
#include "table/read/text_head.h"

#include <string.h>
#include <strings.h>

struct text_line text_line_at(const char *s, const char *end, size_t line)
{
	struct text_line l = {.s = s, .line = line};

	while (s + l.n < end && s[l.n] != '\n' && s[l.n] != '\r')
		l.n++;
	l.next = s + l.n;
	if (l.next < end)
		l.next += l.next + 1 < end && l.next[0] == '\r' && l.next[1] == '\n' ? 2 : 1;
	return l;
}

/* Of a line sep=; of Excel's, with or without quotation marks; NUL: it is none. */
static char sep_of(const struct text_line *l)
{
	const char *s = l->s;
	size_t n = l->n;

	if (n > 2 && *s == '"' && s[n - 1] == '"')
		s++, n -= 2;
	return n >= 5 && n <= 7 && strncasecmp(s, "sep=", 4) == 0 ? s[4] : '\0';
}

bool text_line_is_tight(const struct text_line *l)
{
	return l->n > 1 && l->s[0] == '#' && l->s[1] != ' ' && l->s[1] != '\t';
}

bool text_is_table_mark(const char *s, size_t n)
{
	size_t i = 6;

	if (n < 7 || strncasecmp(s, "#Table", 6) != 0)
		return false;
	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	return i == n;
}

/*
 * Lines that begin with a backslash and then one with a bar, or such lines and then one that begins
 * with a blank and has none.
 */
static size_t ipac_line(const struct text_head *h)
{
	struct text_line l = h->first;
	bool backslash = false;

	for (; *l.s == '\\' && l.next < h->end; l = text_line_at(l.next, h->end, l.line + 1))
		backslash = true;
	if (*l.s != '|' || backslash)
		return *l.s == '|' ? l.line : 0;
	while (*l.s == '|' && l.next < h->end)
		l = text_line_at(l.next, h->end, l.line + 1);
	return l.n && *l.s == ' ' && !memchr(l.s, '|', l.n) ? h->first.line : 0;
}

void text_head_of(struct text_head *h, const char *text, size_t n)
{
	const char *at = text;

	*h = (struct text_head){.text = text, .end = text + n};
	for (size_t line = 1; at < h->end; line++) {
		struct text_line l = text_line_at(at, h->end, line);

		at = l.next;
		if (line == 1 && sep_of(&l)) {
			h->separator = sep_of(&l);
		} else if (l.n && *l.s == '#') {
			if (!h->comments++)
				h->marked = text_is_table_mark(l.s, l.n);
			if (!h->names.s && text_line_is_tight(&l))
				h->names = l;
		} else if (l.n) {
			h->first = l;
			h->ipac = ipac_line(h);
			break;
		}
	}
}
