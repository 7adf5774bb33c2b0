/* position.c: what a service has at positions of the sky; see position.h. */
#include "tap/position/position.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text/url_query.h"
#include "tap/datalink/open_index.h"
#include "tap/position/position_disk.h"
#include "tap/position/position_fetch.h"
#include "tap/service/service.h"

#define FAILURE_MS 2000  /* what failed is not asked again before */
#define AWAY_MS    20000 /* the same, while there is an old answer to show */
#define FRESH_MS   2000  /* an answer is new for so long, whatever the settings say */
#define IDS        64    /* inode numbers that an answer has */

static uint64_t next_id = UINT64_C(1) << 43;

/* "sia/10.68,41.27,2" */
static char *disk_folder(const struct position *p)
{
	return xasprintf("%s/%s", p->search->folder, p->name);
}

/* --- positions and searches --- */

static struct search *search_at(struct positions *all, const char *folder)
{
	struct search *s;

	LIST_FOREACH (s, &all->searches, link)
		if (strcmp(s->folder, folder) == 0)
			return s;
	s = xcalloc(1, sizeof(*s));
	s->all = all;
	s->folder = xstrdup(folder);
	s->kind = strncmp(folder, "sia", 3) == 0 ? ENDPOINT_SIA : ENDPOINT_SCS;
	s->name = s->folder + strlen(s->folder[3] ? "scs." : "scs");
	LIST_INIT(&s->positions);
	LIST_INSERT_HEAD(&all->searches, s, link);
	return s;
}

struct search *search_named(struct positions *all, enum endpoint_kind kind, const char *name)
{
	CLEANUP_FREE char *folder =
	    xasprintf("%s%s%s", kind == ENDPOINT_SIA ? "sia" : "scs", *name ? "." : "", name);

	return search_at(all, folder);
}

struct position *position_get(struct search *s, const char *name)
{
	struct position *p;

	LIST_FOREACH (p, &s->positions, link) {
		if (strcmp(p->name, name) == 0) {
			p->refs++;
			return p;
		}
	}
	p = xcalloc(1, sizeof(*p));
	p->refs = 1;
	p->search = s;
	p->name = xstrdup(name);
	p->id = next_id;
	next_id += IDS;
	waitlist_init(&p->changed);
	LIST_INSERT_HEAD(&s->positions, p, link);
	return p;
}

static void close_index(struct position *p)
{
	open_index_unref(p->linked);
	p->linked = NULL;
}

void position_unref(struct position *p)
{
	if (!p)
		return;
	if (--p->refs == p->made)
		close_index(p); /* nobody looks at it */
	if (p->refs)
		return;
	LIST_REMOVE(p, link);
	error_free(p->failure);
	free(p->name);
	free(p);
}

/* --- made and thrown away --- */

static void position_made(struct position *p, const int64_t *sizes, int64_t fetched)
{
	struct positions *all = p->search->all;

	p->made = true;
	p->refs++;
	p->fetched = fetched;
	p->bytes = 0;
	memcpy(p->sizes, sizes, sizeof(p->sizes));
	for (size_t i = 0; i < POSITION_FILES; i++)
		p->bytes += sizes[i] > 0 ? sizes[i] : 0;
	TAILQ_INSERT_TAIL(&all->kept, p, use);
	all->nkept++;
	all->kept_bytes += p->bytes;
}

/* What comes next is another answer: other inodes, another index. Gives the list's reference. */
static void unmake(struct position *p)
{
	struct positions *all = p->search->all;

	position_make_cancel(p);
	close_index(p);
	p->made = false;
	p->id = next_id;
	next_id += IDS;
	for (size_t i = 0; i < POSITION_FILES; i++)
		p->open[i] = NULL; /* who reads it goes on */
	TAILQ_REMOVE(&all->kept, p, use);
	all->nkept--;
	all->kept_bytes -= p->bytes;
}

struct position_removal {
	struct work work; /* first */
	char *root, *folder;
};

static void removal_run(struct work *w)
{
	const struct position_removal *r = (struct position_removal *)w;

	position_disk_remove(r->root, r->folder);
}

