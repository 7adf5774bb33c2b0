/*
 * tap_schema.c: TAP_SCHEMA, complete and describing itself (TAP 1.1 §4).
 *
 * Beside it stands "svc.sources", not to be queried: what SQL stands for a
 * table that is no SQLite table of its own.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/service/adql/adql_ast.h"
#include "tests/service/data/content.h"

#define NAME(n, about)                                                                       \
	{                                                                                    \
		n, "char", "*", NULL, NULL, NULL, NULL, about, COLUMN_PRINCIPAL | COLUMN_STD \
	}
#define TEXT(n, about)                                                    \
	{                                                                 \
		n, "char", "*", NULL, NULL, NULL, NULL, about, COLUMN_STD \
	}
#define COUNT(n, about)                                                   \
	{                                                                 \
		n, "int", NULL, NULL, NULL, NULL, NULL, about, COLUMN_STD \
	}
#define N(array) (array), sizeof(array) / sizeof(*(array))

static const struct content_column schemas[] = {
    NAME("schema_name", "Name of the schema"),
    TEXT("utype", "UType, if it stands for a data model"),
    TEXT("description", "What the schema holds"),
    COUNT("schema_index", "Recommended position in a list"),
};

static const struct content_column tables[] = {
    NAME("schema_name", "Schema that the table belongs to"),
    NAME("table_name", "Name of the table, as it must be written in a query"),
    TEXT("table_type", "Either table or view"),
    TEXT("utype", "UType, if it stands for a data model"),
    TEXT("description", "What the table holds"),
    COUNT("table_index", "Recommended position in a list"),
};

static const struct content_column columns[] = {
    NAME("table_name", "Table that the column belongs to"),
    NAME("column_name", "Name of the column, as it must be written in a query"),
    NAME("datatype", "VOTable datatype"),
    TEXT("arraysize", "VOTable arraysize; null for a single value"),
    TEXT("xtype", "VOTable xtype"),
    COUNT("size", "Length of fixed-length arrays; deprecated"),
    NAME("description", "What the column holds"),
    TEXT("utype", "UType"),
    TEXT("unit", "Unit, as in VOUnits"),
    TEXT("ucd", "UCD"),
    COUNT("indexed", "1 if queries with a condition on it are fast"),
    COUNT("principal", "1 if it is one of the important columns"),
    COUNT("std", "1 if a standard defines it"),
    COUNT("column_index", "Recommended position in a list"),
};

static const struct content_column keys[] = {
    NAME("key_id", "Name of the foreign key"),
    NAME("from_table", "Table that refers"),
    NAME("target_table", "Table that is referred to"),
    TEXT("description", "What the key says"),
    TEXT("utype", "UType"),
};

static const struct content_column key_columns[] = {
    NAME("key_id", "Name of the foreign key"),
    NAME("from_column", "Column in from_table"),
    NAME("target_column", "Column in target_table"),
};

static const struct content_table own_tables[] = {
    {"TAP_SCHEMA", "schemas", "The schemas of this service", NULL, N(schemas), NULL, false},
    {"TAP_SCHEMA", "tables", "The tables of this service", NULL, N(tables), NULL, false},
    {"TAP_SCHEMA", "columns", "The columns of all tables", NULL, N(columns), NULL, false},
    {"TAP_SCHEMA", "keys", "Foreign keys between tables", NULL, N(keys), NULL, false},
    {"TAP_SCHEMA", "key_columns", "The columns that a foreign key joins", NULL, N(key_columns),
     NULL, false},
};

void svc_add_adql_name(struct buf *out, const char *name)
{
	const char *c = name;

	if (isalpha((unsigned char)*c))
		while (isalnum((unsigned char)*c) || *c == '_')
			c++;
	if (*name && !*c && !adql_is_reserved(name)) {
		buf_adds(out, name);
		return;
	}
	buf_addc(out, '"');
	for (c = name; *c; c++) {
		if (*c == '"')
			buf_addc(out, '"');
		buf_addc(out, *c);
	}
	buf_addc(out, '"');
}

static bool bind_and_insert(sqlite3 *db, const char *sql, const char *const *texts, size_t n,
			    int index, struct error **err)
{
	sqlite3_stmt *s = svc_prepare(db, sql, err);
	bool ok;

	if (!s)
		return false;
	for (size_t i = 0; i < n; i++)
		sqlite3_bind_text(s, (int)i + 1, texts[i], -1, SQLITE_STATIC);
	if (index >= 0)
		sqlite3_bind_int(s, (int)n + 1, index);
	ok = svc_insert(s, err);
	sqlite3_finalize(s);
	return ok;
}

bool svc_tap_schema_add_schema(sqlite3 *db, const char *name, const char *description, int index,
			       struct error **err)
{
	const char *texts[] = {name, description};

	return bind_and_insert(db, "INSERT INTO \"TAP_SCHEMA.schemas\" VALUES(?1, NULL, ?2, ?3)",
			       texts, 2, index, err);
}

static void bind_column(sqlite3_stmt *s, const char *table, const struct content_column *c,
			const char *name, int index)
{
	const char *texts[] = {table,          name,     c->datatype, c->arraysize, c->xtype,
			       c->description, c->utype, c->unit,     c->ucd};
	char *end;
	long size = c->arraysize ? strtol(c->arraysize, &end, 10) : 0;

	for (int i = 0; i < 9; i++)
		sqlite3_bind_text(s, i + 1, texts[i], -1, SQLITE_TRANSIENT);
	sqlite3_bind_int(s, 10, (c->flags & COLUMN_INDEXED) != 0);
	sqlite3_bind_int(s, 11, (c->flags & COLUMN_PRINCIPAL) != 0);
	sqlite3_bind_int(s, 12, (c->flags & COLUMN_STD) != 0);
	sqlite3_bind_int(s, 13, index);
	if (size > 0 && !*end)
		sqlite3_bind_int64(s, 14, size);
}

static bool add_columns(sqlite3 *db, const struct content_table *t, const char *tap_name,
			struct error **err)
{
	sqlite3_stmt *s = svc_prepare(
	    db,
	    "INSERT INTO \"TAP_SCHEMA.columns\"(table_name, column_name, datatype, arraysize, "
	    "xtype, description, utype, unit, ucd, indexed, principal, std, column_index, "
	    "\"size\") "
	    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
	    err);
	bool ok = s != NULL;

	for (size_t i = 0; ok && i < t->ncolumns; i++) {
		CLEANUP_BUF struct buf name = BUF_INIT;

		svc_add_adql_name(&name, t->columns[i].name);
		bind_column(s, tap_name, &t->columns[i], buf_str(&name), (int)i);
		ok = svc_insert(s, err);
	}
	sqlite3_finalize(s);
	return ok;
}

bool svc_tap_schema_add_table(sqlite3 *db, const struct content_table *t, int index,
			      struct error **err)
{
	CLEANUP_BUF struct buf tap_name = BUF_INIT;

	if (!t->unqualified) {
		svc_add_adql_name(&tap_name, t->schema);
		buf_addc(&tap_name, '.');
	}
	svc_add_adql_name(&tap_name, t->name);

	const char *texts[] = {t->schema, buf_str(&tap_name), t->utype, t->description};
	const char *source[] = {buf_str(&tap_name), t->source};

	if (t->source &&
	    !bind_and_insert(db, "INSERT INTO \"svc.sources\" VALUES(?1, ?2)", source, 2, -1, err))
		return false;
	return bind_and_insert(
		   db, "INSERT INTO \"TAP_SCHEMA.tables\" VALUES(?1, ?2, 'table', ?3, ?4, ?5)",
		   texts, 4, index, err) &&
	       add_columns(db, t, buf_str(&tap_name), err);
}

bool svc_tap_schema_add_key(sqlite3 *db, const char *id, const char *from_table,
			    const char *from_column, const char *target_table,
			    const char *target_column, const char *description, struct error **err)
{
	const char *key[] = {id, from_table, target_table, description};
	const char *key_column[] = {id, from_column, target_column};

	return bind_and_insert(db, "INSERT INTO \"TAP_SCHEMA.keys\" VALUES(?1, ?2, ?3, ?4, NULL)",
			       key, 4, -1, err) &&
	       bind_and_insert(db, "INSERT INTO \"TAP_SCHEMA.key_columns\" VALUES(?1, ?2, ?3)",
			       key_column, 3, -1, err);
}

bool svc_tap_schema_create(sqlite3 *db, struct error **err)
{
	static const char *const own_keys[][5] = {
	    {"tap_schema_tables", "tables", "schema_name", "schemas", "schema_name"},
	    {"tap_schema_columns", "columns", "table_name", "tables", "table_name"},
	    {"tap_schema_keys_from", "keys", "from_table", "tables", "table_name"},
	    {"tap_schema_keys_target", "keys", "target_table", "tables", "table_name"},
	    {"tap_schema_key_columns", "key_columns", "key_id", "keys", "key_id"},
	};
	size_t n = sizeof(own_tables) / sizeof(*own_tables);

	if (!svc_exec(db, err,
		      "CREATE TABLE \"svc.sources\"(table_name TEXT PRIMARY KEY, sql TEXT)"))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!svc_create_table(db, &own_tables[i], err))
			return false;
	if (!svc_exec(
		db, err,
		"CREATE INDEX \"svc.columns_by_table\" ON \"TAP_SCHEMA.columns\"(table_name)") ||
	    !svc_tap_schema_add_schema(db, "TAP_SCHEMA", "What this service holds, as tables", 100,
				       err))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!svc_tap_schema_add_table(db, &own_tables[i], (int)i, err))
			return false;
	for (size_t i = 0; i < sizeof(own_keys) / sizeof(*own_keys); i++) {
		char from[64], target[64];

		snprintf(from, sizeof(from), "TAP_SCHEMA.%s", own_keys[i][1]);
		snprintf(target, sizeof(target), "TAP_SCHEMA.%s", own_keys[i][3]);
		if (!svc_tap_schema_add_key(db, own_keys[i][0], from, own_keys[i][2], target,
					    own_keys[i][4], NULL, err))
			return false;
	}
	return true;
}
