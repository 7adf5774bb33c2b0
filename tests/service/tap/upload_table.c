/*
 * upload_table.c: see upload_table.h.
 *
 * Columns become what they are in the service's own tables: numbers and texts
 * as SQLite has them, arrays of floats as blobs of native doubles, with their
 * kind in front where they are positions or regions (functions.h).
 */
#include "tests/service/tap/upload_table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "table/read/table_in.h"
#include "tests/service/data/content.h"
#include "tests/service/data/geometry.h"

#define MAX_COLUMNS  1999 /* as a query has */
#define ROWS_A_CHECK 1024 /* between two looks at the deadline */

struct loading {
	struct table_sink sink; /* first */
	sqlite3 *db;
	const char *name;
	struct catalog *catalog;
	const struct svc_deadline *deadline;
	struct catalog_table *table;
	sqlite3_stmt *insert;
	struct buf array;
	int64_t rows;
	bool own_fault; /* it is not the table that is wrong */
};

/* --- its columns --- */

static bool set_type(const struct field *f, struct svc_column *c, struct error **err)
{
	static const enum svc_type types[] = {
	    [DT_BOOLEAN] = SVC_BOOLEAN,
	    [DT_BIT] = SVC_UNSIGNED_BYTE,
	    [DT_UNSIGNED_BYTE] = SVC_UNSIGNED_BYTE,
	    [DT_SHORT] = SVC_SHORT,
	    [DT_INT] = SVC_INT,
	    [DT_LONG] = SVC_LONG,
	    [DT_CHAR] = SVC_CHAR,
	    [DT_UNICODE_CHAR] = SVC_UNICODE_CHAR,
	    [DT_FLOAT] = SVC_FLOAT,
	    [DT_DOUBLE] = SVC_DOUBLE,
	    [DT_TEXT] = SVC_CHAR,
	};
	size_t shape[TABLE_DIMS];
	bool real = f->type == DT_FLOAT || f->type == DT_DOUBLE;

	if (datatype_is_complex(f->type))
		return error_set(err, EINVAL, "column \"%s\": this service has no complex numbers",
				 f->name);
	if (f->is_array && (!real || field_shape(f, shape) != 1))
		return error_set(err, EINVAL,
				 "column \"%s\" is an array of %s, arraysize %s: this service has "
				 "arrays of float and double only, of one dimension",
				 f->name, datatype_name(f->type), f->arraysize);
	c->type = types[f->type];
	return true;
}

static const char *copy(struct catalog *c, const char *s)
{
	return s ? arena_strndup(&c->arena, s, strlen(s)) : NULL;
}

/* A text may have any length: what is longer than its arraysize says is not cut. */
static const char *arraysize(struct catalog *c, const struct field *f)
{
	if (datatype_is_text(f->type))
		return "*";
	return f->is_array ? copy(c, f->arraysize) : NULL;
}

static bool set_column(struct catalog *c, const struct field *f, const char *name,
		       struct catalog_column *column, struct error **err)
{
	column->tap_name = copy(c, name);
	column->field = (struct svc_column){
	    .name = column->tap_name,
	    .arraysize = arraysize(c, f),
	    .xtype = copy(c, f->xtype),
	    .unit = copy(c, f->unit),
	    .ucd = copy(c, f->ucd),
	    .utype = copy(c, f->utype),
	    .description = copy(c, f->description),
	};
	return set_type(f, &column->field, err);
}

static const char *sqlite_type(const struct svc_column *c)
{
	if (svc_column_is_text(c))
		return "TEXT";
	if (c->arraysize)
		return "BLOB";
	return c->type == SVC_FLOAT || c->type == SVC_DOUBLE ? "REAL" : "INTEGER";
}

static bool create(struct loading *l, struct error **err)
{
	struct arena *arena = &l->catalog->arena;
	struct text make = {.arena = arena}, insert = {.arena = arena};
	bool ok;

	l->table->source = arena_printf(arena, "temp.u%zu", l->catalog->ntables);
	text_addf(&make, "CREATE TABLE %s(", l->table->source);
	text_addf(&insert, "INSERT INTO %s VALUES(", l->table->source);
	for (size_t i = 0; i < l->table->ncolumns; i++) {
		const struct svc_column *c = &l->table->columns[i].field;

		text_add(&make, i ? ", " : "");
		text_add_quoted(&make, c->name, '"');
		text_addf(&make, " %s", sqlite_type(c));
		text_add(&insert, i ? ", ?" : "?");
	}
	text_add(&make, ")");
	text_add(&insert, ")");
	ok = svc_exec(l->db, err, "%s", text_str(&make)) &&
	     (l->insert = svc_prepare(l->db, text_str(&insert), err));
	l->own_fault = !ok;
	return ok;
}

