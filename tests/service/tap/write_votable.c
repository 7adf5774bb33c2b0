/*
 * write_votable.c: the VOTable 1.4 document and its TABLEDATA.
 *
 * QUERY_STATUS stands twice if rows are missing: OK in front of the TABLE, and
 * OVERFLOW behind it (DALI 1.1 §4.4.1).
 */
#include <inttypes.h>
#include <string.h>

#include "base/quote.h"
#include "tests/service/http/error_document.h"
#include "tests/service/tap/writer.h"

static void flush_row(struct svc_table_out *t)
{
	fwrite(buf_str(&t->row), 1, t->row.len, t->out);
	buf_reset(&t->row);
}

/* The value that says null where the serialization has no other way to. */
static int64_t null_value(enum svc_type type)
{
	switch (type) {
	case SVC_UNSIGNED_BYTE: return 255;
	case SVC_SHORT: return INT16_MIN;
	case SVC_INT: return INT32_MIN;
	default: return INT64_MIN;
	}
}

static void add_field(struct svc_table_out *t, const struct svc_column *c, bool null_values)
{
	struct buf *b = &t->row;
	bool has_link = svc_links_has_link(t, c);
	bool has_null = null_values && svc_type_is_integer(c->type) && !c->arraysize;

	buf_adds(b, "<FIELD");
	svc_links_field_id(t, c);
	buf_add_xml_attribute(b, "name", c->name);
	buf_add_xml_attribute(b, "datatype", svc_type_name(c->type));
	buf_add_xml_attribute(b, "arraysize", c->arraysize);
	buf_add_xml_attribute(b, "xtype", c->xtype);
	buf_add_xml_attribute(b, "unit", c->unit);
	buf_add_xml_attribute(b, "ucd", t->cone ? svc_cone_ucd(c->ucd) : c->ucd);
	buf_add_xml_attribute(b, "utype", c->utype);
	if (!c->description && !has_null && !has_link) {
		buf_adds(b, "/>\n");
		return;
	}
	buf_adds(b, ">\n");
	if (c->description) {
		buf_adds(b, "<DESCRIPTION>");
		buf_add_xml(b, c->description, strlen(c->description));
		buf_adds(b, "</DESCRIPTION>\n");
	}
	if (has_null)
		buf_addf(b, "<VALUES null=\"%" PRId64 "\"/>\n", null_value(c->type));
	if (has_link)
		svc_links_link(t, c);
	buf_adds(b, "</FIELD>\n");
}

void svc_votable_begin(struct svc_table_out *t, const char *data, bool null_values)
{
	buf_adds(&t->row, svc_votable_head);
	buf_adds(&t->row, "<INFO name=\"QUERY_STATUS\" value=\"OK\"/>\n<INFO name=\"QUERY\"");
	buf_add_xml_attribute(&t->row, "value", t->query);
	buf_adds(&t->row, "/>\n<TABLE>\n");
	for (size_t i = 0; i < t->ncolumns; i++)
		add_field(t, &t->columns[i], null_values);
	buf_addf(&t->row, "<DATA>\n<%s>\n", data);
	flush_row(t);
}

void svc_votable_end(struct svc_table_out *t, const char *data, bool overflow)
{
	buf_addf(&t->row, "</%s>\n</DATA>\n</TABLE>\n%s</RESOURCE>\n", data,
		 overflow ? "<INFO name=\"QUERY_STATUS\" value=\"OVERFLOW\"/>\n" : "");
	svc_links_descriptor(t);
	buf_adds(&t->row, "</VOTABLE>\n");
	flush_row(t);
}

void svc_tabledata_begin(struct svc_table_out *t)
{
	svc_votable_begin(t, "TABLEDATA", false);
}

void svc_tabledata_row(struct svc_table_out *t, sqlite3_stmt *stmt)
{
	buf_adds(&t->row, "<TR>");
	for (size_t k = 0; k < t->ncolumns; k++) {
		int i = (int)k;

		if (sqlite3_column_type(stmt, i) == SQLITE_NULL) {
			buf_adds(&t->row, "<TD/>");
			continue;
		}
		buf_adds(&t->row, "<TD>");
		if (svc_column_is_text(&t->columns[k]))
			buf_add_xml(&t->row, (const char *)sqlite3_column_text(stmt, i),
				    (size_t)sqlite3_column_bytes(stmt, i));
		else
			svc_add_value(&t->row, stmt, i, &t->columns[k]);
		buf_adds(&t->row, "</TD>");
	}
	buf_adds(&t->row, "</TR>\n");
	flush_row(t);
}

void svc_tabledata_end(struct svc_table_out *t, bool overflow)
{
	svc_votable_end(t, "TABLEDATA", overflow);
}
