/* told_table.h: a table into the catalog, under its name in ADQL. */
#ifndef TAPFS_TAP_METADATA_TOLD_TABLE_H
#define TAPFS_TAP_METADATA_TOLD_TABLE_H

#include "cache/catalog.h"

/* As told: its name in ADQL is made of that and of the schema (table/adql_name.h). */
bool told_table_add(struct catalog *, const char *schema, const struct catalog_table *told,
		    struct error **err);

#endif
