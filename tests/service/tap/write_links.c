/*
 * write_links.c: what a VOTable tells beside its rows: the service that has links for its datasets
 * (DataLink 1.1 §4), and LINKs of columns (VOTable 1.4 §3.5).
 *
 * Columns are known by their utypes, which a query may rename but not change.
 */
#include <string.h>

#include "base/quote.h"
#include "tests/service/tap/writer.h"

#define DID_ID "obs_publisher_did"

static bool is(const struct svc_column *c, const char *utype)
{
	return c->utype && !strcmp(c->utype, utype);
}

/* The first column of dataset identifiers; NULL if there is none. */
static const struct svc_column *did_column(const struct svc_table_out *t)
{
	for (size_t i = 0; t->root && i < t->ncolumns; i++)
		if (is(&t->columns[i], "obscore:Curation.publisherDID"))
			return &t->columns[i];
	return NULL;
}

void svc_links_field_id(struct svc_table_out *t, const struct svc_column *c)
{
	if (c == did_column(t))
		buf_add_xml_attribute(&t->row, "ID", DID_ID);
}

bool svc_links_has_link(const struct svc_table_out *t, const struct svc_column *c)
{
	return t->root && is(c, "demo:Image.note");
}

void svc_links_link(struct svc_table_out *t, const struct svc_column *c)
{
	buf_addf(&t->row, "<LINK content-role=\"doc\" content-type=\"text/plain\" href=\"");
	buf_add_xml(&t->row, t->root, strlen(t->root));
	buf_adds(&t->row, "/files/notes/${");
	buf_add_xml(&t->row, c->name, strlen(c->name));
	buf_adds(&t->row, "}.txt\"/>\n");
}

void svc_links_descriptor(struct svc_table_out *t)
{
	if (!did_column(t))
		return;
	buf_adds(&t->row, "<RESOURCE type=\"meta\" utype=\"adhoc:service\" name=\"links\">\n"
			  "<DESCRIPTION>What belongs to each dataset</DESCRIPTION>\n"
			  "<PARAM name=\"standardID\" datatype=\"char\" arraysize=\"*\" "
			  "value=\"ivo://ivoa.net/std/DataLink#links-1.1\"/>\n"
			  "<PARAM name=\"accessURL\" datatype=\"char\" arraysize=\"*\" value=\"");
	buf_add_xml(&t->row, t->root, strlen(t->root));
	buf_adds(&t->row, "/datalink/links\"/>\n<GROUP name=\"inputParams\">\n"
			  "<PARAM name=\"ID\" datatype=\"char\" arraysize=\"*\" "
			  "ucd=\"meta.id;meta.main\" value=\"\" ref=\"" DID_ID "\"/>\n"
			  "</GROUP>\n</RESOURCE>\n");
}

const char *svc_cone_ucd(const char *ucd)
{
	static const char *const ucds[][2] = {{"meta.id;meta.main", "ID_MAIN"},
					      {"pos.eq.ra;meta.main", "POS_EQ_RA_MAIN"},
					      {"pos.eq.dec;meta.main", "POS_EQ_DEC_MAIN"}};

	for (size_t i = 0; ucd && i < sizeof(ucds) / sizeof(*ucds); i++)
		if (!strcmp(ucd, ucds[i][0]))
			return ucds[i][1];
	return ucd;
}
