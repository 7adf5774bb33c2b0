/*
 * url.h: URLs as services give them: joined, compared, made safe to show.
 */
#ifndef TAPFS_HTTP_URL_H
#define TAPFS_HTTP_URL_H

#include <stdbool.h>

#include "base/error.h"

/*
 * The canonical form of an http or https URL: host in lower case, no default port, no fragment, no
 * slash at the end. Refuses other schemes and user:password@ (it would end up in logs). Caller
 * owns.
 */
char *url_canonical(const char *url, struct error **err);

/* "https://host:port": what credentials belong to. Caller owns; NULL if it is no such URL. */
char *url_origin(const char *url);
bool url_same_origin(const char *a, const char *b);
/* The same host name, whatever scheme and port. */
bool url_same_host(const char *a, const char *b);
/* On this machine: localhost, 127.0.0.0/8, [::1]. */
bool url_is_local(const char *url);

/* ref as found in a document at base; NULL if it makes no URL. Caller owns. */
char *url_join(const char *base, const char *ref);

/*
 * A URL that a service gave of its own parts, on the scheme, host and port that it is configured
 * with, if it names the same host (Gaia and others hand out http for https). Caller owns.
 */
char *url_rebased(const char *url, const char *service_url);

/*
 * A link to anything: http of the service's own host is https where that is, if neither names a
 * port or both the same. Another port is another server, and https stays what it is. Caller owns.
 */
char *url_upgraded(const char *url, const char *service_url);

/* The same path on the scheme, host and port of the service. Caller owns; NULL if it is no URL. */
char *url_moved(const char *url, const char *service_url);
/* Percent-decoded; caller owns. */
char *url_decoded(const char *text);

/* BASE/tail, whatever slashes BASE ends with. Caller owns. */
char *url_append(const char *base, const char *tail);

/*
 * What a file at that URL is kept under: without the parts of a signed address that are made anew
 * each time (and are secrets). Caller owns.
 */
char *url_key(const char *url);

/*
 * The URL as it may be shown: without user:password@, and with the values of parameters that bear
 * secrets (signatures, tokens, passwords) as "…". Caller owns.
 */
char *url_redact(const char *url);

#endif
