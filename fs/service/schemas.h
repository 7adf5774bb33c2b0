/* schemas.h: where a node below schemas/ is in the catalog. */
#ifndef TAPFS_FS_SERVICE_SCHEMAS_H
#define TAPFS_FS_SERVICE_SCHEMAS_H

#include "cache/catalog.h"
#include "fs/core/kind.h"
#include "fs/core/node.h"

struct schema_place {
	struct catalog_names *names;
	struct catalog_schema *schema;
	struct catalog_table *table; /* NULL for a folder that is no table */
};

/* n is itself the node of a SCHEMA, FOLDER or TABLE. Borrowed until the loop turns. */
enum outcome schema_place_of(struct node *, struct schema_place *, struct ask *);

#endif
