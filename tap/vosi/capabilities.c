/*
 * capabilities.c: what a service says it can do; see capabilities.h.
 *
 * Elements are told by their own and their parent's local name: namespaces and
 * prefixes vary. The things that are open (a capability, its interface, a
 * language, a feature, a format) are the last of their lists; a pointer to
 * one is never kept, since lists move when they grow.
 */
#include "tap/vosi/capabilities.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/list.h"
#include "base/text/number.h"
#include "base/text/xml.h"

#define TAP_ID "ivo://ivoa.net/std/TAP"

struct capabilities_reading {
	struct capabilities *c;
	bool is_one;
	char *group;   /* type of the languageFeatures that are open */
	bool in_bytes; /* unit of the limit that is open */
	bool of_queue; /* the param that is open is QUEUE */
};

/* The last of a list, NULL if it is empty. */
#define LAST(list, n) ((n) ? &(list)[(n)-1] : NULL)

static void strings_add(struct strings *list, char *s)
{
	*LIST_ADD(list->at, list->n) = s;
}

static void set_capability_text(char **where, const char *text, size_t len)
{
	free(*where);
	*where = xstrndup(text, len);
}

static bool is(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

/* "vs:ParamHTTP" -> "ParamHTTP" */
static char *type_of(const struct xml_attrs *attrs)
{
	CLEANUP_FREE char *type = xml_attr_dup(attrs, "xsi:type");
	const char *colon = type ? strrchr(type, ':') : NULL;

	return colon ? xstrdup(colon + 1) : steal(type);
}

static void start_capability(struct capabilities *c, const struct xml_attrs *attrs)
{
	struct capability *cap = LIST_ADD(c->capabilities, c->ncapabilities);

	cap->standard_id = xml_attr_text(attrs, "standardID");
}

static void start_interface(struct capabilities *c, const struct xml_attrs *attrs)
{
	struct capability *cap = LAST(c->capabilities, c->ncapabilities);
	struct interface *i = LIST_ADD(cap->interfaces, cap->ninterfaces);

	i->access_url = xstrdup("");
	i->version = xml_attr_dup(attrs, "version");
	i->role = xml_attr_dup(attrs, "role");
	i->type = type_of(attrs);
}

static void start_language(struct capabilities *c)
{
	struct language *l = LIST_ADD(c->languages, c->nlanguages);

	l->name = xstrdup("");
}

static void start_feature(struct capabilities_reading *r)
{
	struct language *l = LAST(r->c->languages, r->c->nlanguages);
	struct language_feature *f = LIST_ADD(l->features, l->nfeatures);

	f->type = xstrdup(r->group ? r->group : "");
	f->form = xstrdup("");
}

static void start_format(struct capabilities *c, const struct xml_attrs *attrs)
{
	struct output_format *f = LIST_ADD(c->formats, c->nformats);

	f->ivo_id = xml_attr_dup(attrs, "ivo-id");
	f->mime = xstrdup("");
}

/* Children of <capability>. */
static void start_in_capability(struct capabilities_reading *r, const char *name,
				const struct xml_attrs *attrs)
{
	if (is(name, "interface"))
		start_interface(r->c, attrs);
	else if (is(name, "language"))
		start_language(r->c);
	else if (is(name, "outputFormat"))
		start_format(r->c, attrs);
	else if (is(name, "uploadMethod"))
		strings_add(&r->c->upload_methods, xml_attr_text(attrs, "ivo-id"));
	else if (is(name, "dataModel"))
		strings_add(&r->c->data_models, xml_attr_text(attrs, "ivo-id"));
}

static struct interface *open_interface(const struct capabilities *c)
{
	struct capability *cap = LAST(c->capabilities, c->ncapabilities);

	return cap ? LAST(cap->interfaces, cap->ninterfaces) : NULL;
}

/* What is deeper: in an interface, in a language. */
static void start_deeper(struct capabilities_reading *r, const char *parent, const char *name,
			 const struct xml_attrs *attrs)
{
	struct interface *i = open_interface(r->c);

	if (is(name, "securityMethod") && is(parent, "interface") && i) {
		strings_add(&i->security_methods, xml_attr_text(attrs, "standardID"));
	} else if (is(name, "languageFeatures") && is(parent, "language")) {
		free(r->group);
		r->group = xml_attr_text(attrs, "type");
	} else if (is(name, "feature") && is(parent, "languageFeatures") && r->c->nlanguages) {
		start_feature(r);
	} else if (is(name, "default") || is(name, "hard")) {
		r->in_bytes = xml_attr_is(attrs, "unit", "byte");
	}
}

static void capabilities_start(struct xml *x, void *ctx, const char *name,
			       const struct xml_attrs *attrs)
{
	struct capabilities_reading *r = ctx;
	const char *parent = xml_parent(x);

	if (xml_depth(x) == 1)
		r->is_one = is(name, "capabilities");
	else if (xml_depth(x) == 2 && is(name, "capability"))
		start_capability(r->c, attrs);
	else if (xml_depth(x) == 3 && is(parent, "capability"))
		start_in_capability(r, name, attrs);
	else if (xml_depth(x) > 3)
		start_deeper(r, parent, name, attrs);
}

static struct limit *limit_named(struct capabilities *c, const char *name)
{
	if (is(name, "retentionPeriod"))
		return &c->retention_period;
	if (is(name, "executionDuration"))
		return &c->execution_duration;
	if (is(name, "outputLimit"))
		return &c->output_limit;
	if (is(name, "uploadLimit"))
		return &c->upload_limit;
	return NULL;
}

static void end_limit(struct capabilities_reading *r, const char *name, const char *parent,
		      const char *text, size_t len)
{
	struct limit *limit = limit_named(r->c, parent);
	int64_t v;

	if (!limit || !number_parse_int(text, len, &v) || v < 0)
		return;
	limit->in_bytes = r->in_bytes;
	if (is(name, "hard"))
		limit->hard = v;
	else
		limit->normal = v;
}

static void end_in_interface(struct interface *i, const char *name, const char *text, size_t len)
{
	if (i && is(name, "accessURL") && !*i->access_url) /* the first one counts */
		set_capability_text(&i->access_url, text, len);
}

static void end_in_language(struct language *l, const char *name, const char *text, size_t len)
{
	if (!l)
		return;
	if (is(name, "name"))
		set_capability_text(&l->name, text, len);
	else if (is(name, "description"))
		set_capability_text(&l->description, text, len);
	else if (is(name, "version"))
		strings_add(&l->versions, xstrndup(text, len));
}

static void end_in_feature(struct language *l, const char *name, const char *text, size_t len)
{
	struct language_feature *f = l ? LAST(l->features, l->nfeatures) : NULL;

	if (!f)
		return;
	if (is(name, "form"))
		set_capability_text(&f->form, text, len);
	else if (is(name, "description"))
		set_capability_text(&f->description, text, len);
}

static void end_in_format(struct output_format *f, const char *name, const char *text, size_t len)
{
	if (!f)
		return;
	if (is(name, "mime"))
		set_capability_text(&f->mime, text, len);
	else if (is(name, "alias"))
		strings_add(&f->aliases, xstrndup(text, len));
}

/* VODataService 1.2 §3.3: a parameter of the interface. */
static void end_in_param(struct capabilities_reading *r, const char *name, const char *text,
			 size_t len)
{
	if (is(name, "name"))
		r->of_queue = len == 5 && strncasecmp(text, "QUEUE", len) == 0;
	else if (is(name, "description") && r->of_queue && len)
		set_capability_text(&r->c->queues, text, len);
}

static void capabilities_end(struct xml *x, void *ctx, const char *name, const char *text,
			     size_t len)
{
	struct capabilities_reading *r = ctx;
	struct capabilities *c = r->c;
	const char *parent = xml_parent(x);

	if (is(parent, "interface"))
		end_in_interface(open_interface(c), name, text, len);
	else if (is(parent, "param"))
		end_in_param(r, name, text, len);
	else if (is(parent, "feature"))
		end_in_feature(LAST(c->languages, c->nlanguages), name, text, len);
	else if (is(parent, "language"))
		end_in_language(LAST(c->languages, c->nlanguages), name, text, len);
	else if (is(parent, "outputFormat"))
		end_in_format(LAST(c->formats, c->nformats), name, text, len);
	else if (is(name, "default") || is(name, "hard"))
		end_limit(r, name, parent, text, len);
}

/* TAP 1.1 §2.4: the interface's version; in drafts the fragment says it ("#async-1.1"). */
static char *tap_version_of(const struct capabilities *c)
{
	const struct capability *tap = capabilities_find(c, TAP_ID);
	const char *best = "1.0";

	if (!tap)
		return NULL;
	for (size_t i = 0; i < tap->ninterfaces; i++)
		if (tap->interfaces[i].version && strcmp(tap->interfaces[i].version, best) > 0)
			best = tap->interfaces[i].version;
	if (strstr(tap->standard_id, "-1.1") && strcmp(best, "1.1") < 0)
		best = "1.1";
	return xstrdup(best);
}

struct capabilities *capabilities_parse(const char *data, size_t n, struct error **err)
{
	static const struct xml_handler handler = {capabilities_start, capabilities_end};
	static const struct limit unknown = {-1, -1, false};
	struct capabilities *c = xcalloc(1, sizeof(*c));
	struct capabilities_reading r = {.c = c};
	bool ok;

	c->retention_period = c->execution_duration = unknown;
	c->output_limit = c->upload_limit = unknown;
	ok = xml_parse(&handler, &r, data, n, err);
	free(r.group);
	if (ok && !r.is_one)
		ok = error_set(err, EIO, "this is no capabilities document");
	if (!ok) {
		capabilities_free(c);
		return NULL;
	}
	c->tap_version = tap_version_of(c);
	return c;
}

static void strings_free(struct strings *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->at[i]);
	free(s->at);
}

