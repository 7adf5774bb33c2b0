/* open_index.c: see open_index.h. */
#include "tap/datalink/open_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tap/query/query.h"
#include "tap/service/service.h"

#define AHEAD_MAX  200   /* rows whose links are kept for who comes */
#define LISTED_MAX 20000 /* names that are remembered for who comes */

struct open_indexes {
	LIST_HEAD(, open_index) all;
};

static struct open_indexes *open_indexes_of(const struct service *s)
{
	return s->parts[SERVICE_INDEXES];
}

static void open_indexes_begin(struct service *s)
{
	s->parts[SERVICE_INDEXES] = xcalloc(1, sizeof(struct open_indexes));
}

static void open_indexes_free(struct service *s)
{
	free(open_indexes_of(s));
}

const struct service_part open_indexes_part = {.begin = open_indexes_begin,
					       .free = open_indexes_free};

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

struct closing {
	struct work work; /* first */
	struct link_index *index;
};

static void closing_run(struct work *w)
{
	link_index_close(((struct closing *)w)->index);
}

static void closing_done(struct work *w)
{
	free(w);
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
	c = xcalloc(1, sizeof(*c)); /* whoever opened it was on that lane, and has come back */
	c->work.run = closing_run;
	c->work.done = closing_done;
	c->index = l->index;
	work_submit(l->service->loop, LANE_CACHE, &c->work);
	free(l->path);
	free(l->here);
	free(l->before);
	free(l);
}

struct link_index *open_index_db(struct open_index *l, struct error **err)
{
	if (!l->index)
		l->index = link_index_open(l->path, err);
	return l->index;
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
