/*
 * catalog_names.c: reading catalog.db: the snapshot of names, and one table's
 * columns and keys; see catalog.h.
 *
 * A table's folder is its ADQL name without the schema's prefix and without
 * quotes; its slashes are folders. Names of files that a table folder holds
 * (README.txt, …) cannot be parts of a path: their last dot is escaped.
 */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/name.h"
#include "cache/catalog_db.h"

/* Without the quotes around a delimited identifier (ADQL 2.1 §2.1.3): "" inside is one quote. */
static char *unquoted(const char *s)
{
	struct buf b = BUF_INIT;
	size_t n = strlen(s);

	if (n < 2 || s[0] != '"' || s[n - 1] != '"')
		return xstrdup(s);
	for (size_t i = 1; i + 1 < n; i++) {
		buf_addc(&b, s[i]);
		if (s[i] == '"' && s[i + 1] == '"' && i + 2 < n)
			i++;
	}
	return buf_steal(&b);
}

/* The table's name without "schema." where that is the folder it lies in. */
static const char *without_schema(const char *schema, const char *table)
{
	CLEANUP_FREE char *plain = unquoted(schema);
	const char *prefixes[2] = {schema, plain};

	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(prefixes[i]);

		if (n && strncmp(table, prefixes[i], n) == 0 && table[n] == '.' && table[n + 1])
			return table + n + 1;
	}
	return table;
}

static bool is_reserved(const char *part, size_t n)
{
	static const char *const names[] = {
	    "README.txt", "description.txt", "columns.csv", "columns.txt",
	    "keys.csv",   "select.adql",     "cone",        "by"};

	if ((n > 7 && memcmp(part, "sample.", 7) == 0) || (n > 5 && memcmp(part, "rows.", 5) == 0))
		return true;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == n && memcmp(names[i], part, n) == 0)
			return true;
	return false;
}

static char *table_path(const char *schema, const char *table)
{
	CLEANUP_FREE char *name = unquoted(without_schema(schema, table));
	CLEANUP_BUF struct buf escaped = BUF_INIT;
	struct buf out = BUF_INIT;

	name_escape_path(&escaped, name, strlen(name));
	for (const char *p = escaped.data;;) {
		size_t n = strcspn(p, "/");

		if (is_reserved(p,
				n)) /* its last byte is escaped: reversible, and no file's name */
			buf_addf(&out, "%.*s%%%02X", (int)n - 1, p, (unsigned char)p[n - 1]);
		else
			buf_add(&out, p, n);
		if (!p[n])
			return buf_steal(&out);
		buf_addc(&out, '/');
		p += n + 1;
	}
}

static char *schema_path(const char *schema)
{
	CLEANUP_FREE char *name = unquoted(schema);
	struct buf out = BUF_INIT;

	name_escape(&out, name, strlen(name));
	return buf_steal(&out);
}

static int table_by_path(const void *a, const void *b)
{
	return strcmp(((const struct catalog_table *)a)->path,
		      ((const struct catalog_table *)b)->path);
}

static int schema_by_path(const void *a, const void *b)
{
	return strcmp(((const struct catalog_schema *)a)->path,
		      ((const struct catalog_schema *)b)->path);
}

static bool load_tables(struct catalog *c, struct catalog_names *n, struct catalog_schema *s,
			struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *q = db_prepare(
	    c->db, "SELECT name, told, type, description, nrows FROM tables WHERE schema = ?", err);
	struct error *failed = NULL;

	if (!q)
		return false;
	db_bind(q, "t", s->name);
	s->first = n->ntables;
	while (db_row(q, &failed)) {
		struct catalog_table t = {.name = db_text(q, 0),
					  .told = db_text(q, 1),
					  .type = db_text(q, 2),
					  .description = db_text(q, 3),
					  .nrows = sqlite3_column_int64(q, 4)};

		t.path = table_path(s->name, t.told);
		if ((n->ntables & (n->ntables - 1)) == 0)
			n->tables =
			    xrealloc(n->tables, (n->ntables ? n->ntables * 2 : 1) * sizeof(t));
		n->tables[n->ntables++] = t;
	}
	s->count = n->ntables - s->first;
	if (s->count)
		qsort(n->tables + s->first, s->count, sizeof(*n->tables), table_by_path);
	error_move(err, failed);
	return !failed;
}

static bool load_schemas(struct catalog *c, struct catalog_names *n, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *q =
	    db_prepare(c->db, "SELECT name, description FROM schemas", err);
	struct error *failed = NULL;

	if (!q)
		return false;
	while (db_row(q, &failed)) {
		struct catalog_schema s = {.name = db_text(q, 0), .description = db_text(q, 1)};

		s.path = schema_path(s.name);
		n->schemas = xrealloc(n->schemas, (n->nschemas + 1) * sizeof(s));
		n->schemas[n->nschemas++] = s;
	}
	if (n->nschemas)
		qsort(n->schemas, n->nschemas, sizeof(*n->schemas), schema_by_path);
	error_move(err, failed);
	return !failed;
}

