/*
 * column_name.h: names of columns, as people write them, as ADQL takes them (ADQL 2.1 §2.1.3).
 */
#ifndef TAPFS_TABLE_COLUMN_NAME_H
#define TAPFS_TABLE_COLUMN_NAME_H

#include <stddef.h>

#include "base/buf.h"
#include "table/table.h"

/*
 * Adds the name with letters, digits and _ only, beginning with a letter, and none of ADQL's own
 * words: "2MASS J" is col_2MASS_J, "date" is date_.
 */
void column_name_add(struct buf *out, const char *name);

/*
 * All of a table's: a unit at the end, as in "ra [deg]" or "ra (deg)", becomes the column's (where
 * units is set); names are made valid and differ in more than case, whereby those that are valid
 * already keep theirs; ra and dec get their UCDs. What was changed is told in notes, and a changed
 * name is kept as the description where there is none.
 */
void column_names_make(struct table *, bool units, struct buf *notes);

#endif
