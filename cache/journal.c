/* journal.c: the queries and their jobs in state.db; see journal.h. */
#include "cache/journal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "cache/db.h"

struct journal {
	sqlite3 *db;
};

/* The next query's id: above all that there ever were, also those that are gone. */
#define COUNTER                                              \
	"CREATE TABLE counter (next INTEGER NOT NULL);"      \
	"CREATE TRIGGER query_counted AFTER INSERT ON query" \
	" WHEN NEW.id >= (SELECT next FROM counter)"         \
	" BEGIN UPDATE counter SET next = NEW.id + 1; END;"

#define HABITS "CREATE TABLE habit (name TEXT PRIMARY KEY);"

static const char *const migrate[] = {
    "ALTER TABLE query ADD COLUMN sent_hash TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE query ADD COLUMN advice TEXT;"
    "ALTER TABLE errand ADD COLUMN runid TEXT;"
    "ALTER TABLE errand ADD COLUMN sent_hash TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE errand ADD COLUMN since INTEGER NOT NULL DEFAULT 0;",
    COUNTER "INSERT INTO counter SELECT COALESCE(MAX(id), 0) + 1 FROM query;",
    "ALTER TABLE query ADD COLUMN head TEXT;"
    "ALTER TABLE query ADD COLUMN tabledata INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE query ADD COLUMN warnings TEXT;" HABITS,
};

static const struct db_schema schema = {
    .version = 4,
    .make = "CREATE TABLE query ("
	    " id INTEGER PRIMARY KEY, path TEXT NOT NULL, inode INTEGER NOT NULL,"
	    " length INTEGER NOT NULL, hash TEXT NOT NULL, run INTEGER NOT NULL,"
	    " run_hash TEXT NOT NULL, stage INTEGER NOT NULL, runid TEXT, job_url TEXT,"
	    " created INTEGER NOT NULL, ended INTEGER NOT NULL, rows INTEGER NOT NULL,"
	    " overflow INTEGER NOT NULL, formats TEXT, error_errno INTEGER NOT NULL,"
	    " error_text TEXT, log TEXT, sent_hash TEXT NOT NULL, advice TEXT, head TEXT,"
	    " tabledata INTEGER NOT NULL, warnings TEXT);"
	    "CREATE TABLE errand (id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL,"
	    " runid TEXT, sent_hash TEXT NOT NULL, since INTEGER NOT NULL);" HABITS COUNTER
	    "INSERT INTO counter VALUES (1);",
    .migrate = migrate,
};

struct journal *journal_open(const char *state_dir, bool read_only, struct error **err)
{
	CLEANUP_FREE char *path = xasprintf("%s/state.db", state_dir);
	sqlite3 *db =
	    read_only ? db_open_readonly(path, schema.version, err) : db_open(path, &schema, err);
	struct journal *j;

	if (!db)
		return NULL;
	j = xcalloc(1, sizeof(*j));
	j->db = db;
	return j;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	db_close(j->db);
	free(j);
}

bool journal_put(struct journal *j, const struct journal_entry *e, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(
	    j->db,
	    "INSERT OR REPLACE INTO query VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
	    err);

	if (!s)
		return false;
	db_bind(s, "itiititittiiiititttttit", e->id, e->path, (int64_t)e->inode, (int64_t)e->length,
		e->hash, e->run, e->run_hash, (int64_t)e->stage, e->runid, e->job_url, e->created,
		e->ended, e->rows, (int64_t)e->overflow, e->formats, (int64_t)e->error_errno,
		e->error_text, e->log, e->sent_hash, e->advice, e->head, (int64_t)e->tabledata,
		e->warnings);
	return db_run(s, err);
}

static bool run_with_id(struct journal *j, const char *sql, int64_t id, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(j->db, sql, err);

	if (!s)
		return false;
	db_bind(s, "i", id);
	return db_run(s, err);
}

bool journal_delete(struct journal *j, int64_t id, struct error **err)
{
	return run_with_id(j, "DELETE FROM query WHERE id = ?", id, err);
}

static struct journal_entry entry_read(sqlite3_stmt *s)
{
	struct journal_entry e = {
	    .id = sqlite3_column_int64(s, 0),
	    .path = db_text(s, 1),
	    .inode = (uint64_t)sqlite3_column_int64(s, 2),
	    .length = (uint64_t)sqlite3_column_int64(s, 3),
	    .run = sqlite3_column_int64(s, 5),
	    .stage = (enum stage)sqlite3_column_int(s, 7),
	    .runid = db_text(s, 8),
	    .job_url = db_text(s, 9),
	    .created = sqlite3_column_int64(s, 10),
	    .ended = sqlite3_column_int64(s, 11),
	    .rows = sqlite3_column_int64(s, 12),
	    .overflow = sqlite3_column_int(s, 13),
	    .formats = db_text(s, 14),
	    .error_errno = sqlite3_column_int(s, 15),
	    .error_text = db_text(s, 16),
	    .log = db_text(s, 17),
	    .advice = db_text(s, 19),
	    .warnings = db_text(s, 22),
	    .head = db_text(s, 20),
	    .tabledata = sqlite3_column_int(s, 21),
	};

