/*
 * table_fits.h: a FITS table while it is read in; only table_fits*.c include this.
 */
#ifndef TAPFS_TABLE_READ_TABLE_FITS_H
#define TAPFS_TABLE_READ_TABLE_FITS_H

#include <fitsio.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "table/read/table_in.h"
#include "table/votable/votable_row.h"

#define FITS_NUMBER_MAX 80 /* characters of a number in an ASCII table */

struct fits_in_column {
	int code;  /* the type that is read: TLONGLONG, TDOUBLE, … */
	bool heap; /* of variable length */
	bool has_infinities;
	LONGLONG lost; /* values that a long has no room for, and the first of them: */
	LONGLONG lost_row;
	ULONGLONG lost_value;
	LONGLONG repeat;     /* values a row; in the heap, of this row */
	LONGLONG width;      /* bytes of one string */
	LONGLONG at, length; /* in an ASCII table: where the text of a number is in its row */
	void *values;        /* of the rows that were read */
	char *nulls;         /* beside them */
	char **strings;      /* into values */
	size_t room;         /* values that there is room for */
};

struct fits_reader {
	fitsfile *file;
	struct table_sink *sink;
	struct table table;
	struct fits_in_column *columns;
	LONGLONG rows, block; /* of the table; read at once */
	struct row row;
	int fd;
	bool binary;        /* no ASCII table */
	LONGLONG heap, end; /* where in the file arrays of variable length are */
	int status;
};

/* Which HDU (from 1) is the first table. cfitsio, which believes headers, may read it then. */
bool fits_find_table(int fd, int *number, struct error **err);
/* What cfitsio says, in our words; column is 0 where it is of none. Returns false. */
bool fits_in_failed(struct fits_reader *, int column, struct error **err);
/* The column'th (from 1) of the table, from the keywords; fields and columns have room for it. */
bool fits_in_column(struct fits_reader *, int column, struct error **err);
/* Bytes that cfitsio writes for a value; of a string, with its NUL. */
size_t fits_in_size(const struct fits_in_column *);
/* So many values from that row (from 1) on, into the column's buffers; see status. */
void fits_in_values(struct fits_reader *, int column, LONGLONG row, LONGLONG n);

#endif
