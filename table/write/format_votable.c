/*
 * format_votable.c: a table as VOTable 1.4 with its rows in TABLEDATA, to be sent to a service.
 *
 * What is missing is an empty cell, or the number that VALUES names, which all versions know.
 * Within an array only that number can say it.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "base/text/number.h"
#include "table/cell_text.h"
#include "table/write/format.h"
#include "table/write/format_out.h"

struct votable_writer {
	struct format_writer writer; /* first */
	struct format_out out;
	const struct table *table; /* the reader's, while it reads */
	const size_t *longest;     /* text of each column; NULL: as the table says */
};

static void add_attribute(struct buf *b, const char *name, const char *value)
{
	if (value && *value)
		buf_add_xml_attribute(b, name, value);
}

static void add_description_element(struct buf *b, const char *text)
{
	if (!text || !*text)
		return;
	buf_adds(b, "<DESCRIPTION>");
	buf_add_xml(b, text, strlen(text));
	buf_adds(b, "</DESCRIPTION>\n");
}

/* longest: bytes of a text, which are as many characters or more; NULL: it is not asked for. */
static void add_field(struct buf *b, const struct field *f, const size_t *longest)
{
	bool text = f->type == DT_TEXT;
	bool sized = longest && field_is_any_text(f);
	char length[24];

	if (sized)
		snprintf(length, sizeof(length), "%zu", *longest ? *longest : 1);

	buf_adds(b, "<FIELD");
	add_attribute(b, "ID", f->id);
	add_attribute(b, "name", f->name);
	add_attribute(b, "datatype", text ? "char" : datatype_name(f->type));
	add_attribute(b, "arraysize", sized ? length : text && !f->arraysize ? "*" : f->arraysize);
	add_attribute(b, "unit", f->unit);
	add_attribute(b, "ucd", f->ucd);
	add_attribute(b, "utype", f->utype);
	add_attribute(b, "xtype", f->xtype);
	buf_adds(b, ">\n");
	add_description_element(b, f->description);
	if (f->has_null)
		buf_addf(b, "<VALUES null=\"%" PRId64 "\"/>\n", f->null_value);
	buf_adds(b, "</FIELD>\n");
}

static bool votable_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct votable_writer *w = (struct votable_writer *)sink;
	struct buf *b = &w->out.text;

	w->table = t;
	buf_adds(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		    "<VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\">\n"
		    "<RESOURCE type=\"results\">\n<TABLE");
	add_attribute(b, "name", t->name);
	buf_adds(b, ">\n");
	add_description_element(b, t->description);
	for (size_t i = 0; i < t->nfields; i++)
		add_field(b, &t->fields[i], w->longest ? &w->longest[i] : NULL);
	buf_adds(b, "<DATA>\n<TABLEDATA>\n");
	return format_out_row(&w->out, err);
}

/* VOTable 1.5 §5.1: NaN, +Inf and -Inf */
static void add_real_text(struct buf *b, const struct field *f, const struct cell *c, size_t i)
{
	if (isnan(c->d[i]))
		buf_add(b, "NaN", 3);
	else if (isinf(c->d[i]))
		buf_adds(b, c->d[i] > 0 ? "+Inf" : "-Inf");
	else
		cell_add_number(b, f, c, i);
}

static bool add_integer_text(struct buf *b, const struct field *f, const struct cell *c, size_t i)
{
	if (!c->element_null || !c->element_null[i])
		cell_add_number(b, f, c, i);
	else if (f->type == DT_BOOLEAN)
		buf_addc(b, '?');
	else if (f->has_null)
		b->len += number_format_int(buf_reserve(b, NUMBER_MAX), f->null_value);
	else
		return false;
	return true;
}

/* One string after the other, each filled up with blanks to string_len characters. */
static void add_filled_strings(struct buf *b, const struct field *f, const struct cell *c)
{
	const char *s = c->s, *end = c->s + c->len;

	for (; s < end; s += strlen(s) + 1) {
		size_t chars = 0;

		for (const char *p = s; *p; p++)
			chars += ((unsigned char)*p & 0xc0) != 0x80;
		buf_add_xml(b, s, strlen(s));
		for (; chars < f->string_len; chars++)
			buf_addc(b, ' ');
	}
}

static bool add_td(struct buf *b, const struct field *f, const struct cell *c)
{
	size_t parts = datatype_is_complex(f->type) ? 2 : 1;

	if (c->null) {
		if (f->has_null && !f->is_array)
			buf_addf(b, "%" PRId64, f->null_value);
		return true;
	}
	if (datatype_is_text(f->type)) {
		if (f->is_array)
			add_filled_strings(b, f, c);
		else
			buf_add_xml(b, c->s, c->len);
		return true;
	}
	for (size_t i = 0; i < c->count * parts; i++) {
		if (i)
			buf_addc(b, ' ');
		if (datatype_is_real(f->type))
			add_real_text(b, f, c, i);
		else if (!add_integer_text(b, f, c, i))
			return false;
	}
	return true;
}

static bool votable_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct votable_writer *w = (struct votable_writer *)sink;
	struct buf *b = &w->out.text;

	buf_add(b, "<TR>", 4);
	for (size_t i = 0; i < w->table->nfields; i++) {
		const struct field *f = &w->table->fields[i];

		buf_add(b, "<TD>", 4);
		if (!add_td(b, f, &cells[i]))
			return error_set(
			    err, EIO,
			    "column \"%s\": a value within an array is missing, and no "
			    "number stands for that",
			    f->name);
		buf_add(b, "</TD>", 5);
	}
	buf_add(b, "</TR>\n", 6);
	return format_out_row(&w->out, err);
}

static bool votable_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	struct votable_writer *w = (struct votable_writer *)sink;

	(void)end;
	buf_adds(&w->out.text, "</TABLEDATA>\n</DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n");
	return format_out_flush(&w->out, err);
}

static void votable_writer_free(struct format_writer *writer)
{
	struct votable_writer *w = (struct votable_writer *)writer;

	buf_free(&w->out.text);
	free(w);
}

struct format_writer *votable_writer_new(int fd)
{
	return votable_writer_new_sized(fd, NULL);
}

struct format_writer *votable_writer_new_sized(int fd, const size_t *longest)
{
	struct votable_writer *w = xcalloc(1, sizeof(*w));

	w->longest = longest;

	w->writer.sink =
	    (struct table_sink){.begin = votable_begin, .row = votable_row, .end = votable_end};
	w->writer.free = votable_writer_free;
	w->out = (struct format_out){.fd = fd, .what = "VOTable"};
	return &w->writer;
}
