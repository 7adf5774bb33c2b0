/* clock.h: wall time, in milliseconds since 1970 UTC, and as text. */
#ifndef TAPFS_BASE_CLOCK_H
#define TAPFS_BASE_CLOCK_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define CLOCK_TEXT 32 /* bytes that any of these needs */

int64_t clock_now(void);
/* The same of a file's time. */
int64_t clock_of(const struct timespec *);
/* For tests: from now on it is that time, and stays so until clock_go_on; 0: the real time again.
 */
void clock_fix(int64_t ms);
void clock_go_on(int64_t ms); /* nothing if the clock is not fixed */
/* "2026-11-21T07:15:02Z" */
const char *clock_iso(int64_t ms, char out[CLOCK_TEXT]);
/* "07:15:02.123", local time: for people who read a log */
const char *clock_hms(int64_t ms, char out[CLOCK_TEXT]);
/* "23 ms", "2.1 s", "3 min 20 s", "5 h 02 min" */
const char *clock_span(int64_t ms, char out[CLOCK_TEXT]);
/* "17.3 MB" */
const char *clock_bytes(uint64_t n, char out[CLOCK_TEXT]);

#endif
