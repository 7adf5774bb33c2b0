/*
 * vosi.c: /availability and /tables (VOSI 1.1, VODataService 1.1).
 *
 * /tables?detail=min leaves the columns out; /tables/NAME is one table with
 * all. Columns are described as TAP_SCHEMA describes them.
 */
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/quote.h"
#include "tests/service/http/http.h"
#include "tests/service/http/times.h"
#include "tests/service/tap/jobs.h"
#include "tests/service/tap/writer.h"

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define TABLES_NAMESPACES                                                \
	" xmlns:vosi=\"http://www.ivoa.net/xml/VOSITables/v1.0\""        \
	" xmlns:vs=\"http://www.ivoa.net/xml/VODataService/v1.1\""       \
	" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""       \
	" xsi:schemaLocation=\"http://www.ivoa.net/xml/VOSITables/v1.0 " \
	"http://www.ivoa.net/xml/VOSITables/VOSITables-v1.1.xsd "        \
	"http://www.ivoa.net/xml/VODataService/v1.1 "                    \
	"http://www.ivoa.net/xml/VODataService/VODataService-v1.1.xsd\""

enum MHD_Result svc_availability(struct request *r)
{
	struct buf xml = BUF_INIT;

	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD");
	buf_adds(&xml,
		 XML_HEAD "<vosi:availability xmlns:vosi=\"http://www.ivoa.net/xml/VOSIAvailability"
			  "/v1.0\">\n<vosi:available>true</vosi:available>\n<vosi:upSince>");
	svc_add_time(&xml, (int64_t)r->service->started * 1000);
	buf_adds(&xml, "</vosi:upSince>\n</vosi:availability>\n");
	return svc_reply(r, MHD_HTTP_OK, "application/xml", &xml);
}

static void add_element(struct buf *out, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(out, "<%s>", name);
	buf_add_xml(out, value, strlen(value));
	buf_addf(out, "</%s>\n", name);
}

static void add_column(struct buf *out, const struct catalog_column *c)
{
	const struct svc_column *f = &c->field;

	buf_addf(out, "<column%s>\n", c->std ? " std=\"true\"" : "");
	add_element(out, "name", c->tap_name);
	add_element(out, "description", f->description);
	add_element(out, "unit", f->unit);
	add_element(out, "ucd", f->ucd);
	add_element(out, "utype", f->utype);
	buf_adds(out, "<dataType xsi:type=\"vs:VOTableType\"");
	buf_add_xml_attribute(out, "arraysize", f->arraysize);
	buf_add_xml_attribute(out, "extendedType", f->xtype);
	buf_addf(out, ">%s</dataType>\n", svc_type_name(f->type));
	if (c->indexed)
		add_element(out, "flag", "indexed");
	if (c->principal)
		add_element(out, "flag", "principal");
	buf_adds(out, "</column>\n");
}

static void add_key(struct buf *out, const struct catalog_key *k)
{
	buf_adds(out, "<foreignKey>\n");
	add_element(out, "targetTable", k->target);
	buf_adds(out, "<fkColumn>\n");
	add_element(out, "fromColumn", k->from_column);
	add_element(out, "targetColumn", k->target_column);
	buf_adds(out, "</fkColumn>\n");
	add_element(out, "description", k->description);
	buf_adds(out, "</foreignKey>\n");
}

/* The element's own name and namespaces differ in a tableset and alone. */
static void add_table(struct buf *out, const struct catalog_table *t, const char *element,
		      const char *namespaces, bool columns)
{
	buf_addf(out, "<%s%s", element, namespaces);
	buf_add_xml_attribute(out, "type", t->type);
	buf_adds(out, ">\n");
	add_element(out, "name", t->tap_name);
	add_element(out, "description", t->description);
	add_element(out, "utype", t->utype);
	for (size_t i = 0; columns && i < t->ncolumns; i++)
		add_column(out, &t->columns[i]);
	for (size_t i = 0; columns && i < t->nkeys; i++)
		add_key(out, &t->keys[i]);
	buf_addf(out, "</%s>\n", element);
}

static enum MHD_Result one_table(struct request *r, const char *name)
{
	const struct catalog_table *t = svc_catalog_by_tap_name(r->service->catalog, name);
	struct buf xml = BUF_INIT;

	if (!t)
		return svc_reply_error(r, MHD_HTTP_NOT_FOUND, "There is no table %s.", name);
	buf_adds(&xml, XML_HEAD);
	add_table(&xml, t, "vosi:table", TABLES_NAMESPACES, true);
	return svc_reply_document(r, "application/xml", &xml);
}

enum MHD_Result svc_tables(struct request *r)
{
	const struct catalog *c = r->service->catalog;
	const char *detail = svc_params_get(&r->params, "detail");
	const char *rest = r->path + strlen("/tap/tables");
	bool columns = !detail || strcasecmp(detail, "min") != 0;
	struct buf xml = BUF_INIT;

	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD");
	if (*rest && rest[1])
		return one_table(r, rest + 1);
	if (detail && columns && strcasecmp(detail, "max") != 0)
		return svc_reply_error(r, MHD_HTTP_BAD_REQUEST, "detail must be min or max.");
	buf_adds(&xml, XML_HEAD "<vosi:tableset" TABLES_NAMESPACES ">\n");
	for (size_t i = 0; i < c->nschemas; i++) {
		const struct catalog_schema *s = &c->schemas[i];

		buf_adds(&xml, "<schema>\n");
		add_element(&xml, "name", s->name);
		add_element(&xml, "description", s->description);
		add_element(&xml, "utype", s->utype);
		for (size_t k = s->first; k < s->first + s->ntables; k++)
			add_table(&xml, &c->tables[k], "table", "", columns);
		buf_adds(&xml, "</schema>\n");
	}
	buf_adds(&xml, "</vosi:tableset>\n");
	return svc_reply_document(r, "application/xml", &xml);
}
