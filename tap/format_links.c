/*
 * format_links.c: the index of a result's links, written; see links.h.
 *
 * Numbers run over the rows that link, without gaps, so that a page of them is a
 * range. Names that come again get "~2", "~3" …; how often each has come is in the
 * table `same`, which has only those.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/name.h"
#include "cache/db.h"
#include "tap/links.h"
#include "tap/number.h"

#define NONE     SIZE_MAX
#define NAME_CAP 200 /* bytes of a row's name: room for "~N" */

struct links_writer {
	struct format_writer writer; /* first */
	int fd;
	size_t url, type, id; /* columns; NONE where there is none */
	enum datatype id_type;
	sqlite3 *db;
	sqlite3_stmt *add, *again;
	int64_t rows;   /* read */
	int64_t number; /* of those that link */
};

static bool has_word(const char *list, const char *word)
{
	return list && strcasestr(list, word);
}

static bool is_named(const struct field *f, const char *name)
{
	return strcasecmp(f->name, name) == 0;
}

static bool is_url(const struct field *f)
{
	return is_named(f, "access_url") || has_word(f->utype, "access.reference") ||
	       has_word(f->ucd, "meta.ref.url");
}

static bool is_type(const struct field *f)
{
	return is_named(f, "access_format") || has_word(f->utype, "access.format");
}

/* How good a row's name it makes; 0: none. */
static int id_rank(const struct field *f)
{
	if (is_named(f, "obs_id") || has_word(f->utype, "DataID.observationID"))
		return 4;
	if (is_named(f, "obs_publisher_did") || has_word(f->utype, "Curation.PublisherDID"))
		return 3;
	if (has_word(f->ucd, "meta.id") && has_word(f->ucd, "meta.main"))
		return 2;
	return is_named(f, "id") || is_named(f, "name");
}

static size_t find_column(const struct table *t, bool (*is)(const struct field *))
{
	for (size_t i = 0; i < t->nfields; i++)
		if (is(&t->fields[i]) && datatype_is_text(t->fields[i].type) &&
		    !t->fields[i].is_array)
			return i;
	return NONE;
}

static size_t find_id(const struct table *t)
{
	size_t best = NONE;

	for (size_t i = 0; i < t->nfields; i++)
		if (!t->fields[i].is_array && id_rank(&t->fields[i]) &&
		    (best == NONE || id_rank(&t->fields[i]) > id_rank(&t->fields[best])))
			best = i;
	return best;
}

/* The database is the file of that descriptor: nobody else sees it before it is whole. */
static bool database_open(struct links_writer *w, struct error **err)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", w->fd);
	if (sqlite3_open_v2(path, &w->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
			    "unix-none") != SQLITE_OK)
		return error_set(err, EIO, "cannot make the index of links: %s",
				 w->db ? sqlite3_errmsg(w->db) : "out of memory");
	if (!db_exec(
		w->db,
		"PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA user_version=1; BEGIN;"
		"CREATE TABLE row (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
		" url TEXT NOT NULL, type TEXT, datalink INTEGER NOT NULL);"
		"CREATE TABLE same (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID",
		err))
		return false;
	w->add = db_prepare(w->db, "INSERT OR IGNORE INTO row VALUES (?, ?, ?, ?, ?)", err);
	w->again =
	    db_prepare(w->db,
		       "INSERT INTO same VALUES (?, 2) ON CONFLICT (name) DO UPDATE SET n = n + 1"
		       " RETURNING n",
		       err);
	return w->add && w->again;
}

static bool links_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct links_writer *w = (struct links_writer *)sink;

	w->url = find_column(t, is_url);
	w->type = find_column(t, is_type);
	w->id = find_id(t);
	if (w->url == NONE)
		return true;
	if (w->id != NONE)
		w->id_type = t->fields[w->id].type;
	return database_open(w, err);
}

/* The identifier as a file name; the row's number where it has none. */
static void add_name(const struct links_writer *w, const struct cell *cells, struct buf *name)
{
	const struct cell *c = w->id == NONE ? NULL : &cells[w->id];
	CLEANUP_BUF struct buf raw = BUF_INIT;
	char number[NUMBER_MAX];

	if (c && !c->null && datatype_is_text(w->id_type))
		buf_add(&raw, c->s, c->len);
	else if (c && !c->null && datatype_is_integer(w->id_type))
		buf_add(&raw, number, number_format_int(number, *c->i));
	while (raw.len && isspace((unsigned char)raw.data[raw.len - 1]))
		raw.len--;
	if (!raw.len)
		buf_addf(&raw, "row%" PRId64, w->rows);
	name_escape(name, raw.data, raw.len < NAME_CAP ? raw.len : NAME_CAP);
	name->len = strcspn(name->data, "/"); /* an escaped name that is too long goes on there */
	name->data[name->len] = '\0';
}

/* One row of that name; *added: false where there is one already. */
static bool add(struct links_writer *w, const char *name, const char *url, const char *type,
		bool *added, struct error **err)
{
	db_bind(w->add, "ittti", w->number + 1, name, url, type,
		(int64_t)(type && strcasestr(type, "content=datalink")));
	if (!db_run(w->add, err))
		return false;
	*added = sqlite3_changes(w->db) > 0;
	w->number += *added;
	return true;
}

static bool add_unique(struct links_writer *w, const char *name, const char *url, const char *type,
		       struct error **err)
{
	bool added = false;

	if (!add(w, name, url, type, &added, err))
		return false;
	while (!added) {
		CLEANUP_FREE char *other = NULL;

		db_bind(w->again, "t", name);
		if (!db_row(w->again, err))
			return false;
		other = xasprintf("%s~%lld", name, (long long)sqlite3_column_int64(w->again, 0));
		sqlite3_reset(w->again);
		if (!add(w, other, url, type, &added, err))
			return false;
	}
	return true;
}

static char *cell_text(const struct cell *cells, size_t column)
{
	const struct cell *c = column == NONE ? NULL : &cells[column];

	return c && !c->null && c->len ? xstrndup(c->s, c->len) : NULL;
}

static bool links_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct links_writer *w = (struct links_writer *)sink;
	CLEANUP_FREE char *url = NULL;
	CLEANUP_FREE char *type = NULL;
	CLEANUP_BUF struct buf name = BUF_INIT;

	w->rows++;
	if (w->url == NONE)
		return true;
	url = cell_text(cells, w->url);
	if (!url)
		return true;
	type = cell_text(cells, w->type);
	add_name(w, cells, &name);
	return add_unique(w, buf_str(&name), url, type, err);
}

static bool links_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	struct links_writer *w = (struct links_writer *)sink;

	(void)end;
	return !w->db || db_exec(w->db, "COMMIT", err);
}

static void links_free(struct format_writer *writer)
{
	struct links_writer *w = (struct links_writer *)writer;

	sqlite3_finalize(w->add);
	sqlite3_finalize(w->again);
	sqlite3_close(w->db);
	free(w);
}

struct format_writer *links_writer_new(int fd)
{
	struct links_writer *w = xcalloc(1, sizeof(*w));

	w->writer.sink = (struct table_sink){links_begin, links_row, links_end};
	w->writer.free = links_free;
	w->fd = fd;
	w->url = w->type = w->id = NONE;
	return &w->writer;
}
