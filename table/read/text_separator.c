/*
 * text_separator.c: see text_separator.h.
 *
 * A separator fits if all lines have the same number of cells by it, two at least. If several fit,
 * one that tears no brackets or quotation marks apart is taken, then the tab, then one by which a
 * comment has as many cells; if none is left alone, both readings are told.
 */
#include "table/read/text_separator.h"

#include <errno.h>
#include <string.h>

#include "table/read/text_below.h"

#define NAME_SHOWN 80

/* Blanks and colons stand within values, too. */
static const char separators[] = ",\t;| :";

const char *separator_words(char c)
{
	switch (c) {
	case ',': return "commas";
	case '\t': return "tabs";
	case ';': return "semicolons";
	case '|': return "bars";
	case ':': return "colons";
	default: return "blanks";
	}
}

void text_separators_read(struct sample_rows all[SEPARATORS], const struct text_head *h, char usual,
			  bool whole)
{
	size_t n = (size_t)(h->end - h->first.s), i = 0;

	sample_rows_read(&all[i++], usual, h->first.s, n, h->first.line, whole);
	for (const char *c = separators; *c; c++)
		if (*c != usual && i < SEPARATORS)
			sample_rows_read(&all[i++], *c, h->first.s, n, h->first.line, whole);
}

/* --- comments --- */

static bool is_word(const char *s)
{
	size_t n = strcspn(s, " ([");

	n += strspn(s + n, " ");
	return n && (!s[n] || (strchr("([", s[n]) && strchr(")]", s[strlen(s) - 1])));
}

static bool may_be_names(const struct sample_rows *one, size_t n, bool *plain)
{
	const struct sample_row *row = &one->at[0];

	if (one->n != 1 || row->n != n || row->value || row_is_types(row))
		return false;
	*plain = true;
	for (char **c = row->cells; *c; c++)
		*plain = *plain && is_word(*c);
	return true;
}

bool text_comment_names(const struct text_head *h, const struct sample_rows *r,
			struct text_line *names, bool *plain)
{
	const char *at = h->text;
	bool found = false;

	*plain = false;
	for (size_t line = 1; at < h->first.s; line++) {
		struct text_line l = text_line_at(at, h->end, line);
		struct sample_rows one;
		bool words;

		at = l.next;
		if (!l.n || *l.s != '#' || text_is_table_mark(l.s, l.n))
			continue;
		sample_rows_read(&one, r->separator, l.s + 1, l.n - 1, line, true);
		if (may_be_names(&one, r->at[0].n, &words) && (words || !*plain)) {
			*names = l;
			*plain = words;
			found = true;
		}
		sample_rows_clear(&one);
	}
	return found;
}

static bool has_comment(const struct text_head *h, const struct sample_rows *r)
{
	struct text_line names;
	bool plain;

	return text_comment_names(h, r, &names, &plain) && plain;
}

/* --- those that fit --- */

static bool is_table(const struct sample_rows *r)
{
	return r->n && r->even && (r->at[0].n >= 2 || r->boxed);
}

/* A bracket or a quotation mark that has its other half in another cell. */
static bool is_torn(const char *s)
{
	int round = 0, square = 0;
	bool quoted = false;

	for (; *s; s++) {
		round += *s == '(' ? 1 : *s == ')' ? -1 : 0;
		square += *s == '[' ? 1 : *s == ']' ? -1 : 0;
		quoted = quoted != (*s == '"');
	}
	return round || square || quoted;
}

static bool tears(const struct text_head *h, const struct sample_rows *r)
{
	(void)h;
	for (size_t i = 0; i < r->n; i++)
		for (char **c = r->at[i].cells; *c; c++)
			if (is_torn(*c))
				return true;
	return false;
}

/* Leaves those of which this is so (or not), if there are any. */
static size_t keep_those(struct sample_rows **fit, size_t n, const struct text_head *h,
			 bool (*is)(const struct text_head *, const struct sample_rows *),
			 bool wanted)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		left += is(h, fit[i]) == wanted;
	if (!left || left == n)
		return n;
	left = 0;
	for (size_t i = 0; i < n; i++)
		if (is(h, fit[i]) == wanted)
			fit[left++] = fit[i];
	return left;
}

