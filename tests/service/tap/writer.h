/*
 * writer.h: a query's rows as VOTable, CSV or TSV, one row at a time.
 *
 * A writer gets rows as SQLite has them, together with what the columns are;
 * it never holds more than one row. What it writes goes to a stream; failures
 * of the stream are seen by who owns it (ferror).
 */
#ifndef TAPFS_SERVICE_TAP_WRITER_H
#define TAPFS_SERVICE_TAP_WRITER_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buf.h"
#include "tests/service/data/column.h"

struct svc_table_out {
	FILE *out;
	const struct svc_column *columns;
	size_t ncolumns;
	const char *query;        /* for the document's INFO */
	const char *root;         /* of links, as in run.h; NULL: none */
	bool cone;                /* UCDs as Simple Cone Search wants them */
	struct buf row, encoded;  /* the writer's; to be freed by who made the struct */
	unsigned char pending[3]; /* base64: bytes that do not make up three yet */
	size_t npending, line;
};

struct svc_format {
	const char *names[6]; /* as RESPONSEFORMAT may say it, in lower case; NULL ends */
	const char *mime;     /* Content-Type of the answer */
	const char *ivo_id;   /* TAPRegExt 1.0 §2.4; NULL if there is none */
	void (*begin)(struct svc_table_out *);
	void (*row)(struct svc_table_out *, sqlite3_stmt *);
	void (*end)(struct svc_table_out *, bool overflow);
};

/* By MIME type (blanks and case do not matter) or short name; NULL if unknown. */
const struct svc_format *svc_format_find(const char *name);
/* All of them, the default first. */
const struct svc_format *svc_formats(size_t *n);

/* --- between the writers --- */

void svc_add_double(struct buf *out, double v);
void svc_add_float(struct buf *out, double v);
/* One value that is not NULL, as CSV and TABLEDATA write it, not escaped; not for texts. */
void svc_add_value(struct buf *out, sqlite3_stmt *, int i, const struct svc_column *);
/* The numbers of an array cell; they live as long as the row. */
const double *svc_cell_numbers(sqlite3_stmt *, int i, const struct svc_column *, size_t *n);

void svc_votable_begin(struct svc_table_out *, const char *data, bool null_values);
void svc_votable_end(struct svc_table_out *, const char *data, bool overflow);

/* write_links.c: of a FIELD its ID and its LINK, and of the document what stands behind its table.
 */
void svc_links_field_id(struct svc_table_out *, const struct svc_column *);
bool svc_links_has_link(const struct svc_table_out *, const struct svc_column *);
void svc_links_link(struct svc_table_out *, const struct svc_column *);
void svc_links_descriptor(struct svc_table_out *);
/* SCS 1.03 §2.2.2: three columns must have the UCDs of version 1. */
const char *svc_cone_ucd(const char *ucd);

void svc_tabledata_begin(struct svc_table_out *);
void svc_tabledata_row(struct svc_table_out *, sqlite3_stmt *);
void svc_tabledata_end(struct svc_table_out *, bool overflow);
void svc_binary_begin(struct svc_table_out *);
void svc_binary_row(struct svc_table_out *, sqlite3_stmt *);
void svc_binary_end(struct svc_table_out *, bool overflow);
void svc_binary2_begin(struct svc_table_out *);
void svc_binary2_row(struct svc_table_out *, sqlite3_stmt *);
void svc_binary2_end(struct svc_table_out *, bool overflow);
void svc_csv_begin(struct svc_table_out *);
void svc_csv_row(struct svc_table_out *, sqlite3_stmt *);
void svc_tsv_begin(struct svc_table_out *);
void svc_tsv_row(struct svc_table_out *, sqlite3_stmt *);
void svc_csv_end(struct svc_table_out *, bool overflow);

#endif
