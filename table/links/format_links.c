/*
 * format_links.c: the index of a result's links, written; see link_index.h.
 *
 * Numbers run over the rows that link, without gaps, so that a page of them is a
 * range. Names that come again get "~2", "~3" …; how often each has come is in the
 * table `same`, which has only those.
 *
 * A service may be described behind the rows that it is for: then all is read a second time
 * (`again`), now with what is known, unless no row needs it. While nothing is known that a row
 * could lead to, the rows are not looked at.
 *
 * Addresses, names and numbers are made of records (link_record.h), in the order of the rows.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "base/name.h"
#include "cache/db.h"
#include "table/links/datalink.h"
#include "table/links/link_index.h"
#include "table/links/link_record.h"

#define NAME_CAP 200 /* bytes of a row's name: room for "~N" */

struct link_index_writer {
	struct format_writer writer; /* first */
	int fd;
	const struct table *table; /* the reader's, between begin and end */
	struct link_sources sources;
	struct descriptor_list services; /* that the document describes */
	size_t name_column;
	struct link_record record;
	struct buf alone; /* the record of a row that comes alone */
	struct buf url, type, name;
	bool second; /* this is the second time */
	bool repeat; /* there is to be one */
	bool late;   /* a service was described behind the rows */
	sqlite3 *db;
	sqlite3_stmt *add, *again;
	int64_t rows;     /* read, of those that may link */
	int64_t number;   /* of those that link */
	int64_t unlinked; /* of those read, without a DataLink document */
};

static bool add_source(struct link_index_writer *w, size_t n, struct error **err)
{
	CLEANUP_STMT sqlite3_stmt *s =
	    db_prepare(w->db, "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?)", err);
	const struct link_source *l = &w->sources.at[n];

	if (!s)
		return false;
	db_bind(s, "iitttt", (int64_t)n, (int64_t)l->kind, l->semantics, l->description,
		l->content_type, l->service);
	return db_run(s, err);
}

/* Two columns a source: u, the address; t, its media type where each row tells it. */
static bool make_tables(struct link_index_writer *w, struct error **err)
{
	CLEANUP_BUF struct buf sql = BUF_INIT;
	CLEANUP_BUF struct buf insert = BUF_INIT;

	buf_addf(&sql,
		 "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA user_version=%d; BEGIN;"
		 "CREATE TABLE source (n INTEGER PRIMARY KEY, kind INTEGER NOT NULL,"
		 " semantics TEXT NOT NULL, description TEXT, type TEXT, service TEXT);"
		 "CREATE TABLE same (name TEXT PRIMARY KEY, n INTEGER) WITHOUT ROWID;"
		 "CREATE TABLE row (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE",
		 LINK_INDEX_VERSION);
	buf_adds(&insert, "INSERT OR IGNORE INTO row VALUES (?, ?");
	for (size_t i = 0; i < w->sources.n; i++) {
		buf_addf(&sql, ", u%zu TEXT, t%zu TEXT", i, i);
		buf_adds(&insert, ", ?, ?");
	}
	buf_addc(&sql, ')');
	buf_addc(&insert, ')');
	if (!db_exec(w->db, buf_str(&sql), err))
		return false;
	w->add = db_prepare(w->db, buf_str(&insert), err);
	w->again =
	    db_prepare(w->db,
		       "INSERT INTO same VALUES (?, 2) ON CONFLICT (name) DO UPDATE SET n = n + 1"
		       " RETURNING n",
		       err);
	return w->add && w->again;
}

/* The database is the file of that descriptor: nobody else sees it before it is whole. */
static bool database_open(struct link_index_writer *w, struct error **err)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", w->fd);
	if (sqlite3_open_v2(path, &w->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
			    "unix-none") != SQLITE_OK)
		return error_set(err, EIO, "cannot make the index of links: %s",
				 w->db ? sqlite3_errmsg(w->db) : "out of memory");
	if (!make_tables(w, err))
		return false;
	for (size_t i = 0; i < w->sources.n; i++)
		if (!add_source(w, i, err))
			return false;
	return true;
}

