/*
 * kept_text.c: short answers of services that are kept beside the files; see kept.h.
 */
#include "base/clock.h"
#include "cache/kept_db.h"

#define TEXTS_MAX 20000 /* beyond, the oldest go */

bool kept_get_text(struct kept *k, struct kept_text *t)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(k->db, "SELECT body FROM text WHERE key = ?", NULL);

	if (!s)
		return false;
	db_bind(s, "t", t->key);
	if (!db_row(s, NULL))
		return false;
	buf_add(&t->text, sqlite3_column_blob(s, 0), (size_t)sqlite3_column_bytes(s, 0));
	return true;
}

static void bind_kept_text(sqlite3_stmt *s, const struct kept_text *t)
{
	db_bind(s, "ti", t->key, clock_now());
	sqlite3_bind_blob(s, 3, buf_str(&t->text), (int)t->text.len, SQLITE_TRANSIENT);
	db_run(s, NULL);
}

void kept_put_texts(struct kept *k, const struct kept_text *texts, size_t n)
{
	CLEANUP_STMT sqlite3_stmt *insert =
	    db_prepare(k->db, "INSERT OR REPLACE INTO text VALUES (?, ?, ?)", NULL);
	CLEANUP_STMT sqlite3_stmt *prune =
	    db_prepare(k->db,
		       "DELETE FROM text WHERE put <"
		       " (SELECT put FROM text ORDER BY put DESC LIMIT 1 OFFSET ?)",
		       NULL);

	if (!insert || !prune || !db_exec(k->db, "BEGIN", NULL))
		return;
	for (size_t i = 0; i < n; i++)
		bind_kept_text(insert, &texts[i]);
	db_bind(prune, "i", (int64_t)TEXTS_MAX);
	db_run(prune, NULL);
	db_exec(k->db, "COMMIT", NULL);
}
