/*
 * job_files.c: what a job's folder holds: texts made from its document, and what can be written.
 *
 * stat answers from memory: the size of a text is known once it was read. open
 * waits for a document that is new enough; what a phase has fixed is not asked for again.
 * The files cannot be removed by themselves: unlink answers that it is done and
 * does nothing, so that `rm -r jobs/ID` gets to the rmdir that deletes the job.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/text/isotime.h"
#include "base/text/number.h"
#include "fs/core/listing.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/jobs/branch.h"
#include "fs/jobs/jobs.h"
#include "tap/service/service.h"
#include "tap/uws/job_document.h"

enum outcome job_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	const struct job *j = job_of(n);

	if (j->gone)
		return ask_fail(ask, ESTALE, "the job is gone");
	if (j->created > 0)
		a->mtime = j->created;
	return READY;
}

/* --- names --- */

/* A job that is still under way may be another by now. */
enum outcome job_look(struct node *n, struct ask *ask)
{
	const struct job *j = job_of(n);

	if (j->gone || uws_phase_is_final(j->phase))
		return READY;
	return jobs_wait(n, JOBS_LIVE, JOBS_FRESH_MS, ask);
}

static bool has_error(const struct job *j)
{
	const struct uws_job *known = job_document_known(j);

	return j->phase == UWS_ERROR || (known && known->has_error);
}

enum outcome job_files_list(struct node *dir, struct listing *l, struct ask *ask)
{
	(void)ask;
	if (has_error(job_of(dir)))
		listing_add(l, "error.txt", LINE_JOB_ERROR, 0);
	return READY;
}

enum outcome job_files_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	enum outcome o = READY;

	if (strcmp(name, "wait") == 0)
		f->line = LINE_JOB_WAIT;
	if (strcmp(name, "error.txt") != 0)
		return READY;
	if (!has_error(job_of(dir)))
		o = job_look(dir, ask);
	if (o == READY && has_error(job_of(dir)))
		f->line = LINE_JOB_ERROR;
	return o;
}

static enum outcome job_unlink(struct node *dir, const char *name, struct ask *ask)
{
	(void)dir;
	(void)name;
	(void)ask;
	return READY;
}

const struct folder_ops job_folder = {.unlink = job_unlink, .rmdir = job_unlink};

/* --- texts --- */

static void add_line(struct buf *out, const char *text)
{
	if (text && *text)
		buf_addf(out, "%s\n", text);
}

static void add_time_line(struct buf *out, int64_t ms)
{
	char when[CLOCK_TEXT];

	if (ms >= 0)
		add_line(out, clock_iso(ms, when));
}

static bool phase_text(const struct uws_job *j, struct buf *out, struct error **err)
{
	(void)err;
	add_line(out, uws_phase_name(j->phase));
	return true;
}

static bool parameters_text(const struct uws_job *j, struct buf *out, struct error **err)
{
	(void)err;
	buf_adds(out, "name,value\n");
	for (size_t i = 0; i < j->nparameters; i++) {
		const struct uws_parameter *p = &j->parameters[i];

		buf_add_csv(out, p->id, strlen(p->id));
		buf_addc(out, ',');
		buf_add_csv(out, p->value, strlen(p->value));
		buf_addc(out, '\n');
	}
	return true;
}

static bool owner_text(const struct uws_job *j, struct buf *out, struct error **err)
{
	(void)err;
	add_line(out, j->owner);
	return true;
}

static bool runid_text(const struct uws_job *j, struct buf *out, struct error **err)
{
	(void)err;
	add_line(out, j->runid);
	return true;
}

static bool quote_text(const struct uws_job *j, struct buf *out, struct error **err)
{
	(void)err;
	add_time_line(out, j->quote);
	return true;
}

static bool start_text(const struct uws_job *j, struct buf *out, struct error **err)
{
	(void)err;
	add_time_line(out, j->start_time);
	return true;
}

static bool end_text(const struct uws_job *j, struct buf *out, struct error **err)
{
	(void)err;
	add_time_line(out, j->end_time);
	return true;
}

static bool destruction_text(const struct uws_job *j, struct buf *out, struct error **err)
{
	(void)err;
	add_time_line(out, j->destruction);
	return true;
}

static bool duration_text(const struct uws_job *j, struct buf *out, struct error **err)
{
	(void)err;
	if (j->execution_duration >= 0)
		buf_addf(out, "%" PRId64 "\n", j->execution_duration);
	return true;
}

/* By their lines in the tree. text NULL: the document as it was sent. */
static const struct job_file {
	enum job_age age;
	bool (*text)(const struct uws_job *, struct buf *, struct error **);
} files[LINE_COUNT] = {
    [LINE_JOB_FILE_PHASE] = {JOB_NOW, phase_text},
    [LINE_JOB_FILE_QUERY] = {JOB_STARTED, NULL}, /* job_query.c */
    [LINE_JOB_FILE_PARAMETERS] = {JOB_STARTED, parameters_text},
    [LINE_JOB_FILE_DESTRUCTION] = {JOB_NOW, destruction_text},
    [LINE_JOB_FILE_DURATION] = {JOB_NOW, duration_text},
    [LINE_JOB_FILE_OWNER] = {JOB_EVER, owner_text},
    [LINE_JOB_FILE_RUNID] = {JOB_STARTED, runid_text},
    [LINE_JOB_FILE_QUOTE] = {JOB_ENDED, quote_text},
    [LINE_JOB_FILE_START] = {JOB_ENDED, start_text},
    [LINE_JOB_FILE_END] = {JOB_ENDED, end_text},
    [LINE_JOB_FILE_XML] = {JOB_NOW, NULL},
};

