/*
 * votable_rows.c: a row, from where the reader found it to the sink; see votable_inside.h.
 *
 * Rows come here cell by cell from libxml2 (TR and TD), made already by a scanner (votable_scan.c),
 * or as text of a base64 STREAM. After a QUERY_STATUS of ERROR none goes to the sink any more.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "table/votable/votable_inside.h"

void votable_refuse(struct votable *v, const char *what)
{
	struct error *why = NULL;

	error_set(&why, EIO, "line %d: %s", xml_line(v->xml), what);
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

void votable_start_td(struct votable *v)
{
	if (v->ntds < v->table.nfields)
		v->tds[v->ntds].at = v->chars.len;
	else
		votable_refuse(v, "a row has more cells than there are columns");
}

void votable_end_td(struct votable *v)
{
	if (v->ntds < v->table.nfields) {
		v->tds[v->ntds].len = v->chars.len - v->tds[v->ntds].at;
		v->ntds++;
	}
}

void votable_end_tr(struct votable *v)
{
	row_start(&v->row);
	for (size_t i = 0; i < v->table.nfields; i++) {
		const char *text = i < v->ntds ? buf_str(&v->chars) + v->tds[i].at : "";
		size_t n = i < v->ntds ? v->tds[i].len : 0;

		if (tabledata_cell(&v->row, i, text, n))
			continue;
		/* One unreadable cell must not cost the rest of the result. */
		row_null(&v->row, i);
		if (!v->service_error)
			cell_warnings_add(&v->warnings, &v->table, i, v->end.rows + 1, text, n);
	}
	votable_push_row(v);
}

void votable_start_stream(struct votable *v, bool null_bitmap, const struct xml_attrs *attrs)
{
	struct error *why = NULL;
	const char *s;
	size_t n;

	if (xml_attr(attrs, "href", &s, &n)) {
		votable_refuse(v,
			       "the rows are in another file (STREAM href), which is not fetched");
		return;
	}
	if (xml_attr(attrs, "encoding", &s, &n) && !xml_attr_is(attrs, "encoding", "base64")) {
		votable_refuse(v, "the rows have an encoding other than base64");
		return;
	}
	binary_clear(&v->binary);
	v->base64 = (struct base64){0};
	if (!binary_init(&v->binary, &v->table, null_bitmap, &why))
		xml_fail(v->xml, why);
}

void votable_refuse_base64(struct votable *v)
{
	votable_refuse(v, "the rows are no base64: the data are damaged");
}

void votable_binary_rows(struct votable *v)
{
	struct error *why = NULL;
	bool got = true;

	while (got) {
		if (!binary_next(&v->binary, &v->row, &got, &why)) {
			error_prefix(&why, "row %" PRIu64, v->end.rows + 1);
			xml_fail(v->xml, why);
			return;
		}
		if (got)
			votable_push_row(v);
	}
	binary_compact(&v->binary);
}

/* Whether there are rows is all that is known then. */
static void leave_out(struct votable *v, const char *s, size_t n)
{
	if (!v->end.rows && skip_blanks(s, s + n) < s + n)
		v->end.rows = 1;
}

void votable_stream_text(struct votable *v, const char *s, size_t n)
{
	if (v->sink->no_rows)
		leave_out(v, s, n);
	else if (base64_decode(&v->base64, &v->binary.in, s, n))
		votable_binary_rows(v);
	else
		votable_refuse_base64(v);
}

void votable_end_stream(struct votable *v)
{
	if (!base64_is_complete(&v->base64) || !binary_is_between_rows(&v->binary))
		votable_refuse(v, "the last row is cut off");
}
