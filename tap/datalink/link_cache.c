/* link_cache.c: see link_cache.h. */
#include "tap/datalink/link_cache.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/list.h"
#include "cache/kept.h"
#include "http/url.h"
#include "tap/remote/remote.h"
#include "tap/service/service.h"

struct link_cache {
	struct work work; /* first */
	struct service *service;
	struct kept *kept;
	size_t n;
	struct kept_text *texts;
};

static void keep_run(struct work *w)
{
	struct link_cache *a = (struct link_cache *)w;

	kept_put_texts(a->kept, a->texts, a->n);
}

static void keep_done(struct work *w)
{
	struct link_cache *a = (struct link_cache *)w;

	for (size_t i = 0; i < a->n; i++) {
		free(a->texts[i].key);
		buf_free(&a->texts[i].text);
	}
	free(a->texts);
	free(a);
}

struct link_cache *link_cache_new(struct service *s)
{
	struct link_cache *a;

	if (!s->remotes)
		return NULL;
	a = xcalloc(1, sizeof(*a));
	a->work.run = keep_run;
	a->work.done = keep_done;
	a->service = s;
	a->kept = remotes_kept(s->remotes);
	return a;
}

void link_cache_add(struct link_cache *a, const char *url, const struct link_list *links)
{
	struct kept_text *t;

	if (!a)
		return;
	t = LIST_ADD(a->texts, a->n);
	t->key = url_key(url);
	datalink_write(links, &t->text);
}

void link_cache_store(struct link_cache *a)
{
	if (a)
		work_submit(a->service->loop, LANE_CACHE, &a->work);
}

/* --- looked for --- */

struct link_search {
	struct work work; /* first */
	struct kept *kept;
	struct dataset *dataset; /* one reference */
	struct kept_text text;
	struct error *why;
	bool found;
};

static void look_run(struct work *w)
{
	struct link_search *l = (struct link_search *)w;

	l->found = kept_get_text(l->kept, &l->text);
}

static void look_done(struct work *w)
{
	struct link_search *l = (struct link_search *)w;
	struct dataset *d = l->dataset;
	struct link_list links = {0};

	d->looking = false;
	if (l->found && datalink_parse(buf_str(&l->text.text), l->text.text.len, &links, NULL)) {
		dataset_told(d, &links);
	} else {
		link_list_clear(&links);
		dataset_failed(d, steal(l->why));
	}
	dataset_unref(d);
	error_free(l->why);
	free(l->text.key);
	buf_free(&l->text.text);
	free(l);
}

void link_cache_find(struct dataset *d, const char *url, const struct error *why)
{
	struct link_search *l = xcalloc(1, sizeof(*l));

	l->work.run = look_run;
	l->work.done = look_done;
	l->kept = remotes_kept(d->service->remotes);
	l->text.key = url_key(url);
	l->why = error_copy(why);
	l->dataset = dataset_ref(d);
	d->looking = true;
	work_submit(d->service->loop, LANE_CACHE, &l->work);
}
