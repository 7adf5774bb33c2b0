/*
 * overflow.h: a result that the service calls cut off (DALI 1.1 §4.4.1): whether it is, why, and
 * how to get the rest. Pure.
 */
#ifndef TAPFS_TAP_QUERY_OVERFLOW_H
#define TAPFS_TAP_QUERY_OVERFLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "tap/vosi/capabilities.h"

struct overflow {
	int64_t rows;              /* that came */
	int64_t maxrec;            /* MAXREC that was sent; -1: none, or it is not known */
	bool of_option;            /* by the option maxrec, not by the query's own line */
	const struct limit *limit; /* the service's, outputLimit; NULL: not known */
	bool is_daiquiri;
};

/*
 * Daiquiri 0.4 says OVERFLOW of each result that was asked for with MAXREC: fewer rows than both
 * limits are all there are. What any other service says is believed.
 */
bool overflow_is_cut(const struct overflow *);
/* How to get the rest. Caller owns. */
char *overflow_advice(const struct overflow *);

#endif
