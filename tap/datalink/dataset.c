/* dataset.c: see dataset.h. */
#include "tap/datalink/dataset.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/url_query.h"
#include "http/url.h"
#include "tap/service/endpoint.h"
#include "tap/service/service.h"

#define FRESH_MS  600000 /* one that came is asked for anew after this */
#define KNOWN_MAX 500    /* datasets whose links are in memory */

struct datasets {
	struct dataset *all;         /* in use; uthash by key */
	TAILQ_HEAD(, dataset) known; /* those whose links are in memory, the longest known first */
	unsigned nknown;
};

static struct datasets *datasets_of(const struct service *s)
{
	return s->parts[SERVICE_DATASETS];
}

/* What it is found by: its result or the dataset above it, and its name. */
static char *dataset_key(const void *above, const char *name)
{
	return xasprintf("%p %s", above, name);
}

struct dataset *dataset_find(struct service *s, const struct open_index *of,
			     const struct dataset *parent, const char *name)
{
	CLEANUP_FREE char *key = dataset_key(of ? (const void *)of : parent, name);
	struct dataset *d;

	HASH_FIND_STR(datasets_of(s)->all, key, d);
	return d;
}

static struct dataset *dataset_new(struct service *s, struct open_index *of, struct dataset *parent,
				   const char *name)
{
	struct dataset *d = xcalloc(1, sizeof(*d));

	d->refs = 1;
	d->service = s;
	d->of = of ? open_index_ref(of) : NULL;
	d->parent = parent ? dataset_ref(parent) : NULL;
	d->mtime = of ? of->mtime : parent ? parent->mtime : 0;
	d->key = dataset_key(of ? (const void *)of : parent, name);
	d->name = strchr(d->key, ' ') + 1;
	waitlist_init(&d->changed);
	HASH_ADD_KEYPTR(hh, datasets_of(s)->all, d->key, strlen(d->key), d);
	return d;
}

struct dataset *dataset_of_row(struct open_index *l, const char *name, int64_t number)
{
	struct dataset *d = dataset_new(l->service, l, NULL, name);

	d->number = number;
	return d;
}

/* It has a document, and nothing else. */
static struct dataset *dataset_of_document(struct service *s, struct dataset *parent,
					   const char *name, char *url)
{
	struct dataset *d = dataset_new(s, NULL, parent, name);
	struct row_link *link = xcalloc(1, sizeof(*link));

	*link = (struct row_link){.kind = LINK_DATALINK, .url = url, .semantics = xstrdup("link")};
	d->row = (struct linked_row){.n = 1, .links = link};
	d->read = true;
	return d;
}

struct dataset *dataset_nested(struct dataset *parent, const struct link *l)
{
	struct dataset *d = dataset_find(parent->service, NULL, parent, l->name);
	char *url = dataset_url(parent, l->url);

	if (!d)
		return dataset_of_document(parent->service, parent, l->name, url);
	if (url) { /* signed anew, it may be */
		free(d->row.links[0].url);
		d->row.links[0].url = url;
	}
	return dataset_ref(d);
}

struct dataset *dataset_by_id(struct service *s, const char *id, struct error **err)
{
	struct dataset *d = dataset_find(s, NULL, NULL, id);
	CLEANUP_FREE char *endpoint = endpoint_url(s, ENDPOINT_DATALINK);
	CLEANUP_BUF struct buf query = BUF_INIT;

	if (d)
		return dataset_ref(d);
	if (!endpoint) {
		error_set(err, ENOENT,
			  "no DataLink service is known here: set datalink_url in the "
			  "configuration");
		return NULL;
	}
	url_add_param(&query, "ID", id);
	return dataset_of_document(s, NULL, id, url_with_query(endpoint, buf_str(&query)));
}

struct dataset *dataset_ref(struct dataset *d)
{
	d->refs++;
	return d;
}

/* What can be had again goes. */
static void forget_links(struct dataset *d)
{
	if (!d->known)
		return;
	d->known = false;
	TAILQ_REMOVE(&datasets_of(d->service)->known, d, recent);
	datasets_of(d->service)->nknown--;
	link_list_clear(&d->links);
	if (d->of) {
		linked_row_clear(&d->row);
		d->read = false;
	}
}

void dataset_unref(struct dataset *d)
{
	if (!d || --d->refs)
		return;
	forget_links(d);
	HASH_DEL(datasets_of(d->service)->all, d);
	transfer_cancel(d->transfer);
	linked_row_clear(&d->row);
	error_free(d->failure);
	open_index_unref(d->of);
	dataset_unref(d->parent);
	free(d->key);
	free(d);
}

static void datasets_begin(struct service *s)
{
	struct datasets *all = xcalloc(1, sizeof(*all));

	TAILQ_INIT(&all->known);
	s->parts[SERVICE_DATASETS] = all;
}

static void datasets_free(struct service *s)
{
	free(datasets_of(s));
}

static void datasets_retry(struct service *s)
{
	struct dataset *d, *next;

	HASH_ITER (hh, datasets_of(s)->all, d, next)
		error_clear(&d->failure);
}

const struct service_part datasets_part = {
    .begin = datasets_begin, .retry = datasets_retry, .free = datasets_free};

