/*
 * about.c: service/: what the service says of itself.
 *
 * The documents are files as they were sent; the texts are rendered from the
 * capabilities. Whoever opens a text before the service has answered waits.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "cache/stored.h"
#include "fs/core/handle.h"
#include "fs/core/listing.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/service/branch.h"
#include "tap/metadata/documents.h"
#include "tap/metadata/metadata.h"
#include "tap/service/service.h"

enum outcome documents_list(struct node *dir, struct listing *l, struct ask *ask)
{
	(void)ask;
	for (int d = 0; d < DOC_COUNT; d++)
		if (dir->service->document[d])
			listing_add(l, document_name((enum document)d), LINE_DOCUMENT, 0);
	return READY;
}

enum outcome documents_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	(void)ask;
	for (int d = 0; d < DOC_COUNT; d++) {
		if (strcmp(document_name((enum document)d), name) != 0 ||
		    !dir->service->document[d])
			continue;
		f->line = LINE_DOCUMENT;
		f->object = stored_ref(dir->service->document[d]);
	}
	return READY;
}

enum outcome document_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	const struct stored *s = n->object;

	(void)ask;
	a->size = s->size;
	a->mtime = s->mtime;
	a->fixed = true;
	return READY;
}

static enum outcome document_file_open(struct node *n, struct handle *h, int flags, struct ask *ask)
{
	(void)flags;
	(void)ask;
	h->stored = stored_ref(n->object);
	return READY;
}

const struct file_ops document_file = {.open = document_file_open};

void document_release(void *object)
{
	stored_unref(object);
}

/* What the texts are made of; NULL while it is not known, which the text then says. */
static const struct capabilities *known(struct node *n, struct buf *out)
{
	metadata_refresh_if_old(n->service);
	if (!n->service->capabilities)
		buf_addf(out, "not known: %s\n",
			 n->service->health_error ? error_text(n->service->health_error)
						  : "the service has not answered yet");
	return n->service->capabilities;
}

static void add_amount(struct buf *b, const char *what, const struct limit *l, const char *unit)
{
	char normal[32] = "not told", hard[32] = "not told";

	if (l->normal >= 0)
		snprintf(normal, sizeof(normal), "%" PRId64, l->normal);
	if (l->hard >= 0)
		snprintf(hard, sizeof(hard), "%" PRId64, l->hard);
	buf_addf(b, "%-20s %16s %16s  %s\n", what, normal, hard, unit);
}

enum outcome limits_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct capabilities *c = known(n, out);

	(void)ask;
	if (!c)
		return READY;
	buf_addf(out, "%-20s %16s %16s\n", "limit", "default", "hard");
	add_amount(out, "result", &c->output_limit, c->output_limit.in_bytes ? "bytes" : "rows");
	add_amount(out, "upload", &c->upload_limit, c->upload_limit.in_bytes ? "bytes" : "rows");
	add_amount(out, "execution time", &c->execution_duration, "s");
	add_amount(out, "retention of jobs", &c->retention_period, "s");
	buf_addf(out, "\nTAP version %s; uploads %s.\n",
		 c->tap_version ? c->tap_version : "not told",
		 capabilities_has_upload(c) ? "are taken" : "are not taken");
	return READY;
}

static const char *after_hash(const char *type)
{
	const char *hash = strrchr(type, '#');

	return hash ? hash + 1 : type;
}

enum outcome functions_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct capabilities *c = known(n, out);

	(void)ask;
	if (!c)
		return READY;
	for (size_t i = 0; i < c->nlanguages; i++) {
		const struct language *l = &c->languages[i];

		if (l->nfeatures)
			buf_addf(out, "%s%s\n", i ? "\n" : "", l->name);
		for (size_t k = 0; k < l->nfeatures; k++) {
			buf_addf(out, "  %s    (%s)\n", l->features[k].form,
				 after_hash(l->features[k].type));
			if (l->features[k].description)
				buf_addf(out, "      %s\n", l->features[k].description);
		}
	}
	if (!out->len)
		buf_adds(out,
			 "The service declares no functions beyond those of its query language.\n");
	return READY;
}

enum outcome languages_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct capabilities *c = known(n, out);

	(void)ask;
	if (!c)
		return READY;
	for (size_t i = 0; i < c->nlanguages; i++) {
		const struct language *l = &c->languages[i];

		buf_adds(out, l->name);
		for (size_t v = 0; v < l->versions.n; v++)
			buf_addf(out, "%s%s", v ? ", " : " ", l->versions.at[v]);
		if (l->description)
			buf_addf(out, "    %s", l->description);
		buf_addc(out, '\n');
	}
	return READY;
}

enum outcome formats_text(struct node *n, struct buf *out, struct ask *ask)
{
	const struct capabilities *c = known(n, out);

	(void)ask;
	if (!c)
		return READY;
	buf_adds(
	    out,
	    "What the service can send (tapfs asks for a VOTable and makes the rest itself):\n");
	for (size_t i = 0; i < c->nformats; i++) {
		buf_addf(out, "  %s", c->formats[i].mime);
		for (size_t k = 0; k < c->formats[i].aliases.n; k++)
			buf_addf(out, "%s%s", k ? ", " : "    ", c->formats[i].aliases.at[k]);
		buf_addc(out, '\n');
	}
	return READY;
}
