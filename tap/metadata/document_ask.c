/*
 * document_ask.c: capabilities and availability, asked of the service; see document_ask.h.
 *
 * A cancelled one whose worker is busy stays until that comes back.
 */
#include "tap/metadata/document_ask.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/mem.h"
#include "cache/file.h"
#include "http/url.h"
#include "tap/metadata/documents.h"

struct document_ask {
	struct work work; /* first */
	struct service *service;
	enum document doc;
	document_asked *over;
	struct transfer *transfer;
	bool working, cancelled;

	/* worker */
	struct buf text;
	struct capabilities *capabilities;
	struct availability *availability;
	struct stored *stored;
	struct error *error;
};

static void ask_free(struct document_ask *a)
{
	buf_free(&a->text);
	capabilities_free(a->capabilities);
	availability_free(a->availability);
	stored_unref(a->stored);
	error_free(a->error);
	free(a);
}

static void document_run(struct work *w)
{
	struct document_ask *a = (struct document_ask *)w;
	CLEANUP_FREE char *path = document_path(a->service, a->doc);

	if (a->doc == DOC_CAPABILITIES)
		a->capabilities = capabilities_parse(a->text.data, a->text.len, &a->error);
	else
		a->availability = availability_parse(a->text.data, a->text.len, &a->error);
	if (!a->error && file_put(path, a->text.data, a->text.len, &a->error))
		a->stored = document_open(a->service, a->doc);
}

static void take_document(struct document_ask *a)
{
	struct service *s = a->service;

	if (a->doc == DOC_CAPABILITIES) {
		capabilities_free(s->capabilities);
		s->capabilities = steal(a->capabilities);
	} else {
		availability_free(s->availability);
		s->availability = steal(a->availability);
	}
	stored_unref(s->document[a->doc]);
	s->document[a->doc] = steal(a->stored);
}

static void document_done(struct work *w)
{
	struct document_ask *a = (struct document_ask *)w;
	struct service *s = a->service;

	a->working = false;
	if (a->cancelled) {
		ask_free(a);
		return;
	}
	if (a->error)
		log_warn("%s: %s: %s", s->name, document_name(a->doc), error_text(a->error));
	else
		take_document(a);
	waitlist_wake(&s->changed);
	a->over(s, a->doc, true, a->error);
	ask_free(a);
}

static void document_came(void *arg, struct http_reply *r, struct error *err)
{
	struct document_ask *a = arg;
	CLEANUP_FREE char *shown = r->url ? url_redact(r->url) : NULL;

	a->transfer = NULL;
	if (err) {
		failure_add(document_name(a->doc), shown, r->status, err);
		a->over(a->service, a->doc, r->status != 0, err);
		ask_free(a);
		return;
	}
	a->text = r->body;
	r->body = (struct buf)BUF_INIT;
	a->work.run = document_run;
	a->work.done = document_done;
	a->working = true;
	work_submit(a->service->loop, LANE_CATALOG, &a->work);
}

struct document_ask *document_ask(struct service *s, enum document d, document_asked *over)
{
	CLEANUP_FREE char *url =
	    url_append(s->url, d == DOC_CAPABILITIES ? "capabilities" : "availability");
	struct document_ask *a = xcalloc(1, sizeof(*a));
	struct http_call call = service_call(s, url);

	a->service = s;
	a->doc = d;
	a->over = over;
	call.aside = true;
	call.arg = a;
	call.on_done = document_came;
	a->transfer = http_start(s->http, &call);
	return a;
}

void document_ask_cancel(struct document_ask *a)
{
	if (!a)
		return;
	transfer_cancel(a->transfer);
	a->transfer = NULL;
	a->cancelled = true;
	if (!a->working)
		ask_free(a);
}
