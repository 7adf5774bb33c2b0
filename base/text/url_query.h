/* url_query.h: the query of a URL: parameters added and taken out. */
#ifndef TAPFS_BASE_TEXT_URL_QUERY_H
#define TAPFS_BASE_TEXT_URL_QUERY_H

#include <stddef.h>

#include "base/buf.h"

/* Adds "&name=value" (or without the first &, when b is empty), percent-encoded. */
void url_add_param(struct buf *b, const char *name, const char *value);
/* Adds a value, percent-encoded. */
void url_add_value(struct buf *b, const char *value, size_t n);
/* The URL with "a=1&b=2" as its query, or behind the one it has. Caller owns. */
char *url_with_query(const char *url, const char *query);

/*
 * Takes the one parameter of that name (any case) out of the URL's query: its value, decoded; *rest
 * is the URL without it. NULL if there is none, or several. Caller owns both.
 */
char *url_take_param(const char *url, const char *name, char **rest);

#endif
