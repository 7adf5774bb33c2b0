/*
 * sync.h: small synchronous queries of our own (TAP 1.1 §2.1 /sync), and bodies to files.
 */
#ifndef TAPFS_TAP_SERVICE_SYNC_H
#define TAPFS_TAP_SERVICE_SYNC_H

#include "http/download.h"
#include "tap/service/service.h"

typedef void download_done_fn(void *arg, struct http_reply *, uint64_t bytes, struct error *err);

/*
 * The VOTable that answers the query, into a new file at path. maxrec 0: not sent.
 */
struct download *sync_to_file(struct service *, const char *query, int64_t maxrec, const char *path,
			      download_done_fn *done, void *arg);

/* A body into a new file at path. */
struct download *download_to_path(struct http *, struct loop *, const struct http_call *,
				  const char *path, download_done_fn *done, void *arg);

#endif
