/*
 * format_ecsv.c: a table as ECSV 1.0 (astropy APE6), which astropy and stilts read back with types,
 * units and what is missing.
 *
 * A head in YAML, each line of it with "# " before, then CSV. What is missing is an empty cell; an
 * array is JSON in a cell of text, its type a subtype. ECSV has variable arrays of one dimension
 * only in common among its readers, so that those of more are given flat. One of a fixed shape has
 * all of its values, those that the table lacks as null. It has no complex arrays and no bits: the
 * first are arrays of pairs, the second booleans.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/quote.h"
#include "table/cell_json.h"
#include "table/cell_text.h"
#include "table/write/format.h"
#include "table/write/format_out.h"

#define FIXED_MAX 100000 /* values of an array that is filled up where it has fewer */

struct ecsv_writer {
	struct text_writer text;   /* first; its scratch: a cell before it is quoted */
	const struct table *table; /* the reader's, while it reads */
	struct field *fields;      /* as they are written: bits as booleans, … */
};

static const char *const types[] = {
    [DT_BOOLEAN] = "bool",
    [DT_BIT] = "bool",
    [DT_UNSIGNED_BYTE] = "uint8",
    [DT_SHORT] = "int16",
    [DT_INT] = "int32",
    [DT_LONG] = "int64",
    [DT_CHAR] = "string",
    [DT_UNICODE_CHAR] = "string",
    [DT_FLOAT] = "float32",
    [DT_DOUBLE] = "float64",
    [DT_FLOAT_COMPLEX] = "complex64",
    [DT_DOUBLE_COMPLEX] = "complex128",
    [DT_TEXT] = "string",
};

static bool is_variable(const struct field *f)
{
	size_t shape[TABLE_DIMS];
	size_t dims = field_shape(f, shape);

	if (f->fixed > FIXED_MAX)
		return true;
	for (size_t i = 0; i < dims; i++)
		if (!shape[i])
			return true;
	return false;
}

/* "float64[2,3]", "string[null]"; of complex values "float32[3,2]" */
static void add_subtype(struct buf *b, const struct field *f)
{
	bool pairs = datatype_is_complex(f->type);
	size_t shape[TABLE_DIMS];
	size_t dims = field_shape(f, shape);

	buf_adds(b, !pairs ? types[f->type] : f->type == DT_FLOAT_COMPLEX ? "float32" : "float64");
	if (is_variable(f)) {
		buf_adds(b, "[null]");
		return;
	}
	for (size_t i = 0; i < dims; i++)
		buf_addf(b, "%c%zu", i ? ',' : '[', shape[i]);
	buf_adds(b, pairs ? ",2]" : "]");
}

static void add_yaml_key(struct buf *b, const char *key, const char *text)
{
	if (!text || !*text)
		return;
	buf_addf(b, ", %s: ", key);
	json_add_text(b, text);
}

static void add_meta(struct buf *b, const struct field *f)
{
	CLEANUP_BUF struct buf meta = BUF_INIT;

	add_yaml_key(&meta, "ucd", f->ucd);
	add_yaml_key(&meta, "utype", f->utype);
	add_yaml_key(&meta, "xtype", f->xtype);
	if (meta.len)
		buf_addf(b, ", meta: {%s}", meta.data + 2);
}

static void add_yaml_column(struct buf *b, const struct field *f, const char *name)
{
	buf_adds(b, "# - {name: ");
	json_add_text(b, name);
	add_yaml_key(b, "unit", f->unit);
	buf_addf(b, ", datatype: %s", f->is_array ? "string" : types[f->type]);
	if (f->is_array) {
		buf_adds(b, ", subtype: '");
		add_subtype(b, f);
		buf_addc(b, '\'');
	}
	add_yaml_key(b, "description", f->description);
	add_meta(b, f);
	buf_adds(b, "}\n");
}

