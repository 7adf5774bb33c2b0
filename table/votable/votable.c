/*
 * votable.c: a VOTable as it streams by; see votable.h.
 *
 * Each open element has a place: what it means where it stands. An element
 * that means nothing (PARAM, GROUP, the tables that are not wanted) is OTHER,
 * and so is all within it, except INFO.
 *
 * Which table: the first one in a RESOURCE of type "results" or of no type
 * (VOTable 1.5 §3.3, DALI 1.1 §4.4). A stream cannot be looked ahead, so a
 * RESOURCE without type that comes first wins. `stage` only goes forward:
 *
 *	SEARCHING -> HEADER (in TABLE, FIELDs come) -> ROWS (sink->begin was
 *	called) -> DONE (after the TABLE; sink->end waits for the end of the document)
 *
 * Characters are kept in `chars` for one row or one DESCRIPTION, or not at all
 * (STREAM: they go to the decoder as they come). After a QUERY_STATUS of ERROR no row
 * goes to the sink any more.
 */
#include "table/votable/votable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/reason.h"
#include "table/votable/row_pool.h"
#include "table/votable/votable_batches.h"
#include "table/votable/votable_inside.h"

/* The header. */

static void start_field(struct votable *v, const struct xml_attrs *attrs)
{
	struct table *t = &v->table;
	CLEANUP_FREE char *type = xml_attr_dup(attrs, "datatype");
	CLEANUP_FREE char *name = xml_attr_dup(attrs, "name");
	struct field *f;

	if (t->nfields == VOTABLE_MAX_FIELDS) {
		votable_refuse(v, "the table has more than 100000 columns");
		return;
	}
	if (t->nfields == v->fields_allocated) {
		v->fields_allocated += v->fields_allocated + 32;
		t->fields = xrealloc(t->fields, v->fields_allocated * sizeof(*t->fields));
	}
	f = &t->fields[t->nfields++];
	*f = (struct field){
	    .id = xml_attr_dup(attrs, "ID"),
	    .unit = xml_attr_dup(attrs, "unit"),
	    .ucd = xml_attr_dup(attrs, "ucd"),
	    .utype = xml_attr_dup(attrs, "utype"),
	    .xtype = xml_attr_dup(attrs, "xtype"),
	    .arraysize = xml_attr_dup(attrs, "arraysize"),
	    .type = type ? datatype_by_name(type) : DT_TEXT,
	};
	f->name = votable_field_name(name, f->id, t->nfields);
	field_set_arraysize(f, f->arraysize);
}

/* LINK of a FIELD (VOTable 1.5 §3.5): one whose address is made of the row's values. */
static void start_link(struct votable *v, const struct xml_attrs *attrs)
{
	struct field *f = &v->table.fields[v->table.nfields - 1];
	CLEANUP_FREE char *href = xml_attr_dup(attrs, "href");

	if (f->link || !href || !strstr(href, "${"))
		return;
	f->link = steal(href);
	f->link_type = xml_attr_dup(attrs, "content-type");
}

/* "ERROR", and of some services "ERROR: no such table"; *rest is what follows. */
static bool says_error(const struct xml_attrs *attrs, char **rest)
{
	const char *s;
	size_t n, skip = 5;

	*rest = NULL;
	if (!xml_attr(attrs, "value", &s, &n) || n < skip || strncasecmp(s, "ERROR", skip) != 0)
		return false;
	while (skip < n && strchr(": \t", s[skip]))
		skip++;
	if (skip < n && skip == 5)
		return false; /* another word */
	if (skip < n)
		*rest = xstrndup(s + skip, n - skip);
	return true;
}

