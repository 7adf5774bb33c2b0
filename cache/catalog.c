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

static const struct db_schema schema = {
    .version = 1,
    .make = "CREATE TABLE meta (generation INTEGER NOT NULL, fetched INTEGER NOT NULL);"
	    "INSERT INTO meta VALUES (0, 0);"
	    "CREATE TABLE schemas (name TEXT PRIMARY KEY, description TEXT);"
	    "CREATE TABLE tables (name TEXT PRIMARY KEY, schema TEXT NOT NULL, type TEXT,"
	    " description TEXT, nrows INTEGER NOT NULL, columns_known INTEGER NOT NULL DEFAULT 0);"
	    "CREATE TABLE columns (tbl TEXT NOT NULL, name TEXT NOT NULL, datatype TEXT, arraysize "
	    "TEXT,"
	    " xtype TEXT, unit TEXT, ucd TEXT, utype TEXT, description TEXT, indexed INTEGER,"
	    " principal INTEGER, std INTEGER, position INTEGER);"
	    "CREATE INDEX columns_of ON columns (tbl);"
	    "CREATE TABLE keys (tbl TEXT NOT NULL, id TEXT, target TEXT, from_column TEXT,"
	    " target_column TEXT, description TEXT);"
	    "CREATE INDEX keys_of ON keys (tbl);",
};

static const char *const inserts[INSERT_COUNT] = {
    [INSERT_SCHEMA] = "INSERT INTO schemas VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE"
		      " SET description = coalesce(?2, description)",
    [INSERT_TABLE] = "INSERT OR REPLACE INTO tables VALUES (?, ?, ?, ?, ?, 0)",
    [INSERT_COLUMN] = "INSERT INTO columns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [INSERT_KEY] = "INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?)",
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
		       struct error **err)
{
	if (!catalog_add_schema(c, schema_name, NULL, err))
		return false;
	db_bind(c->insert[INSERT_TABLE], "tttti", t->name, schema_name, t->type, t->description,
		t->nrows);
	return db_run(c->insert[INSERT_TABLE], err);
}

bool catalog_add_column(struct catalog *c, const char *table, const struct catalog_column *k,
			struct error **err)
{
	db_bind(c->insert[INSERT_COLUMN], "tttttttttiiii", table, k->name, k->datatype,
		k->arraysize, k->xtype, k->unit, k->ucd, k->utype, k->description,
		(int64_t)k->indexed, (int64_t)k->principal, (int64_t)k->std, k->position);
	return db_run(c->insert[INSERT_COLUMN], err);
}

bool catalog_add_key(struct catalog *c, const char *from_table, const struct catalog_key *k,
		     struct error **err)
{
	db_bind(c->insert[INSERT_KEY], "tttttt", from_table, k->id, k->target_table, k->from_column,
		k->target_column, k->description);
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
	return update_with_number(c, "UPDATE meta SET generation = generation + 1, fetched = ?",
				  "i", clock_now(), err) &&
	       update_with_number(c, "UPDATE tables SET columns_known = ?", "i", columns_known,
				  err) &&
	       db_exec(c->db, "COMMIT", err);
}

void catalog_rollback(struct catalog *c)
{
	if (!sqlite3_get_autocommit(c->db))
		db_exec(c->db, "ROLLBACK", NULL);
}

static bool for_table(struct catalog *c, const char *sql, const char *table, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(c->db, sql, err);

	if (!s)
		return false;
	db_bind(s, "t", table);
	return db_run(s, err);
}

bool catalog_begin_table(struct catalog *c, const char *table, struct error **err)
{
	return db_exec(c->db, "BEGIN IMMEDIATE", err) &&
	       for_table(c, "DELETE FROM columns WHERE tbl = ?", table, err) &&
	       for_table(c, "DELETE FROM keys WHERE tbl = ?", table, err);
}

bool catalog_commit_table(struct catalog *c, const char *table, struct error **err)
{
	return for_table(c, "UPDATE tables SET columns_known = 1 WHERE name = ?", table, err) &&
	       db_exec(c->db, "COMMIT", err);
}
