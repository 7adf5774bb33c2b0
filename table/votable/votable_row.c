/*
 * votable_row.c: one row while it is being read; see votable_row.h.
 *
 * Single values have places of their own. Others go into `slots`, and converted strings into
 * `text`, which may move while the row grows; at[col] says where a cell's begin, and row_finish
 * turns that into pointers, for the cells of `moving`. One that points elsewhere nevertheless has
 * at[col]
 * == ELSEWHERE.
 */
#include "table/votable/votable_row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define ELSEWHERE SIZE_MAX

void row_init(struct row *r, const struct table *t)
{
	*r = (struct row){.table = t};
	r->cells = xcalloc(t->nfields + 1, sizeof(*r->cells));
	r->at = xcalloc(t->nfields + 1, sizeof(*r->at));
	r->single = xcalloc(t->nfields + 1, sizeof(*r->single));
	r->moving = xcalloc(t->nfields + 1, sizeof(*r->moving));
	r->wider = xcalloc(t->nfields + 1, sizeof(*r->wider));
	for (size_t i = 0; i < t->nfields; i++)
		r->wider[i].type = t->fields[i].type;
}

void row_widen(struct row *r, size_t col, int64_t v)
{
	r->wider[col].type = v == (int16_t)v ? DT_SHORT : v == (int32_t)v ? DT_INT : DT_LONG;
}

void row_clear(struct row *r)
{
	free(r->cells);
	free(r->at);
	free(r->single);
	free(r->moving);
	free(r->wider);
	free(r->slots);
	free(r->missing);
	buf_free(&r->text);
	buf_free(&r->chars);
	*r = (struct row){0};
}

void row_start(struct row *r)
{
	r->nslots = r->nmoving = 0;
	buf_reset(&r->text);
}

void row_null(struct row *r, size_t col)
{
	r->cells[col] = (struct cell){.null = true};
	r->at[col] = ELSEWHERE;
}

void row_string(struct row *r, size_t col, const char *s, size_t n)
{
	r->cells[col] = (struct cell){.null = n == 0, .count = n > 0, .s = s, .len = n};
	r->at[col] = ELSEWHERE;
}

/* So many values, or characters of all strings together. */
static void note_length(struct row *r, size_t col, size_t n)
{
	const struct field *f = &r->table->fields[col];

	if (f->is_array && !f->variable && n > f->fixed)
		r->wider[col].longer = true;
}

void row_text_begin(struct row *r, size_t col)
{
	r->at[col] = r->text.len;
}

void row_text_end(struct row *r, size_t col, size_t count)
{
	if (count == 0 || r->text.len == r->at[col]) {
		row_null(r, col);
		return;
	}
	r->cells[col] = (struct cell){.count = count, .len = r->text.len - r->at[col]};
	note_length(r, col, count * r->table->fields[col].string_len);
	r->moving[r->nmoving++] = col;
}

void row_values_begin(struct row *r, size_t col)
{
	r->at[col] = r->nslots;
	r->cells[col] = (struct cell){0};
}

static void row_grow(struct row *r)
{
	if (r->nslots < r->capacity)
		return;
	r->capacity += r->capacity / 2 + 64;
	r->slots = xrealloc(r->slots, r->capacity * sizeof(*r->slots));
	r->missing = xrealloc(r->missing, r->capacity * sizeof(*r->missing));
}

void row_add_int(struct row *r, size_t col, int64_t v)
{
	const struct field *f = &r->table->fields[col];

	row_grow(r);
	r->slots[r->nslots].i = v;
	if ((r->missing[r->nslots++] = f->has_null && v == f->null_value))
		r->cells[col].element_null = r->missing; /* the place itself comes at the end */
}

void row_add_missing(struct row *r, size_t col)
{
	row_grow(r);
	if (datatype_is_real(r->table->fields[col].type)) {
		r->missing[r->nslots] = false;
		r->slots[r->nslots++].d = NAN;
		return;
	}
	r->slots[r->nslots].i = 0;
	r->missing[r->nslots++] = true;
	r->cells[col].element_null = r->missing;
}

void row_add_real(struct row *r, double v)
{
	row_grow(r);
	r->missing[r->nslots] = false;
	r->slots[r->nslots++].d = v;
}

void row_values_end(struct row *r, size_t col)
{
	const struct field *f = &r->table->fields[col];
	size_t n = r->nslots - r->at[col];

	if (!f->is_array && (n == 0 || r->cells[col].element_null)) {
		row_null(r, col);
		return;
	}
	r->cells[col].count = datatype_is_complex(f->type) ? n / 2 : n;
	note_length(r, col, r->cells[col].count);
	r->moving[r->nmoving++] = col;
}

const struct cell *row_finish(struct row *r)
{
	for (size_t i = 0; i < r->nmoving; i++) {
		size_t col = r->moving[i], at = r->at[col];
		struct cell *c = &r->cells[col];

		if (at == ELSEWHERE)
			continue;
		if (datatype_is_text(r->table->fields[col].type)) {
			c->s = buf_str(&r->text) + at;
		} else {
			c->i = r->slots ? &r->slots[at].i : NULL;
			if (c->element_null)
				c->element_null = r->missing + at;
		}
	}
	return r->cells;
}