/* QUERY_STATUS, and what SCS 1.03 §2.3 has in its place. */
static enum votable_element start_info(struct votable *v, enum votable_element parent,
				       const struct xml_attrs *attrs)
{
	bool status = xml_attr_is(attrs, "name", "QUERY_STATUS");
	bool place = parent == VOTABLE || parent == RESOURCE || parent == DEFINITIONS;
	char *rest;

	if (status && xml_attr_is(attrs, "value", "OVERFLOW"))
		v->end.overflow = true;
	if (!v->table.query &&
	    (xml_attr_is(attrs, "name", "query") || xml_attr_is(attrs, "name", "sql_query")))
		v->table.query = xml_attr_dup(attrs, "value"); /* DALI 1.1 §4.4.4 and DaCHS */
	if (v->service_error)
		return OTHER;
	if (status && says_error(attrs, &rest)) {
		free(v->error_value);
		v->error_value = rest;
	} else if (!status && place && xml_attr_is(attrs, "name", "Error")) {
		free(v->error_value);
		v->error_value = xml_attr_dup(attrs, "value");
	} else {
		return OTHER;
	}
	buf_reset(&v->said);
	return ERROR_INFO;
}

static void end_error_info(struct votable *v)
{
	const char *s = buf_str(&v->said);
	size_t n = v->said.len;

	xml_trim(&s, &n);
	if (n)
		v->service_error = reason_plain(s, n);
	if (v->service_error)
		return;
	if (n)
		v->service_error = xstrndup(s, n);
	else if (v->error_value && *v->error_value)
		v->service_error = steal(v->error_value);
	else
		v->service_error = xstrdup("the service reports an error without saying which");
}

static void end_description(struct votable *v, char **where)
{
	const char *s = buf_str(&v->chars);
	size_t n = v->chars.len;

	xml_trim(&s, &n);
	free(*where);
	*where = n ? xstrndup(s, n) : NULL;
}

/* Which place an element is. */

/* Services are described to sinks that want to know (DataLink 1.1 §4). */
static void end_service(struct votable *v)
{
	struct error *why = NULL;
	struct descriptor d;

	if (!descriptor_finish(&v->descriptor, &d))
		return;
	if (!v->sink->descriptor)
		descriptor_clear(&d);
	else if (!v->sink->descriptor(v->sink, &d, &why))
		xml_fail(v->xml, why);
}

static enum votable_element start_resource(struct votable *v, const struct xml_attrs *attrs)
{
	const char *type;
	size_t n;

	if (xml_attr_is(attrs, "utype", "adhoc:service") ||
	    xml_attr_is(attrs, "utype", "adhoc:utility")) { /* of some archives: the same */
		descriptor_begin(&v->descriptor, attrs);
		return SERVICE;
	}
	if (!xml_attr(attrs, "type", &type, &n) || n == 0)
		return RESOURCE;
	return xml_attr_is(attrs, "type", "results") ? RESOURCE : UNWANTED;
}

static enum votable_element start_table(struct votable *v, const struct xml_attrs *attrs)
{
	if (v->stage != SEARCHING)
		return OTHER;
	v->stage = HEADER;
	v->table.name = xml_attr_dup(attrs, "name");
	return TABLE;
}

static enum votable_element in_table(struct votable *v, const char *name,
				     const struct xml_attrs *attrs)
{
	if (strcmp(name, "FIELD") == 0 && v->stage == HEADER) {
		start_field(v, attrs);
		return FIELD;
	}
	if (strcmp(name, "DESCRIPTION") == 0)
		return TABLE_DESCRIPTION;
	return strcmp(name, "DATA") == 0 && v->stage == HEADER ? DATA : OTHER;
}

static enum votable_element in_data(struct votable *v, const char *name,
				    const struct xml_attrs *attrs)
{
	enum votable_element here = strcmp(name, "TABLEDATA") == 0 ? TABLEDATA
				    : strcmp(name, "BINARY") == 0  ? BINARY
				    : strcmp(name, "BINARY2") == 0 ? BINARY2
				    : strcmp(name, "FITS") == 0    ? FITS
								   : OTHER;

	if (here == FITS)
		votable_start_fits(v, attrs);
	else if (here == OTHER && strcmp(name, "INFO") != 0 && strcmp(name, "DESCRIPTION") != 0)
		votable_refuse(v, "the rows are neither TABLEDATA nor BINARY nor BINARY2 nor FITS");
	else if (here != OTHER && v->stage == HEADER)
		votable_begin_rows(v);
	return here;
}

