/*
 * text_layout.h: how a file of text is laid out as a table, told by its head: what stands between
 * the columns, which line names them, and which lines above and below are no rows.
 *
 * Known are Excel's line sep=, comments (SDSS's #Table1, VizieR's head), names behind a # (numpy),
 * lines of units, types and dashes under the names, a line of types above them, and the frames that
 * psql and mysql draw.
 */
#ifndef TAPFS_TABLE_READ_TEXT_LAYOUT_H
#define TAPFS_TABLE_READ_TEXT_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "table/read/delimited.h"

#define LAYOUT_BELOW 3

enum layout_line { LAYOUT_UNITS, LAYOUT_DASHES, LAYOUT_TYPES };

struct text_layout {
	char separator;
	bool comments; /* there were comments: lines below that begin with # may be some */
	bool marked;   /* as SDSS does, with the number of the table */
	bool boxed;    /* lines begin and end with a separator */
	bool
	    padded; /* dashes under the names: blanks behind a cell make it as wide as its column */
	size_t at;  /* where the names begin: bytes … */
	size_t line;                          /* … and the line, from 1 */
	size_t rows_at, rows_line;            /* where the rows do, if they do not follow; else 0 */
	enum layout_line below[LAYOUT_BELOW]; /* the lines under the names that are no rows */
	size_t nbelow;
};

/* The beginning of a file, growing until it is enough to tell. */
struct layout_sample {
	struct buf text;
	size_t scanned; /* of it */
	size_t lines;   /* in that, that are no comments */
};

/* Adds bytes (UTF-8); true once there are enough. */
bool layout_sample_add(struct layout_sample *, const void *data, size_t n);

void layout_sample_reset(struct layout_sample *);

/*
 * usual: the separator that the file's name promises. all: the sample is the whole file. What was
 * taken for something else than a row, and a separator that is not the usual one, is told in notes.
 * False with *err: it can be read in two ways, or there is no line of names.
 */
bool text_layout_find(const struct layout_sample *, char usual, bool all, struct text_layout *,
		      struct buf *notes, struct error **err);

#endif
