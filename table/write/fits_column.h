/*
 * fits_column.h: a column of a table as a FITS binary table has it (FITS 4.0 §7.3).
 *
 * All cells are measured first; what the column is like follows from that: its width, the number
 * that stands for a missing integer, whether its arrays lie in the heap. Then the same cells are
 * put into rows.
 *
 * FITS knows ASCII only: what is none is written as \u00e9, \U0001f600, as Python does.
 */
#ifndef TAPFS_TABLE_WRITE_FITS_COLUMN_H
#define TAPFS_TABLE_WRITE_FITS_COLUMN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "table/table.h"

#define FITS_TEXT_MAX 28799 /* characters of a text that lies in the heap: what cfitsio takes */

struct fits_column {
	const struct field *field; /* the reader's */

	/* measured */
	bool nulls;      /* some integer or bit is missing */
	uint64_t used;   /* which of the 64 most extreme values of the type there are */
	size_t most;     /* values of a cell, at most … */
	size_t least;    /* … and at least, of those that are there, and one more; 0: none is */
	size_t longest;  /* bytes of a string, at most */
	uint64_t values; /* of all cells; bytes, of strings */

	/* laid out */
	char form;     /* the letter of TFORM: L X B I J K A E D C M */
	bool in_heap;  /* of variable length */
	size_t repeat; /* values a cell; bytes, of strings */
	size_t width;  /* bytes of a row */
	size_t start;  /* of it in the row */
	bool has_null;
	int64_t null; /* TNULL */
};

/* Text as ASCII, without control characters. */
void fits_add_ascii(struct buf *out, const char *s, size_t n);

void fits_column_measure(struct fits_column *, const struct cell *, struct buf *scratch);
/* All cells have been measured. */
void fits_column_lay_out(struct fits_column *, uint64_t rows);
/* Bytes that its arrays take in the heap. */
uint64_t fits_column_heap(const struct fits_column *);
/* "3E", "1PA(80)"; wide: with 64-bit descriptors. */
void fits_column_form(const struct fits_column *, bool wide, struct buf *out);
/* Its TDIM: that of the innermost dimension first. Returns how many, 0 where it has none. */
int fits_column_dims(const struct fits_column *, long dims[TABLE_DIMS + 1]);
/* A cell that is not in the heap, as the bytes of the row from `start` on. */
void fits_column_put(const struct fits_column *, const struct cell *, unsigned char *row,
		     struct buf *scratch);

#endif
