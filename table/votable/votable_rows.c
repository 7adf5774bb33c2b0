/*
 * votable_rows.c: a row, from where the reader found it to the sink; see votable_inside.h.
 *
 * Rows come here cell by cell from libxml2 (TR and TD), or made already by a scanner
 * (votable_scan.c) or from a STREAM (votable_stream.c). After a QUERY_STATUS of ERROR none goes to
 * the sink any more.
 */
#include <errno.h>
#include <string.h>

#include "base/mem.h"
#include "table/votable/votable_inside.h"

void votable_refuse(struct votable *v, const char *what)
{
	struct error *why = NULL;

	error_set(&why, EIO, "line %d: %s", xml_line(v->xml), what);
	xml_fail(v->xml, why);
}

void votable_begin_rows(struct votable *v)
{
	struct error *why = NULL;

	v->stage = ROWS;
	for (size_t i = 0; v->sink->wider && i < v->table.nfields; i++) {
		v->table.fields[i].type = v->sink->wider[i].type;
		if (v->sink->wider[i].longer)
			field_set_any_length(&v->table.fields[i]);
	}
	values_settle(&v->values, v->table.fields);
	row_init(&v->row, &v->table);
	v->row.texts = v->sink->texts;
	v->tds = xcalloc(v->table.nfields + 1, sizeof(*v->tds));
	if (!v->service_error && !v->sink->begin(v->sink, &v->table, &why))
		xml_fail(v->xml, why);
}

bool votable_push_row(struct votable *v)
{
	struct error *why = NULL;

	if (v->service_error)
		return true;
	v->end.rows++;
	if (v->sink->row(v->sink, row_finish(&v->row), &why))
		return true;
	xml_fail(v->xml, why);
	return false;
}

void votable_start_tr(struct votable *v)
{
	v->ntds = 0;
	buf_reset(&v->chars);
}

void votable_start_td(struct votable *v, const struct xml_attrs *attrs)
{
	if (v->ntds >= v->table.nfields) {
		votable_refuse(v, "a row has more cells than there are columns");
		return;
	}
	v->tds[v->ntds] = (struct cell_span){
	    .at = v->chars.len,
	    .base64 = xml_attr_is(attrs, "encoding", "base64"),
	};
	if (xml_attr_is(attrs, "encoding", "gzip"))
		votable_refuse(v, "a cell is packed (TD encoding gzip), which is not read: ask for "
				  "the table in another format");
}

void votable_end_td(struct votable *v)
{
	if (v->ntds < v->table.nfields) {
		v->tds[v->ntds].len = v->chars.len - v->tds[v->ntds].at;
		v->ntds++;
	}
}

/* Strings of the row point into `cells`, which has room for all of them from the first. */
static bool base64_cell(struct votable *v, size_t col, const char *s, size_t n)
{
	struct buf *cells = &v->cells;
	size_t from = cells->len;
	struct base64 b = {0};

	buf_reserve(cells, v->chars.len + 8 * v->table.nfields);
	return base64_decode(&b, cells, s, n) && base64_is_complete(&b) &&
	       binary_lone_cell(&v->row, col, (unsigned char *)cells->data + from,
				cells->len - from);
}

static bool td_cell(struct votable *v, size_t col)
{
	const struct cell_span *td = &v->tds[col];
	const char *s = buf_str(&v->chars) + td->at;

	return td->base64 ? base64_cell(v, col, s, td->len)
			  : tabledata_cell(&v->row, col, s, td->len);
}

/* One unreadable cell must not cost the rest of the result. */
static void leave_cell_out(struct votable *v, size_t col)
{
	row_null(&v->row, col);
	if (!v->service_error)
		cell_warnings_add(&v->warnings, &v->table, col, v->end.rows + 1,
				  buf_str(&v->chars) + v->tds[col].at, v->tds[col].len);
}

void votable_end_tr(struct votable *v)
{
	row_start(&v->row);
	buf_reset(&v->cells);
	for (size_t i = 0; i < v->table.nfields; i++) {
		if (i >= v->ntds)
			row_null(&v->row, i);
		else if (!td_cell(v, i))
			leave_cell_out(v, i);
	}
	votable_push_row(v);
}
