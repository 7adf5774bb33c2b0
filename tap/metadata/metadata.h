/*
 * metadata.h: what a service says of itself, fetched anew: capabilities,
 * availability, schemas, tables, columns, keys. Loop thread only.
 */
#ifndef TAPFS_TAP_METADATA_METADATA_H
#define TAPFS_TAP_METADATA_METADATA_H

#include "tap/service/service.h"

/* Begins with what the catalog and the cache folder have, and refreshes it where it is old. */
extern const struct service_part metadata_part;

/*
 * Fetches everything again; nothing if that is under way. When it ends service->changed is woken.
 */
void metadata_refresh(struct service *);
/* The same if what is known is older than catalog_age, or the last try failed a while ago. */
void metadata_refresh_if_old(struct service *);
bool metadata_is_refreshing(const struct service *);

#endif
