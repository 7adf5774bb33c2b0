/*
 * votable_inside.h: the inside of a VOTable's reader. From the top down: votable.c (the document),
 * votable_scan.c (rows without libxml2), votable_batches.c (many rows at a time), votable_rows.c (a
 * row).
 */
#ifndef TAPFS_TABLE_VOTABLE_VOTABLE_INSIDE_H
#define TAPFS_TABLE_VOTABLE_VOTABLE_INSIDE_H

#include "base/buf.h"
#include "base/text/xml.h"
#include "table/votable/descriptor.h"
#include "table/votable/votable.h"
#include "table/votable/votable_field.h"
#include "table/votable/votable_row.h"

enum votable_element {
	OTHER,
	VOTABLE,
	RESOURCE,
	UNWANTED, /* a RESOURCE of another type */
	DEFINITIONS,
	SERVICE, /* a RESOURCE that describes a service, and all within it */
	TABLE,
	FIELD,
	FIELD_DESCRIPTION,
	TABLE_DESCRIPTION,
	DATA,
	TABLEDATA,
	TR,
	TD,
	BINARY,
	BINARY2,
	STREAM,
	ERROR_INFO,
};

enum votable_stage { SEARCHING, HEADER, ROWS, DONE };

struct cell_span {
	size_t at, len;
};

/* votable_scan.c: rows that do not go through libxml2. */
struct rows_scan {
	bool off;       /* the document is to be read by libxml2 alone */
	struct buf row; /* the beginning of one that has not come whole */
};

struct votable {
	struct xml *xml;
	struct table_sink *sink;
	enum votable_stage stage;
	enum votable_element places[XML_MAX_DEPTH + 1]; /* by depth; [0] is the document */
	struct buf chars;                               /* of the row, or of the DESCRIPTION */
	struct buf said;                                /* of the INFO that tells an error */
	struct table table;
	size_t fields_allocated;
	struct values_nulls values; /* of the header */
	struct row row;
	struct cell_span *tds; /* a TABLEDATA row's cells in chars */
	size_t ntds;
	struct binary binary;
	struct base64 base64;
	struct descriptor_reader descriptor;
	struct table_end end;
	struct rows_scan scan;
	struct batches *batches; /* NULL: one thread reads all */
	char *error_value;       /* the error's INFO, if its text is empty */
	char *service_error;
};

/* What the innermost open element is. */
static inline enum votable_element *votable_place(struct votable *v)
{
	return &v->places[xml_depth(v->xml)];
}

/* --- votable_rows.c --- */

/* Stops the parser: what is wrong with the document where it stands. */
void votable_refuse(struct votable *, const char *what);
void votable_refuse_base64(struct votable *);
/* The row stands in v->row: to the sink. False: it was the last one that is wanted. */
bool votable_push_row(struct votable *);
/* A row of TABLEDATA as libxml2 brings it; the text of its cells stands in v->chars. */
void votable_start_tr(struct votable *);
void votable_start_td(struct votable *);
void votable_end_td(struct votable *);
void votable_end_tr(struct votable *);
/* A STREAM of BINARY, or, with a null_bitmap, of BINARY2; and its text, in base64. */
void votable_start_stream(struct votable *, bool null_bitmap, const struct xml_attrs *);
void votable_stream_text(struct votable *, const char *s, size_t n);
void votable_end_stream(struct votable *);
/* Whole rows that stand in v->binary.in: to the sink. */
void votable_binary_rows(struct votable *);

/* --- votable_scan.c --- */

/* Reads bytes of the document, rows by our own scanners where that is possible. */
bool votable_scan(struct votable *, const char *s, size_t n, struct error **err);
bool votable_scan_finish(struct votable *, struct error **err);

#endif
