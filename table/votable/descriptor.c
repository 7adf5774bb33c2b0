/* descriptor.c: what service descriptors say; see descriptor.h. */
#include "table/votable/descriptor.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/quote.h"
#include "base/text/url_query.h"

enum descriptor_standard descriptor_standard(const struct descriptor *d)
{
	const char *s = d->standard_id ? d->standard_id : "";

	if (strncasecmp(s, "ivo://ivoa.net/std/DataLink", 27) == 0 &&
	    !isalnum((unsigned char)s[27]))
		return STANDARD_LINKS; /* some leave "#links-1.1" out */
	if (strncasecmp(s, "ivo://ivoa.net/std/SODA#sync", 28) == 0)
		return STANDARD_SODA_SYNC;
	if (strncasecmp(s, "ivo://ivoa.net/std/SODA#async", 29) == 0)
		return STANDARD_SODA_ASYNC;
	return STANDARD_NONE;
}

const struct input_param *descriptor_param(const struct descriptor *d, const char *name)
{
	for (size_t i = 0; i < d->nparams; i++)
		if (strcasecmp(d->params[i].name, name) == 0)
			return &d->params[i];
	return NULL;
}

const struct input_param *descriptor_id_param(const struct descriptor *d)
{
	const struct input_param *p = descriptor_param(d, "ID");

	for (size_t i = 0; !p && i < d->nparams; i++)
		if (d->params[i].ref)
			p = &d->params[i];
	return p;
}

bool descriptor_is_complete(const struct descriptor *d)
{
	if (descriptor_standard(d) != STANDARD_NONE)
		return false;
	for (size_t i = 0; i < d->nparams; i++)
		if (!d->params[i].ref && !d->params[i].value)
			return false;
	return true;
}

const struct descriptor *descriptor_by_id(const struct descriptor_list *l, const char *id)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->at[i].id && strcmp(l->at[i].id, id) == 0)
			return &l->at[i];
	return NULL;
}

char *descriptor_url(const struct descriptor *d, const char *id)
{
	const struct input_param *main = descriptor_id_param(d);
	CLEANUP_BUF struct buf query = BUF_INIT;

	if (id && main)
		url_add_param(&query, main->name, id);
	for (size_t i = 0; i < d->nparams; i++) {
		const struct input_param *p = &d->params[i];

		if (p->value && (p != main || !id))
			url_add_param(&query, p->name, p->value);
	}
	return url_with_query(d->access_url, buf_str(&query));
}

/* --- written --- */

static void add_value_element(struct buf *xml, const char *element, const char *value)
{
	if (!value)
		return;
	buf_addf(xml, "<%s", element);
	buf_add_xml_attribute(xml, "value", value);
	buf_adds(xml, "/>");
}

static void describe_param(struct buf *xml, const char *text)
{
	if (!text)
		return;
	buf_adds(xml, "<DESCRIPTION>");
	buf_add_xml(xml, text, strlen(text));
	buf_adds(xml, "</DESCRIPTION>");
}

static void write_param(const struct input_param *p, struct buf *xml)
{
	buf_adds(xml, "<PARAM");
	buf_add_xml_attribute(xml, "name", p->name);
	buf_add_xml_attribute(xml, "value", p->value ? p->value : "");
	buf_add_xml_attribute(xml, "ref", p->ref);
	buf_add_xml_attribute(xml, "datatype", p->datatype);
	buf_add_xml_attribute(xml, "arraysize", p->arraysize);
	buf_add_xml_attribute(xml, "xtype", p->xtype);
	buf_add_xml_attribute(xml, "unit", p->unit);
	buf_add_xml_attribute(xml, "ucd", p->ucd);
	buf_add_xml_attribute(xml, "utype", p->utype);
	buf_addc(xml, '>');
	describe_param(xml, p->description);
	buf_adds(xml, "<VALUES>");
	add_value_element(xml, "MIN", p->min);
	add_value_element(xml, "MAX", p->max);
	for (size_t i = 0; i < p->noptions; i++)
		add_value_element(xml, "OPTION", p->options[i]);
	buf_adds(xml, "</VALUES></PARAM>");
}