static bool on_begin(struct table_sink *s, const struct table *t, struct error **err)
{
	struct loading *l = (struct loading *)s;
	char **names;
	bool ok = true;

	if (!t->nfields || t->nfields > MAX_COLUMNS)
		return error_set(err, EINVAL, "it has %zu columns: this service takes 1 to %d",
				 t->nfields, MAX_COLUMNS);
	names = table_names(t, true);
	l->table = svc_catalog_add(l->catalog, "TAP_UPLOAD", l->name, t->nfields);
	for (size_t i = 0; ok && i < t->nfields; i++)
		ok = set_column(l->catalog, &t->fields[i], names[i], &l->table->columns[i], err);
	table_names_free(names, t->nfields);
	return ok && create(l, err);
}

/* --- its rows --- */

/* What stands in front of the values where there is an xtype; 0: no shape. */
static double shape_kind(const char *xtype)
{
	if (!strcasecmp(xtype, "point"))
		return SHAPE_POINT;
	if (!strcasecmp(xtype, "circle"))
		return SHAPE_CIRCLE;
	return strcasecmp(xtype, "polygon") ? 0 : SHAPE_POLYGON;
}

static void bind_array(struct loading *l, int i, const struct svc_column *c,
		       const struct cell *cell)
{
	double kind = c->xtype ? shape_kind(c->xtype) : 0;

	buf_reset(&l->array);
	if (c->xtype)
		buf_add(&l->array, &kind, sizeof(kind));
	buf_add(&l->array, cell->d, cell->count * sizeof(double));
	sqlite3_bind_blob64(l->insert, i, buf_str(&l->array), l->array.len, SQLITE_TRANSIENT);
}

static void bind(struct loading *l, int i, const struct svc_column *c, const struct cell *cell)
{
	if (cell->null)
		sqlite3_bind_null(l->insert, i);
	else if (svc_column_is_text(c))
		sqlite3_bind_text64(l->insert, i, cell->s, cell->len, SQLITE_STATIC, SQLITE_UTF8);
	else if (c->arraysize)
		bind_array(l, i, c, cell);
	else if (c->type == SVC_FLOAT || c->type == SVC_DOUBLE)
		sqlite3_bind_double(l->insert, i, cell->d[0]);
	else
		sqlite3_bind_int64(l->insert, i, cell->i[0]);
}

static bool on_row(struct table_sink *s, const struct cell *cells, struct error **err)
{
	struct loading *l = (struct loading *)s;

	if (l->rows == SVC_UPLOAD_ROWS)
		return error_set(err, EINVAL, "it has more than %d rows", SVC_UPLOAD_ROWS);
	if (l->rows++ % ROWS_A_CHECK == 0 && !svc_deadline_check(l->deadline, err))
		return false;
	for (size_t i = 0; i < l->table->ncolumns; i++)
		bind(l, (int)i + 1, &l->table->columns[i].field, &cells[i]);
	l->own_fault = !svc_insert(l->insert, err);
	return !l->own_fault;
}

static bool on_end(struct table_sink *s, const struct table_end *end, struct error **err)
{
	(void)s;
	if (!end->warnings) /* a line of them is enough */
		return true;
	return error_set(err, EINVAL, "%.*s", (int)strcspn(end->warnings, "\n"), end->warnings);
}

/* --- all of them --- */

static bool read_fetched(struct loading *l, const struct svc_upload *u, uint64_t *left,
			 struct error **err)
{
	struct votable *reader = votable_new(&l->sink);
	bool ok =
	    svc_upload_fetch(u->url, reader, left, l->deadline, err) && votable_finish(reader, err);

	votable_free(reader);
	return ok;
}

static bool load(struct loading *l, const struct svc_upload *u, uint64_t *left, struct error **err)
{
	CLEANUP_ERROR struct error *why = NULL;
	bool ok = u->url ? read_fetched(l, u, left, &why)
			 : table_read(u->fd, TABLE_VOTABLE, &l->sink, NULL, NULL, &why);

	sqlite3_finalize(l->insert);
	buf_free(&l->array);
	if (ok)
		return true;
	if (!svc_deadline_check(l->deadline, err))
		return false;
	if (l->own_fault)
		return error_set(err, EIO, "The table %s cannot be kept: %s", u->name,
				 error_text(why));
	return error_set(err, EINVAL, "UsageFault: TAP_UPLOAD.%s: %s", u->name, error_text(why));
}

bool svc_uploads_load(sqlite3 *db, const struct svc_uploads *all, uint64_t max_bytes,
		      struct catalog *catalog, const struct svc_deadline *deadline,
		      struct error **err)
{
	uint64_t here = svc_uploads_size(all), left = max_bytes > here ? max_bytes - here : 0;
	/* Pages of a mapped file would count as this process' memory, and stay. */
	bool ok = svc_exec(db, err, "PRAGMA temp.mmap_size=0; PRAGMA temp.journal_mode=OFF; BEGIN");

	for (size_t i = 0; ok && i < all->n; i++) {
		struct loading l = {.sink = {.begin = on_begin, .row = on_row, .end = on_end},
				    .db = db,
				    .name = all->list[i].name,
				    .catalog = catalog,
				    .deadline = deadline};

		ok = load(&l, &all->list[i], &left, err);
	}
	return ok && svc_exec(db, err, "COMMIT");
}
