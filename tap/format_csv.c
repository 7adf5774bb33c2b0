/*
 * format_csv.c: a table as CSV (RFC 4180) in UTF-8, lines ending in LF.
 *
 * A header line of column names, then a line a row. What is missing (null,
 * NaN) is an empty cell. An array is one cell with blanks between its values;
 * a missing value within it is NaN for floats and null for integers and
 * booleans, so that every value keeps its position. A complex value is its two
 * parts with a blank between.
 *
 * Output collects in `out` and is written when it has FLUSH_AT bytes, so that
 * memory holds that and one row.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/mem.h"
#include "tap/format.h"
#include "tap/number.h"

#define FLUSH_AT (128u << 10)

struct csv_writer {
	struct format_writer writer; /* first */
	int fd;
	const struct table *table; /* the reader's, while it reads */
	struct buf out;
	struct buf list; /* a list of strings, before it is quoted */
};

static bool write_failed(struct error **err)
{
	int e = errno;

	if (e == ENOSPC || e == EDQUOT)
		return error_set(err, e,
				 "the disk is full: free some space, then open the result again");
	if (e == EFBIG)
		return error_set(err, e,
				 "the CSV is larger than this filesystem or ulimit -f allows");
	return error_set(err, e, "cannot write the CSV: %s", strerror(e));
}

static bool flush(struct csv_writer *w, struct error **err)
{
	size_t done = 0;

	while (done < w->out.len) {
		ssize_t n = write(w->fd, w->out.data + done, w->out.len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return write_failed(err);
		done += (size_t)n;
	}
	buf_reset(&w->out);
	return true;
}

static bool line_done(struct csv_writer *w, struct error **err)
{
	buf_addc(&w->out, '\n');
	return w->out.len < FLUSH_AT || flush(w, err);
}

static void add_real(struct buf *out, enum datatype type, double v, bool in_list)
{
	char *at = buf_reserve(out, NUMBER_MAX);

	if (in_list && isnan(v)) {
		buf_add(out, "NaN", 3);
		return;
	}
	if (type == DT_FLOAT || type == DT_FLOAT_COMPLEX)
		out->len += number_format_float(at, (float)v);
	else
		out->len += number_format_double(at, v);
}

static void add_int(struct buf *out, enum datatype type, int64_t v)
{
	if (type == DT_BOOLEAN && v)
		buf_add(out, "true", 4);
	else if (type == DT_BOOLEAN)
		buf_add(out, "false", 5);
	else
		out->len += number_format_int(buf_reserve(out, NUMBER_MAX), v);
}

static void add_reals(struct buf *out, const struct field *f, const struct cell *c)
{
	size_t parts = datatype_is_complex(f->type) ? 2 : 1;
	size_t n = c->count * parts;

	if (parts == 2 && !f->is_array && isnan(c->d[0]) && isnan(c->d[1]))
		return;
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(out, ' ');
		add_real(out, f->type, c->d[i], n > 1);
	}
}

static void add_ints(struct buf *out, const struct field *f, const struct cell *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (i)
			buf_addc(out, ' ');
		if (c->element_null && c->element_null[i])
			buf_add(out, "null", 4);
		else
			add_int(out, f->type, c->i[i]);
	}
}

static void add_text(struct csv_writer *w, const struct field *f, const struct cell *c)
{
	if (!f->is_array) {
		buf_add_csv(&w->out, c->s, c->len);
		return;
	}
	buf_reset(&w->list);
	buf_add(&w->list, c->s, c->len - 1);
	for (size_t i = 0; i < w->list.len; i++)
		if (w->list.data[i] == '\0')
			w->list.data[i] = ' ';
	buf_add_csv(&w->out, w->list.data, w->list.len);
}

static bool csv_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct csv_writer *w = (struct csv_writer *)sink;

	w->table = t;
	for (size_t i = 0; i < t->nfields; i++) {
		if (i)
			buf_addc(&w->out, ',');
		buf_add_csv(&w->out, t->fields[i].name, strlen(t->fields[i].name));
	}
	return line_done(w, err);
}

static bool csv_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct csv_writer *w = (struct csv_writer *)sink;

	for (size_t i = 0; i < w->table->nfields; i++) {
		const struct field *f = &w->table->fields[i];
		const struct cell *c = &cells[i];

		if (i)
			buf_addc(&w->out, ',');
		if (c->null)
			continue;
		if (datatype_is_text(f->type))
			add_text(w, f, c);
		else if (datatype_is_real(f->type))
			add_reals(&w->out, f, c);
		else
			add_ints(&w->out, f, c);
	}
	return line_done(w, err);
}

static bool csv_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	(void)end;
	return flush((struct csv_writer *)sink, err);
}

static bool csv_flush(struct format_writer *writer, struct error **err)
{
	return flush((struct csv_writer *)writer, err);
}

static void csv_free(struct format_writer *writer)
{
	struct csv_writer *w = (struct csv_writer *)writer;

	buf_free(&w->out);
	buf_free(&w->list);
	free(w);
}

struct format_writer *csv_writer_new(int fd)
{
	struct csv_writer *w = xcalloc(1, sizeof(*w));

	w->writer.sink = (struct table_sink){.begin = csv_begin, .row = csv_row, .end = csv_end};
	w->writer.flush = csv_flush;
	w->writer.free = csv_free;
	w->fd = fd;
	return &w->writer;
}
