/*
 * content.h: the demo's tables, in a SQLite file that is built once.
 *
 * The file's name is made of a hash of all that goes into it; it appears by
 * rename when complete, so that any number of services may start together.
 */
#ifndef TAPFS_SERVICE_DATA_CONTENT_H
#define TAPFS_SERVICE_DATA_CONTENT_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"

enum content_flags { COLUMN_PRINCIPAL = 1, COLUMN_INDEXED = 2, COLUMN_STD = 4 };

/* As TAP_SCHEMA.columns has it; NULL where there is nothing to say. */
struct content_column {
	const char *name; /* without quotes */
	const char *datatype, *arraysize, *xtype, *unit, *ucd, *utype, *description;
	int flags;
};

struct content_table {
	const char *schema, *name; /* without quotes */
	const char *description;
	const char *utype;
	const struct content_column *columns;
	size_t ncolumns;
	const char *source; /* SQL that stands for it; NULL: the SQLite table "schema.name" */
	bool unqualified;   /* its name in TAP_SCHEMA is without the schema (VizieR) */
};

struct content_options {
	const char *data_dir; /* NULL: looked for where it is installed */
	long rows;            /* of bench.stars; 0: no such table */
	long tables;          /* in the schema viz; 0: none */
	long images;          /* fields; beyond the 110 Messier objects anywhere */
};

/*
 * The path of the finished database; NULL with *err. Caller frees it, and closes *held when the
 * database is not needed any more: until then nobody takes it away.
 */
char *svc_content_build(const struct content_options *, int *held, struct error **err);

/* --- between content.c, tap_schema.c, catalogues.c and synthetic.c --- */

/* Runs SQL that returns no rows. */
bool svc_exec(sqlite3 *, struct error **err, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
sqlite3_stmt *svc_prepare(sqlite3 *, const char *sql, struct error **err);
/* Steps an INSERT and makes it ready for the next row. */
bool svc_insert(sqlite3_stmt *, struct error **err);
/* CREATE TABLE "schema.name" with the columns' names and fitting types. */
bool svc_create_table(sqlite3 *, const struct content_table *, struct error **err);

/* Makes TAP_SCHEMA's tables and describes them in themselves. */
bool svc_tap_schema_create(sqlite3 *, struct error **err);
bool svc_tap_schema_add_schema(sqlite3 *, const char *name, const char *description, int index,
			       struct error **err);
bool svc_tap_schema_add_table(sqlite3 *, const struct content_table *, int index,
			      struct error **err);
/* A foreign key of one column. */
bool svc_tap_schema_add_key(sqlite3 *, const char *id, const char *from_table,
			    const char *from_column, const char *target_table,
			    const char *target_column, const char *description, struct error **err);
/* Adds a name as ADQL needs it: in double quotes unless it is a plain one. */
void svc_add_adql_name(struct buf *out, const char *name);

bool svc_catalogues_build(sqlite3 *, const char *data_dir, struct error **err);
/* obscore.c: the images as tables; after svc_images_build. */
bool svc_obscore_build(sqlite3 *, struct error **err);
bool svc_bench_build(sqlite3 *, long rows, struct error **err);
bool svc_many_tables_build(sqlite3 *, long tables, struct error **err);

#endif
