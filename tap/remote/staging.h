/*
 * staging.h: how long an answer that is not ready (202) is waited for. Pure.
 *
 * Archives stage a file from tape, or make a cut-out, and answer 202 meanwhile (RFC 9110 §15.3.3).
 */
#ifndef TAPFS_TAP_REMOTE_STAGING_H
#define TAPFS_TAP_REMOTE_STAGING_H

#include <stdint.h>

#define STAGING_MAX_MS UINT64_C(60000) /* in all, if the server says how long it takes */

/* Zeros at first. */
struct staging {
	unsigned waits;
	uint64_t waited; /* ms */
};

/*
 * The ms after which it is asked for again, 0: no more. retry_after: s, as the server says; where
 * it does not (-1), at distances that grow from 1 s on, for unsaid_ms in all.
 */
uint64_t staging_next(struct staging *, int64_t retry_after, uint64_t unsaid_ms);

#endif
