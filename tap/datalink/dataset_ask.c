/*
 * dataset_ask.c: a dataset's links, asked of the service; see dataset.h.
 *
 * An address may be told without its type (ObsCore's access_url without access_format): one byte
 * of it is asked for then, and the answer's type tells whether it is a DataLink document or a file.
 */
#include <errno.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/mime.h"
#include "http/http.h"
#include "tap/datalink/dataset_batch.h"
#include "tap/datalink/link_cache.h"
#include "tap/service/answer.h"
#include "tap/service/service.h"

#define FAILURE_MS 2000 /* a document that did not come is not asked for again before */

/* --- a document --- */

static void document_came(void *arg, struct http_reply *r, struct error *err)
{
	struct dataset *d = arg;
	CLEANUP_FREE char *url = dataset_url(d, linked_row_datalink(&d->row));
	struct link_list links;
	struct error *why = NULL;

	d->transfer = NULL;
	if (error_is_transient(err) && d->service->remotes) {
		link_cache_find(d, url, err);
	} else if (err) {
		dataset_failed(d, error_copy(err));
	} else if (datalink_parse(buf_str(&r->body), r->body.len, &links, &why)) {
		struct link_cache *a = link_cache_new(d->service);

		d->fresh_ms = r->max_age > 0 ? (uint64_t)r->max_age * 1000 : 0;

		dataset_resolve(d->service, &links, r->url);
		link_cache_add(a, url, &links);
		link_cache_store(a);
		dataset_told(d, &links);
	} else {
		link_list_clear(&links);
		answer_refused(r, url, "list of links", "VOTABLE", &why);
		dataset_failed(d, why);
	}
}

static void ask_alone(struct dataset *d)
{
	CLEANUP_FREE char *url = dataset_url(d, linked_row_datalink(&d->row));
	struct http_call call = service_call(d->service, url ? url : "");

	call.arg = d;
	call.on_done = document_came;
	d->transfer = http_start(d->service->http, &call);
}

/* --- an address whose type is not told --- */

static struct row_link *untyped(const struct dataset *d)
{
	for (size_t i = 0; i < d->row.n; i++) {
		struct row_link *r = &d->row.links[i];

		if (r->kind == LINK_DATALINK)
			return NULL;
		if (r->kind == LINK_FILE && !r->content_type &&
		    strcmp(r->semantics, "#this") == 0 && !link_url_has_extension(r->url))
			return r;
	}
	return NULL;
}

static bool type_headers(void *arg, const struct http_reply *reply)
{
	struct dataset *d = arg;
	struct row_link *r = untyped(d);

	if (r && datalink_is_type(reply->content_type))
		r->kind = LINK_DATALINK;
	else if (r && reply->content_type)
		r->content_type = xstrdup(reply->content_type);
	return false; /* that was all */
}

static enum body_verdict no_body(void *arg, const void *data, size_t n)
{
	(void)arg, (void)data, (void)n;
	return BODY_STOP;
}

static void type_came(void *arg, struct http_reply *reply, struct error *err)
{
	struct dataset *d = arg;
	struct link_list none = {0};

	(void)reply, (void)err; /* what does not answer is a file that cannot be had: open tells */
	d->transfer = NULL;
	if (linked_row_datalink(&d->row))
		ask_alone(d);
	else
		dataset_told(d, &none);
}

static bool ask_type(struct dataset *d)
{
	const struct row_link *r = untyped(d);
	CLEANUP_FREE char *url = r ? dataset_url(d, r->url) : NULL;
	struct http_call call;

	if (!url)
		return false;
	call = service_call(d->service, url);
	call.range_to = 1;
	call.as_sent = true;
	call.arg = d;
	call.on_headers = type_headers;
	call.on_body = no_body;
	call.on_done = type_came;
	d->transfer = http_start(d->service->http, &call);
	return true;
}

/* --- what is known --- */

/* The row was read: its files are its links, or the service has to be asked. */
static void go_on(struct dataset *d, struct waitlist **wait)
{
	struct link_list none = {0};

	if (dataset_is_in_batch(d, wait))
		return;
	if (linked_row_datalink(&d->row))
		ask_alone(d);
	else if (!ask_type(d))
		dataset_told(d, &none);
}

enum dataset_answer dataset_ready(struct dataset *d, struct waitlist **wait, struct error **err)
{
	if (d->of)
		open_index_visited(d->of, d->name, d->number);
	if (d->known)
		return DATASET_KNOWN;
	if (d->failure && loop_now(d->service->loop) < d->failed_at + FAILURE_MS) {
		error_move(err, error_copy(d->failure));
		return DATASET_FAIL;
	}
	*wait = &d->changed;
	if (d->transfer || d->looking)
		return DATASET_WAIT;
	if (!d->read)
		dataset_batch(d, ask_alone, wait);
	if (d->read && !d->known)
		go_on(d, wait);
	return d->known ? DATASET_KNOWN : DATASET_WAIT;
}
