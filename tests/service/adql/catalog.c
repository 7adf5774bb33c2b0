/*
 * catalog.c: TAP_SCHEMA read into arrays, with an index by name.
 *
 * The index is by the names in lower case: "schema\nname" and, for tables that
 * need no schema, "\nname". Two tables must not differ in case only.
 */
#include "tests/service/adql/catalog.h"

#include <ctype.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <uthash.h>

#include "base/mem.h"

struct catalog_index {
	const char *key;
	const struct catalog_table *table;
	UT_hash_handle hh;
};

bool svc_name_matches(const struct adql_name *written, const char *name)
{
	return written->quoted ? !strcmp(written->text, name) : !strcasecmp(written->text, name);
}

static const char *text(struct catalog *c, sqlite3_stmt *s, int i)
{
	const char *t = (const char *)sqlite3_column_text(s, i);

	return t ? arena_strndup(&c->arena, t, strlen(t)) : NULL;
}

/* Takes the quotes off. */
static const char *unquote(struct catalog *c, const char *s)
{
	size_t n = strlen(s);
	char *out, *p;

	if (n < 2 || *s != '"')
		return s;
	p = out = arena_alloc(&c->arena, n);
	for (size_t i = 1; i + 1 < n; i++) {
		*p++ = s[i];
		if (s[i] == '"')
			i++;
	}
	return out;
}

/* The last part of a dotted name whose parts may be quoted. */
static const char *last_part(const char *s)
{
	const char *last = s;
	bool quoted = false;

	for (; *s; s++) {
		if (*s == '"')
			quoted = !quoted;
		else if (*s == '.' && !quoted)
			last = s + 1;
	}
	return last;
}

static void lower(char *s)
{
	for (; *s; s++)
		*s = (char)tolower((unsigned char)*s);
}

static void add_index(struct catalog *c, const char *schema, const struct catalog_table *t)
{
	struct catalog_index *e = arena_alloc(&c->arena, sizeof(*e));
	char *key = arena_printf(&c->arena, "%s\n%s", schema, t->name);

	lower(key);
	e->key = key;
	e->table = t;
	HASH_ADD_KEYPTR(hh, c->index, e->key, strlen(e->key), e);
}

static const struct catalog_table *find(const struct catalog *c, const char *schema,
					const char *name)
{
	char *key = xasprintf("%s\n%s", schema, name);
	struct catalog_index *e;

	lower(key);
	HASH_FIND_STR(c->index, key, e);
	free(key);
	if (e)
		return e->table;
	return c->base ? find(c->base, schema, name) : NULL;
}

const struct catalog_table *svc_catalog_find(const struct catalog *c, const struct adql_name *names,
					     size_t n)
{
	const struct catalog_table *t;

	if (n > 2)
		return NULL;
	t = find(c, n == 2 ? names[0].text : "", names[n - 1].text);
	if (!t || !svc_name_matches(&names[n - 1], t->name) ||
	    (n == 2 && !svc_name_matches(&names[0], t->schema)))
		return NULL;
	return t;
}

const struct catalog_table *svc_catalog_by_tap_name(const struct catalog *c, const char *tap_name)
{
	const char *last = last_part(tap_name);
	struct catalog names = {.arena = ARENA_INIT}; /* owns the parts for a moment */
	const struct catalog_table *t;
	char *schema = xstrndup(tap_name, last > tap_name ? (size_t)(last - tap_name) - 1 : 0);

	t = find(c, unquote(&names, schema), unquote(&names, last));
	free(schema);
	arena_free(&names.arena);
	return t;
}

const struct catalog_table *svc_catalog_like(const struct catalog *c, const char *name)
{
	for (size_t i = 0; i < c->ntables; i++)
		if (!strcasecmp(c->tables[i].name, name))
			return &c->tables[i];
	return c->base ? svc_catalog_like(c->base, name) : NULL;
}

/* --- loading --- */

