/*
 * query.c: queries as things that last; see query.h. Their files are query_result.c's.
 *
 * Invariants: state is ACTIVE if and only if there is a run. entry is always
 * what the journal has or is about to have: it is changed first, then
 * committed, and LANE_STATE keeps commits in that order. results[] holds what
 * was asked for or made in the current run, or waited for since an earlier one;
 * a result whose query is NULL is of the past.
 */
#include "tap/query/query.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stats.h"
#include "cache/sweep.h"
#include "tap/query/query_record.h"
#include "tap/query/query_result.h"
#include "tap/query/query_run.h"
#include "tap/uws/deletion.h"
#include "tap/uws/job_address.h"

/* --- queries --- */

struct query *query_new(struct queries *qs, const char *path)
{
	struct query *q = xcalloc(1, sizeof(*q));

	q->refs = 1;
	q->service = qs->service;
	q->entry.id = qs->next_id++;
	q->entry.path = xstrdup(path);
	waitlist_init(&q->changed);
	LIST_INSERT_HEAD(&qs->all, q, link);
	stats.queries++;
	return q;
}

static struct query *query_from_entry(struct queries *qs, struct journal_entry *e)
{
	struct query *q;

	if (e->id >= qs->next_id)
		qs->next_id = e->id + 1;
	q = query_new(qs, "");
	qs->next_id = q->entry.id > e->id ? q->entry.id : e->id + 1;
	journal_entry_clear(&q->entry);
	q->entry = *e;
	query_asks(q);
	if (e->log)
		buf_adds(&q->log, e->log);
	if (e->stage == STAGE_DONE && e->run) {
		q->state = QUERY_DONE;
		query_formats_read(q);
	} else if (e->stage == STAGE_FAILED && e->run) {
		q->state = QUERY_FAILED;
		query_formats_read(q);
	}
	return q;
}

/*
 * Sweeps what the journal says is of the past. A journal that never knew a query beside results is
 * not this directory's: nothing is touched then.
 */
static bool settle_results(const struct service *s, struct queries *qs, struct error **err)
{
	const char *state = s->dir.state;
	int64_t highest;
	size_t n = results_count(s->dir.results, &highest);

	if (n && qs->next_id == 1)
		return error_set(err, EIO,
				 "the journal %s/state.db is empty, but results of %zu quer%s are "
				 "there: put a copy of state.db back; or, to begin without them, "
				 "mv '%s/results' '%s/results.old'",
				 state, n, n == 1 ? "y" : "ies", state, state);
	results_sweep(s->dir.results, qs->entries, qs->nentries, qs->next_id);
	if (qs->next_id <= highest)
		qs->next_id = highest + 1; /* the journal is older than these */
	return true;
}

static bool queries_prepare(struct service *s, struct error **err)
{
	struct queries *qs = xcalloc(1, sizeof(*qs));

	qs->service = s;
	qs->next_id = 1;
	LIST_INIT(&qs->all);
	TAILQ_INIT(&qs->waiting);
	s->parts[SERVICE_QUERIES] = qs;
	if (!s->journal)
		return true;
	if (!journal_load(s->journal, &qs->entries, &qs->nentries, err) ||
	    !journal_next(s->journal, &qs->next_id, err))
		return false;
	return s->read_only || settle_results(s, qs, err);
}

/* Whether a job is one of a query's. */
static bool queries_have_job(void *queries, const char *job_url)
{
	const struct queries *qs = queries;
	const struct query *q;

	LIST_FOREACH (q, &qs->all, link)
		if (q->entry.job_url && strcmp(q->entry.job_url, job_url) == 0)
			return true;
	return false;
}

/* Whether a job of that name and text was asked for whose URL is not known yet. */
static bool queries_await_job(void *queries, const char *runid, const char *sent)
{
	const struct queries *qs = queries;
	const struct query *q;

	LIST_FOREACH (q, &qs->all, link)
		if (q->entry.stage == STAGE_INTENT && strcmp(q->entry.runid, runid) == 0 &&
		    strcmp(q->entry.sent_hash, sent) == 0)
			return true;
	return false;
}

