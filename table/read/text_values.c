/* text_values.c: the rows of a CSV, TSV or ECSV; see table_text.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/xml.h"
#include "base/utf8.h"
#include "table/read/table_ecsv.h"
#include "table/read/table_text.h"
#include "table/read/text_rows.h"

bool refuse_text_cell(const struct text_reader *r, size_t col, const struct text_cell *c,
		      const char *what, struct error **err)
{
	const char *name = col < r->table.nfields ? r->table.fields[col].name : NULL;

	return error_set(err, EIO, "line %zu, column %zu%s%s%s: %s", c->line, col + 1,
			 name ? " (" : "", name ? name : "", name ? ")" : "", what);
}

static bool is_ascii(const struct text_cell *c)
{
	for (size_t i = 0; i < c->n; i++)
		if ((unsigned char)c->s[i] >= 0x80)
			return false;
	return true;
}

bool text_check(struct text_reader *r, size_t col, const struct text_cell *c, struct error **err)
{
	CLEANUP_FREE char *what = NULL;
	bool utf8;

	if (is_ascii(c))
		return true;
	utf8 = utf8_is_valid(c->s, c->n);
	if (!utf8 && r->kind == TABLE_ECSV)
		return refuse_text_cell(r, col, c, "this is not UTF-8, which an ECSV must be", err);
	if (utf8 && !r->utf8_line)
		r->utf8_line = c->line;
	if (!utf8 && !r->other_line)
		r->other_line = c->line;
	if (!r->utf8_line || !r->other_line)
		return true;
	what =
	    xasprintf("letters are in two encodings: line %zu is UTF-8 and line %zu is not; save "
		      "the file as UTF-8",
		      r->utf8_line, r->other_line);
	return refuse_text_cell(r, col, c, what, err);
}

struct text_cell text_in_utf8(struct text_reader *r, const struct text_cell *c)
{
	size_t from = r->text.len;

	if (!r->other_line || is_ascii(c))
		return *c;
	utf8_add_text(&r->text, c->s, c->n);
	return (struct text_cell){buf_str(&r->text) + from, r->text.len - from, c->line};
}

static bool may_have_commas(const struct text_reader *r)
{
	return r->kind != TABLE_ECSV && r->layout.separator != ',';
}

void text_row_begins(struct text_reader *r, const struct text_cell *cells, size_t n)
{
	size_t bytes = 1;

	buf_reset(&r->text);
	for (size_t i = 0; i < n; i++)
		bytes += cells[i].n * UTF8_MAX;
	if (r->other_line || may_have_commas(r))
		buf_reserve(&r->text, bytes);
}

static bool is_nan(const struct text_cell *c)
{
	const char *s = c->s;
	size_t n = c->n;

	xml_trim(&s, &n);
	return n == 3 && strncasecmp(s, "nan", 3) == 0;
}

/* A word for what is missing, in a column of numbers; Gaia's ECSV writes null. */
static bool is_missing(const struct text_reader *r, const struct field *f,
		       const struct text_cell *c)
{
	if (datatype_is_text(f->type))
		return f->xtype && r->kind != TABLE_ECSV && null_word(c->s, c->n) >= 0;
	return (r->kind != TABLE_ECSV && datatype_is_integer(f->type) && is_nan(c)) ||
	       (!f->is_array && null_word(c->s, c->n) >= 0);
}

/* 10,5 as 10.5; anything else as it is. */
static struct text_cell with_point(struct text_reader *r, const struct text_cell *c)
{
	char *point = r->text.data + r->text.len;

	if (!is_decimal_comma(c->s, c->n))
		return *c;
	buf_add(&r->text, c->s, c->n);
	*(char *)memchr(point, ',', c->n) = '.';
	return (struct text_cell){point, c->n, c->line};
}

/* Why a cell is no value of its column. Caller owns. */
static char *no_value(const struct field *f, const struct text_cell *c)
{
	int shown = (int)(c->n < 60 ? c->n : 60);

	return xasprintf("\"%.*s\" is no value of type %s%s%s", shown, c->s, datatype_name(f->type),
			 f->is_array ? ", array of " : "", f->is_array ? f->arraysize : "");
}

