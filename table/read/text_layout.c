/*
 * text_layout.c: see text_layout.h.
 *
 * The head's comments are passed by first. Each separator that there may be then reads the lines
 * below; one that the file's name promises and that fits is taken, else one by which all lines have
 * the same number of cells, two at least.
 */
#include "table/read/text_layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "table/read/text_rows.h"

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

/* --- lines, before it is known what is between the columns --- */

struct text_line {
	const char *s, *next; /* where it begins, and the next one */
	size_t n, line;
};

/* The line at s, which is not the end. */
static struct text_line line_at(const char *s, const char *end, size_t line)
{
	struct text_line l = {.s = s, .line = line};

	while (s + l.n < end && s[l.n] != '\n' && s[l.n] != '\r')
		l.n++;
	l.next = s + l.n;
	if (l.next < end)
		l.next += l.next + 1 < end && l.next[0] == '\r' && l.next[1] == '\n' ? 2 : 1;
	return l;
}

/* What stands above the rows. */
struct text_head {
	char separator;        /* of a line sep=; NUL: there is none */
	struct text_line last; /* of the comments; s NULL: there are none */
	struct text_line
	    names; /* the first comment without a blank behind its #, if no row comes */
	size_t comments;
	struct text_line first; /* of the rows; s NULL: there is none */
};

static bool is_sep_line(const struct text_line *l)
{
	return l->n >= 5 && l->n <= 7 && strncasecmp(l->s, "sep=", 4) == 0;
}

/* "#name", not "# text" or "#". */
static bool is_tight(const struct text_line *l)
{
	return l->n > 1 && l->s[0] == '#' && l->s[1] != ' ' && l->s[1] != '\t';
}

static struct text_head head_of(const struct layout_sample *s)
{
	const char *at = buf_str(&s->text), *end = at + s->text.len;
	struct text_head h = {0};

	for (size_t line = 1; at < end; line++) {
		struct text_line l = line_at(at, end, line);

		at = l.next;
		if (line == 1 && is_sep_line(&l)) {
			h.separator = l.s[4];
		} else if (l.n && *l.s == '#') {
			h.comments++;
			h.last = l;
			if (!h.names.s && is_tight(&l))
				h.names = l;
		} else if (l.n) {
			h.first = l;
			break;
		}
	}
	return h;
}

/* --- what is between the columns --- */

static const char separators[] = ",\t;| ";
#define SEPARATORS (sizeof(separators) - 1)

static const char *separator_words(char c)
{
	switch (c) {
	case ',': return "commas";
	case '\t': return "tabs";
	case ';': return "semicolons";
	case '|': return "bars";
	default: return "blanks";
	}
}

static bool is_table(const struct sample_rows *r)
{
	return r->n && r->even && r->at[0].n >= 2;
}

static bool cannot_tell(const struct sample_rows *r, struct error **err)
{
	const struct sample_row *row = &r->at[0];

	return error_set(err, EIO,
			 "line %zu may name one column, or %zu with blanks between (\"%.*s\", "
			 "\"%.*s\" …): put commas between the columns, or quotation marks around a "
			 "value with blanks",
			 row->line, row->n, NAME_SHOWN, row->cells[0], NAME_SHOWN, row->cells[1]);
}

/* NULL with *err. all[0] is the usual one's. */
static struct sample_rows *choose(struct sample_rows all[SEPARATORS], struct error **err)
{
	struct sample_rows *blanks = NULL;

	if (is_table(&all[0]))
		return &all[0];
	for (size_t i = 1; i < SEPARATORS; i++) {
		if (all[i].separator == ' ')
			blanks = &all[i];
		else if (is_table(&all[i]) && all[i].n > 1)
			return &all[i];
	}
	if (all[0].n && all[0].at[0].n >= 2)
		return &all[0];
	for (size_t i = 1; i < SEPARATORS; i++) /* names, and nothing below */
		if (&all[i] != blanks && is_table(&all[i]))
			return &all[i];
	if (!blanks || !is_table(blanks) || blanks->n < 2)
		return &all[0];
	if (blanks->has_number)
		return blanks;
	cannot_tell(blanks, err);
	return NULL;
}

/* The usual one first. */
static void read_by_each(struct sample_rows all[SEPARATORS], const struct layout_sample *s,
			 const struct text_head *h, char usual, bool whole)
{
	const char *from = h->first.s;
	size_t n = (size_t)(buf_str(&s->text) + s->text.len - from), i = 0;

	sample_rows_read(&all[i++], usual, from, n, h->first.line, whole);
	for (const char *c = separators; *c; c++)
		if (*c != usual && i < SEPARATORS)
			sample_rows_read(&all[i++], *c, from, n, h->first.line, whole);
}

/* --- which line has the names --- */

/* SDSS writes #Table1 above what it sends. */
static bool is_table_mark(const struct text_line *l)
{
	size_t i = 6;

	if (l->n < 7 || strncasecmp(l->s, "#Table", 6) != 0)
		return false;
	while (i < l->n && l->s[i] >= '0' && l->s[i] <= '9')
		i++;
	return i == l->n;
}

