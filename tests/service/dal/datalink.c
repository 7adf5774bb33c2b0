/*
 * datalink.c: /datalink/links (DataLink 1.1): what belongs to each image.
 *
 * An answer has whole IDs only: where MAXREC or the service's own limit is reached, it ends between
 * two of them and says OVERFLOW (§3.3.3).
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/quote.h"
#include "tests/service/dal/links.h"
#include "tests/service/data/images.h"
#include "tests/service/http/http.h"
#include "tests/service/tap/writer.h"

#define MAX_IDS      50 /* of one request */
#define CONTENT_TYPE "application/x-votable+xml;content=datalink"

static const char head[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<VOTABLE version=\"1.4\" xmlns=\"http://www.ivoa.net/xml/VOTable/v1.3\"\n"
    " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
    " xsi:schemaLocation=\"http://www.ivoa.net/xml/VOTable/v1.3 "
    "http://www.ivoa.net/xml/VOTable/VOTable-1.4.xsd\">\n"
    "<RESOURCE type=\"results\">\n"
    "<INFO name=\"standardID\" value=\"ivo://ivoa.net/std/DataLink#links-1.1\"/>\n"
    "<INFO name=\"QUERY_STATUS\" value=\"OK\"/>\n<TABLE>\n";

/* DataLink 1.1 §3.2. */
static const struct {
	const char *name, *datatype, *ucd, *about;
} fields[] = {
    {"ID", "char", "meta.id;meta.main", "The dataset that this row belongs to"},
    {"access_url", "char", "meta.ref.url", "What is linked"},
    {"service_def", "char", "meta.ref", "ID of the RESOURCE that describes the service"},
    {"error_message", "char", "meta.code.error", "Why there is no link"},
    {"description", "char", "meta.note", "What the link is"},
    {"semantics", "char", "meta.code", "Term of http://www.ivoa.net/rdf/datalink/core"},
    {"content_type", "char", "meta.code.mime", "Media type of what is linked"},
    {"content_length", "long", "phys.size;meta.file", "Its size, if it is known"},
    {"content_qualifier", "char", "meta.code",
     "Term of http://www.ivoa.net/rdf/product-type: what kind of product it is"},
    {"local_semantics", "char", "meta.id.assoc", "The same in all documents of this service"},
    {"link_auth", "char", "meta.code", "Whether one must sign in: false, optional or true"},
    {"link_authorized", "boolean", "meta.code", "Whether who asked may have it"},
};

static void add_fields(struct buf *out)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++) {
		bool text = !strcmp(fields[i].datatype, "char");

		buf_addf(out, "<FIELD name=\"%s\" ID=\"%s\" datatype=\"%s\"%s%s ucd=\"%s\">\n",
			 fields[i].name, fields[i].name, fields[i].datatype,
			 text ? " arraysize=\"*\"" : "",
			 strcmp(fields[i].datatype, "long") == 0 ? " unit=\"byte\"" : "",
			 fields[i].ucd);
		buf_addf(out, "<DESCRIPTION>%s</DESCRIPTION>\n</FIELD>\n", fields[i].about);
	}
	buf_adds(out, "<DATA>\n<TABLEDATA>\n");
}

static void add_cell(struct buf *out, const char *text)
{
	if (!text) {
		buf_adds(out, "<TD/>");
		return;
	}
	buf_adds(out, "<TD>");
	buf_add_xml(out, text, strlen(text));
	buf_adds(out, "</TD>");
}

void svc_link_add(struct links *l, const struct link *link)
{
	struct buf *out = &l->rows;

	buf_adds(out, "<TR>");
	add_cell(out, l->id);
	add_cell(out, link->access_url);
	add_cell(out, link->service_def);
	add_cell(out, link->error_message);
	add_cell(out, link->description);
	add_cell(out, link->semantics);
	add_cell(out, link->content_type);
	if (link->content_length)
		buf_addf(out, "<TD>%" PRIu64 "</TD>", link->content_length);
	else
		buf_adds(out, "<TD/>");
	add_cell(out, link->content_qualifier);
	add_cell(out, link->local_semantics);
	add_cell(out, link->sign_in ? "true" : "false");
	add_cell(out, !link->sign_in || l->signed_in ? "true" : "false");
	buf_adds(out, "</TR>\n");
	l->nrows++;
}

