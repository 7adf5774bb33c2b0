/*
 * query_record.c: a query's log, its journal entry, references; see query_record.h.
 */
#include "tap/query/query_record.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/stats.h"
#include "tap/query/query_run.h"
#include "tap/service/asked_format.h"
#include "tap/uws/deletion.h"

#define LOG_MAX 65536 /* bytes of one query's log */

void query_touched(struct query *q)
{
	struct queries *qs = queries_of(q->service);

	if (qs && qs->touched)
		qs->touched(qs->touched_arg, q);
}

/* For those who wait, and for those who look at the folder. */
void query_changed(struct query *q)
{
	query_touched(q);
	waitlist_wake(&q->changed);
}

/* --- the journal --- */

static void tell_failure(const char *path, const struct error *err)
{
	CLEANUP_FREE char *shown = xasprintf("queries/%s", path);

	failure_add(shown, NULL, 0, err);
}

void query_tell_failure(const struct query *q, const struct error *err)
{
	tell_failure(q->entry.path, err);
}

struct commit {
	struct work work; /* first */
	struct journal *journal;
	struct journal_entry entry;
	struct service *service;
	struct journal_deletion left; /* url NULL: none */
	bool remove;
	void (*done)(void *, struct error *);
	void *arg;
	struct error *error;
};

static void commit_run(struct work *w)
{
	struct commit *c = (struct commit *)w;

	if (c->remove)
		journal_delete(c->journal, c->entry.id, &c->error);
	else if (c->left.url)
		journal_put_again(c->journal, &c->entry, &c->left, &c->error);
	else
		journal_put(c->journal, &c->entry, &c->error);
}

static void commit_done(struct work *w)
{
	struct commit *c = (struct commit *)w;

	if (c->error)
		tell_failure(c->entry.path, c->error);
	else if (c->left.url)
		deletion_journaled(c->service, &c->left);
	if (c->done)
		c->done(c->arg, c->error);
	error_free(c->error);
	journal_deletion_clear(&c->left);
	journal_entry_clear(&c->entry);
	free(c);
}

static void commit_submit(struct query *q, const char *left, void (*done)(void *, struct error *),
			  void *arg)
{
	struct commit *c;

	if (q->service->read_only)
		return; /* a query that was moved, as it is shown here */
	c = xcalloc(1, sizeof(*c));

	free(q->entry.log);
	q->entry.log = xstrdup(buf_str(&q->log));
	c->work.run = commit_run;
	c->work.done = commit_done;
	c->service = q->service;
	c->journal = q->service->journal;
	c->entry = journal_entry_copy(&q->entry);
	c->left.url = xstrdup_or_null(left);
	c->remove = q->removed;
	c->done = done;
	c->arg = arg;
	work_submit(q->service->loop, LANE_STATE, &c->work);
}

void query_commit(struct query *q, void (*done)(void *, struct error *), void *arg)
{
	commit_submit(q, NULL, done, arg);
}

void query_commit_without(struct query *q, const char *job_url,
			  void (*done)(void *, struct error *), void *arg)
{
	commit_submit(q, job_url, done, arg);
}

static char *extension_asked(const char *text)
{
	struct buf remarks = BUF_INIT;
	struct directives say;
	char *extension = NULL;

	if (!text)
		return NULL;
	if (directives_parse(text, &say, &remarks, NULL) && say.format)
		extension = asked_extension(say.format);
	directives_clear(&say);
	buf_free(&remarks);
	return extension;
}

void query_expects(struct query *q)
{
	free(q->asked_next);
	q->asked_next = extension_asked(q->text.text);
}

void query_takes_head(struct query *q, const char *text)
{
	free(q->entry.head);
	q->entry.head = text ? directives_head(text + query_text_mark(text)) : NULL;
	query_asks(q);
}

void query_asks(struct query *q)
{
	free(q->asked);
	q->asked = extension_asked(q->entry.head);
	free(q->asked_next);
	q->asked_next = NULL;
}

/* --- references --- */

struct query *query_ref(struct query *q)
{
	q->refs++;
	return q;
}

void query_unref(struct query *q)
{
	if (!q || --q->refs)
		return;
	for (int f = 0; f < FORMATS_MAX; f++) {
		if (q->results[f])
			q->results[f]->query = NULL;
		result_unref(q->results[f]);
	}
	LIST_REMOVE(q, link);
	stats.queries--;
	query_text_clear(&q->text);
	free(q->asked);
	free(q->asked_next);
	buf_free(&q->log);
	journal_entry_clear(&q->entry);
	free(q);
}

struct result *result_ref(struct result *r)
{
	r->refs++;
	return r;
}

struct part *part_ref(struct part *p)
{
	p->refs++;
	return p;
}

void part_unref(struct part *p)
{
	if (!p || --p->refs)
		return;
	stored_unref(p->file);
	free(p);
}

void result_unref(struct result *r)
{
	if (!r || --r->refs)
		return;
	error_free(r->failure);
	free(r->path);
	free(r);
}

/* --- the log --- */

void query_log(struct query *q, const char *fmt, ...)
{
	char when[CLOCK_TEXT];
	va_list ap;

	if (q->log.len > LOG_MAX)
		return;
	buf_addf(&q->log, "%s  ", clock_iso(clock_now(), when));
	va_start(ap, fmt);
	buf_vaddf(&q->log, fmt, ap);
	va_end(ap);
	buf_addc(&q->log, '\n');
	query_touched(q);
}

void run_reached(struct query_run *r)
{
	if (r->failures)
		query_log(r->query, "the service answers again");
	r->failures = 0;
	service_set_health(r->service, NULL);
}
