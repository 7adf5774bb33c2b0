/*
 * query_slot.c: running_jobs: how many queries of a service run at a time, first come first served.
 */
#include "base/stats.h"
#include "tap/query/query_record.h"
#include "tap/query/query_run.h"

static void slots_hand_out(struct queries *qs)
{
	int64_t limit = setting_int(qs->service->settings, OPT_RUNNING_JOBS);
	struct query_run *r;

	while (!qs->ended && (int64_t)qs->running < (limit > 0 ? limit : 1) &&
	       (r = TAILQ_FIRST(&qs->waiting))) {
		TAILQ_REMOVE(&qs->waiting, r, waiting);
		slot_take(r);
		run_over(r);
	}
}

void slot_take(struct query_run *r)
{
	r->has_slot = true;
	queries_of(r->service)->running++;
	stats.jobs_running++;
}

void slot_give(struct query_run *r)
{
	if (r->step == RUN_SLOT && !r->has_slot && !r->working)
		TAILQ_REMOVE(&queries_of(r->service)->waiting, r, waiting);
	if (!r->has_slot)
		return;
	r->has_slot = false;
	stats.jobs_running--;
	queries_of(r->service)->running--;
	slots_hand_out(queries_of(r->service));
}

void slot_wait(struct query_run *r)
{
	struct queries *qs = queries_of(r->service);

	if (r->has_slot) { /* a run that begins anew keeps it */
		run_over(r);
		return;
	}
	TAILQ_INSERT_TAIL(&qs->waiting, r, waiting);
	slots_hand_out(qs);
	if (r->step == RUN_SLOT)
		query_log(r->query,
			  "waits: %u queries run already, as many as are allowed at a time "
			  "(option running_jobs)",
			  qs->running);
}
