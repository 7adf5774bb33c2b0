/*
 * advice.h: what to do about a query that failed, from what the service said.
 *
 * Services say where a mistake is and what they do not know in words of their
 * own; the patterns here are those of DaCHS, the CDS ADQL library (Gaia, VizieR,
 * CADC's opencadc), PostgreSQL and our own. Pure: what is known of the service is
 * given.
 */
#ifndef TAPFS_TAP_QUERY_ADVICE_H
#define TAPFS_TAP_QUERY_ADVICE_H

#include "cache/catalog.h"

struct advice_on {
	const char *query;                 /* the text that was sent; NULL where it is not known */
	const char *message;               /* the service's */
	int errnum;                        /* of the error */
	const struct catalog_names *names; /* NULL where they are not known */
	const char *signin_hint;           /* how to get an account; may be "" */
	int64_t seconds_hard;              /* EXECUTIONDURATION at most; -1 not known */
};

/* A place in a text, from 1; characters, not bytes. */
struct text_place {
	unsigned line, column;
};

/* Where the message says that the mistake is. */
bool advice_place(const char *message, const char *query, struct text_place *);
/* Paragraphs, each ending in a newline; "" where there is nothing to say. Caller owns. */
char *advice_on(const struct advice_on *);

#endif
