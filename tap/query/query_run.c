/*
 * query_run.c: one run of a query on the service; the steps are in query_run.h.
 *
 * Every step has at most one thing under way: a worker (working), a request
 * (call), a timer, or the fetch. What can be reached again later is tried again
 * for as long as it takes; what the service refuses ends the run.
 *
 * A cancelled run (query NULL) stays until what cannot be stopped comes back:
 * a worker, or the POST that may make a job, which is then deleted.
 */
#include "tap/query/query_run.h"
#include "tap/query/upload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stats.h"
#include "http/url.h"
#include "tap/query/advice.h"
#include "tap/uws/deletion.h"
#include "tap/uws/recovery.h"

#define WAIT_S        60 /* what is asked as WAIT */
#define LONG_POLLS    2  /* WAITs at a time: others poll */
#define POLL_FIRST_MS 50
#define POLL_CAP_MS   15000
#define STARTS        3    /* refused PHASE=RUN, before that is believed */
#define AGAIN_MS      2000 /* first distance between tries to reach the service */
#define AGAIN_CAP_MS  60000
#define BAR_WIDTH     20 /* characters of a progress bar */

bool is_passing(const struct error *e)
{
	int n = error_errno(e);

	return n == EHOSTUNREACH || n == ETIMEDOUT || n == EAGAIN || n == ECONNRESET;
}

void run_free(struct query_run *r)
{
	free(r->text);
	free(r->text_path);
	uploads_free(r->uploads);
	directives_clear(&r->say);
	free(r->result_url);
	error_free(r->error);
	free(r);
}

static void long_poll_over(struct query_run *r)
{
	if (r->long_poll)
		r->service->queries->long_polls--;
	r->long_poll = false;
}

const void *query_run_cancel(struct query_run *r)
{
	struct query *q = r ? r->query : NULL;

	if (!r)
		return NULL;
	long_poll_over(r);
	slot_give(r);
	timer_cancel(r->timer);
	r->timer = NULL;
	recovery_cancel(r->recovery);
	r->recovery = NULL;
	uploads_cancel(r->uploads);
	run_fetch_cancel(r);
	r->query = NULL;
	query_unref(q);
	if (r->call && r->step == RUN_CREATE && !r->service->queries->ended)
		return r; /* create_done deletes the job that may have been made */
	job_call_cancel(r->call);
	r->call = NULL;
	if (!r->working)
		run_free(r);
	return NULL;
}

bool run_was_cancelled(struct query_run *r)
{
	r->working = false;
	if (r->query)
		return false;
	run_free(r);
	return true;
}

void run_end(struct query_run *r, const int64_t sizes[FORMATS_MAX], struct error *err)
{
	struct query *q = r->query;

	long_poll_over(r);
	slot_give(r);
	if (r->lost_answers && q->entry.job_url)
		deletion_add_unheard(r->service, q->entry.runid, q->entry.sent_hash,
				     q->entry.created, NULL);
	query_ended(q, sizes, (int64_t)r->end.rows, r->end.overflow, err);
	query_unref(q);
	run_free(r);
}

void run_fail(struct query_run *r, struct error *err)
{
	static const int64_t none[FORMATS_MAX] = {0};
	const struct capabilities *c = r->service->capabilities;
	struct advice_on on = {
	    .query = r->text,
	    .message = error_text(err),
	    .errnum = error_errno(err),
	    .names = r->service->names,
	    .signin_hint = setting_str(r->service->settings, OPT_SIGNIN_HINT),
	    .seconds_hard = c ? c->execution_duration.hard : -1,
	};

	free(r->query->entry.advice);
	r->query->entry.advice = advice_on(&on);
	run_fetch_cancel(r);
	run_end(r, none, err);
}

static void again_now(void *arg)
{
	struct query_run *r = arg;
	void (*step)(void *) = r->again;

	r->again = NULL;
	step(r);
}

void query_run_retry(struct query_run *r)
{
	if (!r->again)
		return;
	timer_cancel(r->timer);
	again_now(r);
}

void run_again(struct query_run *r, void (*step)(void *), const struct error *why)
{
	uint64_t ms = AGAIN_MS;

	service_set_health(r->service, why);
	for (unsigned i = 0; i < r->failures && ms < AGAIN_CAP_MS; i++)
		ms *= 2;
	if (r->failures++ == 0)
		query_log(r->query, "the service cannot be reached (%s); trying again until it can",
			  error_text(why));
	r->again = step;
	r->timer =
	    timer_start(r->service->loop, ms < AGAIN_CAP_MS ? ms : AGAIN_CAP_MS, again_now, r);
}

void run_reached(struct query_run *r)
{
	if (r->failures)
		query_log(r->query, "the service answers again");
	r->failures = 0;
	service_set_health(r->service, NULL);
}

static struct query_run *run_new(struct query *q)
{
	struct query_run *r = xcalloc(1, sizeof(*r));

	r->query = query_ref(q);
	r->service = q->service;
	r->began = clock_now();
	r->delay = POLL_FIRST_MS;
	for (int f = 0; f < FORMATS_MAX; f++)
		r->making[f].fd = -1;
	q->run = r;
	return r;
}

void query_run_start(struct query *q)
{
	run_read_text(run_new(q));
}

/* --- run and wait --- */

static void run_wait(void *arg);

static void gone(struct query_run *r)
{
	struct error *e = NULL;

	error_set(&e, EIO,
		  "the service does not know this job any more (it may have been deleted, or "
		  "have outlived its time); `touch` the query to run it again");
	run_fail(r, e);
}

/* The job was on another server than the service is now (the demo's last port). */
static bool moved_away(const struct query_run *r)
{
	return strcmp(r->service->name, "demo") == 0 &&
	       !url_same_origin(r->query->entry.job_url, r->service->url);
}

