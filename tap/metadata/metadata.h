/*
 * metadata.h: what a service says of itself, fetched anew: capabilities,
 * availability, schemas, tables, columns, keys. Loop thread only.
 */
#ifndef TAPFS_TAP_METADATA_METADATA_H
#define TAPFS_TAP_METADATA_METADATA_H

#include "tap/service/service.h"

/*
 * Starts a refresh, of the tables too or only of capabilities and availability; service->metadata
 * is set until it ends and service->changed is woken.
 */
void metadata_start(struct service *, bool tables);
/* NULL is allowed. */
void metadata_cancel(struct metadata *);

#endif
