/*
 * tableset_fill.h: a tables document (tableset.h) in a file into the catalog. LANE_CATALOG.
 */
#ifndef TAPFS_TAP_METADATA_TABLESET_FILL_H
#define TAPFS_TAP_METADATA_TABLESET_FILL_H

#include "base/error.h"
#include "cache/catalog.h"

/* The whole catalog. Where the document has no columns they are asked for table by table. */
bool tableset_fill(struct catalog *, const char *path, struct error **err);
/* The columns and keys of one table, from its own document (VOSI 1.1 /tables/NAME). */
bool tableset_fill_table(struct catalog *, const char *table, const char *path, struct error **err);

#endif
