/*
 * directives.h: what a query says of itself in the comments at its head.
 *
 *	-- QUEUE = 5m
 *	-- MAXREC = 100000
 *
 * The head is all leading blank lines and comments, those between slash and star
 * included. A directive is one word, `=` and a value, in a `--` comment of its
 * own; other comments are prose. Keys are in any case. Of a key that is said
 * twice the last counts; PARAM and UPLOAD add up. Pure: no files, no network.
 */
#ifndef TAPFS_TAP_QUERY_DIRECTIVES_H
#define TAPFS_TAP_QUERY_DIRECTIVES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"
#include "tap/service/named_value.h"

/* Strings are NULL, and numbers 0, where nothing is said. */
struct directives {
	char *language;             /* LANGUAGE: LANG as sent (TAP 1.1 §2.3.2) */
	char *queue;                /* QUEUE: Daiquiri's parameter */
	char *runid;                /* RUNID (UWS 1.1 §2.1.4) */
	int64_t maxrec;             /* MAXREC: rows (DALI 1.1 §3.4.4) */
	bool no_rows;               /* MAXREC = 0: the columns only */
	int64_t seconds;            /* DURATION: EXECUTIONDURATION (UWS 1.1 §2.2.3.4) */
	bool sync;                  /* MODE */
	char *format;               /* FORMAT: of the result */
	struct named_values params; /* PARAM, JOBNAME, JOBDESCRIPTION */
	struct named_values uploads;
};

/*
 * Fills d, to be cleared also after an error. What looks like a directive and is none is told in
 * `remarks`, a line each. False with *err (EINVAL, naming the line) for a value that cannot be.
 */
bool directives_parse(const char *query, struct directives *d, struct buf *remarks,
		      struct error **err);
void directives_clear(struct directives *);

/* The lines of them in a query, each with its newline, as a query's head; NULL: none. Caller owns.
 */
char *directives_head(const char *query);

/* A line of the head, or lines of one comment. */
struct head_line {
	const char *from, *end; /* without its newline */
	const char *text;       /* of a `--` comment; NULL: it is none */
	bool comment;           /* else blank */
	bool directive;         /* one that there is */
	struct head_said {
		const char *at;
		size_t n;
	} key, value; /* what stands on both sides of `=`; NULL: it is prose */
};

/* The next one, from *at on, which is moved behind it; false behind the head. */
bool directives_next_line(const char **at, struct head_line *);

#endif
