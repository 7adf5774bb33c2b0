/*
 * schemas.c: schemas/: which folders are there.
 *
 * A place in the tree is a schema, or a path below it that tables lie in; it is
 * found anew at each call from the names of the nodes, by binary search in the
 * catalog's snapshot, so that a refresh needs to tell nobody. Tables are ordered
 * by path, so all below "J/A+AS" stand together.
 */
#include "fs/service/schemas.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/mem.h"
#include "fs/core/listing.h"
#include "fs/core/node.h"
#include "fs/core/operation.h"
#include "fs/service/branch.h"
#include "tap/metadata/metadata.h"
#include "tap/service/service.h"

/* The snapshot; PENDING while there is none yet but it is being fetched. */
static enum outcome names_of(struct node *n, struct catalog_names **out, struct ask *ask)
{
	struct service *s = n->service;

	metadata_refresh_if_old(s);
	*out = s->names;
	if (s->names)
		return READY;
	if (s->names_error)
		return ask_failed(ask, error_copy(s->names_error));
	return ask_wait(ask, &s->changed);
}

static struct catalog_schema *schema_named(struct catalog_names *c, const char *path)
{
	size_t lo = 0, hi = c->nschemas;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int d = strcmp(c->schemas[mid].path, path);

		if (d == 0)
			return &c->schemas[mid];
		if (d < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}

/* The first table of the schema at or after from whose path is not less than key. */
static size_t lower_bound(const struct catalog_names *c, size_t from, size_t to, const char *key)
{
	while (from < to) {
		size_t mid = (from + to) / 2;

		if (strcmp(c->tables[mid].path, key) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static const struct node *schema_node(const struct node *n)
{
	while (n->kind->line != LINE_SCHEMA)
		n = n->parent;
	return n;
}

/* The path below the schema of a folder's node, with a slash at its end; empty for the schema. */
static void prefix_of(const struct node *n, struct buf *out)
{
	if (n->kind->line == LINE_SCHEMA)
		return;
	prefix_of(n->parent, out);
	buf_addf(out, "%s/", n->name);
}

static bool starts_with(const char *s, const char *prefix)
{
	return strncmp(s, prefix, strlen(prefix)) == 0;
}

/* The table PREFIX NAME, or NULL. */
static struct catalog_table *table_at(const struct schema_place *p, const char *prefix,
				      const char *name)
{
	CLEANUP_FREE char *path = xasprintf("%s%s", prefix, name);
	size_t end = p->schema->first + p->schema->count;
	size_t i = lower_bound(p->names, p->schema->first, end, path);

	return i < end && strcmp(p->names->tables[i].path, path) == 0 ? &p->names->tables[i] : NULL;
}

enum outcome schema_place_of(struct node *n, struct schema_place *p, struct ask *ask)
{
	CLEANUP_BUF struct buf path = BUF_INIT;
	struct catalog_names *c;
	enum outcome o = names_of(n, &c, ask);

	if (o != READY)
		return o;
	*p = (struct schema_place){.names = c, .schema = schema_named(c, schema_node(n)->name)};
	if (!p->schema)
		return ask_fail(ask, ESTALE, "this schema is not there any more");
	if (n->kind->line == LINE_SCHEMA)
		return READY;
	prefix_of(n, &path);
	path.data[--path.len] = '\0';
	p->table = table_at(p, "", path.data);
	return READY;
}

uint64_t names_version(struct node *n)
{
	return n->service->names ? n->service->names->generation : 0;
}

enum outcome place_attributes(struct node *n, struct attributes *a, struct ask *ask)
{
	(void)ask;
	if (n->service->names)
		a->mtime = n->service->names->fetched;
	return READY;
}

enum outcome schemas_list(struct node *dir, struct listing *l, struct ask *ask)
{
	struct catalog_names *c;
	enum outcome o = names_of(dir, &c, ask);

	for (size_t i = 0; o == READY && i < c->nschemas; i++)
		listing_add(l, c->schemas[i].path, LINE_SCHEMA, 0);
	return o;
}

enum outcome schemas_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	struct catalog_names *c;
	enum outcome o = names_of(dir, &c, ask);

	if (o == READY && schema_named(c, name))
		f->line = LINE_SCHEMA;
	return o;
}

/*
 * The next name below prefix, from table i on: its length in *n, whether it is a table (it may be a
 * folder as well), and the number of the first table after it and all below it.
 */
static bool next_place_name(const struct catalog_names *c, size_t i, size_t end, const char *prefix,
			    const char **name, size_t *n, bool *is_table, size_t *next)
{
	CLEANUP_BUF struct buf key = BUF_INIT;
	const char *path;

	if (i >= end || !starts_with(c->tables[i].path, prefix))
		return false;
	path = c->tables[i].path;
	*name = path + strlen(prefix);
	*n = strcspn(*name, "/");
	*is_table = (*name)[*n] == '\0';
	*next = i + 1;
	if (!*is_table) { /* past all below: '0' follows '/' */
		buf_addf(&key, "%s%.*s0", prefix, (int)*n, *name);
		*next = lower_bound(c, i, end, key.data);
	}
	return true;
}

enum outcome tables_list(struct node *dir, struct listing *l, struct ask *ask)
{
	CLEANUP_BUF struct buf prefix = BUF_INIT;
	struct schema_place p;
	enum outcome o = schema_place_of(dir, &p, ask);
	const char *name;
	size_t i, end, n, next;
	bool is_table;

	if (o != READY)
		return o;
	prefix_of(dir, &prefix);
	end = p.schema->first + p.schema->count;
	i = lower_bound(p.names, p.schema->first, end, buf_str(&prefix));
	for (; next_place_name(p.names, i, end, buf_str(&prefix), &name, &n, &is_table, &next);
	     i = next) {
		CLEANUP_FREE char *copy = xstrndup(name, n);

		/* A table that is a folder as well was listed, or will be, as the table. */
		if (is_table || !table_at(&p, buf_str(&prefix), copy))
			listing_add(l, copy, is_table ? LINE_TABLE : LINE_FOLDER, 0);
	}
	return READY;
}

enum outcome tables_find(struct node *dir, const char *name, struct found *f, struct ask *ask)
{
	CLEANUP_BUF struct buf path = BUF_INIT;
	struct schema_place p;
	enum outcome o = schema_place_of(dir, &p, ask);
	size_t i, end;

	if (o != READY)
		return o;
	prefix_of(dir, &path);
	if (table_at(&p, buf_str(&path), name)) {
		f->line = LINE_TABLE;
		return READY;
	}
	buf_addf(&path, "%s/", name);
	end = p.schema->first + p.schema->count;
	i = lower_bound(p.names, p.schema->first, end, path.data);
	if (i < end && starts_with(p.names->tables[i].path, path.data))
		f->line = LINE_FOLDER;
	return READY;
}
