/* text_columns.c: the columns of a CSV, TSV or ECSV; see table_text.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/xml.h"
#include "table/column_name.h"
#include "table/read/table_text.h"
#include "table/read/text_below.h"
#include "table/read/text_rows.h"
#include "table/unit.h"
#include "table/votable/votable.h"

/* --- the line of names --- */

/* An ECSV's names differ. */
static bool names_differ(const struct text_reader *r, size_t line, struct error **err)
{
	char **names = table_names(&r->table, false);
	bool ok = true;

	for (size_t i = 0; ok && i < r->table.nfields; i++) {
		if (!r->table.fields[i].name[0])
			ok = error_set(err, EIO, "line %zu, column %zu has no name", line, i + 1);
		else if (strcmp(names[i], r->table.fields[i].name) != 0)
			ok = error_set(err, EIO,
				       "line %zu, column %zu: another column has the name \"%s\" "
				       "already",
				       line, i + 1, r->table.fields[i].name);
	}
	table_names_free(names, r->table.nfields);
	return ok;
}

static bool names_from(struct text_reader *r, const struct text_cell *cells, size_t n,
		       struct error **err)
{
	bool any = false;

	if (text_row_is_data(cells, n))
		return error_set(err, EIO,
				 "line %zu holds values: the first line must be the names of the "
				 "columns, without # in front",
				 cells->line);
	for (size_t i = 0; i < n; i++)
		if (text_is_value(r->layout.separator, cells[i].s, cells[i].n))
			return error_set(
			    err, EIO,
			    "line %zu, column %zu is \"%.*s\": if the line is a row, write "
			    "a line above it with the names of the columns; if it is "
			    "that line, put a letter in front of this name",
			    cells[i].line, i + 1,
			    (int)(cells[i].n < NAME_SHOWN ? cells[i].n : NAME_SHOWN), cells[i].s);
	if (n > VOTABLE_MAX_FIELDS)
		return error_set(err, EIO, "line %zu: the table has more than 100000 columns",
				 cells->line);
	r->table.fields = xcalloc(n, sizeof(*r->table.fields));
	for (size_t i = 0; i < n; i++) {
		struct text_cell c = text_in_utf8(r, &cells[i]);
		const char *s = c.s;
		size_t len = c.n;

		xml_trim(&s, &len);
		r->table.fields[i].name = xstrndup(s, len);
		any = any || len;
	}
	r->table.nfields = n;
	return any || error_set(err, EIO, "line %zu: no column has a name", cells->line);
}

/* The line of names says the same as the head. */
static bool names_agree(struct text_reader *r, const struct text_cell *cells, size_t n,
			struct error **err)
{
	const struct table *t = &r->table;

	if (n != t->nfields)
		return error_set(err, EIO,
				 "line %zu names %zu columns, and the head of the ECSV %zu",
				 cells->line, n, t->nfields);
	for (size_t i = 0; i < n; i++)
		if (strlen(t->fields[i].name) != cells[i].n ||
		    memcmp(t->fields[i].name, cells[i].s, cells[i].n) != 0)
			return error_set(err, EIO,
					 "line %zu, column %zu is \"%.*s\", and \"%s\" in the head "
					 "of the ECSV",
					 cells[i].line, i + 1, (int)cells[i].n, cells[i].s,
					 t->fields[i].name);
	return names_differ(r, cells->line, err);
}

bool text_columns_begin(struct text_reader *r, const struct text_cell *cells, size_t n,
			struct error **err)
{
	for (size_t i = 0; i < n; i++)
		if (!text_check(r, i, &cells[i], err))
			return false;
	if (!(r->kind == TABLE_ECSV ? names_agree : names_from)(r, cells, n, err))
		return false;
	n = r->table.nfields;
	r->guesses = xcalloc(n, sizeof(*r->guesses));
	r->longest = xcalloc(n, sizeof(*r->longest));
	r->decimals = xcalloc(n, sizeof(*r->decimals));
	for (size_t i = 0; i < n; i++)
		column_guess_begin(&r->guesses[i]);
	row_init(&r->row, &r->table);
	return true;
}

void text_columns_units(struct text_reader *r, const struct text_cell *cells, size_t n)
{
	for (size_t i = 0; i < n && i < r->table.nfields; i++) {
		struct text_cell c = text_in_utf8(r, &cells[i]);

		text_unit_bare(&c.s, &c.n);
		if (text_is_no_unit(c.s, c.n) || r->table.fields[i].unit)
			continue;
		r->table.fields[i].unit =
		    unit_is_known(c.s, c.n) ? unit_plain(c.s, c.n) : xstrndup(c.s, c.n);
	}
}

/* --- what they are --- */

/* Lists of strings: strings of how many characters there are. */
static void settle_strings(struct text_reader *r, size_t col)
{
	struct field *f = &r->table.fields[col];
	char *arraysize =
	    xasprintf("%zu%s", r->longest[col] ? r->longest[col] : 1, strchr(f->arraysize, 'x'));

	free(f->arraysize);
	f->arraysize = arraysize;
	field_set_arraysize(f, arraysize);
}

/* Numbers with a comma for the point are some, unless others have a point. */
static void settle_decimal_commas(struct text_reader *r)
{
	size_t first = 0, point = 0;

	for (size_t i = 0; i < r->table.nfields && !point; i++)
		if (r->guesses[i].may & MAY_REAL)
			point = r->decimals[i].point;
	for (size_t i = 0; i < r->table.nfields; i++) {
		size_t comma = r->decimals[i].comma;

		if (!comma || !(r->guesses[i].may & MAY_REAL))
			continue;
		first = !first || comma < first ? comma : first;
		r->decimals[i].was_number = true;
		if (point)
			r->guesses[i].may = 0;
	}
	r->comma_line = first;
	r->point_line = point;
	r->decimal_commas = first && !point;
}

void text_columns_settle(struct text_reader *r)
{
	settle_decimal_commas(r);
	for (size_t i = 0; i < r->table.nfields; i++) {
		struct field *f = &r->table.fields[i];

		if (r->kind != TABLE_ECSV) {
			column_guess_field(&r->guesses[i], f);
			continue;
		}
		column_guess_null(&r->guesses[i], f);
		if (!datatype_is_text(f->type))
			continue;
		if (r->guesses[i].wide)
			f->type = DT_UNICODE_CHAR;
		if (f->is_array)
			settle_strings(r, i);
	}
	column_names_make(&r->table, r->kind != TABLE_ECSV, &r->reader.notes);
	text_columns_note(r);
	r->measured = true;
}