/* One that text_in_utf8 has made, whose place the next cell needs. */
static void keep_text(struct row *r, size_t col, const struct text_cell *c)
{
	row_text_begin(r, col);
	buf_add(&r->text, c->s, c->n);
	row_text_end(r, col, 1);
}

bool text_row_parse(struct text_reader *r, const struct text_cell *cells, struct error **err)
{
	row_start(&r->row);
	for (size_t i = 0; i < r->table.nfields; i++) {
		const struct field *f = &r->table.fields[i];
		struct text_cell c = text_in_utf8(r, &cells[i]);
		struct text_cell lost = {.line = c.line};
		CLEANUP_FREE char *what = NULL;

		if (is_missing(r, f, &c)) {
			row_null(&r->row, i);
			continue;
		}
		while (r->layout.padded && datatype_is_text(f->type) && c.n && c.s[c.n - 1] == ' ')
			c.n--;
		if (c.s != cells[i].s && datatype_is_text(f->type) && !f->is_array) {
			keep_text(&r->row, i, &c);
			continue;
		}
		if (r->decimal_commas && datatype_is_real(f->type))
			c = with_point(r, &c);
		if (ecsv_cell(&r->row, i, c.s, c.n, &lost)) {
			if (lost.s && !r->second)
				column_guess_lost_add(&r->guesses[i], f->type, lost.line, lost.s,
						      lost.n);
			continue;
		}
		what = no_value(f, &c);
		return refuse_text_cell(r, i, &c, what, err);
	}
	return true;
}

/* Of a column whose type the ECSV tells: what is still to be known of it. */
static void measure(struct text_reader *r, size_t col, const struct cell *c)
{
	const struct field *f = &r->table.fields[col];
	struct column_guess *g = &r->guesses[col];

	g->missing = g->missing || c->null;
	if (c->null)
		return;
	if (datatype_is_text(f->type)) {
		const char *end = c->s + c->len;
		size_t chars = 0;

		for (const char *s = c->s; s < end; s++) {
			g->wide = g->wide || (unsigned char)*s >= 0x80;
			chars = *s ? chars + (((unsigned char)*s & 0xc0) != 0x80) : 0;
			if (chars > r->longest[col])
				r->longest[col] = chars;
		}
	} else if (datatype_is_integer(f->type)) {
		for (size_t i = 0; i < c->count; i++) {
			if (c->element_null && c->element_null[i]) {
				g->missing = g->hole = true;
				continue;
			}
			g->min = c->i[i] < g->min ? c->i[i] : g->min;
			g->max = c->i[i] > g->max ? c->i[i] : g->max;
		}
	}
}

/* A number with a comma is guessed as one with a point, which may turn out to be wrong. */
static struct text_cell look_for_comma(struct text_reader *r, size_t col, const struct text_cell *c)
{
	struct decimal_marks *d = &r->decimals[col];
	struct text_cell plain = with_point(r, c);

	if (plain.s != c->s)
		d->comma = d->comma ? d->comma : c->line;
	else if (!d->point && memchr(c->s, '.', c->n) && (column_guess_of(c->s, c->n) & MAY_REAL))
		d->point = c->line;
	return plain;
}

bool text_row_guess(struct text_reader *r, const struct text_cell *cells, struct error **err)
{
	const struct cell *values;

	for (size_t i = 0; i < r->table.nfields; i++) {
		if (!text_check(r, i, &cells[i], err))
			return false;
		if (r->kind != TABLE_ECSV) {
			struct text_cell c = cells[i];

			if (may_have_commas(r))
				c = look_for_comma(r, i, &c);
			column_guess_add(&r->guesses[i], c.line, c.s, c.n);
		} else if (!datatype_is_text(r->table.fields[i].type)) {
			column_guess_word(&r->guesses[i], cells[i].line, cells[i].s, cells[i].n);
		}
	}
	if (r->kind != TABLE_ECSV)
		return true;
	if (!text_row_parse(r, cells, err))
		return false;
	values = row_finish(&r->row);
	for (size_t i = 0; i < r->table.nfields; i++)
		measure(r, i, &values[i]);
	return true;
}
