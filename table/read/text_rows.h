/*
 * text_rows.h: the first rows of a text, as one separator has them: what text_layout.c and
 * text_separator.c judge by.
 */
#ifndef TAPFS_TABLE_READ_TEXT_ROWS_H
#define TAPFS_TABLE_READ_TEXT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "table/read/delimited.h"

#define TEXT_ROWS  50 /* that are looked at */
#define TEXT_CELLS 64 /* of each, the first */

struct sample_row {
	size_t n, line; /* cells; from 1 */
	bool data;      /* text_row_is_data */
	bool value;     /* some cell is a value, and no name */
	char **cells;   /* trimmed, up to a NULL */
};

struct sample_rows {
	char separator;
	struct sample_row at[TEXT_ROWS];
	size_t n;
	bool even;       /* all have as many cells as the first */
	bool broken;     /* it cannot be read so to its end */
	bool has_number; /* some cell below the first row is a number */
	bool boxed;      /* each line begins and ends with a bar */
};

/* text begins with line `line`. all: the last row is one though no line end is behind it. */
void sample_rows_read(struct sample_rows *, char separator, const char *text, size_t n, size_t line,
		      bool all);
void sample_rows_clear(struct sample_rows *);

/* Digits, a comma, digits, and perhaps an exponent. */
bool is_decimal_comma(const char *s, size_t n);
/* A number or a time, with digits, which no column is named. */
bool text_is_value(char separator, const char *s, size_t n);
/* A line of values: a number with a fraction is in it, or there are only numbers. */
bool text_row_is_data(const struct text_cell *, size_t n);
/* The line of a frame, where bars are between the cells: ----+---- (psql), +----+ (MySQL). */
bool text_row_is_rule(char separator, const struct text_cell *, size_t n);
/* The only cell of a line: "(2 rows)", "2 rows in set (0.00 sec)". */
bool text_is_row_count(const char *s, size_t n);

#endif