static bool is_by_tabs(const struct text_head *h, const struct sample_rows *r)
{
	(void)h;
	return r->separator == '\t';
}

static bool is_boxed(const struct text_head *h, const struct sample_rows *r)
{
	(void)h;
	return r->boxed;
}

static struct sample_rows *choose_of(struct sample_rows **fit, size_t n, const struct text_head *h,
				     struct error **err)
{
	const struct sample_row *a, *b;

	n = keep_those(fit, n, h, is_boxed, true);
	n = keep_those(fit, n, h, tears, false);
	n = keep_those(fit, n, h, is_by_tabs, true);
	n = keep_those(fit, n, h, has_comment, true);
	if (n == 1)
		return fit[0];
	a = &fit[0]->at[0];
	b = &fit[1]->at[0];
	error_set(
	    err, EIO,
	    "line %zu may name %zu columns with %s between (\"%.*s\", \"%.*s\" …), or %zu with "
	    "%s (\"%.*s\", \"%.*s\" …): put quotation marks around the values that have one "
	    "of these in them",
	    a->line, a->n, separator_words(fit[0]->separator), NAME_SHOWN, a->cells[0], NAME_SHOWN,
	    a->cells[1], b->n, separator_words(fit[1]->separator), NAME_SHOWN, b->cells[0],
	    NAME_SHOWN, b->cells[1]);
	return NULL;
}

/* --- none fits --- */

static size_t rows_like_the_first(const struct sample_rows *r)
{
	size_t like = 0;

	for (size_t i = 1; i < r->n; i++)
		like += r->at[i].n == r->at[0].n;
	return like;
}

/* The names are several by it, and so is some line below, or none is read to its end. */
static bool is_ragged(const struct sample_rows *r)
{
	if (!r->n || r->at[0].n < 2)
		return false;
	for (size_t i = 1; i < r->n; i++)
		if (r->at[i].n >= 2)
			return true;
	return r->n == 1;
}

static struct sample_rows *cannot_tell(struct sample_rows *r, struct error **err)
{
	const struct sample_row *row = &r->at[0];
	const char *words = separator_words(r->separator);

	error_set(
	    err, EIO,
	    "line %zu may name one column, or %zu with %s between (\"%.*s\", \"%.*s\" …): put "
	    "commas between the columns, or quotation marks around a value with %s",
	    row->line, row->n, words, NAME_SHOWN, row->cells[0], NAME_SHOWN, row->cells[1], words);
	return NULL;
}

/* By the usual one there is one column: blanks, or colons, may be between several all the same. */
static struct sample_rows *choose_blanks(struct sample_rows *usual, struct sample_rows *r,
					 const struct text_head *h, struct error **err)
{
	size_t like = rows_like_the_first(r);

	if (!r->n || r->at[0].n < 2)
		return usual;
	if (r->separator == ' ' && r->even && (r->has_number || r->at[0].value) &&
	    has_comment(h, r))
		return r;
	if (r->separator == ' ' && r->broken && like + 1 == r->n)
		return r;
	if (r->n < 2 || (!r->even && (2 * like < r->n - 1 || !r->has_number || r->broken)))
		return usual;
	return r->separator == ' ' && r->has_number ? r : cannot_tell(r, err);
}

struct sample_rows *text_separator_choose(struct sample_rows all[SEPARATORS],
					  const struct text_head *h, struct error **err)
{
	struct sample_rows *fit[SEPARATORS], *chosen = &all[0], *ragged = NULL;
	size_t n = 0;

	for (size_t i = 0; i < SEPARATORS; i++) {
		if (i && strchr(" :", all[i].separator))
			continue;
		if (is_table(&all[i]) && all[i].n > 1)
			fit[n++] = &all[i];
		if (is_ragged(&all[i]) &&
		    (!ragged || rows_like_the_first(&all[i]) > rows_like_the_first(ragged)))
			ragged = &all[i];
	}
	if (n)
		return n == 1 ? fit[0] : choose_of(fit, n, h, err);
	if (all[0].n && all[0].at[0].n >= 2)
		return &all[0];
	if (ragged)
		return ragged;
	for (size_t i = 1; i < SEPARATORS && chosen == &all[0]; i++)
		if (strchr(" :", all[i].separator))
			chosen = choose_blanks(&all[0], &all[i], h, err);
	return chosen;
}
