/*
 * capabilities.c: /capabilities (VOSI 1.1, TAPRegExt 1.0).
 */
#include <string.h>

#include "base/cleanup.h"
#include "tests/service/http.h"
#include "tests/service/run.h"
#include "tests/service/writer.h"

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

static const struct {
	const char *standard, *path;
} interfaces[] = {
    {"ivo://ivoa.net/std/VOSI#capabilities", "/capabilities"},
    {"ivo://ivoa.net/std/VOSI#availability", "/availability"},
    {"ivo://ivoa.net/std/VOSI#tables-1.1", "/tables"},
    {"ivo://ivoa.net/std/DALI#examples", "/examples"},
};

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

static void add_interface(struct buf *out, const char *standard, const char *base, const char *path)
{
	buf_addf(out,
		 "<capability standardID=\"%s\">\n<interface xsi:type=\"vs:ParamHTTP\" "
		 "role=\"std\" version=\"1.1\">\n<accessURL use=\"full\">%s%s</accessURL>\n"
		 "</interface>\n</capability>\n",
		 standard, base, path);
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
		svc_add_attribute(out, "ivo-id", f[i].ivo_id);
		buf_addf(out, ">\n<mime>%s</mime>\n", f[i].mime);
		for (size_t k = 0; k < 6 && f[i].names[k]; k++)
			if (!strchr(f[i].names[k], ';') && strcmp(f[i].names[k], "text/xml") != 0 &&
			    strcmp(f[i].names[k], f[i].mime) != 0)
				buf_addf(out, "<alias>%s</alias>\n", f[i].names[k]);
		buf_adds(out, "</outputFormat>\n");
	}
}

static void add_tap(struct buf *out, const char *base)
{
	buf_addf(out,
		 "<capability standardID=\"ivo://ivoa.net/std/TAP\" xsi:type=\"tr:TableAccess\">\n"
		 "<interface xsi:type=\"vs:ParamHTTP\" role=\"std\" version=\"1.1\">\n"
		 "<accessURL use=\"base\">%s</accessURL>\n</interface>\n",
		 base);
	add_languages(out);
	add_formats(out);
	buf_adds(out, "<retentionPeriod>\n<default>172800</default>\n<hard>2592000</hard>\n"
		      "</retentionPeriod>\n<executionDuration>\n<default>3600</default>\n"
		      "<hard>86400</hard>\n</executionDuration>\n");
	buf_addf(out,
		 "<outputLimit>\n<default unit=\"row\">%d</default>\n<hard unit=\"row\">%d</hard>\n"
		 "</outputLimit>\n</capability>\n",
		 SVC_MAXREC_DEFAULT, SVC_MAXREC_HARD);
}

enum MHD_Result svc_capabilities(struct request *r)
{
	struct buf xml = BUF_INIT;
	CLEANUP_FREE char *base = svc_base(r);

	if (!svc_is_get(r))
		return svc_reply_method(r, "GET, HEAD");
	buf_adds(&xml, head);
	for (size_t i = 0; i < sizeof(interfaces) / sizeof(*interfaces); i++)
		add_interface(&xml, interfaces[i].standard, base, interfaces[i].path);
	add_tap(&xml, base);
	buf_adds(&xml, "</vosi:capabilities>\n");
	return svc_reply_document(r, "application/xml", &xml);
}
