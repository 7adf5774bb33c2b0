/*
 * catalog.c: filling and reading catalog.db; see catalog.h.
 *
 * A refresh happens in one transaction: readers of the database see the old
 * content or the new. Snapshots are built in catalog_names.c.
 */
#include "cache/catalog.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/mem.h"
#include "cache/catalog_db.h"

/*
 * A table is told by its schema and its name there. Columns and keys are those of a told name; of
 * all schemas where the service does not say which (TAP_SCHEMA.columns has no schema).
 */
static const struct db_schema schema = {
    .version = 2,
    .is_cache = true,
    .make = "CREATE TABLE meta (generation INTEGER NOT NULL, fetched INTEGER NOT NULL);"
	    "INSERT INTO meta VALUES (0, 0);"
	    "CREATE TABLE schemas (name TEXT PRIMARY KEY, description TEXT);"
	    "CREATE TABLE tables (schema TEXT NOT NULL, told TEXT NOT NULL, name TEXT NOT NULL,"
	    " qualified TEXT NOT NULL, type TEXT, description TEXT, nrows INTEGER NOT NULL,"
	    " columns_known INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (schema, told));"
	    "CREATE INDEX tables_named ON tables (name);"
	    "CREATE TABLE columns (schema TEXT, tbl TEXT NOT NULL, name TEXT NOT NULL,"
	    " datatype TEXT, arraysize TEXT, xtype TEXT, unit TEXT, ucd TEXT, utype TEXT,"
	    " description TEXT, indexed INTEGER, principal INTEGER, std INTEGER,"
	    " position INTEGER);"
	    "CREATE INDEX columns_of ON columns (tbl);"
	    "CREATE TABLE keys (schema TEXT, tbl TEXT NOT NULL, id TEXT, target TEXT,"
	    " from_column TEXT, target_column TEXT, description TEXT);"
	    "CREATE INDEX keys_of ON keys (tbl);",
};

static const char *const inserts[INSERT_COUNT] = {
    [INSERT_SCHEMA] = ("INSERT INTO schemas VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE"
		       " SET description = coalesce(?2, description)"),
    [INSERT_TABLE] = "INSERT OR REPLACE INTO tables VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
    [INSERT_COLUMN] = "INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_KEY] = "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?)",
};

struct catalog *catalog_open(const char *cache_dir, struct error **err)
{
	CLEANUP_FREE char *path =
	    cache_dir ? xasprintf("%s/catalog.db", cache_dir) : xstrdup(":memory:");
	struct catalog *c = xcalloc(1, sizeof(*c));

	c->db = db_open(path, &schema, err);
	for (int i = 0; c->db && i < INSERT_COUNT; i++) {
		c->insert[i] = db_prepare(c->db, inserts[i], err);
		if (c->insert[i])
			continue;
		catalog_close(c);
		return NULL;
	}
	if (c->db)
		return c;
	free(c);
	return NULL;
}

void catalog_close(struct catalog *c)
{
	if (!c)
		return;
	for (int i = 0; i < INSERT_COUNT; i++)
		sqlite3_finalize(c->insert[i]);
	free(c->schema);
	free(c->told);
	db_close(c->db);
	free(c);
}

bool catalog_begin(struct catalog *c, struct error **err)
{
	return db_exec(c->db,
		       "BEGIN IMMEDIATE; DELETE FROM schemas; DELETE FROM tables;"
		       "DELETE FROM columns; DELETE FROM keys",
		       err);
}

bool catalog_add_schema(struct catalog *c, const char *name, const char *description,
			struct error **err)
{
	db_bind(c->insert[INSERT_SCHEMA], "tt", name, description);
	return db_run(c->insert[INSERT_SCHEMA], err);
}

bool catalog_add_table(struct catalog *c, const char *schema_name, const struct catalog_table *t,
		       const char *qualified, struct error **err)
{
	if (!catalog_add_schema(c, schema_name, NULL, err))
		return false;
	db_bind(c->insert[INSERT_TABLE], "tttttti", schema_name, t->told, t->name, qualified,
		t->type, t->description, t->nrows);
	return db_run(c->insert[INSERT_TABLE], err);
}

