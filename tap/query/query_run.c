/*
 * query_run.c: the conductor of a run: its steps in one table, and what follows what.
 *
 * What can be reached again later is tried again for as long as it takes; what the service refuses
 * ends the run.
 */
#include "tap/query/query_run.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "tap/query/query_record.h"
#include "tap/query/upload.h"
#include "tap/uws/deletion.h"

#define AGAIN_MS     2000 /* first distance between tries to reach the service */
#define AGAIN_CAP_MS 60000

/* cancel: what it has under way besides a worker and a request; NULL: nothing. */
static const struct {
	void (*start)(struct query_run *);
	void (*cancel)(struct query_run *);
} steps[RUN_STEPS] = {
    [RUN_READ] = {run_read_text, NULL},
    [RUN_UPLOADS] = {run_find_uploads, run_uploads_cancel},
    [RUN_SLOT] = {slot_wait, NULL},
    [RUN_INTENT] = {run_intent, NULL},
    [RUN_RECOVER] = {run_recover, run_recover_cancel},
    [RUN_CREATE] = {run_create, NULL},
    [RUN_DURATION] = {run_set_duration, NULL},
    [RUN_COMMIT] = {run_commit, NULL},
    [RUN_CHECK] = {run_poll, NULL},
    [RUN_SET_RUNNING] = {run_set_running, NULL},
    [RUN_WAIT] = {run_wait, NULL},
    [RUN_REASON] = {run_ask_reason, NULL},
    [RUN_FETCH] = {run_fetch, run_fetch_cancel},
    [RUN_BESIDE] = {run_fetch_beside, run_beside_cancel},
    [RUN_PUBLISH] = {run_publish, run_fetch_cancel},
    [RUN_ANEW] = {run_anew, NULL},
};

/* What the job's phase asks for. */
static enum run_step step_for_phase(struct query_run *r)
{
	switch (r->phase) {
	case UWS_COMPLETED: return RUN_FETCH;
	case UWS_ERROR:
	case UWS_ABORTED:
	case UWS_ARCHIVED: return RUN_REASON;
	case UWS_PENDING:
		if (r->step == RUN_CHECK)
			return RUN_SET_RUNNING;
		/* back to PENDING: the service was started again */
		/* fallthrough */
	case UWS_HELD:
		if (r->held_run)
			return RUN_WAIT;
		r->held_run = true;
		return RUN_SET_RUNNING;
	default: return RUN_WAIT;
	}
}

static enum run_step next_step(struct query_run *r)
{
	switch (r->step) {
	case RUN_READ: return RUN_UPLOADS;
	case RUN_UPLOADS: return RUN_SLOT;
	case RUN_SLOT: return RUN_INTENT;
	case RUN_INTENT:
		return r->say.sync ? RUN_FETCH : r->lost_answers ? RUN_RECOVER : RUN_CREATE;
	case RUN_RECOVER:
		if (!r->query->entry.job_url)
			return RUN_CREATE;
		/* fallthrough */
	case RUN_CREATE: return r->say.seconds ? RUN_DURATION : RUN_COMMIT;
	case RUN_DURATION: return RUN_COMMIT;
	case RUN_COMMIT: return RUN_CHECK;
	case RUN_SET_RUNNING: return RUN_WAIT;
	case RUN_CHECK:
	case RUN_WAIT: return step_for_phase(r);
	case RUN_FETCH: return r->asks_anew ? RUN_ANEW : RUN_PUBLISH;
	case RUN_BESIDE: return RUN_FETCH;
	case RUN_ANEW: return r->text ? RUN_UPLOADS : RUN_READ;
	case RUN_REASON:
	case RUN_PUBLISH:
	case RUN_STEPS: break;
	}
	abort();
}

static void step_start(void *arg)
{
	struct query_run *r = arg;

	r->timer = NULL;
	r->unreachable = false;
	steps[r->step].start(r);
}

/* --- the end --- */

static void run_free(struct query_run *r)
{
	query_text_clear(&r->accepted);
	free(r->text);
	sent_text_clear(&r->sent_text);
	free(r->text_path);
	free(r->left_job);
	run_uploads_free(r->uploads);
	directives_clear(&r->say);
	result_addresses_clear(&r->results);
	error_free(r->error);
	free(r->warnings);
	free(r->beside.url);
	error_free(r->beside.error);
	error_free(r->refusal);
	free(r->queue);
	free(r);
}

