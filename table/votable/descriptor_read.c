/*
 * descriptor_read.c: service descriptors, read as they stream by; see descriptor.h.
 *
 * PARAMs of the RESOURCE itself tell the service; those in its GROUP inputParams are the
 * service's parameters. Groups within that one count as it (some services nest them).
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/votable/descriptor.h"

#define TEXT_MAX (64u << 10) /* bytes of a description; the rest is not kept */

void descriptor_begin(struct descriptor_reader *r, const struct xml_attrs *resource)
{
	descriptor_reader_clear(r);
	r->made.id = xml_attr_dup(resource, "ID");
	r->made.name = xml_attr_dup(resource, "name");
}

/* What the service itself is. */
static void service_param(struct descriptor *d, const struct xml_attrs *attrs)
{
	struct {
		const char *name;
		char **where;
	} known[] = {{"standardID", &d->standard_id},
		     {"accessURL", &d->access_url},
		     {"contentType", &d->content_type}};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		CLEANUP_FREE char *value = NULL;

		if (!xml_attr_is(attrs, "name", known[i].name))
			continue;
		value = xml_attr_dup(attrs, "value");
		if (value && *value && !*known[i].where)
			*known[i].where = steal(value);
	}
}

/* An empty value is none (it has to be there, VOTable 1.5 §4.2). */
static char *value_attr(const struct xml_attrs *attrs)
{
	CLEANUP_FREE char *value = xml_attr_dup(attrs, "value");

	return value && *value ? steal(value) : NULL;
}

static void input_param(struct descriptor_reader *r, const struct xml_attrs *attrs)
{
	struct descriptor *d = &r->made;
	CLEANUP_FREE char *name = xml_attr_dup(attrs, "name");

	r->param = NULL;
	if (!name || d->nparams == DESCRIPTOR_PARAMS)
		return;
	d->params = xrealloc(d->params, (d->nparams + 1) * sizeof(*d->params));
	r->param = &d->params[d->nparams++];
	*r->param = (struct input_param){
	    .name = steal(name),
	    .value = value_attr(attrs),
	    .ref = xml_attr_dup(attrs, "ref"),
	    .datatype = xml_attr_dup(attrs, "datatype"),
	    .arraysize = xml_attr_dup(attrs, "arraysize"),
	    .xtype = xml_attr_dup(attrs, "xtype"),
	    .unit = xml_attr_dup(attrs, "unit"),
	    .ucd = xml_attr_dup(attrs, "ucd"),
	    .utype = xml_attr_dup(attrs, "utype"),
	};
	if (r->param->ref && !*r->param->ref) {
		free(r->param->ref);
		r->param->ref = NULL;
	}
}

static void limit(char **where, const struct xml_attrs *attrs)
{
	if (!*where)
		*where = value_attr(attrs);
}

static void option(struct input_param *p, const struct xml_attrs *attrs)
{
	CLEANUP_FREE char *value = value_attr(attrs);

	if (!value || p->noptions == DESCRIPTOR_OPTIONS)
		return;
	p->options = xrealloc(p->options, (p->noptions + 1) * sizeof(*p->options));
	p->options[p->noptions++] = steal(value);
}

void descriptor_start(struct descriptor_reader *r, const char *name, const struct xml_attrs *attrs)
{
	r->depth++;
	buf_reset(&r->text);
	if (strcmp(name, "GROUP") == 0 && !r->inputs && xml_attr_is(attrs, "name", "inputParams")) {
		r->inputs = r->depth;
	} else if (strcmp(name, "PARAM") == 0) {
		if (r->inputs)
			input_param(r, attrs);
		else if (r->depth == 1)
			service_param(&r->made, attrs);
	} else if (r->param && strcmp(name, "MIN") == 0) {
		limit(&r->param->min, attrs);
	} else if (r->param && strcmp(name, "MAX") == 0) {
		limit(&r->param->max, attrs);
	} else if (r->param && strcmp(name, "OPTION") == 0) {
		option(r->param, attrs);
	}
}

void descriptor_text(struct descriptor_reader *r, const char *s, size_t n)
{
	if (r->text.len + n <= TEXT_MAX)
		buf_add(&r->text, s, n);
}

void descriptor_end(struct descriptor_reader *r, const char *name)
{
	const char *s = buf_str(&r->text);
	size_t n = r->text.len;

	if (strcmp(name, "DESCRIPTION") == 0) {
		char **where = r->param        ? &r->param->description
			       : r->depth == 1 ? &r->made.description
					       : NULL;

		xml_trim(&s, &n);
		if (where && !*where && n)
			*where = xstrndup(s, n);
	} else if (strcmp(name, "PARAM") == 0) {
		r->param = NULL;
	} else if (strcmp(name, "GROUP") == 0 && r->inputs == r->depth) {
		r->inputs = 0;
	}
	buf_reset(&r->text);
	r->depth--;
}

/* Some documents have blanks around addresses. */
static void trim(char *text)
{
	const char *s = text;
	size_t n = text ? strlen(text) : 0;

	xml_trim(&s, &n);
	if (text) {
		memmove(text, s, n);
		text[n] = '\0';
	}
}

bool descriptor_finish(struct descriptor_reader *r, struct descriptor *d)
{
	if (!r->made.access_url)
		return false;
	*d = r->made;
	trim(d->access_url);
	trim(d->standard_id);
	r->made = (struct descriptor){0};
	return true;
}

void descriptor_reader_clear(struct descriptor_reader *r)
{
	descriptor_clear(&r->made);
	buf_free(&r->text);
	*r = (struct descriptor_reader){0};
}

static void parse_start(struct xml *x, void *ctx, const char *name, const struct xml_attrs *attrs)
{
	if (xml_depth(x) == 1)
		descriptor_begin(ctx, attrs);
	else
		descriptor_start(ctx, name, attrs);
}

static void parse_text(struct xml *x, void *ctx, const char *s, size_t n)
{
	(void)x;
	descriptor_text(ctx, s, n);
}

static void parse_end(struct xml *x, void *ctx, const char *name)
{
	if (xml_depth(x) > 1)
		descriptor_end(ctx, name);
}

bool descriptor_parse(const char *xml, struct descriptor *d)
{
	static const struct xml_events events = {parse_start, parse_text, parse_end};
	struct descriptor_reader r = {0};
	struct xml *x = xml_new(&events, &r);
	bool ok =
	    xml_feed(x, xml, strlen(xml), NULL) && xml_finish(x, NULL) && descriptor_finish(&r, d);

	xml_free(x);
	descriptor_reader_clear(&r);
	return ok;
}
