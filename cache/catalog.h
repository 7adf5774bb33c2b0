/*
 * catalog.h: what a service says of its tables, kept in catalog.db.
 *
 * The names of all schemas and tables are loaded as one immutable snapshot that
 * the loop holds (about 200 bytes a table); the columns and keys of one table
 * are read when asked for. A struct catalog is used on LANE_CATALOG only.
 */
#ifndef TAPFS_CACHE_CATALOG_H
#define TAPFS_CACHE_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct catalog_schema {
	char *name;          /* as TAP_SCHEMA has it; may be "" */
	char *path;          /* its folder below schemas/, escaped */
	char *description;   /* NULL where there is none */
	size_t first, count; /* its tables in catalog_names.tables */
};

struct catalog_table {
	char *name;        /* as it is written in ADQL, quotes included where needed; unique */
	char *told;        /* as the service tells it: what it is to be asked for by */
	char *path;        /* its folder below the schema's: "J/A+AS/134/483/table3" */
	char *description; /* NULL where there is none */
	char *type;        /* "table", "view", … or NULL */
	int64_t nrows;     /* -1 unknown */
};

/* A snapshot: schemas ordered by path, and each one's tables ordered by path. */
struct catalog_names {
	int refs;
	uint64_t generation; /* counts refreshes in this catalog */
	int64_t fetched;     /* ms since 1970 */
	size_t nschemas, ntables;
	struct catalog_schema *schemas;
	struct catalog_table *tables;
};

/* One column; strings NULL where there is none. TAP 1.1 §4.3. */
struct catalog_column {
	char *name; /* as the service tells it */
	char *datatype, *arraysize, *xtype;
	char *unit, *ucd, *utype, *description;
	int64_t position; /* column_index; 0 where it is not known: then in the order of adding */
	bool indexed, principal, std;
};

struct catalog_key {
	char *target_table;
	char *description;
	char *from_column, *target_column; /* one pair; a key of n columns is n of these */
	char *id;
};

struct catalog_details {
	int refs;
	size_t ncolumns, nkeys;
	struct catalog_column *columns;
	struct catalog_key *keys;
};

struct catalog;

/* cache_dir NULL: in memory. */
struct catalog *catalog_open(const char *cache_dir, struct error **err);
void catalog_close(struct catalog *);

/* NULL without *err when nothing was ever fetched. */
struct catalog_names *catalog_load(struct catalog *, struct error **err);
/*
 * The columns and keys of one table; NULL without *err when they are not known yet and must be
 * asked for. Caller owns one reference.
 */
struct catalog_details *catalog_details(struct catalog *, const char *table, struct error **err);

/* --- filling it: everything between begin and commit replaces what was there --- */

bool catalog_begin(struct catalog *, struct error **err);
bool catalog_add_schema(struct catalog *, const char *name, const char *description,
			struct error **err);
/*
 * schema may be new; utype is not kept. qualified: the name to take where another table has the
 * same one.
 */
bool catalog_add_table(struct catalog *, const char *schema, const struct catalog_table *,
		       const char *qualified, struct error **err);
/* table: as told; schema NULL: of all tables that are told so. */
bool catalog_add_column(struct catalog *, const char *schema, const char *table,
			const struct catalog_column *, struct error **err);
bool catalog_add_key(struct catalog *, const char *schema, const char *from_table,
		     const struct catalog_key *, struct error **err);
/* columns_known: every table has its columns; else they are asked for table by table. */
bool catalog_commit(struct catalog *, bool columns_known, struct error **err);
void catalog_rollback(struct catalog *);

/*
 * The same for the columns of one table, of that name in ADQL: what it had is replaced. All that
 * is added is this table's, but for what is told to be of another schema.
 */
bool catalog_begin_table(struct catalog *, const char *table, struct error **err);
bool catalog_commit_table(struct catalog *, const char *table, struct error **err);

/* References are counted on the loop only. */
void catalog_names_unref(struct catalog_names *);
void catalog_details_unref(struct catalog_details *);

#endif