static void capability_free(struct capability *cap)
{
	for (size_t i = 0; i < cap->ninterfaces; i++) {
		free(cap->interfaces[i].access_url);
		free(cap->interfaces[i].version);
		free(cap->interfaces[i].role);
		free(cap->interfaces[i].type);
		strings_free(&cap->interfaces[i].security_methods);
	}
	free(cap->interfaces);
	free(cap->standard_id);
}

static void language_free(struct language *l)
{
	for (size_t i = 0; i < l->nfeatures; i++) {
		free(l->features[i].type);
		free(l->features[i].form);
		free(l->features[i].description);
	}
	free(l->features);
	free(l->name);
	free(l->description);
	strings_free(&l->versions);
}

void capabilities_free(struct capabilities *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->ncapabilities; i++)
		capability_free(&c->capabilities[i]);
	for (size_t i = 0; i < c->nlanguages; i++)
		language_free(&c->languages[i]);
	for (size_t i = 0; i < c->nformats; i++) {
		free(c->formats[i].ivo_id);
		free(c->formats[i].mime);
		strings_free(&c->formats[i].aliases);
	}
	free(c->capabilities);
	free(c->languages);
	free(c->formats);
	strings_free(&c->data_models);
	strings_free(&c->upload_methods);
	free(c->tap_version);
	free(c->queues);
	free(c);
}
