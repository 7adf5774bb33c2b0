/*
 * format_csv.c: a table as CSV (RFC 4180) or TSV (text/tab-separated-values) in UTF-8, lines ending
 * in LF.
 *
 * A header line of column names, then a line a row, with values as in cell_text.h. TSV has no rule
 * for tabs and line ends within a value: such a value, and one that begins with a quotation mark,
 * is quoted as in CSV, which astropy, pandas, R and spreadsheets read. All others are as they are.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tap/cell_text.h"
#include "tap/format.h"
#include "tap/format_out.h"

struct csv_writer {
	struct format_writer writer; /* first */
	struct format_out out;
	char separator;
	const struct table *table; /* the reader's, while it reads */
	struct buf list;           /* a list of strings, before it is quoted */
};

static bool has_tab_or_line_end(const char *s, size_t n)
{
	return memchr(s, '\t', n) || memchr(s, '\n', n) || memchr(s, '\r', n);
}

static void add_quoted(struct buf *out, const char *s, size_t n)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '"')
			buf_addc(out, '"');
		buf_addc(out, s[i]);
	}
	buf_addc(out, '"');
}

static void add_string(const struct csv_writer *w, struct buf *out, const char *s, size_t n)
{
	if (w->separator == ',')
		buf_add_csv(out, s, n);
	else if ((n && *s == '"') || has_tab_or_line_end(s, n))
		add_quoted(out, s, n);
	else
		buf_add(out, s, n);
}

static bool csv_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct csv_writer *w = (struct csv_writer *)sink;

	w->table = t;
	for (size_t i = 0; i < t->nfields; i++) {
		if (i)
			buf_addc(&w->out.text, w->separator);
		add_string(w, &w->out.text, t->fields[i].name, strlen(t->fields[i].name));
	}
	buf_addc(&w->out.text, '\n');
	return format_out_row(&w->out, err);
}

static void csv_row_text(const struct table_sink *sink, const struct cell *cells, struct buf *out,
			 struct buf *list)
{
	const struct csv_writer *w = (const struct csv_writer *)sink;

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
			add_string(w, out, s, n);
		} else {
			cell_add_values(out, f, &cells[i]);
		}
	}
	buf_addc(out, '\n');
}

static bool csv_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct csv_writer *w = (struct csv_writer *)sink;

	csv_row_text(sink, cells, &w->out.text, &w->list);
	return format_out_row(&w->out, err);
}

static bool csv_take(struct table_sink *sink, const struct buf *texts, struct error **err)
{
	return format_out_take(&((struct csv_writer *)sink)->out, texts, err);
}

static bool csv_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	(void)end;
	return format_out_flush(&((struct csv_writer *)sink)->out, err);
}

static bool csv_flush(struct format_writer *writer, struct error **err)
{
	return format_out_flush(&((struct csv_writer *)writer)->out, err);
}

static void csv_free(struct format_writer *writer)
{
	struct csv_writer *w = (struct csv_writer *)writer;

	buf_free(&w->out.text);
	buf_free(&w->list);
	free(w);
}

static struct format_writer *writer_new(int fd, char separator, const char *what)
{
	struct csv_writer *w = xcalloc(1, sizeof(*w));

	w->writer.sink = (struct table_sink){.begin = csv_begin,
					     .row = csv_row,
					     .end = csv_end,
					     .texts = true,
					     .row_text = csv_row_text,
					     .take = csv_take};
	w->writer.flush = csv_flush;
	w->writer.free = csv_free;
	w->out = (struct format_out){.fd = fd, .what = what};
	w->separator = separator;
	return &w->writer;
}

struct format_writer *csv_writer_new(int fd)
{
	return writer_new(fd, ',', "CSV");
}

struct format_writer *tsv_writer_new(int fd)
{
	return writer_new(fd, '\t', "TSV");
}