static void removal_done(struct work *w)
{
	struct position_removal *r = (struct position_removal *)w;

	free(r->root);
	free(r->folder);
	free(r);
}

static void throw_away(struct position *p)
{
	struct positions *all = p->search->all;
	struct position_removal *r = xcalloc(1, sizeof(*r));

	r->root = xstrdup(all->root);
	r->folder = disk_folder(p);
	r->work.run = removal_run;
	r->work.done = removal_done;
	work_submit(all->service->loop, LANE_CACHE, &r->work);
	unmake(p);
	position_unref(p);
}

static void drop_positions(struct positions *all)
{
	struct position *p, *next;

	for (p = TAILQ_FIRST(&all->kept); p; p = next) {
		next = TAILQ_NEXT(p, use);
		if (!next ||
		    (all->nkept <= POSITIONS_KEPT && all->kept_bytes <= POSITIONS_KEPT_BYTES))
			return;
		if (!p->fetch)
			throw_away(p);
	}
}

static void position_grew(struct position *p, size_t file, int64_t bytes)
{
	p->sizes[file] = bytes;
	p->bytes += bytes;
	p->search->all->kept_bytes += bytes;
	drop_positions(p->search->all);
}

/* A conversion is over; gives its reference back. err is borrowed. */
static void position_converted(struct position *p, size_t file, uint64_t bytes, struct error *err)
{
	if (err)
		p->unmade[file] = error_copy(err);
	else
		position_grew(p, file, (int64_t)bytes);
	waitlist_wake(&p->changed);
	position_unref(p);
}

void position_forget(struct position *p)
{
	struct position_fetch *f = p->fetch;

	p->refs++;
	error_clear(&p->failure);
	if (f) {
		p->fetch = NULL;
		position_fetch_cancel(f);
		position_unref(p);
	}
	if (p->made)
		throw_away(p);
	waitlist_wake(&p->changed);
	position_unref(p);
}

void position_used(struct position *p)
{
	struct positions *all = p->search->all;

	if (!p->made)
		return;
	TAILQ_REMOVE(&all->kept, p, use);
	TAILQ_INSERT_TAIL(&all->kept, p, use);
}

/* --- asking --- */

static bool is_fresh(const struct position *p)
{
	const struct service *s = p->search->all->service;
	int64_t age = setting_int(s->settings, OPT_CATALOG_AGE) * 1000;

	return clock_now() - p->fetched <= (age > FRESH_MS ? age : FRESH_MS);
}

static bool failed_lately(const struct position *p)
{
	uint64_t wait = p->made && error_is_transient(p->failure) ? AWAY_MS : FAILURE_MS;

	return p->failure && loop_now(p->search->all->service->loop) < p->failed_at + wait;
}

/* The endpoint's URL with this position; caller owns. NULL with *err. */
static char *url_of(const struct position *p, struct error **err)
{
	const struct service *s = p->search->all->service;
	CLEANUP_FREE char *url = endpoint_named(s, p->search->kind, p->search->name);
	CLEANUP_FREE char *query = NULL;
	double degrees[3];

	if (!url) {
		error_set(err, EIO, "the URL of this search is not known (any more)");
		return NULL;
	}
	if (!position_read(p->name, degrees, err))
		return NULL;
	query = position_query(p->search->kind, degrees, setting_int(s->settings, OPT_MAXREC));
	return url_with_query(url, query);
}

static void position_answer_came(void *arg, const int64_t *sizes, int64_t fetched,
				 struct error *err)
{
	struct position *p = arg;
	struct positions *all = p->search->all;

	p->fetch = NULL;
	error_clear(&p->failure);
	if (err) {
		p->failure = err;
		p->failed_at = loop_now(all->service->loop);
	} else {
		if (p->made) { /* its folder was replaced */
			unmake(p);
			p->refs--;
		}
		position_made(p, sizes, fetched);
		drop_positions(all);
	}
	waitlist_wake(&p->changed);
	position_unref(p);
}

enum position_answer position_need(struct position *p, struct error **err)
{
	CLEANUP_FREE char *url = NULL;

