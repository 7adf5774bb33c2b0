/*
 * query_submit.c: from a query's text to a job whose URL is committed.
 *
 * A run commits its intent, creates the job, and commits its URL; only then may the job run. Where
 * the answer to the creation was lost, or tapfs ended before the commit, the job is looked for in
 * the service's list (recovery.h) before another is created. MODE = sync has no job: after the
 * intent the query is asked and answered in one request.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/stats.h"
#include "http/url.h"
#include "tap/query/query_record.h"
#include "tap/query/query_run.h"
#include "tap/query/upload.h"
#include "tap/service/habits.h"
#include "tap/uws/deletion.h"
#include "tap/uws/job_address.h"
#include "tap/uws/recovery.h"
#include "tap/uws/runid.h"

/* --- the intent --- */

static void commit_failed(struct query_run *r, struct error *err)
{
	struct error *e = error_copy(err);

	error_prefix(&e, "the journal cannot be written");
	run_fail(r, e);
}

static void intent_done(void *arg, struct error *err)
{
	struct query_run *r = arg;

	if (run_was_cancelled(r))
		return;
	if (err)
		commit_failed(r, err);
	else
		run_over(r);
}

/* What the service is told it is called: what the directive says, else one made of its name. */
static char *runid_of(const struct query_run *r)
{
	const char *slash = strrchr(r->query->entry.path, '/');
	const char *name = slash ? slash + 1 : r->query->entry.path;
	CLEANUP_FREE char *stem = xstrndup(name, (size_t)(strrchr(name, '.') - name));

	return r->say.runid ? xstrdup(r->say.runid) : runid_make(stem);
}

/*
 * An intent that is there already is that of a run which was ended before its job's URL was
 * known: it stays, since its job may be there.
 */
void run_intent(struct query_run *r)
{
	struct journal_entry *e = &r->query->entry;

	r->began = clock_now();
	r->working = true;
	if (e->stage == STAGE_INTENT) {
		r->lost_answers = r->maybe_made = !r->say.sync;
		if (r->say.sync)
			query_log(r->query, "asked before, and not answered: asking again (the "
					    "service may have done it twice)");
	} else {
		free(e->runid);
		e->runid = runid_of(r);
		memcpy(e->sent_hash, r->sent, sizeof(e->sent_hash));
		e->tabledata = !r->say.format &&
			       (e->tabledata || service_has_habit(r->service, HABIT_TABLEDATA));
		e->stage = STAGE_INTENT;
		e->created = r->began;
	}
	query_commit(r->query, intent_done, r);
}

/* --- the job --- */

static void url_committed(void *arg, struct error *err)
{
	struct query_run *r = arg;

	if (run_was_cancelled(r))
		return;
	if (err)
		commit_failed(r, err);
	else
		run_over(r);
}

void run_commit(struct query_run *r)
{
	r->query->entry.stage = STAGE_CREATED;
	r->working = true;
	query_commit(r->query, url_committed, r);
}

static void duration_set(void *arg, struct error *err)
{
	struct query_run *r = arg;

	r->call = NULL;
	if (err)
		query_log(r->query, "DURATION = %" PRId64 " is not taken: %s", r->say.seconds,
			  error_text(err));
	run_over(r);
}

void run_set_duration(struct query_run *r)
{
	char seconds[24];

	snprintf(seconds, sizeof(seconds), "%" PRId64, r->say.seconds);
	r->call = job_set(r->service, r->query->entry.job_url, "executionduration", seconds,
			  duration_set, r);
}

/* The job is there, and not committed: a crash from here until it is means that it is recovered. */
static void job_is(struct query_run *r, const char *url)
{
	free(r->query->entry.job_url);
	r->query->entry.job_url = xstrdup(url);
	run_over(r);
}

static void recovered(void *arg, const struct recovered *jobs, size_t n, struct error *err)
{
	struct query_run *r = arg;
	CLEANUP_FREE char *shown = NULL;
	size_t mine = 0;

	r->recovery = NULL;
	if (error_is_transient(err)) {
		run_again(r, RUN_RECOVER, err);
		return;
	}
	if (err)
		query_log(r->query, "the service has no list of jobs to look into: %s",
			  error_text(err));
	if (!n && r->refusal) { /* the service meant it */
		run_fail(r, steal(r->refusal));
		return;
	}
	error_clear(&r->refusal);
	if (!n && r->maybe_made && !r->told_left)
		query_log(r->query,
			  "no job was found: another is made. If the service made one already, "
			  "that one (RUNID %s) stays PENDING and never runs",
			  r->query->entry.runid);
	if (!n) {
		r->told_left |= r->maybe_made;
		run_over(r);
		return;
	}
	run_reached(r);
	for (size_t i = 0; i < n; i++)
		if (jobs[i].phase != UWS_PENDING)
			mine = i; /* a service that starts jobs by itself */
	for (size_t i = 0; i < n; i++)
		if (i != mine && recovered_may_go(r->service, &jobs[i]))
			deletion_add(r->service, jobs[i].url, false);
	shown = url_redact(jobs[mine].url);
	query_log(r->query, "job %s, made before, is taken up", shown);
	job_is(r, jobs[mine].url);
}

