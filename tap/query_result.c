/*
 * query_result.c: the results of a query as files: which there are, which arrive, which went.
 *
 * A result whose query is NULL is of the past: its file goes, and who has it open
 * keeps its bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tap/query_run.h"

static uint64_t next_result_id = UINT64_C(1) << 40;

struct result *query_result_new(struct query *q, int format)
{
	struct result *r = xcalloc(1, sizeof(*r));

	r->refs = 1;
	r->id = next_result_id++;
	r->query = q;
	r->format = format;
	r->path = query_result_path(q, format);
	return r;
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

struct part *query_part_new(struct query_run *run, int format, int fd)
{
	struct part *p = xcalloc(1, sizeof(*p));

	p->refs = 1;
	p->run = run;
	p->format = format;
	p->id = next_result_id++;
	p->file = stored_new(fcntl(fd, F_DUPFD_CLOEXEC, 3), 0, 0);
	return p;
}

struct part *query_part(const struct query *q, int format)
{
	return q->run ? q->run->making[format].arriving : NULL;
}

void result_unref(struct result *r)
{
	if (!r || --r->refs)
		return;
	free(r->path);
	free(r);
}

char *query_result_path(const struct query *q, int format)
{
	return xasprintf("%s/%" PRId64 "/%" PRId64 ".%s", q->service->dir.results, q->entry.id,
			 q->entry.run, format_at((size_t)format)->ext);
}

struct result *query_result(struct query *q, int format)
{
	if (q->dropped[format] || (q->state == QUERY_DONE && !q->results[format]))
		return NULL;
	if (!q->results[format])
		q->results[format] = query_result_new(q, format);
	return result_ref(q->results[format]);
}

struct removal {
	struct work work; /* first */
	char *path;
	char *folder; /* removed afterwards, if set and empty */
};

static void removal_run(struct work *w)
{
	struct removal *r = (struct removal *)w;

	if (r->path)
		unlink(r->path);
	if (r->folder)
		rmdir(r->folder);
}

static void removal_done(struct work *w)
{
	struct removal *r = (struct removal *)w;

	free(r->path);
	free(r->folder);
	free(r);
}

void query_remove_file(struct query *q, char *path, char *folder)
{
	struct removal *r = xcalloc(1, sizeof(*r));

	r->work.run = removal_run;
	r->work.done = removal_done;
	r->path = path;
	r->folder = folder;
	work_submit(q->service->loop, LANE_STATE, &r->work);
}

/* The results of this run are of the past; their files go. */
void query_results_forget(struct query *q)
{
	for (int f = 0; f < FORMATS_MAX; f++) {
		struct result *r = q->results[f];

		q->dropped[f] = false;
		q->results[f] = NULL;
		if (!r)
			continue;
		r->query = NULL;
		if (r->there)
			query_remove_file(q, xstrdup(r->path), NULL);
		result_unref(r);
	}
}

/* entry.formats, from what is there. */
void query_formats_write(struct query *q)
{
	struct buf b = BUF_INIT;

	for (int f = 0; f < FORMATS_MAX; f++)
		if (q->results[f] && q->results[f]->there)
			buf_addf(&b, "%s%s %" PRIu64, b.len ? " " : "", format_at((size_t)f)->ext,
				 q->results[f]->size);
	free(q->entry.formats);
	q->entry.formats = buf_steal(&b);
}

void query_formats_read(struct query *q)
{
	for (const char *p = q->entry.formats; p && *p;) {
		size_t n = strcspn(p, " ");
		int f = format_by_ext(p, n);
		char *end;
		unsigned long long size = strtoull(p + n, &end, 10);

		if (f >= 0 && f < FORMATS_MAX && !q->results[f]) {
			q->results[f] = query_result_new(q, f);
			q->results[f]->there = true;
			q->results[f]->size = size;
			q->results[f]->mtime = q->entry.ended;
		}
		p = end + strspn(end, " ");
	}
}

void query_drop_result(struct query *q, int format)
{
	struct result *r = q->results[format];

	q->dropped[format] = true;
	if (!r)
		return;
	q->results[format] = NULL;
	r->query = NULL;
	if (r->there)
		query_remove_file(q, xstrdup(r->path), NULL);
	result_unref(r);
	query_formats_write(q);
	query_commit(q, NULL, NULL);
	query_changed(q);
}