static void queries_begin(struct service *s)
{
	struct queries *qs = queries_of(s);
	struct query *q;

	for (size_t i = 0; i < qs->nentries; i++)
		query_from_entry(qs, &qs->entries[i]);
	free(qs->entries);
	qs->entries = NULL;
	qs->nentries = 0;
	LIST_FOREACH (q, &qs->all, link)
		if (q->entry.job_url)
			job_address_learn(s, q->entry.job_url);
	deletions_spare(s, queries_have_job, queries_await_job, qs);
}

static void queries_retry(struct service *s)
{
	struct query *q;

	LIST_FOREACH (q, &queries_of(s)->all, link)
		if (q->run)
			query_run_retry(q->run);
}

static void queries_end(struct service *s)
{
	struct queries *qs = queries_of(s);
	struct query *q;

	qs->ended = true;
	LIST_FOREACH (q, &qs->all, link) {
		struct query_run *run = q->run;

		q->run = NULL;
		query_run_cancel(run);
		query_results_end(q);
	}
}

static void queries_free(struct service *s)
{
	struct queries *qs = queries_of(s);
	struct query *q;

	if (!qs)
		return;
	while ((q = LIST_FIRST(&qs->all))) {
		q->refs = 1; /* whoever held one is gone: the loop has ended */
		query_unref(q);
	}
	journal_entries_free(qs->entries, qs->nentries);
	free(qs);
}

const struct service_part queries_part = {.prepare = queries_prepare,
					  .begin = queries_begin,
					  .retry = queries_retry,
					  .end = queries_end,
					  .free = queries_free};

bool query_has_note(const struct query *q, enum query_note note)
{
	if (q->hidden & (1u << note))
		return false;
	switch (note) {
	case NOTE_LOG: return q->log.len > 0;
	case NOTE_ERROR: return q->state == QUERY_FAILED;
	case NOTE_OVERFLOW: return q->state == QUERY_DONE && q->entry.overflow;
	case NOTE_WARNING: return q->state == QUERY_DONE && q->entry.warnings;
	case NOTE_COUNT: break;
	}
	return false;
}

void query_hide_note(struct query *q, enum query_note note)
{
	q->hidden |= 1u << note;
	query_touched(q);
}

void query_accept(struct query *q, uint64_t inode, struct query_text *text,
		  void (*done)(void *, struct error *), void *arg)
{
	query_text_clear(&q->text);
	q->text = *text;
	*text = (struct query_text){0};
	q->entry.inode = inode;
	q->entry.length = q->text.length;
	query_expects(q);
	memcpy(q->entry.hash, q->text.hash, sizeof(q->entry.hash));
	query_commit(q, done, arg);
}

/*
 * Ends the run under way and forgets what came; the job is deleted on the service. The journal is
 * told before the files go: a crash in between leaves a query that is to be run, not one without
 * results.
 */
static void supersede(struct query *q, bool runs_again)
{
	struct query_run *run = q->run;
	const void *post;

	q->run = NULL;
	post = query_run_cancel(run);
	if (q->entry.job_url)
		deletion_add(q->service, q->entry.job_url, q->state == QUERY_DONE);
	else if (q->entry.stage == STAGE_INTENT && q->entry.sent_hash[0])
		deletion_add_unheard(q->service, q->entry.runid, q->entry.sent_hash,
				     q->entry.created, post);
	free(q->entry.job_url);
	q->entry.job_url = NULL;
	q->entry.sent_hash[0] = '\0';
	free(q->entry.formats);
	q->entry.formats = NULL;
	free(q->entry.error_text);
	q->entry.error_text = NULL;
	free(q->entry.advice);
	q->entry.advice = NULL;
	free(q->entry.warnings);
	q->entry.warnings = NULL;
	q->entry.error_errno = 0;
	q->entry.rows = q->entry.ended = 0;
	q->entry.overflow = false;
	q->entry.stage = STAGE_ACCEPTED;
	q->entry.run_hash[0] = '\0';
	q->state = QUERY_IDLE;
	query_commit(q, NULL, NULL);
	query_results_forget(q, runs_again);
}