/* Whether it belongs to the one table that is filled, or to any. */
static bool is_wanted(const struct catalog *c, const char **schema_name, const char **table)
{
	if (!c->told)
		return true;
	if (*schema_name && strcmp(*schema_name, c->schema) != 0)
		return false;
	*schema_name = c->schema;
	*table = c->told;
	return true;
}

bool catalog_add_column(struct catalog *c, const char *schema_name, const char *table,
			const struct catalog_column *k, struct error **err)
{
	if (!is_wanted(c, &schema_name, &table))
		return true;
	db_bind(c->insert[INSERT_COLUMN], "ttttttttttiiii", schema_name, table, k->name,
		k->datatype, k->arraysize, k->xtype, k->unit, k->ucd, k->utype, k->description,
		(int64_t)k->indexed, (int64_t)k->principal, (int64_t)k->std, k->position);
	return db_run(c->insert[INSERT_COLUMN], err);
}

bool catalog_add_key(struct catalog *c, const char *schema_name, const char *from_table,
		     const struct catalog_key *k, struct error **err)
{
	if (!is_wanted(c, &schema_name, &from_table))
		return true;
	db_bind(c->insert[INSERT_KEY], "ttttttt", schema_name, from_table, k->id, k->target_table,
		k->from_column, k->target_column, k->description);
	return db_run(c->insert[INSERT_KEY], err);
}

static bool update_with_number(struct catalog *c, const char *sql, const char *kinds, int64_t when,
			       struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(c->db, sql, err);

	if (!s)
		return false;
	db_bind(s, kinds, when);
	return db_run(s, err);
}

bool catalog_commit(struct catalog *c, bool columns_known, struct error **err)
{
	return db_exec(c->db,
		       "UPDATE tables SET name = qualified WHERE name IN"
		       " (SELECT name FROM tables GROUP BY name HAVING COUNT(*) > 1)",
		       err) &&
	       update_with_number(c, "UPDATE meta SET generation = generation + 1, fetched = ?",
				  "i", clock_now(), err) &&
	       update_with_number(c, "UPDATE tables SET columns_known = ?", "i", columns_known,
				  err) &&
	       db_exec(c->db, "COMMIT", err);
}

/* Whatever is added next is of any table. */
static void one_table_over(struct catalog *c)
{
	free(c->schema);
	free(c->told);
	c->schema = c->told = NULL;
}

void catalog_rollback(struct catalog *c)
{
	one_table_over(c);
	if (!sqlite3_get_autocommit(c->db))
		db_exec(c->db, "ROLLBACK", NULL);
}

static bool for_table(struct catalog *c, const char *sql, const char *a, const char *b,
		      struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(c->db, sql, err);

	if (!s)
		return false;
	db_bind(s, b ? "tt" : "t", a, b);
	return db_run(s, err);
}

bool catalog_told(struct catalog *c, const char *name, char **schema_name, char **told,
		  struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(c->db, "SELECT schema, told FROM tables WHERE name = ?", err);

	if (!s)
		return false;
	db_bind(s, "t", name);
	if (!db_row(s, err))
		return false;
	*schema_name = db_text(s, 0);
	*told = db_text(s, 1);
	return true;
}

bool catalog_begin_table(struct catalog *c, const char *table, struct error **err)
{
	one_table_over(c);
	if (!db_exec(c->db, "BEGIN IMMEDIATE", err))
		return false;
	if (!catalog_told(c, table, &c->schema, &c->told, err)) {
		if (err && !*err)
			error_set(err, EIO, "the service lists no table %s", table);
		return false;
	}
	return for_table(c,
			 "DELETE FROM columns WHERE tbl = ?1 AND (schema IS NULL OR schema = ?2)",
			 c->told, c->schema, err) &&
	       for_table(c, "DELETE FROM keys WHERE tbl = ?1 AND (schema IS NULL OR schema = ?2)",
			 c->told, c->schema, err);
}

bool catalog_commit_table(struct catalog *c, const char *table, struct error **err)
{
	one_table_over(c);
	return for_table(c, "UPDATE tables SET columns_known = 1 WHERE name = ?", table, NULL,
			 err) &&
	       db_exec(c->db, "COMMIT", err);
}