struct catalog_names *catalog_load(struct catalog *c, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *q =
	    db_prepare(c->db, "SELECT generation, fetched FROM meta", err);
	struct catalog_names *n;
	bool ok;

	if (!q || !db_row(q, err) || sqlite3_column_int64(q, 1) == 0)
		return NULL;
	n = xcalloc(1, sizeof(*n));
	n->refs = 1;
	n->generation = (uint64_t)sqlite3_column_int64(q, 0);
	n->fetched = sqlite3_column_int64(q, 1);
	ok = load_schemas(c, n, err);
	for (size_t i = 0; ok && i < n->nschemas; i++)
		ok = load_tables(c, n, &n->schemas[i], err);
	if (ok)
		return n;
	catalog_names_unref(n);
	return NULL;
}

static bool columns_known(struct catalog *c, const char *table, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *q =
	    db_prepare(c->db, "SELECT columns_known FROM tables WHERE name = ?", err);

	if (!q)
		return false;
	db_bind(q, "t", table);
	return db_row(q, err) && sqlite3_column_int(q, 0);
}

#define OF_TABLE " WHERE tbl = ?1 AND (schema IS NULL OR schema = ?2) "

/* A name that is told for several tables may have a column several times. */
static bool catalog_read_columns(struct catalog *c, const char *schema, const char *told,
				 struct catalog_details *d, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *q =
	    db_prepare(c->db,
		       "SELECT *, MIN(rowid) AS first FROM columns" OF_TABLE
		       "GROUP BY name ORDER BY position, first",
		       err);
	struct error *failed = NULL;

	if (!q)
		return false;
	db_bind(q, "tt", told, schema);
	while (db_row(q, &failed)) {
		d->columns = xrealloc(d->columns, (d->ncolumns + 1) * sizeof(*d->columns));
		d->columns[d->ncolumns++] = (struct catalog_column){
		    .name = db_text(q, 2),
		    .datatype = db_text(q, 3),
		    .arraysize = db_text(q, 4),
		    .xtype = db_text(q, 5),
		    .unit = db_text(q, 6),
		    .ucd = db_text(q, 7),
		    .utype = db_text(q, 8),
		    .description = db_text(q, 9),
		    .indexed = sqlite3_column_int(q, 10),
		    .principal = sqlite3_column_int(q, 11),
		    .std = sqlite3_column_int(q, 12),
		    .position = sqlite3_column_int64(q, 13),
		};
	}
	error_move(err, failed);
	return !failed;
}

static bool read_keys(struct catalog *c, const char *schema, const char *told,
		      struct catalog_details *d, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *q =
	    db_prepare(c->db, "SELECT * FROM keys" OF_TABLE "ORDER BY id, rowid", err);
	struct error *failed = NULL;

	if (!q)
		return false;
	db_bind(q, "tt", told, schema);
	while (db_row(q, &failed)) {
		d->keys = xrealloc(d->keys, (d->nkeys + 1) * sizeof(*d->keys));
		d->keys[d->nkeys++] = (struct catalog_key){
		    .id = db_text(q, 2),
		    .target_table = db_text(q, 3),
		    .from_column = db_text(q, 4),
		    .target_column = db_text(q, 5),
		    .description = db_text(q, 6),
		};
	}
	error_move(err, failed);
	return !failed;
}

struct catalog_details *catalog_details(struct catalog *c, const char *table, struct error **err)
{
	CLEANUP_FREE char *schema = NULL;
	CLEANUP_FREE char *told = NULL;
	struct catalog_details *d;

	if (!columns_known(c, table, err) || !catalog_told(c, table, &schema, &told, err))
		return NULL;
	d = xcalloc(1, sizeof(*d));
	d->refs = 1;
	if (catalog_read_columns(c, schema, told, d, err) && read_keys(c, schema, told, d, err))
		return d;
	catalog_details_unref(d);
	return NULL;
}

void catalog_names_unref(struct catalog_names *n)
{
	if (!n || --n->refs)
		return;
	for (size_t i = 0; i < n->nschemas; i++) {
		free(n->schemas[i].name);
		free(n->schemas[i].path);
		free(n->schemas[i].description);
	}
	for (size_t i = 0; i < n->ntables; i++) {
		free(n->tables[i].name);
		free(n->tables[i].told);
		free(n->tables[i].path);
		free(n->tables[i].description);
		free(n->tables[i].type);
	}
	free(n->schemas);
	free(n->tables);
	free(n);
}

static void column_clear(struct catalog_column *k)
{
	free(k->name);
	free(k->datatype);
	free(k->arraysize);
	free(k->xtype);
	free(k->unit);
	free(k->ucd);
	free(k->utype);
	free(k->description);
}

void catalog_details_unref(struct catalog_details *d)
{
	if (!d || --d->refs)
		return;
	for (size_t i = 0; i < d->ncolumns; i++)
		column_clear(&d->columns[i]);
	for (size_t i = 0; i < d->nkeys; i++) {
		free(d->keys[i].id);
		free(d->keys[i].target_table);
		free(d->keys[i].description);
		free(d->keys[i].from_column);
		free(d->keys[i].target_column);
	}
	free(d->columns);
	free(d->keys);
	free(d);
}