/* Prepares, or fails for good: everything that follows would be wrong. */
static sqlite3_stmt *prepare(sqlite3 *db, const char *sql, struct error **err)
{
	sqlite3_stmt *s = NULL;

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		error_set(err, EIO, "The demo database cannot be read: %s", sqlite3_errmsg(db));
	return s;
}

static size_t count_rows(sqlite3 *db, const char *table)
{
	char *sql = xasprintf("SELECT count(*) FROM \"TAP_SCHEMA.%s\"", table);
	sqlite3_stmt *s = prepare(db, sql, NULL);
	size_t n = s && sqlite3_step(s) == SQLITE_ROW ? (size_t)sqlite3_column_int64(s, 0) : 0;

	sqlite3_finalize(s);
	free(sql);
	return n;
}

static void load_columns(struct catalog *c, sqlite3_stmt *s, struct catalog_table *t)
{
	size_t i = 0;

	sqlite3_bind_text(s, 1, t->tap_name, -1, SQLITE_STATIC);
	while (sqlite3_step(s) == SQLITE_ROW)
		t->ncolumns++;
	t->columns = arena_alloc(&c->arena, t->ncolumns * sizeof(*t->columns));
	sqlite3_reset(s);
	while (sqlite3_step(s) == SQLITE_ROW && i < t->ncolumns) {
		struct catalog_column *col = &t->columns[i++];

		col->tap_name = text(c, s, 0);
		col->field.name = unquote(c, col->tap_name);
		col->field.type = svc_type_by_name((const char *)sqlite3_column_text(s, 1));
		col->field.arraysize = text(c, s, 2);
		col->field.xtype = text(c, s, 3);
		col->field.description = text(c, s, 4);
		col->field.utype = text(c, s, 5);
		col->field.unit = text(c, s, 6);
		col->field.ucd = text(c, s, 7);
		col->indexed = sqlite3_column_int(s, 8);
		col->principal = sqlite3_column_int(s, 9);
		col->std = sqlite3_column_int(s, 10);
	}
	sqlite3_reset(s);
}

static bool load_tables(struct catalog *c, sqlite3 *db, struct error **err)
{
	sqlite3_stmt *s = prepare(db,
				  "SELECT t.schema_name, t.table_name, t.table_type, t.utype, "
				  "t.description, o.sql FROM \"TAP_SCHEMA.tables\" t "
				  "JOIN \"TAP_SCHEMA.schemas\" s USING(schema_name) "
				  "LEFT JOIN \"svc.sources\" o USING(table_name) "
				  "ORDER BY s.schema_index, t.table_index, t.table_name",
				  err);
	sqlite3_stmt *columns = prepare(db,
					"SELECT column_name, datatype, arraysize, xtype, "
					"description, utype, unit, ucd, indexed, principal, std "
					"FROM \"TAP_SCHEMA.columns\" WHERE table_name = ?1 "
					"ORDER BY column_index",
					err);
	size_t i = 0;

	while (s && columns && sqlite3_step(s) == SQLITE_ROW && i < c->ntables) {
		struct catalog_table *t = &c->tables[i++];
		const char *last;

		t->schema = text(c, s, 0);
		t->tap_name = text(c, s, 1);
		t->type = text(c, s, 2);
		t->utype = text(c, s, 3);
		t->description = text(c, s, 4);
		t->source = text(c, s, 5);
		last = last_part(t->tap_name);
		t->name = unquote(c, last);
		if (!t->source)
			t->source = arena_printf(&c->arena, "\"%s.%s\"", t->schema, t->name);
		load_columns(c, columns, t);
		add_index(c, t->schema, t);
		if (last == t->tap_name)
			add_index(c, "", t);
	}
	sqlite3_finalize(s);
	sqlite3_finalize(columns);
	return s && columns;
}

