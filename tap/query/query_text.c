/*
 * query_text.c: the text of a query: read at each launch, and what it says of itself.
 *
 * The file is read by a worker on the lane of the state folder, so that a rename that was asked for
 * before has happened, or is seen by the path having changed.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/query/query_run.h"

static char *query_file(const struct query *q)
{
	return xasprintf("%s/%s", q->service->dir.queries, q->entry.path);
}

struct text_reading {
	struct work work; /* first */
	struct query_run *run;
	char *path;
	size_t max;
	char *text;
	size_t length;
	struct error *error;
};

static void reading_run(struct work *w)
{
	struct text_reading *r = (struct text_reading *)w;

	r->text = file_get(r->path, r->max, &r->length, &r->error);
}

/* What is plainly no query; NULL if it may be one. */
static const char *no_query(const char *text, size_t n)
{
	if (memchr(text, '\0', n))
		return "this file is binary, no query";
	for (size_t i = 0; i < n; i++)
		if (!isspace((unsigned char)text[i]))
			return NULL;
	return "this file holds no query";
}

static void obey_directives(struct query_run *r)
{
	CLEANUP_BUF struct buf remarks = BUF_INIT;
	struct error *err = NULL;
	char *line, *rest;

	if (!directives_parse(r->text, &r->say, &remarks, &err)) {
		run_fail(r, err);
		return;
	}
	for (rest = remarks.data; rest && (line = strsep(&rest, "\n"));)
		if (*line)
			query_log(r->query, "%s", line);
	if (r->say.sync && r->say.seconds)
		query_log(r->query, "DURATION is left out: it is for jobs, not for MODE = sync");
	run_over(r);
}

static void reading_done(struct work *w)
{
	struct text_reading *rd = (struct text_reading *)w;
	struct query_run *r = rd->run;
	struct error *err = steal(rd->error);
	CLEANUP_FREE char *text = steal(rd->text);
	CLEANUP_FREE char *path = steal(rd->path);
	size_t n = rd->length;
	CLEANUP_FREE char *now = NULL;
	const char *why;

	free(rd);
	if (run_was_cancelled(r)) {
		error_free(err);
		return;
	}
	now = query_file(r->query);
	if (err && error_errno(err) == ENOENT && strcmp(path, now) != 0) {
		error_free(err); /* renamed meanwhile */
		run_read_text(r);
		return;
	}
	if (err) {
		if (error_errno(err) == EFBIG)
			error_set(&err, EFBIG,
				  "this file is too large to be a query (option max_query)");
		run_fail(r, err);
		return;
	}
	why = no_query(text, n);
	if (why) {
		error_set(&err, EINVAL, "%s", why);
		run_fail(r, err);
		return;
	}
	hash_bytes(text, n, r->query->entry.run_hash);
	if (strncmp(text, "\xef\xbb\xbf", 3) == 0) /* a byte order mark is no ADQL */
		memmove(text, text + 3, n - 2);
	r->text = steal(text);
	obey_directives(r);
}

void run_read_text(struct query_run *r)
{
	struct text_reading *rd = xcalloc(1, sizeof(*rd));

	free(r->text_path);
	r->text_path = query_file(r->query);
	rd->work.run = reading_run;
	rd->work.done = reading_done;
	rd->run = r;
	rd->path = xstrdup(r->text_path);
	rd->max = (size_t)setting_int(r->service->settings, OPT_MAX_QUERY);
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
