/*
 * query_describe.c: where a query stands, in words: for `status` and for its attributes.
 */
#include <inttypes.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "tap/query/query_run.h"

#define BAR_WIDTH 20 /* characters of a progress bar */

static const char *run_phase(const struct query_run *r)
{
	return r->query->entry.job_url ? uws_phase_name(r->phase) : "";
}

const char *query_phase(const struct query *q)
{
	switch (q->state) {
	case QUERY_IDLE: break;
	case QUERY_ACTIVE: return run_phase(q->run);
	case QUERY_DONE: return uws_phase_name(UWS_COMPLETED);
	case QUERY_FAILED: return uws_phase_name(UWS_ERROR);
	}
	return "";
}

/* "[#########-----------]  46 %  9.2 MB of 20.0 MB, 3.1 MB/s" */
static char *describe_fetch(const struct query_run *r)
{
	char got[CLOCK_TEXT], all[CLOCK_TEXT], rate[CLOCK_TEXT], bar[BAR_WIDTH + 1];
	int64_t length = incoming_length(r->incoming);
	uint64_t bytes = incoming_bytes(r->incoming, 0);
	int64_t ms = clock_now() - r->fetching;
	size_t filled;

	clock_bytes(bytes, got);
	clock_bytes(bytes * 1000 / (uint64_t)(ms > 0 ? ms : 1), rate);
	if (length <= 0 || (uint64_t)length < bytes) /* not told, or of a packed body */
		return xasprintf("result arrives, %s, %s/s", got, rate);
	filled = (size_t)(bytes * BAR_WIDTH / (uint64_t)length);
	memset(bar, '-', BAR_WIDTH);
	memset(bar, '#', filled);
	bar[BAR_WIDTH] = '\0';
	return xasprintf("[%s] %3d %%  %s of %s, %s/s", bar, (int)(bytes * 100 / (uint64_t)length),
			 got, clock_bytes((uint64_t)length, all), rate);
}

static char *run_describe(const struct query_run *r)
{
	char span[CLOCK_TEXT];

	if (r->step == RUN_SLOT)
		return xstrdup("waits for others to end");
	clock_span(clock_now() - r->began, span);
	if (r->failures)
		return xasprintf("the service cannot be reached, for %s now", span);
	if (r->incoming && incoming_bytes(r->incoming, 0))
		return describe_fetch(r);
	if (r->step == RUN_FETCH && r->say.sync)
		return xasprintf("asked, %s ago", span);
	return xasprintf("%s for %s",
			 r->phase == UWS_UNKNOWN ? "being submitted" : uws_phase_name(r->phase),
			 span);
}

char *query_describe(const struct query *q)
{
	switch (q->state) {
	case QUERY_IDLE: return xstrdup("not run");
	case QUERY_ACTIVE: return run_describe(q->run);
	case QUERY_DONE:
		if (q->asked)
			return xasprintf("done, as .%s", q->asked);
		return xasprintf("done, %" PRId64 " row%s%s", q->entry.rows,
				 q->entry.rows == 1 ? "" : "s",
				 q->entry.overflow ? " (cut off)" : "");
	case QUERY_FAILED:
		return xasprintf("failed: %.*s", (int)strcspn(q->entry.error_text, "\n"),
				 q->entry.error_text);
	}
	return NULL;
}
