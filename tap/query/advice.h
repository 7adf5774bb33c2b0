/*
 * advice.h: what to do about a query that failed, from what the service said.
 *
 * Services say where a mistake is and what they do not know in words of their
 * own; the patterns here are those of DaCHS, the CDS ADQL library (Gaia, VizieR,
 * CADC's opencadc), Daiquiri's parser, PostgreSQL and our own. Pure: what is known
 * of the service is given.
 *
 * Where the query is not at fault the last paragraph says how to run it again (`touch`).
 */
#ifndef TAPFS_TAP_QUERY_ADVICE_H
#define TAPFS_TAP_QUERY_ADVICE_H

#include "cache/catalog.h"
#include "tap/query/sent_text.h"

/* What ended the run. */
enum advice_end {
	ADVICE_ANSWERED, /* what the service said, or an error in the text itself */
	ADVICE_HERE,     /* something of this machine: the disk, the journal */
	ADVICE_UPLOADS,  /* a table that the query refers to */
	ADVICE_ABORTED_HERE,
	ADVICE_ABORTED_THERE,
	ADVICE_TOO_LONG, /* the job had the time that it may have */
};

struct advice_on {
	const char *query;            /* the file's text, NULL where it is not known … */
	const struct sent_text *sent; /* … and what was sent of it; NULL: all */
	const char *message;          /* the service's */
	int errnum;                   /* of the error */
	enum advice_end ended;
	const struct catalog_names *names; /* NULL where they are not known */
	/* The columns of the query's tables, as far as they are known. */
	struct catalog_details *const *details;
	size_t ndetails;
	const char *signin_hint; /* how to get an account; may be "" */
	bool signed_in;
	bool sync;             /* MODE = sync */
	const char *queue;     /* the QUEUE that the job had; NULL: none */
	const char *queues;    /* what the service says of its queues; NULL: nothing */
	int64_t seconds_asked; /* DURATION; 0: none */
	int64_t seconds_hard;  /* EXECUTIONDURATION at most; -1 not known */
};

/* Where the message says that the mistake is, in the text that was sent. */
bool advice_place(const char *message, const char *sent, struct text_place *);
/*
 * The tables of the query, if the message says that a column is unknown: their columns may help.
 * Fills at most `most` names, borrowed from a->names.
 */
size_t advice_tables(const struct advice_on *, const char **tables, size_t most);
/* Paragraphs, each ending in a newline; "" where there is nothing to say. Caller owns. */
char *advice_on(const struct advice_on *);

#endif
