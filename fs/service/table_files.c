/*
 * table_files.c: what the folder of a table holds, rendered from the catalog.
 *
 * Everything here is a pure function of the catalog: the same bytes at stat and
 * at open, unless the catalog was refreshed in between.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/quote.h"
#include "fs/core/operation.h"
#include "fs/service/branch.h"
#include "fs/service/schemas.h"
#include "table/adql_name.h"
#include "tap/metadata/details.h"

#define README_COLUMNS 30 /* told in README.txt; the rest is in columns.txt */
#define LINE_WIDTH     78

/* The table that a file's node lies in, and its columns. */
static enum outcome table_of(struct node *file, struct schema_place *p, struct catalog_details **d,
			     struct ask *ask)
{
	enum outcome o = schema_place_of(file->parent, p, ask);
	struct waitlist *wait = NULL;
	struct error *err = NULL;

	if (o != READY)
		return o;
	if (!p->table)
		return ask_fail(ask, ESTALE, "this table is not there any more");
	if (!d)
		return READY;
	*d = details_get(file->service, p->table->name, &wait, &err);
	if (*d)
		return READY;
	if (wait)
		return ask_wait(ask, wait);
	ask->known = !ask->waited; /* the file that was waited for has reported it */
	ask->telling = true;
	return ask_failed(ask, err);
}

static const char *shown_or_empty(const char *s)
{
	return s ? s : "";
}

/* Adds text wrapped at LINE_WIDTH, each line after indent blanks. */
static void add_wrapped(struct buf *b, const char *s, size_t indent)
{
	size_t column = 0;

	while (*s) {
		size_t n = strcspn(s, " \t\r\n");

		if (n && column && column + 1 + n > LINE_WIDTH - indent) {
			buf_addc(b, '\n');
			column = 0;
		}
		if (n) {
			buf_addf(b, "%*s%.*s", column ? 1 : (int)indent, "", (int)n, s);
			column += n + (column ? 1 : 0);
		}
		s += n;
		s += strspn(s, " \t\r\n");
	}
	buf_addc(b, '\n');
}

static void add_csv_cell(struct buf *b, const char *s, char after)
{
	buf_add_csv(b, shown_or_empty(s), strlen(shown_or_empty(s)));
	buf_addc(b, after);
}

static void add_flags(struct buf *b, const struct catalog_column *k)
{
	const char *sep = "";

	if (k->indexed) {
		buf_adds(b, "indexed");
		sep = " ";
	}
	if (k->principal) {
		buf_addf(b, "%sprincipal", sep);
		sep = " ";
	}
	if (k->std)
		buf_addf(b, "%sstd", sep);
}

enum outcome table_columns_csv(struct node *n, struct buf *out, struct ask *ask)
{
	struct catalog_details *d;
	struct schema_place p;
	enum outcome o = table_of(n, &p, &d, ask);

	if (o != READY)
		return o;
	buf_adds(out, "name,datatype,arraysize,xtype,unit,ucd,utype,flags,description\n");
	for (size_t i = 0; i < d->ncolumns; i++) {
		const struct catalog_column *k = &d->columns[i];

		add_csv_cell(out, k->name, ',');
		add_csv_cell(out, k->datatype, ',');
		add_csv_cell(out, k->arraysize, ',');
		add_csv_cell(out, k->xtype, ',');
		add_csv_cell(out, k->unit, ',');
		add_csv_cell(out, k->ucd, ',');
		add_csv_cell(out, k->utype, ',');
		add_flags(out, k);
		buf_addc(out, ',');
		add_csv_cell(out, k->description, '\n');
	}
	return READY;
}

/* "char(*)", "double", "float[3]" as people say it */
static void add_type(struct buf *b, const struct catalog_column *k)
{
	buf_adds(b, shown_or_empty(k->datatype));
	if (k->arraysize && *k->arraysize && strcmp(k->arraysize, "1") != 0)
		buf_addf(b, "[%s]", k->arraysize);
}

static size_t display_width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += (*s & 0xc0) != 0x80;
	return n;
}

static void add_padded(struct buf *b, const char *s, size_t width)
{
	size_t w = display_width(s);

	buf_adds(b, s);
	buf_addf(b, "%*s", (int)(w < width ? width - w : 0) + 2, "");
}

static void widen_columns_column(size_t *width, const char *s)
{
	size_t w = display_width(shown_or_empty(s));

	if (w > *width)
		*width = w;
}

/* White space in a description must not break the lines of the table. */
static void add_one_line(struct buf *b, const char *s)
{
	for (; *s; s++)
		buf_addc(b, (unsigned char)*s < 0x20 ? ' ' : *s);
}

enum outcome table_columns_txt(struct node *n, struct buf *out, struct ask *ask)
{
	CLEANUP_BUF struct buf type = BUF_INIT;
	size_t wname = 4, wtype = 4, wunit = 4, wucd = 3;
	struct catalog_details *d;
	struct schema_place p;
	enum outcome o = table_of(n, &p, &d, ask);

