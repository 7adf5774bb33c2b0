/*
 * position_fetch.h: one answer to a search by position, from the URL to its folder on disk.
 *
 * It knows where the folder is to be, not which position it is: that is told once, by done.
 */
#ifndef TAPFS_TAP_POSITION_POSITION_FETCH_H
#define TAPFS_TAP_POSITION_POSITION_FETCH_H

#include "tap/service/service.h"

struct position_fetch;

/* ROOT/SEARCH/NAME: CACHE/positions/sia/10.68,41.27,2 */
struct position_place {
	const char *root, *search, *name;
};

/*
 * It ended, and is gone: either sizes of the files that are there by now (POSITION_FILES of them,
 * -1: not there) and when it came (ms), or why there is none (taken).
 */
typedef void position_fetched(void *arg, const int64_t *sizes, int64_t fetched, struct error *err);

/* Strings are copied. done is never called from here. */
struct position_fetch *position_fetch_start(struct service *, const struct position_place *,
					    const char *url, position_fetched *done, void *arg);
/* done is not called any more. */
void position_fetch_cancel(struct position_fetch *);

#endif