static void write_text(struct buf *xml, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(xml, "<PARAM name=\"%s\" datatype=\"char\" arraysize=\"*\"", name);
	buf_add_xml_attribute(xml, "value", value);
	buf_adds(xml, "/>");
}

void descriptor_write(const struct descriptor *d, struct buf *xml)
{
	buf_adds(xml, "<RESOURCE type=\"meta\" utype=\"adhoc:service\"");
	buf_add_xml_attribute(xml, "ID", d->id);
	buf_add_xml_attribute(xml, "name", d->name);
	buf_addc(xml, '>');
	describe_param(xml, d->description);
	write_text(xml, "standardID", d->standard_id);
	write_text(xml, "accessURL", d->access_url);
	write_text(xml, "contentType", d->content_type);
	buf_adds(xml, "<GROUP name=\"inputParams\">");
	for (size_t i = 0; i < d->nparams; i++)
		write_param(&d->params[i], xml);
	buf_adds(xml, "</GROUP></RESOURCE>\n");
}

/* --- owned --- */

/* The strings of a parameter, and of a descriptor. */
#define PARAM_STRINGS      12
#define DESCRIPTOR_STRINGS 6

static void param_strings(struct input_param *p, char **at[PARAM_STRINGS])
{
	char **all[PARAM_STRINGS] = {&p->name,      &p->value,       &p->ref,  &p->datatype,
				     &p->arraysize, &p->xtype,       &p->unit, &p->ucd,
				     &p->utype,     &p->description, &p->min,  &p->max};

	memcpy(at, all, sizeof(all));
}

static void strings_of(struct descriptor *d, char **at[DESCRIPTOR_STRINGS])
{
	char **all[DESCRIPTOR_STRINGS] = {&d->id,          &d->name,       &d->description,
					  &d->standard_id, &d->access_url, &d->content_type};

	memcpy(at, all, sizeof(all));
}

static struct input_param param_copy(const struct input_param *p)
{
	struct input_param copy = *p;
	char **at[PARAM_STRINGS];

	param_strings(&copy, at);
	for (size_t i = 0; i < PARAM_STRINGS; i++)
		*at[i] = xstrdup_or_null(*at[i]);
	copy.options = xcalloc(p->noptions + 1, sizeof(*copy.options));
	for (size_t i = 0; i < p->noptions; i++)
		copy.options[i] = xstrdup(p->options[i]);
	return copy;
}

struct descriptor descriptor_copy(const struct descriptor *d)
{
	struct descriptor copy = *d;
	char **at[DESCRIPTOR_STRINGS];

	strings_of(&copy, at);
	for (size_t i = 0; i < DESCRIPTOR_STRINGS; i++)
		*at[i] = xstrdup_or_null(*at[i]);
	copy.params = xcalloc(d->nparams + 1, sizeof(*copy.params));
	for (size_t i = 0; i < d->nparams; i++)
		copy.params[i] = param_copy(&d->params[i]);
	return copy;
}

static void param_clear(struct input_param *p)
{
	char **at[PARAM_STRINGS];

	param_strings(p, at);
	for (size_t i = 0; i < PARAM_STRINGS; i++)
		free(*at[i]);
	for (size_t i = 0; i < p->noptions; i++)
		free(p->options[i]);
	free(p->options);
}

void descriptor_clear(struct descriptor *d)
{
	char **at[DESCRIPTOR_STRINGS];

	for (size_t i = 0; i < d->nparams; i++)
		param_clear(&d->params[i]);
	free(d->params);
	strings_of(d, at);
	for (size_t i = 0; i < DESCRIPTOR_STRINGS; i++)
		free(*at[i]);
	*d = (struct descriptor){0};
}

void descriptor_list_add(struct descriptor_list *l, struct descriptor *d)
{
	l->at = xrealloc(l->at, (l->n + 1) * sizeof(*l->at));
	l->at[l->n++] = *d;
	*d = (struct descriptor){0};
}

void descriptor_list_clear(struct descriptor_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		descriptor_clear(&l->at[i]);
	free(l->at);
	*l = (struct descriptor_list){0};
}
