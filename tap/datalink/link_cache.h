/*
 * link_cache.h: DataLink documents that came are kept, for when the service cannot be
 * reached. While it can it is asked: addresses in a document may be signed, for a short time.
 */
#ifndef TAPFS_TAP_DATALINK_LINK_CACHE_H
#define TAPFS_TAP_DATALINK_LINK_CACHE_H

#include "tap/datalink/dataset.h"

struct link_cache;

/* Some that are to be kept together. NULL, which is allowed below, if nothing can be kept. */
struct link_cache *link_cache_new(struct service *);
void link_cache_add(struct link_cache *, const char *url, const struct link_list *);
/* Has a worker do it; takes them. */
void link_cache_store(struct link_cache *);

/* The service cannot be reached (why): the dataset is told what the document at url said before,
 * or has failed. */
void link_cache_find(struct dataset *, const char *url, const struct error *why);

#endif
