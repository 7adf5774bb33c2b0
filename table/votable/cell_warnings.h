/*
 * cell_warnings.h: cells of a VOTable that are no values of their FIELD's type, and are null: how
 * many of each column, and the first of them.
 */
#ifndef TAPFS_TABLE_VOTABLE_CELL_WARNINGS_H
#define TAPFS_TABLE_VOTABLE_CELL_WARNINGS_H

#include <stdint.h>

#include "base/buf.h"
#include "table/table.h"

struct cell_warnings {
	struct cell_warning *at; /* in the order in which they came up */
	size_t n;
};

/* A cell of that column and row (from 1), as it stands. */
void cell_warnings_add(struct cell_warnings *, const struct table *, size_t col, uint64_t row,
		       const char *s, size_t n);
/* A line for each kind; nothing where there is none. */
void cell_warnings_tell(const struct cell_warnings *, const struct table *, struct buf *out);
void cell_warnings_clear(struct cell_warnings *);

#endif
