/*
 * capabilities.c: /tap/capabilities and those of the other services (VOSI 1.1, TAPRegExt 1.0).
 */
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/quote.h"
#include "tests/service/http/http.h"
#include "tests/service/tap/run.h"
#include "tests/service/tap/writer.h"

#define FEATURES "ivo://ivoa.net/std/TAPRegExt#features-"

static const char head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<vosi:capabilities xmlns:vosi=\"http://www.ivoa.net/xml/VOSICapabilities/v1.0\"\n"
    " xmlns:vr=\"http://www.ivoa.net/xml/VOResource/v1.0\"\n"
    " xmlns:vs=\"http://www.ivoa.net/xml/VODataService/v1.1\"\n"
    " xmlns:tr=\"http://www.ivoa.net/xml/TAPRegExt/v1.0\"\n"
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
    " xsi:schemaLocation=\"http://www.ivoa.net/xml/VOSICapabilities/v1.0 "
    "http://www.ivoa.net/xml/VOSICapabilities/VOSICapabilities-v1.0.xsd "
    "http://www.ivoa.net/xml/VODataService/v1.1 "
    "http://www.ivoa.net/xml/VODataService/VODataService-v1.1.xsd "
    "http://www.ivoa.net/xml/TAPRegExt/v1.0 "
    "http://www.ivoa.net/xml/TAPRegExt/TAPRegExt-v1.0.xsd\">\n";

/* TAP's document tells of all services here, the others' of themselves. */
static const struct {
	const char *standard, *version, *path;
	const char *use; /* base: what is asked for is appended */
} interfaces[] = {
    {"ivo://ivoa.net/std/VOSI#capabilities", "1.1", "/tap/capabilities", "full"},
    {"ivo://ivoa.net/std/VOSI#availability", "1.1", "/tap/availability", "full"},
    {"ivo://ivoa.net/std/VOSI#tables-1.1", "1.1", "/tap/tables", "full"},
    {"ivo://ivoa.net/std/DALI#examples", "1.1", "/tap/examples", "full"},
    {"ivo://ivoa.net/std/VOSI#capabilities", "1.1", "/datalink/capabilities", "full"},
    {"ivo://ivoa.net/std/VOSI#availability", "1.1", "/datalink/availability", "full"},
    {"ivo://ivoa.net/std/DataLink#links-1.1", "1.1", "/datalink/links", "base"},
    {"ivo://ivoa.net/std/VOSI#capabilities", "1.1", "/soda/capabilities", "full"},
    {"ivo://ivoa.net/std/VOSI#availability", "1.1", "/soda/availability", "full"},
    {"ivo://ivoa.net/std/SODA#sync-1.0", "1.0", "/soda/sync", "full"},
    {"ivo://ivoa.net/std/SODA#async-1.0", "1.0", "/soda/async", "full"},
    {"ivo://ivoa.net/std/VOSI#capabilities", "1.1", "/sia2/capabilities", "full"},
    {"ivo://ivoa.net/std/VOSI#availability", "1.1", "/sia2/availability", "full"},
    {"ivo://ivoa.net/std/SIA#query-2.0", "2.0", "/sia2/query", "full"},
    {"ivo://ivoa.net/std/ConeSearch", "1.03", "/scs/messier?", "base"},
    {"ivo://ivoa.net/std/ConeSearch", "1.03", "/scs/ngc_ic?", "base"},
    {"ivo://ivoa.net/std/ConeSearch", "1.03", "/scs/bright_stars?", "base"},
};

/* Of which service the document is: "/tap/", "/soda/" … */
static bool is_told(const char *document, const char *path)
{
	bool vosi = strstr(path, "/capabilities") || strstr(path, "/availability");
	size_t n = strlen(document) - strlen("capabilities");

	return !strncmp(path, document, n) || (!vosi && !strncmp(document, "/tap/", 5));
}

static const char *const geometry[] = {"AREA",   "BOX",     "CENTROID", "CIRCLE",   "CONTAINS",
				       "COORD1", "COORD2",  "COORDSYS", "DISTANCE", "INTERSECTS",
				       "POINT",  "POLYGON", "REGION"};

/*
 * ADQL 2.1's optional features, by group. COALESCE is there, but not told: taplint up to stilts
 * 3.4 (Debian 12) takes its group, adql-conditional, for a mistake.
 */
static const struct {
	const char *group;
	const char *names[4];
} optional[] = {
    {"adql-string", {"LOWER", "UPPER", "ILIKE"}},
    {"adql-sets", {"UNION", "EXCEPT", "INTERSECT"}},
    {"adql-common-table", {"WITH"}},
    {"adql-type", {"CAST"}},
    {"adql-unit", {"IN_UNIT"}},
    {"adql-offset", {"OFFSET"}},
};

static void add_interface(struct buf *out, size_t i, const char *root)
{
	buf_addf(out,
		 "<capability standardID=\"%s\">\n<interface xsi:type=\"vs:ParamHTTP\" "
		 "role=\"std\" version=\"%s\">\n<accessURL use=\"%s\">%s%s</accessURL>\n"
		 "</interface>\n</capability>\n",
		 interfaces[i].standard, interfaces[i].version, interfaces[i].use, root,
		 interfaces[i].path);
}