static void add_id(struct links *l, sqlite3 *db)
{
	struct image im;

	if (!strncmp(l->id, IMAGES_DID, strlen(IMAGES_DID)) &&
	    svc_image_find(db, l->id + strlen(IMAGES_DID), &im)) {
		svc_image_links(l, &im);
		return;
	}
	svc_link_add(l, &(struct link){.error_message = "NotFoundFault: there is no such dataset",
				       .semantics = "#this"});
}

/* All IDs, or as many as fit. */
static void write_links(struct request *r, sqlite3 *db, long maxrec, struct buf *out)
{
	CLEANUP_FREE char *root = svc_root(r);
	struct links all = {.root = root, .signed_in = r->user != NULL};
	bool overflow = false;
	int ids = 0;

	for (size_t i = 0; !overflow && i < r->params.n; i++) {
		struct links one = {
		    .root = root, .signed_in = all.signed_in, .id = r->params.list[i].value};

		if (strcasecmp(r->params.list[i].name, "ID") != 0)
			continue;
		add_id(&one, db);
		/* The first one is given whole even if it is too long, so that there is an end. */
		overflow =
		    ++ids > MAX_IDS || maxrec == 0 || (ids > 1 && all.nrows + one.nrows > maxrec);
		if (!overflow) {
			buf_add(&all.rows, buf_str(&one.rows), one.rows.len);
			buf_add(&all.services, buf_str(&one.services), one.services.len);
			all.nrows += one.nrows;
		}
		buf_free(&one.rows);
		buf_free(&one.services);
	}
	buf_adds(out, head);
	add_fields(out);
	buf_add(out, buf_str(&all.rows), all.rows.len);
	buf_addf(out, "</TABLEDATA>\n</DATA>\n</TABLE>\n%s</RESOURCE>\n",
		 overflow ? "<INFO name=\"QUERY_STATUS\" value=\"OVERFLOW\"/>\n" : "");
	buf_add(out, buf_str(&all.services), all.services.len);
	buf_adds(out, "</VOTABLE>\n");
	buf_free(&all.rows);
	buf_free(&all.services);
}

static bool known_format(const char *format)
{
	return !format || !*format || !strcasecmp(format, "votable") ||
	       !strncasecmp(format, "application/x-votable+xml", 25) ||
	       !strncasecmp(format, "text/xml", 8);
}

enum MHD_Result svc_datalink_route(struct request *r)
{
	const char *maxrec = svc_params_get(&r->params, "MAXREC");
	const char *format = svc_params_get(&r->params, "RESPONSEFORMAT");
	struct buf xml = BUF_INIT;
	sqlite3 *db = NULL;
	char *end = NULL;
	long max = maxrec ? strtol(maxrec, &end, 10) : LONG_MAX;

	if (!svc_is_get(r) && !svc_is(r, "POST"))
		return svc_reply_method(r, "GET, HEAD, POST");
	if (!known_format(format))
		return svc_reply_error(r, MHD_HTTP_BAD_REQUEST,
				       "UsageFault: RESPONSEFORMAT must be a VOTable, not \"%s\".",
				       format);
	if (max < 0 || (maxrec && (!*maxrec || *end)))
		return svc_reply_error(r, MHD_HTTP_BAD_REQUEST,
				       "UsageFault: MAXREC must be a whole number, not \"%s\".",
				       maxrec);
	if (sqlite3_open_v2(r->service->db_path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		sqlite3_close(db);
		return svc_reply_error(r, MHD_HTTP_INTERNAL_SERVER_ERROR,
				       "TransientFault: the database does not open.");
	}
	write_links(r, db, max, &xml);
	sqlite3_close(db);
	return svc_reply_document(r, CONTENT_TYPE, &xml);
}
