/*
 * open_index.c: see open_index.h.
 *
 * An index is remembered as long as somebody refers to it, be it the kernel with a name. Its
 * database is open only while it is read: OPEN_MAX at most, and none that was not read for IDLE_MS,
 * so that what was removed frees its disk.
 */
#include "tap/datalink/open_index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "tap/query/query.h"
#include "tap/service/service.h"

#define AHEAD_MAX  200   /* rows whose links are kept for who comes */
#define LISTED_MAX 20000 /* names that are remembered for who comes */

#define OPEN_MAX 16   /* databases that are open at a time */
#define IDLE_MS  2000 /* after which one that nobody reads is closed */

struct open_indexes {
	struct loop *loop;
	LIST_HEAD(, open_index) all;
	struct timer *timer; /* of the next sweep; NULL: none is open, or one is under way */
	bool sweeping, ended;
};

/* Whose databases are open, the longest unused first. LANE_CACHE only. */
static TAILQ_HEAD(, open_index) opened = TAILQ_HEAD_INITIALIZER(opened);
static unsigned nopened;

static struct open_indexes *open_indexes_of(const struct service *s)
{
	return s->parts[SERVICE_INDEXES];
}

static void open_indexes_begin(struct service *s)
{
	struct open_indexes *all = xcalloc(1, sizeof(*all));

	all->loop = s->loop;
	s->parts[SERVICE_INDEXES] = all;
}

static void open_indexes_end(struct service *s)
{
	struct open_indexes *all = open_indexes_of(s);

	if (!all)
		return;
	all->ended = true;
	timer_cancel(all->timer);
	all->timer = NULL;
}

static void open_indexes_free(struct service *s)
{
	free(open_indexes_of(s));
}

const struct service_part open_indexes_part = {
    .begin = open_indexes_begin, .end = open_indexes_end, .free = open_indexes_free};

bool query_is_linked(const struct query *q)
{
	const struct result *r = q->results[FORMAT_LINKS];

	return !q->removed && r && r->there;
}

struct open_index *open_index_at(struct service *s, const char *path, int64_t mtime)
{
	struct open_index *l;

	LIST_FOREACH (l, &open_indexes_of(s)->all, link)
		if (l->mtime == mtime && strcmp(l->path, path) == 0)
			return open_index_ref(l);
	l = xcalloc(1, sizeof(*l));
	l->refs = 1;
	l->service = s;
	l->path = xstrdup(path);
	l->mtime = mtime;
	waitlist_init(&l->batched);
	STAILQ_INIT(&l->ahead);
	LIST_INIT(&l->batches);
	LIST_INSERT_HEAD(&open_indexes_of(s)->all, l, link);
	return l;
}

struct open_index *open_index_get(struct query *q)
{
	const struct result *r = query_is_linked(q) ? q->results[FORMAT_LINKS] : NULL;

	return r ? open_index_at(q->service, r->path, r->mtime) : NULL;
}

struct open_index *open_index_ref(struct open_index *l)
{
	l->refs++;
	return l;
}

/* --- open databases --- */

static void index_close(struct open_index *l)
{
	if (!l->index)
		return;
	TAILQ_REMOVE(&opened, l, opened);
	nopened--;
	link_index_close(l->index);
	l->index = NULL;
}

struct link_index *open_index_db(struct open_index *l, struct error **err)
{
	struct error *why = NULL;

	l->read = true;
	if (l->index) { /* to the end of the order of use */
		TAILQ_REMOVE(&opened, l, opened);
		TAILQ_INSERT_TAIL(&opened, l, opened);
		return l->index;
	}
	if (access(l->path, F_OK) < 0 && errno == ENOENT) {
		error_set(err, ESTALE, "the result was removed, or made anew: look again");
		return NULL;
	}
	if (nopened >= OPEN_MAX)
		index_close(TAILQ_FIRST(&opened));
	l->index = link_index_open(l->path, &why);
	if (!l->index) {
		error_move(err, why);
		return NULL;
	}
	TAILQ_INSERT_TAIL(&opened, l, opened);
	nopened++;
	return l->index;
}

struct index_sweep {
	struct work work; /* first */
	struct open_indexes *all;
	bool left;
};

static void index_sweep_run(struct work *w)
{
	struct open_index *l, *next;

	for (l = TAILQ_FIRST(&opened); l; l = next) {
		next = TAILQ_NEXT(l, opened);
		if (!l->read)
			index_close(l);
		l->read = false;
	}
	((struct index_sweep *)w)->left = nopened > 0;
}

