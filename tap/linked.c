/* linked.c: see linked.h. */
#include "tap/linked.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "tap/http.h"
#include "tap/service.h"
#include "tap/url.h"

#define FAILURE_MS 2000 /* a document that did not come is not asked for again before */

bool query_is_linked(const struct query *q)
{
	const struct result *r = q->results[FORMAT_LINKS];

	return !q->removed && r && r->there;
}

struct linked *linked_at(struct service *s, const char *path, int64_t mtime)
{
	struct linked *l;

	LIST_FOREACH (l, &s->linked, link)
		if (l->mtime == mtime && strcmp(l->path, path) == 0)
			return linked_ref(l);
	l = xcalloc(1, sizeof(*l));
	l->refs = 1;
	l->service = s;
	l->path = xstrdup(path);
	l->mtime = mtime;
	LIST_INIT(&l->folders);
	LIST_INSERT_HEAD(&s->linked, l, link);
	return l;
}

struct linked *linked_get(struct query *q)
{
	const struct result *r = query_is_linked(q) ? q->results[FORMAT_LINKS] : NULL;

	return r ? linked_at(q->service, r->path, r->mtime) : NULL;
}

struct linked *linked_ref(struct linked *l)
{
	l->refs++;
	return l;
}

struct closing {
	struct work work; /* first */
	struct links *index;
};

static void closing_run(struct work *w)
{
	links_close(((struct closing *)w)->index);
}

static void closing_done(struct work *w)
{
	free(w);
}

void linked_unref(struct linked *l)
{
	struct closing *c;

	if (!l || --l->refs)
		return;
	LIST_REMOVE(l, link);
	c = xcalloc(1, sizeof(*c)); /* whoever opened it was on that lane, and has come back */
	c->work.run = closing_run;
	c->work.done = closing_done;
	c->index = l->index;
	work_submit(l->service->loop, LANE_CACHE, &c->work);
	free(l->path);
	free(l);
}

/* --- a row's folder --- */

struct linked_folder *linked_folder_named(struct linked *l, const char *name)
{
	struct linked_folder *f;

	LIST_FOREACH (f, &l->folders, link)
		if (strcmp(f->row.name, name) == 0)
			return f;
	return NULL;
}

struct linked_folder *linked_folder_new(struct linked *l, struct linked_row *row)
{
	struct linked_folder *f = xcalloc(1, sizeof(*f));

	f->refs = 1;
	f->of = linked_ref(l);
	f->row = *row;
	*row = (struct linked_row){0};
	waitlist_init(&f->changed);
	LIST_INSERT_HEAD(&l->folders, f, link);
	return f;
}

struct linked_folder *linked_folder_ref(struct linked_folder *f)
{
	f->refs++;
	return f;
}

void linked_folder_unref(struct linked_folder *f)
{
	if (!f || --f->refs)
		return;
	LIST_REMOVE(f, link);
	transfer_cancel(f->transfer);
	linked_row_clear(&f->row);
	link_list_clear(&f->links);
	error_free(f->failure);
	linked_unref(f->of);
	free(f);
}

char *linked_url(const struct linked_folder *f, const char *url)
{
	const struct service *s = f->of->service;
	const char *base = setting_str(s->settings, OPT_FILES_BASE);

	return service_url(s, *base ? base : s->url, url);
}

/* The one link of a row that leads to a file. */
static void one_file(struct linked_folder *f)
{
	struct link *l = xcalloc(1, sizeof(*l));

	l->url = xstrdup(f->row.url);
	l->semantics = xstrdup("#this");
	l->content_type = xstrdup_or_null(f->row.content_type);
	l->length = -1;
	f->links = (struct link_list){l, 1};
	links_name(&f->links);
	f->known = true;
}

static void document_failed(struct linked_folder *f, struct error *err)
{
	error_free(f->failure);
	f->failure = err;
	f->failed_at = loop_now(f->of->service->loop);
}

static void document_came(void *arg, struct http_reply *r, struct error *err)
{
	struct linked_folder *f = arg;
	struct error *why = NULL;

	f->transfer = NULL;
	if (err)
		document_failed(f, error_copy(err));
	else if (datalink_parse(buf_str(&r->body), r->body.len, &f->links, &why))
		f->known = true;
	else
		document_failed(f, why);
	waitlist_wake(&f->changed);
}

enum links_answer linked_folder_ready(struct linked_folder *f, struct error **err)
{
	struct service *s = f->of->service;
	CLEANUP_FREE char *url = NULL;
	struct http_call call;

	if (!f->known && !f->row.datalink)
		one_file(f);
	if (f->known)
		return LINKS_KNOWN;
	if (f->failure && loop_now(s->loop) < f->failed_at + FAILURE_MS) {
		error_move(err, error_copy(f->failure));
		return LINKS_FAIL;
	}
	if (f->transfer)
		return LINKS_WAIT;
	url = linked_url(f, f->row.url);
	if (!url) {
		error_set(err, EPROTO, "the row's link is no URL");
		return LINKS_FAIL;
	}
	call = service_call(s, url);
	call.arg = f;
	call.on_done = document_came;
	f->transfer = http_start(s->http, &call);
	return LINKS_WAIT;
}
