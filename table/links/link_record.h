/*
 * link_record.h: what the index of links needs of a row, as bytes: any thread makes them of the
 * row's cells, and the index's writer reads them in the order of the rows.
 *
 * A record is a byte, so that none is empty, and of each column that is wanted the length of its
 * text (link_cell_text), or that there is none, and the text. So no record is larger than the
 * values of its row are, whatever addresses are made of them.
 */
#ifndef TAPFS_TABLE_LINKS_LINK_RECORD_H
#define TAPFS_TABLE_LINKS_LINK_RECORD_H

#include <stddef.h>

#include "base/buf.h"
#include "table/links/link_source.h"
#include "table/table.h"

struct link_record {
	const struct table *table; /* borrowed */
	size_t *wanted, nwanted;   /* columns, each once */
	struct link_value *values; /* of the row that was read last, by column */
};

/* For all that sources and name_column (which may be NO_COLUMN) want of the table. */
void link_record_init(struct link_record *, const struct table *, const struct link_sources *,
		      size_t name_column);
/* Adds the record of a row. By any thread. */
void link_record_add(const struct link_record *, const struct cell *cells, struct buf *out);
/* Reads the record that p begins with into values, which point into it; returns where it ends. */
const char *link_record_read(struct link_record *, const char *p);
void link_record_clear(struct link_record *);

#endif