/* The document, or the answer that there is none. */
static enum outcome document_for(struct node *n, enum job_age age, const struct uws_job **out,
				 struct ask *ask)
{
	struct waitlist *wait = NULL;
	struct error *err = NULL;

	*out = job_document(job_of(n), age, &wait, &err);
	if (err)
		return ask_failed(ask, err);
	return *out ? READY : ask_wait(ask, wait);
}

enum outcome job_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct job_file *f = &files[n->kind->line];
	const struct uws_job *known;
	enum outcome o = document_for(n, f->age, &known, ask);
	const struct buf *xml;

	if (o != READY)
		return o;
	if (n->kind->line == LINE_JOB_FILE_QUERY)
		return job_query_text(known, own_job_head(job_of(n)), n->service->settings, out,
				      &ask->error)
			   ? READY
			   : FAILED;
	if (f->text)
		return f->text(known, out, &ask->error) ? READY : FAILED;
	xml = job_document_xml(job_of(n));
	buf_add(out, buf_str(xml), xml->len);
	return READY;
}

enum outcome job_error_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct uws_job *known;
	enum outcome o = document_for(n, JOB_ENDED, &known, ask);
	struct waitlist *wait = NULL;
	struct error *err = NULL;
	const char *text;

	if (o != READY)
		return o;
	if (known->phase != UWS_ERROR && !known->has_error)
		return ask_fail(ask, ENOENT, "the job has no error: it is %s",
				uws_phase_name(known->phase));
	text = job_reason(job_of(n), &wait, &err);
	if (err)
		return ask_failed(ask, err);
	if (!text)
		return ask_wait(ask, wait);
	buf_addf(out, "%s\n", *text ? text : "the service gives no reason");
	return READY;
}

/* --- wait --- */

struct wait_op {
	struct operation op;
	enum uws_phase seen;
};

static void wait_free(struct operation *op)
{
	free((struct wait_op *)((char *)op - offsetof(struct wait_op, op)));
}

/* The phase that is told is that of the first call of this open. */
enum outcome job_wait_text(struct node *n, struct buf *out, struct ask *ask)
{
	struct job *j = job_of(n);
	struct error *err = NULL;
	struct waitlist *wait;
	struct wait_op *w;

	if (!ask->op) {
		const struct uws_job *known;
		enum outcome o = document_for(n, JOB_NOW, &known, ask);

		if (o != READY)
			return o;
		if (uws_phase_is_final(known->phase))
			return phase_text(known, out, NULL) ? READY : FAILED;
		w = xcalloc(1, sizeof(*w));
		operation_init(&w->op, wait_free);
		operation_unref(&w->op); /* nobody else works on it */
		w->op.lasts = true;
		w->seen = j->phase;
		ask->op = &w->op;
	}
	w = (struct wait_op *)((char *)ask->op - offsetof(struct wait_op, op));
	if (!j->gone && j->phase != w->seen) {
		add_line(out, uws_phase_name(j->phase));
		return READY;
	}
	wait = job_watch(j, &err);
	return err ? ask_failed(ask, err) : ask_wait_job(ask, wait);
}

/* --- writing --- */

static void write_free(struct operation *op)
{
	free(op);
}

static void written(void *arg, struct error *err)
{
	operation_finish(arg, error_copy(err));
}

/* What is sent for what was written; NULL with *err if that cannot be. Caller owns. */
static char *value_for(enum tree_line line, const char *text, struct error **err)
{
	char when[CLOCK_TEXT];
	int64_t v;

	if (line == LINE_JOB_FILE_PHASE) {
		if (strcasecmp(text, "RUN") == 0 || strcasecmp(text, "ABORT") == 0)
			return xstrdup(strcasecmp(text, "RUN") == 0 ? "RUN" : "ABORT");
		error_set(err, EINVAL, "phase takes RUN or ABORT, not \"%.40s\"", text);
	} else if (line == LINE_JOB_FILE_DESTRUCTION) {
		v = isotime_parse(text, strlen(text));
		if (v >= 0)
			return xstrdup(clock_iso(v, when));
		error_set(err, EINVAL,
			  "destruction takes a time like 2030-01-02T03:04:05Z, not \"%.40s\"",
			  text);
	} else {
		if (number_parse_int(text, strlen(text), &v) && v >= 0)
			return xasprintf("%" PRId64, v);
		error_set(err, EINVAL,
			  "executionduration takes seconds (0: no limit), not \"%.40s\"", text);
	}
	return NULL;
}

static char *word_in(const char *text, size_t n)
{
	while (n && strchr(" \t\r\n", *text)) {
		text++;
		n--;
	}
	while (n && strchr(" \t\r\n", text[n - 1]))
		n--;
	return xstrndup(text, n);
}

enum outcome job_command(struct node *n, const char *text, size_t size, struct ask *ask)
{
	CLEANUP_FREE char *word = word_in(text, size);
	CLEANUP_FREE char *value = NULL;
	const struct uws_job *known;
	enum outcome o;

	if (ask->op)
		return ask_operation(ask);
	value = value_for(n->kind->line, word, &ask->error);
	if (!value)
		return FAILED;
	o = document_for(n, JOB_NOW, &known, ask);
	if (o != READY)
		return o;
	ask->op = xcalloc(1, sizeof(*ask->op));
	operation_init(ask->op, write_free);
	ask->op->lasts = true; /* who goes away leaves it as sent */
	job_change(job_of(n), known, n->kind->name, value, written, ask->op);
	return ask_operation(ask);
}
