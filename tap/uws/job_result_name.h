/*
 * job_result_name.h: the names of a job's results. Pure: no files, no network.
 */
#ifndef TAPFS_TAP_UWS_JOB_RESULT_NAME_H
#define TAPFS_TAP_UWS_JOB_RESULT_NAME_H

#include <stdbool.h>
#include <stddef.h>

#include "tap/uws/uws.h"

struct result_name {
	char *stem;        /* a file name, perhaps with an extension already */
	char *key;         /* the result's id; "" for the query's result (TAP 1.1 §2.4) */
	const char *said;  /* the extension as the document tells it; NULL where it does not */
	const char *guess; /* where nobody tells; may be NULL */
};

/*
 * The first name at or after *at, which is moved past it: set it to 0 before. False after the last.
 * What is no file has no name; a query that is COMPLETED has a result, listed or not. known NULL:
 * nothing is known but the phase.
 */
bool result_name_next(const struct uws_job *known, enum uws_phase, size_t *at,
		      struct result_name *);
void result_name_clear(struct result_name *);
/* "result.vot": with that extension (NULL: none), unless it has it already; caller owns. */
char *result_name_text(const struct result_name *, const char *ext);

/* The one of that key; NULL if the document does not list it. */
const struct uws_result *result_of_key(const struct uws_job *known, const char *key);

#endif
