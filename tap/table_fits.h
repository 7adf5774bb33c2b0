/*
 * table_fits.h: a FITS table while it is read in; only table_fits*.c include this.
 */
#ifndef TAPFS_TAP_TABLE_FITS_H
#define TAPFS_TAP_TABLE_FITS_H

#include <fitsio.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "tap/table_in.h"
#include "tap/votable_row.h"

struct fits_in_column {
	int code;  /* the type that is read: TLONGLONG, TDOUBLE, … */
	bool heap; /* of variable length */
	bool has_infinities;
	LONGLONG repeat; /* values a row; in the heap, of this row */
	LONGLONG width;  /* bytes of one string */
	void *values;    /* of the rows that were read */
	char *nulls;     /* beside them */
	char **strings;  /* into values */
	size_t room;     /* values that there is room for */
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

/* What cfitsio says, after `what`. Returns false. */
bool fits_in_failed(struct fits_reader *, const char *what, struct error **err);
/* The column'th (from 1) of the table, from the keywords; fields and columns have room for it. */
bool fits_in_column(struct fits_reader *, int column, struct error **err);
/* Bytes that cfitsio writes for a value; of a string, with its NUL. */
size_t fits_in_size(const struct fits_in_column *);

#endif