/* No other query of that RUNID waits to hear of its job. */
static bool is_lone(const struct query *own)
{
	const struct query *q;

	LIST_FOREACH (q, &queries_of(own->service)->all, link)
		if (q != own && q->entry.stage == STAGE_INTENT &&
		    strcmp(q->entry.runid, own->entry.runid) == 0)
			return false;
	return true;
}

void run_recover(struct query_run *r)
{
	const struct journal_entry *e = &r->query->entry;

	r->recovery = recovery_start(r->service,
				     &(struct recovery_of){.runid = e->runid,
							   .sent = e->sent_hash,
							   .now = r->sent,
							   .since = e->created,
							   .lone = is_lone(r->query),
							   .is_taken = job_is_taken,
							   .arg = deletions_of(r->service)},
				     recovered, r);
}

void run_recover_cancel(struct query_run *r)
{
	recovery_cancel(r->recovery);
	r->recovery = NULL;
}

bool run_charset_is_refused(struct query_run *r, const struct error *err)
{
	struct query_spec spec = run_spec(r);

	if (!tap_charset_is_refused(r->service, &spec, err))
		return false;
	query_log(r->query, "%s; sent again without a charset", error_text(err));
	return true;
}

static void create_done(void *arg, const char *url, struct error *err)
{
	struct query_run *r = arg;
	CLEANUP_FREE char *shown = url ? url_redact(url) : NULL;
	bool refused = job_call_is_refused(r->call);

	r->retry_after = job_call_retry_after(r->call);
	r->call = NULL;
	if (!r->query) { /* cancelled meanwhile */
		if (url)
			deletion_add(r->service, url, false);
		deletion_post_over(r->service, r);
		r->over(r, STEP_CANCELLED, NULL);
		return;
	}
	if (error_is_transient(err)) {
		r->lost_answers |= !refused; /* or never sent: the list tells */
		r->maybe_made |= !refused && error_errno(err) != EHOSTUNREACH;
		run_again(r, r->lost_answers ? RUN_RECOVER : RUN_CREATE, err);
		return;
	}
	if (error_errno(err) == EREMOTEIO) { /* 5xx: a gateway's, of a job that was made? */
		r->lost_answers = r->maybe_made = true;
		error_clear(&r->refusal);
		error_set(&r->refusal, EIO, "%s", error_text(err));
		run_later(r, RUN_RECOVER, 0);
		return;
	}
	if (err && run_charset_is_refused(r, err)) {
		run_later(r, RUN_CREATE, 0);
		return;
	}
	if (err) {
		run_fail(r, error_copy(err));
		return;
	}
	run_reached(r);
	job_address_learn(r->service, url);
	stats.jobs_created++;
	query_log(r->query, "job %s", shown);
	job_is(r, url);
}

struct query_spec run_spec(const struct query_run *r)
{
	size_t n;
	const struct upload *uploads = run_uploads_at(r->uploads, &n);

	return (struct query_spec){
	    .query = r->sent_text.text,
	    .language = r->say.language ? r->say.language : query_language(r->query),
	    .runid = r->query->entry.runid,
	    .queue = r->say.queue,
	    .format = r->say.format,
	    .tabledata = r->query->entry.tabledata,
	    .maxrec = r->say.maxrec || r->say.no_rows
			  ? r->say.maxrec
			  : setting_int(r->service->settings, OPT_MAXREC),
	    .no_rows = r->say.no_rows,
	    .params = &r->say.params,
	    .uploads = uploads,
	    .nuploads = n,
	};
}

/* "submitting to URL (LANG ADQL, QUEUE 5m)" */
void run_log_spec(struct query_run *r, const char *verb, const struct query_spec *spec)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	buf_addf(&b, "LANG %s", spec->language);
	if (spec->queue)
		buf_addf(&b, ", QUEUE %s", spec->queue);
	if (spec->format)
		buf_addf(&b, ", FORMAT %s", spec->format);
	if (spec->maxrec || spec->no_rows)
		buf_addf(&b, ", MAXREC %" PRId64, spec->maxrec);
	for (size_t i = 0; i < spec->params->n; i++)
		buf_addf(&b, ", %s %s", spec->params->at[i].name, spec->params->at[i].value);
	for (size_t i = 0; i < spec->nuploads; i++)
		buf_addf(&b, ", with %s (%" PRIu64 " rows) as TAP_UPLOAD.%s", spec->uploads[i].path,
			 spec->uploads[i].rows, spec->uploads[i].name);
	query_log(r->query, "%s %s (%s)", verb, r->service->url, buf_str(&b));
}

void run_create(struct query_run *r)
{
	struct query_spec spec = run_spec(r);

	if (!r->lost_answers && !r->failures)
		run_log_spec(r, "submitting to", &spec);
	r->call = job_create(r->service, &spec, create_done, r);
}