static void add_yaml_head(struct buf *b, const struct table *t, char **names)
{
	CLEANUP_BUF struct buf meta = BUF_INIT;

	buf_adds(b, "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n");
	for (size_t i = 0; i < t->nfields; i++)
		add_yaml_column(b, &t->fields[i], names[i]);
	add_yaml_key(&meta, "name", t->name);
	add_yaml_key(&meta, "description", t->description);
	if (meta.len)
		buf_addf(b, "# meta: {%s}\n", meta.data + 2);
	buf_adds(b, "# schema: astropy-2.0\n");
	for (size_t i = 0; i < t->nfields; i++) {
		if (i)
			buf_addc(b, ',');
		buf_add_csv(b, names[i], strlen(names[i]));
	}
	buf_addc(b, '\n');
}

static bool ecsv_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct ecsv_writer *w = (struct ecsv_writer *)sink;
	char **names = table_names(t, false);

	w->table = t;
	free(w->fields);
	w->fields = xcalloc(t->nfields + 1, sizeof(*w->fields));
	for (size_t i = 0; i < t->nfields; i++) {
		struct field *f = &w->fields[i];

		*f = t->fields[i];
		if (f->type == DT_BIT)
			f->type = DT_BOOLEAN;
		if (is_variable(f)) {
			f->arraysize = NULL; /* flat */
			f->variable = true;
		}
	}
	add_yaml_head(&w->text.out.text, t, names);
	table_names_free(names, t->nfields);
	return format_out_row(&w->text.out, err);
}

static void add_element(struct buf *out, const struct field *f, const struct cell *c, size_t i)
{
	if (isnan(c->d[i]))
		buf_adds(out, "nan");
	else
		cell_add_number(out, f, c, i);
}

/* As Python has it: "1.5-2j". */
static void add_python_complex(struct buf *out, const struct field *f, const struct cell *c)
{
	if (isnan(c->d[0]) && isnan(c->d[1]))
		return;
	add_element(out, f, c, 0);
	if (!signbit(c->d[1]) || isnan(c->d[1]))
		buf_addc(out, '+');
	add_element(out, f, c, 1);
	buf_addc(out, 'j');
}

static void add_scalar(struct buf *out, const struct field *f, const struct cell *c)
{
	if (datatype_is_text(f->type))
		buf_add_csv(out, c->s, c->len);
	else if (datatype_is_complex(f->type))
		add_python_complex(out, f, c);
	else if (f->type == DT_BOOLEAN)
		buf_adds(out, c->i[0] ? "True" : "False");
	else
		cell_add_number(out, f, c, 0); /* Infinity: stilts knows no inf */
}

static void ecsv_row_text(const struct table_sink *sink, const struct cell *cells, struct buf *out,
			  struct buf *list)
{
	const struct ecsv_writer *w = (const struct ecsv_writer *)sink;
	size_t at = out->len;

	for (size_t i = 0; i < w->table->nfields; i++) {
		const struct field *f = &w->fields[i];

		if (i)
			buf_addc(out, ',');
		if (cells[i].null)
			continue;
		if (!f->is_array) {
			add_scalar(out, f, &cells[i]);
			continue;
		}
		buf_reset(list);
		json_add_cell(list, f, &cells[i], JSON_PYTHON);
		buf_add_csv(out, list->data, list->len);
	}
	if (out->len == at) /* its only value is missing; at `""` alone stilts ends the table */
		buf_adds(out, "\"\" ");
	buf_addc(out, '\n');
}

static void ecsv_free(struct format_writer *writer)
{
	struct ecsv_writer *w = (struct ecsv_writer *)writer;

	text_writer_clear(&w->text);
	free(w->fields);
	free(w);
}

struct format_writer *ecsv_writer_new(int fd)
{
	struct ecsv_writer *w = xcalloc(1, sizeof(*w));

	text_writer_init(&w->text, fd, "ECSV");
	text_writer_has_types(&w->text);
	w->text.writer.sink.begin = ecsv_begin;
	w->text.writer.sink.row_text = ecsv_row_text;
	w->text.writer.free = ecsv_free;
	return &w->text.writer;
}