	snprintf(e.hash, sizeof(e.hash), "%s", (const char *)sqlite3_column_text(s, 4));
	snprintf(e.run_hash, sizeof(e.run_hash), "%s", (const char *)sqlite3_column_text(s, 6));
	snprintf(e.sent_hash, sizeof(e.sent_hash), "%s", (const char *)sqlite3_column_text(s, 18));
	return e;
}

bool journal_next(struct journal *j, int64_t *next, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(j->db, "SELECT next FROM counter", err);

	if (!s)
		return false;
	if (!db_row(s, err))
		return error_set(err, EIO, "the journal has lost its counter");
	*next = sqlite3_column_int64(s, 0);
	return true;
}

bool journal_load(struct journal *j, struct journal_entry **out, size_t *n, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(j->db, "SELECT * FROM query ORDER BY id", err);
	struct error *failed = NULL;

	*out = NULL;
	*n = 0;
	if (!s)
		return false;
	while (db_row(s, &failed)) {
		*out = xrealloc(*out, (*n + 1) * sizeof(**out));
		(*out)[(*n)++] = entry_read(s);
	}
	if (!failed)
		return true;
	journal_entries_free(*out, *n);
	error_move(err, failed);
	return false;
}

bool journal_deletion_add(struct journal *j, struct journal_deletion *e, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(
	    j->db, "INSERT INTO errand (url, runid, sent_hash, since) VALUES (?,?,?,?)", err);

	if (!s)
		return false;
	db_bind(s, "ttti", e->url ? e->url : "", e->runid, e->sent_hash, e->since);
	if (!db_run(s, err))
		return false;
	e->id = sqlite3_last_insert_rowid(j->db);
	return true;
}

bool journal_deletion_done(struct journal *j, int64_t id, struct error **err)
{
	return run_with_id(j, "DELETE FROM errand WHERE id = ?", id, err);
}

static struct journal_deletion deletion_read(sqlite3_stmt *s)
{
	struct journal_deletion e = {
	    .id = sqlite3_column_int64(s, 0),
	    .url = db_text(s, 1),
	    .runid = db_text(s, 2),
	    .since = sqlite3_column_int64(s, 3),
	};

	if (!*e.url) {
		free(e.url);
		e.url = NULL;
	}
	snprintf(e.sent_hash, sizeof(e.sent_hash), "%s", (const char *)sqlite3_column_text(s, 4));
	return e;
}

bool journal_put_again(struct journal *j, const struct journal_entry *e, struct journal_deletion *d,
		       struct error **err)
{
	if (!db_exec(j->db, "BEGIN IMMEDIATE", err))
		return false;
	if (journal_deletion_add(j, d, err) && journal_put(j, e, err) &&
	    db_exec(j->db, "COMMIT", err))
		return true;
	db_exec(j->db, "ROLLBACK", NULL);
	return false;
}

bool journal_habit_add(struct journal *j, const char *name, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(j->db, "INSERT OR IGNORE INTO habit VALUES (?)", err);

	if (!s)
		return false;
	db_bind(s, "t", name);
	return db_run(s, err);
}

bool journal_habit_has(struct journal *j, const char *name, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(j->db, "SELECT 1 FROM habit WHERE name = ?", err);

	if (!s)
		return false;
	db_bind(s, "t", name);
	return db_row(s, err);
}

void journal_deletion_clear(struct journal_deletion *e)
{
	free(e->url);
	free(e->runid);
	*e = (struct journal_deletion){0};
}

bool journal_deletions(struct journal *j, struct journal_deletion **out, size_t *n,
		       struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(
	    j->db, "SELECT id, url, runid, since, sent_hash FROM errand ORDER BY id", err);

	*out = NULL;
	*n = 0;
	if (!s)
		return false;
	while (db_row(s, NULL)) {
		*out = xrealloc(*out, (*n + 1) * sizeof(**out));
		(*out)[(*n)++] = deletion_read(s);
	}
	return true;
}

void journal_entry_clear(struct journal_entry *e)
{
	free(e->path);
	free(e->runid);
	free(e->job_url);
	free(e->formats);
	free(e->error_text);
	free(e->advice);
	free(e->warnings);
	free(e->log);
	free(e->head);
	*e = (struct journal_entry){0};
}

void journal_entries_free(struct journal_entry *e, size_t n)
{
	for (size_t i = 0; i < n; i++)
		journal_entry_clear(&e[i]);
	free(e);
}

struct journal_entry journal_entry_copy(const struct journal_entry *e)
{
	struct journal_entry c = *e;

	c.path = xstrdup_or_null(e->path);
	c.runid = xstrdup_or_null(e->runid);
	c.job_url = xstrdup_or_null(e->job_url);
	c.formats = xstrdup_or_null(e->formats);
	c.error_text = xstrdup_or_null(e->error_text);
	c.advice = xstrdup_or_null(e->advice);
	c.warnings = xstrdup_or_null(e->warnings);
	c.log = xstrdup_or_null(e->log);
	c.head = xstrdup_or_null(e->head);
	return c;
}
