/*
 * format_csv.c: a table as CSV (RFC 4180) or TSV (text/tab-separated-values) in UTF-8, lines ending
 * in LF.
 *
 * A header line of column names, then a line a row, with values as in cell_text.h. TSV has no rule
 * for tabs and line ends within a value: such a value, and one that begins with a quotation mark or
 * #, is quoted as in CSV, which astropy, pandas, R and spreadsheets read. All others are as they
 * are. A line of one value, which is missing, is "": readers pass over an empty line; astropy
 * passes over one of tabs alone, too, whose first value is "" then.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "table/cell_text.h"
#include "table/write/format.h"
#include "table/write/format_out.h"

struct csv_writer {
	struct text_writer text; /* first; its scratch: a list of strings, before it is quoted */
	char separator;
	const struct table *table; /* the reader's, while it reads */
};

static void add_csv_string(const struct csv_writer *w, struct buf *out, const char *s, size_t n)
{
	if (w->separator == ',')
		buf_add_csv(out, s, n);
	else
		buf_add_tsv(out, s, n);
}

static bool csv_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct csv_writer *w = (struct csv_writer *)sink;

	w->table = t;
	for (size_t i = 0; i < t->nfields; i++) {
		if (i)
			buf_addc(&w->text.out.text, w->separator);
		add_csv_string(w, &w->text.out.text, t->fields[i].name, strlen(t->fields[i].name));
	}
	buf_addc(&w->text.out.text, '\n');
	return format_out_row(&w->text.out, err);
}

/* The line from at on has no value. */
static void add_empty_row(const struct csv_writer *w, struct buf *out, size_t at)
{
	size_t separators = out->len - at;

	if (separators && w->separator == ',')
		return;
	buf_cut(out, at);
	buf_add_quoted(out, "", 0);
	while (separators--)
		buf_addc(out, w->separator);
}

static void csv_row_text(const struct table_sink *sink, const struct cell *cells, struct buf *out,
			 struct buf *list)
{
	const struct csv_writer *w = (const struct csv_writer *)sink;
	size_t at = out->len;

	for (size_t i = 0; i < w->table->nfields; i++) {
		const struct field *f = &w->table->fields[i];

		if (i)
			buf_addc(out, w->separator);
		if (cells[i].null)
			continue;
		if (cells[i].as_text) {
			buf_add(out, cells[i].s, cells[i].len);
		} else if (datatype_is_text(f->type)) {
			const char *s;
			size_t n;

			cell_string(f, &cells[i], list, &s, &n);
			add_csv_string(w, out, s, n);
		} else {
			cell_add_values(out, f, &cells[i]);
		}
	}
	if (out->len - at == w->table->nfields - 1)
		add_empty_row(w, out, at);
	buf_addc(out, '\n');
}

static void csv_free(struct format_writer *writer)
{
	struct csv_writer *w = (struct csv_writer *)writer;

	text_writer_clear(&w->text);
	free(w);
}

static struct format_writer *delimited_new(int fd, char separator, const char *what)
{
	struct csv_writer *w = xcalloc(1, sizeof(*w));

	text_writer_init(&w->text, fd, what);
	w->text.writer.sink.begin = csv_begin;
	w->text.writer.sink.row_text = csv_row_text;
	w->text.writer.sink.texts = true;
	w->text.writer.free = csv_free;
	w->separator = separator;
	return &w->text.writer;
}

struct format_writer *csv_writer_new(int fd)
{
	return delimited_new(fd, ',', "CSV");
}

struct format_writer *tsv_writer_new(int fd)
{
	return delimited_new(fd, '\t', "TSV");
}