static void sweep_later(struct open_indexes *all);

static void index_sweep_done(struct work *w)
{
	struct index_sweep *s = (struct index_sweep *)w;

	s->all->sweeping = false;
	if (s->left)
		sweep_later(s->all);
	free(s);
}

static void sweep_now(void *arg)
{
	struct open_indexes *all = arg;
	struct index_sweep *s = xcalloc(1, sizeof(*s));

	all->timer = NULL;
	all->sweeping = true;
	s->work.run = index_sweep_run;
	s->work.done = index_sweep_done;
	s->all = all;
	work_submit(all->loop, LANE_CACHE, &s->work);
}

static void sweep_later(struct open_indexes *all)
{
	if (!all->timer && !all->sweeping && !all->ended)
		all->timer = timer_start(all->loop, IDLE_MS, sweep_now, all);
}

void open_index_read(struct open_index *l)
{
	sweep_later(open_indexes_of(l->service));
}

/* --- the end of one --- */

struct closing {
	struct work work; /* first */
	struct open_index *linked;
};

static void closing_run(struct work *w)
{
	index_close(((struct closing *)w)->linked);
}

static void closing_done(struct work *w)
{
	struct closing *c = (struct closing *)w;

	free(c->linked->path);
	free(c->linked);
	free(c);
}

static void drop_first(struct open_index *l)
{
	struct row_ahead *a = STAILQ_FIRST(&l->ahead);

	STAILQ_REMOVE_HEAD(&l->ahead, link);
	l->nahead--;
	linked_row_clear(&a->row);
	link_list_clear(&a->links);
	free(a);
}

static void forget_listed(struct open_index *l)
{
	struct listed_row *n, *next;

	HASH_ITER (hh, l->listed, n, next) {
		HASH_DEL(l->listed, n);
		free(n);
	}
}

void open_index_unref(struct open_index *l)
{
	struct closing *c;

	if (!l || --l->refs)
		return;
	LIST_REMOVE(l, link);
	if (l->cancel_batches)
		l->cancel_batches(l);
	while (l->nahead)
		drop_first(l);
	forget_listed(l);
	free(l->here);
	free(l->before);
	c = xcalloc(1, sizeof(*c));
	c->work.run = closing_run;
	c->work.done = closing_done;
	c->linked = l;
	work_submit(l->service->loop, LANE_CACHE, &c->work);
}

void open_index_visited(struct open_index *l, const char *name, int64_t number)
{
	if (l->here_number == number)
		return;
	free(l->before);
	l->before = l->here;
	l->before_number = l->here_number;
	l->here = xstrdup(name);
	l->here_number = number;
}

void open_index_listed(struct open_index *l, const char *name, int64_t number)
{
	size_t n = strlen(name);
	struct listed_row *found;

	HASH_FIND(hh, l->listed, name, n, found);
	if (found)
		return;
	if (HASH_COUNT(l->listed) == LISTED_MAX)
		forget_listed(l);
	found = xcalloc(1, sizeof(*found) + n + 1);
	found->number = number;
	memcpy(found->name, name, n);
	HASH_ADD(hh, l->listed, name, n, found);
}

int64_t open_index_number(const struct open_index *l, const char *name)
{
	const struct listed_row *found;

	HASH_FIND(hh, l->listed, name, strlen(name), found);
	return found ? found->number : 0;
}

void open_index_put(struct open_index *l, struct linked_row *row, struct link_list *links)
{
	struct row_ahead *a = xcalloc(1, sizeof(*a));

	a->row = *row;
	a->links = *links;
	*row = (struct linked_row){0};
	*links = (struct link_list){0};
	STAILQ_INSERT_TAIL(&l->ahead, a, link);
	if (++l->nahead > AHEAD_MAX)
		drop_first(l);
}

bool open_index_take(struct open_index *l, int64_t number, struct linked_row *row,
		     struct link_list *links)
{
	struct row_ahead *a;

	STAILQ_FOREACH (a, &l->ahead, link) {
		if (a->row.number != number)
			continue;
		STAILQ_REMOVE(&l->ahead, a, row_ahead, link);
		l->nahead--;
		*row = a->row;
		*links = a->links;
		free(a);
		return true;
	}
	return false;
}
