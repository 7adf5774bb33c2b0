/*
 * query_watch.c: the job of a run: started, and waited for until it is over.
 *
 * What the job's document says is noted in the run (phase, results, error); what follows from it
 * is decided by the conductor. What fails for a while is asked for again for as long as it takes.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text/number.h"
#include "http/url.h"
#include "tap/query/query_record.h"
#include "tap/query/query_run.h"
#include "tap/service/habits.h"
#include "tap/uws/job_document.h"

#define WAIT_S      60 /* what is asked as WAIT */
#define POLL_CAP_MS 15000
#define STARTS      3     /* PHASE=RUN that failed, before that is believed */
#define AGAIN_MS    2000  /* before a refused one is followed by a look at the phase */
#define FIRST_MS    10000 /* of its first looks in which a job may not be known yet */
#define SEEN_MS     4000  /* the same, if one of the service's nodes already knew it */
#define ODD_LOOKS   5     /* in a row that brought no job document, before that is believed */
#define BAD_WAITS   2     /* that failed, before the service is polled */

void run_watch_over(struct query_run *r)
{
	if (r->long_poll)
		r->service->long_polls--;
	r->long_poll = false;
}

static void run_job_gone(struct query_run *r)
{
	struct error *e = NULL;

	error_set(&e, EIO,
		  "the service does not know this job any more (it may have been deleted, or "
		  "have outlived its time); `touch` the query to run it again");
	run_fail(r, e);
}

/* It was made, or this mount began, a moment ago, and not all of the service knows it. */
static bool is_too_early(struct query_run *r, enum run_step step)
{
	uint64_t within = r->phase == UWS_UNKNOWN ? FIRST_MS : SEEN_MS;

	if (loop_now(r->service->loop) - r->watched > within)
		return false;
	run_later(r, step, AGAIN_MS / 4);
	return true;
}

/* The job was on another server than the service is now (the demo's last port). */
static bool moved_away(const struct query_run *r)
{
	return strcmp(r->service->name, "demo") == 0 &&
	       !url_same_origin(r->query->entry.job_url, r->service->url);
}

/* Refused PHASE=RUN before that refusal is believed; a session may have run out. */
static unsigned starts_before(const struct error *err)
{
	return error_errno(err) == EIO ? STARTS : error_errno(err) == EACCES ? 1 : 0;
}

static void run_started(void *arg, struct error *err)
{
	struct query_run *r = arg;

	r->call = NULL;
	if (error_is_transient(err)) {
		run_again(r, RUN_CHECK, err);
	} else if (err && error_errno(err) == ENOENT) {
		if (!is_too_early(r, RUN_CHECK))
			run_job_gone(r);
	} else if (err && r->starts++ < starts_before(err)) {
		/* it may have begun by itself meanwhile: look what its phase is */
		run_later(r, RUN_CHECK, AGAIN_MS);
	} else if (err) {
		run_fail(r, error_copy(err));
	} else {
		run_reached(r);
		r->ask_at_once = true;
		run_over(r);
	}
}

void run_set_running(struct query_run *r)
{
	r->call = job_set(r->service, r->query->entry.job_url, "phase", "RUN", run_started, r);
}

static void run_reason_came(void *arg, const char *text, struct error *err)
{
	struct query_run *r = arg;
	struct error *e = NULL;

	r->call = NULL;
	if (!err && *text)
		error_set(&e, EIO, "%s", text);
	else
		e = r->error ? steal(r->error) : NULL;
	if (!e)
		error_set(&e, EIO, "the service gave no reason");
	run_fail(r, e);
}

void run_ask_reason(struct query_run *r)
{
	if (r->phase == UWS_ABORTED && !r->error) {
		error_set(&r->error, ECANCELED,
			  r->ended_by == ADVICE_TOO_LONG
			      ? "the job was aborted: it had the time that it may have"
			      : "the job was aborted");
		run_fail(r, steal(r->error));
		return;
	}
	r->call = job_get_error(r->service, r->query->entry.job_url, run_reason_came, r);
}

static void note_result(struct query_run *r, const struct uws_job *job)
{
	result_addresses_clear(&r->results);
	r->results =
	    result_addresses(r->service, r->query->entry.job_url, uws_result_href(job), true);
}

static void note_phase(struct query_run *r, enum uws_phase p)
{
	if (p != r->phase)
		query_log(r->query, "%s", uws_phase_name(p));
	if (p != r->phase && p == UWS_COMPLETED)
		r->completed = loop_now(r->service->loop);
	r->phase = p;
}

static bool is_failure(enum uws_phase p)
{
	return p == UWS_ERROR || p == UWS_ABORTED || p == UWS_ARCHIVED;
}

/* What ended a job that has failed. */
static enum advice_end end_of(const struct query_run *r, const struct uws_job *job)
{
	int64_t limit = job->execution_duration * 1000;

