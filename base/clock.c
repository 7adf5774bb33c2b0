/* clock.c: wall time and quantities as people read them; see clock.h. */
#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static int64_t fixed; /* 0: it is not */

void clock_fix(int64_t ms)
{
	fixed = ms;
}

void clock_go_on(int64_t ms)
{
	if (fixed)
		fixed += ms;
}

int64_t clock_of(const struct timespec *t)
{
	return (int64_t)t->tv_sec * 1000 + t->tv_nsec / 1000000;
}

int64_t clock_now(void)
{
	struct timespec ts;

	if (fixed)
		return fixed;

	clock_gettime(CLOCK_REALTIME, &ts);
	return clock_of(&ts);
}

const char *clock_iso(int64_t ms, char out[CLOCK_TEXT])
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(out, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%SZ", &tm);
	return out;
}

const char *clock_hms(int64_t ms, char out[CLOCK_TEXT])
{
	time_t t = (time_t)(ms / 1000);
	struct tm tm;
	size_t n;

	localtime_r(&t, &tm);
	n = strftime(out, CLOCK_TEXT, "%H:%M:%S", &tm);
	snprintf(out + n, CLOCK_TEXT - n, ".%03d", (int)(ms % 1000));
	return out;
}

const char *clock_span(int64_t ms, char out[CLOCK_TEXT])
{
	int64_t s = ms / 1000;

	if (ms < 1000)
		snprintf(out, CLOCK_TEXT, "%" PRId64 " ms", ms);
	else if (s < 60)
		snprintf(out, CLOCK_TEXT, "%" PRId64 ".%" PRId64 " s", s, ms % 1000 / 100);
	else if (s < 3600)
		snprintf(out, CLOCK_TEXT, "%" PRId64 " min %02" PRId64 " s", s / 60, s % 60);
	else
		snprintf(out, CLOCK_TEXT, "%" PRId64 " h %02" PRId64 " min", s / 3600, s / 60 % 60);
	return out;
}

const char *clock_bytes(uint64_t n, char out[CLOCK_TEXT])
{
	static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
	double v = (double)n / 1000;
	size_t u = 0;

	if (n < 1000) {
		snprintf(out, CLOCK_TEXT, "%" PRIu64 " bytes", n);
		return out;
	}
	while (v >= 999.95 && u + 1 < sizeof(units) / sizeof(*units)) {
		v /= 1000;
		u++;
	}
	snprintf(out, CLOCK_TEXT, "%.1f %s", v, units[u]);
	return out;
}
