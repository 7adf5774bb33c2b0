/* cell_text.c: values as plain text; see cell_text.h. */
#include "table/cell_text.h"

#include <math.h>
#include <string.h>

#include "base/text/number.h"

void cell_add_number(struct buf *out, const struct field *f, const struct cell *c, size_t i)
{
	char *at = buf_reserve(out, NUMBER_MAX);

	switch (f->type) {
	case DT_FLOAT:
	case DT_FLOAT_COMPLEX: out->len += number_format_float(at, (float)c->d[i]); break;
	case DT_DOUBLE:
	case DT_DOUBLE_COMPLEX: out->len += number_format_double(at, c->d[i]); break;
	case DT_BOOLEAN:
		memcpy(at, c->i[i] ? "true" : "false", 5);
		out->len += c->i[i] ? 4 : 5;
		break;
	default: out->len += number_format_int(at, c->i[i]);
	}
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
			cell_add_number(out, f, c, i);
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
			cell_add_number(out, f, c, i);
	}
}

void cell_add_list(struct buf *out, const struct field *f, const struct cell *c)
{
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
