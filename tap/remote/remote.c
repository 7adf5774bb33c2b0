/*
 * remote.c: the files on servers that are in use: found, opened, closed, let go; see remote.h.
 *
 * A known one that nobody has open is idle: its file on disk is closed, so that it may be thrown
 * away, and looked for again when somebody opens it. How the parts of this folder build on each
 * other is told in remote_run.h.
 */
#include "tap/remote/remote.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/mime.h"
#include "http/url.h"
#include "table/links/datalink.h"
#include "tap/remote/remote_run.h"

#define NEARLY (1u << 20) /* of a part that nobody waits for any more: the rest may come */

struct kept *remotes_kept(const struct remotes *rs)
{
	return rs->kept;
}

static void remote_free(struct remote *r)
{
	LIST_REMOVE(r, link);
	timer_cancel(r->ending);
	timer_cancel(r->note_timer);
	kept_file_clear(&r->file);
	ranges_free(&r->noted);
	error_free(r->failure);
	free(r->url);
	free(r->promised);
	free(r->key);
	free(r);
}

/* Nobody wants the bytes that are on their way any more. */
static void fetches_cancel(struct remote *r)
{
	struct fetch *f;

	while ((f = LIST_FIRST(&r->fetches)))
		fetch_cancel(f);
}

/* Nobody refers to it any more. */
static void remote_over(struct remote *r)
{
	fetches_cancel(r);
	remote_note(r);
	if (!r->refs) /* else who notes it has it */
		remote_free(r);
}

struct remotes *remotes_new(struct loop *loop, struct http *http, struct kept *kept)
{
	struct remotes *rs = xcalloc(1, sizeof(*rs));

	rs->loop = loop;
	rs->http = http;
	rs->kept = kept;
	rs->over = remote_over;
	remotes_count(rs, true);
	return rs;
}

void remotes_end(struct remotes *rs)
{
	struct remote *r;

	if (!rs)
		return;
	LIST_FOREACH (r, &rs->all, link) {
		fetches_cancel(r);
		remote_note(r);
	}
}

void remotes_retry(struct remotes *rs)
{
	struct remote *r;

	if (rs)
		LIST_FOREACH (r, &rs->all, link)
			error_clear(&r->failure);
}

void remotes_free(struct remotes *rs)
{
	struct remote *r;

	if (!rs)
		return;
	while ((r = LIST_FIRST(&rs->all))) /* somebody had it open until the end */
		remote_free(r);
	free(rs);
}

struct remote *remote_get(struct remotes *rs, struct service *s, const char *url)
{
	CLEANUP_FREE char *key = url_key(url);
	struct remote *r;

	LIST_FOREACH (r, &rs->all, link) {
		if (r->state == REMOTE_STALE || r->service != s || strcmp(r->key, key) != 0)
			continue;
		free(r->url);
		r->url = xstrdup(url); /* signed anew, it may be */
		r->refs++;
		return r;
	}
	r = xcalloc(1, sizeof(*r));
	r->refs = 1;
	r->remotes = rs;
	r->service = s;
	r->url = xstrdup(url);
	r->promised = link_url_extension(url);
	r->promised_length = -1;
	r->key = steal(key);
	r->file.fd = -1;
	r->file.validators.length = -1;
	waitlist_init(&r->changed);
	LIST_INIT(&r->fetches);
	LIST_INSERT_HEAD(&rs->all, r, link);
	remote_look(r);
	return r;
}

void remote_promise(struct remote *r, const char *content_type, int64_t length)
{
	const char *extension = content_type ? mime_extension(content_type) : NULL;

	r->promised_length = length;
	if (!extension)
		return;
	free(r->promised);
	r->promised = xstrdup(extension);
}

void remote_renew(struct remote *r, const char *url)
{
	free(r->url);
	r->url = xstrdup(url);
	error_clear(&r->failure);
}

void remote_open(struct remote *r)
{
	r->refs++;
	r->opens++;
}

/* What is nearly there may come; a long way ahead of nobody is not gone. */
static void fetches_end(struct remote *r)
{
	struct fetch *f, *next;

	for (f = LIST_FIRST(&r->fetches); f; f = next) {
		next = LIST_NEXT(f, link);
		if (!f->probe && f->to - f->from - f->done > NEARLY)
			fetch_cancel(f);
	}
}

void remote_close(struct remote *r)
{
	if (!r)
		return;
	if (!--r->opens && waitlist_empty(&r->changed)) {
		fetches_end(r);
		remote_note(r);
		remote_make_idle(r);
	}
	remote_unref(r);
}
