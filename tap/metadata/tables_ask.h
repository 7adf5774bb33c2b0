/*
 * tables_ask.h: a service's schemas and tables, asked for in one way after the other.
 *
 * TAP_SCHEMA, the tables document of VOSI 1.1 without its columns, and that of VOSI 1.0: each is
 * tried where the one before it failed, or listed nothing. What came is in the catalog, and its
 * names are the service's. Loop thread only.
 */
#ifndef TAPFS_TAP_METADATA_TABLES_ASK_H
#define TAPFS_TAP_METADATA_TABLES_ASK_H

#include "tap/service/service.h"

struct tables_ask;

/* It is over, and gone: err (borrowed) says in a sentence why none of the ways led anywhere. */
typedef void tables_asked(struct service *, struct error *err);

/* over is never called from here. */
struct tables_ask *tables_ask(struct service *, tables_asked *over);
/* The service has answered one of the requests. */
bool tables_ask_was_answered(const struct tables_ask *);
/* The server failed (5xx) in one of them. Also from within over. */
bool tables_ask_met_failure(const struct tables_ask *);
/* over is not called any more. NULL is allowed. */
void tables_ask_cancel(struct tables_ask *);

#endif
