/* upload.c: see upload.h. */
#include "tap/query/upload.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "table/read/table_in.h"
#include "tap/query/query_run.h"
#include "tap/query/upload_name.h"
#include "tap/query/upload_read.h"
#include "tap/service/habits.h"

struct run_uploads {
	struct query_run *run;
	struct waiter waiter;    /* for another query's result */
	struct query *waits_for; /* whose; borrowed, as the waiter is on it */
	size_t n, next;
	struct upload *at;
	bool texts; /* one is sent with texts of any length */
};

/* --- one table: on a worker --- */

struct checking {
	struct work work; /* first */
	struct query_run *run;
	char *path;                /* on disk */
	char *folder;              /* where a file without a name can be made */
	bool lasts;                /* a result, which never changes */
	bool fixed;                /* texts with their greatest length */
	const atomic_bool *ending; /* the service's */
	struct upload_table table;
	struct error *error;
};

static void checking_run(struct work *w)
{
	struct checking *c = (struct checking *)w;
	struct upload_source from = {.path = c->path,
				     .folder = c->folder,
				     .lasts = c->lasts,
				     .fixed = c->fixed,
				     .stop = c->ending};

	upload_read(&from, &c->table, &c->error);
}

static void next_upload(struct query_run *r);

static void refuse_upload(struct query_run *r, const struct upload *u, struct error *why)
{
	if (u->said)
		error_prefix(&why, "-- UPLOAD = %s = %s", u->name, u->said);
	else if (u->path)
		error_prefix(&why, "TAP_UPLOAD.%s: %s", u->name, u->path);
	else
		error_prefix(&why, "TAP_UPLOAD.%s", u->name);
	if (!strstr(error_text(why), "`touch`"))
		error_set(
		    &why, error_errno(why),
		    "%s\n\nWhen the table is as it should be, run the query again: `touch` it",
		    error_text(why));
	run_fail(r, why);
}

/* What the service takes at most (TAPRegExt 1.0 §2.6); nothing is sent that it would refuse. */
static bool upload_fits(const struct service *s, const struct upload *u, struct error **err)
{
	const struct capabilities *c = s->capabilities;
	char has[CLOCK_TEXT], may[CLOCK_TEXT];

	if (!c || c->upload_limit.hard <= 0)
		return true;
	if (c->upload_limit.in_bytes && u->size > (uint64_t)c->upload_limit.hard)
		return error_set(err, EFBIG, "the table has %s, and this service takes %s at most",
				 clock_bytes(u->size, has),
				 clock_bytes((uint64_t)c->upload_limit.hard, may));
	if (!c->upload_limit.in_bytes && u->rows > (uint64_t)c->upload_limit.hard)
		return error_set(err, EFBIG,
				 "the table has %" PRIu64 " rows, and this service takes %" PRId64
				 " at most",
				 u->rows, c->upload_limit.hard);
	return true;
}

static void log_notes(struct query_run *r, const struct upload *u, struct buf *notes)
{
	char *line, *rest = notes->data;

	while (rest && (line = strsep(&rest, "\n")))
		if (*line)
			query_log(r->query, "%s: %s", u->path, line);
}

/* Whether the user's file is another than the one that was found before it was read. */
static bool has_changed(const struct query_run *r, const struct upload *u)
{
	const struct upload_folder *all = queries_of(r->service)->upload_folder;
	struct upload_file f = {0};

	return u->version && (!all->by_path(all->arg, u->path, &f) || f.version != u->version);
}

static void find_anew(struct upload *u)
{
	free(u->path);
	u->path = NULL;
	u->linked = false;
	u->version = 0;
}

static void checking_free(struct checking *c)
{
	upload_table_clear(&c->table);
	free(c->path);
	free(c->folder);
	free(c);
}

static void checking_done(struct work *w)
{
	struct checking *c = (struct checking *)w;
	struct query_run *r = c->run;
	struct error *err = steal(c->error);
	struct upload *u;

	if (run_was_cancelled(r)) {
		error_free(err);
		checking_free(c);
		return;
	}
	u = &r->uploads->at[r->uploads->next];
	if (has_changed(r, u)) {
		query_log(r->query, "%s was changed while it was read: once more", u->path);
		error_free(err);
		checking_free(c);
		find_anew(u);
		next_upload(r);
		return;
	}
	if (!err)
		log_notes(r, u, &c->table.notes);
	u->fd = steal_fd(c->table.fd);
	u->size = c->table.size;
	u->rows = c->table.rows;
	r->uploads->texts = r->uploads->texts || c->table.texts;
	checking_free(c);
	if (err || !upload_fits(r->service, u, &err)) {
		refuse_upload(r, u, err);
		return;
	}
	r->uploads->next++;
	next_upload(r);
}

