/*
 * format_txt.c: a table for reading: aligned columns, with their units.
 *
 * All rows come twice (format_writer.again): first the widest value of each column is looked for,
 * then all is written. Numbers stand to the right and are never cut; texts and arrays end in "…"
 * where they have more than WIDTH_CAP places. A width is what a terminal takes (utf8_width).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "table/cell_text.h"
#include "table/write/format.h"
#include "table/write/format_out.h"

#define WIDTH_CAP 40
#define GAP       2

struct txt_column {
	const char *name, *unit; /* the table's */
	size_t width;
	bool right;
};

struct txt_writer {
	struct format_writer writer; /* first */
	struct format_out out;
	const struct table *table; /* the reader's, while it reads */
	struct txt_column *columns;
	bool second;     /* the widths are known */
	bool measured;   /* all rows have come once */
	struct buf cell; /* of the row that is being written */
	struct buf list; /* of strings */
	size_t blanks;   /* owed: none at the end of a line */
};

static size_t width_of(const char *s, size_t n)
{
	size_t width = 0, len;

	for (size_t i = 0; i < n; i += len)
		width += utf8_width(utf8_next((const unsigned char *)s + i, n - i, &len));
	return width;
}

static void add_blanks(struct txt_writer *w)
{
	memset(buf_reserve(&w->out.text, w->blanks), ' ', w->blanks);
	w->out.text.len += w->blanks;
	w->blanks = 0;
}

/* As much of it as has room in so many places; what is no letter is a blank. */
static void add_cut(struct buf *out, const char *s, size_t n, size_t places)
{
	size_t len, width;

	for (size_t i = 0; i < n; i += len) {
		uint32_t c = utf8_next((const unsigned char *)s + i, n - i, &len);

		width = utf8_width(c);
		if (width > places)
			return;
		places -= width;
		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029)
			buf_addc(out, ' ');
		else
			utf8_add(out, c);
	}
}

static void add_txt_cell(struct txt_writer *w, const struct txt_column *c, const char *s, size_t n)
{
	size_t width = width_of(s, n);
	bool cut = width > c->width;
	size_t shown = cut ? c->width : width;

	if (c->right)
		w->blanks += c->width - shown;
	if (n) {
		add_blanks(w);
		add_cut(&w->out.text, s, n, cut ? c->width - 1 : width);
	}
	if (cut)
		buf_adds(&w->out.text, "…");
	w->blanks += (c->right ? 0 : c->width - shown) + GAP;
}

static void line_done(struct txt_writer *w)
{
	buf_addc(&w->out.text, '\n');
	w->blanks = 0;
}

static void add_txt_head(struct txt_writer *w)
{
	size_t n = w->table->nfields;
	bool units = false;

	for (size_t i = 0; i < n; i++) {
		const struct txt_column *c = &w->columns[i];

		add_txt_cell(w, c, c->name, strlen(c->name));
		units = units || *c->unit;
	}
	line_done(w);
	for (size_t i = 0; units && i < n; i++)
		add_txt_cell(w, &w->columns[i], w->columns[i].unit, strlen(w->columns[i].unit));
	if (units)
		line_done(w);
	for (size_t i = 0; i < n; i++) {
		add_blanks(w);
		memset(buf_reserve(&w->out.text, w->columns[i].width), '-', w->columns[i].width);
		w->out.text.len += w->columns[i].width;
		w->blanks = GAP;
	}
	line_done(w);
}

static void widen_txt_column(struct txt_column *c, size_t width, bool capped)
{
	if (capped && width > WIDTH_CAP)
		width = WIDTH_CAP;
	if (width > c->width)
		c->width = width;
}

static bool txt_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct txt_writer *w = (struct txt_writer *)sink;

	w->table = t;
	if (!w->columns)
		w->columns = xcalloc(t->nfields + 1, sizeof(*w->columns));
	for (size_t i = 0; i < t->nfields; i++) {
		struct txt_column *c = &w->columns[i];

		c->name = t->fields[i].name;
		c->unit = t->fields[i].unit ? t->fields[i].unit : "";
		c->right = field_is_number(&t->fields[i]);
		widen_txt_column(c, width_of(c->name, strlen(c->name)), true);
		widen_txt_column(c, width_of(c->unit, strlen(c->unit)), true);
	}
	if (w->second)
		add_txt_head(w);
	return format_out_row(&w->out, err);
}

static void txt_value(struct txt_writer *w, size_t i, const struct cell *c, const char **s,
		      size_t *n)
{
	const struct field *f = &w->table->fields[i];

	if (datatype_is_text(f->type)) {
		cell_string(f, c, &w->list, s, n);
		return;
	}
	buf_reset(&w->cell);
	cell_add_values(&w->cell, f, c);
	*s = buf_str(&w->cell);
	*n = w->cell.len;
}

static bool txt_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct txt_writer *w = (struct txt_writer *)sink;

	for (size_t i = 0; i < w->table->nfields; i++) {
		struct txt_column *c = &w->columns[i];
		const char *s;
		size_t n;

		txt_value(w, i, &cells[i], &s, &n);
		if (w->second)
			add_txt_cell(w, c, s, n);
		else
			widen_txt_column(c, width_of(s, n), !c->right);
	}
	if (!w->second)
		return true;
	line_done(w);
	return format_out_row(&w->out, err);
}

static bool txt_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	struct txt_writer *w = (struct txt_writer *)sink;

	w->measured = true;
	if (!w->second)
		return true;
	buf_addf(&w->out.text, "\n%" PRIu64 " row%s\n", end->rows, end->rows == 1 ? "" : "s");
	if (end->overflow)
		buf_adds(&w->out.text, "The service cut the result off: rows are missing.\n");
	return format_out_flush(&w->out, err);
}

static bool txt_again(struct format_writer *writer)
{
	struct txt_writer *w = (struct txt_writer *)writer;
	bool again = w->measured && !w->second;

	w->second = w->second || again;
	return again;
}

static void txt_free(struct format_writer *writer)
{
	struct txt_writer *w = (struct txt_writer *)writer;

	buf_free(&w->out.text);
	buf_free(&w->cell);
	buf_free(&w->list);
	free(w->columns);
	free(w);
}

struct format_writer *txt_writer_new(int fd)
{
	struct txt_writer *w = xcalloc(1, sizeof(*w));

	w->writer.sink = (struct table_sink){.begin = txt_begin, .row = txt_row, .end = txt_end};
	w->writer.again = txt_again;
	w->writer.free = txt_free;
	w->out = (struct format_out){.fd = fd, .what = "text"};
	return &w->writer;
}
