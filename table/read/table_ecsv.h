/*
 * table_ecsv.h: what ECSV (astropy APE6, 1.0) has beyond CSV: its head in YAML, and typed cells.
 */
#ifndef TAPFS_TABLE_READ_TABLE_ECSV_H
#define TAPFS_TABLE_READ_TABLE_ECSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "table/read/delimited.h"
#include "table/table.h"
#include "table/votable/votable_row.h"

#define ECSV_MARK     "# %ECSV "
#define ECSV_HEAD_MAX (4u << 20) /* bytes */

/*
 * The head: all lines that begin with #, of which the first is ECSV_MARK. Fills the table; lists of
 * strings have strings of one character, until it is known how long they are. The delimiter is a
 * comma or a blank. What was made of the table on failure is the caller's to clear, too.
 */
bool ecsv_head(const char *text, size_t n, struct table *, char *delimiter, struct error **err);

/*
 * One cell's text into the row; an empty one is null. False if it is no value of its column. A
 * number that a long or the column's reals have no room for is missing; *lost is the last one, or
 * stays as it is.
 */
bool ecsv_cell(struct row *, size_t col, const char *s, size_t n, struct text_cell *lost);

#endif
