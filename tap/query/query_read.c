/*
 * query_read.c: the step READ: the text of a query, and the directives at its head.
 *
 * A launch takes the text that its close read. Else the file is read by a worker on the lane of the
 * state folder, so that a rename that was asked for before has happened, or is seen by the path
 * having changed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/sql.h"
#include "tap/query/query_record.h"
#include "tap/query/query_result.h"
#include "tap/query/query_run.h"
#include "tap/query/query_text.h"

#define CHANGED    5    /* looks at a text that is another than the one that was run … */
#define CHANGED_MS 2000 /* … so far apart */

static char *query_file(const struct query *q)
{
	return xasprintf("%s/%s", q->service->dir.queries, q->entry.path);
}

struct text_reading {
	struct work work; /* first */
	struct query_run *run;
	char *path;
	struct query_rules rules;
	struct query_text text;
	struct error *error;
};

static void text_reading_run(struct work *w)
{
	struct text_reading *r = (struct text_reading *)w;
	CLEANUP_CLOSE int fd = open(r->path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		error_set(&r->error, errno, "cannot open %s: %s", r->path, strerror(errno));
	else
		query_text_read(fd, &r->rules, &r->text, &r->error);
}

/* What is plainly no query; NULL if it may be one. */
static const char *no_query(const char *text, size_t n)
{
	const char *statement;

	if (memchr(text, '\0', n))
		return "this file is binary, no query";
	text += query_text_mark(text);
	statement = sql_skip_blank(text);
	if (statement[strspn(statement, "; \t\r\n\f\v")])
		return NULL;
	return text[strspn(text, " \t\r\n\f\v")] ? "this file holds no query, only comments"
						 : "this file holds no query";
}

static void obey_directives(struct query_run *r)
{
	CLEANUP_BUF struct buf remarks = BUF_INIT;
	struct error *err = NULL;
	char *line, *rest;

	query_takes_head(r->query, r->text);
	query_results_begin(r->query);
	directives_clear(&r->say);
	if (!directives_parse(r->text, &r->say, &remarks, &err)) {
		run_fail(r, err);
		return;
	}
	for (rest = remarks.data; rest && (line = strsep(&rest, "\n"));)
		if (*line)
			query_log(r->query, "%s", line);
	if (r->say.sync && r->say.seconds)
		query_log(r->query, "DURATION is left out: it is for jobs, not for MODE = sync");
	if (r->query->asked)
		query_log(r->query,
			  "FORMAT = %s: only .%s is there in the end, and whether rows are missing "
			  "(an overflow) cannot be seen in it",
			  r->say.format, r->query->asked);
	run_over(r);
}

/* The file is being written: the launch of the new text ends this run. */
static void await_launch(struct query_run *r)
{
	struct error *err = NULL;

	if (r->changed++ < CHANGED) {
		run_later(r, RUN_READ, CHANGED_MS);
		return;
	}
	error_set(&err, ESTALE,
		  "the query was changed while its job was made once more; `touch` "
		  "it to run it as it is now");
	run_fail(r, err);
}

/* The text is there; takes it. */
static void take_text(struct query_run *r, struct query_text *t)
{
	const char *why = t->text ? no_query(t->text, t->length) : NULL;
	struct error *err = NULL;

	if (!t->text)
		error_set(&err, EFBIG, "this file is too large to be a query (option max_query)");
	else if (why)
		error_set(&err, EINVAL, "%s", why);
	if (err) {
		query_text_clear(t);
		run_fail(r, err);
		return;
	}
	if (r->same_text && strcmp(t->hash, r->query->entry.run_hash) != 0) {
		query_text_clear(t);
		await_launch(r);
		return;
	}
	memcpy(r->query->entry.run_hash, t->hash, sizeof(t->hash));
	memcpy(r->sent, t->sent, sizeof(t->sent));
	free(r->text);
	r->text = steal(t->text);
	if (query_text_mark(r->text))
		memmove(r->text, r->text + 3, t->length - 2);
	sent_text_clear(&r->sent_text);
	r->sent_text = sent_text_of(r->text, query_rules(r->service->settings).strip_comments);
	obey_directives(r);
}

static void text_reading_done(struct work *w)
{
	struct text_reading *rd = (struct text_reading *)w;
	struct query_run *r = rd->run;
	struct error *err = steal(rd->error);
	CLEANUP_FREE char *path = steal(rd->path);
	CLEANUP_FREE char *now = NULL;
	struct query_text text = rd->text;

	free(rd);
	if (run_was_cancelled(r)) {
		query_text_clear(&text);
		error_free(err);
		return;
	}
	now = query_file(r->query);
	if (err && error_errno(err) == ENOENT && strcmp(path, now) != 0) {
		error_free(err); /* renamed meanwhile */
		run_read_text(r);
	} else if (err) {
		run_fail(r, err);
	} else {
		take_text(r, &text);
	}
}

static void take_accepted(void *arg)
{
	struct query_run *r = arg;
	struct query_text text = r->accepted;

	r->timer = NULL;
	r->accepted = (struct query_text){0};
	take_text(r, &text);
}

void run_read_text(struct query_run *r)
{
	struct text_reading *rd;

	free(r->text_path);
	r->text_path = query_file(r->query);
	if (!r->same_text && r->query->text.length &&
	    strcmp(r->query->text.hash, r->query->entry.hash) == 0) {
		r->accepted = r->query->text;
		r->query->text = (struct query_text){0};
		r->timer = timer_start(r->service->loop, 0, take_accepted, r);
		return;
	}
	rd = xcalloc(1, sizeof(*rd));
	rd->work.run = text_reading_run;
	rd->work.done = text_reading_done;
	rd->run = r;
	rd->path = xstrdup(r->text_path);
	rd->rules = query_rules(r->service->settings);
	r->working = true;
	work_submit(r->service->loop, LANE_STATE, &rd->work);
}

const char *query_language(const struct query *q)
{
	const char *dot = strrchr(q->entry.path, '.');
	const char *sql = setting_str(q->service->settings, OPT_SQL_LANGUAGE);

	if (dot && strcmp(dot, ".sql") == 0 && *sql)
		return sql;
	return setting_str(q->service->settings, OPT_DEFAULT_LANGUAGE);
}
