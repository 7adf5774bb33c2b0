/*
 * arrival.h: a VOTable on its way: from the network into its file, and from there, while it still
 * comes, into the formats that are made at once.
 *
 * The document is good when every conversion has read it to its end (QUERY_STATUS may stand after
 * the table). What is in the files otherwise is of no use; they are the caller's.
 */
#ifndef TAPFS_TAP_ARRIVAL_H
#define TAPFS_TAP_ARRIVAL_H

#include <stdint.h>

#include "table/write/format.h"
#include "http/http.h"
#include "table/table.h"

struct arrival;

/*
 * It is over: err is NULL if all of it is there (ECONNRESET: it was cut off), bytes are the
 * VOTable's. The arrival is gone when this returns.
 */
typedef void (*arrival_done)(void *arg, uint64_t bytes, const struct table_end *,
			     struct error *err);

/*
 * fds, which are duplicated: [0] takes the VOTable itself, the others what their format makes of
 * it; -1: not made.
 */
struct arrival *arrival_start(struct http *, struct loop *, const struct http_call *,
			      const int fds[FORMATS_MAX], arrival_done, void *arg);
/* Bytes of a format that are in its file so far. */
uint64_t arrival_bytes(const struct arrival *, int format);
/* Bytes that the server said it would send, -1 where it did not. */
int64_t arrival_length(const struct arrival *);
/* done is not called any more. NULL is allowed. */
void arrival_cancel(struct arrival *);

#endif
