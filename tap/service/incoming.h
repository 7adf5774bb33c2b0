/*
 * incoming.h: a VOTable on its way: from the network into its file, and from there, while it still
 * comes, into the formats that are made at once.
 *
 * The document is good when the conversion has read it to its end (QUERY_STATUS may stand after
 * the table). The files are the caller's, also what is in them otherwise.
 */
#ifndef TAPFS_TAP_SERVICE_INCOMING_H
#define TAPFS_TAP_SERVICE_INCOMING_H

#include <stdbool.h>
#include <stdint.h>

#include "http/http.h"
#include "table/table.h"
#include "table/write/format.h"

struct incoming;

/*
 * It is over: err is NULL if all of it is there (ECONNRESET: it was cut off), bytes are the
 * VOTable's. It is gone when this returns.
 */
typedef void (*incoming_done)(void *arg, uint64_t bytes, const struct table_end *,
			      struct error *err);

/*
 * fds, which are duplicated: [0] takes the VOTable itself, the others what their format makes of
 * it; -1: not made. [FORMAT_BESIDE] is read instead, where the VOTable names a file for its rows.
 */
struct incoming *incoming_start(struct http *, struct loop *, const struct http_call *,
				const int fds[FORMATS_MAX], incoming_done, void *arg);
/*
 * The same, of what is no VOTable: kept as it comes in the file of that format; an answer that
 * cannot be a file of that extension (asked_format.h) is an error.
 */
struct incoming *incoming_start_as(struct http *, struct loop *, const struct http_call *, int fd,
				   int format, const char *extension, incoming_done, void *arg);
/*
 * From within done, with an error: what came is a VOTable all the same, be it damaged, and its file
 * has all of it that was to be had. An error document is none.
 */
bool incoming_is_table(const struct incoming *);
/* While done is called: the status of the answer; 0: none came. */
int incoming_status(const struct incoming *);
/* While done is called with an error: it is of this machine (its disk), not of what came. */
bool incoming_failed_here(const struct incoming *);
/* Bytes of a format that are in its file so far. */
uint64_t incoming_bytes(const struct incoming *, int format);
/* Bytes that the server said it would send, -1 where it did not. */
int64_t incoming_length(const struct incoming *);
/* done is not called any more. NULL is allowed. */
void incoming_cancel(struct incoming *);

#endif
