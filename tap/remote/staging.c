/* staging.c: see staging.h. */
#include "tap/remote/staging.h"

#define FIRST_MS UINT64_C(1000)

uint64_t staging_next(struct staging *s, int64_t retry_after, uint64_t unsaid_ms)
{
	uint64_t most = retry_after > 0 ? STAGING_MAX_MS : unsaid_ms;
	uint64_t left = most > s->waited ? most - s->waited : 0;
	uint64_t ms = FIRST_MS << s->waits;

	if (retry_after > 0 && (uint64_t)retry_after > left / 1000)
		return 0;
	if (retry_after > 0)
		ms = (uint64_t)retry_after * 1000;
	if (ms > left)
		ms = left;
	s->waits++;
	s->waited += ms;
	return ms;
}
