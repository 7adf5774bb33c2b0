/*
 * remote_file.c: files on servers, read as if they were here; see tap/remote/remote.h.
 *
 * stat of one asks the server for its size, once, by a single byte; a listing does
 * not. open waits for the size; reads wait for just the bytes that they want.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uthash.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/stats.h"
#include "cache/stored.h"
#include "fs/core/handle.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/datalink/branch.h"
#include "fs/datalink/datalink.h"
#include "http/url.h"
#include "tap/service/service.h"

#define RENEW_MS 5000 /* an address that is refused is not asked for anew before */

struct remote_file {
	unsigned refs;
	struct service *service;
	struct dataset *dataset; /* one reference; NULL: it is no link, and `url` is absolute */
	char *key;               /* the dataset, and the link's name */
	char *url, *error;       /* of the link; NULL: it has none */
	char *content_type;      /* that the link promises; NULL: none */
	int64_t length;          /* bytes, the same; -1: none */
	struct error *refusal;   /* of an address that may have expired: another is asked for */
	uint64_t renewed;        /* loop time: when that was done last; 0: never */
	struct remote *remote;   /* one reference; NULL until somebody wants to know more */
	bool changed;            /* on the server, since it was opened last */
	UT_hash_handle hh;
};

static struct remote_file *all;

struct remote_file *remote_file_get(struct dataset *dataset, const struct link *link)
{
	CLEANUP_FREE char *key = xasprintf("%p %s", (void *)dataset, link->name);
	struct remote_file *f;

	HASH_FIND_STR(all, key, f);
	if (!f) {
		f = xcalloc(1, sizeof(*f));
		f->service = dataset->service;
		f->dataset = dataset_ref(dataset);
		f->key = steal(key);
		HASH_ADD_KEYPTR(hh, all, f->key, strlen(f->key), f);
	}
	f->refs++;
	if (f->remote && f->url && link->url && strcmp(f->url, link->url) != 0) {
		remote_unref(
		    f->remote); /* signed anew: it is found again by what does not change */
		f->remote = NULL;
	}
	free(f->url);
	free(f->error);
	f->url = xstrdup_or_null(link->url);
	f->error = xstrdup_or_null(link->error);
	free(f->content_type);
	f->content_type = xstrdup_or_null(link->content_type);
	f->length = link->length;
	return f;
}

struct remote_file *remote_file_at(struct service *s, const char *url)
{
	CLEANUP_FREE char *key = xasprintf("%p %s", (void *)s, url);
	struct remote_file *f;

	HASH_FIND_STR(all, key, f);
	if (!f) {
		f = xcalloc(1, sizeof(*f));
		f->service = s;
		f->url = xstrdup(url);
		f->length = -1;
		f->key = steal(key);
		HASH_ADD_KEYPTR(hh, all, f->key, strlen(f->key), f);
	}
	f->refs++;
	return f;
}

void link_release(void *object)
{
	struct remote_file *f = object;

	if (--f->refs)
		return;
	HASH_DEL(all, f);
	remote_unref(f->remote);
	dataset_unref(f->dataset);
	free(f->key);
	free(f->url);
	free(f->error);
	free(f->content_type);
	error_free(f->refusal);
	free(f);
}

static enum outcome ask_no_address(struct ask *ask, const char *url)
{
	CLEANUP_FREE char *shown = url_redact(url);

	return ask_fail(ask, EPROTO, "\"%s\" is no http address, and cannot be read", shown);
}

/* --- an address that has expired --- */

/* An address that is signed for a short time is refused after it (403, 401 from some stores). */
static bool may_have_expired(const struct remote_file *f, const struct error *err)
{
	int n = error_errno(err);

	return f->dataset && (n == EPERM || n == EACCES) && linked_row_datalink(&f->dataset->row) &&
	       (!f->renewed || loop_now(f->service->loop) > f->renewed + RENEW_MS);
}

static const struct link *link_named(const struct dataset *d, const char *name)
{
	for (size_t i = 0; i < d->links.n; i++)
		if (strcmp(d->links.at[i].name, name) == 0)
			return &d->links.at[i];
	return NULL;
}

/* The links are asked for anew. READY: the remote has another address. */
static enum outcome link_renew(struct remote_file *f, struct remote *r, struct ask *ask)
{
	struct waitlist *wait = NULL;
	struct error *err = NULL;
	const struct link *l;
	CLEANUP_FREE char *url = NULL;

	switch (dataset_ready(f->dataset, &wait, &err)) {
	case DATASET_WAIT: return ask_wait(ask, wait);
	case DATASET_FAIL:
		error_free(f->refusal);
		f->refusal = err;
		break;
	case DATASET_KNOWN: break;
	}
	l = err ? NULL : link_named(f->dataset, strchr(f->key, ' ') + 1);
	if (!l || !l->url || strcmp(l->url, f->url) == 0) /* it was no signature */
		return ask_failed(ask, steal(f->refusal));
	error_clear(&f->refusal);
	free(f->url);
	f->url = xstrdup(l->url);
	url = dataset_url(f->dataset, f->url);
	if (!url)
		return ask_no_address(ask, f->url);
	remote_renew(r, url);
	return READY;
}