static bool load_schemas(struct catalog *c, sqlite3 *db, struct error **err)
{
	sqlite3_stmt *s = prepare(db,
				  "SELECT schema_name, utype, description FROM "
				  "\"TAP_SCHEMA.schemas\" ORDER BY schema_index",
				  err);
	size_t i = 0, k = 0;

	while (s && sqlite3_step(s) == SQLITE_ROW && i < c->nschemas) {
		struct catalog_schema *schema = &c->schemas[i++];

		schema->name = text(c, s, 0);
		schema->utype = text(c, s, 1);
		schema->description = text(c, s, 2);
		schema->first = k;
		while (k < c->ntables && !strcmp(c->tables[k].schema, schema->name))
			k++;
		schema->ntables = k - schema->first;
	}
	sqlite3_finalize(s);
	return s != NULL;
}

/* Keys of one column each, which is all that the builders make. */
static bool load_keys(struct catalog *c, sqlite3 *db, struct error **err)
{
	sqlite3_stmt *s = prepare(db,
				  "SELECT from_table, target_table, description, from_column, "
				  "target_column FROM \"TAP_SCHEMA.keys\" "
				  "JOIN \"TAP_SCHEMA.key_columns\" USING(key_id) ORDER BY key_id",
				  err);

	while (s && sqlite3_step(s) == SQLITE_ROW) {
		struct catalog_table *t = (struct catalog_table *)svc_catalog_by_tap_name(
		    c, (const char *)sqlite3_column_text(s, 0));
		struct catalog_key *keys;

		if (!t)
			continue;
		keys = arena_alloc(&c->arena, (t->nkeys + 1) * sizeof(*keys));
		if (t->nkeys)
			memcpy(keys, t->keys, t->nkeys * sizeof(*keys));
		keys[t->nkeys] = (struct catalog_key){text(c, s, 1), text(c, s, 2), text(c, s, 3),
						      text(c, s, 4)};
		t->keys = keys;
		t->nkeys++;
	}
	sqlite3_finalize(s);
	return s != NULL;
}

struct catalog *svc_catalog_load(const char *db_path, struct error **err)
{
	struct catalog *c = xcalloc(1, sizeof(*c));
	sqlite3 *db = NULL;
	bool ok = false;

	if (sqlite3_open_v2(db_path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
		error_set(err, EIO, "%s: %s", db_path, sqlite3_errmsg(db));
	} else {
		c->nschemas = count_rows(db, "schemas");
		c->ntables = count_rows(db, "tables");
		c->schemas = arena_alloc(&c->arena, c->nschemas * sizeof(*c->schemas));
		c->tables = arena_alloc(&c->arena, c->ntables * sizeof(*c->tables));
		ok = load_tables(c, db, err) && load_schemas(c, db, err) && load_keys(c, db, err);
	}
	sqlite3_close(db);
	if (ok)
		return c;
	svc_catalog_free(c);
	return NULL;
}

struct catalog *svc_catalog_over(const struct catalog *base, size_t ntables)
{
	struct catalog *c = xcalloc(1, sizeof(*c));

	c->base = base;
	c->tables = arena_alloc(&c->arena, ntables * sizeof(*c->tables));
	return c;
}

struct catalog_table *svc_catalog_add(struct catalog *c, const char *schema, const char *name,
				      size_t ncolumns)
{
	struct catalog_table *t = &c->tables[c->ntables++];

	t->schema = arena_strndup(&c->arena, schema, strlen(schema));
	t->name = arena_strndup(&c->arena, name, strlen(name));
	t->tap_name = arena_printf(&c->arena, "%s.%s", schema, name);
	t->ncolumns = ncolumns;
	t->columns = arena_alloc(&c->arena, ncolumns * sizeof(*t->columns));
	add_index(c, t->schema, t);
	return t;
}

void svc_catalog_free(struct catalog *c)
{
	if (!c)
		return;
	HASH_CLEAR(hh, c->index);
	arena_free(&c->arena);
	free(c);
}
