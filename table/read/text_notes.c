/* text_notes.c: what a user should know of the columns of a CSV, TSV or ECSV; see table_text.h. */
#include "table/null_word.h"
#include "table/read/table_text.h"

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

/* All that is not empty is such a word: of what type it is no value tells. */
static bool is_all_words(const struct column_guess *g)
{
	return g->has_words && !g->any && !g->nan;
}

/* ` "NA" (first in line 3) is read as missing` */
static void add_words(struct buf *notes, const struct column_guess *g)
{
	int told = 0;

	for (int w = 0; w < NULL_WORDS; w++)
		if (g->words[w])
			buf_addf(notes, "%s \"%s\" (first in line %zu)", told++ ? "," : "",
				 null_word_text(w), g->words[w]);
	if (is_all_words(g))
		buf_adds(notes, "; leave cells empty where a value is missing\n");
	else
		buf_addf(notes, " %s read as missing\n", told == 1 ? "is" : "are");
}

/* Words that are taken for nulls. */
static void note_null_words(struct text_reader *r)
{
	struct buf *notes = &r->reader.notes;

	for (size_t i = 0; i < r->table.nfields && notes->len < NOTES_MAX; i++) {
		const struct column_guess *g = &r->guesses[i];

		if (!g->has_words || !(column_guess_has_null_words(g) || is_all_words(g)))
			continue;
		buf_addf(notes, "column %zu, \"%.*s\"", i + 1, NAME_SHOWN, r->table.fields[i].name);
		if (is_all_words(g))
			buf_adds(notes, ", is text: it has nothing but");
		else
			buf_addc(notes, ':');
		add_words(notes, g);
	}
}

static void note_encoding(struct text_reader *r)
{
	if (r->other_line)
		buf_addf(&r->reader.notes,
			 "not UTF-8 (line %zu): read as Windows-1252; if letters come out wrong, "
			 "save the file as UTF-8\n",
			 r->other_line);
}

static void note_decimal_commas(struct text_reader *r)
{
	struct buf *notes = &r->reader.notes;

	if (r->decimal_commas)
		buf_addf(notes, "decimal commas are read as points (line %zu)\n", r->comma_line);
	for (size_t i = 0; r->point_line && i < r->table.nfields && notes->len < NOTES_MAX; i++)
		if (r->decimals[i].was_number)
			buf_addf(
			    notes,
			    "column %zu, \"%.*s\", is text: line %zu has a comma in a number, and "
			    "line %zu a point; if it should hold numbers, write all of them with "
			    "points\n",
			    i + 1, NAME_SHOWN, r->table.fields[i].name, r->decimals[i].comma,
			    r->point_line);
}

void text_columns_note(struct text_reader *r)
{
	note_decimal_commas(r);
	note_null_words(r);
	note_lost_numbers(r);
	note_odd_columns(r);
	note_encoding(r);
}