	if (o != READY)
		return o;
	for (size_t i = 0; i < d->ncolumns; i++) {
		buf_reset(&type);
		add_type(&type, &d->columns[i]);
		widen_columns_column(&wname, d->columns[i].name);
		widen_columns_column(&wtype, buf_str(&type));
		widen_columns_column(&wunit, d->columns[i].unit);
		widen_columns_column(&wucd, d->columns[i].ucd);
	}
	add_padded(out, "name", wname);
	add_padded(out, "type", wtype);
	add_padded(out, "unit", wunit);
	add_padded(out, "UCD", wucd);
	buf_adds(out, "description\n");
	for (size_t i = 0; i < d->ncolumns; i++) {
		const struct catalog_column *k = &d->columns[i];

		buf_reset(&type);
		add_type(&type, k);
		add_padded(out, k->name, wname);
		add_padded(out, buf_str(&type), wtype);
		add_padded(out, shown_or_empty(k->unit), wunit);
		add_padded(out, shown_or_empty(k->ucd), wucd);
		add_one_line(out, shown_or_empty(k->description));
		buf_addc(out, '\n');
	}
	return READY;
}

enum outcome table_keys_csv(struct node *n, struct buf *out, struct ask *ask)
{
	struct catalog_details *d;
	struct schema_place p;
	enum outcome o = table_of(n, &p, &d, ask);

	if (o != READY)
		return o;
	buf_adds(out, "key,from_column,target_table,target_column,description\n");
	for (size_t i = 0; i < d->nkeys; i++) {
		add_csv_cell(out, d->keys[i].id, ',');
		add_csv_cell(out, d->keys[i].from_column, ',');
		add_csv_cell(out, d->keys[i].target_table, ',');
		add_csv_cell(out, d->keys[i].target_column, ',');
		add_csv_cell(out, d->keys[i].description, '\n');
	}
	return READY;
}

enum outcome table_select(struct node *n, struct buf *out, struct ask *ask)
{
	struct catalog_details *d;
	struct schema_place p;
	enum outcome o = table_of(n, &p, &d, ask);

	if (o != READY)
		return o;
	buf_adds(out,
		 "-- Copy this file to queries/, change it there, and read the .csv beside it.\n"
		 "SELECT TOP 1000\n");
	if (!d->ncolumns)
		buf_adds(out, "    *\n");
	for (size_t i = 0; i < d->ncolumns; i++) {
		buf_adds(out, "    ");
		adql_name_add(out, d->columns[i].name);
		buf_adds(out, i + 1 < d->ncolumns ? ",\n" : "\n");
	}
	buf_addf(out, "FROM %s\n", p.table->name);
	return READY;
}

enum outcome table_description(struct node *n, struct buf *out, struct ask *ask)
{
	struct schema_place p;
	enum outcome o = table_of(n, &p, NULL, ask);

	if (o == READY)
		add_wrapped(out, shown_or_empty(p.table->description), 0);
	return o;
}

enum outcome schema_description(struct node *n, struct buf *out, struct ask *ask)
{
	struct schema_place p;
	enum outcome o = schema_place_of(n->parent, &p, ask);

	if (o == READY)
		add_wrapped(out, shown_or_empty(p.schema->description), 0);
	return o;
}

static void readme_columns(struct buf *out, const struct catalog_details *d)
{
	for (size_t i = 0; i < d->ncolumns && i < README_COLUMNS; i++) {
		const struct catalog_column *k = &d->columns[i];

		buf_adds(out, "  ");
		adql_name_add(out, k->name);
		buf_adds(out, " (");
		add_type(out, k);
		buf_addf(out, "%s%s)\n", k->unit && *k->unit ? ", " : "", shown_or_empty(k->unit));
		if (k->description && *k->description)
			add_wrapped(out, k->description, 6);
	}
	if (d->ncolumns > README_COLUMNS)
		buf_addf(out, "  … and %zu more: see columns.txt\n", d->ncolumns - README_COLUMNS);
}

enum outcome table_readme(struct node *n, struct buf *out, struct ask *ask)
{
	struct catalog_details *d;
	struct schema_place p;
	enum outcome o = table_of(n, &p, &d, ask);

	if (o != READY)
		return o;
	buf_addf(out, "%s\n", p.table->name);
	for (size_t w = display_width(p.table->name); w; w--)
		buf_addc(out, '=');
	buf_adds(out, "\n\n");
	if (p.table->description && *p.table->description) {
		add_wrapped(out, p.table->description, 0);
		buf_addc(out, '\n');
	}
	buf_addf(out, "The name of this %s in queries: %s\n",
		 p.table->type ? p.table->type : "table", p.table->name);
	if (p.table->nrows >= 0)
		buf_addf(out, "Rows: about %" PRId64 "\n", p.table->nrows);
	buf_addf(out, "\nColumns (%zu)\n\n", d->ncolumns);
	readme_columns(out, d);
	buf_adds(
	    out,
	    "\nHow to query it\n\n"
	    "  Copy select.adql from this folder to queries/ at the top of the mount, under a\n"
	    "  name of your own, and change it as you like. The result appears beside it:\n\n"
	    "    cp select.adql …/queries/first.adql\n"
	    "    cat …/queries/first.csv\n\n"
	    "Files here: columns.csv and columns.txt (all columns), keys.csv (foreign keys),\n"
	    "select.adql (a query to start from).\n");
	return READY;
}