	if (p->made && (is_fresh(p) || p->search->all->ended))
		return POSITION_MADE;
	if (p->fetch)
		return POSITION_WAIT;
	if (failed_lately(p)) {
		if (p->made && error_is_transient(p->failure))
			return POSITION_MADE; /* old is better than none */
		error_move(err, error_copy(p->failure));
		return POSITION_FAILS;
	}
	url = url_of(p, err);
	if (!url)
		return POSITION_FAILS;
	p->refs++;
	p->fetch = position_fetch_start(
	    p->search->all->service,
	    &(struct position_place){p->search->all->root, p->search->folder, p->name}, url,
	    position_answer_came, p);
	return POSITION_WAIT;
}

struct open_index *position_linked(struct position *p)
{
	CLEANUP_FREE char *path = position_path(p, FORMAT_LINKS);

	if (!p->linked && p->sizes[FORMAT_LINKS] >= 0)
		p->linked = open_index_at(p->search->all->service, path, p->fetched);
	return p->linked;
}

/* --- all --- */

struct loading {
	struct work work; /* first */
	struct positions *all;
	char *root;
	bool sweep;
	struct position_list list;
};

static void loading_run(struct work *w)
{
	struct loading *l = (struct loading *)w;

	position_disk_scan(l->root, l->sweep, &l->list);
}

static void loading_done(struct work *w)
{
	struct loading *l = (struct loading *)w;
	struct positions *all = l->all;
	double degrees[3];

	for (size_t i = 0; i < l->list.n && !all->ended; i++) {
		const struct position_found *f = &l->list.at[i];
		bool is_search = strncmp(f->search, "sia", 3) == 0 || !strncmp(f->search, "scs", 3);
		struct position *p;

		if (!is_search || !position_read(f->name, degrees, NULL))
			continue;
		p = position_get(search_at(all, f->search), f->name);
		position_made(p, f->sizes, f->fetched);
		position_unref(p);
	}
	all->known = true;
	drop_positions(all);
	waitlist_wake(&all->loaded);
	position_list_clear(&l->list);
	free(l->root);
	free(l);
}

static void positions_begin(struct service *s)
{
	struct positions *all = xcalloc(1, sizeof(*all));
	struct loading *l = xcalloc(1, sizeof(*l));

	all->service = s;
	all->made = position_converted;
	all->root = xasprintf("%s/positions", s->dir.cache);
	LIST_INIT(&all->searches);
	TAILQ_INIT(&all->kept);
	waitlist_init(&all->loaded);
	l->all = all;
	l->root = xstrdup(all->root);
	l->sweep = !s->read_only;
	l->work.run = loading_run;
	l->work.done = loading_done;
	s->parts[SERVICE_POSITIONS] = all;
	work_submit(s->loop, LANE_CACHE, &l->work);
}

static void positions_retry(struct service *service)
{
	struct positions *all = positions_of(service);
	struct search *s;
	struct position *p;

	LIST_FOREACH (s, &all->searches, link)
		LIST_FOREACH (p, &s->positions, link)
			error_clear(&p->failure);
}

static void positions_end(struct service *service)
{
	struct positions *all = positions_of(service);
	struct search *s;
	struct position *p, *next;

	if (!all)
		return;
	all->ended = true;
	LIST_FOREACH (s, &all->searches, link) {
		for (p = LIST_FIRST(&s->positions); p; p = next) {
			next = LIST_NEXT(p, link);
			p->refs++;
			if (p->fetch) {
				position_fetch_cancel(p->fetch);
				p->fetch = NULL;
				position_unref(p);
			}
			position_make_cancel(p);
			close_index(p);
			position_unref(p);
		}
	}
}

static void positions_free(struct service *service)
{
	struct positions *all = positions_of(service);
	struct search *s;
	struct position *p;

	if (!all)
		return;
	while ((p = TAILQ_FIRST(&all->kept))) {
		unmake(p);
		position_unref(p);
	}
	while ((s = LIST_FIRST(&all->searches))) {
		LIST_REMOVE(s, link);
		free(s->folder);
		free(s);
	}
	free(all->root);
	free(all);
}

const struct service_part positions_part = {.begin = positions_begin,
					    .retry = positions_retry,
					    .end = positions_end,
					    .free = positions_free};
