/*
 * tableset.c: the tables document as it streams by; see tableset.h.
 *
 * What is open of schema, table, column and key is kept as text until its
 * end, or until its first child comes: a schema is told before its tables, a table
 * before its columns (`schema_told`, `table_told`). Memory holds one of each.
 */
#include "tap/vosi/tableset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/cleanup.h"
#include "base/mem.h"
#include "base/text/list.h"
#include "base/text/number.h"
#include "base/text/xml.h"

#define KEY_COLUMNS_MAX 1000

struct schema_text {
	char *name, *title, *description, *utype;
};

struct table_text {
	char *name, *title, *description, *utype, *type, *nrows;
};

struct column_text {
	char *name, *description, *unit, *ucd, *utype, *type;
};

struct key_text {
	char *target, *description, *utype;
};

struct tableset {
	struct xml *xml;
	struct tableset_sink *sink;
	bool is_one;
	struct schema_text schema;
	struct table_text table;
	bool schema_told, table_told;

	/* the column that is open */
	struct column_text column;
	char *arraysize, *size, *xtype, *extended;
	struct buf flags;
	bool indexed, primary, std;

	/* the foreign key that is open */
	struct key_text key;
	size_t nfrom, nto;
	char **from, **to;
};

/* Which member takes the text of an element. */
struct element_place {
	const char *name;
	size_t offset;
};

static const struct element_place in_schema[] = {
    {"name", offsetof(struct schema_text, name)},
    {"title", offsetof(struct schema_text, title)},
    {"description", offsetof(struct schema_text, description)},
    {"utype", offsetof(struct schema_text, utype)},
    {NULL, 0},
};

static const struct element_place in_table[] = {
    {"name", offsetof(struct table_text, name)},
    {"title", offsetof(struct table_text, title)},
    {"description", offsetof(struct table_text, description)},
    {"utype", offsetof(struct table_text, utype)},
    {"nrows", offsetof(struct table_text, nrows)},
    {NULL, 0},
};

static const struct element_place in_column[] = {
    {"name", offsetof(struct column_text, name)},
    {"description", offsetof(struct column_text, description)},
    {"unit", offsetof(struct column_text, unit)},
    {"ucd", offsetof(struct column_text, ucd)},
    {"utype", offsetof(struct column_text, utype)},
    {"dataType", offsetof(struct column_text, type)},
    {NULL, 0},
};

static const struct element_place in_key[] = {
    {"targetTable", offsetof(struct key_text, target)},
    {"description", offsetof(struct key_text, description)},
    {"utype", offsetof(struct key_text, utype)},
    {NULL, 0},
};

static void keep(const struct element_place *kept, void *where, const char *name, const char *text,
		 size_t len)
{
	for (; kept->name; kept++) {
		char **to = (char **)((char *)where + kept->offset);

		if (strcmp(kept->name, name) != 0)
			continue;
		free(*to);
		*to = len ? xstrndup(text, len) : NULL;
		return;
	}
}

static void clear_schema(struct tableset *t)
{
	free(t->schema.name);
	free(t->schema.title);
	free(t->schema.description);
	free(t->schema.utype);
	t->schema = (struct schema_text){0};
	t->schema_told = false;
}

static void clear_table(struct tableset *t)
{
	free(t->table.name);
	free(t->table.title);
	free(t->table.description);
	free(t->table.utype);
	free(t->table.type);
	free(t->table.nrows);
	t->table = (struct table_text){0};
	t->table_told = false;
}

static void clear_column(struct tableset *t)
{
	free(t->column.name);
	free(t->column.description);
	free(t->column.unit);
	free(t->column.ucd);
	free(t->column.utype);
	free(t->column.type);
	free(t->arraysize);
	free(t->size);
	free(t->xtype);
	free(t->extended);
	t->column = (struct column_text){0};
	t->arraysize = t->size = t->xtype = t->extended = NULL;
	t->indexed = t->primary = t->std = false;
	buf_reset(&t->flags);
}

