/*
 * rows.h: the rows of a VOTable file as texts, by the names of columns.
 *
 * For small tables that tapfs itself asks for (TAP_SCHEMA). Waits for the disk: workers only.
 */
#ifndef TAPFS_TABLE_VOTABLE_ROWS_H
#define TAPFS_TABLE_VOTABLE_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "table/table.h"

/*
 * Calls row for each row with the values of the n named columns (any case), NULL for what is null
 * or not in the table. *end tells of overflow. False with *err if the document is bad or row says
 * so.
 */
bool rows_read(const char *path, const char *const *names, size_t n,
	       bool (*row)(void *arg, const char *const *values, struct error **err), void *arg,
	       struct table_end *end, struct error **err);

#endif
