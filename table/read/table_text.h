/*
 * table_text.h: the inside of the reader of CSV, TSV and ECSV. Each part uses those before it:
 *
 *	text_notes.c    what a user should know of the columns
 *	text_columns.c  the line of names, and what the columns turn out to be
 *	text_values.c   rows: looked at the first time, read the second
 *	table_text.c    the bytes: how they begin, the lines, the two times
 */
#ifndef TAPFS_TABLE_READ_TABLE_TEXT_H
#define TAPFS_TABLE_READ_TABLE_TEXT_H

#include "table/column_guess.h"
#include "table/read/table_in.h"
#include "table/read/text_decode.h"
#include "table/read/text_layout.h"
#include "table/votable/votable_row.h"

/* The first lines where a column has a number with a comma, with a point; 0: none. */
struct decimal_marks {
	size_t comma, point;
	bool was_number; /* with its commas read as points */
};

struct text_reader {
	struct table_reader reader; /* first */
	struct table_sink *sink;
	enum table_kind kind;
	struct text_decode decode;
	struct buf decoded;          /* for it */
	struct layout_sample sample; /* what came before it was known how it is laid out */
	struct text_layout layout;
	size_t head; /* bytes of the sample that are whole lines of an ECSV's head */
	bool begun;  /* bytes go to lines */
	bool failed;
	struct delimited lines;
	bool has_header; /* of this time */
	size_t below;    /* lines under it that were passed by, of layout.below */
	struct table table;
	struct column_guess *guesses;   /* one a column */
	size_t *longest;                /* characters of the strings of lists */
	struct decimal_marks *decimals; /* one a column */
	bool decimal_commas;            /* 10,5 is a number */
	size_t comma_line, point_line;  /* where the first of each is */
	size_t utf8_line, other_line; /* the first that has letters in UTF-8, in 8 bits; 0: none */
	struct buf text;              /* cells of the row, decoded; it does not move in a row */
	struct row row;
	bool measured, second;
	struct table_end end;
};

#define NOTES_MAX  (8u << 10) /* bytes; of columns beyond, nothing is told */
#define NAME_SHOWN 200        /* bytes of a name in a note */

/* --- text_notes.c --- */

/* After the columns are settled. */
void text_columns_note(struct text_reader *);

/* --- text_columns.c --- */

bool text_columns_begin(struct text_reader *, const struct text_cell *, size_t n, struct error **);
/* The line of units under the names. */
void text_columns_units(struct text_reader *, const struct text_cell *, size_t n);
/* After the first time: what each column is, its name and its notes. */
void text_columns_settle(struct text_reader *);

/* --- text_values.c --- */

/* "line 3, column 2 (ra): …" */
bool refuse_text_cell(const struct text_reader *, size_t col, const struct text_cell *,
		      const char *what, struct error **);
/* Letters that are not ASCII are of one encoding in all of the file. */
bool text_check(struct text_reader *, size_t col, const struct text_cell *, struct error **);
/* A row comes: there is room in reader->text for all of its cells. */
void text_row_begins(struct text_reader *, const struct text_cell *, size_t n);
/* The cell in UTF-8, in it or in reader->text. */
struct text_cell text_in_utf8(struct text_reader *, const struct text_cell *);
bool text_row_guess(struct text_reader *, const struct text_cell *, struct error **);
bool text_row_parse(struct text_reader *, const struct text_cell *, struct error **);

#endif