static void clear_key(struct tableset *t)
{
	free(t->key.target);
	free(t->key.description);
	free(t->key.utype);
	for (size_t i = 0; i < t->nfrom; i++)
		free(t->from[i]);
	for (size_t i = 0; i < t->nto; i++)
		free(t->to[i]);
	free(t->from);
	free(t->to);
	t->key = (struct key_text){0};
	t->from = t->to = NULL;
	t->nfrom = t->nto = 0;
}

static const char *text_or_empty(const char *s)
{
	return s ? s : "";
}

/* Telling the sink. */

static void tell_schema(struct tableset *t)
{
	struct tableset_schema s = {text_or_empty(t->schema.name), t->schema.title,
				    t->schema.description, t->schema.utype};
	struct error *why = NULL;

	if (t->schema_told)
		return;
	t->schema_told = true;
	if (t->sink->schema && !t->sink->schema(t->sink, &s, &why))
		xml_fail(t->xml, why);
}

static void push_table(struct tableset *t)
{
	struct tableset_table s = {
	    .schema = text_or_empty(t->schema.name),
	    .name = t->table.name,
	    .title = t->table.title,
	    .description = t->table.description,
	    .utype = t->table.utype,
	    .type = t->table.type,
	    .nrows = -1,
	};
	struct error *why = NULL;

	if (t->table_told || !s.name) /* what has no name cannot be asked for */
		return;
	t->table_told = true;
	if (t->table.nrows &&
	    (!number_parse_int(t->table.nrows, strlen(t->table.nrows), &s.nrows) || s.nrows < 0))
		s.nrows = -1;
	if (t->sink->table && !t->sink->table(t->sink, &s, &why))
		xml_fail(t->xml, why);
}

/* vs:VOTableType is right as it is; the others are mapped where they are known. */
static void set_column_type(struct tableset *t, struct tableset_column *c,
			    struct votable_type *type)
{
	int64_t size;

	if (!t->size || !number_parse_int(t->size, strlen(t->size), &size))
		size = -1;
	c->datatype = t->column.type;
	c->arraysize = arraysize_is_told(t->arraysize) ? t->arraysize : NULL;
	c->xtype = t->xtype ? t->xtype : t->extended;
	if (!t->column.type || !votable_type_from_tap(type, t->column.type, size))
		return;
	c->datatype = type->datatype;
	if (!c->arraysize && *type->arraysize)
		c->arraysize = type->arraysize;
	if (!c->xtype)
		c->xtype = type->xtype;
}

static void tell_column(struct tableset *t)
{
	struct votable_type type;
	struct tableset_column c = {
	    .table = t->table.name,
	    .name = t->column.name,
	    .unit = t->column.unit,
	    .ucd = t->column.ucd,
	    .utype = t->column.utype,
	    .description = t->column.description,
	    .flags = t->flags.len ? buf_str(&t->flags) : NULL,
	    .indexed = t->indexed,
	    .primary = t->primary,
	    .std = t->std,
	};
	struct error *why = NULL;

	if (!c.name || !t->table_told || !t->sink->column)
		return;
	set_column_type(t, &c, &type);
	if (!t->sink->column(t->sink, &c, &why))
		xml_fail(t->xml, why);
}

static void tell_key(struct tableset *t)
{
	struct tableset_key k = {
	    .table = t->table.name,
	    .target = t->key.target,
	    .description = t->key.description,
	    .utype = t->key.utype,
	    .n = t->nfrom < t->nto ? t->nfrom : t->nto,
	    .from = (const char *const *)t->from,
	    .to = (const char *const *)t->to,
	};
	struct error *why = NULL;

	if (k.target && t->table_told && t->sink->key && !t->sink->key(t->sink, &k, &why))
		xml_fail(t->xml, why);
}

/* Reading. */

static void start_type(struct tableset *t, const struct xml_attrs *attrs)
{
	free(t->arraysize);
	free(t->size);
	free(t->xtype);
	free(t->extended);
	t->arraysize = xml_attr_dup(attrs, "arraysize");
	t->size = xml_attr_dup(attrs, "size");
	t->xtype = xml_attr_dup(attrs, "xtype");
	t->extended = xml_attr_dup(attrs, "extendedType");
}

