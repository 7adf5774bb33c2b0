/*
 * isotime.h: times as services write them, ISO 8601 (DALI 1.1 §3.3.3).
 */
#ifndef TAPFS_BASE_TEXT_ISOTIME_H
#define TAPFS_BASE_TEXT_ISOTIME_H

#include <stddef.h>
#include <stdint.h>

/*
 * Milliseconds since 1970 UTC, -1 if it is no time. "2026-11-21", then perhaps
 * "T07:16:18" (or a blank for T), a fraction, and a zone: Z, +01:00, +0100 or +01; none is UTC.
 */
int64_t isotime_parse(const char *s, size_t n);

#endif
