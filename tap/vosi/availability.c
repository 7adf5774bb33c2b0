/* availability.c: whether a service is up, by its own word; see availability.h. */
#include "tap/vosi/availability.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text/isotime.h"
#include "base/text/xml.h"

struct availability_reading {
	struct availability *a;
	struct buf notes;
	bool is_one; /* the root is right */
};

static void availability_start(struct xml *x, void *ctx, const char *name,
			       const struct xml_attrs *attrs)
{
	struct availability_reading *r = ctx;

	(void)attrs;
	if (xml_depth(x) == 1)
		r->is_one = strcmp(name, "availability") == 0;
}

static void availability_end(struct xml *x, void *ctx, const char *name, const char *text,
			     size_t len)
{
	struct availability_reading *r = ctx;

	if (xml_depth(x) != 2)
		return;
	if (strcmp(name, "available") == 0) {
		r->a->available = strcasecmp(text, "true") == 0 || strcmp(text, "1") == 0;
	} else if (strcmp(name, "upSince") == 0) {
		r->a->up_since = isotime_parse(text, len);
	} else if (strcmp(name, "downAt") == 0) {
		r->a->down_at = isotime_parse(text, len);
	} else if (strcmp(name, "backAt") == 0) {
		r->a->back_at = isotime_parse(text, len);
	} else if (strcmp(name, "note") == 0 && len) {
		if (r->notes.len)
			buf_addc(&r->notes, '\n');
		buf_add(&r->notes, text, len);
	}
}

struct availability *availability_parse(const char *data, size_t n, struct error **err)
{
	static const struct xml_handler handler = {availability_start, availability_end};
	struct availability_reading r = {.a = xcalloc(1, sizeof(*r.a)), .notes = BUF_INIT};
	bool ok;

	r.a->up_since = r.a->down_at = r.a->back_at = -1;
	ok = xml_parse(&handler, &r, data, n, err);
	if (ok && !r.is_one)
		ok = error_set(err, EIO, "this is no availability document");
	if (r.notes.len)
		r.a->note = buf_steal(&r.notes);
	buf_free(&r.notes);
	if (!ok) {
		availability_free(r.a);
		return NULL;
	}
	return r.a;
}

void availability_free(struct availability *a)
{
	if (!a)
		return;
	free(a->note);
	free(a);
}