static void started(void *arg, struct error *err)
{
	struct query_run *r = arg;

	r->call = NULL;
	if (err && is_passing(err)) {
		run_again(r, run_check, err);
	} else if (err && error_errno(err) == ENOENT) {
		gone(r);
	} else if (err && r->starts++ < STARTS && error_errno(err) == EIO) {
		/* it may have begun by itself meanwhile: look what its phase is */
		r->timer = timer_start(r->service->loop, AGAIN_MS, run_check, r);
	} else if (err) {
		run_fail(r, error_copy(err));
	} else {
		run_reached(r);
		run_wait(r);
	}
}

static void run_start(struct query_run *r)
{
	r->step = RUN_START;
	r->call = job_set(r->service, r->query->entry.job_url, "phase", "RUN", started, r);
}

static void reason_came(void *arg, const char *text, struct error *err)
{
	struct query_run *r = arg;
	struct error *e = NULL;

	r->call = NULL;
	if (!err && *text)
		error_set(&e, EIO, "%s", text);
	else
		e = r->error ? steal(r->error) : NULL;
	if (!e)
		error_set(&e, EIO, "the service gives no reason");
	run_fail(r, e);
}

static void job_failed(struct query_run *r, const struct uws_job *job)
{
	if (job->error_message)
		error_set(&r->error, EIO, "%s", job->error_message);
	if (job->phase == UWS_ABORTED && !job->error_message) {
		error_set(&r->error, ECANCELED,
			  "the job was aborted: by somebody else, or because it took longer than "
			  "the service "
			  "allows; `touch` the query to run it again");
		run_fail(r, steal(r->error));
		return;
	}
	r->step = RUN_REASON;
	r->call = job_get_error(r->service, r->query->entry.job_url, reason_came, r);
}

static void completed(struct query_run *r, const struct uws_job *job)
{
	const char *href = uws_result_href(job);
	CLEANUP_FREE char *fallback = url_append(r->query->entry.job_url, "results/result");
	CLEANUP_FREE char *base = xasprintf("%s/", r->query->entry.job_url);

	free(r->result_url);
	r->result_url = href ? service_url(r->service, base, href) : NULL;
	if (!r->result_url)
		r->result_url = steal(fallback);
	run_fetch(r);
}

static void note_phase(struct query_run *r, enum uws_phase p)
{
	if (p != r->phase)
		query_log(r->query, "%s", uws_phase_name(p));
	r->phase = p;
}

/*
 * At once after a WAIT that brought a new phase; else at growing distance, also when a WAIT came
 * back early with nothing new (Daiquiri ignores WAIT).
 */
static void ask_later(struct query_run *r, bool at_once)
{
	uint64_t now = loop_now(r->service->loop);
	uint64_t due = r->asked + r->delay;

	if (at_once) {
		r->delay = POLL_FIRST_MS;
		run_wait(r);
		return;
	}

	r->delay = r->delay + r->delay / 2 < POLL_CAP_MS ? r->delay + r->delay / 2 : POLL_CAP_MS;
	r->timer = timer_start(r->service->loop, due > now ? due - now : 0, run_wait, r);
}

static void job_came(void *arg, const struct uws_job *job, struct error *err)
{
	struct query_run *r = arg;
	bool changed, waited = r->long_poll;

	r->call = NULL;
	long_poll_over(r);
	if (err && (error_errno(err) == ENOENT || moved_away(r))) {
		gone(r);
		return;
	}
	if (err && is_passing(err)) {
		run_again(r, run_wait, err);
		return;
	}
	if (err) {
		run_fail(r, error_copy(err));
		return;
	}
	run_reached(r);
	r->has_wait = uws_version_has_wait(job->version);
	changed = job->phase != r->phase;
	note_phase(r, job->phase);
	if (job->phase == UWS_COMPLETED) {
		completed(r, job);
	} else if (job->phase == UWS_ERROR || job->phase == UWS_ABORTED ||
		   job->phase == UWS_ARCHIVED) {
		job_failed(r, job);
	} else if (job->phase == UWS_PENDING && r->step != RUN_WAIT) {
		run_start(r);
	} else if ((job->phase == UWS_PENDING || job->phase == UWS_HELD) && !r->held_run) {
		r->held_run =
		    true; /* held, or back to PENDING after the service was started anew */
		run_start(r);
	} else {
		r->step = RUN_WAIT;
		ask_later(r, changed && waited);
	}
}

void run_check(void *arg)
{
	struct query_run *r = arg;

	r->timer = NULL;
	r->step = RUN_CHECK;
	r->asked = loop_now(r->service->loop);
	r->call = job_get(r->service, r->query->entry.job_url, 0, UWS_UNKNOWN, job_came, r);
}

static void run_wait(void *arg)
{
	struct query_run *r = arg;
	struct queries *qs = r->service->queries;
	unsigned wait = 0;

	r->timer = NULL;
	r->step = RUN_WAIT;
	r->asked = loop_now(r->service->loop);
	if (r->has_wait && qs->long_polls < LONG_POLLS) {
		wait = WAIT_S;
		r->long_poll = true;
		qs->long_polls++;
	}
	r->call = job_get(r->service, r->query->entry.job_url, wait, r->phase, job_came, r);
}

void query_run_resume(struct query *q)
{
	struct query_run *r = run_new(q);

	if (!q->entry.job_url) {
		run_read_text(r);
		return;
	}
	slot_take(r);
	run_check(r);
}

const char *query_run_phase(const struct query_run *r)
{
	return r->query->entry.job_url ? uws_phase_name(r->phase) : "";
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

char *query_run_describe(const struct query_run *r)
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