/* Whether the last comment is the line of names: "#ra,dec". */
static bool names_are_comment(const struct text_head *h, const struct sample_rows *r)
{
	struct sample_rows one;
	bool fits, types;

	if (!h->last.s || !is_tight(&h->last) || is_table_mark(&h->last))
		return false;
	sample_rows_read(&one, r->separator, h->last.s, h->last.n, h->last.line, true);
	fits = one.n == 1 && one.at[0].n == r->at[0].n;
	types = one.n == 1 && row_is_types(&one.at[0]);
	sample_rows_clear(&one);
	if (!fits || types)
		return false;
	if (r->at[0].data)
		return true;
	for (size_t i = 1; i < r->n && i <= LAYOUT_BELOW; i++)
		if (row_is_dashes(&r->at[i]))
			return false;
	return r->n < 2 || !r->at[1].data;
}

static bool has_row(const struct sample_rows *r, size_t i)
{
	return i < r->n && i < ROWS_KEPT;
}

/* A line of types, and the names under it, and then a row. */
static bool types_come_first(const struct sample_rows *r)
{
	return has_row(r, 2) && r->at[0].n >= 2 && row_is_types(&r->at[0]) && !r->at[1].data &&
	       !row_is_dashes(&r->at[1]);
}

static void find_below(struct text_layout *l, const struct sample_rows *r, size_t i)
{
	if (has_row(r, i) && row_is_dashes(&r->at[i])) {
		l->below[l->nbelow++] = LAYOUT_DASHES;
	} else if (has_row(r, i + 1) && row_is_dashes(&r->at[i + 1])) {
		l->below[l->nbelow++] = LAYOUT_UNITS;
		l->below[l->nbelow++] = LAYOUT_DASHES;
	} else if (has_row(r, i + 1) && r->at[i].n >= 2 && row_is_types(&r->at[i])) {
		l->below[l->nbelow++] = LAYOUT_TYPES;
	} else if (has_row(r, i + 1) && row_is_units(&r->at[i]) && r->at[i + 1].data) {
		l->below[l->nbelow++] = LAYOUT_UNITS;
	}
}

static void place(struct text_layout *l, const struct layout_sample *s, const char *at, size_t line)
{
	l->at = (size_t)(at - buf_str(&s->text));
	l->line = line;
}

static const char *start_of_line(const struct text_head *h, const struct layout_sample *s,
				 size_t line)
{
	const char *end = buf_str(&s->text) + s->text.len;
	struct text_line l = line_at(h->first.s, end, h->first.line);

	while (l.line < line && l.next < end)
		l = line_at(l.next, end, l.line + 1);
	return l.s;
}

static void tell(const struct text_layout *l, const struct sample_rows *r, char usual,
		 struct buf *notes)
{
	size_t line = l->line;

	if (l->separator != usual)
		buf_addf(notes, "columns are separated by %s\n", separator_words(l->separator));
	if (l->decimal_commas)
		buf_addf(notes, "decimal commas are read as points (line %zu)\n", r->comma_line);
	for (size_t i = 0; i < l->nbelow; i++) {
		line++;
		if (l->below[i] == LAYOUT_UNITS)
			buf_addf(notes, "line %zu holds units, not a row\n", line);
		else if (l->below[i] == LAYOUT_TYPES)
			buf_addf(notes, "line %zu holds types, not a row\n", line);
	}
}

static void find_names(struct text_layout *l, const struct layout_sample *s,
		       const struct text_head *h, const struct sample_rows *r)
{
	size_t names = types_come_first(r) ? 1 : 0;

	if (names_are_comment(h, r)) {
		place(l, s, h->last.s + 1, h->last.line);
		find_below(l, r, 0);
		return;
	}
	place(l, s, start_of_line(h, s, r->at[names].line), r->at[names].line);
	find_below(l, r, names + 1);
}

/* No row comes: "#ra,dec" may name the columns of a table without rows. */
static bool only_comments(const struct layout_sample *s, const struct text_head *h, char usual,
			  struct text_layout *l, struct error **err)
{
	if (!h->names.s)
		return error_set(
		    err, EIO, "there is no table: the first line must be the names of the columns");
	l->separator = usual;
	place(l, s, h->names.s + 1, h->names.line);
	return true;
}

bool text_layout_find(const struct layout_sample *s, char usual, bool all, struct text_layout *l,
		      struct buf *notes, struct error **err)
{
	struct sample_rows rows[SEPARATORS] = {0};
	struct text_head h = head_of(s);
	struct sample_rows *chosen;

	*l = (struct text_layout){.comments = h.comments > 0};
	if (h.separator)
		usual = h.separator;
	if (!h.first.s)
		return only_comments(s, &h, usual, l, err);
	read_by_each(rows, s, &h, usual, all);
	chosen = h.separator ? &rows[0] : choose(rows, err);
	if (chosen) {
		l->separator = chosen->separator;
		l->decimal_commas = chosen->comma && !chosen->point;
		if (chosen->n)
			find_names(l, s, &h, chosen);
		else
			place(l, s, h.first.s, h.first.line);
		tell(l, chosen, usual, notes);
	}
	for (size_t i = 0; i < SEPARATORS; i++)
		sample_rows_clear(&rows[i]);
	return chosen != NULL;
}