static void check_upload(struct query_run *r, const struct upload *u, char *path)
{
	struct checking *c = xcalloc(1, sizeof(*c));

	c->work.run = checking_run;
	c->work.done = checking_done;
	c->run = r;
	c->path = path;
	c->ending = &r->service->ending;
	c->lasts = !u->version;
	c->fixed = service_has_habit(r->service, HABIT_FIXED_TEXTS);
	c->folder = xstrdup(r->service->dir.results);
	r->working = true;
	work_submit(r->service->loop, LANE_CONVERT, &c->work);
}

/* --- where it is --- */

#define QUERIES   "queries/"
#define UPLOADS   "uploads/"
#define NO_TABLE  "there is no such table in uploads/"
#define LINKS_MAX 8 /* from link to link */

static const char *below(const char *path, const char *folder)
{
	return strncmp(path, folder, strlen(folder)) == 0 ? path + strlen(folder) : NULL;
}

/* Takes the last part away; false: there is none. */
static bool go_up(struct buf *b)
{
	char *slash;

	if (!b->len)
		return false;
	slash = strrchr(b->data, '/');
	buf_cut(b, slash ? (size_t)(slash - b->data) : 0);
	return true;
}

char *upload_path(const char *folder, const char *path)
{
	CLEANUP_BUF struct buf b = BUF_INIT;

	if (*path == '/')
		return NULL;
	buf_adds(&b, folder);
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 2 && memcmp(path, "..", 2) == 0) {
			if (!go_up(&b))
				return NULL;
		} else if (n && !(n == 1 && *path == '.')) {
			if (b.len)
				buf_addc(&b, '/');
			buf_add(&b, path, n);
		}
		path += n;
		path += *path == '/';
	}
	return below(buf_str(&b), QUERIES) || below(buf_str(&b), UPLOADS) ? buf_steal(&b) : NULL;
}

/* The query whose result has that table's path below queries/; NULL: it is a file of the user's. */
static struct query *query_of(const struct service *s, const char *path)
{
	const char *end = strrchr(path, '.');
	size_t stem = (size_t)(end - path);
	struct query *q;

	if (format_by_ext(end + 1, strlen(end + 1)) < 0)
		return NULL;
	LIST_FOREACH (q, &queries_of(s)->all, link) {
		const char *dot = strrchr(q->entry.path, '.');

		if (dot && (size_t)(dot - q->entry.path) == stem &&
		    memcmp(q->entry.path, path, stem) == 0)
			return q;
	}
	return NULL;
}

/* Whether that query waits for this run's, maybe through others: nobody would ever go on. */
static bool is_circle(const struct query *q, const struct query_run *r)
{
	for (; q; q = q->run && q->run->uploads ? q->run->uploads->waits_for : NULL)
		if (q == r->query)
			return true;
	return false;
}

static void upload_woken(struct waiter *w)
{
	struct run_uploads *u =
	    (struct run_uploads *)((char *)w - offsetof(struct run_uploads, waiter));

	u->waits_for = NULL;
	next_upload(u->run);
}

/* In whichever format: as it came. True if it is there, else it is waited for, or *err. */
static bool take_result(struct query_run *r, struct query *q, char **path, struct error **err)
{
	const struct result *vot = q->results[0];

	if (is_circle(q, r))
		return error_set(err, EINVAL, "the queries would wait for one another");
	if (q->state == QUERY_ACTIVE || q->awaited) {
		query_log(r->query, "waits for %s, whose result goes along", q->entry.path);
		r->uploads->waits_for = q;
		waitlist_add(&q->changed, &r->uploads->waiter);
		return false;
	}
	if (q->asked)
		return error_set(err, EINVAL,
				 "%s asks for another format than VOTable (-- FORMAT), and only a "
				 "VOTable can be sent along",
				 q->entry.path);
	if (q->state != QUERY_DONE || !vot || !vot->there)
		return error_set(err, ENOENT, "%s has no result%s", q->entry.path,
				 q->state == QUERY_FAILED ? ": see its .error.txt"
							  : ": `touch` it, and then this query");
	*path = xstrdup(vot->path);
	return true;
}

/* The user's own file at that path: *path, where it is on disk, or where its link leads to; false
 * as take_result. */
static bool take_file(struct query_run *r, struct upload *u, char **path, struct error **err)
{
	const struct upload_folder *all = queries_of(r->service)->upload_folder;
	struct upload_file f = {0};

	if (!all || !all->by_path(all->arg, u->path, &f))
		return error_set(err, ENOENT, "there is no such table%s",
				 u->linked ? ", where its link leads to" : "");
	if (f.busy) {
		query_log(r->query, "waits for %s, which is being written", u->path);
		waitlist_add(f.busy, &r->uploads->waiter);
		return false;
	}
	if (f.cut_off)
		return error_set(err, EIO, UPLOAD_CUT_OFF);
	if (!f.target) {
		u->version = f.version;
		*path = xasprintf("%s/%s", r->service->dir.state, u->path);
		return true;
	}
	free(u->path);
	u->linked = true;
	u->path = upload_path("uploads", f.target);
	return u->path || error_set(err, EINVAL, "its link leads out of queries/ and uploads/");
}

