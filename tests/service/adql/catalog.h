/*
 * catalog.h: what schemas, tables and columns there are, in memory.
 *
 * Read once from TAP_SCHEMA in the database and never changed: all threads use
 * it without a lock. It owns all its strings. A query with tables of its own has
 * a catalogue of these in front of it.
 */
#ifndef TAPFS_SERVICE_ADQL_CATALOG_H
#define TAPFS_SERVICE_ADQL_CATALOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "tests/service/adql/adql_ast.h"
#include "tests/service/data/column.h"

struct catalog_column {
	struct svc_column field; /* name without quotes */
	const char *tap_name;    /* as in TAP_SCHEMA: quoted where ADQL needs it */
	bool principal, indexed, std;
};

/* A foreign key of one column. */
struct catalog_key {
	const char *target, *description;
	const char *from_column, *target_column;
};

struct catalog_table {
	const char *tap_name; /* as in TAP_SCHEMA and in a FROM: demo.messier, "J/A+AS/1/2/t" */
	const char *schema, *name; /* the two parts without quotes */
	const char *type, *utype, *description;
	const char *source; /* what stands for it in SQLite's FROM */
	size_t ncolumns, nkeys;
	struct catalog_column *columns;
	struct catalog_key *keys;
};

struct catalog_schema {
	const char *name, *utype, *description;
	size_t first, ntables; /* its tables in catalog.tables */
};

struct catalog {
	size_t nschemas, ntables;
	struct catalog_schema *schemas;
	struct catalog_table *tables; /* by schema, then by index */
	struct catalog_index *index;
	const struct catalog *base; /* where it is gone on; borrowed; NULL: nowhere */
	struct arena arena;
};

/* Opens the database file read-only; NULL with *err. Caller frees with catalog_free. */
struct catalog *svc_catalog_load(const char *db_path, struct error **err);
/*
 * A query's own: ntables tables, to be added, in front of base's, which is borrowed. Caller frees
 * with svc_catalog_free.
 */
struct catalog *svc_catalog_over(const struct catalog *base, size_t ntables);
/* The next one; its columns are to be filled, from the catalogue's arena. Strings are copied. */
struct catalog_table *svc_catalog_add(struct catalog *, const char *schema, const char *name,
				      size_t ncolumns);
void svc_catalog_free(struct catalog *); /* NULL is allowed */

/* By the name's parts, [schema.]table; NULL if there is none. */
const struct catalog_table *svc_catalog_find(const struct catalog *, const struct adql_name *names,
					     size_t nnames);
/* By its name as TAP_SCHEMA has it, in any case. */
const struct catalog_table *svc_catalog_by_tap_name(const struct catalog *, const char *tap_name);
/* A table of that last part in any schema, for "did you mean"; NULL if there is none. */
const struct catalog_table *svc_catalog_like(const struct catalog *, const char *name);

/* Does the name written in a query mean this one? */
bool svc_name_matches(const struct adql_name *written, const char *name);

#endif