void dataset_refresh(struct dataset *d)
{
	uint64_t fresh = d->fresh_ms && d->fresh_ms < FRESH_MS ? d->fresh_ms : FRESH_MS;

	if (d->known && linked_row_datalink(&d->row) &&
	    loop_now(d->service->loop) > d->known_at + fresh)
		forget_links(d);
}

void dataset_forget(struct dataset *d)
{
	forget_links(d);
}

char *dataset_url(const struct dataset *d, const char *url)
{
	return service_link_url(d->service, url);
}

bool dataset_is_within(const struct dataset *d, const char *url)
{
	CLEANUP_FREE char *whole = dataset_url(d, url);

	for (; d && whole; d = d->parent) {
		const char *own = linked_row_datalink(&d->row);
		CLEANUP_FREE char *here = own ? dataset_url(d, own) : NULL;

		if (here && strcmp(here, whole) == 0)
			return true;
	}
	return false;
}

static void resolve(char **url, const char *document)
{
	char *whole = *url && !strstr(*url, "://") ? url_join(document, *url) : NULL;

	if (!whole)
		return;
	free(*url);
	*url = whole;
}

void dataset_resolve(const struct service *s, struct link_list *links, const char *document)
{
	if (!document || *setting_str(s->settings, OPT_FILES_BASE))
		return;
	for (size_t i = 0; i < links->n; i++)
		resolve(&links->at[i].url, document);
	for (size_t i = 0; i < links->services.n; i++)
		resolve(&links->services.at[i].access_url, document);
}

/* --- what its links are --- */

static bool has_url(const struct dataset *d, const struct link_list *links, const char *url)
{
	for (size_t i = 0; i < links->n; i++) {
		CLEANUP_FREE char *other =
		    links->at[i].url ? dataset_url(d, links->at[i].url) : NULL;

		if (other && strcmp(other, url) == 0)
			return true;
	}
	return false;
}

/* A path without a server leads nowhere, and the user can be told why. */
static void add_path_error(struct link_list *links, const struct row_link *r)
{
	struct link l = {
	    .length = -1,
	    .semantics = xstrdup(r->semantics),
	    .description = xstrdup_or_null(r->description),
	    .error = xasprintf("\"%s\" is a path, not an address: set files_base in the "
			       "configuration to the URL that such paths are below",
			       r->url),
	};

	link_list_add(links, &l);
}

static bool is_address(const char *url)
{
	return strncasecmp(url, "http://", 7) == 0 || strncasecmp(url, "https://", 8) == 0;
}

/* A file of the row's own, unless the document has that as well. */
static void add_file(const struct dataset *d, struct link_list *links, const struct row_link *r)
{
	CLEANUP_FREE char *url = dataset_url(d, r->url);
	struct link l;

	if (r->kind == LINK_PATH && !is_address(r->url) &&
	    !*setting_str(d->service->settings, OPT_FILES_BASE)) {
		add_path_error(links, r);
		return;
	}
	if (url && has_url(d, links, url))
		return;
	l = (struct link){
	    .length = -1,
	    .url = xstrdup(r->url),
	    .semantics = xstrdup(r->semantics),
	    .description = xstrdup_or_null(r->description),
	    .content_type = xstrdup_or_null(r->content_type),
	};
	link_list_add(links, &l);
}

/* A SODA service that the result itself describes. */
static void add_cutout(struct link_list *links, const struct row_link *r)
{
	struct descriptor d;
	struct link l;

	if (!descriptor_parse(r->service, &d))
		return;
	if (!d.id)
		d.id = xstrdup("soda");
	l = (struct link){
	    .length = -1,
	    .id = xstrdup(r->url),
	    .service_def = xstrdup(d.id),
	    .semantics = xstrdup("#cutout"),
	    .description = xstrdup_or_null(r->description),
	};
	link_list_add(links, &l);
	descriptor_list_add(&links->services, &d);
}

void dataset_told(struct dataset *d, struct link_list *document)
{
	const char *own = linked_row_datalink(&d->row);

	if (d->known) {
		link_list_clear(document);
		return;
	}
	d->links = *document;
	*document = (struct link_list){0};
	for (size_t i = 0; i < d->row.n; i++) {
		const struct row_link *r = &d->row.links[i];

		if (r->kind == LINK_CUTOUT)
			add_cutout(&d->links, r);
		else if (r->url != own)
			add_file(d, &d->links, r);
	}
	links_name(&d->links);
	d->known = true;
	d->known_at = loop_now(d->service->loop);
	TAILQ_INSERT_TAIL(&datasets_of(d->service)->known, d, recent);
	if (++datasets_of(d->service)->nknown > KNOWN_MAX)
		forget_links(TAILQ_FIRST(&datasets_of(d->service)->known));
	waitlist_wake(&d->changed);
}

void dataset_read(struct dataset *d, struct linked_row *row)
{
	if (!d->read)
		d->row = *row;
	else
		linked_row_clear(row);
	*row = (struct linked_row){0};
	d->read = true;
}

void dataset_failed(struct dataset *d, struct error *err)
{
	error_free(d->failure);
	d->failure = err;
	d->failed_at = loop_now(d->service->loop);
	waitlist_wake(&d->changed);
}
