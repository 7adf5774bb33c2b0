/*
 * delimited.h: lines of cells with a separator between them (CSV by RFC 4180, TSV), as they
 * stream by.
 *
 * Blanks in front of a cell are none of it, unless tabs stand between the cells; nor are those
 * behind it where bars do. A cell that begins with a quotation mark ends with one; within,
 * separators and line ends are text and a quotation mark is doubled. Anywhere else a quotation mark
 * is a character like others. Lines end in LF, CRLF or CR; the last one may lack its end.
 */
#ifndef TAPFS_TABLE_READ_DELIMITED_H
#define TAPFS_TABLE_READ_DELIMITED_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

struct text_cell {
	const char *s; /* n bytes, of any encoding, without NUL */
	size_t n;
	size_t line; /* where it begins, from 1 */
};

struct delimited {
	char separator; /* a blank stands for one or more */
	bool comments;  /* lines that begin with # are none */
	size_t line;    /* the one that is being read, from 1 */
	/* A line; no cells: it is empty. */
	bool (*row)(void *arg, const struct text_cell *, size_t n, struct error **err);
	void *arg;

	/* private */
	int state;
	bool after_cr;
	struct buf text; /* of the row */
	struct text_cell *cells;
	size_t ncells, capacity;
	size_t cell_at, cell_line; /* where the cell that is being read begins */
};

/* The members above "private" are set, all else is zero. */
bool delimited_feed(struct delimited *, const char *data, size_t n, struct error **err);
bool delimited_finish(struct delimited *, struct error **err);
/* To begin anew; line is 1 then. */
void delimited_restart(struct delimited *);
void delimited_clear(struct delimited *);

#endif
