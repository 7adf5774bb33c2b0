/*
 * tap_params.h: a query as the form parameters of /sync and /async (TAP 1.1 §2.3).
 */
#ifndef TAPFS_TAP_TAP_PARAMS_H
#define TAPFS_TAP_TAP_PARAMS_H

#include "tap/directives.h"
#include "tap/service.h"

/* What is asked for; all borrowed. NULL and 0: not sent. */
struct query_spec {
	const char *query;
	const char *language; /* LANG; never NULL */
	const char *runid;
	const char *queue;
	int64_t maxrec; /* rows */
	const struct named_values *params;
};

/* Adds REQUEST, LANG, QUERY, the format of a VOTable, and what else is asked for. */
void tap_params(struct buf *, const struct service *, const struct query_spec *);

#endif
