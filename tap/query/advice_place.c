/*
 * advice_place.c: where in the query a mistake is; see advice.h.
 *
 * Places are those of the text as it was sent. Lines and columns count from 1, but for ANTLR's
 * columns and pyparsing's characters, which count from 0.
 */
#include <ctype.h>
#include <string.h>

#include "tap/query/advice_inside.h"

/* Where that character (from 0) of the text stands; NULL: after its end. */
static const char *char_at(const char *query, unsigned offset)
{
	for (; *query; query++) {
		if (((unsigned char)*query & 0xc0) == 0x80)
			continue;
		if (!offset--)
			return query;
	}
	return NULL;
}

/* What stands there; NULL: there is no such place in the text. */
static const char *text_at(const char *query, struct text_place p)
{
	const char *s = query;
	size_t line;

	for (unsigned i = 1; i < p.line && s; i++) {
		s = strchr(s, '\n');
		s = s ? s + 1 : NULL;
	}
	if (!s)
		return NULL;
	line = strcspn(s, "\r\n");
	for (size_t i = 0; i <= line; i++) {
		if (((unsigned char)s[i] & 0xc0) == 0x80)
			continue;
		if (--p.column == 0)
			return s + i;
	}
	return NULL;
}

/*
 * Daiquiri's parser: `positions: [[1, 7, "FRM"]]`, as ANTLR counts: lines from 1, columns from 0,
 * and the word. What cannot be found in the query where it should be is of the SQL that Daiquiri
 * made of it.
 */
static bool antlr_place(const char *message, const char *query, struct text_place *p)
{
	unsigned n[2];
	const char *from = strcasestr(message, "positions");
	const char *word, *there;
	size_t len;

	if (!from || !match_numbers(from, "^.{0,60}\\[\\[ *([0-9]+), *([0-9]+)", n) || !n[0])
		return false;
	*p = (struct text_place){n[0], n[1] + 1};
	word = strchr(strstr(from, "[["), '"');
	if (!query || !word)
		return true;
	len = strcspn(++word, "\\\"");
	there = text_at(query, *p);
	return (there && strncasecmp(there, word, len) == 0) ||
	       !memmem(query, strlen(query), word, len);
}

static bool begins_word(const char *query, unsigned offset)
{
	const char *s = char_at(query, offset);

	return s && !isspace((unsigned char)*s) &&
	       (s == query || !isalnum((unsigned char)*s) || !isalnum((unsigned char)s[-1]));
}

/* "at position 7": from 0, or from 1 where only then a word begins there. */
static bool position_place(const char *message, const char *query, struct text_place *p)
{
	unsigned n[2];

	if (!match_numbers(message, "at position:? ([0-9]+)", n))
		return false;
	if (n[0] && !begins_word(query, n[0]) && begins_word(query, n[0] - 1))
		n[0]--;
	return text_place_of(query, n[0], p);
}

static bool line_place(const char *message, struct text_place *p)
{
	unsigned n[2];

	if (match_numbers(message, "line[ :]*([0-9]+)[,; ]+col(umn)?[. :]*", n)) {
		const char *pattern = "line[ :]*([0-9]+)[,; ]+column[. :]*([0-9]+)";

		if (!match_numbers(message, pattern, n))
			match_numbers(message, "line[ :]*([0-9]+)[,; ]+col[. :]*([0-9]+)", n);
	} else if (match_numbers(message, "line ([0-9]+):([0-9]+) ", n)) { /* ANTLR: from 0 */
		n[1]++;
	} else if (!match_numbers(message, "\\[l\\.([0-9]+) c\\.([0-9]+)", n)) { /* the CDS's */
		return false;
	}
	*p = (struct text_place){n[0], n[1]};
	return n[0] && n[1];
}

bool advice_place(const char *message, const char *query, struct text_place *p)
{
	unsigned n[2];

	if (antlr_place(message, query, p) || line_place(message, p))
		return true;
	if (!query)
		return false;
	if (match_numbers(message, "\\(at char ([0-9]+)\\)", n)) /* pyparsing, from 0 */
		return text_place_of(query, n[0], p);
	if (position_place(message, query, p))
		return true;
	/* PostgreSQL, and its driver for Java */
	if (match_numbers(message, "(at character|position:) ([0-9]+)", n) && n[1])
		return text_place_of(query, n[1] - 1, p);
	return false;
}

void advise_place(struct buf *b, const struct advice_on *a)
{
	struct text_place p, sent;
	const char *line;
	size_t n;

	if (!a->query || !advice_place(a->message, a->sent ? a->sent->text : a->query, &sent))
		return;
	p = a->sent ? sent_text_place(a->sent, a->query, sent) : sent;
	line = text_at(a->query, (struct text_place){p.line, 1});
	if (!line)
		return;
	n = strcspn(line, "\r\n");
	buf_addf(b, "Line %u of the %s:\n\n    %.*s\n    ", p.line,
		 p.line == sent.line ? "query"
				     : "file (the service counts without what is not sent of it)",
		 (int)n, line);
	for (size_t i = 0; i < n && p.column > 1; i++) {
		if (((unsigned char)line[i] & 0xc0) == 0x80)
			continue;
		buf_addc(b, line[i] == '\t' ? '\t' : ' ');
		p.column--;
	}
	buf_adds(b, "^\n");
}
