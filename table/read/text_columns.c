/* text_columns.c: the columns of a CSV, TSV or ECSV; see table_text.h. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/xml.h"
#include "table/column_name.h"
#include "table/read/table_text.h"
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
	for (size_t i = 0; i < n; i++)
		column_guess_begin(&r->guesses[i]);
	row_init(&r->row, &r->table);
	return true;
}

void text_columns_units(struct text_reader *r, const struct text_cell *cells, size_t n)
{
	for (size_t i = 0; i < n && i < r->table.nfields; i++) {
		struct text_cell c = text_in_utf8(r, &cells[i]);

		xml_trim(&c.s, &c.n);
		if (!c.n || r->table.fields[i].unit)
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

/* Columns that are texts because of a few of their values. */
static void note_odd_columns(struct text_reader *r)
{
	struct buf *notes = &r->reader.notes;

	for (size_t i = 0; i < r->table.nfields && notes->len < NOTES_MAX; i++) {
		const struct guess_values *odd = column_guess_odd(&r->guesses[i]);

		if (odd)
			buf_addf(
			    notes,
			    "column %zu, \"%.*s\", is text: line %zu has \"%s\"; if it should hold "
			    "numbers, correct that line\n",
			    i + 1, NAME_SHOWN, r->table.fields[i].name, odd->line, odd->first);
	}
}

/* Numbers that the column's type has no room for. */
static void note_lost_numbers(struct text_reader *r)
{
	struct buf *notes = &r->reader.notes;

	for (size_t i = 0; i < r->table.nfields && notes->len < NOTES_MAX; i++) {
		const struct field *f = &r->table.fields[i];
		const struct guess_values *lost = column_guess_lost(&r->guesses[i], f->type);

		if (!lost)
			continue;
		buf_addf(notes, "column %zu, \"%.*s\": %s (line %zu)", i + 1, NAME_SHOWN, f->name,
			 lost->first, lost->line);
		if (lost->count > 1)
			buf_addf(notes, " and %llu more", (unsigned long long)lost->count - 1);
		buf_addf(notes, " %s too large for a %s and read as missing\n",
			 lost->count > 1 ? "are" : "is", datatype_name(f->type));
	}
}

/* ` "NA" (first in line 3) is read as missing` */
static void add_words(struct buf *notes, const struct column_guess *g)
{
	int told = 0;

	for (int w = 0; w < NULL_WORDS; w++)
		if (g->words[w])
			buf_addf(notes, "%s \"%s\" (first in line %zu)", told++ ? "," : "",
				 null_word_text(w), g->words[w]);
	buf_addf(notes, " %s read as missing\n", told == 1 ? "is" : "are");
}

/* Words that are taken for nulls. */
static void note_null_words(struct text_reader *r)
{
	struct buf *notes = &r->reader.notes;

	for (size_t i = 0; i < r->table.nfields && notes->len < NOTES_MAX; i++) {
		const struct column_guess *g = &r->guesses[i];

		if (!column_guess_has_null_words(g))
			continue;
		buf_addf(notes, "column %zu, \"%.*s\":", i + 1, NAME_SHOWN,
			 r->table.fields[i].name);
		add_words(notes, g);
	}
}

static void note_encoding(struct text_reader *r)
{
	if (r->other_line)
		buf_addf(&r->reader.notes,
			 "not UTF-8 (line %zu): read as Windows-1252; if letters come out wrong, "
			 "save the "
			 "file as UTF-8\n",
			 r->other_line);
}

void text_columns_settle(struct text_reader *r)
{
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
	note_null_words(r);
	note_lost_numbers(r);
	note_odd_columns(r);
	note_encoding(r);
	r->measured = true;
}