static void database_close(struct link_index_writer *w)
{
	sqlite3_finalize(w->add);
	sqlite3_finalize(w->again);
	sqlite3_close(w->db);
	w->add = w->again = NULL;
	w->db = NULL;
}

static bool links_begin(struct table_sink *sink, const struct table *t, struct error **err)
{
	struct link_index_writer *w = (struct link_index_writer *)sink;

	w->table = t;
	link_sources_find(&w->sources, t);
	for (size_t i = 0; i < w->services.n; i++)
		link_sources_add_service(&w->sources, t, &w->services.at[i]);
	w->name_column = link_name_column(t);
	sink->no_rows = !w->sources.n;
	if (sink->no_rows)
		return true;
	link_record_init(&w->record, t, &w->sources, w->name_column);
	return database_open(w, err);
}

static bool links_descriptor(struct table_sink *sink, struct descriptor *d, struct error **err)
{
	struct link_index_writer *w = (struct link_index_writer *)sink;

	(void)err;
	if (w->second) {
		descriptor_clear(d);
		return true;
	}
	w->late = w->late || w->table;
	if (w->services.n < LINK_SOURCES_MAX)
		descriptor_list_add(&w->services, d);
	else
		descriptor_clear(d);
	return true;
}

/* What the row is called in the table: by its own identifier, else by that of a service. */
static const struct link_value *raw_name(const struct link_index_writer *w)
{
	if (w->name_column != NO_COLUMN)
		return &w->record.values[w->name_column];
	for (size_t i = 0; i < w->sources.n; i++) {
		const struct link_source *s = &w->sources.at[i];

		if ((s->kind == LINK_DATALINK || s->kind == LINK_CUTOUT) &&
		    w->record.values[s->parts[0].column].s)
			return &w->record.values[s->parts[0].column];
	}
	return NULL;
}

/* That as a file name; the row's number where it has none. */
static void set_name(struct link_index_writer *w)
{
	const struct link_value *raw = raw_name(w);
	struct buf *name = &w->name;

	buf_reset(name);
	if (raw && raw->s)
		name_escape(name, raw->s, raw->len < NAME_CAP ? raw->len : NAME_CAP);
	else
		buf_addf(name, "row%" PRId64, w->rows);
	name->len = strcspn(name->data, "/"); /* an escaped name that is too long goes on there */
	name->data[name->len] = '\0';
}

/* The bound row under that name; *added: false where there is one of it already. */
static bool insert_row(struct link_index_writer *w, const char *name, bool *added,
		       struct error **err)
{
	sqlite3_bind_int64(w->add, 1, w->number + 1);
	sqlite3_bind_text(w->add, 2, name, -1, SQLITE_TRANSIENT);
	if (!db_run(w->add, err))
		return false;
	*added = sqlite3_changes(w->db) > 0;
	w->number += *added;
	return true;
}

static bool add_unique(struct link_index_writer *w, const char *name, struct error **err)
{
	bool added = false;

	if (!insert_row(w, name, &added, err))
		return false;
	while (!added) {
		CLEANUP_FREE char *other = NULL;

		db_bind(w->again, "t", name);
		if (!db_row(w->again, err))
			return false;
		other = xasprintf("%s~%lld", name, (long long)sqlite3_column_int64(w->again, 0));
		sqlite3_reset(w->again);
		if (!insert_row(w, other, &added, err))
			return false;
	}
	return true;
}

static void bind_text(sqlite3_stmt *s, int at, bool there, const struct buf *text)
{
	if (there && text->len)
		sqlite3_bind_text(s, at, text->data, (int)text->len, SQLITE_TRANSIENT);
	else
		sqlite3_bind_null(s, at);
}

/* Whether it is the address of a DataLink document. */
static bool is_document(const struct link_source *s, const struct buf *type)
{
	return s->kind == LINK_DATALINK ||
	       datalink_is_type(type->len ? type->data : s->content_type);
}