static void step_cancel(struct query_run *r)
{
	if (steps[r->step].cancel)
		steps[r->step].cancel(r);
}

const void *query_run_cancel(struct query_run *r)
{
	struct query *q = r ? r->query : NULL;

	if (!r)
		return NULL;
	run_watch_over(r);
	slot_give(r);
	timer_cancel(r->timer);
	r->timer = NULL;
	step_cancel(r);
	r->query = NULL;
	query_unref(q);
	if (r->call && r->step == RUN_CREATE && !queries_of(r->service)->ended)
		return r; /* the job that the POST may have made is deleted when it is back */
	job_call_cancel(r->call);
	r->call = NULL;
	if (!r->working)
		run_free(r);
	return NULL;
}

static void run_end(struct query_run *r, struct error *err)
{
	struct query *q = r->query;

	run_watch_over(r);
	slot_give(r);
	if (r->lost_answers && q->entry.sent_hash[0] && (q->entry.job_url || r->maybe_made))
		deletion_add_unheard(r->service, q->entry.runid, q->entry.sent_hash,
				     q->entry.created, NULL);
	r->ended(q, r->sizes, &r->end, err);
	query_unref(q);
	run_free(r);
}

static void run_failed(struct query_run *r, struct error *err)
{
	step_cancel(r);
	error_free(r->error);
	r->error = err;
	run_advise(r);
}

/* --- between the steps --- */

static void try_again(struct query_run *r, const struct error *why)
{
	uint64_t asked = r->retry_after > 0 ? (uint64_t)r->retry_after * 1000 : 0;
	uint64_t ms = AGAIN_MS;

	service_set_health(r->service, why);
	for (unsigned i = 0; i < r->failures && ms < AGAIN_CAP_MS; i++)
		ms *= 2;
	if (r->failures++ == 0)
		query_log(r->query, "the service cannot be reached (%s); trying again until it can",
			  error_text(why));
	if (ms > AGAIN_CAP_MS)
		ms = AGAIN_CAP_MS;
	r->unreachable = !asked;
	r->retry_after = 0;
	r->timer = timer_start(r->service->loop, ms > asked ? ms : asked, step_start, r);
}

static void step_over(struct query_run *r, enum step_outcome outcome, struct error *err)
{
	switch (outcome) {
	case STEP_OVER:
		if (r->step == RUN_PUBLISH) {
			run_end(r, NULL);
			return;
		}
		r->step = next_step(r);
		steps[r->step].start(r);
		return;
	case STEP_AGAIN: try_again(r, err); return;
	case STEP_LATER: r->timer = timer_start(r->service->loop, r->later, step_start, r); return;
	case STEP_FAILED:
		if (!run_wants_fixed_texts(r, err)) {
			run_failed(r, err);
			return;
		}
		error_free(err);
		step_cancel(r);
		r->step = RUN_ANEW;
		steps[r->step].start(r);
		return;
	case STEP_ADVISED: run_end(r, steal(r->error)); return;
	case STEP_CANCELLED:
		step_cancel(r);
		run_free(r);
		return;
	}
}

void query_run_retry(struct query_run *r)
{
	if (!r->unreachable)
		return;
	timer_cancel(r->timer);
	step_start(r);
}

/* Of a run that goes on with its job: its text is not read again. */
static void take_directives(struct query_run *r)
{
	struct buf remarks = BUF_INIT;

	if (r->query->entry.head)
		directives_parse(r->query->entry.head, &r->say, &remarks, NULL);
	buf_free(&remarks);
}

void query_run_begin(struct query *q, void (*ended)(struct query *, const int64_t[FORMATS_MAX],
						    const struct table_end *, struct error *))
{
	struct query_run *r = xcalloc(1, sizeof(*r));

	r->query = query_ref(q);
	r->service = q->service;
	r->over = step_over;
	r->ended = ended;
	r->began = clock_now();
	r->delay = RUN_POLL_FIRST_MS;
	r->maxrec = -1;
	for (int f = 0; f < FORMATS_MAX; f++) {
		r->files[f].fd = -1;
		r->sizes[f] = -1;
	}
	q->run = r;
	if (q->entry.job_url) {
		slot_take(r);
		take_directives(r);
	}
	r->step = q->entry.job_url ? RUN_CHECK : RUN_READ;
	steps[r->step].start(r);
}
