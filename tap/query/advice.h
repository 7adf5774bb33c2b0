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
#include "tap/query/sent_text.h"

struct advice_on {
	const char *query;                 /* the file's text, NULL where it is not known … */
	const struct sent_text *sent;      /* … and what was sent of it; NULL: all */
	const char *message;               /* the service's */
	int errnum;                        /* of the error */
	const struct catalog_names *names; /* NULL where they are not known */
	const char *signin_hint;           /* how to get an account; may be "" */
	int64_t seconds_hard;              /* EXECUTIONDURATION at most; -1 not known */
};

/* Where the message says that the mistake is, in the text that was sent. */
bool advice_place(const char *message, const char *sent, struct text_place *);
/* Paragraphs, each ending in a newline; "" where there is nothing to say. Caller owns. */
char *advice_on(const struct advice_on *);

#endif