static enum votable_element in_container(struct votable *v, enum votable_element parent,
					 const char *name, const struct xml_attrs *attrs)
{
	if (strcmp(name, "RESOURCE") == 0 && parent != DEFINITIONS)
		return start_resource(v, attrs);
	if (strcmp(name, "TABLE") == 0 && parent != UNWANTED && parent != DEFINITIONS)
		return start_table(v, attrs);
	if (strcmp(name, "DEFINITIONS") == 0)
		return DEFINITIONS;
	if (strcmp(name, "PARAM") == 0 && xml_attr_is(attrs, "name", "Error"))
		return start_info(v, parent, attrs);
	return OTHER;
}

static enum votable_element element_of(struct votable *v, enum votable_element parent,
				       const char *name, const struct xml_attrs *attrs)
{
	if (parent == SERVICE && strcmp(name, "INFO") == 0 &&
	    xml_attr_is(attrs, "name", "QUERY_STATUS"))
		return start_info(v, parent, attrs);
	if (parent == SERVICE) {
		descriptor_start(&v->descriptor, name, attrs);
		return SERVICE;
	}
	if (parent != TR && strcmp(name, "INFO") == 0)
		return start_info(v, parent, attrs);
	switch (parent) {
	case TABLEDATA: return strcmp(name, "TR") == 0 ? TR : OTHER;
	case TR: return strcmp(name, "TD") == 0 ? TD : OTHER;
	case VOTABLE:
	case RESOURCE:
	case DEFINITIONS:
	case UNWANTED: return in_container(v, parent, name, attrs);
	case TABLE: return in_table(v, name, attrs);
	case DATA: return in_data(v, name, attrs);
	case BINARY:
	case BINARY2:
	case FITS: return strcmp(name, "STREAM") == 0 ? STREAM : OTHER;
	case FIELD:
		if (strcmp(name, "VALUES") == 0)
			values_of_field(&v->values, &v->table.fields[v->table.nfields - 1],
					v->table.nfields - 1, attrs);
		else if (strcmp(name, "LINK") == 0)
			start_link(v, attrs);
		return strcmp(name, "DESCRIPTION") == 0 ? FIELD_DESCRIPTION : OTHER;
	default: return OTHER;
	}
}

static void element_start(struct xml *x, void *ctx, const char *name, const struct xml_attrs *attrs)
{
	struct votable *v = ctx;
	enum votable_element parent = v->places[xml_depth(x) - 1];
	enum votable_element here;

	if (xml_depth(x) == 1) {
		if (strcmp(name, "VOTABLE") != 0)
			votable_refuse(v, "this is no VOTable");
		*votable_place(v) = VOTABLE;
		return;
	}
	*votable_place(v) = here = element_of(v, parent, name, attrs);
	if (v->stage < ROWS && strcmp(name, "VALUES") == 0)
		values_seen(&v->values, attrs);
	if (here == TR)
		votable_start_tr(v);
	else if (here == TD)
		votable_start_td(v, attrs);
	else if (here == STREAM)
		votable_start_stream(v, parent, attrs);
	else if (here == FIELD_DESCRIPTION || here == TABLE_DESCRIPTION)
		buf_reset(&v->chars);
}

static void votable_add_text(struct votable *v, struct buf *to, const char *s, size_t n)
{
	if (to->len + n > VOTABLE_MAX_ROW)
		votable_refuse(v, "a row or a text is longer than 32 MiB");
	else
		buf_add(to, s, n);
}

static void element_text(struct xml *x, void *ctx, const char *s, size_t n)
{
	struct votable *v = ctx;

	(void)x;
	switch (*votable_place(v)) {
	case STREAM:
	case ODD_STREAM: votable_stream_text(v, s, n); break;
	case SERVICE: descriptor_text(&v->descriptor, s, n); break;
	case ERROR_INFO: votable_add_text(v, &v->said, s, n); break;
	case TD:
	case FIELD_DESCRIPTION:
	case TABLE_DESCRIPTION: votable_add_text(v, &v->chars, s, n); break;
	default: break;
	}
}