/* Binds the addresses of the row; false if it has none. */
static bool bind_links(struct link_index_writer *w)
{
	bool any = false, has_document = false;

	for (size_t i = 0; i < w->sources.n; i++) {
		const struct link_source *s = &w->sources.at[i];
		size_t typed = s->type_column;
		bool there;

		buf_reset(&w->url);
		buf_reset(&w->type);
		there = link_source_value(s, w->record.values, &w->url);
		if (typed != NO_COLUMN && w->record.values[typed].s)
			buf_add(&w->type, w->record.values[typed].s, w->record.values[typed].len);
		/* of several documents the first: a service often has the same as access_url */
		if (s->kind == LINK_DATALINK && has_document)
			there = false;
		bind_text(w->add, 3 + 2 * (int)i, there, &w->url);
		bind_text(w->add, 4 + 2 * (int)i, there, &w->type);
		any = any || there;
		has_document = has_document || (there && is_document(s, &w->type));
	}
	w->unlinked += !has_document;
	return any;
}

static void links_row_text(const struct table_sink *sink, const struct cell *cells, struct buf *out,
			   struct buf *scratch)
{
	(void)scratch;
	link_record_add(&((const struct link_index_writer *)sink)->record, cells, out);
}

static bool links_take(struct table_sink *sink, const struct buf *texts, struct error **err)
{
	struct link_index_writer *w = (struct link_index_writer *)sink;
	const char *p = buf_str(texts), *end = p + texts->len;

	while (p < end) {
		p = link_record_read(&w->record, p);
		w->rows++;
		if (!bind_links(w))
			continue;
		set_name(w);
		if (!add_unique(w, buf_str(&w->name), err))
			return false;
	}
	return true;
}

static bool links_row(struct table_sink *sink, const struct cell *cells, struct error **err)
{
	struct link_index_writer *w = (struct link_index_writer *)sink;

	if (!w->db)
		return true;
	buf_reset(&w->alone);
	link_record_add(&w->record, cells, &w->alone);
	return links_take(sink, &w->alone, err);
}

/* Whether a service that came late leads from some row to what nothing else does. */
static bool is_worth_it(const struct link_index_writer *w, bool any)
{
	bool unread = w->writer.sink.no_rows;

	if (!w->late || w->second || !any)
		return false;
	for (size_t i = 0; i < w->services.n; i++) {
		const struct descriptor *d = &w->services.at[i];

		if (link_service_leads(w->table, d) &&
		    (descriptor_standard(d) != STANDARD_LINKS || w->unlinked || unread))
			return true;
	}
	return false;
}

static bool links_end(struct table_sink *sink, const struct table_end *end, struct error **err)
{
	struct link_index_writer *w = (struct link_index_writer *)sink;

	w->repeat = is_worth_it(w, end->rows > 0);
	return w->repeat || !w->db || db_exec(w->db, "COMMIT", err);
}

static void links_reset(struct link_index_writer *w)
{
	database_close(w);
	link_sources_clear(&w->sources);
	link_record_clear(&w->record);
}

static bool links_again(struct format_writer *writer)
{
	struct link_index_writer *w = (struct link_index_writer *)writer;

	if (!w->repeat || ftruncate(w->fd, 0) != 0)
		return false;
	links_reset(w);
	w->repeat = false;
	w->second = true;
	w->rows = w->number = w->unlinked = 0;
	return true;
}

static void links_free(struct format_writer *writer)
{
	struct link_index_writer *w = (struct link_index_writer *)writer;

	links_reset(w);
	descriptor_list_clear(&w->services);
	buf_free(&w->alone);
	buf_free(&w->url);
	buf_free(&w->type);
	buf_free(&w->name);
	free(w);
}

struct format_writer *link_index_writer_new(int fd)
{
	struct link_index_writer *w = xcalloc(1, sizeof(*w));

	w->writer.sink = (struct table_sink){.begin = links_begin,
					     .row = links_row,
					     .end = links_end,
					     .descriptor = links_descriptor,
					     .texts = true,
					     .row_text = links_row_text,
					     .take = links_take};
	w->writer.again = links_again;
	w->writer.free = links_free;
	w->fd = fd;
	w->name_column = NO_COLUMN;
	return &w->writer;
}