static void link_expired(struct remote_file *f, struct error *err)
{
	error_free(f->refusal);
	f->refusal = err;
	f->renewed = loop_now(f->service->loop);
	dataset_forget(f->dataset);
}

/*
 * The remote, with its size known, or (surely false) known that the server does not tell; a new one
 * where the file was changed on the server.
 */
static enum outcome link_ready(struct remote_file *f, bool surely, struct ask *ask)
{
	struct service *s = f->service;
	struct error *err = NULL;
	enum outcome o;

	if (!s->remotes)
		return ask_fail(ask, EROFS,
				"no file can be kept: the cache folder cannot be written");
	if (f->remote && f->remote->state == REMOTE_STALE) {
		remote_unref(f->remote);
		f->remote = NULL;
		f->changed = true;
	}
	if (!f->remote) {
		CLEANUP_FREE char *url =
		    f->dataset ? dataset_url(f->dataset, f->url) : xstrdup(f->url);

		if (!url)
			return ask_no_address(ask, f->url);
		f->remote = remote_get(s->remotes, s, url);
		remote_promise(f->remote, f->content_type, f->length);
	}
	if (f->refusal && (o = link_renew(f, f->remote, ask)) != READY)
		return o;
	switch (surely ? remote_size_surely(f->remote, &err) : remote_size(f->remote, &err)) {
	case REMOTE_YES: return READY;
	case REMOTE_WAIT: return ask_wait(ask, &f->remote->changed);
	case REMOTE_FAILS: break;
	}
	if (may_have_expired(f, err)) {
		link_expired(f, err);
		return link_ready(f, surely, ask);
	}
	ask->telling = true; /* it was the server's word */
	return ask_failed(ask, err);
}

enum outcome link_attributes_known(struct node *n, struct attributes *a, struct ask *ask)
{
	const struct remote_file *f = n->object;

	(void)ask;
	if (!f->remote || f->remote->file.validators.length < 0)
		return READY;
	a->size = (uint64_t)f->remote->file.validators.length;
	a->mtime = f->dataset ? f->dataset->mtime : 0;
	return READY;
}

enum outcome link_attributes_if_there(struct node *n, struct attributes *a, struct ask *ask)
{
	enum outcome o = link_ready(n->object, false, ask);

	if (o == FAILED && error_errno(ask->error) != ENOENT) {
		/* it is there, and cannot be had now: open tells why */
		error_clear(&ask->error);
		return READY;
	}
	return o == READY ? link_attributes_known(n, a, ask) : o;
}

enum outcome link_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	enum outcome o = link_attributes_if_there(n, a, ask);

	if (o != FAILED)
		return o;
	error_clear(&ask->error); /* the service told of it: open says that it is not there */
	return READY;
}

static enum outcome link_open(struct node *n, struct handle *h, int flags, struct ask *ask)
{
	struct remote_file *f = n->object;
	enum outcome o;

	(void)flags;
	o = link_ready(f, true, ask);
	if (o != READY)
		return o;
	h->remote = f->remote;
	remote_open(h->remote);
	h->fresh = f->changed;
	f->changed = false;
	return READY;
}

/* What is kept of the file, as the handle reads it. */
static void take_kept_file(struct handle *h)
{
	const struct remote *r = h->remote;
	int fd = h->stored || r->file.fd < 0 ? -1 : fcntl(r->file.fd, F_DUPFD_CLOEXEC, 3);

	if (fd >= 0)
		h->stored = stored_new(fd, (uint64_t)r->file.validators.length, 0);
}

static void count_read(const struct handle *h, uint64_t offset, size_t n, const struct ask *ask)
{
	uint64_t size = (uint64_t)h->remote->file.validators.length;
	uint64_t left = offset < size ? size - offset : 0;

	if (ask->waited) {
		stats.cache_misses++;
		return;
	}
	stats.cache_hits++;
	stats.cache_hit_bytes += (int64_t)(n < left ? n : left);
}

static enum outcome link_part_ready(struct handle *h, uint64_t offset, size_t n, struct ask *ask)
{
	struct remote_file *f = h->node->object;
	struct error *err = NULL;
	enum outcome o;

	if (f->refusal && (o = link_renew(f, h->remote, ask)) != READY)
		return o;
	switch (remote_need(h->remote, &h->reader, offset, n, &err)) {
	case REMOTE_YES:
		take_kept_file(h);
		count_read(h, offset, n, ask);
		return READY;
	case REMOTE_WAIT: return ask_wait(ask, &h->remote->changed);
	case REMOTE_FAILS: break;
	}
	if (may_have_expired(f, err)) { /* in the middle of a read */
		link_expired(f, err);
		return link_part_ready(h, offset, n, ask);
	}
	ask->telling = true; /* it was the server's word */
	return ask_failed(ask, err);
}

const struct file_ops remote_file_ops = {.open = link_open, .ready = link_part_ready};

enum outcome link_error_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct remote_file *f = n->object;

	(void)ask;
	buf_addf(out, "%s\n", f->error);
	return READY;
}
