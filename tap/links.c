/* links.c: the index of a result's links, read; see links.h. */
#include "tap/links.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/db.h"

struct links {
	sqlite3 *db;
};

struct links *links_open(const char *path, struct error **err)
{
	sqlite3 *db = db_open_readonly(path, 1, err);
	struct links *l;

	if (!db)
		return NULL;
	l = xcalloc(1, sizeof(*l));
	l->db = db;
	return l;
}

void links_close(struct links *l)
{
	if (!l)
		return;
	db_close(l->db);
	free(l);
}

void linked_row_clear(struct linked_row *r)
{
	free(r->name);
	free(r->url);
	free(r->content_type);
	*r = (struct linked_row){0};
}

bool links_find(struct links *l, const char *name, struct linked_row *r, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(l->db, "SELECT number, url, type, datalink FROM row WHERE name = ?", err);

	if (!s)
		return false;
	db_bind(s, "t", name);
	if (!db_row(s, err))
		return false;
	*r = (struct linked_row){
	    .number = sqlite3_column_int64(s, 0),
	    .name = xstrdup(name),
	    .url = db_text(s, 1),
	    .content_type = db_text(s, 2),
	    .datalink = sqlite3_column_int(s, 3),
	};
	return true;
}

bool links_page(struct links *l, int64_t from, size_t max, struct buf *names, size_t *n,
		struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(
	    l->db, "SELECT name FROM row WHERE number >= ? ORDER BY number LIMIT ?", err);
	struct error *failed = NULL;

	*n = 0;
	if (!s)
		return false;
	db_bind(s, "ii", from, (int64_t)max);
	while (db_row(s, &failed)) {
		const char *name = (const char *)sqlite3_column_text(s, 0);

		buf_add(names, name, strlen(name) + 1);
		(*n)++;
	}
	if (!failed)
		return true;
	error_move(err, failed);
	return false;
}
