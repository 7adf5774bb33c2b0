/* link_index.c: the index of a result's links, read; see link_index.h. */
#include "table/links/link_index.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cache/db.h"
#include "table/links/datalink.h"

struct link_index {
	sqlite3 *db;
	size_t n; /* sources */
	struct row_link *sources;
};

static void row_link_clear(struct row_link *l)
{
	free(l->url);
	free(l->semantics);
	free(l->description);
	free(l->content_type);
	free(l->service);
}

static bool read_sources(struct link_index *l, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = db_prepare(
	    l->db, "SELECT kind, semantics, description, type, service FROM source ORDER BY n",
	    err);
	struct error *failed = NULL;

	while (s && db_row(s, &failed)) {
		l->sources = xrealloc(l->sources, (l->n + 1) * sizeof(*l->sources));
		l->sources[l->n++] = (struct row_link){
		    .kind = (enum link_kind)sqlite3_column_int(s, 0),
		    .semantics = db_text(s, 1),
		    .description = db_text(s, 2),
		    .content_type = db_text(s, 3),
		    .service = db_text(s, 4),
		};
	}
	if (failed)
		error_move(err, failed);
	return s && !failed;
}

struct link_index *link_index_open(const char *path, struct error **err)
{
	sqlite3 *db = db_open_readonly(path, LINK_INDEX_VERSION, err);
	struct link_index *l;

	if (!db)
		return NULL;
	l = xcalloc(1, sizeof(*l));
	l->db = db;
	if (read_sources(l, err))
		return l;
	link_index_close(l);
	return NULL;
}

void link_index_close(struct link_index *l)
{
	if (!l)
		return;
	for (size_t i = 0; i < l->n; i++)
		row_link_clear(&l->sources[i]);
	free(l->sources);
	db_close(l->db);
	free(l);
}

void linked_row_clear(struct linked_row *r)
{
	for (size_t i = 0; i < r->n; i++)
		row_link_clear(&r->links[i]);
	free(r->links);
	free(r->name);
	*r = (struct linked_row){0};
}

struct linked_row linked_row_copy(const struct linked_row *r)
{
	struct linked_row copy = {.number = r->number, .name = xstrdup_or_null(r->name), .n = r->n};

	copy.links = xcalloc(r->n + 1, sizeof(*copy.links));
	for (size_t i = 0; i < r->n; i++) {
		const struct row_link *l = &r->links[i];

		copy.links[i] = (struct row_link){
		    .kind = l->kind,
		    .url = xstrdup(l->url),
		    .semantics = xstrdup(l->semantics),
		    .description = xstrdup_or_null(l->description),
		    .content_type = xstrdup_or_null(l->content_type),
		    .service = xstrdup_or_null(l->service),
		};
	}
	return copy;
}

const char *linked_row_datalink(const struct linked_row *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->links[i].kind == LINK_DATALINK)
			return r->links[i].url;
	return NULL;
}

/* A row's address by that source: columns u and t (its type, where rows tell it). */
static void take_link(struct linked_row *r, const struct row_link *source, sqlite3_stmt *s, int at)
{
	struct row_link l = {
	    .kind = source->kind, .url = db_text(s, at), .content_type = db_text(s, at + 1)};

	if (!l.url)
		return;
	if (!l.content_type)
		l.content_type = xstrdup_or_null(source->content_type);
	if (l.kind == LINK_FILE && datalink_is_type(l.content_type))
		l.kind = LINK_DATALINK;
	l.semantics = xstrdup(source->semantics);
	l.description = xstrdup_or_null(source->description);
	l.service = xstrdup_or_null(source->service);
	r->links = xrealloc(r->links, (r->n + 1) * sizeof(*r->links));
	r->links[r->n++] = l;
}

static void take_row(const struct link_index *l, sqlite3_stmt *s, struct linked_row *r)
{
	*r = (struct linked_row){.number = sqlite3_column_int64(s, 0), .name = db_text(s, 1)};
	for (size_t i = 0; i < l->n; i++)
		take_link(r, &l->sources[i], s, 2 + 2 * (int)i);
}

int64_t link_index_number(struct link_index *l, const char *name, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(l->db, "SELECT number FROM row WHERE name = ?", err);

	if (!s)
		return 0;
	db_bind(s, "t", name);
	return db_row(s, err) ? sqlite3_column_int64(s, 0) : 0;
}

static sqlite3_stmt *rows_from(struct link_index *l, const char *sql, int64_t from, size_t max,
			       struct error **err)
{
	sqlite3_stmt *s = db_prepare(l->db, sql, err);

	if (s)
		db_bind(s, "ii", from, (int64_t)max);
	return s;
}

static bool is_read(sqlite3_stmt *s, struct error *failed, struct error **err)
{
	if (failed)
		error_move(err, failed);
	return s && !failed;
}

static bool read_linked_rows(struct link_index *l, sqlite3_stmt *s, struct linked_row *rows,
			     size_t *n, struct error **err)
{
	struct error *failed = NULL;

	*n = 0;
	while (s && db_row(s, &failed))
		take_row(l, s, &rows[(*n)++]);
	return is_read(s, failed, err);
}

bool link_index_rows(struct link_index *l, int64_t from, size_t max, struct linked_row *rows,
		     size_t *n, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = rows_from(
	    l, "SELECT * FROM row WHERE number >= ? ORDER BY number LIMIT ?", from, max, err);

	return read_linked_rows(l, s, rows, n, err);
}

bool link_index_rows_named(struct link_index *l, const char *from, size_t max,
			   struct linked_row *rows, size_t *n, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(l->db, "SELECT * FROM row WHERE name >= ? ORDER BY name LIMIT ?", err);

	if (s)
		db_bind(s, "ti", from, (int64_t)max);
	return read_linked_rows(l, s, rows, n, err);
}

bool link_index_page(struct link_index *l, int64_t from, size_t max, struct buf *names, size_t *n,
		     struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s = rows_from(
	    l, "SELECT name FROM row WHERE number >= ? ORDER BY number LIMIT ?", from, max, err);
	struct error *failed = NULL;

	*n = 0;
	while (s && db_row(s, &failed)) {
		const char *name = (const char *)sqlite3_column_text(s, 0);

		buf_add(names, name, strlen(name) + 1);
		(*n)++;
	}
	return is_read(s, failed, err);
}
