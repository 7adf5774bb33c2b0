/*
 * text_layout.c: see text_layout.h.
 *
 * The head's comments are passed by first (text_head.h). Each separator that there may be then
 * reads the lines below, and one is chosen (text_separator.h). The names are the first of these
 * lines or a comment, whichever differs from the rows; the lines under them are judged by
 * text_below.h.
 */
#include "table/read/text_layout.h"

#include <errno.h>
#include <string.h>

#include "table/read/text_below.h"
#include "table/read/text_head.h"
#include "table/read/text_rows.h"
#include "table/read/text_separator.h"

#define ENOUGH_LINES 60
#define ENOUGH_BYTES (256u << 10)
#define NAME_SHOWN   80

bool layout_sample_add(struct layout_sample *s, const void *data, size_t n)
{
	buf_add(&s->text, data, n);
	while (s->scanned < s->text.len) {
		const char *from = s->text.data + s->scanned;
		size_t left = s->text.len - s->scanned, len = 0;

		while (len < left && from[len] != '\n' && from[len] != '\r')
			len++;
		if (len == left)
			break;
		s->lines += len && *from != '#';
		s->scanned += len + 1;
	}
	return s->lines >= ENOUGH_LINES || s->text.len >= ENOUGH_BYTES;
}

void layout_sample_reset(struct layout_sample *s)
{
	buf_reset(&s->text);
	s->scanned = s->lines = 0;
}

/* --- which line has the names --- */

/* A head, and how one separator has the lines below. */
struct layout_search {
	const struct text_head *head;
	const struct sample_rows *rows;
	struct text_layout *layout;
	struct buf *notes;
};

enum names_line { IN_FIRST, IN_COMMENT, IN_EITHER };

static bool same_cells(const struct sample_rows *r, const struct text_line *names)
{
	struct sample_rows one;
	bool same;

	sample_rows_read(&one, r->separator, names->s + 1, names->n - 1, names->line, true);
	same = one.n == 1;
	for (size_t i = 0; same && one.at[0].cells[i] && r->at[0].cells[i]; i++)
		same = strcmp(one.at[0].cells[i], r->at[0].cells[i]) == 0;
	sample_rows_clear(&one);
	return same;
}

/* Whether the first line or this comment, which has as many cells, has the names. */
static enum names_line names_in(const struct sample_rows *r, const struct text_line *comment,
				bool plain)
{
	bool tight = text_line_is_tight(comment);

	for (size_t i = 1; i < r->n && i <= LAYOUT_BELOW; i++)
		if (row_is_dashes(&r->at[i]))
			return IN_FIRST;
	if (!plain && !tight && r->at[0].n == 1)
		return IN_FIRST;
	if (r->at[0].value)
		return IN_COMMENT;
	if (same_cells(r, comment))
		return IN_FIRST;
	if (row_is_units(&r->at[0]) || row_is_types(&r->at[0]))
		return IN_COMMENT;
	if (text_row_differs(r, 0, 1) || (!plain && !tight))
		return IN_FIRST;
	return tight || r->at[0].n > 1 ? IN_COMMENT : IN_EITHER;
}

static void place(struct layout_search *l, const char *at, size_t line)
{
	l->layout->at = (size_t)(at - l->head->text);
	l->layout->line = line;
}

static const char *start_of_line(const struct text_head *h, size_t line)
{
	struct text_line l = text_line_at(h->first.s, h->end, h->first.line);

	while (l.line < line && l.next < h->end)
		l = text_line_at(l.next, h->end, l.line + 1);
	return l.s;
}

static bool find_below(struct layout_search *l, size_t row, struct error **err)
{
	struct text_layout *layout = l->layout;

	if (!text_below_find(l->rows, row, layout->below, &layout->nbelow, err))
		return false;
	for (size_t i = 0; i < layout->nbelow; i++) {
		size_t line = l->rows->at[row + i].line;

		if (layout->below[i] == LAYOUT_DASHES)
			layout->padded = true;
		else
			buf_addf(l->notes, "line %zu holds %s, not a row\n", line,
				 layout->below[i] == LAYOUT_UNITS ? "units" : "types");
	}
	return true;
}

static bool names_in_comment(struct layout_search *l, const struct text_line *comment,
			     struct error **err)
{
	const struct text_head *h = l->head;

	place(l, comment->s + 1, comment->line);
	l->layout->rows_at = (size_t)(h->first.s - h->text);
	l->layout->rows_line = h->first.line;
	if (!text_line_is_tight(comment))
		buf_addf(l->notes, "line %zu, which begins with #, names the columns\n",
			 comment->line);
	return find_below(l, 0, err);
}

static bool find_names(struct layout_search *l, struct error **err)
{
	const struct sample_rows *r = l->rows;
	struct text_line comment;
	enum names_line in = IN_FIRST;
	bool plain;
	size_t names;

	if (text_comment_names(l->head, r, &comment, &plain))
		in = names_in(r, &comment, plain);
	if (in == IN_COMMENT)
		return names_in_comment(l, &comment, err);
	if (in == IN_EITHER)
		return error_set(err, EIO,
				 "line %zu (\"%.*s\") may be the name of the column or a comment: "
				 "take the # out of it if it is the name, else take out the line",
				 comment.line,
				 (int)(comment.n < NAME_SHOWN ? comment.n : NAME_SHOWN), comment.s);
	names = text_types_come_first(r) ? 1 : 0;
	place(l, start_of_line(l->head, r->at[names].line), r->at[names].line);
	return find_below(l, names + 1, err);
}

/* No row comes: "#ra,dec" may name the columns of a table without rows. */
static bool only_comments(struct layout_search *l, struct error **err)
{
	if (!l->head->names.s)
		return error_set(
		    err, EIO, "there is no table: the first line must be the names of the columns");
	place(l, l->head->names.s + 1, l->head->names.line);
	return true;
}

static bool find_in_rows(struct layout_search *l, char usual, bool all, struct error **err)
{
	struct sample_rows rows[SEPARATORS] = {0};
	const struct text_head *h = l->head;
	struct sample_rows *chosen;
	bool ok;

	text_separators_read(rows, h, usual, all);
	chosen = h->separator ? &rows[0] : text_separator_choose(rows, h, err);
	ok = chosen != NULL;
	if (ok) {
		l->rows = chosen;
		l->layout->separator = chosen->separator;
		l->layout->boxed = chosen->boxed;
		if (chosen->separator != usual)
			buf_addf(l->notes, "columns are separated by %s\n",
				 separator_words(chosen->separator));
		if (chosen->n)
			ok = find_names(l, err);
		else
			place(l, h->first.s, h->first.line);
	}
	for (size_t i = 0; i < SEPARATORS; i++)
		sample_rows_clear(&rows[i]);
	return ok;
}

bool text_layout_find(const struct layout_sample *s, char usual, bool all, struct text_layout *l,
		      struct buf *notes, struct error **err)
{
	struct text_head h;
	struct layout_search search = {.head = &h, .layout = l, .notes = notes};

	text_head_of(&h, buf_str(&s->text), s->text.len);
	if (h.separator)
		usual = h.separator;
	*l = (struct text_layout){
	    .separator = usual, .comments = h.comments > 0, .marked = h.marked};
	if (h.ipac)
		return error_set(
		    err, EIO,
		    "line %zu begins an IPAC table, which cannot be read: save it as CSV, "
		    "FITS or VOTable, in Python by astropy's Table.read(…, "
		    "format=\"ipac\")",
		    h.ipac);
	return h.first.s ? find_in_rows(&search, usual, all, err) : only_comments(&search, err);
}