static void element_end(struct xml *x, void *ctx, const char *name)
{
	struct votable *v = ctx;

	switch (*votable_place(v)) {
	case SERVICE:
		if (v->places[xml_depth(x) - 1] == SERVICE)
			descriptor_end(&v->descriptor, name);
		else
			end_service(v);
		break;
	case TD: votable_end_td(v); break;
	case TR: votable_end_tr(v); break;
	case STREAM:
	case ODD_STREAM: votable_end_stream(v); break;
	case ERROR_INFO: end_error_info(v); break;
	case TABLE_DESCRIPTION: end_description(v, &v->table.description); break;
	case FIELD_DESCRIPTION:
		end_description(v, &v->table.fields[v->table.nfields - 1].description);
		break;
	case TABLE:
		if (v->stage == HEADER) /* no DATA: no rows (TAP 1.1 §2.7.3, MAXREC=0) */
			votable_begin_rows(v);
		v->stage = DONE;
		break;
	default: break;
	}
}

static const struct xml_events events = {element_start, element_text, element_end};

struct votable *votable_new(struct table_sink *sink)
{
	struct votable *v = xcalloc(1, sizeof(*v));

	v->sink = sink;
	v->stream.fd = v->beside.fd = -1;
	v->xml = xml_new(&events, v);
	return v;
}

struct votable *votable_new_reference(struct table_sink *sink)
{
	struct votable *v = votable_new(sink);

	v->scan.off = true;
	return v;
}

struct votable *votable_new_parallel(struct table_sink *sink, size_t threads, size_t batch)
{
	struct votable *v = votable_new(sink);

	if (!threads)
		threads = row_pool_processors();
	if (threads > 1 && sink->row_text)
		v->batches = batches_new(v, votable_scan, threads, batch ? batch : BATCH_SIZE);
	return v;
}

void votable_free(struct votable *v)
{
	if (!v)
		return;
	batches_free(v->batches);
	xml_free(v->xml);
	buf_free(&v->chars);
	buf_free(&v->said);
	row_clear(&v->row);
	binary_clear(&v->binary);
	descriptor_reader_clear(&v->descriptor);
	values_clear(&v->values);
	votable_stream_clear(v);
	free(v->beside.href);
	buf_free(&v->cells);
	buf_free(&v->scan.row);
	table_clear(&v->table);
	cell_warnings_clear(&v->warnings);
	buf_free(&v->told);
	free(v->tds);
	free(v->error_value);
	free(v->service_error);
	free(v);
}

/* What the service says goes before what is wrong with the document it says it in. */
static bool votable_result(struct votable *v, bool ok, struct error **err)
{
	if (!ok && v->service_error)
		error_set(err, EIO, "%s", v->service_error);
	return ok;
}

bool votable_feed(struct votable *v, const void *data, size_t n, struct error **err)
{
	return votable_result(v, votable_scan(v, data, n, err), err);
}

bool votable_settle(struct votable *v, struct error **err)
{
	batches_settle(v->batches);
	return votable_result(v, xml_feed(v->xml, NULL, 0, err), err);
}

/* What holds all values, for a sink that wants to know. */
static void tell_types(struct votable *v)
{
	batches_widen(v->batches, v->row.wider);
	for (size_t i = 0; i < v->table.nfields; i++)
		v->end.widened |=
		    v->row.wider[i].longer || v->row.wider[i].type != v->table.fields[i].type;
	if (!v->end.widened || !v->sink->types)
		return;
	free(v->sink->wider);
	v->sink->wider = v->row.wider;
	v->row.wider = NULL;
}

bool votable_finish(struct votable *v, struct error **err)
{
	batches_settle(v->batches);
	if (!votable_result(v, votable_scan_finish(v, err), err))
		return false;
	v->end.spoiled = v->row.spoiled || batches_spoiled(v->batches);
	if (v->service_error)
		return votable_result(v, false, err);
	if (v->stage != DONE)
		return error_set(err, EIO, "the VOTable holds no table");
	tell_types(v);
	cell_warnings_tell(&v->warnings, &v->table, &v->told);
	v->end.warnings = v->told.len ? v->told.data : NULL;
	return v->sink->end(v->sink, &v->end, err);
}

struct table_end votable_table_end(const struct votable *v)
{
	return v->end;
}