	if (job_was_aborted_here(r->service, r->query->entry.job_url))
		return ADVICE_ABORTED_HERE;
	if (job->phase != UWS_ABORTED)
		return ADVICE_ANSWERED;
	return limit > 0 && job->start_time > 0 && job->end_time - job->start_time >= limit
		   ? ADVICE_TOO_LONG
		   : ADVICE_ABORTED_THERE;
}

/* What the job was asked for, also by a mount before this one; and who says so. */
static void note_parameters(struct query_run *r, const struct uws_job *job)
{
	const char *maxrec = uws_job_parameter(job, "MAXREC");
	const char *queue = uws_job_parameter(job, "QUEUE");
	int64_t n;

	/* no other service lists what its translator made of the query */
	r->is_daiquiri = uws_job_parameter(job, "native_query") != NULL;
	if (maxrec && number_parse_int(maxrec, strlen(maxrec), &n) && n >= 0)
		r->maxrec = n;
	if (queue && *queue && !r->queue)
		r->queue = xstrdup(queue);
}

/*
 * A WAIT is a wish (UWS 1.1 §2.2.1.3): gateways end it with 504 or 502, services refuse it, or it
 * breaks. The job is asked for plainly then, and after some such polled.
 */
static void wait_failed(struct query_run *r, const struct error *err)
{
	if (++r->bad_waits == BAD_WAITS)
		query_log(r->query, "waiting for the job does not work here (%s): polling",
			  error_text(err));
	r->has_wait = r->bad_waits < BAD_WAITS;
	r->step = RUN_CHECK;
	run_poll(r);
}

static void run_job_came(void *arg, const struct uws_job *job, struct error *err)
{
	struct query_run *r = arg;
	bool waited = r->long_poll;

	r->call = NULL;
	run_watch_over(r);
	if (err && waited && !moved_away(r)) {
		wait_failed(r, err);
		return;
	}
	if (err && (error_errno(err) == ENOENT || moved_away(r))) {
		if (moved_away(r) || !is_too_early(r, r->step))
			run_job_gone(r);
		return;
	}
	if (error_is_transient(err)) {
		r->ask_at_once = true; /* the distance to the next try is the conductor's */
		run_again(r, RUN_WAIT, err);
		return;
	}
	if (err && error_errno(err) == EACCES && !r->signed_out) {
		r->signed_out = r->ask_at_once = true;
		run_later(r, r->step, AGAIN_MS);
		return;
	}
	if (err && error_errno(err) == EPROTO && ++r->odd_looks < ODD_LOOKS) {
		run_later(r, r->step, AGAIN_MS);
		return;
	}
	if (err) {
		run_fail(r, error_copy(err));
		return;
	}
	r->odd_looks = 0;
	run_reached(r);
	if (job->runid && strcmp(job->runid, r->query->entry.runid) == 0)
		service_learn_habit(r->service, HABIT_RUNIDS);
	r->signed_out = false;
	r->has_wait = uws_version_has_wait(job->version) && r->bad_waits < BAD_WAITS;
	r->ask_at_once = job->phase != r->phase && waited;
	if (r->ask_at_once)
		r->delay = RUN_POLL_FIRST_MS;
	note_phase(r, job->phase);
	note_parameters(r, job);
	if (is_failure(job->phase))
		r->ended_by = end_of(r, job);
	if (job->phase == UWS_COMPLETED && job->error_message)
		query_log(r->query, "the service warns: %s", job->error_message);
	if (job->phase == UWS_COMPLETED)
		note_result(r, job);
	else if (job->error_message && is_failure(job->phase))
		error_set(&r->error, EIO, "%s", job->error_message);
	run_over(r);
}

void run_poll(struct query_run *r)
{
	r->asked = loop_now(r->service->loop);
	if (!r->watched)
		r->watched = r->asked;
	r->call = job_get(r->service, r->query->entry.job_url, 0, UWS_UNKNOWN, run_job_came, r);
}

static void run_ask_job(void *arg)
{
	struct query_run *r = arg;
	unsigned wait = 0;

	r->timer = NULL;
	r->asked = loop_now(r->service->loop);
	if (r->has_wait && r->service->long_polls < LONG_POLLS) {
		wait = WAIT_S;
		r->long_poll = true;
		r->service->long_polls++;
	}
	r->call = job_get(r->service, r->query->entry.job_url, wait, r->phase, run_job_came, r);
}

/*
 * At once after a WAIT that brought a new phase; else at growing distance, also when a WAIT came
 * back early with nothing new (Daiquiri ignores WAIT).
 */
void run_wait(struct query_run *r)
{
	uint64_t now = loop_now(r->service->loop);
	uint64_t due = r->asked + r->delay;

	if (r->ask_at_once) {
		r->ask_at_once = false;
		run_ask_job(r);
		return;
	}
	r->delay = r->delay + r->delay / 2 < POLL_CAP_MS ? r->delay + r->delay / 2 : POLL_CAP_MS;
	r->timer = timer_start(r->service->loop, due > now ? due - now : 0, run_ask_job, r);
}
