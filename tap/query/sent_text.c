/* sent_text.c: see sent_text.h. */
#include "tap/query/sent_text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text/list.h"
#include "base/text/sql.h"
#include "tap/query/directives.h"

struct sent_making {
	struct sent_text to;
	struct buf text;
	const char *query;
	bool strip_comments;
};

/* From..to of the file is sent, but for blanks that nothing stands before. */
static void keep(struct sent_making *m, const char *from, const char *to)
{
	const struct sent_piece *last = m->to.n ? &m->to.pieces[m->to.n - 1] : NULL;
	size_t at;

	while (!m->text.len && from < to && isspace((unsigned char)*from))
		from++;
	if (from == to)
		return;
	at = (size_t)(from - m->query);
	if (!last || at - last->file != m->text.len - last->sent)
		*LIST_ADD(m->to.pieces, m->to.n) = (struct sent_piece){m->text.len, at};
	buf_add(&m->text, from, (size_t)(to - from));
}

/* A comment of many lines parts words, as a blank does. */
static void keep_comment(struct sent_making *m, const char *from, const char *to)
{
	if (!m->strip_comments)
		keep(m, from, to);
	else if (*from == '/' && m->text.len)
		buf_addc(&m->text, ' ');
}

/* Behind all but blanks, comments and `;`. */
static const char *statement_end(const char *p)
{
	const char *end = p;

	while (*(p = sql_skip_blank(p))) {
		bool over = *p == ';';

		p = *p == '\'' || *p == '"' ? sql_skip_quoted(p, NULL) : p + 1;
		if (!over)
			end = p;
	}
	return end;
}

static const char *keep_head(struct sent_making *m, const char *p)
{
	struct head_line l;

	while (directives_next_line(&p, &l)) {
		if (l.directive)
			continue;
		if (l.comment)
			keep_comment(m, l.from, l.end);
		keep(m, l.comment ? l.end : l.from, p);
	}
	return p;
}

static void keep_body(struct sent_making *m, const char *p)
{
	const char *tail = statement_end(p);

	while (*p) {
		const char *end = sql_skip_comment(p);

		if (end > p) {
			keep_comment(m, p, end);
		} else {
			end = *p == '\'' || *p == '"' ? sql_skip_quoted(p, NULL) : p + 1;
			if (p < tail || *p != ';')
				keep(m, p, end);
		}
		p = end;
	}
}

struct sent_text sent_text_of(const char *query, bool strip_comments)
{
	struct sent_making m = {.query = query, .strip_comments = strip_comments};

	keep_body(&m, keep_head(&m, query));
	m.to.text = buf_steal(&m.text);
	return m.to;
}

void sent_text_clear(struct sent_text *s)
{
	free(s->text);
	free(s->pieces);
	*s = (struct sent_text){0};
}

struct text_place sent_text_place(const struct sent_text *s, const char *query, struct text_place p)
{
	size_t offset = text_place_offset(s->text, p), i = s->n;

	while (i > 1 && s->pieces[i - 1].sent > offset)
		i--;
	if (!i)
		return p;
	offset = s->pieces[i - 1].file + (offset - s->pieces[i - 1].sent);
	text_place_of(query, text_characters(query, offset), &p);
	return p;
}
