/*
 * service_open.h: a service with all its parts, from its folders on disk to its end.
 *
 * service_prepare does what waits for the disk (folders, lock, token, journal, catalog);
 * service_begin then starts on the loop: what the catalog has is served at once and refreshed
 * behind when it is old. A new part is a member of enum service_part_id and a line in the table of
 * service_open.c.
 */
#ifndef TAPFS_TAP_SERVICE_OPEN_H
#define TAPFS_TAP_SERVICE_OPEN_H

#include "tap/service/service.h"

/*
 * Opens and locks the service's folders. mountpoint is for the lock's text. Waits for the disk:
 * before the loop runs, or on a worker. NULL with *err (EBUSY: mounted elsewhere).
 */
struct service *service_prepare(const struct settings *, const char *url, const char *mountpoint,
				struct error **err);
void service_begin(struct service *, struct loop *, struct http *, struct remotes *);
/* It may be reached again: what failed, or waits for that, is tried again. */
void service_retry(struct service *);
/* Cancels what is under way. Call service_free when the loop has ended. */
void service_end(struct service *);
void service_free(struct service *); /* NULL is allowed */

#endif
