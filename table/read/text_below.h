/* text_below.h: lines under the names that are no rows: units, types, dashes. */
#ifndef TAPFS_TABLE_READ_TEXT_BELOW_H
#define TAPFS_TABLE_READ_TEXT_BELOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "table/read/text_layout.h"
#include "table/read/text_rows.h"

/* All cells are of dashes, and one of two at least. */
bool row_is_dashes(const struct sample_row *);
/* All cells are names of types. */
bool row_is_types(const struct sample_row *);
/* All cells that are not empty are units or stand for none, and one is a unit. */
bool row_is_units(const struct sample_row *);
/* The first row is a line of types, and the names are the second one. */
bool text_types_come_first(const struct sample_rows *);
/* Some column has numbers from row `from` on, and a text in this row. */
bool text_row_differs(const struct sample_rows *, size_t row, size_t from);

/* Those from row i on. False with *err: a line may be one of units, or a row. */
bool text_below_find(const struct sample_rows *, size_t i, enum layout_line below[LAYOUT_BELOW],
		     size_t *nbelow, struct error **err);

/* A unit without the brackets around it: moves *s and *n. */
void text_unit_bare(const char **s, size_t *n);
/* A word for a column without a unit, as it stands in a line of units. */
bool text_is_no_unit(const char *s, size_t n);

#endif
