/*
 * documents.h: the service's documents as they were sent, kept in the cache folder.
 */
#ifndef TAPFS_TAP_METADATA_DOCUMENTS_H
#define TAPFS_TAP_METADATA_DOCUMENTS_H

#include "cache/stored.h"
#include "tap/service/service.h"

/* "capabilities.xml", … */
const char *document_name(enum document);
/* Where it is kept; caller owns. */
char *document_path(const struct service *, enum document);
/* Opens what is kept; NULL if there is nothing. Waits for the disk. */
struct stored *document_open(const struct service *, enum document);
/*
 * Capabilities and availability as they are kept: what a mount knows before the service has
 * answered. Waits for the disk.
 */
void documents_load(struct service *);

#endif
