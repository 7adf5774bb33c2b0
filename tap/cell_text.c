/* cell_text.c: values as plain text; see cell_text.h. */
#include "tap/cell_text.h"

#include <math.h>

#include "tap/number.h"

static void add_real(struct buf *out, enum datatype type, double v)
{
	char *at = buf_reserve(out, NUMBER_MAX);

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

void cell_add_number(struct buf *out, const struct field *f, const struct cell *c, size_t i)
{
	if (datatype_is_real(f->type))
		add_real(out, f->type, c->d[i]);
	else
		add_int(out, f->type, c->i[i]);
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
		if (n > 1 && isnan(c->d[i]))
			buf_add(out, "NaN", 3);
		else
			add_real(out, f->type, c->d[i]);
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

void cell_add_values(struct buf *out, const struct field *f, const struct cell *c)
{
	if (c->null)
		return;
	if (datatype_is_real(f->type))
		add_reals(out, f, c);
	else
		add_ints(out, f, c);
}

void cell_string(const struct field *f, const struct cell *c, struct buf *list, const char **text,
		 size_t *n)
{
	*text = c->null ? "" : c->s;
	*n = c->null ? 0 : c->len;
	if (c->null || !f->is_array || !c->len)
		return;
	buf_reset(list);
	buf_add(list, c->s, c->len - 1);
	for (size_t i = 0; i < list->len; i++)
		if (list->data[i] == '\0')
			list->data[i] = ' ';
	*text = buf_str(list);
	*n = list->len;
}
