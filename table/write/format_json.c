/*
 * format_json.c: a table as JSON, one object, or as JSON Lines, an object a row.
 *
 *	{"name": …, "description": …, "metadata": [{"name": "ra", "datatype": "double", …}, …],
 *	 "data": [{"ra": 10.68, …}, …],
 *	 "rows": 2, "overflow": false}
 *
 * Values are as in cell_json.h: what is missing (null, NaN) is null, and infinities are strings,
 * since JSON has no such numbers. Integers have all their digits.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "table/cell_json.h"
#include "table/write/format.h"
#include "table/write/format_out.h"

struct json_writer {
	struct text_writer text; /* first */
	bool lines;
	const struct table *table; /* the reader's, while it reads */
	char **names;              /* one a column */
	size_t nnames;
	uint64_t rows;
};

static void add_member(struct buf *b, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_addf(b, ", \"%s\": ", name);
	json_add_text(b, text);
}

static void add_json_column(struct buf *b, const struct field *f, const char *name)
{
	buf_adds(b, "  {\"name\": ");
	json_add_text(b, name);
	add_member(b, "datatype", datatype_name(f->type));
	add_member(b, "arraysize", f->arraysize);
	add_member(b, "xtype", f->xtype);
	add_member(b, "unit", f->unit);
	add_member(b, "ucd", f->ucd);
	add_member(b, "utype", f->utype);
	add_member(b, "description", f->description);
	buf_addc(b, '}');
}

static void add_json_head(struct json_writer *w, const struct table *t)
{
	struct buf *b = &w->text.out.text;

	buf_adds(b, "{\"name\": ");
	json_add_text(b, t->name);
	buf_adds(b, ", \"description\": ");
	json_add_text(b, t->description);
	buf_adds(b, ",\n \"metadata\": [");
	for (size_t i = 0; i < t->nfields; i++) {
		buf_adds(b, i ? ",\n" : "\n");
		add_json_column(b, &t->fields[i], w->names[i]);
	}
	buf_adds(b, "],\n \"data\": [");
}

static bool json_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct json_writer *w = (struct json_writer *)sink;

	w->table = t;
	w->rows = 0;
	table_names_free(w->names, w->nnames);
	w->names = table_names(t, false);
	w->nnames = t->nfields;
	if (!w->lines)
		add_json_head(w, t);
	return format_out_row(&w->text.out, err);
}

static void add_object(const struct json_writer *w, const struct cell *cells, struct buf *b)
{
	buf_addc(b, '{');
	for (size_t i = 0; i < w->table->nfields; i++) {
		if (i)
			buf_adds(b, ", ");
		json_add_text(b, w->names[i]);
		buf_adds(b, ": ");
		json_add_cell(b, &w->table->fields[i], &cells[i], JSON_STRICT);
	}
	buf_addc(b, '}');
}

static bool json_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct json_writer *w = (struct json_writer *)sink;

	buf_adds(&w->text.out.text, w->rows++ ? ",\n  " : "\n  ");
	add_object(w, cells, &w->text.out.text);
	return format_out_row(&w->text.out, err);
}

static void line_text(const struct table_sink *sink, const struct cell *cells, struct buf *out,
		      struct buf *scratch)
{
	(void)scratch;
	add_object((const struct json_writer *)sink, cells, out);
	buf_addc(out, '\n');
}

static bool json_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	struct json_writer *w = (struct json_writer *)sink;

	text_writer_ended(&w->text, end);
	buf_addf(&w->text.out.text, "],\n \"rows\": %" PRIu64 ", \"overflow\": %s}\n", w->rows,
		 end->overflow ? "true" : "false");
	return format_out_flush(&w->text.out, err);
}

static void json_free(struct format_writer *writer)
{
	struct json_writer *w = (struct json_writer *)writer;

	table_names_free(w->names, w->nnames);
	text_writer_clear(&w->text);
	free(w);
}

static struct format_writer *json_new(int fd, bool lines)
{
	struct json_writer *w = xcalloc(1, sizeof(*w));

	text_writer_init(&w->text, fd, "JSON");
	if (lines)
		w->text.writer.sink.row_text = line_text;
	else
		w->text.writer.sink = (struct table_sink){.row = json_row, .end = json_end};
	if (!lines)
		text_writer_has_types(&w->text);
	w->text.writer.sink.begin = json_begin;
	w->text.writer.free = json_free;
	w->lines = lines;
	return &w->text.writer;
}

struct format_writer *json_writer_new(int fd)
{
	return json_new(fd, false);
}

struct format_writer *jsonl_writer_new(int fd)
{
	return json_new(fd, true);
}
