/*
 * votable_inside.h: the inside of a VOTable's reader. From the top down: votable.c (the document),
 * votable_scan.c (rows without libxml2), votable_batches.c (many rows at a time), votable_stream.c
 * (what is in a STREAM), votable_beside.c (or in a file beside it), votable_fits.c (a FITS file
 * there), votable_rows.c (a row).
 */
#ifndef TAPFS_TABLE_VOTABLE_VOTABLE_INSIDE_H
#define TAPFS_TABLE_VOTABLE_VOTABLE_INSIDE_H

#include "base/buf.h"
#include "base/text/xml.h"
#include "table/votable/cell_warnings.h"
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
	FITS,
	STREAM,     /* rows in base64, as far as is known */
	ODD_STREAM, /* packed ones, or FITS */
	ERROR_INFO,
};

enum votable_stage { SEARCHING, HEADER, ROWS, DONE };

struct cell_span {
	size_t at, len;
	bool base64; /* TD encoding: binary, as in BINARY */
};

/* votable_stream.c: what is in a STREAM. */
struct stream {
	bool begun;            /* its first characters have come */
	bool fits;             /* a FITS file; else rows */
	bool packed;           /* it says so: encoding gzip */
	bool known;            /* whether it is packed */
	struct unpack *unpack; /* it is */
	struct buf bytes;      /* out of base64, as long as that is not known */
	int fd;                /* the FITS file, once some of it has come; else -1 */
};

/* votable_beside.c: a STREAM whose rows are in another file. */
struct stream_beside {
	int fd;     /* that file; -1: it is not there */
	char *href; /* of a STREAM that was refused, since it was not there */
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
	struct stream stream;
	struct stream_beside beside;
	struct buf cells; /* of a row of TABLEDATA: those in base64 */
	struct descriptor_reader descriptor;
	struct table_end end;
	struct cell_warnings warnings;
	struct buf told; /* of them, for the sink's end */
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
/* All columns are known: the sink begins. */
void votable_begin_rows(struct votable *);
/* The row stands in v->row: to the sink. False: it was the last one that is wanted. */
bool votable_push_row(struct votable *);
/* A row of TABLEDATA as libxml2 brings it; the text of its cells stands in v->chars. */
void votable_start_tr(struct votable *);
void votable_start_td(struct votable *, const struct xml_attrs *);
void votable_end_td(struct votable *);
void votable_end_tr(struct votable *);

/* --- votable_stream.c --- */

/* A STREAM within BINARY, BINARY2 or FITS; and its text, in base64. */
void votable_start_stream(struct votable *, enum votable_element parent, const struct xml_attrs *);
void votable_stream_text(struct votable *, const char *s, size_t n);
void votable_end_stream(struct votable *);
/* Before the text of a STREAM is read: whether it is an ODD_STREAM by its first characters. */
bool votable_stream_is_odd(struct votable *, const char *s, size_t n);
void votable_refuse_base64(struct votable *);
/* Whole rows that stand in v->binary.in: to the sink. */
void votable_binary_rows(struct votable *);
void votable_stream_clear(struct votable *);
/* Bytes of rows or of a FITS file, packed or not, in pieces. */
void votable_stream_bytes(struct votable *, const void *data, size_t n);

/* --- votable_beside.c --- */

/* The STREAM has an href. */
void votable_read_beside(struct votable *, const struct xml_attrs *);

/* --- votable_fits.c --- */

/* FITS, and the rows of the file that was in its STREAM: to the sink. */
void votable_start_fits(struct votable *, const struct xml_attrs *);
void votable_fits_rows(struct votable *, int fd);

/* --- votable_scan.c --- */

/* Reads bytes of the document, rows by our own scanners where that is possible. */
bool votable_scan(struct votable *, const char *s, size_t n, struct error **err);
bool votable_scan_finish(struct votable *, struct error **err);

#endif
