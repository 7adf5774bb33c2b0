/*
 * details.h: the columns and keys of one table, when they are asked for.
 *
 * From memory (the last DETAILS_KEPT tables), else from catalog.db by a worker,
 * else from the service. Loop thread only.
 */
#ifndef TAPFS_TAP_METADATA_DETAILS_H
#define TAPFS_TAP_METADATA_DETAILS_H

#include "tap/service/service.h"

#define DETAILS_KEPT 512

extern const struct service_part details_part;

/*
 * The details of a table (its ADQL name), borrowed until the loop turns; or NULL: then either *wait
 * is what to wait for, or *err says why there are none.
 */
struct catalog_details *details_get(struct service *, const char *table, struct waitlist **wait,
				    struct error **err);
/* Forgets what is in memory: the catalog has changed. */
void details_forget(struct service *);

#endif
