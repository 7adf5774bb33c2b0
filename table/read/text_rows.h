/*
 * text_rows.h: the first rows of a text, as one separator has them: what text_layout.c judges by.
 */
#ifndef TAPFS_TABLE_READ_TEXT_ROWS_H
#define TAPFS_TABLE_READ_TEXT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#define TEXT_ROWS  50 /* that are looked at */
#define ROWS_KEPT  4  /* whose cells are */
#define TEXT_CELLS 64 /* of those: the first of each row */

struct sample_row {
	size_t n, line; /* cells; from 1 */
	bool data;      /* text_row_is_data */
	bool hash;      /* it begins with # */
	char **cells;   /* of the first rows, trimmed; else NULL */
};

struct sample_rows {
	char separator;
	struct sample_row at[TEXT_ROWS];
	size_t n;
	bool even;         /* all have as many cells as the first */
	bool has_number;   /* some cell below the first row is a number */
	bool point, comma; /* numbers with a decimal point, with a decimal comma */
	size_t comma_line; /* of the first of these */
};

/* text begins with line `line`. all: the last row is one though no line end is behind it. */
void sample_rows_read(struct sample_rows *, char separator, const char *text, size_t n, size_t line,
		      bool all);
void sample_rows_clear(struct sample_rows *);
/* Digits, a comma, digits. */
bool is_decimal_comma(const char *s, size_t n);

/* All cells of a row whose cells are kept are … */
bool row_is_dashes(const struct sample_row *);
/* … names of types … */
bool row_is_types(const struct sample_row *);
/* … units or empty, and one is a unit. */
bool row_is_units(const struct sample_row *);

#endif
