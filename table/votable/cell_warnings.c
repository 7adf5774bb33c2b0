/* cell_warnings.c: see cell_warnings.h. */
#include "table/votable/cell_warnings.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "table/column_guess.h"

#define KINDS_MAX  200 /* columns are many, and so may be bad ones */
#define CELL_SHOWN 60  /* bytes */
#define NAME_SHOWN 200

struct cell_warning {
	size_t col;
	bool too_large; /* a whole number of more than 64 bits */
	uint64_t count, row;
	char *text; /* of the first */
};

/* How it begins, without what would break the line. Caller owns. */
static char *shown_cell(const char *s, size_t n)
{
	struct buf b = BUF_INIT;
	size_t most = n > CELL_SHOWN ? CELL_SHOWN : n;

	while (most < n && most && ((unsigned char)s[most] & 0xc0) == 0x80)
		most--;
	utf8_add_text(&b, s, most);
	for (size_t i = 0; i < b.len; i++)
		if ((unsigned char)b.data[i] < 0x20)
			b.data[i] = ' ';
	buf_adds(&b, most < n ? "…" : "");
	return buf_steal(&b);
}

void cell_warnings_add(struct cell_warnings *w, const struct table *t, size_t col, uint64_t row,
		       const char *s, size_t n)
{
	bool too_large = datatype_is_integer(t->fields[col].type) && column_guess_is_whole(s, n);

	for (size_t i = 0; i < w->n; i++) {
		if (w->at[i].col == col && w->at[i].too_large == too_large) {
			w->at[i].count++;
			return;
		}
	}
	if (w->n == KINDS_MAX)
		return;
	w->at = xrealloc(w->at, (w->n + 1) * sizeof(*w->at));
	w->at[w->n++] = (struct cell_warning){
	    .col = col, .too_large = too_large, .count = 1, .row = row, .text = shown_cell(s, n)};
}

void cell_warnings_tell(const struct cell_warnings *w, const struct table *t, struct buf *out)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct cell_warning *c = &w->at[i];
		const struct field *f = &t->fields[c->col];
		bool one = c->count == 1;

		buf_addf(out, "column \"%.*s\": %" PRIu64 " value%s ", NAME_SHOWN, f->name,
			 c->count, one ? "" : "s");
		if (c->too_large)
			buf_addf(out, "%s not fit into 64 bits", one ? "does" : "do");
		else
			buf_addf(out, "%s not a valid %s%s", one ? "is" : "are",
				 datatype_name(f->type), f->is_array ? " array" : "");
		buf_addf(out, ": \"%s\" in row %" PRIu64 "%s\n", c->text, c->row,
			 one ? "" : " is the first");
	}
}

void cell_warnings_clear(struct cell_warnings *w)
{
	for (size_t i = 0; i < w->n; i++)
		free(w->at[i].text);
	free(w->at);
	*w = (struct cell_warnings){0};
}
