/*
 * advice_place.c: where in the query a mistake is; see advice.h.
 *
 * Places are those of the text as it was sent. Lines and columns count from 1, but for ANTLR's
 * columns and pyparsing's characters, which count from 0.
 */
#include <ctype.h>
#include <string.h>

#include "base/text/match.h"
#include "tap/query/advice_inside.h"

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

	if (!from || !text_match_numbers(from, "^.{0,60}\\[\\[ *([0-9]+), *([0-9]+)", n) || !n[0])
		return false;
	*p = (struct text_place){n[0], n[1] + 1};
	word = strchr(strstr(from, "[["), '"');
	if (!query || !word)
		return true;
	len = strcspn(++word, "\\\"");
	there = query + text_place_offset(query, *p);
	return strncasecmp(there, word, len) == 0 || !memmem(query, strlen(query), word, len);
}

static bool begins_word(const char *query, unsigned offset)
{
	struct text_place p;
	const char *s;

	if (!text_place_of(query, offset, &p))
		return false;
	s = query + text_place_offset(query, p);
	return *s && !isspace((unsigned char)*s) &&
	       (s == query || !isalnum((unsigned char)*s) || !isalnum((unsigned char)s[-1]));
}

/* "at position 7": from 0, or from 1 where only then a word begins there. */
static bool position_place(const char *message, const char *query, struct text_place *p)
{
	unsigned n[2];

	if (!text_match_numbers(message, "at position:? ([0-9]+)", n))
		return false;
	if (n[0] && !begins_word(query, n[0]) && begins_word(query, n[0] - 1))
		n[0]--;
	return text_place_of(query, n[0], p);
}

static bool line_place(const char *message, struct text_place *p)
{
	unsigned n[2];

	if (text_match_numbers(message, "line[ :]*([0-9]+)[,; ]+col(umn)?[. :]*", n)) {
		const char *pattern = "line[ :]*([0-9]+)[,; ]+column[. :]*([0-9]+)";

		if (!text_match_numbers(message, pattern, n))
			text_match_numbers(message, "line[ :]*([0-9]+)[,; ]+col[. :]*([0-9]+)", n);
	} else if (text_match_numbers(message, "line ([0-9]+):([0-9]+) ", n)) { /* ANTLR: from 0 */
		n[1]++;
	} else if (!text_match_numbers(message, "\\[l\\.([0-9]+) c\\.([0-9]+)",
				       n)) { /* the CDS's */
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
	if (text_match_numbers(message, "\\(at char ([0-9]+)\\)", n)) /* pyparsing, from 0 */
		return text_place_of(query, n[0], p);
	if (position_place(message, query, p))
		return true;
	/* PostgreSQL, and its driver for Java */
	if (text_match_numbers(message, "(at character|position:) ([0-9]+)", n) && n[1])
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
	if (!text_has_line(a->query, p.line))
		return;
	line = a->query + text_place_offset(a->query, (struct text_place){p.line, 1});
	n = strcspn(line, "\r\n");
	buf_addf(b, "Line %u of the %s:\n\n    %.*s\n    ", p.line,
		 p.line == sent.line ? "query"
				     : "file (the service counts without what is not sent of it)",
		 (int)n, line);
	for (size_t i = 0; i < n && p.column > 1; i++) {
		if (!text_begins_character(line[i]))
			continue;
		buf_addc(b, line[i] == '\t' ? '\t' : ' ');
		p.column--;
	}
	buf_adds(b, "^\n");
}
