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

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "table/write/converted.h"
#include "tap/query/query_record.h"
#include "tap/query/query_result.h"
#include "tap/query/query_run.h"

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

struct part *query_part_new(struct query_run *run, int format, int fd)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	struct part *p;

	if (own < 0)
		return NULL;
	p = xcalloc(1, sizeof(*p));
	p->refs = 1;
	p->run = run;
	p->format = format;
	p->id = next_result_id++;
	p->file = stored_new(own, 0, 0);
	return p;
}

struct part *query_part(const struct query *q, int format)
{
	return q->run ? q->run->files[format].arriving : NULL;
}

char *query_result_path(const struct query *q, int format)
{
	return xasprintf("%s/%" PRId64 "/%" PRId64 ".%s", q->service->dir.results, q->entry.id,
			 q->entry.run, query_format_ext(q, format));
}

int query_format_sent(const struct query *q)
{
	int f = q->asked ? format_by_ext(q->asked, strlen(q->asked)) : 0;

	return f < 0 || (f && format_at((size_t)f)->hidden) ? FORMAT_ASKED : f;
}

const char *query_format_ext(const struct query *q, int format)
{
	return format == FORMAT_ASKED ? q->asked ? q->asked : "" : format_at((size_t)format)->ext;
}

/* Of a finished query: whether its VOTable is there to make this of. */
static bool can_be_made(const struct query *q, int format)
{
	return !q->asked && !format_at((size_t)format)->made_at_once && !q->service->read_only &&
	       q->state == QUERY_DONE && q->results[0] && q->results[0]->there;
}

struct result *query_result(struct query *q, int format)
{
	const struct result *r = q->results[format];
	bool comes = q->text.length && strcmp(q->text.hash, q->entry.run_hash) != 0;

	if (q->dropped[format] || (!comes && q->asked && format != query_format_sent(q)) ||
	    (!comes && q->state == QUERY_DONE && !(r && r->there) && !can_be_made(q, format)))
		return NULL;
	if (!q->results[format])
		q->results[format] = query_result_new(q, format);
	return result_ref(q->results[format]);
}

/* "queries/paper1/m31.tsv" */
static char *shown_path(const struct query *q, int format)
{
	const char *dot = strrchr(q->entry.path, '.');
	size_t stem = dot ? (size_t)(dot - q->entry.path) : strlen(q->entry.path);

	return xasprintf("queries/%.*s.%s", (int)stem, q->entry.path,
			 format_at((size_t)format)->ext);
}

static void result_made(void *arg, uint64_t bytes, struct error *err)
{
	struct result *r = arg;
	struct query *q = r->query;
	const char *ext = format_at((size_t)r->format)->ext;
	char size[CLOCK_TEXT];

	r->making = NULL;
	if (err) {
		CLEANUP_FREE char *path = shown_path(q, r->format);

		r->failure = error_copy(err);
		failure_add(path, NULL, 0, err);
		query_log(q, ".%s could not be made: %s", ext, error_text(err));
	} else {
		r->there = true;
		r->size = bytes;
		r->mtime = q->entry.ended;
		query_log(q, ".%s made, %s", ext, clock_bytes(bytes, size));
		query_formats_write(q);
		query_commit(q, NULL, NULL);
	}
	query_changed(q);
	result_unref(r);
}

bool result_make(struct result *r)
{
	struct query *q = r->query;

	if (!can_be_made(q, r->format))
		return false;
	if (r->making)
		return true;
	error_clear(&r->failure);
	r->making = converted_start(q->service->loop, LANE_STATE, q->results[0]->path, r->path,
				    format_at((size_t)r->format), result_made, result_ref(r));
	return true;
}

/* It is of the past: its file goes, and who has it open keeps its bytes. Gives the reference. */
static void result_forget(struct query *q, struct result *r)
{
	if (r->there)
		query_remove_file(q, xstrdup(r->path), NULL);
	if (r->making) {
		converted_cancel(r->making);
		r->making = NULL;
		r->refs--; /* there is another */
	}
	r->query = NULL;
	result_unref(r);
}

void query_results_end(struct query *q)
{
	for (int f = 0; f < FORMATS_MAX; f++) {
		struct result *r = q->results[f];

		if (!r || !r->making)
			continue;
		q->results[f] = NULL;
		result_forget(q, r);
	}
}

struct file_removal {
	struct work work; /* first */
	char *path;
	char *folder; /* removed afterwards, if set and empty */
};

static void file_removal_run(struct work *w)
{
	struct file_removal *r = (struct file_removal *)w;

	if (r->path)
		unlink(r->path);
	if (r->folder)
		rmdir(r->folder);
}

static void file_removal_done(struct work *w)
{
	struct file_removal *r = (struct file_removal *)w;

	free(r->path);
	free(r->folder);
	free(r);
}

void query_remove_file(struct query *q, char *path, char *folder)
{
	struct file_removal *r = xcalloc(1, sizeof(*r));

	r->work.run = file_removal_run;
	r->work.done = file_removal_done;
	r->path = path;
	r->folder = folder;
	work_submit(q->service->loop, LANE_STATE, &r->work);
}

/*
 * One that never came: nobody has seen a byte of it, so it is the next run's. Who waits for it
 * waits on, however often the text is corrected.
 */
static void result_pass_on(struct result *r)
{
	if (r->making) {
		converted_cancel(r->making);
		r->making = NULL;
		r->refs--; /* the query's is another */
	}
	error_clear(&r->failure);
}

void query_results_begin(struct query *q)
{
	for (int f = 0; f < FORMATS_MAX; f++) {
		if (!q->results[f])
			continue;
		free(q->results[f]->path);
		q->results[f]->path = query_result_path(q, f);
	}
}

void query_results_forget(struct query *q, bool runs_again)
{
	for (int f = 0; f < FORMATS_MAX; f++) {
		struct result *r = q->results[f];

		q->dropped[f] = false;
		if (r && !r->there && runs_again) {
			result_pass_on(r);
			continue;
		}
		q->results[f] = NULL;
		if (r)
			result_forget(q, r);
	}
}

/* entry.formats, from what is there. */
void query_formats_write(struct query *q)
{
	struct buf b = BUF_INIT;

	for (int f = 0; f < FORMATS_MAX; f++)
		if (q->results[f] && q->results[f]->there)
			buf_addf(&b, "%s%s %" PRIu64, b.len ? " " : "", query_format_ext(q, f),
				 q->results[f]->size);
	free(q->entry.formats);
	q->entry.formats = buf_steal(&b);
}

/* As entry.formats has it; -1: none. */
static int result_format(const char *ext, size_t n)
{
	for (int f = FORMAT_BESIDE; f <= FORMAT_PARTIAL; f++) {
		const char *own = format_at((size_t)f)->ext;

		if (strlen(own) == n && memcmp(own, ext, n) == 0)
			return f;
	}
	return format_by_ext(ext, n);
}

void query_formats_read(struct query *q)
{
	for (const char *p = q->entry.formats; p && *p;) {
		size_t n = strcspn(p, " ");
		bool asked = q->asked && strlen(q->asked) == n && memcmp(p, q->asked, n) == 0;
		int f = asked ? query_format_sent(q) : result_format(p, n);
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

	q->dropped[format] =
	    format_at((size_t)format)->made_at_once || format == query_format_sent(q);
	if (!r)
		return;
	q->results[format] = NULL;
	result_forget(q, r);
	query_formats_write(q);
	query_commit(q, NULL, NULL);
	query_changed(q);
}
