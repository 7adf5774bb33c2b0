/*
 * cutout_fetch.h: a cut-out on its way, from the request to a whole file in the cache.
 *
 * It knows what is asked for and under which key it is kept, not who wants it: that is told once,
 * by done. Loop thread only.
 */
#ifndef TAPFS_TAP_DATALINK_CUTOUT_FETCH_H
#define TAPFS_TAP_DATALINK_CUTOUT_FETCH_H

#include "cache/kept.h"
#include "tap/datalink/soda.h"
#include "tap/service/service.h"

struct cutout_fetch;

/* It is there: the file (taken by clearing it) and its bytes; or err, taken. The fetch is gone. */
typedef void (*cutout_fetched)(void *arg, struct kept_file *made, uint64_t bytes,
			       struct error *err);

/*
 * Asks the service, at once or by a job. Key and request are borrowed until done was called or the
 * fetch was cancelled. done is never called from here.
 */
struct cutout_fetch *cutout_fetch_start(struct service *, const char *key,
					const struct soda_request *, cutout_fetched done,
					void *arg);
/* done is not called any more, and what came is thrown away. NULL is allowed. */
void cutout_fetch_cancel(struct cutout_fetch *);

#endif