/* A name in queries/ that was said may be one in uploads/. */
static bool is_in_uploads(const struct query_run *r, struct upload *u, const char *name)
{
	const struct upload_folder *all = queries_of(r->service)->upload_folder;
	const char *said = below(name, UPLOADS);
	CLEANUP_FREE char *there = xasprintf(UPLOADS "%s", said ? said : name);
	struct upload_file f = {0};

	if (u->linked || !all || all->by_path(all->arg, u->path, &f) ||
	    !all->by_path(all->arg, there, &f))
		return false;
	free(u->path);
	u->path = steal(there);
	return true;
}

/* What the path says, one step: *path is where it is on disk, NULL: at another one now. */
static bool follow_path(struct query_run *r, struct upload *u, char **path, struct error **err)
{
	const char *name = below(u->path, QUERIES);
	struct query *q;

	if (!name)
		return take_file(r, u, path, err);
	if (table_kind_of(name) == TABLE_NONE)
		return error_set(err, EINVAL, NOT_A_TABLE);
	q = query_of(r->service, name);
	if (q)
		return take_result(r, q, path, err);
	return is_in_uploads(r, u, name) || take_file(r, u, path, err);
}

/* The path as it was said, or the one of the table's name. */
static bool name_upload(struct query_run *r, struct upload *u, struct error **err)
{
	const struct upload_folder *all = queries_of(r->service)->upload_folder;
	struct upload_file f = {0};

	if (!upload_name_is_valid(u->name))
		return error_set(err, EINVAL, UPLOAD_NAME_RULE);
	if (u->said) {
		u->path = upload_path("queries", u->said);
		return u->path || error_set(err, EINVAL,
					    "only what is below queries/ and uploads/ can be "
					    "sent along");
	}
	if (!all)
		return error_set(err, ENOENT, NO_TABLE);
	if (!all->by_table(all->arg, u->name, &f, err))
		return false;
	u->path = xasprintf(UPLOADS "%s", f.name);
	return true;
}

static bool find_upload(struct query_run *r, struct upload *u, char **path, struct error **err)
{
	if (!u->path && !name_upload(r, u, err))
		return false;
	for (int i = 0; i < LINKS_MAX; i++) {
		if (!follow_path(r, u, path, err))
			return false;
		if (*path)
			return true;
	}
	return error_set(err, ELOOP, "the links lead in a circle");
}

/* The next table, or on with the query. */
static void next_upload(struct query_run *r)
{
	struct run_uploads *all = r->uploads;
	struct error *err = NULL;
	char *path = NULL;

	if (all->next == all->n) {
		run_over(r);
		return;
	}
	if (find_upload(r, &all->at[all->next], &path, &err))
		check_upload(r, &all->at[all->next], path);
	else if (err)
		refuse_upload(r, &all->at[all->next], err);
}

/* --- which go along --- */

static void note_upload(struct run_uploads *all, const char *name, const char *said)
{
	for (size_t i = 0; i < all->n; i++)
		if (strcasecmp(all->at[i].name, name) == 0)
			return;
	all->at = xrealloc(all->at, (all->n + 1) * sizeof(*all->at));
	all->at[all->n++] =
	    (struct upload){.name = xstrdup(name), .said = said ? xstrdup(said) : NULL, .fd = -1};
}

void run_find_uploads(struct query_run *r)
{
	const struct named_values *said = &r->say.uploads;
	const struct capabilities *c = r->service->capabilities;
	CLEANUP_BUF struct buf name = BUF_INIT;
	const char *text = r->text;
	struct error *err = NULL;

	run_uploads_free(r->uploads);
	r->uploads = xcalloc(1, sizeof(*r->uploads));
	r->uploads->run = r;
	r->uploads->waiter.wake = upload_woken;
	for (size_t i = 0; i < said->n; i++)
		note_upload(r->uploads, said->at[i].name, said->at[i].value);
	while (upload_name_next(&text, &name))
		note_upload(r->uploads, buf_str(&name), NULL);
	if (r->uploads->n && c && !capabilities_has_upload(c)) {
		error_set(&err, ENOTSUP,
			  "this service takes no tables along with a query (see "
			  "service/limits.txt)");
		refuse_upload(r, &r->uploads->at[0], err);
		return;
	}
	next_upload(r);
}

void run_uploads_cancel(struct query_run *r)
{
	if (!r->uploads)
		return;
	waiter_cancel(&r->uploads->waiter);
	r->uploads->waits_for = NULL;
}

void run_uploads_free(struct run_uploads *u)
{
	if (!u)
		return;
	waiter_cancel(&u->waiter);
	for (size_t i = 0; i < u->n; i++) {
		if (u->at[i].fd >= 0)
			close(u->at[i].fd);
		free(u->at[i].name);
		free(u->at[i].said);
		free(u->at[i].path);
	}
	free(u->at);
	free(u);
}

bool run_uploads_have_texts(const struct run_uploads *u)
{
	return u && u->texts;
}

const struct upload *run_uploads_at(const struct run_uploads *u, size_t *n)
{
	*n = u ? u->n : 0;
	return u ? u->at : NULL;
}