static void add_languages(struct buf *out)
{
	buf_adds(out, "<language>\n<name>ADQL</name>\n"
		      "<version ivo-id=\"ivo://ivoa.net/std/ADQL#v2.0\">2.0</version>\n"
		      "<version ivo-id=\"ivo://ivoa.net/std/ADQL#v2.1\">2.1</version>\n"
		      "<description>Astronomical Data Query Language</description>\n"
		      "<languageFeatures type=\"" FEATURES "adqlgeo\">\n");
	for (size_t i = 0; i < sizeof(geometry) / sizeof(*geometry); i++)
		buf_addf(out, "<feature>\n<form>%s</form>\n</feature>\n", geometry[i]);
	buf_adds(out, "</languageFeatures>\n");
	for (size_t i = 0; i < sizeof(optional) / sizeof(*optional); i++) {
		buf_addf(out, "<languageFeatures type=\"" FEATURES "%s\">\n", optional[i].group);
		for (size_t k = 0; k < 4 && optional[i].names[k]; k++)
			buf_addf(out, "<feature>\n<form>%s</form>\n</feature>\n",
				 optional[i].names[k]);
		buf_adds(out, "</languageFeatures>\n");
	}
	buf_adds(out, "<languageFeatures type=\"" FEATURES "udf\">\n<feature>\n"
		      "<form>demo_sleep(seconds DOUBLE) -> INTEGER</form>\n"
		      "<description>Waits so many seconds for each row it is called for, and "
		      "returns 1: a slow query, for tests.</description>\n"
		      "</feature>\n</languageFeatures>\n</language>\n");
}

static void add_formats(struct buf *out)
{
	size_t n;
	const struct svc_format *f = svc_formats(&n);

	for (size_t i = 0; i < n; i++) {
		buf_adds(out, "<outputFormat");
		buf_add_xml_attribute(out, "ivo-id", f[i].ivo_id);
		buf_addf(out, ">\n<mime>%s</mime>\n", f[i].mime);
		for (size_t k = 0; k < 6 && f[i].names[k]; k++)
			if (!strchr(f[i].names[k], ';') && strcmp(f[i].names[k], "text/xml") != 0 &&
			    strcmp(f[i].names[k], f[i].mime) != 0)
				buf_addf(out, "<alias>%s</alias>\n", f[i].names[k]);
		buf_adds(out, "</outputFormat>\n");
	}
}

/* TAPRegExt 1.0 §2.5: how tables may come along. */
static void add_upload_methods(struct buf *out)
{
	static const char *const methods[] = {"inline", "http", "https"};

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		buf_addf(out, "<uploadMethod ivo-id=\"ivo://ivoa.net/std/TAPRegExt#upload-%s\"/>\n",
			 methods[i]);
}

static void add_tap(struct buf *out, const struct service *s, const char *root)
{
	buf_addf(
	    out,
	    "<capability standardID=\"ivo://ivoa.net/std/TAP\" xsi:type=\"tr:TableAccess\">\n"
	    "<interface xsi:type=\"vs:ParamHTTP\" role=\"std\" version=\"1.1\">\n"
	    "<accessURL use=\"base\">%s/tap</accessURL>\n</interface>\n"
	    "<dataModel ivo-id=\"ivo://ivoa.net/std/ObsCore#core-1.1\">ObsCore-1.1</dataModel>\n",
	    root);
	add_languages(out);
	add_formats(out);
	add_upload_methods(out);
	buf_adds(out, "<retentionPeriod>\n<default>172800</default>\n<hard>2592000</hard>\n"
		      "</retentionPeriod>\n<executionDuration>\n<default>3600</default>\n"
		      "<hard>86400</hard>\n</executionDuration>\n");
	buf_addf(out,
		 "<outputLimit>\n<default unit=\"row\">%d</default>\n<hard unit=\"row\">%d</hard>\n"
		 "</outputLimit>\n",
		 SVC_MAXREC_DEFAULT, SVC_MAXREC_HARD);
	buf_addf(out,
		 "<uploadLimit>\n<default unit=\"byte\">%" PRIu64
		 "</default>\n<hard unit=\"byte\">%" PRIu64 "</hard>\n</uploadLimit>\n"
		 "</capability>\n",
		 s->upload_bytes, s->upload_bytes);
}

enum MHD_Result svc_capabilities(struct request *r)
{
	struct buf xml = BUF_INIT;
	CLEANUP_FREE char *root = svc_root(r);

	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD");
	buf_adds(&xml, head);
	for (size_t i = 0; i < sizeof(interfaces) / sizeof(*interfaces); i++)
		if (is_told(r->path, interfaces[i].path))
			add_interface(&xml, i, root);
	if (!strncmp(r->path, "/tap/", 5))
		add_tap(&xml, r->service, root);
	buf_adds(&xml, "</vosi:capabilities>\n");
	return svc_reply_document(r, "application/xml", &xml);
}
