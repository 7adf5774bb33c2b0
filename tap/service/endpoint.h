/*
 * endpoint.h: where a service's other services are: DataLink, SIA 2, cone searches, HiPS.
 *
 * The configuration goes before what the capabilities tell. An option holds one URL, or
 * several with names, NAME=URL, between blanks; where the capabilities tell several
 * each is named by the end of its path.
 */
#ifndef TAPFS_TAP_SERVICE_ENDPOINT_H
#define TAPFS_TAP_SERVICE_ENDPOINT_H

#include <stddef.h>

#include "tap/vosi/capabilities.h"

struct service;

enum endpoint_kind { ENDPOINT_DATALINK, ENDPOINT_SIA, ENDPOINT_SCS, ENDPOINT_HIPS };

struct endpoint {
	char *name; /* "" for the only one, if it was given none */
	char *url;
};

struct endpoints {
	struct endpoint *at;
	size_t n;
};

/*
 * Those of a service; none where nothing is told. A declared URL is on the service's configured
 * host, a configured one is as it stands there. Caller clears.
 */
struct endpoints endpoints_of(const struct service *, enum endpoint_kind);
/* The URL of the one with that name; NULL if there is none. Caller owns. */
char *endpoint_named(const struct service *, enum endpoint_kind, const char *name);
/* The absolute URL of the only or the first one; NULL: none is known. Caller owns. */
char *endpoint_url(const struct service *, enum endpoint_kind);

/* What an option tells; what the capabilities (NULL: not known) tell of a standard. */
struct endpoints endpoints_configured(const char *value);
struct endpoints endpoints_declared(const struct capabilities *, const char *standard_id);
void endpoints_clear(struct endpoints *);

#endif