static void tableset_start(struct xml *x, void *ctx, const char *name,
			   const struct xml_attrs *attrs)
{
	struct tableset *t = ctx;
	const char *parent = xml_parent(x);

	if (xml_depth(x) == 1)
		t->is_one = strcmp(name, "tableset") == 0 || strcmp(name, "table") == 0;
	if (strcmp(name, "schema") == 0 && xml_depth(x) == 2) {
		clear_schema(t);
	} else if (strcmp(name, "table") == 0) {
		if (strcmp(parent, "schema") == 0)
			tell_schema(t);
		clear_table(t);
		t->table.type = xml_attr_dup(attrs, "type");
		t->table.nrows = xml_attr_dup(attrs, "size"); /* esatapplus:size at ESA */
	} else if (strcmp(name, "column") == 0 && strcmp(parent, "table") == 0) {
		push_table(t);
		clear_column(t);
		t->std = xml_attr_is(attrs, "std", "true");
	} else if (strcmp(name, "dataType") == 0 && strcmp(parent, "column") == 0) {
		start_type(t, attrs);
	} else if (strcmp(name, "foreignKey") == 0 && strcmp(parent, "table") == 0) {
		push_table(t);
		clear_key(t);
	}
}

static void end_flag(struct tableset *t, const char *text, size_t len)
{
	if (!len)
		return;
	if (t->flags.len)
		buf_addc(&t->flags, ' ');
	buf_add(&t->flags, text, len);
	t->indexed |= strcasecmp(text, "indexed") == 0;
	t->primary |= strcasecmp(text, "primary") == 0;
}

static void end_key_column(struct tableset *t, const char *name, const char *text, size_t len)
{
	if (strcmp(name, "fromColumn") == 0 && t->nfrom < KEY_COLUMNS_MAX)
		*LIST_ADD(t->from, t->nfrom) = xstrndup(text, len);
	else if (strcmp(name, "targetColumn") == 0 && t->nto < KEY_COLUMNS_MAX)
		*LIST_ADD(t->to, t->nto) = xstrndup(text, len);
}

static void tableset_end(struct xml *x, void *ctx, const char *name, const char *text, size_t len)
{
	struct tableset *t = ctx;
	const char *parent = xml_parent(x);

	if (strcmp(parent, "column") == 0 && strcmp(name, "flag") == 0)
		end_flag(t, text, len);
	else if (strcmp(parent, "column") == 0)
		keep(in_column, &t->column, name, text, len);
	else if (strcmp(parent, "fkColumn") == 0)
		end_key_column(t, name, text, len);
	else if (strcmp(parent, "foreignKey") == 0)
		keep(in_key, &t->key, name, text, len);
	else if (strcmp(parent, "table") == 0 && strcmp(name, "column") == 0)
		tell_column(t);
	else if (strcmp(parent, "table") == 0 && strcmp(name, "foreignKey") == 0)
		tell_key(t);
	else if (strcmp(parent, "table") == 0 && !t->table_told)
		keep(in_table, &t->table, name, text, len);
	else if (strcmp(name, "table") == 0)
		push_table(t);
	else if (strcmp(parent, "schema") == 0 && !t->schema_told)
		keep(in_schema, &t->schema, name, text, len);
	else if (strcmp(name, "schema") == 0 && xml_depth(x) == 2)
		tell_schema(t);
}

struct tableset *tableset_new(struct tableset_sink *sink)
{
	static const struct xml_handler handler = {tableset_start, tableset_end};
	struct tableset *t = xcalloc(1, sizeof(*t));

	t->sink = sink;
	t->xml = xml_new_collecting(&handler, t);
	return t;
}

void tableset_free(struct tableset *t)
{
	if (!t)
		return;
	xml_free(t->xml);
	clear_schema(t);
	clear_table(t);
	clear_column(t);
	clear_key(t);
	buf_free(&t->flags);
	free(t);
}

bool tableset_feed(struct tableset *t, const void *data, size_t n, struct error **err)
{
	return xml_feed(t->xml, data, n, err);
}

bool tableset_finish(struct tableset *t, struct error **err)
{
	if (!xml_finish(t->xml, err))
		return false;
	return t->is_one || error_set(err, EIO, "this is no tables document");
}
