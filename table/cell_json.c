/* cell_json.c: values and texts as JSON; see cell_json.h. */
#include "table/cell_json.h"

#include <math.h>
#include <string.h>

#include "base/utf8.h"
#include "table/cell_text.h"

/* Beyond what JSON demands: what YAML takes for no character, or for the end of a line. */
static bool is_escaped(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x2028 || c == 0x2029 || c == 0xfeff ||
	       c == 0xfffe || c == 0xffff;
}

static void add_character(struct buf *out, uint32_t c, const char *bytes, size_t len)
{
	switch (c) {
	case '"': buf_adds(out, "\\\""); return;
	case '\\': buf_adds(out, "\\\\"); return;
	case '\n': buf_adds(out, "\\n"); return;
	case '\r': buf_adds(out, "\\r"); return;
	case '\t': buf_adds(out, "\\t"); return;
	default: break;
	}
	if (is_escaped(c))
		buf_addf(out, "\\u%04x", c);
	else if (c == 0xfffd)
		utf8_add(out, c);
	else
		buf_add(out, bytes, len);
}

void json_add_string(struct buf *out, const char *s, size_t n)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < n;) {
		size_t plain = i, len;
		uint32_t c;

		while (plain < n && s[plain] >= 0x20 && s[plain] < 0x7f && s[plain] != '"' &&
		       s[plain] != '\\')
			plain++;
		buf_add(out, s + i, plain - i);
		i = plain;
		if (i == n)
			break;
		c = utf8_next((const unsigned char *)s + i, n - i, &len);
		add_character(out, c, s + i, len);
		i += len;
	}
	buf_addc(out, '"');
}

void json_add_text(struct buf *out, const char *s)
{
	if (s)
		json_add_string(out, s, strlen(s));
	else
		buf_adds(out, "null");
}

static void add_json_real(struct buf *out, const struct field *f, const struct cell *c, size_t i,
			  enum json_numbers how)
{
	double v = c->d[i];

	if (isfinite(v))
		cell_add_number(out, f, c, i);
	else if (isnan(v))
		buf_adds(out, "null");
	else if (how == JSON_PYTHON)
		buf_adds(out, v > 0 ? "Infinity" : "-Infinity");
	else
		buf_adds(out, v > 0 ? "\"Infinity\"" : "\"-Infinity\"");
}

/* What is being written: at is the next value, or the next string's place in the cell. */
struct json_walk {
	const struct field *field;
	const struct cell *cell;
	enum json_numbers how;
	size_t at, byte;
};

/* A value that the cell's shape has a place for, and the cell does not have. */
static void add_json_missing(struct buf *out, enum datatype type)
{
	buf_adds(out, datatype_is_text(type)      ? "\"\""
		      : datatype_is_complex(type) ? "[null,null]"
						  : "null");
}

static void add_json_value(struct buf *out, struct json_walk *w)
{
	const struct cell *c = w->cell;
	enum datatype type = w->field->type;

	if (w->at >= c->count) {
		add_json_missing(out, type);
	} else if (datatype_is_text(type)) {
		size_t n = w->field->is_array ? strnlen(c->s + w->byte, c->len - w->byte) : c->len;

		json_add_string(out, c->s + w->byte, n);
		w->byte += n + 1;
	} else if (datatype_is_complex(type)) {
		buf_addc(out, '[');
		add_json_real(out, w->field, c, 2 * w->at, w->how);
		buf_addc(out, ',');
		add_json_real(out, w->field, c, 2 * w->at + 1, w->how);
		buf_addc(out, ']');
	} else if (datatype_is_real(type)) {
		add_json_real(out, w->field, c, w->at, w->how);
	} else if (c->element_null && c->element_null[w->at]) {
		buf_adds(out, "null");
	} else {
		cell_add_number(out, w->field, c, w->at);
	}
	w->at++;
}

/* The values of one list, which has `count` of them in lists of these sizes. */
static void add_json_list(struct buf *out, struct json_walk *w, const size_t *sizes, size_t dims)
{
	buf_addc(out, '[');
	for (size_t i = 0; i < sizes[0]; i++) {
		if (i)
			buf_addc(out, ',');
		if (dims > 1)
			add_json_list(out, w, sizes + 1, dims - 1);
		else
			add_json_value(out, w);
	}
	buf_addc(out, ']');
}

void json_add_cell(struct buf *out, const struct field *f, const struct cell *c,
		   enum json_numbers how)
{
	struct json_walk w = {.field = f, .cell = c, .how = how};
	size_t sizes[TABLE_DIMS], inner = 1;
	size_t dims = c->null ? 0 : field_shape(f, sizes);

	if (c->null) {
		buf_adds(out, "null");
		return;
	}
	if (!dims) {
		add_json_value(out, &w);
		return;
	}
	for (size_t i = 1; i < dims; i++)
		if (!sizes[i] || __builtin_mul_overflow(inner, sizes[i], &inner))
			inner = 0;
	if (how == JSON_PYTHON && inner && sizes[0]) { /* as the column says */
		add_json_list(out, &w, sizes, dims);
		return;
	}
	if (!inner || c->count % inner) { /* not what the column says: as one list */
		dims = 1;
		inner = 1;
	}
	sizes[0] = c->count / inner;
	add_json_list(out, &w, sizes, dims);
}
