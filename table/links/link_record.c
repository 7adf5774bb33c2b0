/* link_record.c: see link_record.h. */
#include "table/links/link_record.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text/list.h"

#define MISSING UINT32_MAX /* a length: the row has no such value */

static void want_column(struct link_record *r, size_t column)
{
	for (size_t i = 0; i < r->nwanted; i++)
		if (r->wanted[i] == column)
			return;
	if (column != NO_COLUMN)
		*LIST_ADD(r->wanted, r->nwanted) = column;
}

void link_record_init(struct link_record *r, const struct table *t, const struct link_sources *l,
		      size_t name_column)
{
	*r = (struct link_record){.table = t};
	r->values = xcalloc(t->nfields + 1, sizeof(*r->values));
	want_column(r, name_column);
	for (size_t i = 0; i < l->n; i++) {
		const struct link_source *s = &l->at[i];

		want_column(r, s->type_column);
		for (size_t k = 0; k < s->nparts; k++)
			want_column(r, s->parts[k].column);
	}
}

void link_record_add(const struct link_record *r, const struct cell *cells, struct buf *out)
{
	buf_addc(out, 'R');
	for (size_t i = 0; i < r->nwanted; i++) {
		size_t column = r->wanted[i], at = out->len;
		uint32_t n = MISSING;

		buf_add(out, &n, sizeof(n));
		if (!link_cell_text(&r->table->fields[column], &cells[column], out))
			continue;
		n = (uint32_t)(out->len - at - sizeof(n));
		memcpy(out->data + at, &n, sizeof(n));
	}
}

const char *link_record_read(struct link_record *r, const char *p)
{
	p++;
	for (size_t i = 0; i < r->nwanted; i++) {
		struct link_value *v = &r->values[r->wanted[i]];
		uint32_t n;

		memcpy(&n, p, sizeof(n));
		p += sizeof(n);
		*v = n == MISSING ? (struct link_value){0} : (struct link_value){p, n};
		p += v->len;
	}
	return p;
}

void link_record_clear(struct link_record *r)
{
	free(r->wanted);
	free(r->values);
	*r = (struct link_record){0};
}