static void run_ended(struct query *q, const int64_t sizes[FORMATS_MAX],
		      const struct table_end *end, struct error *err)
{
	q->run = NULL;
	q->entry.ended = clock_now();
	q->entry.rows = (int64_t)end->rows;
	q->entry.overflow = end->overflow;
	free(q->entry.warnings);
	q->entry.warnings = err ? NULL : xstrdup_or_null(end->warnings);
	free(q->entry.error_text);
	q->entry.error_text = err ? xstrdup(error_text(err)) : NULL;
	q->entry.error_errno = err ? error_errno(err) : 0;
	q->state = err ? QUERY_FAILED : QUERY_DONE;
	q->entry.stage = err ? STAGE_FAILED : STAGE_DONE;
	for (int f = 0; f < FORMATS_MAX; f++) { /* of a failed run, a VOTable that is damaged */
		if (sizes[f] >= 0 && q->dropped[f])
			query_remove_file(q, query_result_path(q, f),
					  NULL); /* removed while it came */
		if (sizes[f] < 0 || q->dropped[f])
			continue;
		if (!q->results[f])
			q->results[f] = query_result_new(q, f);
		q->results[f]->there = true;
		q->results[f]->size = (uint64_t)sizes[f];
		q->results[f]->mtime = q->entry.ended;
	}
	query_formats_write(q);
	if (err) {
		stats.jobs_failed++;
		query_log(q, "failed: %s", error_text(err));
		query_tell_failure(q, err);
	} else {
		stats.jobs_completed++;
	}
	error_free(err);
	query_commit(q, NULL, NULL);
	query_changed(q);
}

void query_launch(struct query *q, bool even_if_same)
{
	bool same = q->entry.run && strcmp(q->entry.hash, q->entry.run_hash) == 0;

	if (q->removed || !q->entry.length || queries_of(q->service)->ended)
		return;
	if (same && (q->state == QUERY_ACTIVE || (q->state == QUERY_DONE && !even_if_same))) {
		query_text_clear(&q->text);
		return;
	}
	if (q->entry.run) {
		supersede(q, true);
		buf_reset(&q->log);
	}
	q->entry.run++;
	q->entry.tabledata = false;
	if (q->text.text)
		query_takes_head(q, q->text.text);
	query_results_begin(q);
	snprintf(q->entry.run_hash, sizeof(q->entry.run_hash), "%s", q->entry.hash);
	q->entry.stage = STAGE_ACCEPTED;
	q->state = QUERY_ACTIVE;
	q->hidden = 0;
	query_run_begin(q, run_ended);
	query_changed(q);
}

void query_resume(struct query *q)
{
	bool same = q->entry.run && strcmp(q->entry.hash, q->entry.run_hash) == 0;

	if (!same) { /* the close was answered, the launch did not come about */
		query_launch(q, false);
		return;
	}
	if (q->state != QUERY_IDLE)
		return;
	q->state = QUERY_ACTIVE;
	query_log(q, "taken up again");
	query_run_begin(q, run_ended);
}

void query_remove(struct query *q)
{
	supersede(q, false);
	q->removed = true;
	query_remove_file(q, NULL, xasprintf("%s/%" PRId64, q->service->dir.results, q->entry.id));
	query_commit(q, NULL, NULL);
	query_changed(q);
	query_unref(q);
}

void query_moved(struct query *q, const char *path)
{
	free(q->entry.path);
	q->entry.path = xstrdup(path);
	query_commit(q, NULL, NULL);
	query_touched(q);
}
